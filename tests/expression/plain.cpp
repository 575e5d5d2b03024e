#include "plain.hpp"

namespace lookahead {
namespace {

// The derivative of the logarithm of the gamma function, by its recurrence and asymptotic series.
long double digamma(long double x) {
  long double sum = 0;
  if (x < 0.5L) {
    const long double angle = std::numbers::pi_v<long double> * x;
    return digamma(1 - x) - std::numbers::pi_v<long double> / std::tan(angle);
  }
  for (; x < 20; ++x) sum -= 1 / x;
  const long double y = 1 / (x * x);
  return sum + std::log(x) - 1 / (2 * x) -
         y * (1 / 12.0L - y * (1 / 120.0L - y * (1 / 252.0L - y * (1 / 240.0L - y * (1 / 132.0L)))));
}

}  // namespace

Dual PlainExpression::reduction(const Term& it) {
  const std::string& index = syntax_.terms[static_cast<std::size_t>(it.parts[0])].name;
  const auto from = static_cast<long>(place(it.parts[1])), to = static_cast<long>(place(it.parts[2]));
  std::vector<Dual> terms;
  for (long i = from; i <= to; ++i) {
    bound_[index] = number(static_cast<long double>(i));
    terms.push_back(value(it.parts[3]));
  }
  bound_.erase(index);
  Dual all = number(it.name == "prod" ? 1 : 0);
  if (it.name == "sum" || it.name == "prod") {
    for (const Dual& term : terms) all = it.name == "sum" ? add(all, term, 1) : multiply(all, term);
    return all;
  }
  if (terms.empty()) return number(it.name == "min" ? INFINITY : -INFINITY);
  if (it.name == "logsumexp") {
    long double most = -INFINITY;
    for (const Dual& term : terms) most = std::max(most, term.value);
    for (const Dual& term : terms) {
      const long double y = std::exp(term.value - most);
      all = add(all, {y, y * term.slope, y, y * term.slope_size}, 1);
    }
    // An error of a term is one of its exponential, relative to that.
    long double size = 1;
    for (const Dual& term : terms) size += term.size;
    return {most + std::log(all.value), all.slope / all.value, size, size * all.slope_size / all.value};
  }
  Dual best = terms.front();
  for (std::size_t i = 1; i < terms.size(); ++i) best = smaller_or_larger(best, terms[i], it.name == "max");
  for (const Dual& term : terms) decide(best, term, best.slope != term.slope);
  return best;
}

Dual PlainExpression::call(const Term& it) {
  const std::string& name = it.name;
  if (name == "if") {
    const Dual condition = value(it.parts[0]);
    decide(condition, number(0));
    return value(condition.value != 0 ? it.parts[1] : it.parts[2]);
  }
  if (name == "dot" || name == "norm2") {
    const std::string& a = syntax_.terms[static_cast<std::size_t>(it.parts.front())].name;
    const std::string& b = syntax_.terms[static_cast<std::size_t>(it.parts.back())].name;
    Dual all;
    for (std::size_t i = 0; i < size_of(a); ++i)
      all = add(
          all, multiply(element(a, static_cast<long double>(i)), element(b, static_cast<long double>(i))), 1);
    return all;
  }
  if (it.parts.size() == 4) return reduction(it);
  const Dual a = value(it.parts[0]);
  const long double x = a.value;
  if (it.parts.size() == 2) {
    const Dual b = value(it.parts[1]);
    if (name == "pow") return power(a, b);
    if (name == "min" || name == "max") {
      decide(a, b, a.slope != b.slope);
      return smaller_or_larger(a, b, name == "max");
    }
    if (name == "mod") {
      decide_whole(divide(a, b));
      const long double times = std::floor(x / b.value);
      return {x - b.value * times, a.slope - times * b.slope, a.size + b.size * std::abs(times),
              a.slope_size + std::abs(times) * b.slope_size};
    }
    const long double square = x * x + b.value * b.value, root = std::sqrt(square);
    if (name == "hypot")
      return {root, root == 0 ? 0 : (x * a.slope + b.value * b.slope) / root, a.size + b.size,
              a.slope_size + b.slope_size};
    return {std::atan2(x, b.value), (b.value * a.slope - x * b.slope) / square, 4 + (a.size + b.size) / root,
            (a.slope_size + b.slope_size) * (1 + (a.size + b.size) / root) / root};
  }
  if (name == "abs" || name == "relu") decide(a, number(0), a.slope_size != 0);
  if (name == "sign") decide(a, number(0));
  if (name == "floor" || name == "ceil") decide_whole(a);
  const long double pi = std::numbers::pi_v<long double>, e = std::exp(x);
  if (name == "exp") return through(a, e, e);
  if (name == "expm1") return through(a, std::expm1(x), e);
  if (name == "log") return through(a, std::log(x), 1 / x);
  if (name == "log1p") return through(a, std::log1p(x), 1 / (1 + x));
  if (name == "log2") return through(a, std::log2(x), 1 / (x * std::numbers::ln2_v<long double>));
  if (name == "log10") return through(a, std::log10(x), 1 / (x * std::numbers::ln10_v<long double>));
  if (name == "sqrt") return through(a, std::sqrt(x), 0.5L / std::sqrt(x));
  if (name == "cbrt") return through(a, std::cbrt(x), 1 / (3 * std::cbrt(x) * std::cbrt(x)));
  if (name == "abs") return through(a, std::abs(x), x > 0 ? 1 : x < 0 ? -1 : 0);
  if (name == "sign") return through(a, x > 0 ? 1 : x < 0 ? -1 : x, 0);
  if (name == "sin") return through(a, std::sin(x), std::cos(x));
  if (name == "cos") return through(a, std::cos(x), -std::sin(x));
  if (name == "tan") return through(a, std::tan(x), 1 + std::tan(x) * std::tan(x));
  if (name == "asin") return through(a, std::asin(x), 1 / std::sqrt(1 - x * x));
  if (name == "acos") return through(a, std::acos(x), -1 / std::sqrt(1 - x * x));
  if (name == "atan") return through(a, std::atan(x), 1 / (1 + x * x));
  if (name == "sinh") return through(a, std::sinh(x), std::cosh(x));
  if (name == "cosh") return through(a, std::cosh(x), std::sinh(x));
  if (name == "tanh") return through(a, std::tanh(x), 1 - std::tanh(x) * std::tanh(x));
  if (name == "sigmoid") return through(a, 1 / (1 + 1 / e), 1 / (2 + e + 1 / e));
  if (name == "softplus")
    return through(a, std::max(x, 0.0L) + std::log1p(std::exp(-std::abs(x))), 1 / (1 + 1 / e));
  if (name == "relu") return through(a, std::max(x, 0.0L), x > 0 ? 1 : 0);
  if (name == "erf") return through(a, std::erf(x), 2 / std::sqrt(pi) * std::exp(-x * x));
  if (name == "gamma") return through(a, std::tgamma(x), std::tgamma(x) * digamma(x));
  if (name == "lgamma") return through(a, std::lgamma(x), digamma(x));
  if (name == "floor") return through(a, std::floor(x), 0);
  return through(a, std::ceil(x), 0);
}

}  // namespace lookahead
