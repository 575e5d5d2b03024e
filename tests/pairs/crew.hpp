#pragma once
#include "rules.hpp"

namespace lookahead::pairs {

// One slow point over what is below it.
class Level {
 public:
  Level(const LevelSettings& settings, const Vector& start) : settings_(settings), slow_(start) {}

  void begin_round(long step, long horizon);
  // Counts a round of what is below; whether it was the last of this level's.
  bool full() { return ++position_ == k_; }
  // Moves the slow point towards x, and x to it. True if x moved.
  bool synchronize(Vector& x);
  // A step of the round had this rate; slow momentum divides by the round's mean.
  void met(Real rate) { rates_ += rate, ++steps_; }
  void adopt(const Vector& x) { slow_ = x; }
  // What becomes of the rules' memories at the sync; they count by their shares.
  void treat(const std::vector<Rule*>& rules, const std::vector<Real>& shares);
  // Copies of the memories that a pullback goes back to.
  void remember(const std::vector<Rule*>& rules);

  const Vector& slow() const { return slow_; }
  long k() const { return k_; }
  Real alpha() const { return alpha_; }

 private:
  Real outer(const std::string& name, Real usual) const {
    const auto found = settings_.numbers.find(name);
    return found == settings_.numbers.end() ? usual : found->second;
  }

  LevelSettings settings_;
  Vector slow_, first_, second_;  // first_, second_: memories of the outer rule
  std::vector<std::vector<Vector>> pulled_;
  long position_ = 0, k_ = 1;
  Real alpha_ = 1, rates_ = 0;
  long steps_ = 0;
};

}  // namespace lookahead::pairs
