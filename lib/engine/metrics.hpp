#pragma once
#include <memory>
#include <vector>

#include "engine/whole_evaluator.hpp"
#include "metric/metric.hpp"
#include "objective/model.hpp"
#include "parallel/pool.hpp"

namespace lookahead {

// The bytes that add_to_metrics() works with, about.
template <Scalar T>
double bytes_of_metrics(const Model<T>& model, Index rows, const Pool& pool);

// What the metrics of a model are made for; classes: 0 for regression.
MetricSeat metric_seat(const Chosen<ModelEntry>& model, Index classes);

// Shows every metric the predictions of `model` at weights x for `rows` of its data set `data`. In ordered
// parts whose number depends on that of the rows alone, shared out over the pool. Allocates. False where the
// deadline has passed: some of the rows are missing.
template <Scalar T>
bool add_to_metrics(const Model<T>& model, const Dataset<T>& data, Batch rows, std::span<const T> x,
                    std::span<const std::unique_ptr<Metric>> metrics, Pool& pool,
                    const Deadline& deadline = {});

// The same over all terms of an evaluator of `model`, part after part where they are divided: every process
// shows its own, and what all have seen stands in the metrics of each of them.
template <Scalar T>
bool add_to_metrics(WholeEvaluator<T>& whole, const Model<T>& model, const Dataset<T>& data,
                    std::span<const T> x, std::span<const std::unique_ptr<Metric>> metrics);

// The values of `metrics`, in their order, over all terms of an evaluator of `model`; NaN where one is
// undefined, and all where it has given up.
template <Scalar T>
std::vector<double> evaluate_metrics(WholeEvaluator<T>& whole, const Model<T>& model, const Dataset<T>& data,
                                     std::span<const T> x, const std::vector<Chosen<MetricEntry>>& metrics,
                                     const MetricSeat& seat);

struct ValueAndMetrics {
  Evaluation value;
  std::vector<double> metrics;
};
// The value of the objective and those of `metrics` over all terms, in one pass over them: the evaluator is
// one of `model`, and the bits are those of its value(); all are NaN where it has given up. Allocates.
template <Scalar T>
ValueAndMetrics evaluate_value_and_metrics(WholeEvaluator<T>& whole, const Model<T>& model,
                                           const Dataset<T>& data, std::span<const T> x,
                                           const std::vector<Chosen<MetricEntry>>& metrics,
                                           const MetricSeat& seat);

}  // namespace lookahead
