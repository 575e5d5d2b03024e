#include "spec/metric_names.hpp"

#include "support/problem.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

using Names = std::vector<std::string>;

Spec regression(const std::string& data) {
  return spec_of("data: {train: x.csv, target: y, " + data +
                 "}\nmodel: linear\noptimizer: sgd\nmetrics: [rmse, r2]\n");
}

}  // namespace

TEST_CASE("metrics name their columns") {
  CHECK(metric_columns(regression("validation: 0.2")) ==
        Names{"train_rmse", "train_r2", "val_loss", "val_rmse", "val_r2"});
  CHECK(metric_columns(regression("validation: {folds: 5}")) == Names{"train_rmse", "train_r2"});
  CHECK(validation_columns(regression("validation: {folds: 5}")) == Names{"val_loss", "val_rmse", "val_r2"});
  CHECK(test_columns(regression("test: t.csv")) == Names{"test_rmse", "test_r2"});
  CHECK(deviation_name("val_rmse") == "val_rmse_sd");
  CHECK(metric_columns(spec_of("objective: bilinear\noptimizer: extragradient\n")) ==
        Names{"distance", "field_norm"});
  CHECK(metric_columns(spec_of("objective: sphere\noptimizer: sgd\n")).empty());
}

TEST_CASE("every column of a metric tells which direction is the better one") {
  const Spec spec = regression("validation: 0.2, test: t.csv");
  for (const auto& columns : {metric_columns(spec), test_columns(spec)}) {
    for (const std::string& column : columns) {
      CAPTURE(column);
      REQUIRE(larger_is_better(column));
      CHECK(*larger_is_better(column) == column.ends_with("r2"));
    }
  }
  CHECK_FALSE(*larger_is_better("distance"));
  for (const char* other : {"nothing", "rmse", "train_", "train_nothing", "loss_slow", "val_rmse_sd", ""})
    CHECK_FALSE(larger_is_better(other));
}

TEST_CASE("a metric's name tells the part of the data") {
  CHECK(is_metric_of(RowsPart::validation, metric_name(RowsPart::validation, "rmse")));
  CHECK_FALSE(is_metric_of(RowsPart::validation, metric_name(RowsPart::train, "rmse")));
  CHECK_FALSE(is_metric_of(RowsPart::test, "rmse"));
}
