#pragma once
#include <string>
#include <vector>

namespace lookahead {

// Where something stands: a file (or "--set key=value") with line and column counted from 1; 0 = unknown.
struct Place {
  std::string source;
  int line = 0;
  int column = 0;
  bool operator==(const Place&) const = default;
};

// What a fault is about. The command line turns it into the exit code of the same number.
enum class FaultKind { defect = 1, usage = 2, problem = 3, data = 4, output = 5 };

// One thing that is wrong: where, what, and what to do about it. The library returns faults; it never prints.
struct Fault {
  FaultKind kind = FaultKind::problem;
  Place place;
  std::string text;
  std::string cure;          // empty where there is nothing to advise
  bool disk_full = false;    // the disk, or a share of it, has no room for what was to be written
  bool memory_full = false;  // there is no room in memory, and might be with less beside it
};

using Faults = std::vector<Fault>;

// Of whoever reads what a run or a sweep has left: there a problem is data too.
Faults as_data(Faults faults);

// "problem.yaml:7:3: error: text (cure)", the form compilers use; unknown parts of the place are left out.
// On one line, without a character that a terminal would obey: names in it come from files.
std::string to_string(const Fault& fault);

// "file:line:column", without the parts that are unknown.
std::string to_string(const Place& place);

}  // namespace lookahead
