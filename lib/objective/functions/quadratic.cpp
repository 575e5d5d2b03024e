#include "objective/functions/quadratic.hpp"

#include <variant>

#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct QuadraticParameters : SpectrumParameters {
  Index seed = 0;
};

class Quadratic {
 public:
  Quadratic(const QuadraticParameters& p, Index d) : form_(DiagonalQuadratic(p, {}, d)) {
    if (p.seed != 0) form_ = RotatedQuadratic(p, static_cast<std::uint64_t>(p.seed), {}, d);
  }
  static Facts facts(const QuadraticParameters& p, Index d) { return quadratic_facts(p, {}, d); }

  template <Scalar T, bool want_gradient>
  double part(const T* x, T* gradient, Index from, Index to, Index d) const {
    const auto* rotated = std::get_if<RotatedQuadratic>(&form_);
    return rotated != nullptr
               ? rotated->part<T, want_gradient>(x, gradient, from, to, d)
               : std::get_if<DiagonalQuadratic>(&form_)->part<T, want_gradient>(x, gradient, from, to, d);
  }

 private:
  std::variant<DiagonalQuadratic, RotatedQuadratic> form_;
};

}  // namespace

FunctionEntry quadratic() {
  using P = QuadraticParameters;
  FunctionEntry entry = kernel_entry<Quadratic, P>(
      {"quadratic", "a convex quadratic of chosen eigenvalues, along the axes or rotated",
       "f(x) = 1/2 x' Q diag(a) Q' x, a_i log-spaced from 1/condition to 1, or the spectrum\n"
       "minimizer 0, start 1, ..., 1; L the largest a_i\n"
       "Q = I for seed 0, otherwise a random rotation; then n^2 numbers are stored",
       "Stewart, SIAM J. Numer. Anal. 17, 1980 (the random rotation)"},
      together({eigenvalue_parameters<P>(),
                {param("seed", &P::seed, "of the rotation; 0 leaves the axes where they are", at_least(0))}}),
      2, 1, 0);
  follow_spectrum<P>(entry);
  return entry;
}

}  // namespace lookahead::functions
