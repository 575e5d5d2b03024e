// Models with their losses, penalties and class weights.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "objective/loss_choice.hpp"
#include "objective/model.hpp"
#include "objective/penalty.hpp"
#include "random/stream.hpp"
#include "spec/codecs.hpp"
#include "spec/yaml.hpp"
#include "support/model_from.hpp"

using namespace lookahead;
using lookahead::test::model_from;

namespace {

constexpr Index row_count = 30, column_count = 11;

// Rows of normal numbers, rounded to float, with targets that suit the model; three columns of the file.
template <Scalar T>
Dataset<T> made_rows(Index classes) {
  Dataset<T> data;
  data.rows = row_count;
  data.columns = column_count;
  data.groups = {1, 6, column_count};
  std::vector<double> numbers(static_cast<std::size_t>(row_count * column_count));
  Stream(2, Purpose::probe).normals(0, numbers);
  for (const double x : numbers) data.features.push_back(static_cast<T>(static_cast<float>(x)));
  for (Index i = 0; i < row_count; ++i) {
    data.targets.push_back(static_cast<T>(classes > 0 ? (i * 7) % classes : (i * 5) % 4));
  }
  return data;
}

std::vector<std::string> faults_of(const std::string& yaml) {
  Report report;
  const auto node = parse_yaml(yaml, "model.yaml");
  REQUIRE(static_cast<bool>(node));
  Codec<Chosen<ModelEntry>>::read(*node, Path("model"), report);
  std::vector<std::string> texts;
  for (const Fault& fault : report.faults()) {
    texts.push_back(fault.text + (fault.cure.empty() ? "" : " (" + fault.cure + ")"));
  }
  return texts;
}

template <Scalar T>
std::unique_ptr<Model<T>> model_on(const Dataset<T>& rows, const Chosen<ModelEntry>& chosen, Index classes,
                                   bool penalized = true) {
  return chosen.entry->make<T>(chosen.values, ModelSeat<T>{&rows, classes, penalized});
}

Index classes_of(const Chosen<ModelEntry>& chosen) {
  if (chosen.entry->task == Task::regression) return 0;
  return chosen.entry->two_classes_only ? 2 : 4;
}

template <Scalar T>
Aligned<T> point_of(Index dimension) {
  std::vector<double> numbers(static_cast<std::size_t>(dimension));
  Stream(4, Purpose::probe).normals(0, numbers);
  Aligned<T> x;
  for (const double number : numbers) x.push_back(static_cast<T>(static_cast<float>(0.3 * number)));
  return x;
}

template <Scalar T>
double value_and_gradient(const Model<T>& model, const Aligned<T>& x, Aligned<T>& gradient) {
  Aligned<T> scratch(static_cast<std::size_t>(model.scratch(row_count)));
  gradient.assign(x.size(), T{0});
  return model.value_and_gradient(x, Batch::range(0, row_count), gradient, scratch).value;
}

// Every model with its losses and penalties.
std::vector<std::string> all_models() {
  std::vector<std::string> all;
  for (const LossEntry& entry : loss_catalog()) {
    const std::string loss = "loss: " + entry.card.name;
    if (entry.use == LossUse::numbers) all.push_back("{type: linear, " + loss + "}");
    if (entry.use == LossUse::two_classes) all.push_back("{type: logistic, " + loss + "}");
  }
  for (const char* type : {"linear", "logistic", "poisson", "softmax"}) {
    const std::string begin = std::string("{type: ") + type + ", l2: 0.01, penalty: ";
    all.push_back(begin + "{name: nonconvex, strength: 0.2}}");
    all.push_back(begin + "{name: group, strength: 0.3, epsilon: 0.05}}");
  }
  return all;
}

}  // namespace

TEST_CASE(
    "law: with every loss and penalty a model's gradient is that of central differences, in both "
    "precisions") {
  for (const std::string& yaml : all_models()) {
    CAPTURE(yaml);
    const auto chosen = model_from(yaml);
    const Index classes = classes_of(chosen);
    const auto rows = made_rows<double>(classes);
    const auto rows_single = made_rows<float>(classes);
    const auto model = model_on(rows, chosen, classes);
    const auto model_single = model_on(rows_single, chosen, classes);
    Aligned<double> x = point_of<double>(model->dimension()), gradient, ignored;
    const Aligned<float> x_single = point_of<float>(model->dimension());
    Aligned<float> gradient_single;
    const double value = value_and_gradient(*model, x, gradient);
    const double value_single = value_and_gradient(*model_single, x_single, gradient_single);
    CHECK(value_single == doctest::Approx(value).epsilon(1e-5));  // sums of products of floats
    constexpr double h = 1e-5;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double middle = x[i];
      x[i] = middle + h;
      const double above = value_and_gradient(*model, x, ignored);
      x[i] = middle - h;
      const double below = value_and_gradient(*model, x, ignored);
      x[i] = middle;
      // h^2 times third derivatives (below 1000), and half of h times the jump in curvature of a kinked
      // slope.
      CHECK(std::abs((above - below) / (2 * h) - gradient[i]) <= 1e-6);
      CHECK(std::abs(static_cast<double>(gradient_single[i]) - gradient[i]) <= 2e-5);
    }
  }
}

