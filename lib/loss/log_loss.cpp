#include <cmath>

#include "loss/loss.hpp"

namespace lookahead::losses {
namespace {

class LogLoss final : public Loss {
 public:
  double evaluate(std::span<const double> scores, std::span<const double> targets,
                  std::span<double> slopes) const override {
    double sum = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const double score = scores[i];
      // exp of a negative number only, so that nothing overflows and nothing cancels.
      const double small = std::exp(-std::abs(score));
      sum += std::log1p(small) + (score > 0 ? score : 0.0) - targets[i] * score;
      if (!slopes.empty()) slopes[i] = (score >= 0 ? 1.0 : small) / (1 + small) - targets[i];
    }
    return sum;
  }
  double curvature() const override { return 0.25; }
};

}  // namespace

LossEntry log_loss() {
  return {declare<NoParameters>({"log_loss", "negative log-likelihood of a class",
                                 "log(1 + e^score) - target score, target 0 or 1", "Cox, 1958"},
                                {}),
          true, [](const void*) -> std::unique_ptr<Loss> { return std::make_unique<LogLoss>(); }};
}

}  // namespace lookahead::losses
