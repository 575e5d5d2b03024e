#include "objective/noise.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/values.hpp"

using namespace lookahead;

namespace {

Values parameters_of(const NoiseEntry& entry,
                     const std::vector<std::pair<std::string, std::string>>& values) {
  Node node = Node::map();
  for (const auto& [key, value] : values) node.add(key, Node::scalar(value));
  return values_from(entry, node);
}

// A noise with its parameters set from text.
template <Scalar T = double>
std::unique_ptr<Noise<T>> noise_of(const char* name,
                                   const std::vector<std::pair<std::string, std::string>>& values,
                                   Index dimension) {
  const NoiseEntry& entry = *noise_catalog().find(name);
  return entry.make<T>(parameters_of(entry, values), dimension);
}

// The noise alone that steps 0 ... steps - 1 add to `gradient`, one component after the other.
std::vector<double> draws_of(Noise<double>& noise, const std::vector<double>& gradient, Index steps) {
  std::vector<double> draws;
  const Stream stream(21, Purpose::noise);
  for (Index step = 0; step < steps; ++step) {
    std::vector<double> noisy = gradient;
    noise.add(noisy, stream, step, Shards());
    for (std::size_t i = 0; i < noisy.size(); ++i) draws.push_back(noisy[i] - gradient[i]);
  }
  return draws;
}

double mean_of(const std::vector<double>& draws, double power) {
  double sum = 0;
  for (const double z : draws) sum += std::pow(z, power);
  return sum / static_cast<double>(draws.size());
}

}  // namespace

TEST_CASE("gaussian noise has the mean and variance of each component that are stated") {
  const auto noise = noise_of("gaussian", {{"sd", "0.5"}}, 3);
  const auto draws = draws_of(*noise, {1, -2, 0}, 40000);
  const double root = std::sqrt(static_cast<double>(draws.size()));
  CHECK(std::abs(mean_of(draws, 1)) < 5 * 0.5 / root);
  CHECK(std::abs(mean_of(draws, 2) - 0.25) < 5 * 0.25 * std::sqrt(2.0) / root);
}

TEST_CASE("student noise has the moments of Student's distribution, and its tails") {
  // With df = 12: variance 12/10, fourth moment 3 df^2 / ((df - 2) (df - 4)) = 5.4, eighth 105 df^4 / (10 8 6
  // 4) = 1134.
  const auto noise = noise_of("student", {{"df", "12"}, {"scale", "1"}}, 3);
  const auto draws = draws_of(*noise, {1, -2, 0}, 40000);
  const double root = std::sqrt(static_cast<double>(draws.size()));
  CHECK(std::abs(mean_of(draws, 1)) < 5 * std::sqrt(1.2) / root);
  CHECK(std::abs(mean_of(draws, 2) - 1.2) < 5 * std::sqrt(5.4 - 1.44) / root);
  CHECK(std::abs(mean_of(draws, 4) - 5.4) < 5 * std::sqrt(1134 - 5.4 * 5.4) / root);
  // df = 1 is Cauchy's distribution: half of all lie within the scale, a share 2/pi atan(1/10) beyond ten of
  // it.
  const auto heavy = noise_of("student", {{"df", "1"}, {"scale", "3"}}, 3);
  const auto tails = draws_of(*heavy, {0, 0, 0}, 40000);
  const auto share_beyond = [&](double limit) {
    const auto count =
        std::count_if(tails.begin(), tails.end(), [&](double z) { return std::abs(z) > limit; });
    return static_cast<double>(count) / static_cast<double>(tails.size());
  };
  const double far = 2 / 3.14159265358979 * std::atan(0.1);
  CHECK(std::abs(share_beyond(3) - 0.5) < 5 * 0.5 / root);
  CHECK(std::abs(share_beyond(30) - far) < 5 * std::sqrt(far * (1 - far)) / root);
}

TEST_CASE("student noise with many degrees of freedom is nearly normal, and with few stays finite") {
  const auto normal = noise_of("student", {{"df", "1e9"}}, 3);
  const auto draws = draws_of(*normal, {0, 0, 0}, 40000);
  const double root = std::sqrt(static_cast<double>(draws.size()));
  CHECK(std::abs(mean_of(draws, 2) - 1) < 5 * std::sqrt(2.0) / root);
  CHECK(std::abs(mean_of(draws, 4) - 3) < 5 * std::sqrt(96.0) / root);
  const auto wild = noise_of("student", {{"df", "0.1"}}, 3);
  for (const double z : draws_of(*wild, {0, 0, 0}, 10000)) CHECK(std::isfinite(z));
}

TEST_CASE("student noise of scale 0 is none, however heavy its tails") {
  const auto none = noise_of("student", {{"df", "0.002"}, {"scale", "0"}}, 3);
  for (const double z : draws_of(*none, {0, 0, 0}, 1000)) CHECK(z == 0);
}

