#pragma once
#include <array>
#include <cstring>
#include <utility>

#include "loss/loss.hpp"
#include "simd/vector_math.hpp"

namespace lookahead {

// A loss and its derivative by the score, of several rows side by side.
template <class V>
struct LossValues {
  V value, slope;
};

// Makes a Loss of a rule
//   template <class V> LossValues<V> at(V score, V target) const;    V: vector of doubles
//   double curvature() const;
//   double steepness() const;
//   double least(double target) const;   left out where it is 0
//   static constexpr bool convex;
template <class Rule>
class PointwiseLoss final : public Loss {
 public:
  explicit PointwiseLoss(Rule rule) : rule_(std::move(rule)) {}

  using Loss::evaluate;
  double evaluate(std::span<const double> scores, std::span<const double> targets,
                  std::span<const double> weights, std::span<double> slopes) const override {
    if (weights.empty())
      return slopes.empty() ? sum<false, false>(scores, targets, weights, slopes)
                            : sum<false, true>(scores, targets, weights, slopes);
    return slopes.empty() ? sum<true, false>(scores, targets, weights, slopes)
                          : sum<true, true>(scores, targets, weights, slopes);
  }
  double curvature() const override { return rule_.curvature(); }
  double steepness() const override { return rule_.steepness(); }
  double least(double target) const override {
    if constexpr (requires { rule_.least(target); }) {
      return rule_.least(target);
    } else {
      return 0;
    }
  }
  bool convex() const override { return Rule::convex; }

 private:
  // Eight lanes in as many registers as they fill, as rules compare.
  static constexpr std::size_t width = packs::register_width<double>;
  static constexpr std::size_t parts = lane_count / width;
  using Part = packs::Pack<double, static_cast<int>(width)>;

  static Part load(const double* from) {
    Part part;
    std::memcpy(&part, from, sizeof part);
    return part;
  }

  template <bool weighted, bool want_slopes>
  double sum(std::span<const double> scores, std::span<const double> targets, std::span<const double> weights,
             std::span<double> slopes) const {
    constexpr std::size_t group = lane_count;
    Part sums[parts] = {};
    const auto add = [&](const double* score, const double* target, const double* weight, double* slope) {
      for (std::size_t p = 0; p < parts; ++p) {
        LossValues<Part> rows = rule_.at(load(score + p * width), load(target + p * width));
        if (weight != nullptr) {
          // A row of weight 0 is not there, whatever its loss.
          const Part factor = load(weight + p * width);
          rows.value = factor != 0 ? factor * rows.value : Part{};
          rows.slope = factor != 0 ? factor * rows.slope : Part{};
        }
        sums[p] += rows.value;
        if (want_slopes) std::memcpy(slope + p * width, &rows.slope, sizeof rows.slope);
      }
    };
    const std::size_t whole = scores.size() / group * group;
    for (std::size_t i = 0; i < whole; i += group) {
      add(scores.data() + i, targets.data() + i, weighted ? weights.data() + i : nullptr,
          want_slopes ? slopes.data() + i : nullptr);
    }
    double others = 0;
    for (std::size_t i = whole; i < scores.size(); ++i) {
      double slope;
      const double value = at_one(scores[i], targets[i], slope);
      const double weight = weighted ? weights[i] : 1.0;
      others += weight == 0 ? 0.0 : weight * value;
      if (want_slopes) slopes[i] = weight == 0 ? 0.0 : weight * slope;
    }
    Lanes lanes;
    std::memcpy(&lanes, &sums, sizeof lanes);
    return total(lanes) + others;
  }

  // One row in all lanes of a short vector: results do not depend on the lane. A function of its own, since
  // the constants of a whole group's loop would have to be loaded for a single row as well. The slope is not
  // returned beside the value, in one register with which it would wait for it: a step goes on with the
  // slope alone.
  [[gnu::noinline]] double at_one(double score, double target, double& slope) const {
    using Pair = double __attribute__((vector_size(2 * sizeof(double))));
    const LossValues<Pair> row = rule_.at(Pair{score, score}, Pair{target, target});
    slope = row.slope[0];
    return row.value[0];
  }

  Rule rule_;
};

// The catalog's entry of a rule made of parameters P, or of nothing.
template <class Rule, class P = NoParameters>
LossEntry pointwise_loss(Card card, LossUse use, Parameters parameters = {}) {
  return {declare<P>(std::move(card), std::move(parameters)), use,
          [](const Values& p) -> std::unique_ptr<Loss> {
            if constexpr (std::same_as<P, NoParameters>) {
              (void)p;
              return std::make_unique<PointwiseLoss<Rule>>(Rule{});
            } else {
              return std::make_unique<PointwiseLoss<Rule>>(Rule{p.as<P>()});
            }
          }};
}

}  // namespace lookahead
