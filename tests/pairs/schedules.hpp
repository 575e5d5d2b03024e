#pragma once
#include "settings.hpp"

namespace lookahead::pairs {

// The value of a schedule in step `step` (from 0) of a run of `horizon` steps.
Real scheduled(const ScheduleSettings& schedule, long step, long horizon);

}  // namespace lookahead::pairs
