#include <cmath>
#include <numbers>

#include "expression/kernels.hpp"
#include "expression/parts.hpp"
#include "simd/scalar_math.hpp"
#include "simd/vector_math.hpp"
#include "simd/vector_trigonometry.hpp"

namespace lookahead::expression {
namespace {

// Where an adjoint goes.
struct Way {
  const double* from;
  double* to;
  const Block& block;
  const ReverseStep& back;

  // part(i): what the numbers from i on get. They are written, added to, or added to the gradient, of which only
  // as many belong to this block as it has terms.
  template <class F>
  [[gnu::always_inline]] void give(F part) const {
    if (back.direct) {
      add_to_gradient(part);
    } else if (back.first) {
      each_part(block.padded, [&](Index i) { packs::store<double, part_width>(to + i, part(i)); });
    } else {
      each_part(block.padded,
                [&](Index i) { packs::store<double, part_width>(to + i, at(to, i) + part(i)); });
    }
  }

  template <class F>
  [[gnu::always_inline]] void add_to_gradient(F part) const {
    const Index whole = block.count / part_group * part_group;
    each_part(whole, [&](Index i) { packs::store<double, part_width>(to + i, at(to, i) + part(i)); });
    if (whole == block.count) return;
    double rest[part_group];
    each_part(part_group, [&](Index i) { packs::store<double, part_width>(rest + i, part(whole + i)); });
    for (Index i = whole; i < block.count; ++i) to[i] += rest[i - whole];
  }

