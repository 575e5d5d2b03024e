#pragma once

namespace lookahead::test {

// How often this program has asked for memory by operator new.
long allocations();

}  // namespace lookahead::test
