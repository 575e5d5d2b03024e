#include "objective/coordinate_values.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "objective/function.hpp"
#include "objective/noise.hpp"
#include "parallel/pool.hpp"
#include "random/stream.hpp"
#include "spec/yaml.hpp"
#include "support/values.hpp"

using namespace lookahead;

namespace {

std::optional<CoordinateValues> read(const std::string& yaml, Report& report) {
  return Codec<CoordinateValues>::read(*parse_yaml(yaml, ""), Path("here"), report);
}

std::unique_ptr<Noise<double>> gaussian(const std::string& sd, Index dimension) {
  const NoiseEntry& entry = *noise_catalog().find("gaussian");
  return entry.make<double>(values_from(entry, *parse_yaml("{sd: " + sd + "}", "")), dimension);
}

NoiseFacts gaussian_facts(const std::string& sd, Index dimension) {
  const NoiseEntry& entry = *noise_catalog().find("gaussian");
  return entry.facts(values_from(entry, *parse_yaml("{sd: " + sd + "}", "")), dimension);
}

}  // namespace

TEST_CASE("coordinates have one number for all, a list, or a power law, and come back as they are written") {
  for (const std::string yaml :
       {"0.5", "[0.5, 1, 2]", "{power: 1, scale: 1}", "{power: -0.5, scale: 3}", "{power: 0, scale: 2}"}) {
    CAPTURE(yaml);
    Report report;
    const auto values = read(yaml, report);
    REQUIRE(values.has_value());
    CHECK(to_yaml(Codec<CoordinateValues>::write(*values)) == to_yaml(*parse_yaml(yaml, "")));
  }
  Report report;
  const auto harmonic = read("{power: 1}", report), roots = read("{power: -0.5, scale: 2}", report),
             counting = read("{power: -1}", report), listed = read("[3, 1, 2]", report),
             same = read("[7]", report);
  CHECK(report.empty());
  for (Index i = 0; i < 1000; ++i) {
    const auto number = static_cast<double>(i + 1);
    CHECK((*harmonic)[i] == 1 / number);
    CHECK((*counting)[i] == number);
    CHECK((*roots)[i] == doctest::Approx(2 * std::sqrt(number)).epsilon(1e-15));
    CHECK((*same)[i] == 7);
  }
  CHECK(harmonic->largest(1000) == 1);
  CHECK(counting->largest(1000) == 1000);
  CHECK(listed->largest(3) == 3);
  CHECK(listed->count() == 3);
  CHECK(same->count() == 0);
  CHECK(harmonic->count() == 0);
}

TEST_CASE("coordinates are refused where they are no numbers, none at all, or no law") {
  for (const std::string yaml : {"[]", "x", "[1, x]", "[[1], 2]", "{scale: 2}", "{power: 31}",
                                 "{power: 1, from: 2}", "{power: .nan}"}) {
    CAPTURE(yaml);
    Report report;
    CHECK_FALSE(read(yaml, report).has_value());
    CHECK_FALSE(report.empty());
  }
}

TEST_CASE("gaussian noise by list has the deviations listed, and one number for all is as it was") {
  const std::vector<double> gradient(4, 0.0);
  const auto at = [&](Noise<double>& noise, Index step) {
    std::vector<double> out = gradient;
    noise.add(out, Stream(5, Purpose::noise), step, Shards());
    return out;
  };
  const auto plain = gaussian("1", 4), listed = gaussian("[0.5, 0, 2, 1]", 4),
             law = gaussian("{power: 1}", 4), same = gaussian("[1, 1, 1, 1]", 4);
  for (Index step = 0; step < 10; ++step) {
    const auto z = at(*plain, step);
    CHECK(at(*same, step) == z);
    CHECK(at(*listed, step) == std::vector<double>{0.5 * z[0], 0, 2 * z[2], z[3]});
    const auto fallen = at(*law, step);
    for (std::size_t i = 0; i < 4; ++i) CHECK(fallen[i] == z[i] * (1 / static_cast<double>(i + 1)));
  }
  CHECK(gaussian_facts("[0.5, 0, 2, 1]", 4).variance == 5.25);
  CHECK(gaussian_facts("{power: 0.5}", 3).variance == doctest::Approx(1 + 1.0 / 2 + 1.0 / 3).epsilon(1e-15));
  CHECK(gaussian_facts("0.5", 8).variance == 2);
}

TEST_CASE("noise by list is the same bits on any number of threads") {
  constexpr Index many = 200'000;
  const auto noise = gaussian("{power: 0.5}", many);
  const auto with = [&](const Shards& shards) {
    std::vector<double> out(static_cast<std::size_t>(many), 1.0);
    noise->add(out, Stream(5, Purpose::noise), 3, shards);
    return out;
  };
  const auto alone = with(Shards());
  for (const Index threads : {1, 2, 5}) {
    Pool pool(threads);
    CHECK(with(Shards(pool)) == alone);
  }
}

TEST_CASE("a quadratic has the eigenvalues of its spectrum, along the axes and rotated") {
  const std::vector<double> spectrum = {2, 0, 0.5};
  const Node parameters = *parse_yaml("{spectrum: [2, 0, 0.5]}", "");
  const std::vector<double> x = {1, -3, 2};
  const FunctionEntry& diagonal = *function_catalog().find("quadratic_diag");
  std::vector<double> gradient(3);
  const auto f = diagonal.make<double>(values_from(diagonal, parameters), 3);
  CHECK(f->value_and_gradient(x, Batch(), gradient, {}).value == 0.5 * (2 * 1 + 0.5 * 4));
  CHECK(gradient == std::vector<double>{2, 0, 1});
  for (const char* name : {"quadratic_diag", "quadratic_rot", "quadratic"}) {
    CAPTURE(name);
    const FunctionEntry& entry = *function_catalog().find(name);
    Node with_seed = parameters;
    if (name != std::string("quadratic_diag")) with_seed.add("seed", Node::scalar("4"));
    const Values values = values_from(entry, with_seed);
    CHECK(entry.usual_dimension(values) == 3);
    CHECK(entry.admits(values, 3));
    CHECK_FALSE(entry.admits(values, 4));
    CHECK(entry.facts(values, 3).smoothness == 2.0);
    // Column j of the matrix is the gradient at e_j; its invariants are the spectrum's.
    const auto g = entry.make<double>(values, 3);
    double trace = 0, square = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      std::vector<double> unit(3);
      unit[j] = 1;
      static_cast<void>(g->value_and_gradient(unit, Batch(), gradient, {}));
      trace += gradient[j];
      for (const double entry_of : gradient) square += entry_of * entry_of;
    }
    // Two reflections of numbers up to 2.
    CHECK(trace == doctest::Approx(2.5).epsilon(1e-14));
    CHECK(square == doctest::Approx(4.25).epsilon(1e-14));
  }
}
