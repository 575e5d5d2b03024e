#include "expression/operation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "simd/scalar_math.hpp"

namespace lookahead::expression {
namespace {

constexpr auto all_functions = std::to_array<Function>({
    {"abs", "a", "|a|; derivative 0 at 0", 1, Operation::abs},
    {"acos", "a", "arc cosine", 1, Operation::acos},
    {"asin", "a", "arc sine", 1, Operation::asin},
    {"atan", "a", "arc tangent", 1, Operation::atan},
    {"atan2", "a, b", "angle of the point (b, a)", 2, Operation::atan2},
    {"cbrt", "a", "cube root", 1, Operation::cbrt},
    {"ceil", "a", "least whole number that is not below a; derivative 0", 1, Operation::ceil},
    {"cos", "a", "cosine", 1, Operation::cos},
    {"cosh", "a", "hyperbolic cosine", 1, Operation::cosh},
    {"dot", "c, x", "sum of the products of the elements of two vectors or lists", 0, Operation::reduce},
    {"erf", "a", "error function", 1, Operation::erf},
    {"exp", "a", "e^a", 1, Operation::exp},
    {"expm1", "a", "e^a - 1, exact near 0", 1, Operation::expm1},
    {"floor", "a", "largest whole number that is not above a; derivative 0", 1, Operation::floor},
    {"gamma", "a", "gamma function", 1, Operation::gamma},
    {"hypot", "a, b", "sqrt(a^2 + b^2)", 2, Operation::hypot},
    {"if", "c, a, b", "a where c holds, else b; derivative of the one taken", 0, Operation::select},
    {"lgamma", "a", "logarithm of |gamma(a)|", 1, Operation::lgamma},
    {"log", "a", "natural logarithm", 1, Operation::log},
    {"log10", "a", "logarithm to base 10", 1, Operation::log10},
    {"log1p", "a", "log(1 + a), exact near 0", 1, Operation::log1p},
    {"log2", "a", "logarithm to base 2", 1, Operation::log2},
    {"logsumexp", "i, from, to, e", "log of the sum of exp(e), without overflow", 0, Operation::reduce},
    {"max", "a, b or i, from, to, e", "the larger one, or the largest e", 2, Operation::larger},
    {"min", "a, b or i, from, to, e", "the smaller one, or the smallest e", 2, Operation::smaller},
    {"mod", "a, b", "a - b floor(a/b); derivatives 1 and -floor(a/b)", 2, Operation::modulo},
    {"norm2", "x", "sum of the squares of the elements of a vector or list", 0, Operation::reduce},
    {"pow", "a, b", "a^b", 2, Operation::power},
    {"prod", "i, from, to, e", "product of e for i = from, ..., to", 0, Operation::reduce},
    {"relu", "a", "max(a, 0); derivative 0 at 0", 1, Operation::relu},
    {"sigmoid", "a", "1 / (1 + e^-a)", 1, Operation::sigmoid},
    {"sign", "a", "-1, 0 or 1; derivative 0", 1, Operation::sign},
    {"sin", "a", "sine", 1, Operation::sin},
    {"sinh", "a", "hyperbolic sine", 1, Operation::sinh},
    {"softplus", "a", "log(1 + e^a), without overflow", 1, Operation::softplus},
    {"sqrt", "a", "square root", 1, Operation::sqrt},
    {"sum", "i, from, to, e", "sum of e for i = from, ..., to", 0, Operation::reduce},
    {"tan", "a", "tangent", 1, Operation::tan},
    {"tanh", "a", "hyperbolic tangent", 1, Operation::tanh},
});

double sigmoid_of(double a) {
  const double small = math::exp(-std::abs(a));
  return a >= 0 ? 1 / (1 + small) : small / (1 + small);
}

// In [0, b], or [b, 0] for b < 0, whatever the quotient; exact for whole numbers.
double modulo(double a, double b) {
  const double rest = std::fmod(a, b);
  if (rest == 0) return 0;
  return (rest < 0) != (b < 0) ? rest + b : rest;
}

}  // namespace

double whole_power(double x, double exponent) {
  auto rest = static_cast<std::uint32_t>(std::abs(exponent));
  double result = 1;
  for (double power = x; rest != 0; rest >>= 1, power *= power) {
    if ((rest & 1) != 0) result *= power;
  }
  return exponent < 0 ? 1 / result : result;
}

double applied(Operation operation, double a, double b, double number) {
  switch (operation) {
    case Operation::add:
      return a + b;
    case Operation::subtract:
      return a - b;
    case Operation::multiply:
      return a * b;
    case Operation::divide:
      return a / b;
    case Operation::power:
      return math::pow(a, b);
    case Operation::hypot:
      return math::hypot(a, b);
    case Operation::atan2:
      return math::atan2(a, b);
    case Operation::smaller:
      return a <= b || a != a ? a : b;
    case Operation::larger:
      return a >= b || a != a ? a : b;
    case Operation::modulo:
      return modulo(a, b);
    case Operation::less:
      return a < b ? 1 : 0;
    case Operation::less_equal:
      return a <= b ? 1 : 0;
    case Operation::equal:
      return a == b ? 1 : 0;
    case Operation::not_equal:
      return a != b ? 1 : 0;
    case Operation::negate:
      return -a;
    case Operation::square:
      return a * a;
    case Operation::whole_power:
      return whole_power(a, number);
    case Operation::exp:
      return math::exp(a);
    case Operation::expm1:
      return math::expm1(a);
    case Operation::log:
      return math::log(a);
    case Operation::log1p:
      return math::log1p(a);
    case Operation::log2:
      return math::log2(a);
    case Operation::log10:
      return math::log10(a);
    case Operation::sqrt:
      return std::sqrt(a);
    case Operation::cbrt:
      return math::cbrt(a);
    case Operation::abs:
      return std::abs(a);
    case Operation::sign:
      return a > 0 ? 1 : a < 0 ? -1 : a;
    case Operation::sin:
      return math::sin(a);
    case Operation::cos:
      return math::cos(a);
    case Operation::tan:
      return math::tan(a);
    case Operation::asin:
      return math::asin(a);
    case Operation::acos:
      return math::acos(a);
    case Operation::atan:
      return math::atan(a);
    case Operation::sinh:
      return math::sinh(a);
    case Operation::cosh:
      return math::cosh(a);
    case Operation::tanh:
      return math::tanh(a);
    case Operation::sigmoid:
      return sigmoid_of(a);
    case Operation::softplus:
      return std::max(a, 0.0) + math::log1p(math::exp(-std::abs(a)));
    case Operation::relu:
      return a < 0 ? 0 : a;
    case Operation::erf:
      return math::erf(a);
    case Operation::gamma:
      return math::gamma(a);
    case Operation::lgamma:
      return math::lgamma(a);
    case Operation::floor:
      return std::floor(a);
    case Operation::ceil:
      return std::ceil(a);
    default:
      return std::numeric_limits<double>::quiet_NaN();
  }
}

int operands(Operation operation) {
  if (operation <= Operation::column || operation == Operation::reduce) return 0;
  if (operation <= Operation::not_equal) return 2;
  if (operation >= Operation::add_square && operation <= Operation::scaled_square) return 2;
  return operation >= Operation::add_product ? 3 : 1;
}

Operation comparison_of(std::string_view symbol) {
  if (symbol == "<" || symbol == ">") return Operation::less;
  if (symbol == "<=" || symbol == ">=") return Operation::less_equal;
  return symbol == "==" ? Operation::equal : Operation::not_equal;
}

double empty_reduction(Reduction reduction) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  switch (reduction) {
    case Reduction::sum:
      return 0;
    case Reduction::product:
      return 1;
    case Reduction::smallest:
      return infinity;
    case Reduction::largest:
    case Reduction::logsumexp:
      break;
  }
  return -infinity;
}

bool is_arithmetic(Operation operation) {
  switch (operation) {
    case Operation::add:
    case Operation::subtract:
    case Operation::multiply:
    case Operation::divide:
    case Operation::negate:
    case Operation::square:
    case Operation::add_square:
    case Operation::subtract_square:
    case Operation::scaled_square:
    case Operation::add_product:
    case Operation::subtract_product:
      return true;
    default:
      return false;
  }
}

bool is_flat(Operation operation) {
  switch (operation) {
    case Operation::less:
    case Operation::less_equal:
    case Operation::equal:
    case Operation::not_equal:
    case Operation::sign:
    case Operation::floor:
    case Operation::ceil:
      return true;
    default:
      return false;
  }
}

bool is_costly(Operation operation) {
  switch (operation) {
    case Operation::add:
    case Operation::subtract:
    case Operation::multiply:
    case Operation::negate:
    case Operation::square:
    case Operation::abs:
    case Operation::floor:
    case Operation::ceil:
      return false;
    default:
      return operands(operation) > 0;
  }
}

std::span<const Function> functions() { return all_functions; }

const Function* find_function(std::string_view name) {
  const auto all = functions();
  const auto found = std::ranges::find(all, name, &Function::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace lookahead::expression
