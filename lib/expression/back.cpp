#include <cmath>
#include <numbers>

#include "expression/kernels.hpp"
#include "simd/scalar_math.hpp"
#include "simd/vector_math.hpp"
#include "simd/vector_trigonometry.hpp"

namespace lookahead::expression {
namespace {

constexpr int pack_width = packs::register_width<double>;
using Pack = packs::Pack<double, pack_width>;

// Where an adjoint goes.
struct Way {
  const double* from;
  double* to;
  Index padded;

  // f(i, adjoint): the adjoints of the numbers from i on times the derivatives there.
  template <bool first, bool guarded, class F>
  [[gnu::always_inline]] void go(F f) const {
    const double* __restrict given = from;
    double* __restrict target = to;
    for (Index i = 0; i < padded; i += pack_width) {
      const Pack adjoint = packs::load<double, pack_width>(given + i);
      Pack part = f(i, adjoint);
      if constexpr (guarded) part = adjoint == 0 ? Pack{} : part;
      if constexpr (!first) part += packs::load<double, pack_width>(target + i);
      packs::store<double, pack_width>(target + i, part);
    }
  }
};

[[gnu::always_inline]] inline Pack at(const double* from, Index i) {
  return packs::load<double, pack_width>(from + i);
}
Pack ones() { return vector_math::all<Pack>(1); }

template <class F>
[[gnu::always_inline]] inline void go(const Way& way, bool first, bool guarded, F f) {
  if (guarded) {
    if (first) return way.go<true, true>(f);
    return way.go<false, true>(f);
  }
  if (first) return way.go<true, false>(f);
  way.go<false, false>(f);
}

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
      return operand == 0 ? b / (a * a + b * b) : -a / (a * a + b * b);
    case Operation::modulo:
      return operand == 0 ? 1 : -std::floor(a / b);
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
[[gnu::noinline]] void go_other_way(const Instruction& step, const Backstep& back, const Way& way,
                                    const Block& block) {
  const double *a = block.values[step.a], *b = step.b < 0 ? a : block.values[step.b];
  const double* out = block.values[step.out];
  const bool first = back.first, guarded = block.guarded;
  const int operand = back.operand;
  switch (step.operation) {
    case Operation::divide:
      if (operand == 0) return go(way, first, guarded, [=](Index i, Pack given) { return given / at(b, i); });
      return go(way, first, guarded, [=](Index i, Pack given) { return -given * at(out, i) / at(b, i); });
    case Operation::smaller:
      return go(way, first, guarded, [=](Index i, Pack given) {
        const Pack x = at(a, i), y = at(b, i);
        return operand == 0 ? (x <= y ? given : Pack{}) : (x <= y ? Pack{} : given);
      });
    case Operation::larger:
      return go(way, first, guarded, [=](Index i, Pack given) {
        const Pack x = at(a, i), y = at(b, i);
        return operand == 0 ? (x >= y ? given : Pack{}) : (x >= y ? Pack{} : given);
      });
    case Operation::exp:
      return go(way, first, guarded, [=](Index i, Pack given) { return given * at(out, i); });
    case Operation::sin:
      return go(way, first, guarded, [=](Index i, Pack given) { return given * cos(at(a, i)); });
    case Operation::cos:
      return go(way, first, guarded, [=](Index i, Pack given) { return -given * sin(at(a, i)); });
    case Operation::expm1:
      return go(way, first, guarded, [=](Index i, Pack given) { return given * (at(out, i) + 1); });
    case Operation::log:
      return go(way, first, guarded, [=](Index i, Pack given) { return given / at(a, i); });
    case Operation::log1p:
      return go(way, first, guarded, [=](Index i, Pack given) { return given / (1 + at(a, i)); });
    case Operation::sqrt:
      return go(way, first, guarded, [=](Index i, Pack given) { return 0.5 * given / at(out, i); });
    case Operation::abs:
      return go(way, first, guarded, [=](Index i, Pack given) {
        const Pack x = at(a, i);
        return x > 0 ? given : (x < 0 ? -given : Pack{});
      });
    case Operation::relu:
      return go(way, first, guarded, [=](Index i, Pack given) { return at(a, i) > 0 ? given : Pack{}; });
    case Operation::tanh:
      return go(way, first, guarded, [=](Index i, Pack given) {
        const Pack y = at(out, i);
        return given * ((1 - y) * (1 + y));
      });
    case Operation::sigmoid:
      return go(way, first, guarded, [=](Index i, Pack given) {
        const Pack y = at(out, i);
        return given * (y * (1 - y));
      });
    case Operation::softplus:
      return go(way, first, guarded, [=](Index i, Pack given) {
        const Pack x = at(a, i);
        const Pack small = vector_math::exp_of_negative(-abs(x));
        return given * ((x >= 0 ? ones() : small) / (1 + small));
      });
    case Operation::select:
      for (Index i = 0; i < block.padded; ++i) {
        const double part = (a[i] != 0) == (operand == 1) ? way.from[i] : 0;
        way.to[i] = first ? part : way.to[i] + part;
      }
      return;
    default:
      for (Index i = 0; i < block.padded; ++i) {
        const double adjoint = way.from[i];
        double part = 0;
        if (i < block.count && !(guarded && adjoint == 0))
          part = adjoint * slope(step.operation, operand, a[i], b[i], out[i], step.number);
        way.to[i] = first ? part : way.to[i] + part;
      }
  }
}

void go_joined_way(const Instruction& step, const Backstep& back, const Way& way, const Block& block) {
  const double *a = block.values[step.a], *b = block.values[step.b];
  const bool first = back.first, guarded = block.guarded;
  if (step.operation == Operation::scaled_square) {
    if (back.operand == 0)
      return go(way, first, guarded, [=](Index i, Pack given) {
        const Pack x = at(b, i);
        return given * (x * x);
      });
    return go(way, first, guarded, [=](Index i, Pack given) {
      const Pack x = at(b, i);
      return given * at(a, i) * (x + x);
    });
  }
  if (back.operand == 0) return go(way, first, false, [](Index, Pack given) { return given; });
  switch (step.operation) {
    case Operation::add_square:
      return go(way, first, guarded, [=](Index i, Pack given) {
        const Pack x = at(b, i);
        return given * (x + x);
      });
    case Operation::subtract_square:
      return go(way, first, guarded, [=](Index i, Pack given) {
        const Pack x = at(b, i);
        return -given * (x + x);
      });
    default:
      break;
  }
  const double* other = back.operand == 1 ? block.values[step.c] : b;
  if (step.operation == Operation::add_product)
    return go(way, first, guarded, [=](Index i, Pack given) { return given * at(other, i); });
  go(way, first, guarded, [=](Index i, Pack given) { return -given * at(other, i); });
}

}  // namespace

const Backstep* go_back(const Backstep* back, const Backstep* end, const Instruction* instructions,
                        const Block& block) {
  for (; back != end && back->kind == Backstep::Kind::apply; ++back) {
    const Instruction& step = instructions[back->source];
    const Way way{block.adjoints[back->from], block.adjoints[back->to], block.padded};
    const double* a = block.values[step.a];
    const bool first = back->first;
    switch (step.operation) {
      case Operation::add:
        go(way, first, false, [](Index, Pack given) { return given; });
        break;
      case Operation::subtract:
        if (back->operand == 0) {
          go(way, first, false, [](Index, Pack given) { return given; });
          break;
        }
        [[fallthrough]];
      case Operation::negate:
        go(way, first, false, [](Index, Pack given) { return -given; });
        break;
      case Operation::multiply: {
        const double* other = back->operand == 0 ? block.values[step.b] : a;
        go(way, first, block.guarded, [=](Index i, Pack given) { return given * at(other, i); });
        break;
      }
      case Operation::square:
        go(way, first, block.guarded, [=](Index i, Pack given) {
          const Pack x = at(a, i);
          return given * (x + x);
        });
        break;
      case Operation::add_square:
      case Operation::subtract_square:
      case Operation::scaled_square:
      case Operation::add_product:
      case Operation::subtract_product:
        go_joined_way(step, *back, way, block);
        break;
      default:
        go_other_way(step, *back, way, block);
    }
  }
  return back;
}

}  // namespace lookahead::expression
