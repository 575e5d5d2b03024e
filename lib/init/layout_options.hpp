#pragma once
#include "base/checked.hpp"
#include "data/options.hpp"
#include "init/init.hpp"

namespace lookahead {

// How the file of a request is to be read: what its settings say, "data.header=false". Faults, of kind usage: settings
// that say anything else.
Checked<DataOptions> layout_options(const InitRequest& request);

}  // namespace lookahead
