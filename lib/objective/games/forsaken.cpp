#include "objective/functions/facts.hpp"
#include "objective/game.hpp"

namespace lookahead::games {
namespace {

class Forsaken {
 public:
  Forsaken(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    // The only root of x = phi'(y), y - 0.45 + phi'(phi'(y)) = 0, by Newton's method with 50 digits.
    return functions::facts_of(d, {-1.5, 1.5}, {0.5}, {0.07802666873846008, 0.41193385136581984});
  }
  static std::vector<Index> players(const NoParameters&, Index) { return {1, 2}; }

  template <Scalar T, class Writer>
  void field(const T* point, Writer& writer, Index) const {
    const double x = static_cast<double>(point[0]), y = static_cast<double>(point[1]);
    writer.put(0, y - 0.45 + slope(x));
    writer.put(1, slope(y) - x);
  }
  template <Scalar T>
  double cost(Index player, const T* point, Index) const {
    const double x = static_cast<double>(point[0]), y = static_cast<double>(point[1]);
    const double f = x * (y - 0.45) + phi(x) - phi(y);
    return player == 0 ? f : -f;
  }

 private:
  static double phi(double z) {
    const double square = z * z;
    return square * (1.0 / 4 + square * (-1.0 / 2 + square / 6));
  }
  static double slope(double z) {
    const double square = z * z;
    return z * (0.5 + square * (square - 2));
  }
};

}  // namespace

FunctionEntry forsaken() {
  return game_entry<Forsaken, NoParameters>(
      {"forsaken", "a non-monotone game whose equilibrium is fenced off by limit cycles",
       "min_x max_y x (y - 0.45) + phi(x) - phi(y),  phi(z) = z^2/4 - z^4/2 + z^6/6\n"
       "V = (y - 0.45 + phi'(x), phi'(y) - x)\n"
       "equilibrium (0.07802666873846008, 0.41193385136581984), the only zero of V, attracting from nearby "
       "alone;\nstart (0.5, 0.5); n = 2 only",
       "Hsieh, Mertikopoulos and Cevher, ICML 2021"},
      {}, 2, 2, 2);
}

}  // namespace lookahead::games
