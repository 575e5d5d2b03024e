#include <cmath>

#include "simd/lanes.hpp"
#include "support/problem.hpp"
#include "support/values.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

// Made data, large enough to be cut into shards.
template <Scalar T>
Dataset<T> made_rows(Index rows, Index columns, Index classes) {
  Dataset<T> data;
  data.rows = rows;
  data.columns = columns;
  std::vector<double> numbers(static_cast<std::size_t>(rows * columns));
  Stream(3, Purpose::problem).normals(0, numbers);
  for (const double number : numbers) data.features.push_back(static_cast<T>(number));
  for (Index i = 0; i < rows; ++i) {
    const double score = numbers[static_cast<std::size_t>(i * columns)];
    data.targets.push_back(classes == 0 ? static_cast<T>(score * 2 + 1)
                                        : static_cast<T>(std::min<Index>(
                                              classes - 1, std::max<Index>(0, std::llround(score + 1)))));
  }
  return data;
}

struct Case {
  const char* model;
  Index classes;
};
const std::vector<Case> cases = {{"linear", 0}, {"logistic", 2}, {"softmax", 4}};

template <Scalar T>
std::unique_ptr<Model<T>> model_of(const Case& c, const Dataset<T>& data, double l2) {
  const ModelEntry& entry = *model_catalog().find(c.model);
  Node node = Node::map();
  node.add("l2", Codec<double>::write(l2));
  return entry.make<T>(values_from(entry, node), ModelSeat<T>{&data, c.classes, true});
}

template <Scalar T>
Aligned<T> made_point(Index dimension) {
  std::vector<double> numbers(static_cast<std::size_t>(dimension));
  Stream(4, Purpose::probe).normals(0, numbers);
  Aligned<T> x;
  for (const double number : numbers) x.push_back(static_cast<T>(0.3 * number));
  return x;
}

std::vector<double> metrics_over(const Batch& rows, const Model<double>& model, const Dataset<double>& data,
                                 std::span<const double> x, const std::vector<Chosen<MetricEntry>>& metrics,
                                 const MetricSeat& seat, Pool& pool) {
  WholeEvaluator<double> whole(model, pool, rows);
  return evaluate_metrics<double>(whole, model, data, x, metrics, seat);
}

}  // namespace

TEST_CASE("law: a model's gradient is that of central differences") {
  for (const Case& c : cases) {
    CAPTURE(c.model);
    for (const Index columns : {1, 3, 8, 21}) {
      const Dataset<double> data = made_rows<double>(101, columns, c.classes);
      const auto model = model_of(c, data, 0.1);
      Aligned<double> x = made_point<double>(model->dimension());
      Aligned<double> gradient(x.size()), scratch(static_cast<std::size_t>(model->scratch(101)));
      const Batch all = Batch::range(0, 101);
      const double value = model->value_and_gradient(x, all, gradient, scratch).value;
      CHECK(model->value(x, all, scratch).value == value);
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double at = x[i], h = 1e-5;
        x[i] = at + h;
        const double above = model->value(x, all, scratch).value;
        x[i] = at - h;
        const double below = model->value(x, all, scratch).value;
        x[i] = at;
        // h^2 f'''/6 and rounding u f / h are both below 1e-9 here
        CHECK(std::abs((above - below) / (2 * h) - gradient[i]) <
              1e-8 * std::max(1.0, std::abs(gradient[i])));
      }
    }
  }
}

TEST_CASE("law: minibatch gradients average to the full one, whether rows are a range or a list") {
  for (const Case& c : cases) {
    CAPTURE(c.model);
    const Dataset<double> data = made_rows<double>(96, 11, c.classes);
    const auto model = model_of(c, data, 0.05);
    const Aligned<double> x = made_point<double>(model->dimension());
    Aligned<double> scratch(static_cast<std::size_t>(model->scratch(96)));
    Aligned<double> full(x.size()), part(x.size()), mean(x.size());
    const double value = model->value_and_gradient(x, Batch::range(0, 96), full, scratch).value;
    std::vector<std::uint32_t> order(96);
    shuffle(Stream(5, Purpose::shuffle), 0, order);
    double mean_value = 0;
    for (std::size_t from = 0; from < 96; from += 12) {
      const auto rows = std::span<const std::uint32_t>(order).subspan(from, 12);
      mean_value += model->value_and_gradient(x, Batch::rows(rows), part, scratch).value / 8;
      for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += part[i] / 8;
    }
    CHECK(std::abs(mean_value - value) < 1e-13 * std::abs(value));  // rounding of 96 terms
    for (std::size_t i = 0; i < mean.size(); ++i) CHECK(std::abs(mean[i] - full[i]) < 1e-13);
  }
}

