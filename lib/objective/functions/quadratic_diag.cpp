#include "objective/functions/quadratic.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct QuadraticDiagParameters {
  double condition = 10;
  std::vector<double> center{0};
};

struct QuadraticDiag : DiagonalQuadratic {
  QuadraticDiag(const QuadraticDiagParameters& p, Index d) : DiagonalQuadratic(p.condition, p.center, d) {}
  static Facts facts(const QuadraticDiagParameters& p, Index d) { return quadratic_facts(p.center, d); }
};

}  // namespace

FunctionEntry quadratic_diag() {
  return kernel_entry<QuadraticDiag, QuadraticDiagParameters>(
      {"quadratic_diag", "a convex quadratic along the axes, with chosen condition number and minimizer",
       "f(x) = 1/2 sum_i a_i (x_i - c_i)^2, a_i log-spaced from 1/condition to 1\n"
       "start c_i + 1 in every coordinate; L = 1",
       "Nesterov, Introductory Lectures on Convex Optimization, 2004"},
      {param("condition", &QuadraticDiagParameters::condition, "largest eigenvalue over the smallest",
             at_least(1)),
       param("center", &QuadraticDiagParameters::center, "the minimizer c; a short list is repeated")},
      2, 1, 0);
}

}  // namespace lookahead::functions
