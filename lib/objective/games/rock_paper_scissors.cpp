#include "objective/functions/facts.hpp"
#include "objective/game.hpp"
#include "objective/matrix_game.hpp"

namespace lookahead::games {
namespace {

struct RockPaperScissorsParameters {
  double entropy = 0, l2 = 0;
};

class RockPaperScissors {
 public:
  RockPaperScissors(const RockPaperScissorsParameters& parameters, Index)
      : game_({{{0, 1, -1}, {-1, 0, 1}, {1, -1, 0}}}, parameters.entropy, parameters.l2) {}
  static Facts facts(const RockPaperScissorsParameters&, Index d) {
    return functions::facts_of(d, {-3, 3}, {1, 0}, {0});
  }
  static std::vector<Index> players(const RockPaperScissorsParameters&, Index) { return {2, 4}; }

  template <Scalar T, class Writer>
  void field(const T* x, Writer& writer, Index) const {
    game_.field(x, writer);
  }
  template <Scalar T>
  double cost(Index player, const T* x, Index) const {
    return game_.cost(player, x);
  }

 private:
  MatrixGame<3> game_;
};

}  // namespace

FunctionEntry rock_paper_scissors() {
  using P = RockPaperScissorsParameters;
  return game_entry<RockPaperScissors, P>(
      {"rock_paper_scissors", "rock, paper, scissors in mixed strategies given by logits",
       "min_x max_y p'M q,  p = softmax(x_1, x_2, 0), q = softmax(y_1, y_2, 0): rock, paper, scissors;\n"
       "M = (0 1 -1; -1 0 1; 1 -1 0), what the first player pays: 1 where beaten, -1 where it wins\n"
       "each player also pays -entropy H(p) + l2/2 |x|^2\n"
       "V = (J(p) (M q + entropy x) + l2 x, J(q) (entropy y - M'p) + l2 y),  J(p) = diag(p) - p p'\n"
       "equilibrium (0, 0, 0, 0), all alike, the only one; start (1, 0, 1, 0); n = 4 only",
       "Hofbauer and Sigmund, Evolutionary Games and Population Dynamics, 1998"},
      {param("entropy", &P::entropy, "how much a player is paid for the entropy of the own strategy",
             at_least(0)),
       param("l2", &P::l2, "penalty on the square of the logits", at_least(0))},
      4, 4, 4, 4);
}

}  // namespace lookahead::games
