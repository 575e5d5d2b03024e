#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

#include "engine/descent.hpp"
#include "engine/lookahead.hpp"
#include "support/model_from.hpp"
#include "support/synthetic_rows.hpp"

// Steps that are left to the objective (Objective::descend) are those of the agent, bit for bit.
using namespace lookahead;
using namespace lookahead::test;

namespace {

constexpr Index rows = 83;

// Falls, and not evenly.
class Falling final : public Schedule {
 public:
  explicit Falling(double from) : from_(from) {}
  double at(Index step) const override { return from_ / static_cast<double>(1 + step / 3); }

 private:
  double from_;
};

struct RowSetting {
  std::string model;
  Index classes = 0;
  bool weights = false, offsets = false;
};

const std::vector<RowSetting> row_settings = {
    {"linear", 0},
    {"{type: linear, l2: 0.3}", 0, true},
    {"{type: linear, loss: huber, intercept: false}", 0, false},
    {"{type: linear, loss: log_cosh, l2: 0.1, intercept: false}", 0, true},
    {"logistic", 2, true},
    {"{type: logistic, l2: 0.01}", 2},
    {"{type: logistic, l2: 1, loss: sigmoid, intercept: false}", 2, true},
    {"{type: poisson, l2: 0.01}", 0, false, true}};

template <Scalar T>
struct Rows {
  Dataset<T> data;
  std::unique_ptr<Model<T>> model;
  Pool pool{1};
  std::unique_ptr<Evaluator<T>> evaluator;

  Rows(const RowSetting& setting, Index columns) : data(synthetic_rows<T>(rows, columns, setting.classes)) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(rows); ++i) {
      const T number = static_cast<T>(i % 5) / 2;
      if (setting.weights) data.weights.push_back(number);
      if (setting.offsets) data.offsets.push_back(number / 4);
      if (setting.offsets) data.targets[i] = std::abs(data.targets[i]);
    }
    const auto chosen = model_from(setting.model);
    model = chosen.entry->template make<T>(chosen.values, ModelSeat<T>{&data, setting.classes, true});
    evaluator = std::make_unique<Evaluator<T>>(*model, pool, 1);
  }

  // An agent that leaves its steps to the model, or one that does not.
  std::unique_ptr<Agent<T>> agent(bool leaves, std::unique_ptr<Schedule> rate, double limit,
                                  Sampling sampling) {
    const OptimizerEntry& sgd = *optimizer_catalog().find("sgd");
    return descent(DescentParts<T>{
        .evaluator = evaluator.get(),
        .optimizer = sgd.make<T>(sgd.defaults(), {model->dimension(), rows, {}, std::nullopt}),
        .rate = std::move(rate),
        .sampler = Sampler(rows, 1, 4, 0, sampling),
        .noise = nullptr,
        .noise_stream = Stream(1, Purpose::noise, 0),
        .clip = {},
        .loss_limit = limit,
        .check_gradients = false,
        .plain_descent = leaves});
  }
};

template <Scalar T>
bool same(std::span<const T> a, std::span<const T> b) {
  return std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

// All that can be seen of both agents after the same advances; returns the steps.
template <Scalar T>
Index compare(Agent<T>& leaving, Agent<T>& other, std::size_t dimension) {
  Aligned<T> x(dimension, T{0}), y = x, before(dimension, T{7}), other_before = before, gradient = x,
                                 other_gradient = x;
  CHECK(leaving.keep_point_before(before));
  CHECK(other.keep_point_before(other_before));
  for (const Index steps : {1, 2, 5, 64, 65, 66, 200, 1, 40}) {
    CAPTURE(steps);
    CHECK(leaving.advance(x, steps) == other.advance(y, steps));
    CHECK(same<T>(x, y));
    CHECK(same<T>(before, other_before));
    CHECK(leaving.fingerprint() == other.fingerprint());
    // The rate, how it has summed up, what was counted and whether the run has diverged among it.
    Archive all, others;
    leaving.exchange(all);
    other.exchange(others);
    CHECK(all.bytes() == others.bytes());
    if (leaving.telemetry().diverged) break;
    CHECK(leaving.value_and_gradient(x, gradient).value == other.value_and_gradient(y, other_gradient).value);
    CHECK(same<T>(gradient, other_gradient));
  }
  return leaving.telemetry().steps;
}

}  // namespace

