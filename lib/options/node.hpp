#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/fault.hpp"
#include "options/text_origin.hpp"

namespace lookahead {

// A piece of a problem file: a scalar, a list or a map with its places. What parameters are read from and
// written to; independent of the notation (YAML) it came in.
struct Node {
  enum class Kind { empty, scalar, list, map };
  struct Member;

  Kind kind = Kind::empty;
  std::string text;             // scalar: the text without quotes
  bool quoted = false;          // scalar: it stood in quotes, so it is text whatever it looks like
  std::vector<Node> items;      // list
  std::vector<Member> members;  // map, in the order of the file
  Place place;
  TextOrigin origin;  // scalar: for places within its text

  static Node scalar(std::string text, bool quoted = false);
  static Node list(std::vector<Node> items);
  static Node map();

  bool is_map() const { return kind == Kind::map; }
  bool is_list() const { return kind == Kind::list; }
  bool is_scalar() const { return kind == Kind::scalar; }
  // The member of that name, or null.
  const Node* find(std::string_view key) const;
  // Appends a member; `value` empty leaves it out.
  void add(std::string key, Node value);
};

struct Node::Member {
  std::string key;
  Place place;
  Node value;
};

// "a number", "a text", "a list", "a map" or "nothing", for messages.
std::string kind_name(const Node& node);

}  // namespace lookahead
