#include <algorithm>

#include "objective/functions/facts.hpp"
#include "objective/game.hpp"
#include "objective/saddle.hpp"
#include "objective/spectrum.hpp"

namespace lookahead::games {
namespace {

struct QuadraticGameParameters {
  double condition = 2, shift = 0;
  CoordinateValues convexity = CoordinateValues::all(0.1), concavity = CoordinateValues::all(0.1),
                   coupling = CoordinateValues::all(1);
  Index seed = 0;

  // How many modes the lists are for; 0: any number.
  Index modes() const { return std::max({convexity.count(), concavity.count(), coupling.count()}); }
};

// A number alone is the largest of values that condition spaces.
bool spaced(const CoordinateValues& values) { return values.numbers.size() == 1; }

class QuadraticGame {
 public:
  QuadraticGame(const QuadraticGameParameters& parameters, Index d)
      : saddle_(spectra(parameters, d / 2), parameters.shift, static_cast<std::uint64_t>(parameters.seed)) {}
  static Facts facts(const QuadraticGameParameters& parameters, Index d) {
    const double c = parameters.shift;
    return functions::facts_of(d, {c - 5, c + 5}, {c + 1}, {c});
  }
  static std::vector<Index> players(const QuadraticGameParameters&, Index d) { return {d / 2, d}; }

  template <Scalar T, class Writer>
  void field(const T* x, Writer& writer, Index) const {
    saddle_.field(x, writer);
  }
  template <Scalar T>
  double cost(Index player, const T* x, Index) const {
    return player == 0 ? saddle_.value(x) : -saddle_.value(x);
  }

 private:
  // The curvatures run the other way than the couplings, so that the ratio of the two differs over the modes.
  static Saddle::Spectra spectra(const QuadraticGameParameters& parameters, Index n) {
    const auto rising = [&](const CoordinateValues& values) {
      return spaced(values) ? log_spaced(parameters.condition, values.numbers.front(), n) : values.values(n);
    };
    const auto falling = [&](const CoordinateValues& values) {
      Aligned<double> all = rising(values);
      if (spaced(values)) std::reverse(all.begin(), all.end());
      return all;
    };
    return {falling(parameters.convexity), rising(parameters.coupling), falling(parameters.concavity)};
  }
  Saddle saddle_;
};

}  // namespace

FunctionEntry quadratic_game() {
  using P = QuadraticGameParameters;
  FunctionEntry entry = game_entry<QuadraticGame, P>(
      {"quadratic_game", "a convex-concave quadratic game: coupled players, each with a curvature of its own",
       "min_x max_y 1/2 u'P u + u'A v - 1/2 v'Q v,  u = x - shift, v = y - shift, of n/2 coordinates each\n"
       "V = (P u + A v, Q v - A' u), monotone\n"
       "singular values of A log-spaced from coupling/condition to coupling; eigenvalues of P from "
       "convexity\n"
       "down to convexity/condition, of Q from concavity down to concavity/condition, in the same "
       "directions;\n"
       "each may be given as a list of n/2 numbers instead, or as scale i^-power;\n"
       "diagonal for seed 0, otherwise rotated at random in x and in y; then n^2 numbers are stored\n"
       "equilibrium shift, ..., shift, the only one; start shift + 1, ..., shift + 1",
       "Balduzzi et al., ICML 2018; Zhang, Wang, Lessard and Grosse, AISTATS 2022"},
      {param("condition", &P::condition,
             "largest over smallest value of each of A, P, Q that is given by its largest", at_least(1)),
       coordinate_param("convexity", &P::convexity, "largest eigenvalue of P, or all of them", at_least(0),
                        "a negative one is not convex"),
       coordinate_param("concavity", &P::concavity, "largest eigenvalue of Q, or all of them", at_least(0),
                        "a negative one is not concave"),
       coordinate_param("coupling", &P::coupling, "largest singular value of A, or all of them", above(0)),
       param("shift", &P::shift, "every coordinate of the equilibrium, by linear terms"),
       param("seed", &P::seed, "of the rotations; 0 leaves the axes where they are", at_least(0))},
      4, 2, 0, 2);
  entry.listed_dimension = [](const Values& values) { return 2 * values.as<P>().modes(); };
  entry.check = [](const Values& values, const Place& place, const Path& path, Report& report) {
    const P& p = values.as<P>();
    check_lists(p.convexity.count(), "convexity", p.concavity.count(), "concavity", place, path, report);
    check_lists(p.convexity.count(), "convexity", p.coupling.count(), "coupling", place, path, report);
    check_lists(p.concavity.count(), "concavity", p.coupling.count(), "coupling", place, path, report);
    const bool all_listed = p.convexity.count() > 0 && p.concavity.count() > 0 && p.coupling.count() > 0;
    if (all_listed && p.condition != P().condition)
      report.add(place, path + " has condition beside lists of all values", "leave condition out");
  };
  return entry;
}

}  // namespace lookahead::games
