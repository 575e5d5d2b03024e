#pragma once
#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <string>
#include <vector>

#include "expression/names.hpp"
#include "expression/operation.hpp"
#include "expression/syntax.hpp"

namespace lookahead {

// Expressions as they are written, term by term in extended precision, with the derivative by one coordinate
// carried along and the sum of the magnitudes beside: nothing of lib but the parsed text.
struct Dual {
  long double value = 0, slope = 0;
  long double size = 0, slope_size = 0;  // of what was added up
  bool exact = false;  // a number that is read, and whole numbers of these: it is not rounded
};

class PlainExpression {
 public:
  PlainExpression(const expression::Syntax& syntax, const expression::Names& names)
      : syntax_(syntax), names_(names) {}

  // The value and the derivative by coordinate `by`.
  Dual at(const std::vector<double>& point, std::size_t by) {
    point_ = &point;
    by_ = by;
    undecided_ = false;
    bound_.clear();
    for (const expression::Definition& definition : syntax_.definitions)
      bound_[definition.name] = value(definition.value);
    return value(syntax_.result);
  }

  // Whether a branch, a step or the side of a kink was chosen, in the last evaluation, between values that are
  // equal but for rounding: double precision may choose the other.
  bool undecided() const { return undecided_; }

 private:
  using Term = expression::Term;

  static Dual number(long double of) { return {of, 0, std::abs(of), 0, true}; }

  // The values a and b are compared, or the signs of their difference; `matters` is whether the choice does.
  void decide(const Dual& a, const Dual& b, bool matters = true) {
    constexpr long double rounding = 1e-10L;
    const long double size = a.size + b.size;
    if (!matters || (a.exact && b.exact) || size == 0) return;
    if (!(std::abs(a.value - b.value) > rounding * size)) undecided_ = true;
  }
  // A step at every whole number.
  void decide_whole(const Dual& a) {
    Dual nearest = number(std::round(a.value));
    nearest.size = 1;
    decide(a, nearest);
  }

  static bool whole(const Dual& a) {
    return a.exact && std::abs(a.value) < 0x1p40L && a.value == std::floor(a.value);
  }

  // The function of a with this value and derivative; its second derivative is taken to be as large as both.
  static Dual through(const Dual& a, long double value, long double slope) {
    const long double bend = std::abs(slope) + std::abs(value);
    return {value, slope == 0 ? 0 : a.slope * slope, std::abs(value) + std::abs(slope) * a.size,
            std::abs(slope) * a.slope_size + (a.slope == 0 ? 0 : bend * a.size * std::abs(a.slope))};
  }

  Dual add(const Dual& a, const Dual& b, long double sign) const {
    return {a.value + sign * b.value, a.slope + sign * b.slope, a.size + b.size, a.slope_size + b.slope_size,
            whole(a) && whole(b)};
  }
  Dual multiply(const Dual& a, const Dual& b) const {
    const auto product = [](long double x, long double y) {
      return x == 0 || y == 0 ? x * (y == y ? 0 : y) : x * y;
    };
    return {a.value * b.value, product(a.slope, b.value) + product(b.slope, a.value), a.size * b.size,
            product(a.slope_size, b.size) + product(b.slope_size, a.size), whole(a) && whole(b)};
  }
  Dual divide(const Dual& a, const Dual& b) const {
    const long double y = a.value / b.value;
    const long double size = a.size / std::abs(b.value) * (b.size / std::abs(b.value));
    return {y, a.slope / b.value - y * b.slope / b.value, size,
            a.slope_size / std::abs(b.value) + size * b.slope_size / std::abs(b.value)};
  }
  Dual power(const Dual& a, const Dual& b) const {
    const long double y = std::pow(a.value, b.value);
    long double slope = 0, size = 0;
    if (a.slope != 0 && b.value != 0) {
      slope += a.slope * b.value * std::pow(a.value, b.value - 1);
      size += a.slope_size * std::abs(b.value * std::pow(a.size, b.value - 1));
    }
    if (b.slope != 0 && !(a.value == 0 && b.value > 0)) {
      slope += b.slope * y * std::log(a.value);
      size += b.slope_size * std::abs(y * std::log(a.value));
    }
    // What an error of the exponent does, relative to the power.
    const long double change = b.exact || y == 0 ? 0 : std::abs(std::log(a.value)) * b.size;
    return {y, slope,
            std::max(std::abs(y), b.value > 0 ? std::pow(a.size, b.value) : 0) + std::abs(y) * change,
            size * (1 + change)};
  }

