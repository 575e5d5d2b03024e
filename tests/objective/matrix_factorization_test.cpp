#include <doctest/doctest.h>

#include <cmath>

#include "objective/model.hpp"
#include "random/stream.hpp"

using namespace lookahead;

namespace {

constexpr Index rows = 7, columns = 5;

struct Cell {
  Index row, column;  // -1: unknown to training
  double value;
};

template <Scalar T>
Dataset<T> table_of(const std::vector<Cell>& cells) {
  Dataset<T> data;
  data.columns = rows + columns;
  data.groups = {rows, rows + columns};
  data.starts = {0};
  for (const Cell& cell : cells) {
    if (cell.row >= 0) data.indices.push_back(static_cast<std::uint32_t>(cell.row));
    if (cell.column >= 0) data.indices.push_back(static_cast<std::uint32_t>(rows + cell.column));
    data.starts.push_back(static_cast<Index>(data.indices.size()));
    data.targets.push_back(static_cast<T>(cell.value));
    ++data.rows;
  }
  data.values.assign(data.indices.size(), T{1});
  return data;
}

// a_i c_j + d_i e_j, of rank two.
double planted(Index i, Index j) {
  const double u = static_cast<double>(i), v = static_cast<double>(j);
  return std::sin(1 + u) * std::cos(v) + std::cos(2 * u) * std::sin(1 + 3 * v);
}

std::vector<Cell> whole_table() {
  std::vector<Cell> cells;
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < columns; ++j) cells.push_back({i, j, planted(i, j)});
  }
  return cells;
}

// The model of rank 2 with the parameters `name = text`.
template <Scalar T>
std::unique_ptr<Model<T>> model_of(const Dataset<T>& data,
                                   const std::vector<std::pair<std::string, std::string>>& settings,
                                   bool penalized = true) {
  const ModelEntry& entry = *model_catalog().find("matrix_factorization");
  Values parameters = entry.defaults();
  Report report;
  for (const Parameter& parameter : entry.parameters) {
    if (parameter.name == "rank")
      parameter.read(parameters.target(), Node::scalar("2"), Path("rank"), report);
    for (const auto& [name, text] : settings) {
      if (parameter.name == name) parameter.read(parameters.target(), Node::scalar(text), Path(name), report);
    }
  }
  REQUIRE(report.empty());
  return entry.make<T>(parameters, ModelSeat<T>{&data, 0, penalized});
}

template <Scalar T>
std::vector<T> random_point(Index dimension) {
  std::vector<double> draws(static_cast<std::size_t>(dimension));
  Stream(4, Purpose::probe).normals(0, draws);
  std::vector<T> x;
  for (const double draw : draws) x.push_back(static_cast<T>(static_cast<float>(draw)));
  return x;
}

}  // namespace

TEST_CASE(
    "law: the gradient of a factorization is that of its loss, in both precisions, unknown members too") {
  auto cells = whole_table();
  cells.push_back({-1, 2, 0.5});
  cells.push_back({3, -1, -0.5});
  cells.push_back({-1, -1, 2});
  auto data = table_of<double>(cells);
  auto single = table_of<float>(cells);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    data.weights.push_back(0.5 + static_cast<double>(i % 4));
    single.weights.push_back(static_cast<float>(data.weights.back()));
  }
  for (const char* biases : {"true", "false"}) {
    const auto model = model_of(data, {{"l2", "0.3"}, {"biases", biases}});
    const auto in_single = model_of(single, {{"l2", "0.3"}, {"biases", biases}});
    auto x = random_point<double>(model->dimension());
    const auto x_single = random_point<float>(model->dimension());
    CHECK(model->blocks().back() == model->dimension());
    const Batch all = Batch::range(0, data.rows);
    std::vector<double> gradient(x.size());
    std::vector<float> gradient_single(x.size());
    CHECK(model->value(x, all, {}).value == model->value_and_gradient(x, all, gradient, {}).value);
    CHECK(in_single->value(x_single, all, {}).value ==
          in_single->value_and_gradient(x_single, all, gradient_single, {}).value);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double here = x[i], step = 1e-5;
      x[i] = here + step;
      const double right = model->value(x, all, {}).value;
      x[i] = here - step;
      const double left = model->value(x, all, {}).value;
      x[i] = here;
      // The loss has degree four: its third derivative times the step's square, and rounding over the step.
      CHECK(std::abs((right - left) / (2 * step) - gradient[i]) < 1e-8);
      // Sums of some forty numbers of single precision.
      CHECK(std::abs(static_cast<double>(gradient_single[i]) - gradient[i]) < 1e-5);
    }
  }
}