TEST_CASE(
    "law: shards and threads: the evaluator's bits do not depend on the threads, and agree with one plain "
    "pass") {
  for (const Case& c : cases) {
    CAPTURE(c.model);
    const Dataset<double> data = made_rows<double>(9000, 30, c.classes);
    const auto model = model_of(c, data, 0.01);
    const Aligned<double> x = made_point<double>(model->dimension());
    Aligned<double> plain(x.size()), scratch(static_cast<std::size_t>(model->scratch(9000)));
    const double value = model->value_and_gradient(x, Batch::range(0, 9000), plain, scratch).value;
    std::vector<double> values;
    std::vector<Aligned<double>> gradients;
    for (const Index threads : {1, 2, 5}) {
      Pool pool(threads);
      Evaluator<double> evaluator(*model, pool, 9000);
      Aligned<double> gradient(x.size());
      values.push_back(evaluator.value_and_gradient(x, Batch::range(0, 9000), gradient).value);
      gradients.push_back(gradient);
      CHECK(evaluator.value(x, Batch::range(0, 9000)).value == values.back());
    }
    CHECK(values[0] == values[1]);
    CHECK(values[0] == values[2]);
    CHECK(gradients[0] == gradients[1]);
    CHECK(gradients[0] == gradients[2]);
    CHECK(std::abs(values[0] - value) < 1e-13 * std::abs(value));  // another order of 9000 additions
    for (std::size_t i = 0; i < x.size(); ++i) CHECK(std::abs(gradients[0][i] - plain[i]) < 1e-13);
  }
}

TEST_CASE("law: no shard is empty, however wide the rows and small the batch") {
  // Around one row of 32,768 numbers, as much as a shard should read.
  for (const Index columns : {16383, 32766, 32767, 32768, 40000}) {
    const Dataset<double> data = made_rows<double>(70, columns, 3);
    for (const Case& c : {Case{"linear", 0}, Case{"softmax", 3}}) {
      const auto model = model_of(c, data, 0.01);
      const Aligned<double> x = made_point<double>(model->dimension());
      Aligned<double> plain(x.size()), gradient(x.size()),
          scratch(static_cast<std::size_t>(model->scratch(70)));
      Pool pool(2);
      Evaluator<double> evaluator(*model, pool, 70);
      for (const Index batch : {1, 2, 3, 7, 8, 9, 15, 16, 17, 24, 63, 64, 65, 70}) {
        CAPTURE(columns);
        CAPTURE(c.model);
        CAPTURE(batch);
        const Batch rows = Batch::range(0, batch);
        const double value = model->value_and_gradient(x, rows, plain, scratch).value;
        // Another order of up to 70 additions.
        CHECK(evaluator.value_and_gradient(x, rows, gradient).value == doctest::Approx(value).epsilon(1e-12));
        CHECK(evaluator.value(x, rows).value == doctest::Approx(value).epsilon(1e-12));
        double worst = 0;
        for (std::size_t i = 0; i < x.size(); ++i) worst = std::max(worst, std::abs(gradient[i] - plain[i]));
        CHECK(worst < 1e-11);
      }
    }
  }
}

TEST_CASE("law: the same of sparse rows, many to a shard") {
  Dataset<double> data;
  data.rows = 3000;
  data.columns = 47236;
  data.starts = {0};
  for (Index i = 0; i < data.rows; ++i) {
    for (Index j = 0; j < 20; ++j) {
      data.indices.push_back(static_cast<std::uint32_t>((i * 37 + j * 2311) % 2311 + j * 2311));
      data.values.push_back(std::sin(static_cast<double>(i + 7 * j)));
    }
    data.starts.push_back(std::ssize(data.values));
    data.targets.push_back(static_cast<double>(i % 2));
  }
  for (const Case& c : {Case{"logistic", 2}, Case{"softmax", 2}}) {
    const auto model = model_of(c, data, 0.01);
    // Twice as many numbers as the gradient has, 20 in a row.
    CHECK(model->shard_size() == 4723);
    const Aligned<double> x = made_point<double>(model->dimension());
    Aligned<double> plain(x.size()), gradient(x.size()),
        scratch(static_cast<std::size_t>(model->scratch(3000)));
    Pool pool(2);
    for (const Index batch : {1, 8, 9, 64, 3000}) {
      CAPTURE(batch);
      Evaluator<double> evaluator(*model, pool, batch);
      const double value = model->value_and_gradient(x, Batch::range(0, batch), plain, scratch).value;
      CHECK(evaluator.value_and_gradient(x, Batch::range(0, batch), gradient).value ==
            doctest::Approx(value).epsilon(1e-12));
      CHECK(std::equal(plain.begin(), plain.end(), gradient.begin(),
                       [](double a, double b) { return std::abs(a - b) < 1e-12; }));
    }
  }
}

