#pragma once
#include <string>
#include <vector>

#include "run/plan.hpp"

namespace lookahead {

// start: {run: DIR}, where the result of another run is the start of this one.

// The slow point of a function's or a game's run, out of its solution.csv, or of the checkpoint of one that
// has not ended, which is noted. Faults: there is none, it is of another dimension, a coordinate is beyond the
// numbers of T.
template <Scalar T>
Checked<std::vector<double>> point_of_run(const Spec& spec, Index dimension, std::vector<Note>& notes);

// Puts the weights of a data problem's run, out of its model.json, in the place of the plan's start, so that
// predictions are the same as far as features, levels and classes have the same names; what is new here stays
// at 0, or in hidden layers' outputs and factors where it started. Notes what does not match. Faults: there
// is no model, it is another one, or nothing of it fits.
template <Scalar T>
Checked<Done> start_from_run(PlanOf<T>& plan);

// What tells the points in the folder of a run from others that stand there later, be it the result's or a
// checkpoint's; 0 where there is none that can be read.
std::uint64_t content_of_run(const std::string& folder);

}  // namespace lookahead
