#pragma once
#include <string>

#include "base/checked.hpp"
#include "options/node.hpp"

namespace lookahead {

// Applies one `--set key.path=value` to a problem, before it is checked. The value is YAML. Setting a sub-key
// of a short form expands it: after `optimizer: adam`, optimizer.lr=1 gives {name: adam, lr: 1}.
Checked<Done> apply_override(Node& problem, const std::string& assignment);

}  // namespace lookahead
