#pragma once
#include "engine/agent.hpp"

namespace lookahead {

// Takes note of an evaluation's fault, as of a step that was not made, and hands the evaluation on.
inline Evaluation take_note(Telemetry& told, Evaluation evaluation) {
  if (evaluation.fault != nullptr) {
    told.diverged = true;
    told.fault = evaluation.fault;
  }
  return evaluation;
}

}  // namespace lookahead