TEST_CASE("single precision models agree with double precision to single precision") {
  for (const Case& c : cases) {
    CAPTURE(c.model);
    const Dataset<double> data = made_rows<double>(500, 13, c.classes);
    Dataset<float> narrow;
    narrow.rows = data.rows;
    narrow.columns = data.columns;
    for (const double number : data.features) narrow.features.push_back(static_cast<float>(number));
    narrow.targets.assign(data.targets.begin(), data.targets.end());
    const auto wide_model = model_of(c, data, 0.1);
    const auto narrow_model = model_of(c, narrow, 0.1);
    const Aligned<float> x = made_point<float>(narrow_model->dimension());
    const Aligned<double> y(x.begin(), x.end());
    Aligned<float> g(x.size()), s(static_cast<std::size_t>(narrow_model->scratch(500)));
    Aligned<double> h(x.size()), t(static_cast<std::size_t>(wide_model->scratch(500)));
    const double a = narrow_model->value_and_gradient(x, Batch::range(0, 500), g, s).value;
    const double b = wide_model->value_and_gradient(y, Batch::range(0, 500), h, t).value;
    CHECK(std::abs(a - b) < 1e-5 * std::abs(b));  // 500 terms, each with errors of 6e-8
    for (std::size_t i = 0; i < x.size(); ++i) CHECK(std::abs(static_cast<double>(g[i]) - h[i]) < 2e-5);
  }
}

TEST_CASE("metrics of parts are the metrics of the whole") {
  const Dataset<double> data = made_rows<double>(20000, 4, 0);
  const auto model = model_of({"linear", 0}, data, 0);
  const Aligned<double> x = made_point<double>(model->dimension());
  Pool one(1), two(2);
  std::vector<Chosen<MetricEntry>> metrics;
  for (const char* name : {"rmse", "mae", "r2", "deviance"})
    metrics.push_back(Chosen<MetricEntry>::of(*metric_catalog().find(name)));
  const Batch all = Batch::range(0, 20000);
  const auto a = metrics_over(all, *model, data, x, metrics, {}, one);
  CHECK(a == metrics_over(all, *model, data, x, metrics, {}, two));
  double squares = 0, absolute = 0, mean = 0, spread = 0;
  for (const double target : data.targets) mean += target / 20000;
  for (Index i = 0; i < 20000; ++i) {
    double score = x[4];
    for (Index j = 0; j < 4; ++j)
      score += x[static_cast<std::size_t>(j)] * data.features[static_cast<std::size_t>(4 * i + j)];
    const double target = data.targets[static_cast<std::size_t>(i)];
    squares += (score - target) * (score - target);
    absolute += std::abs(score - target);
    spread += (target - mean) * (target - mean);
  }
  CHECK(a[0] == doctest::Approx(std::sqrt(squares / 20000)).epsilon(1e-12));
  CHECK(a[1] == doctest::Approx(absolute / 20000).epsilon(1e-12));
  CHECK(a[2] == doctest::Approx(1 - squares / spread).epsilon(1e-12));
  CHECK(a[3] == doctest::Approx(squares / 20000).epsilon(1e-12));
}

