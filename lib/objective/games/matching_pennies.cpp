#include "objective/functions/facts.hpp"
#include "objective/game.hpp"
#include "objective/matrix_game.hpp"

namespace lookahead::games {
namespace {

struct MatchingPenniesParameters {
  double entropy = 0, l2 = 0;
};

class MatchingPennies {
 public:
  MatchingPennies(const MatchingPenniesParameters& parameters, Index)
      : game_({{{1, -1}, {-1, 1}}}, parameters.entropy, parameters.l2) {}
  static Facts facts(const MatchingPenniesParameters&, Index d) {
    return functions::facts_of(d, {-3, 3}, {1}, {0});
  }
  static std::vector<Index> players(const MatchingPenniesParameters&, Index) { return {1, 2}; }

  template <Scalar T, class Writer>
  void field(const T* x, Writer& writer, Index) const {
    game_.field(x, writer);
  }
  template <Scalar T>
  double cost(Index player, const T* x, Index) const {
    return game_.cost(player, x);
  }

 private:
  MatrixGame<2> game_;
};

}  // namespace

FunctionEntry matching_pennies() {
  using P = MatchingPenniesParameters;
  return game_entry<MatchingPennies, P>(
      {"matching_pennies",
       "two pennies, heads or tails: one player pays where they match, the other where not",
       "min_x max_y (2p - 1)(2q - 1),  p = 1/(1 + exp(-x)) and q = 1/(1 + exp(-y)) the chances of heads;\n"
       "each player also pays -entropy H(p) + l2/2 x^2, with H the entropy -p log p - (1-p) log(1-p)\n"
       "V = (p (1-p) (2 (2q - 1) + entropy x) + l2 x, q (1-q) (entropy y - 2 (2p - 1)) + l2 y)\n"
       "equilibrium (0, 0), even chances, the only one; start (1, 1); n = 2 only",
       "von Neumann, Math. Ann. 100, 1928; McKelvey and Palfrey, Games Econ. Behav. 10, 1995 (entropy)"},
      {param("entropy", &P::entropy, "how much a player is paid for the entropy of the own strategy",
             at_least(0)),
       param("l2", &P::l2, "penalty on the square of the logits", at_least(0))},
      2, 2, 2);
}

}  // namespace lookahead::games
