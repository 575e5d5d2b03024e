#pragma once
#include <string>
#include <vector>

#include "study/table.hpp"

namespace lookahead::picture {

struct ReportRequest {
  std::vector<std::string> targets;  // the folders, as they were given
  std::string value = {};            // the column that runs are judged by; empty: the default
  // How its comparison chooses points, and where it holds keys: as of CompareOptions.
  std::string select_seeds = {};
  std::vector<std::string> at = {};
  std::string version;  // of the program
};

// One web page about a study that needs nothing beyond itself: what was found, a table that sorts, the
// pictures that suit it, the problem, the commands that run and draw it again. Faults: the value is no
// column; what is asked of the comparison cannot be done.
Checked<std::string> report_page(const Study& study, const ReportRequest& request);

}  // namespace lookahead::picture
