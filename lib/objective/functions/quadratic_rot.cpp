#include "objective/functions/quadratic.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct QuadraticRotParameters : SpectrumParameters {
  Index seed = 1;
  std::vector<double> center{0};
};

struct QuadraticRot : RotatedQuadratic {
  QuadraticRot(const QuadraticRotParameters& p, Index d)
      : RotatedQuadratic(p, static_cast<std::uint64_t>(p.seed), p.center, d) {}
  static Facts facts(const QuadraticRotParameters& p, Index d) { return quadratic_facts(p, p.center, d); }
};

}  // namespace

FunctionEntry quadratic_rot() {
  using P = QuadraticRotParameters;
  FunctionEntry entry = kernel_entry<QuadraticRot, P>(
      {"quadratic_rot", "a convex quadratic in random axes, with chosen eigenvalues and minimizer",
       "f(x) = 1/2 (x - c)' Q diag(a) Q' (x - c), a_i log-spaced from 1/condition to 1, or the spectrum,\n"
       "Q a random rotation; start c_i + 1 in every coordinate; L the largest a_i; n^2 numbers are stored",
       "Stewart, SIAM J. Numer. Anal. 17, 1980 (the random rotation)"},
      together({eigenvalue_parameters<P>(),
                {param("seed", &P::seed, "of the rotation", at_least(0)),
                 param("center", &P::center, "the minimizer c; a short list is repeated")}}),
      2, 1, 0);
  follow_spectrum<P>(entry);
  repeat_center<P>(entry);
  return entry;
}

}  // namespace lookahead::functions
