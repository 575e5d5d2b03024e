#include "run/moment.hpp"

namespace lookahead {

void agree_on(Team& team, Moment& moment) {
  merge_all(team, moment,
            [](Moment& all, const Moment& next) { all.interrupted = all.interrupted || next.interrupted; });
}

}  // namespace lookahead
