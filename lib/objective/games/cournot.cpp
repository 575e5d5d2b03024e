#include "objective/functions/facts.hpp"
#include "objective/game.hpp"

namespace lookahead::games {
namespace {

struct CournotParameters {
  double demand = 1, slope = 1, convexity = 0;
};

class Cournot {
 public:
  Cournot(const CournotParameters& parameters, Index) : p_(parameters) {}
  static Facts facts(const CournotParameters& parameters, Index d) {
    const double firms = static_cast<double>(d);
    return functions::facts_of(d, {0, parameters.demand / parameters.slope}, {0},
                               {parameters.demand / (parameters.slope * (firms + 1) + parameters.convexity)});
  }
  static std::vector<Index> players(const CournotParameters&, Index d) {
    std::vector<Index> ends;
    for (Index i = 1; i <= d; ++i) ends.push_back(i);
    return ends;
  }

  template <Scalar T, class Writer>
  void field(const T* x, Writer& writer, Index d) const {
    const double price = p_.demand - p_.slope * supply(x, d);
    for (Index i = 0; i < d; ++i) {
      writer.put(i, (p_.slope + p_.convexity) * static_cast<double>(x[i]) - price);
    }
  }
  template <Scalar T>
  double cost(Index player, const T* x, Index d) const {
    const double own = static_cast<double>(x[player]);
    return own * (0.5 * p_.convexity * own - (p_.demand - p_.slope * supply(x, d)));
  }

 private:
  template <Scalar T>
  static double supply(const T* x, Index d) {
    double sum = 0;
    for (Index i = 0; i < d; ++i) sum += static_cast<double>(x[i]);
    return sum;
  }

  CournotParameters p_;
};

}  // namespace

FunctionEntry cournot() {
  using P = CournotParameters;
  return game_entry<Cournot, P>(
      {"cournot", "firms in one market: what any of them supplies lowers the price for all",
       "firm i supplies x_i and pays convexity/2 x_i^2 - x_i (demand - slope sum_j x_j): its costs less its "
       "sales\n"
       "V_i = (slope + convexity) x_i - (demand - slope sum_j x_j), strongly monotone, with Lipschitz "
       "constant\n"
       "slope (n + 1) + convexity; not a zero-sum game\n"
       "equilibrium demand / (slope (n + 1) + convexity) for every firm, the only one; start 0, ..., 0",
       "Cournot, 1838; Rosen, Econometrica 33, 1965"},
      {param("demand", &P::demand, "price at no supply, less the cost of a unit", above(0)),
       param("slope", &P::slope, "how much a unit of supply lowers the price", above(0)),
       param("convexity", &P::convexity, "how much a firm's cost of a unit grows with every unit",
             at_least(0))},
      3, 2, 0);
}

}  // namespace lookahead::games
