#pragma once
#include <string>

#include "base/fault.hpp"

namespace lookahead {

// Collects what is wrong with a problem file, so that a user sees all of it at once.
class Report {
 public:
  void add(Place place, std::string text, std::string cure = {}) {
    faults_.push_back({FaultKind::problem, std::move(place), std::move(text), std::move(cure)});
  }
  void add(Fault fault) { faults_.push_back(std::move(fault)); }
  bool empty() const { return faults_.empty(); }
  const Faults& faults() const { return faults_; }

 private:
  Faults faults_;
};

}  // namespace lookahead
