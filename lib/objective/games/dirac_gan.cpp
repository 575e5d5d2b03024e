
#include "objective/functions/facts.hpp"
#include "objective/game.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::games {
namespace {

struct DiracGanParameters {
  double penalty = 0;
};

class DiracGan {
 public:
  DiracGan(const DiracGanParameters& parameters, Index) : penalty_(parameters.penalty) {}
  static Facts facts(const DiracGanParameters&, Index d) { return functions::facts_of(d, {-2, 2}, {1}, {0}); }
  static std::vector<Index> players(const DiracGanParameters&, Index) { return {1, 2}; }

  template <Scalar T, class Writer>
  void field(const T* x, Writer& writer, Index) const {
    const double theta = static_cast<double>(x[0]), psi = static_cast<double>(x[1]);
    const double slope = 1 / (1 + math::exp(theta * psi));  // f'(theta psi)
    writer.put(0, psi * slope);
    writer.put(1, penalty_ * psi - theta * slope);
  }
  template <Scalar T>
  double cost(Index player, const T* x, Index) const {
    const double theta = static_cast<double>(x[0]), psi = static_cast<double>(x[1]);
    const double t = -theta * psi;
    const double softplus = t > 0 ? t + math::log1p(math::exp(-t)) : math::log1p(math::exp(t));
    const double f = -softplus - math::log(2.0);
    return player == 0 ? f : 0.5 * penalty_ * psi * psi - f;
  }

 private:
  double penalty_;
};

}  // namespace

FunctionEntry dirac_gan() {
  using P = DiracGanParameters;
  return game_entry<DiracGan, P>(
      {"dirac_gan", "the smallest GAN: a point that is generated, a slope that tells it from 0",
       "min_theta max_psi f(theta psi) + f(0) - penalty/2 psi^2,  f(t) = -log(1 + exp(-t))\n"
       "V = (psi s, penalty psi - theta s),  s = f'(theta psi) = 1/(1 + exp(theta psi))\n"
       "equilibrium (0, 0), the only one; start (1, 1); n = 2 only",
       "Mescheder, Geiger and Nowozin, ICML 2018"},
      {param("penalty", &P::penalty, "strength of the discriminator's gradient penalty", at_least(0))}, 2, 2,
      2);
}

}  // namespace lookahead::games
