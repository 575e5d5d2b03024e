#pragma once
#include "judge.hpp"

namespace lookahead::pairs {

// Figures by their names, as the plain model has them, with what rounding may make of them.
class Figures {
 public:
  // The first of several versions is the exact one; the others had errors of rounding, several
  // times as large as those of a right program, which `safety` times their effect is not exceeded by.
  void add(const std::vector<std::map<std::string, Range>>& versions, Real floor, Real safety = 6);
  // How far a program's figure is from what it may be; it is told in `wrong`. NaN: it is undefined.
  void compare(const std::string& name, double value);

  int compared = 0, loose = 0;  // loose: with a tolerance that says little
  std::string wrong;

 private:
  struct Expected {
    Range range;
    Real tolerance;
  };
  std::map<std::string, Expected> expected_;
};

}  // namespace lookahead::pairs
