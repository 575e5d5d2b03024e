#include "objective/class_weight.hpp"

#include <algorithm>
#include <numeric>

#include "base/text.hpp"
#include "data/read/label.hpp"

namespace lookahead {

std::optional<ClassWeight> Codec<ClassWeight>::read(const Node& node, const Path& path, Report& report) {
  ClassWeight weight;
  if (node.is_scalar() && node.text == "none") return weight;
  if (node.is_scalar() && node.text == "balanced") {
    weight.kind = ClassWeight::Kind::balanced;
    return weight;
  }
  if (!node.is_map() || node.members.empty()) {
    report.add(node.place, path + " must be none, balanced or a map {label: weight}, got " + kind_name(node));
    return std::nullopt;
  }
  weight.kind = ClassWeight::Kind::given;
  const std::vector<Limit> limits{above(0)};
  for (const Node::Member& member : node.members) {
    const Path where = path / member.key;
    const auto factor = Codec<double>::read(member.value, where, report);
    if (!factor || !within(limits, *factor, member.value, where, report)) return std::nullopt;
    weight.given.push_back({member.key, *factor, member.place});
  }
  return weight;
}

Node Codec<ClassWeight>::write(const ClassWeight& weight) {
  if (weight.kind == ClassWeight::Kind::none) return Node::scalar("none");
  if (weight.kind == ClassWeight::Kind::balanced) return Node::scalar("balanced");
  Node map = Node::map();
  for (const ClassWeight::Item& item : weight.given) map.add(item.label, Codec<double>::write(item.weight));
  return map;
}

Checked<std::vector<double>> class_weights(const ClassWeight& weight, const std::vector<std::string>& classes,
                                           const std::vector<double>& counts) {
  if (weight.kind == ClassWeight::Kind::none) return std::vector<double>{};
  std::vector<double> factors(classes.size(), 1.0);
  if (weight.kind == ClassWeight::Kind::balanced) {
    const double rows = std::accumulate(counts.begin(), counts.end(), 0.0);
    const auto present =
        static_cast<double>(std::count_if(counts.begin(), counts.end(), [](double n) { return n > 0; }));
    for (std::size_t c = 0; c < factors.size(); ++c) {
      factors[c] = counts[c] == 0 ? 0 : rows / (present * counts[c]);
    }
    return factors;
  }
  Faults faults;
  const LabelIndex places(classes, true);
  std::vector<bool> named(classes.size());
  for (const ClassWeight::Item& item : weight.given) {
    if (const Index place = places.find(item.label); place >= 0) {
      const auto c = static_cast<std::size_t>(place);
      if (named[c]) {
        faults.push_back({FaultKind::problem, item.place,
                          "class_weight gives class " + quoted(classes[c]) + " a weight twice",
                          "leave one of them out"});
      }
      named[c] = true;
      factors[c] = item.weight;
      continue;
    }
    constexpr std::size_t few = 20;
    std::string cure = suggestion(item.label, classes);
    if (cure.empty() && classes.size() <= few) cure = "the classes are " + joined(classes, ", ");
    faults.push_back({FaultKind::problem, item.place,
                      "class_weight names " + quoted(item.label) + ", which is no class of the target",
                      cure});
  }
  if (!faults.empty()) return faults;
  return factors;
}

}  // namespace lookahead
