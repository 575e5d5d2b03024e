#include "spec/overrides.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "spec/problem.hpp"
#include "spec/yaml.hpp"

namespace lookahead {
namespace {

constexpr std::ptrdiff_t most_dots = 20;  // no key lies deeper, and every level takes stack

void set_places(Node& node, const Place& place) {
  node.place = place;
  for (Node& item : node.items) set_places(item, place);
  for (Node::Member& member : node.members) {
    member.place = place;
    set_places(member.value, place);
  }
}

// The member of that name, made if it is not there.
Node& member(Node& map, const std::string& key, const Place& place) {
  const auto found =
      std::find_if(map.members.begin(), map.members.end(), [&](const auto& m) { return m.key == key; });
  if (found != map.members.end()) return found->value;
  map.members.push_back({key, place, Node{}});
  return map.members.back().value;
}

}  // namespace

Place place_of_option(const std::string& option, const std::string& value) {
  const std::string shown = quoted(std::string_view(value), 200);
  return {option + " " + shown.substr(1, shown.size() - 2), 0, 0};
}

Checked<Node> read_value(const std::string& text, const Place& place) {
  // To YAML a lone dash begins a list; here it is standard input.
  Checked<Node> value = trimmed(text) == "-" ? Node::scalar("-") : parse_yaml(text, place.source);
  if (value) {
    set_places(*value, place);
    return value;
  }
  Fault fault = value.faults().front();
  fault.kind = FaultKind::usage;
  fault.place = place;
  const std::string_view bare = trimmed(text);
  if (bare.empty() || bare.front() == '#') {
    fault.text = "the value is empty";
    fault.cure = "write '' for an empty text";
  } else if (fault.text.starts_with("the problem is empty")) {
    fault.text = "the value " + quoted(bare) + " is nothing in YAML";
    fault.cure = "leave the setting out for the default, or write the value in quotes";
  }
  return fault;
}

Checked<Done> apply_override(Node& problem, const std::string& assignment) {
  const Place place = place_of_option("--set", assignment);
  const auto equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0) {
    return Fault{FaultKind::usage, place, "expected key.path=value", "for example --set optimizer.lr=1e-3"};
  }
  auto value = read_value(assignment.substr(equals + 1), place);
  if (!value) return value.faults();
  return set_value(problem, Path(assignment.substr(0, equals)), std::move(*value), place);
}

Checked<Done> set_value(Node& problem, const Path& path, Node value, const Place& place) {
  std::string_view rest = path.text();
  if (std::count(rest.begin(), rest.end(), '.') > most_dots)
    return Fault{FaultKind::usage, place, "a path of too many keys", ""};
  Node* node = &problem;
  Path walked;
  Inside inside{[](Node&, const std::string& key) { return inside_member({&problem_parameters()}, key); }};
  while (true) {
    const auto dot = rest.find('.');
    const std::string key(rest.substr(0, dot));
    if (key.empty()) return Fault{FaultKind::usage, place, "an empty key in the path", ""};
    inside = inside.enter ? inside.enter(*node, key) : Inside{};
    // What the setting makes on its way stands in no file.
    if (node->place.source.empty()) node->place = place;
    if (node->is_list()) {
      const auto index = parse_integer(key);
      // The first item of a list that is not there makes it.
      if (node->items.empty() && index == 0) node->items.emplace_back();
      const auto count = std::ssize(node->items);
      if (!index || *index < 0 || *index >= count) {
        std::string parts = count < 2 ? "its first part is " : "its parts are ";
        parts.append((walked / "0").text());
        if (count >= 2) parts.append(" to ").append((walked / std::to_string(count - 1)).text());
        return Fault{FaultKind::usage, place, walked + " is a list of " + std::to_string(count),
                     std::move(parts)};
      }
      walked = walked / key;
      node = &node->items[static_cast<std::size_t>(*index)];
      if (dot == std::string::npos) break;
      rest = rest.substr(dot + 1);
      continue;
    }
    if (!node->is_map()) {
      *node = Node::map();
      node->place = place;
    }
    walked = walked / key;
    node = &member(*node, key, place);
    if (dot == std::string::npos) break;
    rest = rest.substr(dot + 1);
  }
  *node = std::move(value);
  return Done{};
}

}  // namespace lookahead
