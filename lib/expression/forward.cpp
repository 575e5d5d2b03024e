#include <algorithm>

#include "expression/kernels.hpp"
#include "expression/parts.hpp"
#include "expression/totals.hpp"
#include "simd/vector_math.hpp"
#include "simd/vector_trigonometry.hpp"

namespace lookahead::expression {
namespace {

template <class F>
[[gnu::always_inline]] inline void map_one(const double* __restrict a, double* __restrict out, Index padded,
                                           F f) {
  each_part(padded, [&](Index i) { packs::store<double, part_width>(out + i, f(at(a, i))); });
}
template <class F>
[[gnu::always_inline]] inline void map_two(const double* __restrict a, const double* __restrict b,
                                           double* __restrict out, Index padded, F f) {
  each_part(padded, [&](Index i) { packs::store<double, part_width>(out + i, f(at(a, i), at(b, i))); });
}

Part one() { return all(1); }

Part logistic(Part a) {
  const Part small = vector_math::exp_of(-abs(a));
  return (a >= 0 ? one() : small) / (1 + small);
}

// How many numbers of a step's result are made.
[[gnu::always_inline]] inline Index length_of(const Instruction& step, const Block& block) {
  return step.first_only && block.in_row ? part_group : block.padded;
}

// What is rarer, or slow enough that a call does not matter.
[[gnu::noinline]] void apply_other(const Instruction& step, const Block& block) {
  const double *a = block.values[step.a], *b = step.b < 0 ? a : block.values[step.b];
  auto* out = const_cast<double*>(block.values[step.out]);
  const Index n = length_of(step, block), count = std::min(block.count, n);
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
        return positive + vector_math::log1p_of_fraction(vector_math::exp_of(-abs(x)));
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
      for (Index i = 0; i < count; ++i) out[i] = applied(step.operation, a[i], b[i], step.number);
      for (Index i = count; i < n; ++i) out[i] = out[count - 1];
  }
}

// Where the results of a step go.
struct Target {
  const Instruction& step;
  const Block& block;

  // f(i): the results of the terms from i on, in terms of the operands.
  template <class F>
  [[gnu::always_inline]] void take(F f) const {
    if (step.output >= 0 && block.sums != nullptr) {
      add_up(f, block.sums + step.output * Totals::numbers);
    } else {
      auto* out = const_cast<double*>(block.values[step.out]);
      each_part(length_of(step, block), [&](Index i) { packs::store<double, part_width>(out + i, f(i)); });
    }
  }

  // As Totals::add() does it.
  template <class F>
  [[gnu::always_inline]] void add_up(F f, double* lanes) const {
    constexpr int parts = part_group / part_width;
    Part sums[parts];
    for (int p = 0; p < parts; ++p) sums[p] = at(lanes, p * part_width);
    Index i = 0;
    for (; i + part_group <= block.count; i += part_group) {
      for (int p = 0; p < parts; ++p) sums[p] += f(i + p * part_width);
    }
    for (int p = 0; p < parts; ++p) packs::store<double, part_width>(lanes + p * part_width, sums[p]);
    if (i == block.count) return;
    double rest[part_group];
    for (int p = 0; p < parts; ++p)
      packs::store<double, part_width>(rest + p * part_width, f(i + p * part_width));
    for (Index j = 0; i + j < block.count; ++j) lanes[j] += rest[j];
  }
};

template <class F>
[[gnu::always_inline]] inline void with_one(const Instruction& step, const Block& block, F f) {
  const Each a{block.values[step.a]};
  Target{step, block}.take([=](Index i) { return f(a(i)); });
}
template <class F>
[[gnu::always_inline]] inline void with_two(const Instruction& step, const Block& block, F f) {
  const Target target{step, block};
  const Each a{block.values[step.a]}, b{block.values[step.b]};
  if (step.steady == 1) return target.take([=, x = Steady{all(*a.from)}](Index i) { return f(x(i), b(i)); });
  if (step.steady == 2) return target.take([=, y = Steady{all(*b.from)}](Index i) { return f(a(i), y(i)); });
  target.take([=](Index i) { return f(a(i), b(i)); });
}
template <class F>
[[gnu::always_inline]] inline void with_three(const Instruction& step, const Block& block, F f) {
  const Target target{step, block};
  const Each a{block.values[step.a]}, b{block.values[step.b]}, c{block.values[step.c]};
  if (step.steady == 1)
    return target.take([=, x = Steady{all(*a.from)}](Index i) { return f(x(i), b(i), c(i)); });
  if (step.steady == 2)
    return target.take([=, y = Steady{all(*b.from)}](Index i) { return f(a(i), y(i), c(i)); });
  if (step.steady == 4)
    return target.take([=, z = Steady{all(*c.from)}](Index i) { return f(a(i), b(i), z(i)); });
  target.take([=](Index i) { return f(a(i), b(i), c(i)); });
}

}  // namespace

const Instruction* go_forward(const Instruction* step, const Instruction* end, const Block& block) {
  for (; step != end && step->kind == Instruction::Kind::apply; ++step) {
    switch (step->operation) {
      case Operation::add:
        with_two(*step, block, [](Part x, Part y) { return x + y; });
        break;
      case Operation::subtract:
        with_two(*step, block, [](Part x, Part y) { return x - y; });
        break;
      case Operation::multiply:
        with_two(*step, block, [](Part x, Part y) { return x * y; });
        break;
      case Operation::divide:
        with_two(*step, block, [](Part x, Part y) { return x / y; });
        break;
      case Operation::negate:
        with_one(*step, block, [](Part x) { return -x; });
        break;
      case Operation::square:
        with_one(*step, block, [](Part x) { return x * x; });
        break;
      case Operation::add_square:
        with_two(*step, block, [](Part x, Part y) { return x + y * y; });
        break;
      case Operation::subtract_square:
        with_two(*step, block, [](Part x, Part y) { return x - y * y; });
        break;
      case Operation::scaled_square:
        with_two(*step, block, [](Part x, Part y) { return x * (y * y); });
        break;
      case Operation::add_product:
        with_three(*step, block, [](Part x, Part y, Part z) { return x + y * z; });
        break;
      case Operation::subtract_product:
        with_three(*step, block, [](Part x, Part y, Part z) { return x - y * z; });
        break;
      default:
        apply_other(*step, block);
    }
  }
  return step;
}

}  // namespace lookahead::expression