  // f(i, adjoint): the adjoints of the numbers from i on times the derivatives there; 0 for an adjoint of 0 where
  // that is asked for.
  template <class F>
  [[gnu::always_inline]] void go(F f) const {
    const Each given{from};
    if (block.guarded) {
      give([=](Index i) {
        const Part adjoint = given(i);
        const Part part = f(i, adjoint);
        return adjoint == 0 ? Part{} : part;
      });
    } else {
      give([=](Index i) { return f(i, given(i)); });
    }
  }
  // The same where an adjoint that is the same for all terms need not be read for each. Those that a block has too
  // many of are 0, so that this is for a full one.
  template <class F>
  [[gnu::always_inline]] void go_fast(F f) const {
    if (block.guarded) return go(f);
    if (back.steady && block.count == block.padded)
      return give([=, given = Steady{all(*from)}](Index i) { return f(i, given(i)); });
    give([=, given = Each{from}](Index i) { return f(i, given(i)); });
  }
  // With a factor that perhaps is the same for all terms: f(i, adjoint, factor).
  template <class F>
  [[gnu::always_inline]] void go_by(const double* factor, bool steady, F f) const {
    if (steady)
      return go_fast([=, by = Steady{all(*factor)}](Index i, Part given) { return f(i, given, by(i)); });
    go_fast([=](Index i, Part given) { return f(i, given, at(factor, i)); });
  }
  // The adjoint itself, or its opposite.
  void go_on() const {
    give([given = Each{from}](Index i) { return given(i); });
  }
  void go_on_negated() const {
    give([given = Each{from}](Index i) { return -given(i); });
  }
};

Part ones() { return all(1); }

// The polygamma function of order 0 has no name among the operations.
double gamma_slope(double a, double gamma) { return gamma * math::digamma(a); }

double power_slope(int operand, double a, double b, double out) {
  if (operand == 0) return b == 0 ? 0 : b * math::pow(a, b - 1);
  // a^b stays 0 for a = 0 and b > 0.
  if (a == 0 && b > 0) return 0;
  return out * math::log(a);
}

}  // namespace

double slope(Operation operation, int operand, double a, double b, double out, double number) {
  switch (operation) {
    case Operation::power:
      return power_slope(operand, a, b, out);
    case Operation::hypot:
      return out == 0 ? 0 : (operand == 0 ? a : b) / out;
    case Operation::atan2:
      // Their squares may be beyond the numbers.
      return (operand == 0 ? b : -a) / math::hypot(a, b) / math::hypot(a, b);
    case Operation::modulo:
      // As many times as the value says, where a / b rounds to a whole number too.
      return operand == 0 ? 1 : -std::round((a - out) / b);
    case Operation::whole_power:
      return number * whole_power(a, number - 1);
    case Operation::log2:
      return 1 / (a * std::numbers::ln2);
    case Operation::log10:
      return 1 / (a * std::numbers::ln10);
    case Operation::cbrt:
      return 1 / (3 * out * out);
    case Operation::sin:
      return math::cos(a);
    case Operation::cos:
      return -math::sin(a);
    case Operation::tan:
      return 1 + out * out;
    case Operation::asin:
      return 1 / std::sqrt((1 - a) * (1 + a));
    case Operation::acos:
      return -1 / std::sqrt((1 - a) * (1 + a));
    case Operation::atan:
      return 1 / (1 + a * a);
    case Operation::sinh:
      return math::cosh(a);
    case Operation::cosh:
      return math::sinh(a);
    case Operation::erf:
      return 2 * std::numbers::inv_sqrtpi * math::exp(-a * a);
    case Operation::gamma:
      return gamma_slope(a, out);
    case Operation::lgamma:
      return math::digamma(a);
    default:
      return 0;
  }
}

namespace {

// What is rarer, or slow enough that a call does not matter.
[[gnu::noinline]] void go_other_way(const Instruction& step, const ReverseStep& back, const Way& way,
                                    const Block& block) {
  const double *a = block.values[step.a], *b = step.b < 0 ? a : block.values[step.b];
  const double* out = block.values[step.out];
  const int operand = back.operand;
  const Index written = back.direct ? block.count : block.padded;
  switch (step.operation) {
    case Operation::divide:
      if (operand == 0) return way.go([=](Index i, Part given) { return given / at(b, i); });
      return way.go([=](Index i, Part given) { return -given * at(out, i) / at(b, i); });
    case Operation::smaller:
      return way.go([=](Index i, Part given) {
        const Part x = at(a, i), y = at(b, i);
        return operand == 0 ? (x <= y ? given : Part{}) : (x <= y ? Part{} : given);
      });
    case Operation::larger:
      return way.go([=](Index i, Part given) {
        const Part x = at(a, i), y = at(b, i);
        return operand == 0 ? (x >= y ? given : Part{}) : (x >= y ? Part{} : given);
      });
    case Operation::exp:
      return way.go([=](Index i, Part given) { return given * at(out, i); });
    case Operation::sin:
      return way.go([=](Index i, Part given) { return given * cos(at(a, i)); });
    case Operation::cos:
      return way.go([=](Index i, Part given) { return -given * sin(at(a, i)); });
    case Operation::expm1:
      return way.go([=](Index i, Part given) { return given * (at(out, i) + 1); });
    case Operation::log:
      return way.go([=](Index i, Part given) { return given / at(a, i); });
    case Operation::log1p:
      return way.go([=](Index i, Part given) { return given / (1 + at(a, i)); });
    case Operation::sqrt:
      return way.go([=](Index i, Part given) { return 0.5 * given / at(out, i); });
    case Operation::abs:
      return way.go([=](Index i, Part given) {
        const Part x = at(a, i);
        return x > 0 ? given : (x < 0 ? -given : Part{});
      });
    case Operation::relu:
      return way.go([=](Index i, Part given) { return at(a, i) > 0 ? given : Part{}; });
    case Operation::tanh:
      return way.go([=](Index i, Part given) {
        const Part y = at(out, i);
        return given * ((1 - y) * (1 + y));
      });
    case Operation::sigmoid:
      return way.go([=](Index i, Part given) {
        const Part y = at(out, i);
        return given * (y * (1 - y));
      });
    case Operation::softplus:
      return way.go([=](Index i, Part given) {
        const Part x = at(a, i);
        const Part small = vector_math::exp_of(-abs(x));
        return given * ((x >= 0 ? ones() : small) / (1 + small));
      });
    case Operation::select:
      for (Index i = 0; i < written; ++i) {
        const double part = (a[i] != 0) == (operand == 1) ? way.from[i] : 0;
        way.to[i] = back.first ? part : way.to[i] + part;
      }
      return;
    default:
      for (Index i = 0; i < written; ++i) {
        const double adjoint = way.from[i];
        double part = 0;
        if (i < block.count && !(block.guarded && adjoint == 0))
          part = adjoint * slope(step.operation, operand, a[i], b[i], out[i], step.number);
        way.to[i] = back.first ? part : way.to[i] + part;
      }
  }
}

[[gnu::always_inline]] inline bool is_steady(const Instruction& step, int operand) {
  return (step.steady >> operand & 1) != 0;
}

void go_joined_way(const Instruction& step, const Way& way, const Block& block) {
  const double *a = block.values[step.a], *b = block.values[step.b];
  const int operand = way.back.operand;
  if (step.operation == Operation::scaled_square) {
    if (operand == 0)
      return way.go_fast([=](Index i, Part given) {
        const Part x = at(b, i);
        return given * (x * x);
      });
    return way.go_by(a, is_steady(step, 0), [=](Index i, Part given, Part factor) {
      const Part x = at(b, i);
      return given * factor * (x + x);
    });
  }
  if (operand == 0) return way.go_on();
  switch (step.operation) {
    case Operation::add_square:
      return way.go_fast([=](Index i, Part given) {
        const Part x = at(b, i);
        return given * (x + x);
      });
    case Operation::subtract_square:
      return way.go_fast([=](Index i, Part given) {
        const Part x = at(b, i);
        return -given * (x + x);
      });
    default:
      break;
  }
  const double* other = operand == 1 ? block.values[step.c] : b;
  const bool steady = is_steady(step, 3 - operand);
  if (step.operation == Operation::add_product)
    return way.go_by(other, steady, [](Index, Part given, Part factor) { return given * factor; });
  way.go_by(other, steady, [](Index, Part given, Part factor) { return -given * factor; });
}

}  // namespace

const ReverseStep* apply_reverse(const ReverseStep* back, const ReverseStep* end,
                                 const Instruction* instructions, const Block& block) {
  for (; back != end && back->kind == ReverseStep::Kind::apply; ++back) {
    const Instruction& step = instructions[back->source];
    const Way way{block.adjoints[back->from], block.adjoints[back->to], block, *back};
    const double* a = block.values[step.a];
    switch (step.operation) {
      case Operation::add:
        way.go_on();
        break;
      case Operation::subtract:
        if (back->operand == 0) {
          way.go_on();
          break;
        }
        [[fallthrough]];
      case Operation::negate:
        way.go_on_negated();
        break;
      case Operation::multiply:
        way.go_by(back->operand == 0 ? block.values[step.b] : a, is_steady(step, 1 - back->operand),
                  [](Index, Part given, Part factor) { return given * factor; });
        break;
      case Operation::square:
        way.go_fast([=](Index i, Part given) {
          const Part x = at(a, i);
          return given * (x + x);
        });
        break;
      case Operation::add_square:
      case Operation::subtract_square:
      case Operation::scaled_square:
      case Operation::add_product:
      case Operation::subtract_product:
        go_joined_way(step, way, block);
        break;
      default:
        go_other_way(step, *back, way, block);
    }
  }
  return back;
}

}  // namespace lookahead::expression
