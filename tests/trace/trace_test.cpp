#include <doctest/doctest.h>

#include <algorithm>

#include "trace/cadence.hpp"
#include "trace/csv_sink.hpp"

using namespace lookahead;

namespace {

std::vector<Index> steps_to(const Cadence& cadence, Index last) {
  std::vector<Index> steps;
  for (Index step = cadence.next(0); step <= last; step = cadence.next(step)) steps.push_back(step);
  return steps;
}

Index fields(const std::string& line) { return std::count(line.begin(), line.end(), ',') + 1; }

}  // namespace

TEST_CASE("the cadence auto has all steps to 100, then about 200 rows a decade") {
  const auto steps = steps_to(Cadence{}, 1000000);
  for (Index i = 0; i < 100; ++i) CHECK(steps[static_cast<std::size_t>(i)] == i + 1);
  const auto between = [&](Index low, Index high) {
    return std::count_if(steps.begin(), steps.end(), [&](Index s) { return s > low && s <= high; });
  };
  CHECK(between(100, 1000) >= 190);
  CHECK(between(100, 1000) <= 200);
  CHECK(between(100000, 1000000) == 200);
  CHECK(std::is_sorted(steps.begin(), steps.end()));
}

TEST_CASE("a step is due exactly when it is the next one of the step before") {
  for (const Cadence cadence :
       {Cadence{}, Cadence{Cadence::Kind::every, 7}, Cadence{Cadence::Kind::per_decade, 10}}) {
    Index next = cadence.next(0);
    for (Index step = 1; step < 5000; ++step) {
      CHECK(cadence.due(step) == (step == next));
      if (step == next) next = cadence.next(step);
    }
  }
}

TEST_CASE(
    "a cadence by sync is due at no step of its own, and every cadence gives way at the largest steps") {
  CHECK(Cadence{Cadence::Kind::sync, 0}.next(5) == std::numeric_limits<Index>::max());
  CHECK(Cadence{}.next(Index{1} << 62) > (Index{1} << 62));
}

TEST_CASE("header and rows of a trace have the same number of fields") {
  for (const bool time : {true, false}) {
    TraceLayout layout{"a,b\"c", "", 3, time, false, {"train_rmse", "val_loss"}, 2};
    Record record;
    record.metrics = {0.5, Record::none};
    record.fast = {1, 2};
    record.slow = {3, 0.1};
    record.event = "start";
    const std::string header = csv_header(layout), row = csv_row(layout, record);
    CHECK(row.starts_with("\"a,b\"\"c\",,3,0,0,1,,0,"));
    CHECK(fields(row) == fields(header) + 1);  // the name's own comma
    CHECK(row.ends_with(",0.5,,1.0,2.0,3.0,0.1,start\n"));
    CHECK(header.ends_with(",train_rmse,val_loss,fast_0,fast_1,slow_0,slow_1,event\n"));
    CHECK((header.find("time_s") != std::string::npos) == time);
  }
}

TEST_CASE("points of single precision are written as the shortest single precision numbers") {
  TraceLayout layout{"r", "", 1, false, true, {}, 1};
  Record record;
  record.fast = {static_cast<double>(0.1F)};
  record.slow = {static_cast<double>(-1.2F)};
  CHECK(csv_row(layout, record).ends_with(",0.1,-1.2,\n"));
}

TEST_CASE("a sink on a full disk keeps the failure and returns it") {
  auto sink = CsvSink::create("/dev/full", TraceLayout{});
  REQUIRE(!sink);
  CHECK(sink.faults().front().kind == FaultKind::output);
  CHECK(sink.faults().front().cure.find("space") != std::string::npos);
}
