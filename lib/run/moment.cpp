#include "run/moment.hpp"

namespace lookahead {

void agree_on(Team& team, Moment& moment) {
  const bool mine = moment.interrupted;
  chain(team, moment, [&](Moment& all) { all.interrupted = all.interrupted || mine; });
}

}  // namespace lookahead
