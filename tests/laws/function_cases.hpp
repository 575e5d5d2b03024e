#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "objective/function.hpp"
#include "random/stream.hpp"
#include "simd/lanes.hpp"
#include "support/values.hpp"

// The built-in functions and games as the laws see them: with parameters, dimensions and points.
namespace lookahead::test {

inline constexpr int random_points = 20;
inline constexpr double eps = std::numeric_limits<double>::epsilon();

// A function or game with parameters and dimension.
struct Case {
  const FunctionEntry* entry;
  Values parameters;
  Index dimension;
  std::string label;

  Facts facts() const { return entry->facts(parameters, dimension); }
  template <Scalar T>
  std::unique_ptr<Objective<T>> make() const {
    return entry->make<T>(parameters, dimension);
  }
};

inline const FunctionEntry& entry_of(const char* name) { return *function_catalog().find(name); }

// Values of parameters; a text stands for a scalar.
struct Setting {
  Setting(const char* parameter, const char* text) : name(parameter), value(Node::scalar(text)) {}
  Setting(const char* parameter, Node node) : name(parameter), value(std::move(node)) {}
  const char* name;
  Node value;
};
using Settings = std::vector<Setting>;

inline Values parameters_of(const FunctionEntry& entry, const Settings& settings) {
  Node node = Node::map();
  for (const auto& [name, value] : settings) node.add(name, value);
  return values_from(entry, node);
}

// Every entry with its defaults and some with other parameters, at the dimensions it admits among: its usual
// one, small ones, and ones with and without a rest after groups of eight.
inline std::vector<Case> all_cases() {
  std::vector<Case> cases;
  const auto add = [&](const FunctionEntry& entry, const Values& parameters, const std::string& variant) {
    const Index usual = entry.usual_dimension(parameters);
    std::vector<Index> dimensions{usual};
    for (const Index d : {1, 2, 3, 4, 8, 9, 10, 11, 16, 20, 37, 100}) {
      if (entry.admits(parameters, d) && d != usual) dimensions.push_back(d);
    }
    for (const Index d : dimensions) {
      cases.push_back({&entry, parameters, d, entry.card.name + variant + ", n = " + std::to_string(d)});
    }
  };
  const auto vary = [&](const char* name, const Settings& settings, const std::string& variant) {
    add(entry_of(name), parameters_of(entry_of(name), settings), " (" + variant + ")");
  };
  for (const FunctionEntry& entry : function_catalog()) add(entry, entry.defaults(), "");
  vary("quadratic", {{"condition", "1000"}, {"seed", "7"}}, "condition 1000, rotated");
  const Node center = Node::list({Node::scalar("2"), Node::scalar("-0.5"), Node::scalar("0.25")});
  vary("quadratic_diag", {{"center", center}}, "centered elsewhere");
  vary("quadratic_rot", {{"center", center}}, "centered elsewhere");
  const Node spectrum = Node::list({Node::scalar("2"), Node::scalar("0.5"), Node::scalar("0")});
  Node falling = Node::map(), rising = Node::map();
  falling.add("power", Node::scalar("1"));
  rising.add("power", Node::scalar("-0.5"));
  rising.add("scale", Node::scalar("0.25"));
  vary("quadratic", {{"spectrum", rising}, {"seed", "4"}}, "power law, rotated");
  vary("quadratic_diag", {{"spectrum", spectrum}, {"center", center}}, "listed eigenvalues");
  vary("quadratic_diag", {{"spectrum", falling}}, "harmonic eigenvalues");
  vary("quadratic_rot", {{"spectrum", spectrum}}, "listed eigenvalues");
  vary("noisy_quadratic", {{"spectrum", falling}, {"variance", rising}}, "power laws");
  vary("pca", {{"spectrum", spectrum}, {"samples", "50"}}, "listed variances");
  vary("nesterov_worst", {{"smoothness", "100"}}, "smoothness 100");
  vary("different_powers", {{"root", "false"}}, "without root");
  vary("noisy_quadratic", {{"condition", "100"}, {"variance", "0.25"}, {"samples", "37"}}, "few centres");
  vary("least_squares", {{"samples", "50"}, {"target_noise", "0.5"}, {"ridge", "0.1"}}, "noisy, with ridge");
  vary("cauchy_regression", {{"outliers", "0.2"}, {"target_noise", "0.1"}, {"scale", "2"}}, "with outliers");
  vary("sigmoid_loss", {{"flipped", "0.1"}, {"seed", "3"}}, "labels flipped");
  vary("matrix_factorization", {{"rank", "3"}}, "rank 3");
  vary("autoencoder", {{"tied", "true"}, {"hidden", "3"}, {"samples", "20"}}, "tied");
  return cases;
}

// The start and random points of the domain, rounded to float, so that both precisions can stand there.
inline std::vector<std::vector<double>> points_of(const Case& c, std::uint64_t seed = 1) {
  const Facts facts = c.facts();
  std::vector<std::vector<double>> points{facts.start};
  std::vector<double> draws(static_cast<std::size_t>(c.dimension));
  for (int i = 0; i < random_points; ++i) {
    Stream(seed, Purpose::probe).uniforms(static_cast<std::uint64_t>(i), draws);
    points.push_back(draws);
    for (std::size_t j = 0; j < draws.size(); ++j) {
      points.back()[j] = facts.lower[j] + (facts.upper[j] - facts.lower[j]) * draws[j];
    }
  }
  for (auto& point : points) {
    for (double& x : point) x = static_cast<double>(static_cast<float>(x));
  }
  return points;
}

template <Scalar T>
std::vector<T> as(const std::vector<double>& point) {
  std::vector<T> converted(point.size());
  std::transform(point.begin(), point.end(), converted.begin(), [](double x) { return static_cast<T>(x); });
  return converted;
}

// All terms of an objective.
template <Scalar T>
Batch all_of(const Objective<T>& f) {
  return Batch::range(0, f.terms());
}

template <Scalar T>
double value_at(const Objective<T>& f, const std::vector<T>& x) {
  return f.value(x, all_of(f), {}).value;
}

template <Scalar T>
std::vector<T> gradient_at(const Objective<T>& f, const std::vector<T>& x) {
  // Poisoned, so that a component nobody writes is seen.
  std::vector<T> gradient(x.size(), std::numeric_limits<T>::quiet_NaN());
  static_cast<void>(f.value_and_gradient(x, all_of(f), gradient, {}));
  return gradient;
}

inline double distance(const std::vector<double>& a, const std::vector<double>& b) {
  return std::sqrt(squared_distance<double>(a, b));
}

// How often a value of the function is rounded: once per coordinate and term.
inline double roundings(const Case& c) {
  return static_cast<double>(c.dimension + c.make<double>()->terms());
}

inline double largest(const std::vector<double>& x) {
  double most = 0;
  for (const double value : x) most = std::max(most, std::abs(value));
  return most;
}

}  // namespace lookahead::test
