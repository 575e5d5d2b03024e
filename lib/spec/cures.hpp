#pragma once
#include "base/fault.hpp"
#include "options/node.hpp"

namespace lookahead {

// Mends the cures of faults that reading found in the problem `root`, where only the whole problem tells what to
// do: a key that stands in another block than its own, that has another name here or stands in a block whose item
// has no such parameter; a number or nothing in the place of a map; the name of an item as other programs call it;
// a list of what a run has one of. A key is said to belong where the problem with it there is free of the fault.
void mend_cures(const Node& root, Faults& faults);

}  // namespace lookahead
