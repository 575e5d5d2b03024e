#include "spec/yaml.hpp"
#include "support/problem.hpp"

// Spectra and noise by list: what is read, what is echoed, what is refused.
using namespace lookahead;
using namespace lookahead::test;

namespace {

const std::string by_sgd = "\noptimizer: sgd\n";

std::string fault_of(const std::string& objective, const std::vector<std::string>& set = {}) {
  const auto spec = read_problem({"objective: " + objective + by_sgd, "p.yaml", "p", ".", set});
  REQUIRE_FALSE(static_cast<bool>(spec));
  CHECK(spec.faults().size() == 1);
  return to_string(spec.faults().front());
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a problem with lists is echoed as it can be read again") {
  for (const std::string objective :
       {"{function: quadratic_diag, spectrum: [1, 0.5, 0.25], noise: {gaussian: [0.1, 0.2, 0.3]}}",
        "{function: quadratic_rot, dim: 7, spectrum: {power: 1}, noise: {gaussian: {sd: {power: 0.5}}}}",
        "{function: quadratic, dim: 4, spectrum: 2, seed: 3}", "{function: quadratic, condition: 7}",
        "{function: noisy_quadratic, spectrum: {power: 1, scale: 2}, variance: {power: -1}, noise: "
        "{minibatch: {size: 3, replacement: false}}}",
        "{function: pca, spectrum: [3, 2, 1]}", "{game: bilinear, spectrum: [1, 2]}",
        "{game: quadratic_game, convexity: [0, 1], coupling: {power: 1}}",
        "{game: stochastic_bilinear, dim: 6, spectrum: {power: 0.5}, noise: {minibatch: 2}}"}) {
    CAPTURE(objective);
    const Spec spec = spec_of("objective: " + objective + by_sgd);
    const std::string written = to_yaml(echo(spec));
    CHECK(to_yaml(echo(spec_of(written))) == written);
    CHECK(holds(written, "condition: ") == !holds(objective, "spectrum: "));
  }
}

TEST_CASE("a list decides the dimension where dim does not") {
  const auto dimension = [](const std::string& objective) {
    return spec_of("objective: " + objective + by_sgd).objective->dimension;
  };
  CHECK(dimension("{function: quadratic_diag, spectrum: [1, 2, 3]}") == 3);
  CHECK(dimension("{function: quadratic_diag, spectrum: [1]}") == 2);
  CHECK(dimension("{function: quadratic_diag, spectrum: {power: 1}}") == 2);
  CHECK(dimension("{function: noisy_quadratic, variance: [1, 2, 3]}") == 3);
  CHECK(dimension("{function: sphere, noise: {gaussian: [1, 2, 3]}}") == 3);
  CHECK(dimension("{game: bilinear, noise: {gaussian: [1, 2, 3, 4]}}") == 4);
  CHECK(dimension("{game: bilinear, spectrum: [1, 2, 3]}") == 6);
  CHECK(dimension("{game: quadratic_game, concavity: [1, 2, 3]}") == 6);
}

TEST_CASE("lists that fit neither the problem nor each other are refused, and say why") {
  const std::string diagonal = "{function: quadratic_diag, dim: 4, spectrum: ";
  CHECK(holds(fault_of(diagonal + "[1, 2]}"),
              "p.yaml:1:44: error: objective.dim of quadratic_diag must be 2 "
              "to match its list, got 4"));
  CHECK(holds(fault_of(diagonal + "[1, -2, 3, 4]}"),
              "objective.spectrum must be >= 0, got -2 (along an "
              "eigenvector of a negative one f has no lower bound)"));
  CHECK(holds(fault_of(diagonal + "[0, 0, 0, 0]}"), "no number above 0"));
  CHECK(holds(fault_of(diagonal + "{power: 1, scale: -2}}"), "objective.spectrum.scale must be >= 0"));
  CHECK(holds(fault_of(diagonal + "2, condition: 10}"), "has both condition and spectrum"));
  CHECK(holds(fault_of(diagonal + "2}", {"objective.condition=10"}), "has both condition and spectrum"));
  CHECK(holds(fault_of("{function: noisy_quadratic, spectrum: [1, 2], variance: [1, 2, 3]}"),
              "objective.spectrum is a list of 2 numbers, variance one of 3 numbers"));
  CHECK(holds(fault_of("{function: noisy_quadratic, spectrum: [1, 0]}"), "must be > 0, got 0"));
  CHECK(holds(fault_of("{game: bilinear, dim: 6, spectrum: [1, 2]}"), "must be 4 to match its list, got 6"));
  CHECK(holds(fault_of("{game: quadratic_game, convexity: [1, 2], coupling: [1, 2, 3]}"),
              "objective.convexity is a list of 2 numbers, coupling one of 3 numbers"));
  CHECK(holds(fault_of("{function: sphere, dim: 4, noise: {gaussian: [1, 2, 3]}}"),
              "objective.noise.gaussian has a list of 3 numbers, the objective has 4 coordinates"));
  CHECK(holds(fault_of("{function: quadratic_diag, spectrum: [1, 2], noise: {gaussian: [1, 2, 3]}}"),
              "has a list of 3 numbers, the objective has 2 coordinates"));
  CHECK(holds(fault_of("{game: bilinear, noise: {gaussian: [1, 2, 3]}}"),
              "has a list of 3 numbers, the objective has 2 coordinates"));
  CHECK(holds(fault_of("{function: sphere, dim: 2, noise: {gaussian: [1, -2]}}"),
              "objective.noise.gaussian must be >= 0, got -2"));
}

TEST_CASE("no number of a center is left out, and lists give objectives of one's own their dimension") {
  const auto dimension = [](const std::string& objective) {
    return spec_of("objective: " + objective + by_sgd).objective->dimension;
  };
  for (const std::string function : {"quadratic_diag", "quadratic_rot"}) {
    CHECK(dimension("{function: " + function + ", center: [1, 2, 3]}") == 3);
    CHECK(dimension("{function: " + function + ", center: [1]}") == 2);
    CHECK(dimension("{function: " + function + ", dim: 5, center: [1, 2, 3]}") == 5);
    CHECK(holds(fault_of("{function: " + function + ", dim: 2, center: [1, 2, 3]}"),
                "must be at least 3, got 2"));
    CHECK(holds(fault_of("{function: " + function + ", spectrum: [1, 2], center: [1, 2, 3]}"),
                "objective.center has 3 numbers, the spectrum 2"));
  }
  const std::string own = "{expression: \"sum(i, 0, n-1, x[i]^2)\", ";
  CHECK(dimension(own + "noise: {gaussian: [1, 2, 3]}}") == 3);
  CHECK(dimension(own + "domain: [[0, 1], [1, 2], [2, 3], [3, 4]]}") == 4);
  CHECK(holds(fault_of(own + "domain: [0, 1]}"), "needs the key 'dim'"));
  CHECK(holds(fault_of(own + "noise: {gaussian: [1, 2, 3]}, domain: [[0, 1], [1, 2]]}"),
              "objective.domain has 2 pairs of ends for 3 coordinates"));
}

TEST_CASE("single numbers of lists and laws can be set") {
  const auto echoed = [](const std::string& objective, const std::string& setting) {
    return to_yaml(echo(spec_of("objective: " + objective + by_sgd, {setting})));
  };
  const std::string listed = "{function: quadratic_diag, spectrum: [1, 2, 3]}";
  CHECK(holds(echoed(listed, "objective.spectrum.1=5"), "spectrum: [1, 5, 3]"));
  CHECK(holds(echoed(listed, "objective.spectrum={power: 2}"), "power: 2"));
  const std::string law = "{function: quadratic_diag, spectrum: {power: 1, scale: 3}}";
  CHECK(holds(echoed(law, "objective.spectrum.power=2"), "spectrum: {power: 2, scale: 3}"));
  // One number for all is the law's scale.
  const std::string noisy = "{function: sphere, noise: {gaussian: 0.5}}";
  CHECK(holds(echoed(noisy, "objective.noise.gaussian.sd.power=1"), "sd: {power: 1, scale: 0.5}"));
  CHECK(holds(echoed("quadratic", "objective.spectrum.power=1"), "spectrum: {power: 1, scale: 1}"));
}
