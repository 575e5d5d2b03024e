#include "objective/functions/quadratic.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct QuadraticRotParameters {
  double condition = 10;
  Index seed = 1;
  std::vector<double> center{0};
};

struct QuadraticRot : RotatedQuadratic {
  QuadraticRot(const QuadraticRotParameters& p, Index d)
      : RotatedQuadratic(p.condition, static_cast<std::uint64_t>(p.seed), p.center, d) {}
  static Facts facts(const QuadraticRotParameters& p, Index d) { return quadratic_facts(p.center, d); }
};

}  // namespace

FunctionEntry quadratic_rot() {
  return kernel_entry<QuadraticRot, QuadraticRotParameters>(
      {"quadratic_rot", "a convex quadratic in random axes, with chosen condition number and minimizer",
       "f(x) = 1/2 (x - c)' Q diag(a) Q' (x - c), a_i log-spaced from 1/condition to 1, Q a random rotation\n"
       "start c_i + 1 in every coordinate; L = 1; n^2 numbers are stored",
       "Stewart, SIAM J. Numer. Anal. 17, 1980 (the random rotation)"},
      {param("condition", &QuadraticRotParameters::condition, "largest eigenvalue over the smallest",
             at_least(1)),
       param("seed", &QuadraticRotParameters::seed, "of the rotation", at_least(0)),
       param("center", &QuadraticRotParameters::center, "the minimizer c; a short list is repeated")},
      2, 1, 0);
}

}  // namespace lookahead::functions
