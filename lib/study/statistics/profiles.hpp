#pragma once
#include <span>
#include <vector>

#include "base/scalar.hpp"

namespace lookahead::statistics {

// How a share rises with x: y from its x on to the next step's, 0 before the first. Only finite x.
struct Step {
  double x = 0, y = 0;
  bool operator==(const Step&) const = default;
};

// The share of the numbers that are at most x. Infinite ones (what was missed) count and are never reached.
// With evaluations / dimension of every (problem, seed, target): the ECDF of COCO. With evaluations /
// (dimension + 1) until every problem was solved: the data profile of Moré and Wild (2009).
std::vector<Step> distribution_steps(std::vector<double> numbers);
// Its value at x.
double share_at(std::span<const Step> steps, double x);

// A problem's values of all methods over the least of them: the x of a performance profile, whose y is their
// distribution over the problems (Dolan and Moré 2002). Infinite where the value is, or the least one is 0 and
// this one is not. Values are at least 0.
std::vector<double> performance_ratios(std::span<const double> values);

// Whether a problem counts as solved for a data profile: f came within `tau` of the way from the start to f*.
bool is_solved(double start, double f, double minimum, double tau);

// 10^2, ..., 10^-8, five a decade: COCO's targets.
std::vector<double> usual_targets();

// What a run did about a target.
struct Attempt {
  bool reached = false;
  double evaluations = 0;  // up to the target where it was reached, otherwise all
};
// The average runtime: all evaluations over the number of successes; infinite without one (COCO; Hansen et al.
// 2016, performance assessment).
double average_runtime(std::span<const Attempt> attempts);

}  // namespace lookahead::statistics