TEST_CASE_TEMPLATE("steps left to the objective are those of the agent", T, float, double) {
  for (const RowSetting& setting : row_settings) {
    CAPTURE(setting.model);
    for (const Index columns : {1, 2, 3, 6, 8, 15, 16, 17, 33, 50, 70}) {
      CAPTURE(columns);
      Rows<T> of(setting, columns);
      REQUIRE(of.model->descends());
      for (const Sampling sampling :
           {Sampling::shuffle, Sampling::blocks, Sampling::sequential, Sampling::replacement}) {
        for (const bool falls : {false, true}) {
          const auto rate = [&]() -> std::unique_ptr<Schedule> {
            if (falls) return std::make_unique<Falling>(0.02);
            return Scheduled::constant(0.003).make(0);
          };
          const auto leaving = of.agent(true, rate(), 1e300, sampling),
                     other = of.agent(false, rate(), 1e300, sampling);
          CHECK(compare(*leaving, *other, static_cast<std::size_t>(of.model->dimension())) == 444);
        }
      }
    }
  }
}

TEST_CASE_TEMPLATE("a run whose steps are left to the objective diverges at the same step", T, float,
                   double) {
  for (const RowSetting& setting : row_settings) {
    CAPTURE(setting.model);
    Rows<T> of(setting, 21);
    const auto dimension = static_cast<std::size_t>(of.model->dimension());
    for (const double rate : {0.05, 0.3, 2.0, 1e30}) {
      CAPTURE(rate);
      for (const double limit : {1.5, 20.0, std::numeric_limits<double>::infinity()}) {
        CAPTURE(limit);
        const auto once = [&] { return Scheduled::constant(rate).make(0); };
        const auto leaving = of.agent(true, once(), limit, Sampling::shuffle),
                   other = of.agent(false, once(), limit, Sampling::shuffle);
        compare(*leaving, *other, dimension);
        CHECK(leaving->telemetry().gradient_finite == other->telemetry().gradient_finite);
      }
    }
  }
}

TEST_CASE("steps are left to the objective in rounds of Lookahead and where it is left out") {
  Rows<float> of(row_settings[5], 50);
  const std::size_t dimension = 51;
  for (const double k : {1.0, 5.0, 70.0}) {
    for (const double alpha : {0.5, 1.0}) {
      const Aligned<float> start(dimension, 0.0F);
      const auto once = [](double value) { return Scheduled::constant(value).make(0); };
      const auto layer = [&](bool leaves) {
        return lookahead_over(
            LookaheadParts<float>{of.agent(leaves, once(0.1), 3, Sampling::shuffle), once(k), once(alpha)},
            std::span<const float>(start));
      };
      const auto leaving = layer(true), other = layer(false);
      Aligned<float> x = start, y = start;
      for (const Index steps : {3, 64, 150, 66, 300}) {
        CHECK(leaving->advance(x, steps) == other->advance(y, steps));
        CHECK(same<float>(x, y));
        CHECK(same<float>(leaving->settled(x), other->settled(y)));
        Archive all, others;
        leaving->exchange(all);
        other->exchange(others);
        CHECK(all.bytes() == others.bytes());
      }
    }
  }
}

TEST_CASE("sparse rows and penalties of other kinds are left to the agent") {
  Dataset<double> dense = synthetic_rows<double>(20, 5, 0), sparse = sparse_of(dense);
  const auto descends = [](const std::string& model, const Dataset<double>& data) {
    const auto chosen = model_from(model);
    return chosen.entry->make<double>(chosen.values, ModelSeat<double>{&data})->descends();
  };
  CHECK(descends("linear", dense));
  CHECK(!descends("linear", sparse));
  CHECK(!descends("{type: linear, penalty: nonconvex}", dense));
  CHECK(!descends("mlp", dense));
}
