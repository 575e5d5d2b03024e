#include <algorithm>
#include <cmath>
#include <limits>

#include "schedule/warmed_entry.hpp"

namespace lookahead::schedules {
namespace {

struct PlateauParameters : WarmUp {
  double factor = 0.1;
  Index patience = 10;
  double threshold = 1e-4;
  Index cooldown = 0;
  double to = 0;
  Index every = 100;
};

class Plateau final : public Schedule {
 public:
  explicit Plateau(const PlateauParameters& parameters)
      : parameters_(parameters), value_(parameters.from), warmup_left_(parameters.warmup) {}

  double at(Index step) const override { return parameters_.lasts(step) ? parameters_.at(step) : value_; }
  bool observes() const override { return true; }

  void observe(double loss) override {
    if (warmup_left_ > 0) {
      --warmup_left_;
      return;
    }
    sum_ += loss;
    if (++seen_ < parameters_.every) return;
    judge(sum_ / static_cast<double>(seen_));
    sum_ = 0;
    seen_ = 0;
  }

  void exchange(Archive& archive) override {
    for (double* number : {&value_, &best_, &sum_}) archive.exchange("plateau.number", *number);
    for (Index* count : {&warmup_left_, &seen_, &bad_, &cooling_})
      archive.exchange_count("plateau.count", *count);
  }

 private:
  // One mean loss, in the order of PyTorch's ReduceLROnPlateau.
  void judge(double loss) {
    // The magnitude, so that a negative loss has to fall too. The first loss is better than none.
    if (loss < best_ - (std::isfinite(best_) ? parameters_.threshold * std::abs(best_) : 0)) {
      best_ = loss;
      bad_ = 0;
    } else {
      ++bad_;
    }
    if (cooling_ > 0) {
      --cooling_;
      bad_ = 0;
    }
    if (bad_ > parameters_.patience) {
      value_ = std::max(value_ * parameters_.factor, parameters_.to);
      cooling_ = parameters_.cooldown;
      bad_ = 0;
    }
  }

  PlateauParameters parameters_;
  double value_;
  double best_ = std::numeric_limits<double>::infinity();
  double sum_ = 0;
  Index warmup_left_;
  Index seen_ = 0;     // losses in sum_
  Index bad_ = 0;      // windows without a better mean
  Index cooling_ = 0;  // windows for which none counts as bad
};

void check_limits(const Values& p, const Place& place, const Path& path, Report& report) {
  check_from(p, place, path, report);
  const PlateauParameters& parameters = p.as<PlateauParameters>();
  if (parameters.from > 0 && parameters.to > parameters.from) {
    report.add(place, path / "to" + " must be <= from, got " + to_text(parameters.to));
  }
}

}  // namespace

ScheduleEntry plateau() {
  using P = PlateauParameters;
  ScheduleEntry entry = warmed_entry<P>(
      {"plateau", "multiplied by `factor` where the loss no longer falls; for learning rates alone",
       "the losses of the steps are averaged over windows of `every`; after more than `patience` "
       "windows\n"
       "in a row without a mean below best - threshold |best|, value := max(factor value, to);\n"
       "then `cooldown` windows do not count",
       "PyTorch, ReduceLROnPlateau"},
      {param("factor", &P::factor, "what the value is multiplied by", above(0), below(1)),
       param("patience", &P::patience, "windows without a better mean that are borne", at_least(0),
             at_most(most_counted)),
       param("threshold", &P::threshold, "relative gain that makes a mean better", at_least(0), below(1)),
       param("cooldown", &P::cooldown, "windows after a fall that do not count", at_least(0),
             at_most(most_counted)),
       param("to", &P::to, "the smallest value", at_least(0)),
       param("every", &P::every, "steps of a window; those of an epoch suit minibatches", at_least(1),
             at_most(most_counted))});
  entry.check = check_limits;
  // The first window is better than none; after `patience` more that are not, the next one lets it fall.
  entry.length = [](const Values& p) {
    const P& parameters = p.as<P>();
    const double steps =
        static_cast<double>(parameters.warmup) +
        (static_cast<double>(parameters.patience) + 2) * static_cast<double>(parameters.every);
    return static_cast<Index>(std::min(steps, 1e18)) + 1;
  };
  entry.make = [](const Values& p, Index) -> std::unique_ptr<Schedule> {
    return std::make_unique<Plateau>(p.as<P>());
  };
  entry.observes = true;
  return entry;
}

}  // namespace lookahead::schedules
