#include "objective/declared.hpp"

#include <cmath>

#include "base/counted.hpp"
#include "base/text.hpp"

namespace lookahead {
namespace {

std::optional<std::pair<double, double>> read_ends(const Node& node, const Path& path, Report& report) {
  const bool two = node.is_list() && node.items.size() == 2;
  if (two) {
    const auto low = Codec<double>::read(node.items[0], path, report);
    const auto high = Codec<double>::read(node.items[1], path, report);
    if (!low || !high) return std::nullopt;
    if (std::isfinite(*low) && std::isfinite(*high) && *low < *high) return std::pair{*low, *high};
  }
  report.add(node.place, path + " must be two numbers, the lower end first",
             "for example [-5, 5], or a pair for each coordinate: [[-5, 5], [0, 10]]");
  return std::nullopt;
}

}  // namespace

std::optional<Domain> Codec<Domain>::read(const Node& node, const Path& path, Report& report) {
  Domain domain;
  if (node.kind == Node::Kind::empty || says_none(node) || (node.is_list() && node.items.empty()))
    return domain;
  const bool each = node.is_list() && node.items.front().is_list();
  if (!each) {
    const auto ends = read_ends(node, path, report);
    if (!ends) return std::nullopt;
    domain.ends = {*ends};
    return domain;
  }
  domain.ends.reserve(node.items.size());
  for (const Node& item : node.items) {
    const auto ends = read_ends(item, path, report);
    if (!ends) return std::nullopt;
    domain.ends.push_back(*ends);
  }
  return domain;
}

Form Codec<Domain>::form() {
  const Form ends = Form::list(Form::of(Form::Kind::number), 2, 2);
  return Form::either({ends, Form::list(ends), Form::word("none")});
}

Node Codec<Domain>::write(const Domain& value) {
  if (value.ends.empty()) return {};
  std::vector<Node> pairs;
  pairs.reserve(value.ends.size());
  for (const auto& [low, high] : value.ends)
    pairs.push_back(Node::list({Codec<double>::write(low), Codec<double>::write(high)}));
  return pairs.size() == 1 ? pairs.front() : Node::list(std::move(pairs));
}

Inside Codec<Domain>::inside(Node& node, const std::string& key) {
  if (says_none(node)) node = Node{};
  return Codec<std::vector<double>>::inside(node, key);
}

Parameters declared_parameters() {
  return {
      param("domain", &Declared::domain,
            "[low, high] of every coordinate, or a list of these, one for each: the usual search domain, for "
            "start: random and pictures; the start is its middle, else 0"),
      param("minimum", &Declared::minimum, "the known minimum; for gaps, stop.target and polyak"),
      param("lipschitz", &Declared::lipschitz,
            "a Lipschitz constant of the gradient, on your word; else it is estimated", above(0))};
}

void check_declared(const Declared& declared, Index dimension, const Place& place, const Path& path,
                    Report& report) {
  const std::size_t pairs = declared.domain.ends.size();
  if (pairs <= 1 || pairs == static_cast<std::size_t>(dimension)) return;
  report.add(place,
             path / "domain" + " has " + counted(static_cast<Index>(pairs), "pair") + " of ends for " +
                 counted(dimension, "coordinate"),
             "one pair for all coordinates, or one for each");
}

Facts declared_facts(const Declared& declared, Index dimension) {
  const auto size = static_cast<std::size_t>(dimension);
  Facts facts;
  facts.dimension = dimension;
  facts.start.assign(size, 0.0);
  if (!declared.domain.ends.empty()) {
    facts.lower.reserve(size);
    facts.upper.reserve(size);
    for (Index i = 0; i < dimension; ++i) {
      const auto& [low, high] = declared.domain.of(i);
      facts.lower.push_back(low);
      facts.upper.push_back(high);
      const double width = high - low;
      facts.start[static_cast<std::size_t>(i)] = std::isfinite(width) ? low + width / 2 : low / 2 + high / 2;
    }
  }
  facts.minimum = declared.minimum;
  facts.smoothness = declared.lipschitz;
  facts.smoothness_declared = declared.lipschitz.has_value();
  return facts;
}

}  // namespace lookahead
