#include "objective/outside/policy.hpp"

#include <mutex>
#include <set>
#include <utility>

namespace lookahead::outside {
namespace {

Policy& current_policy() {
  static Policy policy;
  return policy;
}

}  // namespace

void set_policy(Policy policy) { current_policy() = std::move(policy); }

const Policy& policy() { return current_policy(); }

void tell(const std::string& line) {
  static std::mutex mutex;
  static std::set<std::string> told;
  const std::lock_guard lock(mutex);
  if (policy().tell && told.insert(line).second) policy().tell(line);
}

}  // namespace lookahead::outside
