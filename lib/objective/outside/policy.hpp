#pragma once
#include <functional>
#include <string>

namespace lookahead::outside {

// What this process lets objectives from outside do. A property of the process, as what runs once cannot be
// taken back: set before the first problem is read, by whoever knows what its user allows.
struct Policy {
  bool allowed = true;        // false: a problem with such an objective is refused where it is read
  bool shows_errors = false;  // a program's standard error is this process's own; else it is read and dropped
  // Receives a line before a program is first started or a library loaded, from any thread, one at a time.
  std::function<void(const std::string& line)> tell = {};
};

void set_policy(Policy policy);
const Policy& policy();

// Hands a line to policy().tell, the same one once.
void tell(const std::string& line);

}  // namespace lookahead::outside
