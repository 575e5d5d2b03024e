#include "faults_of.hpp"
#include "spec/yaml.hpp"

// none leaves out a key that has no value by default.
using namespace lookahead;
using namespace lookahead::test;

TEST_CASE("a key that is none is one that is not there") {
  const std::string formula =
      "objective: {expression: \"x[0]^2\", dim: 1, domain: [0, 1], minimum: 0, lipschitz: 2, noise: {gaussian: 1}, "
      "constants: {a: 2}}\noptimizer: {name: sgd, lr: 0.1, clip: {norm: 1}}\n";
  const std::string rows =
      "data: {train: a.csv, target: y, weights: w, test: b.csv, validation: 0.2}\n"
      "model: {type: poisson, exposure: e}\noptimizer: adam\n";
  struct Case {
    std::string yaml, key, text;
  };
  const Case cases[] = {{formula, "objective.domain", ", domain: [0, 1]"},
                        {formula, "objective.minimum", ", minimum: 0"},
                        {formula, "objective.lipschitz", ", lipschitz: 2"},
                        {formula, "objective.noise", ", noise: {gaussian: 1}"},
                        {formula, "objective.constants", ", constants: {a: 2}"},
                        {formula, "optimizer.clip", ", clip: {norm: 1}"},
                        {rows, "data.weights", ", weights: w"},
                        {rows, "data.test", ", test: b.csv"},
                        {rows, "data.validation", ", validation: 0.2"},
                        {rows, "model.exposure", ", exposure: e"}};
  for (const Case& one : cases) {
    CAPTURE(one.key);
    std::string without = one.yaml;
    without.erase(without.find(one.text), one.text.size());
    const std::string expected = to_yaml(echo(spec_of(without)));
    CHECK(expected != to_yaml(echo(spec_of(one.yaml))));
    CHECK(to_yaml(echo(spec_of(one.yaml, {one.key + "=none"}))) == expected);
    CHECK(to_yaml(echo(spec_of(without, {one.key + "=none"}))) == expected);
  }
}

TEST_CASE("a column that is called none stands in quotes") {
  const std::string rows = "data: {train: a.csv, target: y}\nmodel: linear\noptimizer: adam\n";
  const Spec quoted = spec_of(rows, {"data.weights=\"none\""});
  REQUIRE(quoted.data->weights);
  CHECK(*quoted.data->weights == "none");
  const std::string written = to_yaml(echo(quoted));
  CHECK(*spec_of(written).data->weights == "none");
  CHECK_FALSE(spec_of(rows, {"data.weights=none"}).data->weights);
}

TEST_CASE("a step of gda has one evaluation, or one for every player") {
  const std::string game =
      "objective: {game: cournot, dim: 3}\noptimizer: {name: gda, lr: {linear: {from: 0.1}}}\nstop: {evals: 25}\n";
  CHECK(faults_of(game) == "");
  CHECK(faults_of(game, {"optimizer.alternating=true"})
            .find("a step of gda has evaluations for every player") != std::string::npos);
}
