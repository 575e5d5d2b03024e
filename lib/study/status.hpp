#pragma once
#include <utility>

#include "options/codec.hpp"

namespace lookahead {

// How a run of a study ended. Dropped: by a sweep's halving. Unfinished: running, killed or interrupted.
enum class StudyStatus { finished, diverged, failed, dropped, unfinished };
template <>
struct Words<StudyStatus> {
  static constexpr std::pair<const char*, StudyStatus> table[] = {{"finished", StudyStatus::finished},
                                                                  {"diverged", StudyStatus::diverged},
                                                                  {"failed", StudyStatus::failed},
                                                                  {"dropped", StudyStatus::dropped},
                                                                  {"unfinished", StudyStatus::unfinished}};
};

}  // namespace lookahead
