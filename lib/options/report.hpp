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

  // Whether the numbers that are read have to keep their meaning in single precision: none but 0 may become 0
  // or infinite there, and limits hold for what they become. OnlyCompared lifts this for a while.
  bool single_precision = false;

 private:
  Faults faults_;
};

// While it lives, numbers are read that are compared in double precision whatever the run's is.
class OnlyCompared {
 public:
  explicit OnlyCompared(Report& report) : report_(report), before_(report.single_precision) {
    report_.single_precision = false;
  }
  OnlyCompared(const OnlyCompared&) = delete;
  OnlyCompared& operator=(const OnlyCompared&) = delete;
  ~OnlyCompared() { report_.single_precision = before_; }

 private:
  Report& report_;
  bool before_;
};

}  // namespace lookahead
