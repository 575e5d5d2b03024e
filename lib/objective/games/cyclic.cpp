#include "objective/functions/facts.hpp"
#include "objective/game.hpp"

namespace lookahead::games {
namespace {

struct CyclicParameters {
  Index players = 3;
  double curvature = 0.1, coupling = 1, shift = 0;
};

class Cyclic {
 public:
  Cyclic(const CyclicParameters& parameters, Index) : p_(parameters) {}
  static Facts facts(const CyclicParameters& parameters, Index d) {
    const double c = parameters.shift;
    Facts facts = functions::facts_of(d, {c - 5, c + 5}, {c}, {c});
    // The first player alone is off its equilibrium: all at the same point would feel no coupling.
    for (std::size_t i = 0; i < static_cast<std::size_t>(d / parameters.players); ++i) facts.start[i] = c + 1;
    return facts;
  }
  static std::vector<Index> players(const CyclicParameters& parameters, Index d) {
    std::vector<Index> ends;
    for (Index i = 1; i <= parameters.players; ++i) ends.push_back(d / parameters.players * i);
    return ends;
  }

  template <Scalar T, class Writer>
  void field(const T* x, Writer& writer, Index d) const {
    const Index width = d / p_.players;
    for (Index i = 0; i < d; ++i) {
      writer.put(i, p_.curvature * (static_cast<double>(x[i]) - p_.shift) +
                        p_.coupling * ahead_of_behind(x, i, width, d));
    }
  }
  template <Scalar T>
  double cost(Index player, const T* x, Index d) const {
    const Index width = d / p_.players;
    double sum = 0;
    for (Index i = player * width; i < (player + 1) * width; ++i) {
      const double u = static_cast<double>(x[i]) - p_.shift;
      sum += u * (0.5 * p_.curvature * u + p_.coupling * ahead_of_behind(x, i, width, d));
    }
    return sum;
  }

 private:
  // The next player's coordinate less that of the one before, in a circle.
  template <Scalar T>
  static double ahead_of_behind(const T* x, Index i, Index width, Index d) {
    const Index next = i + width < d ? i + width : i + width - d;
    const Index before = i >= width ? i - width : i - width + d;
    return static_cast<double>(x[next]) - static_cast<double>(x[before]);
  }

  CyclicParameters p_;
};

}  // namespace

FunctionEntry cyclic() {
  using P = CyclicParameters;
  FunctionEntry entry = game_entry<Cyclic, P>(
      {"cyclic", "three or more players in a circle, each playing against both neighbours",
       "player i pays curvature/2 |u_i|^2 + coupling u_i'(u_{i+1} - u_{i-1}),  u_i = x_i - shift, i modulo "
       "players,\n"
       "x_i of n/players coordinates; what the couplings cost sums to zero over the players\n"
       "V_i = curvature u_i + coupling (u_{i+1} - u_{i-1}), strongly monotone; eigenvalues\n"
       "curvature + 2i coupling sin(2 pi j / players)\n"
       "equilibrium shift, ..., shift, the only one; start there, but for the first player at shift + 1",
       "Cai, Candogan, Daskalakis and Papadimitriou, Math. Oper. Res. 41, 2016 (zero-sum polymatrix games)"},
      {param("players", &P::players, "number of players", at_least(3), at_most(1e6)),
       param("curvature", &P::curvature, "of each player's own cost", above(0)),
       param("coupling", &P::coupling, "strength of the play between neighbours"),
       param("shift", &P::shift, "every coordinate of the equilibrium")},
      3, 3, 0);
  entry.dimension_unit = [](const Values& p) { return p.as<P>().players; };
  return entry;
}

}  // namespace lookahead::games