TEST_CASE("relative noise has the total variance sigma^2 + rho |g|^2, in no preferred direction") {
  const std::vector<double> gradient = {3, 0, -4, 0};  // |g|^2 = 25
  const auto noise = noise_of("relative", {{"sigma", "0.5"}, {"rho", "0.2"}}, 4);
  const auto draws = draws_of(*noise, gradient, 40000);
  const double each = (0.25 + 0.2 * 25) / 4;
  for (std::size_t i = 0; i < 4; ++i) {
    std::vector<double> component;
    for (std::size_t at = i; at < draws.size(); at += 4) component.push_back(draws[at]);
    const double root = std::sqrt(static_cast<double>(component.size()));
    CHECK(std::abs(mean_of(component, 1)) < 5 * std::sqrt(each / 1) / root);
    CHECK(std::abs(mean_of(component, 2) - each) < 5 * each * std::sqrt(2.0) / root);
  }
}

TEST_CASE("relative noise without sigma vanishes with the gradient") {
  const auto noise = noise_of("relative", {{"sigma", "0"}, {"rho", "1"}}, 2);
  for (const double z : draws_of(*noise, {0, 0}, 5)) CHECK(z == 0);
}

TEST_CASE_TEMPLATE("every noise is a function of seed, agent and step alone", T, float, double) {
  for (const char* name : {"gaussian", "student", "relative"}) {
    CAPTURE(name);
    const auto a = noise_of<T>(name, {}, 5), b = noise_of<T>(name, {}, 5);
    const std::vector<T> gradient = {1, 2, 3, 4, 5};
    const auto noisy = [&](Noise<T>& noise, std::uint64_t seed, Index agent, Index step) {
      std::vector<T> out = gradient;
      noise.add(out, Stream(seed, Purpose::noise, agent), step, Shards());
      return out;
    };
    const auto first = noisy(*a, 1, 0, 3);
    CHECK(noisy(*a, 1, 0, 4) != first);
    CHECK(noisy(*a, 2, 0, 3) != first);
    CHECK(noisy(*a, 1, 1, 3) != first);
    CHECK(noisy(*b, 1, 0, 3) == first);
    CHECK(noisy(*a, 1, 0, 3) == first);
  }
}

TEST_CASE("noises say how large they are") {
  const auto facts_of = [](const char* name, const std::vector<std::pair<std::string, std::string>>& values,
                           Index dimension) {
    const NoiseEntry& entry = *noise_catalog().find(name);
    const auto parameters = parameters_of(entry, values);
    REQUIRE(entry.facts);
    return entry.facts(parameters, dimension);
  };
  const NoiseFacts gaussian = facts_of("gaussian", {{"sd", "0.5"}}, 8);
  CHECK(gaussian.variance == 2);
  CHECK(gaussian.relative_variance == 0);
  CHECK(facts_of("student", {{"scale", "2"}, {"df", "4"}}, 3).variance == 24);
  CHECK(std::isinf(facts_of("student", {{"df", "2"}}, 3).variance));
  CHECK(facts_of("student", {{"scale", "0"}, {"df", "2"}}, 3).variance == 0);
  const NoiseFacts relative = facts_of("relative", {{"sigma", "0.5"}, {"rho", "3"}}, 8);
  CHECK(relative.variance == 0.25);
  CHECK(relative.relative_variance == 3);
  CHECK_FALSE(noise_catalog().find("minibatch")->facts);
}

TEST_CASE("the mean of |noise|^2 over many draws is what the noise says") {
  const std::vector<double> gradient = {3, 0, -4, 0, 1};  // |g|^2 = 26
  for (const char* name : {"gaussian", "relative"}) {
    CAPTURE(name);
    const NoiseEntry& entry = *noise_catalog().find(name);
    const std::vector<std::pair<std::string, std::string>> values =
        name == std::string("gaussian")
            ? std::vector<std::pair<std::string, std::string>>{{"sd", "0.5"}}
            : std::vector<std::pair<std::string, std::string>>{{"sigma", "0.5"}, {"rho", "0.2"}};
    const auto noise = noise_of(name, values, 5);
    const NoiseFacts facts = entry.facts(parameters_of(entry, values), 5);
    constexpr Index steps = 20000;
    const double mean = 5 * mean_of(draws_of(*noise, gradient, steps), 2);
    const double said = facts.variance + facts.relative_variance * 26;
    // |n|^2 is said / 5 times a chi-squared number of 5 degrees of freedom, of variance 10.
    CHECK(std::abs(mean - said) < 5 * (said / 5) * std::sqrt(10.0 / static_cast<double>(steps)));
  }
}
