#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "study/compare/comparison.hpp"
#include "study/folder.hpp"

// Studies whose values are a function of method, rate and seed, and what is said of them.
namespace lookahead::test {

inline constexpr double infinity = std::numeric_limits<double>::infinity();

// A study of methods over rates and seeds, whose gap is a function of these.
using Gap = std::function<double(const std::string& method, double rate, int seed)>;
inline Study study_of(const std::vector<std::string>& methods, const std::vector<double>& rates, int seeds,
                      const Gap& gap) {
  Study study;
  study.name = "made";
  study.folder = "made";
  study.methods = methods;
  study.problems = {{"made", 2, ""}};
  StudyKey key{"optimizer.lr", {}, rates, false};
  for (const double rate : rates) key.values.push_back(to_text(rate));
  study.keys = {key};
  study.columns = {{"loss_slow", false, false, {}}, {"gap", false, false, {}}};
  for (std::size_t m = 0; m < methods.size(); ++m) {
    for (std::size_t r = 0; r < rates.size(); ++r) {
      for (int seed = 1; seed <= seeds; ++seed) {
        const double value = gap(methods[m], rates[r], seed);
        if (std::isnan(value)) continue;
        StudyRun run;
        run.index = std::ssize(study.runs) + 1;
        run.method = static_cast<Index>(m);
        run.settings = {static_cast<Index>(r)};
        run.seed = seed;
        run.status = std::isinf(value) ? StudyStatus::diverged : StudyStatus::finished;
        study.runs.push_back(run);
        for (StudyColumn& column : study.columns) column.cells.push_back(std::isinf(value) ? 1.0 : value);
      }
    }
  }
  return study;
}

inline Comparison compared(const Study& study, const CompareOptions& options = {},
                           const Study* against = nullptr) {
  auto made = compare(study, options, against);
  REQUIRE_MESSAGE(static_cast<bool>(made), faults_text(made.faults()));
  return std::move(*made);
}

inline std::string fault_of(const Study& study, const CompareOptions& options) {
  const auto made = compare(study, options);
  REQUIRE_FALSE(made);
  CHECK(made.faults().front().kind == FaultKind::usage);
  return faults_text(made.faults());
}

inline bool notes_say(const Comparison& comparison, const std::string& text) {
  return std::any_of(comparison.notes.begin(), comparison.notes.end(),
                     [&](const Note& note) { return note.text.find(text) != std::string::npos; });
}

// Best at the middle rate; Lookahead ends at 0.7 times the gap, a little off by seed.
inline double usual_gap(const std::string& method, double rate, int seed) {
  const double level = rate == 0.1 ? 1 : 2;
  return level * (1 + 0.1 * seed) * (method == "plain" ? 1 : 0.7 + 0.001 * seed);
}

inline const std::vector<double> rates = {0.01, 0.1, 1};

}  // namespace lookahead::test
