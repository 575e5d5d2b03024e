#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/aligned.hpp"
#include "options/parameter.hpp"

namespace lookahead {

// A number for each of the coordinates i = 1, 2, ...: one for all of them, a list, or a power law. In a file
// 0.5, [0.5, 1, 2], or {power: p, scale: c} for c i^-p.
struct CoordinateValues {
  std::vector<double> numbers{1};  // one for all, or one per coordinate; empty: the power law
  double power = 0, scale = 1;

  static CoordinateValues all(double number) { return {{number}}; }
  // How many coordinates they are for; 0: any number of them.
  Index count() const { return numbers.size() > 1 ? std::ssize(numbers) : 0; }
  // Of the coordinate i = index + 1, index >= 0.
  double operator[](Index index) const;
  Aligned<double> values(Index dimension) const;
  double largest(Index dimension) const;
};

template <>
struct Codec<CoordinateValues> {
  static std::string type() { return "number | list of number | {power: number, scale: number}"; }
  static std::optional<CoordinateValues> read(const Node& node, const Path& path, Report& report);
  static Form form();
  static Node write(const CoordinateValues& values);
  static Inside inside(Node& node, const std::string& key);
};

// The same, with every number within `limits`; `reason`: what is told where one is not.
std::optional<CoordinateValues> read_coordinate_values(const Node& node, const Path& path,
                                                       const std::vector<Limit>& limits,
                                                       const std::string& reason, Report& report);

// Declares `member`, a CoordinateValues or an optional one.
template <class P, class T>
Parameter coordinate_param(std::string name, T P::*member, std::string sentence, Limit limit,
                           std::string reason = {}) {
  Parameter parameter = param(std::move(name), member, std::move(sentence), limit);
  parameter.read = [member, limits = parameter.limits, reason = std::move(reason)](
                       ValuesTarget target, const Node& node, const Path& path, Report& report) {
    if (auto values = read_coordinate_values(node, path, limits, reason, report))
      target.as<P>().*member = std::move(*values);
  };
  return parameter;
}

}  // namespace lookahead
