#include "expression/kernels.hpp"
#include "simd/vector_math.hpp"
#include "simd/vector_trigonometry.hpp"

namespace lookahead::expression {
namespace {

constexpr int width = packs::register_width<double>;
using Part = packs::Pack<double, width>;

template <class F>
[[gnu::always_inline]] inline void map_one(const double* __restrict a, double* __restrict out, Index padded,
                                           F f) {
  for (Index i = 0; i < padded; i += width)
    packs::store<double, width>(out + i, f(packs::load<double, width>(a + i)));
}
template <class F>
[[gnu::always_inline]] inline void map_two(const double* __restrict a, const double* __restrict b,
                                           double* __restrict out, Index padded, F f) {
  for (Index i = 0; i < padded; i += width)
    packs::store<double, width>(out + i,
                                f(packs::load<double, width>(a + i), packs::load<double, width>(b + i)));
}

template <class F>
[[gnu::always_inline]] inline void map_three(const double* __restrict a, const double* __restrict b,
                                             const double* __restrict c, double* __restrict out, Index padded,
                                             F f) {
  for (Index i = 0; i < padded; i += width)
    packs::store<double, width>(out + i,
                                f(packs::load<double, width>(a + i), packs::load<double, width>(b + i),
                                  packs::load<double, width>(c + i)));
}

Part one() { return vector_math::all<Part>(1); }

Part logistic(Part a) {
  const Part small = vector_math::exp_of_negative(-abs(a));
  return (a >= 0 ? one() : small) / (1 + small);
}

// What is rarer, or slow enough that a call does not matter.
[[gnu::noinline]] void apply_other(const Instruction& step, const Block& block) {
  const double *a = block.values[step.a], *b = step.b < 0 ? a : block.values[step.b];
  auto* out = const_cast<double*>(block.values[step.out]);
  const Index n = block.padded;
  switch (step.operation) {
    case Operation::smaller:
      return map_two(a, b, out, n, [](Part x, Part y) { return x <= y ? x : (y < x ? y : x + y); });
    case Operation::larger:
      return map_two(a, b, out, n, [](Part x, Part y) { return x >= y ? x : (y > x ? y : x + y); });
    case Operation::less:
      return map_two(a, b, out, n, [](Part x, Part y) { return x < y ? one() : Part{}; });
    case Operation::less_equal:
      return map_two(a, b, out, n, [](Part x, Part y) { return x <= y ? one() : Part{}; });
    case Operation::equal:
      return map_two(a, b, out, n, [](Part x, Part y) { return x == y ? one() : Part{}; });
    case Operation::not_equal:
      return map_two(a, b, out, n, [](Part x, Part y) { return x != y ? one() : Part{}; });
    case Operation::exp:
      return map_one(a, out, n, [](Part x) { return exp(x); });
    case Operation::expm1:
      return map_one(a, out, n, [](Part x) { return expm1(x); });
    case Operation::log:
      return map_one(a, out, n, [](Part x) { return log(x); });
    case Operation::log1p:
      return map_one(a, out, n, [](Part x) { return log1p(x); });
    case Operation::sin:
      return map_one(a, out, n, [](Part x) { return sin(x); });
    case Operation::cos:
      return map_one(a, out, n, [](Part x) { return cos(x); });
    case Operation::sqrt:
      return map_one(a, out, n, [](Part x) { return sqrt(x); });
    case Operation::abs:
      return map_one(a, out, n, [](Part x) { return abs(x); });
    case Operation::tanh:
      return map_one(a, out, n, [](Part x) { return tanh(x); });
    case Operation::sigmoid:
      return map_one(a, out, n, logistic);
    case Operation::softplus:
      return map_one(a, out, n, [](Part x) {
        const Part positive = x > 0 ? x : (x <= 0 ? Part{} : x);
        return positive + vector_math::log1p_of_fraction(vector_math::exp_of_negative(-abs(x)));
      });
    case Operation::relu:
      return map_one(a, out, n, [](Part x) { return x < 0 ? Part{} : x; });
    case Operation::whole_power: {
      const auto exponent = static_cast<std::uint32_t>(step.number < 0 ? -step.number : step.number);
      const bool inverse = step.number < 0;
      return map_one(a, out, n, [=](Part x) {
        Part result = one();
        std::uint32_t rest = exponent;
        for (Part power = x; rest != 0; rest >>= 1, power *= power) {
          if ((rest & 1) != 0) result *= power;
        }
        return inverse ? 1 / result : result;
      });
    }
    case Operation::select: {
      const double* c = block.values[step.c];
      for (Index i = 0; i < n; ++i) out[i] = a[i] != 0 ? b[i] : c[i];
      return;
    }
    default:
      for (Index i = 0; i < block.count; ++i) out[i] = applied(step.operation, a[i], b[i], step.number);
      for (Index i = block.count; i < n; ++i) out[i] = out[block.count - 1];
  }
}

}  // namespace

const Instruction* go_forward(const Instruction* step, const Instruction* end, const Block& block) {
  const double* const* values = block.values;
  const Index n = block.padded;
  for (; step != end && step->kind == Instruction::Kind::apply; ++step) {
    const double *a = values[step->a], *b = step->b < 0 ? a : values[step->b];
    auto* out = const_cast<double*>(values[step->out]);
    switch (step->operation) {
      case Operation::add:
        map_two(a, b, out, n, [](Part x, Part y) { return x + y; });
        break;
      case Operation::subtract:
        map_two(a, b, out, n, [](Part x, Part y) { return x - y; });
        break;
      case Operation::multiply:
        map_two(a, b, out, n, [](Part x, Part y) { return x * y; });
        break;
      case Operation::divide:
        map_two(a, b, out, n, [](Part x, Part y) { return x / y; });
        break;
      case Operation::negate:
        map_one(a, out, n, [](Part x) { return -x; });
        break;
      case Operation::square:
        map_one(a, out, n, [](Part x) { return x * x; });
        break;
      case Operation::add_square:
        map_two(a, b, out, n, [](Part x, Part y) { return x + y * y; });
        break;
      case Operation::subtract_square:
        map_two(a, b, out, n, [](Part x, Part y) { return x - y * y; });
        break;
      case Operation::scaled_square:
        map_two(a, b, out, n, [](Part x, Part y) { return x * (y * y); });
        break;
      case Operation::add_product:
        map_three(a, b, values[step->c], out, n, [](Part x, Part y, Part z) { return x + y * z; });
        break;
      case Operation::subtract_product:
        map_three(a, b, values[step->c], out, n, [](Part x, Part y, Part z) { return x - y * z; });
        break;
      default:
        apply_other(*step, block);
    }
  }
  return step;
}

}  // namespace lookahead::expression
