#pragma once
#include <string>

#include "base/checked.hpp"
#include "options/node.hpp"
#include "options/path.hpp"

namespace lookahead {

// Applies one `--set key.path=value` to a problem, before it is checked. The value is YAML. Setting a sub-key
// of a short form expands it: after `optimizer: adam`, optimizer.lr=1 gives {name: adam, lr: 1}.
Checked<Done> apply_override(Node& problem, const std::string& assignment);

// A value on the command line, which is YAML; all of it is at `place`, which says the option. Faults are of kind
// usage.
Checked<Node> read_value(const std::string& text, const Place& place);

// The place of an option with its value: one line on a terminal, whatever the shell passed on.
Place place_of_option(const std::string& option, const std::string& value);

// Sets the value at a path of keys, "optimizer.lr" or "lookahead.0.k", as --set does. `place` is that of the
// setting, which what is made on the way takes. A fault where a list has no such item.
Checked<Done> set_value(Node& problem, const Path& path, Node value, const Place& place);

}  // namespace lookahead
