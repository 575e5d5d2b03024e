#include "run/muster.hpp"

#include <doctest/doctest.h>

#include "support/thread_team.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

// What the ranks of a team get to hear, each answering with its own faults and lines.
std::vector<Faults> heard(const std::vector<Faults>& faults, const std::vector<std::string>& own_lines) {
  std::vector<Faults> all(faults.size());
  CHECK(on_team(std::ssize(faults), [&](Team& team) {
          const auto rank = static_cast<std::size_t>(team.rank());
          Muster muster(team);
          CHECK_FALSE(muster.answered());
          const auto answer = muster.answer(faults[rank], own_lines[rank]);
          CHECK(muster.answered());
          // The first one may still be unable to begin, which it would tell.
          CHECK(muster.under_way() == (answer && !team.first()));
          if (!answer) all[rank] = answer.faults();
        }) == "");
  return all;
}

const Fault unread{FaultKind::data, {"t.csv", 3, 1}, "cannot read", "look"};

}  // namespace

TEST_CASE("ranks that say the same begin together") {
  for (const Faults& faults : heard({{}, {}, {}}, {"version: 1\n", "version: 1\n", "version: 1\n"}))
    CHECK(faults.empty());
}

TEST_CASE("what is wrong on another rank is told by the first one, and no rank goes on") {
  const auto all = heard({{}, {}, {unread}}, {"a: 1\n", "a: 1\n", ""});
  REQUIRE(all[0].size() == 1);
  CHECK(all[0].front().kind == FaultKind::data);
  CHECK(all[0].front().place.source.starts_with("rank 2 on "));
  CHECK(all[0].front().text == "t.csv:3:1: error: cannot read (look)");
  CHECK_FALSE(all[1].empty());
  CHECK_FALSE(all[2].empty());
}

TEST_CASE("the faults of the first rank are its own alone") {
  const auto all = heard({{unread}, {unread}}, {"", ""});
  REQUIRE(all[0].size() == 1);
  CHECK(to_string(all[0].front()) == to_string(unread));
  CHECK_FALSE(all[1].empty());
}

TEST_CASE("the first line in which a rank differs is named with both values") {
  const auto all = heard({{}, {}}, {"version: 1\ndata: 5\n", "version: 1\ndata: 6\n"});
  REQUIRE(all[0].size() == 1);
  CHECK(all[0].front().kind == FaultKind::usage);
  CHECK(all[0].front().text == "has another data: 6, on rank 0 5");
}

TEST_CASE("the first rank's word decides whether the others begin, also where it ends without one") {
  for (const bool ready : {true, false}) {
    CHECK(on_team(3, [&](Team& team) {
            Muster muster(team);
            if (team.first()) {
              Beginning beginning(&muster);
              if (ready) beginning.ready();
            } else {
              CHECK(muster.begin(true) == ready);
            }
            CHECK(muster.under_way() == ready);
          }) == "");
  }
}
