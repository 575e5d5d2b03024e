#include <array>

#include "objective/bilinear_terms.hpp"
#include "objective/functions/facts.hpp"
#include "objective/game.hpp"

namespace lookahead::games {
namespace {

struct StochasticBilinearUnitParameters {
  Index seed = 1;
  double offset = 1;
};

class StochasticBilinearUnit {
 public:
  using P = StochasticBilinearUnitParameters;
  StochasticBilinearUnit(const P& parameters, Index d)
      : n_(d / 2), linear_(parameters.seed, n_, n_, parameters.offset) {}
  static Facts facts(const P& parameters, Index d) {
    Facts facts = functions::facts_of(d, {-5, 5}, {1}, {0});
    // x = -n times the mean of c, y = -n times the mean of b.
    const Index n = d / 2;
    const LinearParts linear(parameters.seed, n, n, parameters.offset);
    for (Index i = 0; i < d; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const double here =
          -static_cast<double>(n) * linear.mean()[static_cast<std::size_t>(i < n ? n + i : i - n)];
      facts.lower[at] += here;
      facts.upper[at] += here;
      facts.start[at] += here;
      facts.minimizers.front()[at] = here;
    }
    return facts;
  }
  static std::vector<Index> players(const P&, Index d) { return {d / 2, d}; }
  Index terms() const { return n_; }

  template <Scalar T, class Writer>
  void field(const T* z, Writer& writer, Index, const Batch& batch) const {
    put_block(0, 1, z + n_, writer, batch);
    put_block(n_, -1, z, writer, batch);
  }
  template <Scalar T>
  double cost(Index player, const T* z, Index) const {
    const double share = 1 / static_cast<double>(n_);
    double sum = 0;
    for (Index i = 0; i < n_; ++i) {
      const auto at = static_cast<std::size_t>(i), second = static_cast<std::size_t>(n_ + i);
      const auto x = static_cast<double>(z[at]), y = static_cast<double>(z[second]);
      sum += share * x * y + linear_.mean()[at] * x + linear_.mean()[second] * y;
    }
    return player == 0 ? sum : -sum;
  }

 private:
  // A player's block from component `first` on: sign times the mean of e_i other_i and the linear part.
  template <Scalar T, class Writer>
  void put_block(Index first, double sign, const T* other, Writer& writer, const Batch& batch) const {
    const double share = sign / static_cast<double>(batch.size());
    if (linear_.all(batch)) {
      for (Index j = 0; j < n_; ++j)
        writer.put(first + j, share * static_cast<double>(other[j]) +
                                  sign * linear_.mean()[static_cast<std::size_t>(first + j)]);
      return;
    }
    for (Index from = 0; from < n_; from += lane_count) {
      const Index count = std::min(lane_count, n_ - from);
      std::array<double, lane_count> drawn{};
      for (Index i = 0; i < batch.size(); ++i) {
        if (const Index at = batch[i] - from; at >= 0 && at < count) ++drawn[static_cast<std::size_t>(at)];
      }
      for (Index j = from; j < from + count; ++j) {
        const double times = drawn[static_cast<std::size_t>(j - from)];
        writer.put(first + j,
                   share * (times * static_cast<double>(other[j]) + linear_.sum(batch, first + j)));
      }
    }
  }

  Index n_;
  LinearParts linear_;
};

}  // namespace

FunctionEntry stochastic_bilinear_unit() {
  using P = StochasticBilinearUnitParameters;
  return game_entry<StochasticBilinearUnit, P>(
      {"stochastic_bilinear_unit", "a bilinear game as a finite sum in which every term couples one pair",
       "min_x max_y mean of x_i y_i + b_i'x + c_i'y over i = 1, ..., n/2, x and y of n/2 coordinates;\n"
       "V = (2/n y + mean of b, -2/n x - mean of c), monotone with Lipschitz constant 2/n\n"
       "entries of b_i and c_i ~ N(0, offset^2 2/n) from the seed; noise: {minibatch: 1} draws the terms\n"
       "equilibrium x = -n/2 mean of c, y = -n/2 mean of b; start one from it in every coordinate",
       "Chavdarova, Gidel, Fleuret and Lacoste-Julien, NeurIPS 2019; Chavdarova et al., ICLR 2021 (n = 200)"},
      {param("seed", &P::seed, "of the data", at_least(0)),
       param("offset", &P::offset, "root mean square length of b_i and of c_i", at_least(0))},
      10, 4, 0, 2);
}

}  // namespace lookahead::games
