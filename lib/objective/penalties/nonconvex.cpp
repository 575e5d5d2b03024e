#include <array>

#include "objective/penalty.hpp"
#include "simd/lanes.hpp"

namespace lookahead::penalties {
namespace {

struct Strength {
  double strength = 1e-3;
};

template <class T>
class NonConvex final : public PenaltyTerm<T> {
 public:
  explicit NonConvex(const Strength& parameters) : strength_(parameters.strength) {}

  double add(std::span<const T> weights, std::span<T> gradient, const WeightShape&) const override {
    constexpr std::size_t group = lane_count;
    const std::size_t whole = weights.size() / group * group, rest = weights.size() - whole;
    Lanes sum{};
    for (std::size_t i = 0; i < whole; i += group) {
      sum += add_eight(weights.data() + i, gradient.empty() ? nullptr : gradient.data() + i);
    }
    if (rest > 0) {
      std::array<T, group> weight{}, slope{};
      for (std::size_t i = 0; i < rest; ++i) weight[i] = weights[whole + i];
      sum += add_eight(weight.data(), slope.data());
      for (std::size_t i = 0; i < rest && !gradient.empty(); ++i) gradient[whole + i] += slope[i];
    }
    return strength_ * total(sum);
  }
  // strength (2 - 6 w^2) / (1 + w^2)^3, at w = 1 and w = 0.
  Curvatures curvatures() const override { return {-strength_ / 2, 2 * strength_}; }

 private:
  Lanes add_eight(const T* weights, T* gradient) const {
    const Lanes w = widen(weights);
    const Lanes share = 1 / (1 + w * w);
    if (gradient != nullptr) narrow(gradient, widen(gradient) + 2 * strength_ * w * share * share);
    return w * w * share;
  }

  double strength_;
};

}  // namespace

PenaltyEntry nonconvex() {
  return penalty_entry<NonConvex, Strength>(
      {"nonconvex", "bounded penalty that leaves large weights alone",
       "strength * sum w^2 / (1 + w^2)\nsecond derivative between -strength/2 and 2 strength",
       "Geman and Reynolds, IEEE Trans. Pattern Analysis and Machine Intelligence 14, 1992"},
      {param("strength", &Strength::strength, "factor of the sum", at_least(0))});
}

}  // namespace lookahead::penalties
