#include "loss/loss.hpp"

namespace lookahead::losses {
namespace {

class Squared final : public Loss {
 public:
  double evaluate(std::span<const double> scores, std::span<const double> targets,
                  std::span<double> slopes) const override {
    double sum = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const double residual = scores[i] - targets[i];
      sum += residual * residual;
      if (!slopes.empty()) slopes[i] = residual;
    }
    return sum / 2;
  }
  double curvature() const override { return 1; }
};

}  // namespace

LossEntry squared() {
  return {declare<NoParameters>(
              {"squared", "half the squared residual", "r^2/2, r = score - target", "Legendre, 1805"}, {}),
          false, [](const void*) -> std::unique_ptr<Loss> { return std::make_unique<Squared>(); }};
}

}  // namespace lookahead::losses
