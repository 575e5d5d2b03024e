// The laws of every model of the catalog, with its default parameters, in both precisions.
#include <doctest/doctest.h>

#include <cmath>

#include "laws/allocations.hpp"
#include "laws/model_case.hpp"
#include "support/synthetic_rows.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

Index classes_for(const ModelEntry& entry) {
  if (entry.two_classes_only) return 2;
  return entry.task == Task::classification ? 3 : 0;
}

// Rows that the model takes: the targets are not negative.
template <Scalar T>
Dataset<T> rows_for(const ModelEntry& entry, Index rows, Index columns) {
  Dataset<T> data = synthetic_rows<T>(rows, columns, classes_for(entry), 3);
  for (T& target : data.targets) target = std::abs(target);
  return data;
}

template <Scalar T>
struct EntryCase : ModelCase<T> {
  EntryCase(const ModelEntry& entry, Dataset<T> data)
      : ModelCase<T>(Chosen<ModelEntry>::of(entry), std::move(data), classes_for(entry)) {}
};

template <Scalar T>
double largest_difference(const std::vector<T>& a, const std::vector<T>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    largest = std::max(largest, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
  return largest;
}

// Models of rows of numbers; the others have tests of their own.
template <class F>
void for_each_entry(F&& check) {
  for (const ModelEntry& entry : model_catalog()) {
    if (entry.sparse_rows) continue;
    CAPTURE(entry.card.name);
    check(entry);
  }
}

}  // namespace

TEST_CASE("law: a model's gradient is that of its weighted loss, and single precision agrees") {
  for_each_entry([](const ModelEntry& entry) {
    for (const Index columns : {1, 3, 7, 19, 35}) {
      CAPTURE(columns);
      EntryCase<double> wide(entry, rows_for<double>(entry, 70, columns));
      EntryCase<float> narrow(entry, rows_for<float>(entry, 70, columns));
      for (std::size_t i = 0; i < 70; ++i) {
        wide.rows.weights.push_back(0.25 + static_cast<double>(i % 4) / 2);
        narrow.rows.weights.push_back(static_cast<float>(wide.rows.weights.back()));
      }
      std::vector<double> gradient(wide.x.size());
      std::vector<float> in_single(wide.x.size());
      const double value = wide.value_and_gradient(wide.all(), gradient);
      CHECK(wide.value(wide.all()) == value);
      CHECK(narrow.value_and_gradient(narrow.all(), in_single) == narrow.value(narrow.all()));
      CHECK(narrow.value(narrow.all()) == doctest::Approx(value).epsilon(1e-5));
      for (std::size_t i = 0; i < wide.x.size(); ++i) {
        const double here = wide.x[i], step = 1e-6;
        wide.x[i] = here + step;
        const double right = wide.value(wide.all());
        wide.x[i] = here - step;
        const double left = wide.value(wide.all());
        wide.x[i] = here;
        // Rounding of the value over the step, and of seven digits in single precision.
        const double scale = std::max(1.0, std::abs(value));
        CHECK(std::abs((right - left) / (2 * step) - gradient[i]) < 1e-8 * scale);
        CHECK(std::abs(static_cast<double>(in_single[i]) - gradient[i]) < 1e-4 * scale);
      }
    }
  });
}

TEST_CASE("law: minibatch gradients of a model average to the full one, in any order of rows") {
  for_each_entry([](const ModelEntry& entry) {
    EntryCase<double> c(entry, rows_for<double>(entry, 301, 5));
    std::vector<std::uint32_t> order(301);
    shuffle(Stream(5, Purpose::shuffle), 0, order);
    const Batch all = Batch::rows(order);
    const auto full = c.gradient(c.all());
    for (const Index size : {Index{1}, Index{40}, Index{150}, Index{301}}) {
      std::vector<double> mean(full.size());
      for (Index from = 0; from < 301; from += size) {
        const Batch part = all.part(from, std::min(size, 301 - from));
        const auto gradient = c.gradient(part);
        for (std::size_t i = 0; i < mean.size(); ++i)
          mean[i] += gradient[i] * static_cast<double>(part.size()) / 301;
      }
      CHECK(largest_difference(mean, full) < 1e-12);  // the rounding of 301 terms in another order
    }
  });
}

