#pragma once
#include <optional>
#include <string>
#include <vector>

#include "spec/spec.hpp"

namespace lookahead {

// The names that metrics have in traces and results, which are made and taken apart here alone.

// The part of the data whose rows are judged.
enum class RowsPart { train, validation, test };
template <>
struct Words<RowsPart> {
  static constexpr std::pair<const char*, RowsPart> table[] = {
      {"train", RowsPart::train}, {"validation", RowsPart::validation}, {"test", RowsPart::test}};
};

// "train_rmse", "val_rmse", "test_rmse".
std::string metric_name(RowsPart part, const std::string& metric);
// Of the standard deviation over the folds: "val_rmse_sd".
std::string deviation_name(const std::string& name);
// Whether the name is one of a metric on that part.
bool is_metric_of(RowsPart part, const std::string& name);

// The trace columns of metrics for this spec: train_<metric> for data, with validation rows val_loss and
// val_<metric> as well; distance and field_norm for games.
std::vector<std::string> metric_columns(const Spec& spec);
// val_loss and val_<metric>: what validation rows are evaluated by, and every fold.
std::vector<std::string> validation_columns(const Spec& spec);
// test_<metric>.
std::vector<std::string> test_columns(const Spec& spec);

// Of a metric's column; nothing where it is none.
std::optional<bool> larger_is_better(const std::string& column);

}  // namespace lookahead