TEST_CASE_TEMPLATE("law: a row of weight 0 is not there, whatever its target", T, float, double) {
  std::vector<std::pair<std::string, Index>> all;
  for (const std::string& yaml : all_models()) all.emplace_back(yaml, classes_of(model_from(yaml)));
  for (const char* hidden : {"[]", "[3]", "[3, 2]"}) {
    for (const Index classes : {0, 3})
      all.emplace_back(std::string("{type: mlp, hidden: ") + hidden + "}", classes);
  }
  for (const auto& [yaml, classes] : all) {
    const auto chosen = model_from(yaml);
    CAPTURE(chosen.entry->card.name);
    auto rows = made_rows<T>(classes);
    rows.weights.assign(row_count, T{1});
    constexpr std::size_t odd = 17;
    rows.weights[odd] = 0;
    const auto model = model_on(rows, chosen, classes);
    const auto x = point_of<T>(model->dimension());
    Aligned<T> gradient, others;
    const double value = value_and_gradient(*model, x, gradient);
    CHECK(std::isfinite(value));
    const T before = rows.targets[odd];
    for (const double target : {1e30, -1e30, 1e200}) {
      rows.targets[odd] =
          classes > 0 ? static_cast<T>((static_cast<Index>(before) + 1) % classes) : static_cast<T>(target);
      if (classes == 0 && !std::isfinite(rows.targets[odd])) continue;
      CHECK(value_and_gradient(*model, x, others) == value);
      CHECK(others == gradient);
    }
  }
}

TEST_CASE("a group penalty's smoothing may be smaller than the root of the least number") {
  const auto rows = made_rows<double>(0);
  const auto chosen = model_from("{type: linear, penalty: {name: group, strength: 3, epsilon: 1e-170}}");
  const auto model = model_on(rows, chosen, 0);
  Aligned<double> x(static_cast<std::size_t>(model->dimension())), gradient, alone;
  CHECK(value_and_gradient(*model, x, gradient) ==
        value_and_gradient(*model_on(rows, model_from("linear"), 0), x, alone));
  CHECK(gradient == alone);
}

TEST_CASE(
    "penalties have the values of their formulas, leave intercepts free, and stay away from other rows") {
  const auto rows = made_rows<double>(0);
  const auto loss_alone = model_on(rows, model_from("linear"), 0);
  const Aligned<double> x = point_of<double>(loss_alone->dimension());
  Aligned<double> gradient, penalized_gradient;
  const double loss = value_and_gradient(*loss_alone, x, gradient);
  double nonconvex = 0, group = 0, square = 0;
  for (Index j = 0; j < column_count; ++j) {
    const double w = x[static_cast<std::size_t>(j)];
    nonconvex += w * w / (1 + w * w);
    square += w * w;
    if (j == 0 || j == 5 || j == 10) {
      group += std::sqrt(square + 0.01) - 0.1;
      square = 0;
    }
  }
  for (const auto& [yaml, expected] :
       {std::pair<std::string, double>{"nonconvex, strength: 2", 2 * nonconvex},
        {"group, strength: 3, epsilon: 0.1", 3 * group}}) {
    const auto& the_yaml = yaml;
    CAPTURE(the_yaml);
    const auto chosen = model_from("{type: linear, penalty: {name: " + yaml + "}}");
    const double penalized = value_and_gradient(*model_on(rows, chosen, 0), x, penalized_gradient);
    CHECK(penalized - loss == doctest::Approx(expected).epsilon(1e-13));
    CHECK(penalized_gradient.back() == gradient.back());
    CHECK(value_and_gradient(*model_on(rows, chosen, 0, false), x, penalized_gradient) == loss);
    CHECK(penalized_gradient == gradient);
  }
}

TEST_CASE("without groups every feature is one of its own") {
  auto rows = made_rows<double>(0);
  const auto chosen = model_from("{type: linear, penalty: {name: group, strength: 1, epsilon: 0.1}}");
  const Aligned<double> x = point_of<double>(column_count + 1);
  Aligned<double> gradient, same;
  rows.groups.clear();
  const double value = value_and_gradient(*model_on(rows, chosen, 0), x, gradient);
  for (Index end = 1; end <= column_count; ++end) rows.groups.push_back(end);
  CHECK(value_and_gradient(*model_on(rows, chosen, 0), x, same) == value);
  CHECK(same == gradient);
}

