#pragma once
#include <memory>
#include <vector>

#include "engine/evaluator.hpp"
#include "metric/metric.hpp"
#include "objective/model.hpp"
#include "parallel/pool.hpp"

namespace lookahead {

// What the metrics of a model are made for; classes: 0 for regression.
MetricSeat metric_seat(const Chosen<ModelEntry>& model, Index classes);

// Shows every metric the predictions of `model` at weights x for `rows` of its data set `data`. In ordered
// parts whose number depends on that of the rows alone, shared out over the pool. Allocates. False where the
// deadline has passed: some of the rows are missing.
template <Scalar T>
bool add_to_metrics(const Model<T>& model, const Dataset<T>& data, Batch rows, std::span<const T> x,
                    std::span<const std::unique_ptr<Metric>> metrics, Pool& pool,
                    const Deadline& deadline = {});

// The values of `metrics`, in their order, over `rows`; NaN where one is undefined, and all where the
// deadline has passed.
template <Scalar T>
std::vector<double> evaluate_metrics(const Model<T>& model, const Dataset<T>& data, Batch rows,
                                     std::span<const T> x, const std::vector<Chosen<MetricEntry>>& metrics,
                                     const MetricSeat& seat, Pool& pool, const Deadline& deadline = {});

struct ValueAndMetrics {
  Evaluation value;
  std::vector<double> metrics;
};
// The value of the objective and those of `metrics` over `rows`, in one pass over them: `evaluator` is one of
// `model` and gives the bits of its value(); all are NaN where its deadline has passed. Allocates.
template <Scalar T>
ValueAndMetrics evaluate_value_and_metrics(Evaluator<T>& evaluator, const Model<T>& model,
                                           const Dataset<T>& data, Batch rows, std::span<const T> x,
                                           const std::vector<Chosen<MetricEntry>>& metrics,
                                           const MetricSeat& seat);

}  // namespace lookahead