  // Index arithmetic is that of whole numbers: mod and floor of these are sure.
  long double place(int term) {
    const bool before = undecided_;
    const long double at = value(term).value;
    undecided_ = before;
    return at;
  }

  Dual value(int term) { return value(syntax_.terms[static_cast<std::size_t>(term)]); }

  Dual value(const Term& it) {
    switch (it.kind) {
      case Term::Kind::number:
        return number(it.number);
      case Term::Kind::name:
        return named(it.name);
      case Term::Kind::element:
        return element(it.name, place(it.parts[0]));
      case Term::Kind::call:
        return call(it);
      case Term::Kind::negation: {
        const Dual a = value(it.parts[0]);
        return {-a.value, -a.slope, a.size, a.slope_size, a.exact};
      }
      case Term::Kind::sum: {
        Dual all = value(it.parts[0]);
        for (std::size_t i = 1; i < it.parts.size(); ++i)
          all = add(all, value(it.parts[i]), it.inverse[i] ? -1 : 1);
        return all;
      }
      case Term::Kind::product: {
        Dual all = value(it.parts[0]);
        for (std::size_t i = 1; i < it.parts.size(); ++i)
          all = it.inverse[i] ? divide(all, value(it.parts[i])) : multiply(all, value(it.parts[i]));
        return all;
      }
      case Term::Kind::power:
        return power(value(it.parts[0]), value(it.parts[1]));
      case Term::Kind::comparison: {
        const Dual left = value(it.parts[0]), right = value(it.parts[1]);
        decide(left, right);
        const long double a = left.value, b = right.value;
        const std::string& sign = it.name;
        const bool holds = sign == "<"    ? a < b
                           : sign == "<=" ? a <= b
                           : sign == ">"  ? a > b
                           : sign == ">=" ? a >= b
                           : sign == "==" ? a == b
                                          : a != b;
        return number(holds ? 1 : 0);
      }
    }
    return {};
  }

  Dual named(const std::string& name) {
    if (const auto found = bound_.find(name); found != bound_.end()) return found->second;
    for (const expression::NamedConstant& constant : names_.constants) {
      if (constant.name == name) return number(constant.values.front());
    }
    if (name == "n") return number(static_cast<long double>(names_.dimension));
    return number(name == "pi" ? std::numbers::pi_v<double> : std::numbers::e_v<double>);
  }

  Dual element(const std::string& name, long double place) {
    const auto at = static_cast<std::size_t>(place);
    for (const expression::NamedPart& part : names_.parts) {
      if (part.name != name) continue;
      const std::size_t coordinate = at + static_cast<std::size_t>(part.offset);
      const long double x = (*point_)[coordinate];
      const long double slope = coordinate == by_ ? 1 : 0;
      return {x, slope, std::abs(x), slope, true};
    }
    for (const expression::NamedConstant& constant : names_.constants) {
      if (constant.name == name) return number(constant.values[at]);
    }
    return {};
  }

  std::size_t size_of(const std::string& name) const {
    for (const expression::NamedPart& part : names_.parts) {
      if (part.name == name) return static_cast<std::size_t>(part.size);
    }
    for (const expression::NamedConstant& constant : names_.constants) {
      if (constant.name == name) return constant.values.size();
    }
    return 0;
  }

  static Dual smaller_or_larger(const Dual& a, const Dual& b, bool larger) {
    return (larger ? a.value >= b.value : a.value <= b.value) || a.value != a.value ? a : b;
  }

  Dual call(const Term& it);
  Dual reduction(const Term& it);

  const expression::Syntax& syntax_;
  const expression::Names& names_;
  const std::vector<double>* point_ = nullptr;
  std::size_t by_ = 0;
  bool undecided_ = false;
  std::map<std::string, Dual> bound_;
};

}  // namespace lookahead
