#include "spec/metric_names.hpp"

#include <algorithm>
#include <array>

#include "spec/problem.hpp"

namespace lookahead {
namespace {

// By RowsPart.
constexpr std::array<const char*, 3> beginnings = {"train_", "val_", "test_"};
constexpr const char* mean_loss = "loss";
const std::vector<std::string>& of_games() {
  static const std::vector<std::string> names = {"distance", "field_norm"};
  return names;
}

std::string beginning(RowsPart part) { return beginnings[static_cast<std::size_t>(part)]; }

void add_metrics(std::vector<std::string>& columns, RowsPart part, const Spec& spec) {
  for (const auto& metric : spec.metrics) columns.push_back(metric_name(part, metric.entry->card.name));
}

}  // namespace

std::string metric_name(RowsPart part, const std::string& metric) { return beginning(part) + metric; }

std::string deviation_name(const std::string& name) { return name + "_sd"; }

bool is_metric_of(RowsPart part, const std::string& name) { return name.starts_with(beginning(part)); }

std::vector<std::string> metric_columns(const Spec& spec) {
  // Of a game of the user's own nobody knows the equilibria.
  if (is_game(spec)) return spec.objective->own ? std::vector<std::string>{of_games().back()} : of_games();
  std::vector<std::string> columns;
  if (!spec.data) return columns;
  add_metrics(columns, RowsPart::train, spec);
  const Validation& validation = spec.data->validation;
  if (validation.fraction == 0 && validation.file.empty()) return columns;
  const auto more = validation_columns(spec);
  columns.insert(columns.end(), more.begin(), more.end());
  return columns;
}

std::vector<std::string> validation_columns(const Spec& spec) {
  std::vector<std::string> columns = {metric_name(RowsPart::validation, mean_loss)};
  add_metrics(columns, RowsPart::validation, spec);
  return columns;
}

std::vector<std::string> test_columns(const Spec& spec) {
  std::vector<std::string> columns;
  add_metrics(columns, RowsPart::test, spec);
  return columns;
}

std::optional<bool> larger_is_better(const std::string& column) {
  if (column == metric_name(RowsPart::validation, mean_loss)) return false;
  if (std::find(of_games().begin(), of_games().end(), column) != of_games().end()) return false;
  for (const std::string beginning : beginnings) {
    if (!column.starts_with(beginning)) continue;
    const MetricEntry* entry = metric_catalog().find(column.substr(beginning.size()));
    if (entry != nullptr) return entry->larger_is_better;
  }
  return std::nullopt;
}

}  // namespace lookahead