TEST_CASE("law: minibatch gradients of a factorization average to the full one") {
  const auto data = table_of<double>(whole_table());
  const auto model = model_of(data, {{"l2", "0.3"}});
  const auto x = random_point<double>(model->dimension());
  std::vector<double> full(x.size()), part(x.size()), mean(x.size());
  const Batch all = Batch::range(0, data.rows);
  static_cast<void>(model->value_and_gradient(x, all, full, {}));
  for (Index from = 0; from < data.rows; from += 8) {
    const Batch batch = all.part(from, std::min<Index>(8, data.rows - from));
    static_cast<void>(model->value_and_gradient(x, batch, part, {}));
    for (std::size_t i = 0; i < mean.size(); ++i) {
      mean[i] += part[i] * static_cast<double>(batch.size()) / static_cast<double>(data.rows);
    }
  }
  for (std::size_t i = 0; i < full.size(); ++i) CHECK(std::abs(mean[i] - full[i]) < 1e-14);  // rounding
}

TEST_CASE("a factorization of the planted rank recovers the table, and the cells that were left out") {
  auto cells = whole_table();
  std::vector<Cell> held;
  for (const std::size_t i : {3U, 11U, 24U, 30U}) held.push_back(cells[i]);
  for (const std::size_t i : {30U, 24U, 11U, 3U}) cells.erase(cells.begin() + static_cast<std::ptrdiff_t>(i));
  const auto data = table_of<double>(cells);
  const auto model = model_of(data, {{"l2", "0"}, {"biases", "false"}});
  std::vector<double> x(static_cast<std::size_t>(model->dimension())), gradient(x.size());
  model->start(x, 1, Batch::range(0, data.rows));
  x[0] = 0;
  const Batch all = Batch::range(0, data.rows);
  // Heavy ball; mu stays 0, so that the table's rank is the planted one.
  std::vector<double> velocity(x.size());
  for (int step = 0; step < 6000; ++step) {
    static_cast<void>(model->value_and_gradient(x, all, gradient, {}));
    for (std::size_t i = 1; i < x.size(); ++i) {
      velocity[i] = 0.9 * velocity[i] - gradient[i];
      x[i] += velocity[i];
    }
  }
  CHECK(model->value(x, all, {}).value < 1e-12);
  const auto unseen = table_of<double>(held);
  const auto judge = model_of(unseen, {{"biases", "false"}}, false);
  std::vector<double> predictions(held.size());
  judge->predict(x, Batch::range(0, unseen.rows), predictions, {}, {});
  // What a loss below 1e-12 leaves, times the condition of the table.
  for (std::size_t i = 0; i < held.size(); ++i) CHECK(std::abs(predictions[i] - held[i].value) < 1e-4);
}

TEST_CASE("a factorization predicts members it never met by what it knows of the other") {
  const auto data = table_of<double>({{2, 3, 0}, {-1, 3, 0}, {2, -1, 0}, {-1, -1, 0}});
  const auto model = model_of(data, {});
  const auto x = random_point<double>(model->dimension());
  std::vector<double> predictions(4);
  model->predict(x, Batch::range(0, 4), predictions, {}, {});
  const double mu = x[0], of_row = x[1 + 2], of_column = x[1 + rows + 3];
  const std::size_t p = 1 + rows + columns + 2 * 2, q = 1 + rows + columns + 2 * (rows + 3);
  CHECK(predictions[0] == doctest::Approx(mu + of_row + of_column + x[p] * x[q] + x[p + 1] * x[q + 1])
                              .epsilon(1e-15));  // the order of five additions
  CHECK(predictions[1] == mu + of_column);
  CHECK(predictions[2] == mu + of_row);
  CHECK(predictions[3] == mu);
}

TEST_CASE("a factorization starts at the targets' mean with small factors, a function of the seed") {
  const auto data = table_of<double>(whole_table());
  const auto model = model_of(data, {});
  std::vector<double> x(static_cast<std::size_t>(model->dimension())), other(x.size());
  model->start(x, 1, Batch::range(0, data.rows));
  model->start(other, 2, Batch::range(0, data.rows));
  double mean = 0;
  for (const double target : data.targets) mean += target / static_cast<double>(data.rows);
  CHECK(x[0] == doctest::Approx(mean).epsilon(1e-14));
  for (std::size_t i = 1; i < 1 + rows + columns; ++i) CHECK(x[i] == 0);
  for (std::size_t i = 1 + rows + columns; i < x.size(); ++i) {
    CHECK(x[i] != other[i]);
    CHECK(std::abs(x[i]) < 0.5);  // five standard deviations
  }
}

TEST_CASE("a factorization says that it is not below 0, and has no curvature that bounds it everywhere") {
  const auto data = table_of<double>(whole_table());
  const ModelFacts facts = model_of(data, {})->facts();
  CHECK(facts.infimum == 0);
  CHECK(std::isinf(facts.curvature));
  CHECK_FALSE(facts.convex);
  CHECK(facts.smooth);
}