TEST_CASE("law: a row of weight 2 counts as two rows") {
  for_each_entry([](const ModelEntry& entry) {
    EntryCase<double> once(entry, rows_for<double>(entry, 20, 4));
    Dataset<double> twice_rows = once.rows;
    for (std::size_t j = 0; j < 4; ++j) twice_rows.features.push_back(once.rows.features[5 * 4 + j]);
    twice_rows.targets.push_back(once.rows.targets[5]);
    twice_rows.rows = 21;
    once.rows.weights.assign(20, 20.0 / 21);
    once.rows.weights[5] *= 2;
    EntryCase<double> twice(entry, twice_rows);
    CHECK(once.value(once.all()) == doctest::Approx(twice.value(twice.all())).epsilon(1e-13));
    CHECK(largest_difference(once.gradient(once.all()), twice.gradient(twice.all())) < 1e-12);
  });
}

TEST_CASE("law: sparse rows give what dense ones give") {
  for_each_entry([](const ModelEntry& entry) {
    EntryCase<double> dense(entry, rows_for<double>(entry, 150, 9));
    EntryCase<double> sparse(entry, sparse_of(dense.rows));
    std::vector<std::uint32_t> order(150);
    shuffle(Stream(5, Purpose::shuffle), 0, order);
    for (const Batch batch : {dense.all(), Batch::rows(order).part(20, 70)}) {
      // Sums in another order.
      CHECK(sparse.value(batch) == doctest::Approx(dense.value(batch)).epsilon(1e-13));
      CHECK(largest_difference(sparse.gradient(batch), dense.gradient(batch)) < 1e-13);
      std::vector<double> one(static_cast<std::size_t>(batch.size() * dense.model->outputs())), other = one;
      dense.model->predict(dense.x, batch, one, {}, dense.scratch);
      sparse.model->predict(sparse.x, batch, other, {}, sparse.scratch);
      CHECK(largest_difference(one, other) < 1e-12);
    }
  });
}

namespace {

template <Scalar T>
void check_predictions_beside_value(EntryCase<T>& c) {
  std::vector<std::uint32_t> order(300);
  shuffle(Stream(5, Purpose::shuffle), 0, order);
  for (const Batch batch :
       {c.all(), Batch::range(7, 8), Batch::rows(order), Batch::rows(order).part(20, 131)}) {
    const auto size = static_cast<std::size_t>(batch.size() * c.model->outputs());
    std::vector<double> alone(size), beside(size), scores_alone(c.model->outputs() > 1 ? size : 0),
        scores_beside(scores_alone);
    c.model->predict(c.x, batch, alone, scores_alone, c.scratch);
    CHECK(c.model->value_and_predictions(c.x, batch, beside, scores_beside, c.scratch).value ==
          c.value(batch));
    CHECK(beside == alone);
    CHECK(scores_beside == scores_alone);
  }
}

}  // namespace

TEST_CASE("law: predictions beside a value change no bit of either") {
  for_each_entry([](const ModelEntry& entry) {
    for (const Index columns : {1, 9, 40}) {
      CAPTURE(columns);
      EntryCase<double> wide(entry, rows_for<double>(entry, 300, columns));
      EntryCase<float> narrow(entry, rows_for<float>(entry, 300, columns));
      EntryCase<double> sparse(entry, sparse_of(wide.rows));
      check_predictions_beside_value(wide);
      check_predictions_beside_value(narrow);
      check_predictions_beside_value(sparse);
    }
  });
}

TEST_CASE("law: evaluating a model allocates nothing") {
  for_each_entry([](const ModelEntry& entry) {
    EntryCase<float> c(entry, rows_for<float>(entry, 200, 30));
    std::vector<float> gradient(c.x.size());
    const auto before = allocations();
    c.value_and_gradient(c.all(), gradient);
    c.value(c.all());
    CHECK(allocations() == before);
  });
}
