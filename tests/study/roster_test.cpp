#include "study/sweep/roster.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "study/folder.hpp"
#include "study/sweep_text.hpp"

namespace lookahead::test {

TEST_CASE("problems are numbered by the points, and faults told by them, whatever the threads do") {
  const StudyFolderOfTest folder;
  std::string files;
  for (int i = 0; i < 12; ++i) {
    const std::string name = folder.path("data" + std::to_string(i) + ".csv");
    std::ofstream(name) << "x,y\n1,2\n2,4\n3," << i + 5 << "\n4,8\n";
    files += (i == 0 ? "" : ", ") + name;
  }
  const Grid grid = grid_of(
      "problem: {data: {train: a.csv, target: y}, model: linear, optimizer: sgd}\nvary: "
      "{data.train: [" +
      files + "]}\n");
  for (int trial = 0; trial < 5; ++trial) {
    const auto roster = Roster::of(grid, 4);
    REQUIRE(bool(roster));
    for (Index run = 0; run < grid.runs(); ++run)
      CHECK((*roster)->problem_of(run) == static_cast<std::size_t>(run));
    CHECK((*roster)->problems().spec(3).data->train.text().find("data3.csv") != std::string::npos);
  }
  // Every point has a fault of its own.
  std::string rates;
  for (int i = 1; i <= 3000; ++i) rates += (i == 1 ? "-" : ", -") + std::to_string(i);
  const auto wrong = Roster::of(
      grid_of("problem: {objective: sphere, optimizer: sgd}\nvary: {optimizer.lr: [" + rates + "]}\n"), 4);
  REQUIRE_FALSE(wrong);
  REQUIRE(wrong.faults().size() == 20);
  CHECK(wrong.faults()[0].text.find("got -1") != std::string::npos);
  CHECK(wrong.faults()[19].text.find("got -20") != std::string::npos);
}

}  // namespace lookahead::test
