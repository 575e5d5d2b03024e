#pragma once
#include <chrono>
#include <optional>

namespace lookahead {

// When work whose result is only wanted soon is given up. The default one never passes.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;
  Deadline() = default;
  explicit Deadline(Clock::duration from_now) : at_(Clock::now() + from_now) {}
  bool given() const { return at_.has_value(); }
  bool passed() const { return at_ && Clock::now() >= *at_; }

 private:
  std::optional<Clock::time_point> at_;
};

}  // namespace lookahead