TEST_CASE("a regression predicts the score, poisson its exponential, two classes their probabilities") {
  const auto rows = made_rows<double>(2);
  const Aligned<double> x = point_of<double>(column_count + 1);
  const auto predictions = [&](const std::string& yaml) {
    const auto chosen = model_from(yaml);
    const auto model = model_on(rows, chosen, classes_of(chosen));
    std::vector<double> out(static_cast<std::size_t>(row_count * model->outputs()));
    model->predict(x, Batch::range(0, row_count), out, {}, {});
    return out;
  };
  const auto scores = predictions("{type: linear, loss: huber}");
  CHECK(scores == predictions("linear"));
  const auto means = predictions("poisson");
  const auto classes = predictions("{type: logistic, loss: sigmoid}");
  CHECK(classes == predictions("{type: logistic, loss: smoothed_hinge}"));
  for (std::size_t i = 0; i < scores.size(); ++i) {
    // A few roundings.
    CHECK(means[i] == doctest::Approx(std::exp(scores[i])).epsilon(1e-14));
    CHECK(classes[2 * i + 1] == doctest::Approx(1 / (1 + std::exp(-scores[i]))).epsilon(1e-14));
    CHECK(classes[2 * i] + classes[2 * i + 1] == doctest::Approx(1).epsilon(1e-15));
  }
}

TEST_CASE("a model with its loss, penalty and class weights is written as it is read") {
  for (const char* yaml :
       {"linear", "{type: linear, loss: {name: huber, delta: 1.5}, penalty: nonconvex}",
        "{type: linear, loss: quantile, penalty: {name: group, strength: 0.5}}", "poisson",
        "{type: logistic, loss: {name: smoothed_hinge, gamma: 0.5}, class_weight: balanced}",
        "{type: softmax, penalty: none, class_weight: {a b: 2, '1': 0.5}}"}) {
    CAPTURE(yaml);
    const Node written = Codec<Chosen<ModelEntry>>::write(model_from(yaml));
    const std::string text = to_yaml(written);
    CHECK(to_yaml(Codec<Chosen<ModelEntry>>::write(model_from(text))) == text);
  }
  const Node written =
      Codec<Chosen<ModelEntry>>::write(model_from("{type: linear, loss: {name: huber, delta: 1.5}}"));
  CHECK(written.find("loss")->find("name")->text == "huber");
  CHECK(written.find("loss")->find("delta")->text == "1.5");
  CHECK(written.find("penalty")->text == "none");
}

TEST_CASE("a loss that does not go with the model, and parameters out of range, are faults that help") {
  using Texts = std::vector<std::string>;
  CHECK(faults_of("{type: linear, loss: hubr}") == Texts{"unknown loss 'hubr' (did you mean 'huber'?)"});
  CHECK(faults_of("{type: logistic, loss: {name: squared}}") ==
        Texts{"model.loss: squared is a loss of regression (here go log_loss, sigmoid, smoothed_hinge)"});
  CHECK(faults_of("{type: linear, loss: poisson}")
            .front()
            .starts_with(
                "model.loss: poisson is a loss of counts, which model: poisson takes (here go cauchy, "));
  CHECK(faults_of("{type: linear, loss: {name: huber, delta: 0}}") ==
        Texts{"model.loss.delta must be > 0, got 0"});
  CHECK(faults_of("{type: linear, loss: {name: huber, c: 1}}") ==
        Texts{"unknown key 'c' in model.loss (known: name, delta)"});
  CHECK(faults_of("{type: linear, penalty: grup}") ==
        Texts{"unknown penalty 'grup' (did you mean 'group'?)"});
  CHECK(faults_of("{type: linear, penalty: {name: group, epsilon: 0}}") ==
        Texts{"model.penalty.epsilon must be > 0, got 0"});
  CHECK(faults_of("{type: logistic, class_weight: {yes: -1}}") ==
        Texts{"model.class_weight.yes must be > 0, got -1"});
  CHECK(faults_of("{type: logistic, class_weight: equal}") ==
        Texts{"model.class_weight must be none, balanced or a map {label: weight}, got 'equal'"});
  CHECK(faults_of("{type: linear, class_weight: balanced}").size() == 1);
}

TEST_CASE("class weights: balanced makes classes count alike, labels are looked up, others are faults") {
  const std::vector<std::string> classes = {"high", "low", "never"};
  const auto weights = [&](const std::string& text) {
    const auto chosen = model_from("{type: softmax, class_weight: " + text + "}");
    REQUIRE((chosen.entry->class_weight != nullptr));
    return class_weights(*chosen.entry->class_weight(chosen.values), classes, {30, 10, 0});
  };
  CHECK(weights("none")->empty());
  CHECK(*weights("balanced") == std::vector<double>{40.0 / 60, 2, 0});
  CHECK(*weights("{low: 3}") == std::vector<double>{1, 3, 1});
  const auto chosen = model_from("{type: softmax, class_weight: {1: 5, 1.0: 6}}");
  const auto twice = class_weights(*chosen.entry->class_weight(chosen.values), {"0", "1"}, {30, 10});
  REQUIRE(!twice);
  CHECK(to_string(twice.faults().front()) ==
        "model.yaml:1:38: error: class_weight gives class '1' a weight twice (leave one of them out)");
  const auto wrong = weights("{low: 3, hihg: 2}");
  REQUIRE(!wrong);
  REQUIRE(wrong.faults().size() == 1);
  CHECK(to_string(wrong.faults().front()) ==
        "model.yaml:1:40: error: class_weight names 'hihg', which is no class of the target (did you mean "
        "'high'?)");
}
