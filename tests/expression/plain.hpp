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
};

class PlainExpression {
 public:
  PlainExpression(const expression::Syntax& syntax, const expression::Names& names)
      : syntax_(syntax), names_(names) {}

  // The value and the derivative by coordinate `by`.
  Dual at(const std::vector<double>& point, std::size_t by) {
    point_ = &point;
    by_ = by;
    bound_.clear();
    for (const expression::Definition& definition : syntax_.definitions)
      bound_[definition.name] = value(definition.value);
    return value(syntax_.result);
  }

 private:
  using Term = expression::Term;

  static Dual number(long double of) { return {of, 0, std::abs(of), 0}; }

  // The function of a with this value and derivative; its second derivative is taken to be as large as both.
  static Dual through(const Dual& a, long double value, long double slope) {
    const long double bend = std::abs(slope) + std::abs(value);
    return {value, slope == 0 ? 0 : a.slope * slope, std::abs(value) + std::abs(slope) * a.size,
            std::abs(slope) * a.slope_size + (a.slope == 0 ? 0 : bend * a.size * std::abs(a.slope))};
  }

  Dual add(const Dual& a, const Dual& b, long double sign) const {
    return {a.value + sign * b.value, a.slope + sign * b.slope, a.size + b.size, a.slope_size + b.slope_size};
  }
  Dual multiply(const Dual& a, const Dual& b) const {
    const auto product = [](long double x, long double y) {
      return x == 0 || y == 0 ? x * (y == y ? 0 : y) : x * y;
    };
    return {a.value * b.value, product(a.slope, b.value) + product(b.slope, a.value), a.size * b.size,
            product(a.slope_size, b.size) + product(b.slope_size, a.size)};
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
    return {y, slope, std::max(std::abs(y), b.value > 0 ? std::pow(a.size, b.value) : 0), size};
  }

  Dual value(int term) { return value(syntax_.terms[static_cast<std::size_t>(term)]); }

  Dual value(const Term& it) {
    switch (it.kind) {
      case Term::Kind::number:
        return number(it.number);
      case Term::Kind::name:
        return named(it.name);
      case Term::Kind::element:
        return element(it.name, value(it.parts[0]).value);
      case Term::Kind::call:
        return call(it);
      case Term::Kind::negation: {
        const Dual a = value(it.parts[0]);
        return {-a.value, -a.slope, a.size, a.slope_size};
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
        const long double a = value(it.parts[0]).value, b = value(it.parts[1]).value;
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
      return {x, slope, std::abs(x), slope};
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

  Dual smaller_or_larger(const Dual& a, const Dual& b, bool larger) const {
    return (larger ? a.value >= b.value : a.value <= b.value) || a.value != a.value ? a : b;
  }

  Dual call(const Term& it);
  Dual reduction(const Term& it);

  const expression::Syntax& syntax_;
  const expression::Names& names_;
  const std::vector<double>* point_ = nullptr;
  std::size_t by_ = 0;
  std::map<std::string, Dual> bound_;
};

}  // namespace lookahead
