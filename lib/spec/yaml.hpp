#pragma once
#include <string>

#include "base/checked.hpp"
#include "options/node.hpp"
#include "options/path.hpp"

namespace lookahead {

// One YAML document as a Node with places. Strict: duplicate keys, merges, tags, tabs outside quotes, several
// documents, control bytes and an empty document are faults. `source` names it in faults.
Checked<Node> parse_yaml(const std::string& text, const std::string& source);

// The node as YAML on one line: {k: 5, alpha: 0.5}.
std::string to_flow_yaml(const Node& node);

// The node as YAML in block style; parse_yaml reads it back to the same node but for the places.
std::string to_yaml(const Node& node);

// The path of the first key in which two nodes differ, as YAML, below `path`; `path` itself where they do not, or
// differ in something else than keys.
Path first_difference(const Node& one, const Node& other, const Path& path = {});

}  // namespace lookahead
