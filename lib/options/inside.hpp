#pragma once
#include <functional>
#include <string>

#include "options/node.hpp"

namespace lookahead {

// The way into a written value, for settings of single keys in it (--set optimizer.lr=1e-3). `enter` is
// called with the value and the key that is to be set: a short form becomes the map or list it stands for, so
// that the rest of what it says stays. It returns the way into that key's own value. Empty: no keys are known
// there.
struct Inside {
  std::function<Inside(Node& value, const std::string& key)> enter;
};

// A scalar becomes the map {key: scalar} that it is short for; lists and maps stay as they are.
void spread(Node& value, const std::string& key);

// Whether a key of a path is the number of a list's item.
bool is_item_number(const std::string& key);

}  // namespace lookahead
