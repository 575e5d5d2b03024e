#include "data/encode/split.hpp"

#include <set>

#include "files.hpp"

using namespace lookahead;

namespace {

// Rows 0, 1, ... of two classes, a quarter of them "a".
std::string rows(int count) {
  std::string text = "x,y\n";
  for (int i = 0; i < count; ++i) text += std::to_string(i * i) + (i % 4 == 0 ? ",a\n" : ",b\n");
  return text;
}

std::set<double> features(const Dataset<double>& data) {
  return {data.features.begin(), data.features.end()};
}

DataOptions fractions(double validation, double test) {
  DataOptions options = raw_options("", "y");
  options.validation.fraction = validation;
  if (test > 0) options.test = TestFile{"", 0, "", test};
  return options;
}

}  // namespace

TEST_CASE("a test fraction is stratified, disjoint from the validation, and both are fractions of all rows") {
  const auto p = good(rows(100), fractions(0.25, 0.2));
  REQUIRE(p.validation.has_value());
  REQUIRE(p.test.has_value());
  CHECK(p.test->rows == 20);
  CHECK(p.validation->rows == 25);
  CHECK(p.train.rows == 55);
  CHECK(std::count(p.test->targets.begin(), p.test->targets.end(), 0.0) == 5);
  std::set<double> all = features(p.train);
  all.merge(features(*p.validation));
  all.merge(features(*p.test));
  CHECK(all.size() == 100);
}

TEST_CASE("the test rows do not depend on the validation, nor the validation rows on a test file") {
  const auto both = good(rows(100), fractions(0.25, 0.2)), alone = good(rows(100), fractions(0, 0.2));
  CHECK(both.test->features == alone.test->features);
  CHECK_FALSE(alone.validation.has_value());
  CHECK(alone.train.rows == 80);
}

TEST_CASE("splits are drawn with their own seed") {
  DataOptions options = fractions(0.25, 0.2);
  const auto p = good(rows(100), options), q = good(rows(100), options);
  CHECK(p.test->features == q.test->features);
  options.split_seed = 2;
  const auto other = good(rows(100), options);
  CHECK(other.test->features != p.test->features);
  CHECK(other.validation->features != p.validation->features);
}

TEST_CASE("sparse rows are split alike") {
  std::string text;
  for (int i = 1; i <= 40; ++i) text += (i % 4 == 0 ? "+1 1:" : "-1 1:") + std::to_string(i) + "\n";
  DataOptions options = fractions(0.25, 0.25);
  options.target.reset();
  options.format = FormatChoice::libsvm;
  const auto p = good(text, options);
  REQUIRE(p.test.has_value());
  CHECK(p.train.rows == 20);
  CHECK(p.validation->rows == 10);
  CHECK(p.test->rows == 10);
  std::set<double> all(p.train.values.begin(), p.train.values.end());
  all.insert(p.validation->values.begin(), p.validation->values.end());
  all.insert(p.test->values.begin(), p.test->values.end());
  CHECK(all.size() == 40);
}

TEST_CASE("held-out rows of both kinds have no say in means and weights") {
  DataOptions options = fractions(0.25, 0.25);
  options.weights = "w";
  options.standardize = Standardize::numeric;
  std::string text = "x,w,y\n";
  for (int i = 0; i < 40; ++i)
    text += std::to_string(i * i) + "," + std::to_string(i + 1) + "," + std::to_string(i * 7 % 11) + "\n";
  const auto p = good(text, options);
  double sum = 0;
  for (std::size_t i = 0; i < p.train.features.size(); ++i) sum += p.train.weights[i] * p.train.features[i];
  CHECK(std::abs(sum) < 1e-12);
  for (const auto* data : {&p.train, &*p.validation, &*p.test}) {
    double weights = 0;
    for (const double weight : data->weights) weights += weight;
    // Rounding of sums of at most 40 numbers near 1.
    CHECK(weights == doctest::Approx(static_cast<double>(data->rows)).epsilon(1e-12));
  }
}

TEST_CASE("too few rows for a fraction are a fault") {
  CHECK(holds(faults_in("x,y\n1,2.5\n", fractions(0, 0.5)), "one row can not be split for test"));
  CHECK(holds(faults_in("x,y\n1,2.5\n2,3.5\n", fractions(0.4, 0.4)),
              "none can be held out for validation and test"));
  CHECK(holds(faults_in("x,y\n1,a\n2,b\n", fractions(0, 0.5)), "none can be held out for test"));
}
