#include "run/agreement.hpp"

namespace lookahead {

void agree_on(Team& team, Agreement& agreement) {
  merge_all(team, agreement, [](Agreement& all, const Agreement& next) {
    all.interrupted = all.interrupted || next.interrupted;
  });
}

}  // namespace lookahead
