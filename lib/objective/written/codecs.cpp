#include "base/text.hpp"
#include "objective/written/written.hpp"

namespace lookahead {

Index Players::dimension() const {
  Index sum = 0;
  for (const auto& [name, coordinates] : all) sum += coordinates;
  return sum;
}

std::optional<Players> Codec<Players>::read(const Node& node, const Path& path, Report& report) {
  if (!node.is_map() || node.members.empty()) {
    report.add(node.place,
               path + " must be a map of players and their numbers of coordinates, got " + kind_name(node),
               "for example {x: 2, y: 2}");
    return std::nullopt;
  }
  constexpr double most_coordinates = 1e8;
  const std::vector<Limit> limits{at_least(1), at_most(most_coordinates)};
  Players players;
  for (const Node::Member& member : node.members) {
    // Players may have the names that points have elsewhere.
    const bool usual = member.key == "x" || member.key == "w" || member.key == "p";
    if (!usual && !expression::may_name(member, path, report)) continue;
    const auto coordinates = read_within<Index>(limits, member.value, path / member.key, report);
    if (coordinates) players.all.emplace_back(member.key, *coordinates);
  }
  if (!report.empty() || static_cast<double>(players.dimension()) <= most_coordinates) return players;
  report.add(node.place, path + " have more than " + to_text(most_coordinates) + " coordinates");
  return std::nullopt;
}

Node Codec<Players>::write(const Players& value) {
  Node map = Node::map();
  for (const auto& [name, coordinates] : value.all) map.add(name, Codec<Index>::write(coordinates));
  return map;
}

Inside Codec<Players>::inside(Node&, const std::string&) { return inside_of<Index>(); }

std::optional<PlayersCosts> Codec<PlayersCosts>::read(const Node& node, const Path& path, Report& report) {
  if (!node.is_map()) {
    report.add(node.place, path + " must be a map of players and expressions, got " + kind_name(node),
               "for example {x: \"x[0]*y[0]\", y: \"-x[0]*y[0]\"}");
    return std::nullopt;
  }
  PlayersCosts costs;
  for (const Node::Member& member : node.members) {
    auto text = Codec<ExpressionText>::read(member.value, path / member.key, report);
    if (text) costs.all.emplace_back(member.key, std::move(*text));
  }
  return costs;
}

Node Codec<PlayersCosts>::write(const PlayersCosts& value) {
  Node map = Node::map();
  for (const auto& [name, text] : value.all) map.add(name, Codec<ExpressionText>::write(text));
  return map;
}

Inside Codec<PlayersCosts>::inside(Node&, const std::string&) { return inside_of<ExpressionText>(); }

}  // namespace lookahead
