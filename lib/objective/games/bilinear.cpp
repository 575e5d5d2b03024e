#include "objective/functions/facts.hpp"
#include "objective/game.hpp"
#include "objective/saddle.hpp"
#include "objective/spectrum.hpp"

namespace lookahead::games {
namespace {

struct BilinearParameters : SpectrumParameters {
  BilinearParameters() { condition = 2; }
  double shift = 0;
  Index seed = 0;
};

class Bilinear {
 public:
  Bilinear(const BilinearParameters& parameters, Index d)
      : saddle_(spectra(parameters, d / 2), parameters.shift, static_cast<std::uint64_t>(parameters.seed)) {}
  static Facts facts(const BilinearParameters& parameters, Index d) {
    const double c = parameters.shift;
    return functions::facts_of(d, {c - 5, c + 5}, {c + 1}, {c});
  }
  static std::vector<Index> players(const BilinearParameters&, Index d) { return {d / 2, d}; }

  template <Scalar T, class Writer>
  void field(const T* x, Writer& writer, Index) const {
    saddle_.field(x, writer);
  }
  template <Scalar T>
  double cost(Index player, const T* x, Index) const {
    return player == 0 ? saddle_.value(x) : -saddle_.value(x);
  }

 private:
  static Saddle::Spectra spectra(const BilinearParameters& parameters, Index n) {
    const Aligned<double> none(static_cast<std::size_t>(n), 0.0);
    return {none,
            parameters.spectrum ? parameters.spectrum->values(n) : log_spaced(parameters.condition, 1, n),
            none};
  }
  Saddle saddle_;
};

}  // namespace

FunctionEntry bilinear() {
  using P = BilinearParameters;
  FunctionEntry entry = game_entry<Bilinear, P>(
      {"bilinear", "the bilinear game: simultaneous gradient descent ascent diverges at every rate",
       "min_x max_y (x - shift)' A (y - shift), x and y of n/2 coordinates;  V = (A (y - shift), -A' (x - "
       "shift))\n"
       "singular values of A log-spaced from 1/condition to 1, or the n/2 numbers of the spectrum;\n"
       "V is monotone, its Lipschitz constant the largest of them;\n"
       "A is diagonal for seed 0, otherwise rotated at random in x and in y; then n^2 numbers are stored\n"
       "equilibrium shift, ..., shift, the only one; start shift + 1, ..., shift + 1",
       "Gidel, Berard, Vignoud, Vincent and Lacoste-Julien, ICLR 2019; Chavdarova et al., ICLR 2021 (with "
       "Lookahead)"},
      together(
          {spectrum_parameters<P>("singular value", above(0), "a singular value 0 has no single equilibrium"),
           {param("shift", &P::shift, "every coordinate of the equilibrium, by linear terms"),
            param("seed", &P::seed, "of the rotations; 0 leaves the axes where they are", at_least(0))}}),
      2, 2, 0, 2);
  follow_spectrum<P>(entry, 2);
  return entry;
}

}  // namespace lookahead::games
