#include "base/fault.hpp"

#include <doctest/doctest.h>

#include "base/checked.hpp"

using namespace lookahead;

namespace {

std::string message(const Place& place, const std::string& text, const std::string& cure) {
  Fault fault;
  fault.place = place;
  fault.text = text;
  fault.cure = cure;
  return to_string(fault);
}

}  // namespace

TEST_CASE("a fault reads like a compiler's message, without the parts of its place that are unknown") {
  CHECK(message({"p.yaml", 7, 3}, "unknown key 'alhpa'", "did you mean 'alpha'?") ==
        "p.yaml:7:3: error: unknown key 'alhpa' (did you mean 'alpha'?)");
  CHECK(message({"train.csv", 812, 0}, "is short", "") == "train.csv:812: error: is short");
  CHECK(message({"out", 0, 9}, "is full", "") == "out: error: is full");
  CHECK(message({}, "no command", "") == "error: no command");
}

TEST_CASE("a fault is one line without control characters, whatever the names in it are") {
  const Fault fault{
      FaultKind::data, {"a\nb.csv: error: forged", 3, 1}, "column \x1b]0;x\x07", "columns: \xc2\x9bm, y"};
  CHECK(to_string(fault) ==
        "a\\x0ab.csv: error: forged:3:1: error: column \\x1b]0;x\\x07 (columns: \\xc2\\x9bm, y)");
}

TEST_CASE("a checked value is a value or its faults") {
  const Checked<int> value(5);
  REQUIRE(value);
  CHECK(*value == 5);
  CHECK(value.faults().empty());
  Fault bad;
  bad.text = "bad";
  const Checked<int> fault(bad);
  CHECK_FALSE(fault);
  REQUIRE(fault.faults().size() == 1);
  CHECK(fault.faults().front().text == "bad");
}
