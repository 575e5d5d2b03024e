#include "options/path.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace lookahead;

TEST_CASE("a path begins at the top, where a key is the whole path") {
  const Path top;
  CHECK(top.top());
  CHECK(top.text().empty());
  CHECK((top / "optimizer").text() == "optimizer");
  CHECK_FALSE((top / "optimizer").top());
  CHECK((top / "").top());
}

TEST_CASE("a key stands behind a point and an item's number in brackets") {
  CHECK((Path("optimizer") / "lr" / "cosine" / "from").text() == "optimizer.lr.cosine.from");
  CHECK((Path("lookahead")[1] / "k").text() == "lookahead[1].k");
  CHECK((Path("objective") / "domain")[12][0].text() == "objective.domain[12][0]");
  CHECK(Path()[3].text() == "[3]");
}

TEST_CASE("a key that is empty or has a point is part of a path as it is written") {
  CHECK((Path("vary") / "optimizer.lr").text() == "vary.optimizer.lr");
  CHECK((Path("methods") / "" / "vary").text() == "methods..vary");
}

TEST_CASE("what is made of a path leaves it as it was") {
  const Path path("stop");
  const Path inner = path / "patience", item = path[0];
  CHECK(path == "stop");
  CHECK(inner == "stop.patience");
  CHECK(item == "stop[0]");
}

TEST_CASE("paths go into messages on either side, and the key below comes before the message") {
  const Path path("lookahead");
  const std::string text = "in ";
  CHECK(path / "k" + " must be an integer" == "lookahead.k must be an integer");
  CHECK(text + path == "in lookahead");
  CHECK("--set " + path + "=" + "false" == "--set lookahead=false");
  CHECK(path + std::string(": off") == "lookahead: off");
}

TEST_CASE("paths are the same by their texts and in the order of these") {
  CHECK(Path("stop") / "steps" == Path("stop.steps"));
  CHECK(Path("stop") != Path("stop.steps"));
  CHECK(Path("stop") != "start");
  const std::set<Path> paths = {Path("stop"), Path("seed"), Path("stop.steps"), Path("stop"), Path()};
  std::string all;
  for (const Path& path : paths) all += path + " ";
  CHECK(all == " seed stop stop.steps ");
}