TEST_CASE("the value and the metrics of one pass are those of a pass each") {
  for (const Case& c : cases) {
    CAPTURE(c.model);
    const Dataset<double> data = made_rows<double>(9000, 30, c.classes);
    const auto model = model_of(c, data, 0.01);
    const Aligned<double> x = made_point<double>(model->dimension());
    std::vector<Chosen<MetricEntry>> metrics;
    for (const MetricEntry& entry : metric_catalog())
      if (entry.for_classes == (c.classes > 0)) metrics.push_back(Chosen<MetricEntry>::of(entry));
    const MetricSeat seat{c.classes, false};
    std::vector<std::uint32_t> some;
    for (std::uint32_t i = 5; i < 9000; i += 3) some.push_back(i);
    for (const Batch& rows : {Batch::range(0, 9000), Batch::rows(some)}) {
      ValueAndMetrics first{0.0, {}};
      for (const Index threads : {1, 2, 5}) {
        Pool pool(threads);
        WholeEvaluator<double> whole(*model, pool, rows);
        const auto both = evaluate_value_and_metrics<double>(whole, *model, data, x, metrics, seat);
        CHECK(both.value.value == whole.value(x).value);
        if (threads == 1) first = both;
        REQUIRE(both.metrics.size() == first.metrics.size());
        const auto apart = metrics_over(rows, *model, data, x, metrics, seat, pool);
        for (std::size_t m = 0; m < metrics.size(); ++m) {
          CAPTURE(metrics[m].entry->card.name);
          CHECK((both.metrics[m] == first.metrics[m] || std::isnan(both.metrics[m])));
          CHECK(std::isnan(both.metrics[m]) == std::isnan(apart[m]));
          // Sums of 9000 terms in another order.
          if (!std::isnan(apart[m])) CHECK(both.metrics[m] == doctest::Approx(apart[m]).epsilon(1e-12));
        }
      }
    }
  }
}

TEST_CASE("metrics of classes do not depend on the threads and mind listed rows and weights") {
  for (const Case& c : {Case{"logistic", 2}, Case{"softmax", 4}}) {
    CAPTURE(c.model);
    Dataset<double> data = made_rows<double>(10000, 3, c.classes);
    const auto model = model_of(c, data, 0);
    const Aligned<double> x = made_point<double>(model->dimension());
    std::vector<Chosen<MetricEntry>> metrics;
    for (const MetricEntry& entry : metric_catalog())
      if (entry.for_classes) metrics.push_back(Chosen<MetricEntry>::of(entry));
    const MetricSeat seat{c.classes, false};
    std::vector<std::uint32_t> even;
    for (std::uint32_t i = 0; i < 10000; i += 2) even.push_back(i);
    Pool one(1), five(5);
    const auto half = metrics_over(Batch::rows(even), *model, data, x, metrics, seat, one);
    CHECK(half == metrics_over(Batch::rows(even), *model, data, x, metrics, seat, five));
    for (Index i = 0; i < 10000; ++i) data.weights.push_back(i % 2 == 0 ? 2 : 0);
    const auto weighted = metrics_over(Batch::range(0, 10000), *model, data, x, metrics, seat, five);
    // Sums of 5000 terms in another order.
    for (std::size_t m = 0; m < half.size(); ++m)
      CHECK(weighted[m] == doctest::Approx(half[m]).epsilon(1e-12));
  }
}

TEST_CASE("an evaluation whose deadline has passed is not made, of parts as of the whole") {
  const auto never = [] { return std::chrono::hours(-1); };
  for (const Index rows : {20, 20000}) {
    CAPTURE(rows);
    const Dataset<double> data = made_rows<double>(rows, 8, 0);
    const auto model = model_of(cases.front(), data, 0.1);
    const Batch all = Batch::range(0, rows);
    const auto x = made_point<double>(model->dimension());
    Aligned<double> gradient(x.size());
    Pool pool(2);
    Evaluator<double> evaluator(*model, pool, rows);
    const double value = evaluator.value(x, all).value;
    CHECK(std::isfinite(value));
    const std::vector<Chosen<MetricEntry>> metrics = {
        Chosen<MetricEntry>::of(*metric_catalog().find("rmse"))};
    const MetricSeat seat;
    evaluator.give_up_at(Deadline(never()));
    CHECK(std::isnan(evaluator.value(x, all).value));
    CHECK(std::isnan(evaluator.value_and_gradient(x, all, gradient).value));
    for (const Index parts : {1, 3}) {
      CAPTURE(parts);
      WholeEvaluator<double> whole(*model, pool, all, {parts, false});
      whole.give_up_at(Deadline(never()));
      CHECK(std::isnan(evaluate_value_and_metrics<double>(whole, *model, data, x, metrics, seat).metrics[0]));
      CHECK(std::isnan(evaluate_metrics<double>(whole, *model, data, x, metrics, seat)[0]));
      CHECK(std::isnan(whole.value_and_gradient(x, gradient).value));
      CHECK(whole.gave_up());
    }
    evaluator.give_up_at(Deadline());
    CHECK(evaluator.value(x, all).value == value);
  }
}
