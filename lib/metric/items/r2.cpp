#include "metric/metric.hpp"
#include "metric/squares.hpp"

namespace lookahead::metrics {
namespace {

// Weight, mean and squares about it of the targets of parts are put together as in Chan, Golub and LeVeque,
// Updating formulae and a pairwise algorithm for computing sample variances, 1979: no part needs to know the
// mean of the whole.
class Explained {
 public:
  Explained(const NoParameters&, const MetricSeat&) {}

  void add(const MetricRows& rows) {
    Explained part({}, {});
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows.weight(i) == 0) continue;
      part.least_ = std::min(part.least_, rows.targets[i]);
      part.greatest_ = std::max(part.greatest_, rows.targets[i]);
      part.weight_ += rows.weight(i);
    }
    if (part.weight_ == 0) return;
    // Of shares of the targets, as their sum may be beyond all numbers.
    const double unit = 1 / part.weight_;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows.weight(i) > 0) part.mean_ += rows.weight(i) * unit * rows.targets[i];
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows.weight(i) == 0) continue;
      const double residual = rows.predictions[i] - rows.targets[i], spread = rows.targets[i] - part.mean_;
      const double weight = rows.weight(i);
      part.residuals_.add(weight * residual * residual, weight, residual);
      part.spread_.add(weight * spread * spread, weight, spread);
    }
    merge(part);
  }

  void merge(const Explained& later) {
    if (later.weight_ == 0) return;
    const double all = weight_ + later.weight_, gap = later.mean_ - mean_;
    residuals_.merge(later.residuals_);
    Squares spread = later.spread_;
    if (weight_ > 0)
      spread.add(gap * gap * weight_ * later.weight_ / all, weight_ * later.weight_ / all, gap);
    spread_.merge(spread);
    mean_ += gap * (later.weight_ / all);
    weight_ = all;
    least_ = std::min(least_, later.least_);
    greatest_ = std::max(greatest_, later.greatest_);
  }

  double value() const {
    // The mean of equal targets is rounded, so that their spread about it need not be 0.
    if (least_ == greatest_) return std::numeric_limits<double>::quiet_NaN();
    return 1 - residuals_.over(spread_);
  }

 private:
  double weight_ = 0, mean_ = 0;
  Squares residuals_, spread_;
  double least_ = std::numeric_limits<double>::infinity(), greatest_ = -least_;  // targets of rows that count
};

}  // namespace

MetricEntry r2() {
  return metric_entry<Explained>(
      {"r2", "share of the target's variance that is explained; 1 is perfect, 0 as good as the mean",
       "1 - sum (prediction - target)^2 / sum (target - mean target)^2; undefined for a constant target",
       "none"},
      {}, false, true);
}

}  // namespace lookahead::metrics
