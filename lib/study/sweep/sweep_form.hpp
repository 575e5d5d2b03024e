#pragma once
#include <string>
#include <vector>

#include "options/form.hpp"

namespace lookahead {

// A key of a sweep file.
struct SweepKey {
  std::string name, sentence;
};
const std::vector<SweepKey>& sweep_keys();

// What a sweep file holds.
Form sweep_form();

}  // namespace lookahead
