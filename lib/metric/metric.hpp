#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "base/archive.hpp"
#include "base/deadline.hpp"
#include "options/catalog.hpp"
#include "parallel/pool.hpp"

namespace lookahead {

// What a metric sees of some rows. For classes `predictions` holds `outputs` probabilities per row, for
// regression one value; `targets` one class number or value per row; `weights` one per row, empty: all 1.
// `scores` hold, as many as the probabilities, the numbers whose softmax these are: they still differ where
// probabilities are rounded to 0 or 1. Empty: not known.
struct MetricRows {
  std::span<const double> predictions;
  std::span<const double> targets;
  std::span<const double> weights;
  Index outputs = 1;
  std::span<const double> scores = {};

  std::size_t size() const { return targets.size(); }
  std::span<const double> prediction(std::size_t row) const {
    const auto width = static_cast<std::size_t>(outputs);
    return predictions.subspan(row * width, width);
  }
  std::span<const double> scores_of(std::size_t row) const {
    const auto width = static_cast<std::size_t>(outputs);
    return scores.empty() ? scores : scores.subspan(row * width, width);
  }
  double weight(std::size_t row) const { return weights.empty() ? 1.0 : weights[row]; }
};

// The most probable class; the first of equal ones.
inline std::size_t most_probable(std::span<const double> probabilities) {
  return static_cast<std::size_t>(std::max_element(probabilities.begin(), probabilities.end()) -
                                  probabilities.begin());
}

// What a metric is made for.
struct MetricSeat {
  Index classes = 0;    // 0: regression
  bool counts = false;  // regression: the targets are counts, the predictions their Poisson means
};

// A metric on its way over rows. Rows may be dealt out, as consecutive parts, to several of the same metric
// that are merged in order afterwards: the result is that of the parts alone, never of who worked on them.
class Metric {
 public:
  virtual ~Metric() = default;
  virtual void add(const MetricRows& rows) = 0;
  // Takes over what `later` has seen: the rows after this one's. It must be of the same metric.
  virtual void merge(Metric& later) = 0;
  // Writes or reads what it has seen, as one of another process shows it.
  virtual void exchange(Archive& archive) = 0;
  // Of all rows seen, on the pool; NaN where it is undefined, as without rows, and where the deadline has passed
  // meanwhile.
  virtual double value(Pool& pool, const Deadline& deadline) const = 0;
  // The same on the caller's thread, however long it takes.
  double value() const {
    Pool alone(1);
    return value(alone, {});
  }
  // One of the same metric that has seen nothing.
  virtual std::unique_ptr<Metric> fresh() const = 0;
};

// A metric of the catalog: one file of lib/metric/items each, collected by the build.
struct MetricEntry : Entry {
  bool for_classes = false;
  bool larger_is_better = true;
  std::unique_ptr<Metric> (*make)(const Values& parameters, const MetricSeat& seat) = nullptr;
  // The parameters with what they leave to the data filled in; none where they leave nothing. May be empty.
  std::optional<Values> (*settle)(const Values& parameters, const MetricSeat& seat) = nullptr;
  // Why the parameters make no sense for the data; empty: they do. May be empty.
  std::string (*misfit)(const Values& parameters, const MetricSeat& seat) = nullptr;
};

const Catalog<MetricEntry>& metric_catalog();

// Makes a Metric of a kernel, a struct K with
//   K(const P& parameters, const MetricSeat& seat);
//   void add(const MetricRows& rows);
//   void merge(K& later);
//   double value() const;      not finite: undefined; or value(pool, deadline), as above
// and, unless it is trivially copyable, which tells all,
//   void exchange(Archive& archive);
template <class K, class P = NoParameters>
class MetricOf final : public Metric {
 public:
  MetricOf(const P& parameters, const MetricSeat& seat)
      : parameters_(parameters), seat_(seat), kernel_(parameters, seat) {}
  void add(const MetricRows& rows) override { kernel_.add(rows); }
  void merge(Metric& later) override { kernel_.merge(static_cast<MetricOf&>(later).kernel_); }
  void exchange(Archive& archive) override {
    if constexpr (requires { kernel_.exchange(archive); }) {
      kernel_.exchange(archive);
    } else {
      archive.exchange("metric", kernel_);
    }
  }
  double value(Pool& pool, const Deadline& deadline) const override {
    double value = 0;
    if constexpr (requires { kernel_.value(pool, deadline); }) {
      value = kernel_.value(pool, deadline);
    } else {
      value = kernel_.value();
    }
    return std::isfinite(value) ? value : std::numeric_limits<double>::quiet_NaN();
  }
  std::unique_ptr<Metric> fresh() const override { return std::make_unique<MetricOf>(parameters_, seat_); }
  const K& kernel() const { return kernel_; }

 private:
  P parameters_;
  MetricSeat seat_;
  K kernel_;
};

template <class K, class P = NoParameters>
MetricEntry metric_entry(Card card, Parameters parameters, bool for_classes, bool larger_is_better) {
  MetricEntry entry;
  static_cast<Entry&>(entry) = declare<P>(std::move(card), std::move(parameters));
  entry.for_classes = for_classes;
  entry.larger_is_better = larger_is_better;
  entry.make = [](const Values& values, const MetricSeat& seat) -> std::unique_ptr<Metric> {
    return std::make_unique<MetricOf<K, P>>(values.as<P>(), seat);
  };
  return entry;
}

}  // namespace lookahead
