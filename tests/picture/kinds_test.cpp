#include "picture/kinds.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>

// Pictures of a study that is made here, against figures by hand.
namespace lookahead::picture {
namespace {

using Value = std::function<double(Index method, Index problem, Index lr, Index batch, std::int64_t seed)>;

// Two methods, rates 0.1, 0.01, 1 (in this order), batches 32 and 64, seeds 1 to 3.
Study study_of(const Value& value, std::vector<std::string> problems = {"wine"}) {
  Study study;
  study.name = "s";
  study.folder = "nowhere";
  study.methods = {"plain", "lookahead"};
  for (const std::string& problem : problems) study.problems.push_back({problem, 2});
  study.keys = {{"optimizer.lr", {"0.1", "0.01", "1"}, {0.1, 0.01, 1}, false},
                {"batch", {"32", "64"}, {32, 64}, false}};
  study.columns = {
      {"gap", false, false, {}}, {"loss_slow", false, false, {}}, {"val_accuracy", true, false, {}}};
  for (Index problem = 0; problem < std::ssize(problems); ++problem) {
    for (Index method = 0; method < 2; ++method) {
      for (Index lr = 0; lr < 3; ++lr) {
        for (Index batch = 0; batch < 2; ++batch) {
          for (std::int64_t seed = 1; seed <= 3; ++seed) {
            const double v = value(method, problem, lr, batch, seed);
            study.runs.push_back({static_cast<Index>(study.runs.size()) + 1,
                                  method,
                                  problem,
                                  {lr, batch},
                                  seed,
                                  v == infinity ? StudyStatus::diverged : StudyStatus::finished,
                                  "steps"});
            study.columns[0].cells.push_back(v);
            study.columns[1].cells.push_back(v);
            study.columns[2].cells.push_back(1 / (1 + v));
          }
        }
      }
    }
  }
  return study;
}

Figure drawn(const Study& study, Kind kind, const Request& request = {}) {
  auto figure = make_figure(study, kind, request);
  REQUIRE_MESSAGE(figure, to_string(figure.faults().front()));
  return *figure;
}

Fault refused(const Study& study, Kind kind, const Request& request = {}) {
  const auto figure = make_figure(study, kind, request);
  REQUIRE_FALSE(figure);
  return figure.faults().front();
}

// Plain is best at 0.01 and batch 32.
double usual(Index method, Index problem, Index lr, Index batch, std::int64_t seed) {
  const double of_rate[] = {10, 1, 100};
  return of_rate[lr] * static_cast<double>(batch + 1) * (method == 1 ? 0.5 : 1) * static_cast<double>(seed) *
         static_cast<double>(problem + 1);
}

TEST_CASE(
    "sensitivity is the median over seeds at each value in its order, with the best of the other keys") {
  const Figure figure = drawn(study_of(usual), Kind::sensitivity);
  REQUIRE(figure.panels.size() == 1);
  const Panel& panel = figure.panels.front();
  REQUIRE(panel.series.size() == 2);
  CHECK(panel.series[0].name == "plain");
  CHECK(panel.series[0].x == std::vector<double>{0.01, 0.1, 1});
  CHECK(panel.series[0].y == std::vector<double>{2, 20, 200});  // seed 2, batch 32
  CHECK(panel.series[1].y == std::vector<double>{1, 10, 100});
  // Quartiles of 1, 2, 3, as numpy has them.
  CHECK(panel.series[0].low == std::vector<double>{1.5, 15, 150});
  CHECK(panel.series[0].high == std::vector<double>{2.5, 25, 250});
  CHECK(panel.x.log);
  CHECK(panel.y.log);
  CHECK(figure.caption.find("The best over batch is shown.") != std::string::npos);
  const Figure other = drawn(study_of(usual), Kind::sensitivity, {.x = "batch"});
  CHECK(other.panels.front().series[0].y == std::vector<double>{2, 4});
  CHECK_FALSE(drawn(study_of(usual), Kind::sensitivity, {.log = "none"}).panels.front().y.log);
}

TEST_CASE("of a metric the greatest value is the best") {
  const Figure figure = drawn(study_of(usual), Kind::sensitivity, {.value = "val_accuracy"});
  CHECK(figure.panels.front().series[0].y[0] == 1 / (1 + 2.0));
}

TEST_CASE("a heat map has a panel a method, numbers in order, one scale, and tells of empty cells") {
  Study study = study_of(usual);
  std::erase_if(study.runs, [](const StudyRun&) { return false; });
  for (std::size_t i = 0; i < study.runs.size(); ++i) {
    StudyRun& run = study.runs[i];
    if (run.method == 0 && run.settings[0] == 2 && run.settings[1] == 1) run.status = StudyStatus::failed;
    if (run.method == 0 && run.settings[0] == 0 && run.settings[1] == 1) run.status = StudyStatus::diverged;
  }
  const Figure figure = drawn(study, Kind::heatmap);
  REQUIRE(figure.panels.size() == 2);
  const Panel& plain = figure.panels[0];
  CHECK(plain.title == "plain");
  CHECK(plain.x.names == std::vector<std::string>{"0.01", "0.1", "1"});
  CHECK(plain.y.names == std::vector<std::string>{"32", "64"});
  const auto& values = plain.heat->values;
  REQUIRE(values.size() == 6);
  CHECK(values[0] == 2);
  CHECK(values[1] == 20);
  CHECK(values[2] == 200);
  CHECK(values[3] == 4);
  CHECK(values[4] == infinity);
  CHECK(std::isnan(values[5]));
  for (const Panel& panel : figure.panels) {
    CHECK(*scale_of(*panel.heat).low == 1);
    CHECK(*scale_of(*panel.heat).high == 200);
  }
  const auto noted = [&](const std::string& part) {
    return std::any_of(figure.notes.begin(), figure.notes.end(),
                       [&](const std::string& note) { return note.find(part) != std::string::npos; });
  };
  CHECK(noted("1 of 6 cells are empty in plain"));
  CHECK_FALSE(noted("no grid"));
  // The rates of the study are in no order.
  CHECK_MESSAGE(figure.caption.find("optimizer.lr of 3 values (0.01 to 1); batch of 2 values (32 to 64)") !=
                    std::string::npos,
                figure.caption);
  CHECK(noted("3 runs diverged"));
  CHECK(noted("3 runs failed"));
}

TEST_CASE("over a key of the problem, what else tells problems apart has panels of its own") {
  // Two files, each at two conditions and two dimensions: eight problems.
  Study study;
  study.name = "s";
  study.methods = {"plain"};
  study.keys = {{"objective.condition", {"1", "10"}, {1, 10}, true},
                {"objective.dim", {"2", "4"}, {2, 4}, true},
                {"optimizer.lr", {"0.1", "0.2"}, {0.1, 0.2}, false}};
  study.columns = {{"gap", false, false, {}}};
  for (Index problem = 0; problem < 8; ++problem) {
    study.problems.push_back({std::to_string(problem), 2, "", problem < 4 ? "a" : "b"});
    for (Index lr = 0; lr < 2; ++lr) {
      StudyRun run;
      run.index = std::ssize(study.runs) + 1;
      run.problem = problem;
      run.settings = {problem % 2, problem / 2 % 2, lr};
      study.runs.push_back(run);
      study.columns[0].cells.push_back(static_cast<double>(1 + 10 * problem + lr));
    }
  }
  const Figure lines = drawn(study, Kind::sensitivity, {.x = "objective.condition"});
  REQUIRE(lines.panels.size() == 4);
  CHECK(lines.panels[0].title == "a, objective.dim = 2");
  CHECK(lines.panels[0].series[0].y == std::vector<double>{1, 11});
  CHECK(lines.panels[3].title == "b, objective.dim = 4");
  CHECK(lines.panels[3].series[0].y == std::vector<double>{61, 71});
  const Figure both = drawn(study, Kind::heatmap, {.x = "objective.condition", .y = {"objective.dim"}});
  REQUIRE(both.panels.size() == 2);
  CHECK(both.panels[1].title == "b");
  CHECK(both.panels[1].heat->values == std::vector<double>{41, 51, 61, 71});
  const Figure one = drawn(study, Kind::heatmap, {.x = "objective.condition", .y = {"optimizer.lr"}});
  REQUIRE(one.panels.size() == 4);
  CHECK(one.panels[1].title == "a, objective.dim = 4");
  CHECK(one.panels[1].heat->values == std::vector<double>{21, 31, 22, 32});
}

TEST_CASE("a tuning curve is the median of the best of so many settings") {
  const Figure figure = drawn(study_of(usual), Kind::tuning);
  const Series& plain = figure.panels.front().series[0];
  // Medians from the worst: 400, 200, 40, 20, 4, 2; the least i with (i / 6)^K >= 1/2 is 3, 5, 5, 6, 6, 6.
  CHECK(plain.y == std::vector<double>{40, 4, 4, 2, 2, 2});
  CHECK(plain.name == "plain (6 settings)");
}

TEST_CASE("a profile is the share of problems within a factor of the best") {
  const auto value = [](Index method, Index problem, Index lr, Index batch, std::int64_t seed) {
    // Lookahead is 4 times better on the first of three problems, 2 times worse on the last.
    const double factor[] = {0.25, 1, 2};
    return usual(0, problem, lr, batch, seed) * (method == 1 ? factor[problem] : 1);
  };
  const Figure figure = drawn(study_of(value, {"a", "b", "c"}), Kind::profile);
  const Panel& panel = figure.panels.front();
  REQUIRE(panel.series.size() == 2);
  const auto share = [](const Series& series, double tau) {
    double y = 0;
    for (std::size_t i = 0; i < series.x.size() && series.x[i] <= tau; ++i) y = series.y[i];
    return y;
  };
  const double third = 1 / 3.0;
  CHECK(share(panel.series[0], 1) == doctest::Approx(2 * third).epsilon(1e-15));
  CHECK(share(panel.series[0], 3.9) == doctest::Approx(2 * third).epsilon(1e-15));
  CHECK(share(panel.series[0], 4) == 1);
  CHECK(share(panel.series[1], 1) == doctest::Approx(2 * third).epsilon(1e-15));
  CHECK(share(panel.series[1], 2) == 1);
  CHECK(refused(study_of(usual), Kind::profile).kind == FaultKind::usage);
}

TEST_CASE("an ecdf counts every run and target, missed ones too, over evaluations per coordinate") {
  Study study = study_of(usual);
  study.targets = {"1.0"};
  study.columns.push_back({"evals_to_1.0", false, true, {}});
  // The best points are at rate 0.01 and batch 32: seeds 1 and 2 of plain meet the target.
  for (const StudyRun& run : study.runs) {
    const bool meets = run.method == 1 || run.seed < 3;
    study.columns.back().cells.push_back(meets ? 100.0 * static_cast<double>(run.seed) : none);
  }
  const Panel panel = drawn(study, Kind::ecdf).panels.front();
  REQUIRE(panel.series.size() == 2);
  CHECK(panel.series[0].x[1] == 50);  // 100 evaluations, 2 coordinates
  CHECK(panel.series[0].y.back() == doctest::Approx(2 / 3.0).epsilon(1e-15));
  CHECK(panel.series[1].y.back() == 1);
}

TEST_CASE("what a study cannot give is refused by the key or option that would") {
  const Study study = study_of(usual);
  CHECK(refused(study, Kind::curve).text.find("needs the folders of the runs") != std::string::npos);
  CHECK(refused(study, Kind::curve).cure.find("keep: traces") != std::string::npos);
  CHECK(refused(study, Kind::path).kind == FaultKind::data);
  CHECK(refused(study, Kind::ecdf).kind == FaultKind::data);
  CHECK(refused(study, Kind::sensitivity, {.x = "optimizer.lrr"}).cure.find("optimizer.lr") !=
        std::string::npos);
  CHECK(refused(study, Kind::sensitivity, {.value = "gapp"}).cure.find("gap") != std::string::npos);
  CHECK(refused(study, Kind::sensitivity, {.log = "z"}).place.source == "--log z");
  Study bare = study;
  bare.keys.clear();
  for (StudyRun& run : bare.runs) run.settings.clear();
  CHECK(refused(bare, Kind::heatmap).kind == FaultKind::usage);
  CHECK(refused(bare, Kind::sensitivity).kind == FaultKind::usage);
}

TEST_CASE("a sweep suggests what its varied keys allow") {
  Study study = study_of(usual);
  // A heat map has room for one method.
  CHECK(suggested(study) == Kind::sensitivity);
  Study single = study;
  single.methods.resize(1);
  CHECK(suggested(single) == Kind::heatmap);
  study.keys.pop_back();
  for (StudyRun& run : study.runs) run.settings.pop_back();
  CHECK(suggested(study) == Kind::sensitivity);
}

}  // namespace
}  // namespace lookahead::picture
