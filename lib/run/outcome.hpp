#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/fault.hpp"
#include "engine/agent.hpp"
#include "engine/stopping.hpp"
#include "metric/confusion.hpp"
#include "spec/metric_names.hpp"
#include "trace/record.hpp"

namespace lookahead {

enum class Status { running, finished, diverged, interrupted, failed };
template <>
struct Words<Status> {
  static constexpr std::pair<const char*, Status> table[] = {{"running", Status::running},
                                                             {"finished", Status::finished},
                                                             {"diverged", Status::diverged},
                                                             {"interrupted", Status::interrupted},
                                                             {"failed", Status::failed}};
};

// A metric at the slow point.
struct ResultMetric {
  std::string name;
  double value = 0;
  std::optional<double> deviation = {};  // where the value is the mean over the folds: the standard deviation
};

// What became of the rows of every class in one part of the data, at the slow point.
struct ClassReport {
  RowsPart part = RowsPart::train;
  ConfusionCounts counts;
};

// How a run ended.
struct Outcome {
  Status status = Status::running;
  std::optional<StopReason> stop;
  std::optional<Fault> fault;  // why an evaluation could not be made, where that has ended the run
  Counts counts;
  double loss_slow = 0, loss_fast = 0, grad_norm = 0;
  std::optional<double> gap;
  bool below_minimum = false;   // by more than rounding: what was given as the minimum is none there
  bool outside_domain = false;  // of a function that has no lower bound outside
  Best best;
  // With stop.patience the epoch whose weights are the result, and the watched metric there; the epoch is
  // missing where no epoch had a value.
  std::optional<Index> best_epoch;
  double best_metric = Record::none;
  std::vector<std::string> remarks;   // what the user is to know of how it ended: why it diverged, no rounds
  std::vector<ResultMetric> metrics;  // metric_columns() of the spec, of the folds, of the test rows
  Index folds = 0;  // models that cross-validation trained beside; their values are means over them
  std::optional<ClassReport> classes;  // classification: of the test rows, or else validation, or training
  // Seconds: the optimizer's, all on the wall, those of what is evaluated and written beside the steps.
  double time_s = 0, elapsed_s = 0, trace_s = 0;
};

}  // namespace lookahead
