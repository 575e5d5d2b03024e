#pragma once
#include <stdexcept>
#include <utility>

#include "base/checked.hpp"
#include "base/memory.hpp"

namespace lookahead {

// What `work` returns (a Checked), or, where it asks for more memory than there is, a fault made of a text
// such as "needs 12 GB of memory, there are 8 GB".
template <class Work, class Refuse>
auto within_memory(Work&& work, Refuse&& refuse) -> decltype(work()) {
  try {
    return work();
  } catch (const MoreThanMemory& more) {
    return refuse(needs_text(more.bytes()));
  } catch (const std::length_error&) {
    // What a container throws that is asked for more than addresses can tell apart.
    return refuse(needs_text(0));
  } catch (const std::bad_alloc&) {
    Faults faults = refuse(needs_text(0)).faults();
    for (Fault& fault : faults) fault.memory_full = true;
    return faults;
  }
}

}  // namespace lookahead
