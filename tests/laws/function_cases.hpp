#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "base/lanes.hpp"
#include "objective/function.hpp"
#include "random/stream.hpp"

// What tests of built-in functions share: cases, points, evaluations.
namespace lookahead {

inline constexpr int random_points = 20;
inline constexpr double eps = std::numeric_limits<double>::epsilon();

// A function with parameters and dimension.
struct Case {
  const FunctionEntry* entry;
  std::shared_ptr<void> parameters;
  Index dimension;
  std::string label;

  Facts facts() const { return entry->facts(parameters.get(), dimension); }
  template <Scalar T>
  std::unique_ptr<Objective<T>> make() const {
    return entry->make<T>(parameters.get(), dimension);
  }
};

inline const FunctionEntry& quadratic() { return *function_catalog().find("quadratic"); }

using Settings = std::vector<std::pair<const char*, Node>>;

inline std::shared_ptr<void> parameters_of(const FunctionEntry& entry, const Settings& settings) {
  Node node = Node::map();
  for (const auto& [key, value] : settings) node.add(key, value);
  const std::shared_ptr<void> parameters = entry.defaults();
  const Bound bound{&entry.parameters, parameters.get()};
  Report report;
  read_members(node, entry.card.name, {&bound, 1}, {}, report);
  REQUIRE(report.empty());
  return parameters;
}

inline std::shared_ptr<void> quadratic_parameters(const std::string& condition, const std::string& seed) {
  return parameters_of(quadratic(), {{"condition", Node::scalar(condition)}, {"seed", Node::scalar(seed)}});
}

inline bool admits(const FunctionEntry& entry, Index d) {
  return d >= entry.least_dimension && (entry.most_dimension == 0 || d <= entry.most_dimension) &&
         d % entry.dimension_step == 0;
}

// Every entry with its defaults, and some with others, at the dimensions it admits among: its natural
// one, small ones, and ones with and without a rest after groups of eight.
inline std::vector<Case> all_cases() {
  std::vector<Case> cases;
  const auto add = [&](const FunctionEntry& entry, const std::shared_ptr<void>& parameters,
                       const std::string& variant) {
    std::vector<Index> dimensions{entry.natural_dimension};
    for (const Index d : {1, 2, 3, 4, 8, 9, 10, 11, 16, 20, 37, 100}) {
      if (admits(entry, d) && d != entry.natural_dimension) dimensions.push_back(d);
    }
    for (const Index d : dimensions) {
      cases.push_back({&entry, parameters, d, entry.card.name + variant + ", n = " + std::to_string(d)});
    }
  };
  for (const FunctionEntry& entry : function_catalog()) add(entry, entry.defaults(), "");
  add(quadratic(), quadratic_parameters("1000", "7"), " (condition 1000, rotated)");
  const auto vary = [&](const char* name, const Settings& settings, const std::string& variant) {
    const FunctionEntry& entry = *function_catalog().find(name);
    add(entry, parameters_of(entry, settings), variant);
  };
  const Node center = Node::list({Node::scalar("2"), Node::scalar("-0.5"), Node::scalar("0.25")});
  vary("quadratic_diag", {{"center", center}}, " (centered elsewhere)");
  vary("quadratic_rot", {{"center", center}}, " (centered elsewhere)");
  vary("nesterov_worst", {{"smoothness", Node::scalar("100")}}, " (smoothness 100)");
  vary("different_powers", {{"root", Node::scalar("false")}}, " (without root)");
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

template <Scalar T>
double value_at(const Objective<T>& f, const std::vector<T>& x) {
  return f.value(x, Batch(), {});
}

template <Scalar T>
std::vector<T> gradient_at(const Objective<T>& f, const std::vector<T>& x) {
  // Poisoned, so that a component nobody writes is seen.
  std::vector<T> gradient(x.size(), std::numeric_limits<T>::quiet_NaN());
  f.value_and_gradient(x, Batch(), gradient, {});
  return gradient;
}

inline double distance(const std::vector<double>& a, const std::vector<double>& b) {
  return std::sqrt(squared_distance<double>(a, b));
}

inline double largest(const std::vector<double>& x) {
  double most = 0;
  for (const double value : x) most = std::max(most, std::abs(value));
  return most;
}

}  // namespace lookahead
