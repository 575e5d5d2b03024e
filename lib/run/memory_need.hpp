#pragma once
#include "run/plan.hpp"

namespace lookahead {

// Bytes that the run of a plan asks for beyond the plan itself, about: its agents with their optimizers, what
// evaluates for them, and the files at its end. The plan needs its objective and threads, not yet its start.
template <Scalar T>
double run_bytes(const Plan<T>& plan);

// The most bytes that a process takes that has made this plan and runs it, about.
template <Scalar T>
double peak_bytes(const Plan<T>& plan);

}  // namespace lookahead
