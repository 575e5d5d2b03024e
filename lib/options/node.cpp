#include "options/node.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "options/inside.hpp"

namespace lookahead {

Node Node::scalar(std::string text, bool quoted) {
  Node node;
  node.kind = Kind::scalar;
  node.text = std::move(text);
  node.quoted = quoted;
  return node;
}

Node Node::list(std::vector<Node> items) {
  Node node;
  node.kind = Kind::list;
  node.items = std::move(items);
  return node;
}

Node Node::map() {
  Node node;
  node.kind = Kind::map;
  return node;
}

const Node* Node::find(std::string_view key) const {
  const auto found =
      std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.key == key; });
  return found == members.end() ? nullptr : &found->value;
}

void Node::add(std::string key, Node value) {
  if (value.kind != Kind::empty) members.push_back({std::move(key), {}, std::move(value)});
}

void spread(Node& value, const std::string& key) {
  if (!value.is_scalar()) return;
  Node map = Node::map();
  map.place = value.place;
  map.members.push_back({key, value.place, std::move(value)});
  value = std::move(map);
}

bool is_item_number(const std::string& key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string kind_name(const Node& node) {
  switch (node.kind) {
    case Node::Kind::empty:
      return "nothing";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map";
    case Node::Kind::scalar:
      break;
  }
  return quoted(node.text);
}

}  // namespace lookahead
