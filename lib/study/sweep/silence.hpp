#pragma once
#include <algorithm>
#include <chrono>
#include <vector>

#include "base/text.hpp"
#include "parallel/team.hpp"

namespace lookahead {

// How long the other ranks of a team have said nothing to one that looks for their messages again and again. A
// run of a sweep may take any time; what tells a rank that carries one out from one that hangs is that its thread
// for messages shows that it lives. Whether the run itself goes on is not known.
class Silence {
 public:
  explicit Silence(const Team& team) : team_(team), seconds_(static_cast<std::size_t>(team.size()), 0) {}

  // At every look, before the others.
  void look() {
    const auto now = Clock::now();
    passed_s_ =
        std::min(std::chrono::duration<double>(now - last_).count(), longest_look * team_.patience_s());
    last_ = now;
  }
  // The rank has said something.
  void end(Index rank) { seconds_[static_cast<std::size_t>(rank)] = 0; }
  // Of a rank that owes a word: whether it hangs, as of this look. One rank notices first, to say it alone.
  bool too_long(Index rank) {
    const double most = team_.patience_s() * (team_.rank() > 1 ? 1.25 : 1);
    return (seconds_[static_cast<std::size_t>(rank)] += passed_s_) > most;
  }
  // Whether it is time for this rank to show that it lives.
  bool sign_due() {
    if (std::chrono::duration<double>(last_ - sign_).count() < between_signs * team_.patience_s())
      return false;
    sign_ = last_;
    return true;
  }
  TeamLost lost(Index rank) const {
    return TeamLost(team_.name_of(rank) + " hangs: it has given no sign of life for " +
                    short_text(seconds_[static_cast<std::size_t>(rank)], 3) + " s");
  }

 private:
  using Clock = std::chrono::steady_clock;
  // As parts of the patience. A process that was stopped itself, or got no processor, has not listened meanwhile.
  static constexpr double between_signs = 0.05, longest_look = 0.05;

  const Team& team_;
  std::vector<double> seconds_;  // of each rank
  double passed_s_ = 0;          // since the look before
  Clock::time_point last_ = Clock::now(), sign_ = last_;
};

}  // namespace lookahead
