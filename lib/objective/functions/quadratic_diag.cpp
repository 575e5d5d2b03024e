#include "objective/functions/quadratic.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct QuadraticDiagParameters : SpectrumParameters {
  std::vector<double> center{0};
};

struct QuadraticDiag : DiagonalQuadratic {
  QuadraticDiag(const QuadraticDiagParameters& p, Index d) : DiagonalQuadratic(p, p.center, d) {}
  static Facts facts(const QuadraticDiagParameters& p, Index d) { return quadratic_facts(p, p.center, d); }
};

}  // namespace

FunctionEntry quadratic_diag() {
  using P = QuadraticDiagParameters;
  FunctionEntry entry = kernel_entry<QuadraticDiag, P>(
      {"quadratic_diag", "a convex quadratic along the axes, with chosen eigenvalues and minimizer",
       "f(x) = 1/2 sum_i a_i (x_i - c_i)^2, a_i log-spaced from 1/condition to 1, or the spectrum\n"
       "start c_i + 1 in every coordinate; L the largest a_i",
       "Nesterov, Introductory Lectures on Convex Optimization, 2004"},
      together({eigenvalue_parameters<P>(),
                {param("center", &P::center, "the minimizer c; a short list is repeated")}}),
      2, 1, 0);
  follow_spectrum<P>(entry);
  repeat_center<P>(entry);
  return entry;
}

}  // namespace lookahead::functions
