#include "study/table.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "base/text.hpp"
#include "study/folder.hpp"

namespace lookahead::test {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

const std::string header =
    "index,method,optimizer.lr,seed,status,stop,steps,grad_evals,loss_slow,gap,evals_to_0.01\n";

const std::string some_rows = header +
                              "1,plain,0.1,1,finished,steps,10,10,1.5,0.5,\n"
                              "2,plain,0.1,2,diverged,divergence,4,4,9.0,8.0,3\n"
                              "3,plain,0.01,1,failed,,,,,,\n"
                              "4,plain,0.01,2,dropped,,5,5,2.0,1.0,\n"
                              "5,\"a, \"\"b\"\"\nc\",0.1,2,finished,target,7,7,1.005,0.005,7\n";

TEST_CASE("a sweep's table has its methods, keys, columns and runs as they were written") {
  const StudyFolderOfTest folder;
  folder.sweep("s", some_rows, "vary: {optimizer.lr: [0.01, 0.1]}\n");
  const Study study = study_in({folder.path("s")});
  CHECK(study.name == "p");
  CHECK(study.is_sweep());
  CHECK(study.methods == std::vector<std::string>{"plain", "a, \"b\"\nc"});
  REQUIRE(study.problems.size() == 1);
  CHECK(study.problems[0].label == "p");
  CHECK(study.problems[0].dimension == 2);
  REQUIRE(study.keys.size() == 1);
  // In the plan's order, whatever the order of the rows.
  CHECK(study.keys[0].values == std::vector<std::string>{"0.01", "0.1"});
  CHECK(study.keys[0].numbers == std::vector<double>{0.01, 0.1});
  CHECK_FALSE(study.keys[0].of_problem);
  REQUIRE(study.runs.size() == 5);
  CHECK(study.runs[0].settings == std::vector<Index>{1});
  CHECK(study.runs[4].method == 1);
  CHECK(study.runs[4].stop == "target");
  CHECK(study.targets == std::vector<std::string>{"0.01"});
  CHECK(study.folder_of(4).string() == folder.path("s/runs/000005"));
  CHECK(study.points().size() == 3);
  CHECK(study.settings_text({0}) == "optimizer.lr = 0.01");
}

TEST_CASE("a diverged run and a missed target are infinite, failed and dropped runs take no part") {
  const StudyFolderOfTest folder;
  folder.sweep("s", some_rows);
  const Study study = study_in({folder.path("s")});
  CHECK(study.columns[static_cast<std::size_t>(default_column(study))].name == "gap");
  const Index gap = default_column(study);
  CHECK(study.value_of(0, gap) == 0.5);
  CHECK(study.value_of(1, gap) == infinity);
  CHECK_FALSE(study.value_of(2, gap));
  CHECK_FALSE(study.value_of(3, gap));
  const auto evals = study.find_column("evals_to_0.01");
  REQUIRE(evals);
  CHECK(study.value_of(0, *evals) == infinity);
  // The status decides, whatever the cell shows.
  CHECK(study.value_of(1, *evals) == infinity);
  CHECK(study.value_of(4, *evals) == 7);
}

TEST_CASE("where more is better a diverged run is the least there is") {
  const StudyFolderOfTest folder;
  folder.sweep("s",
               "index,method,seed,status,stop,loss_slow,gap,val_loss,val_accuracy\n"
               "1,m,1,diverged,divergence,1,,1.0,0.9\n2,m,2,finished,steps,1,,inf,0.8\n");
  const Study study = study_in({folder.path("s")});
  CHECK(study.columns[static_cast<std::size_t>(default_column(study))].name == "val_loss");
  CHECK(study.value_of(0, *study.find_column("val_accuracy")) == -infinity);
  CHECK(study.value_of(1, *study.find_column("val_loss")) == infinity);
}

TEST_CASE("the gap is the default only where every problem has one") {
  const StudyFolderOfTest folder;
  const std::string two = "index,method,problem,seed,status,stop,loss_slow,gap\n1,m,a,1,finished,steps,1,1\n";
  folder.write("s/sweep.yaml", "problems: {a: {objective: sphere}, b: {objective: sphere}}\n");
  for (const auto& [row, column] : {std::pair("2,m,b,1,finished,steps,1,\n", "loss_slow"),
                                    std::pair("2,m,b,1,finished,steps,1,2\n", "gap"),
                                    // A run that diverged ends at its last finite point, and has its gap.
                                    std::pair("2,m,b,1,diverged,divergence,1,\n", "loss_slow"),
                                    std::pair("2,m,b,1,diverged,divergence,1,2\n", "gap")}) {
    folder.write("s/runs.csv", two + row);
    const Study study = study_in({folder.path("s")});
    CHECK(study.columns[static_cast<std::size_t>(default_column(study))].name == column);
    CHECK(study.problems.size() == 2);
    CHECK(study.keys.empty());
  }
  // Also where all have diverged.
  folder.write("s/runs.csv",
               "index,method,problem,seed,status,stop,loss_slow,gap\n1,m,a,1,diverged,divergence,1,1\n"
               "2,m,b,1,diverged,divergence,1,2\n");
  const Study study = study_in({folder.path("s")});
  CHECK(study.columns[static_cast<std::size_t>(default_column(study))].name == "gap");
}

TEST_CASE("values of keys of the problem make problems of their own") {
  const StudyFolderOfTest folder;
  folder.sweep("s",
               "index,method,objective.dim,optimizer.lr,seed,status,stop,loss_slow\n"
               "1,m,2,0.1,1,finished,steps,1\n2,m,10,0.1,1,finished,steps,1\n");
  const Study study = study_in({folder.path("s")});
  REQUIRE(study.problems.size() == 2);
  CHECK(study.problems[0].label == "objective.dim = 2");
  CHECK(study.problems[1].label == "objective.dim = 10");
  CHECK(study.problems[1].dimension == 10);
  CHECK(study.settings_text(study.runs[1].settings) == "optimizer.lr = 0.1");
}

TEST_CASE("a damaged table is told with its line") {
  struct Case {
    std::string rows, place, text;
  };
  const std::string good = "1,plain,0.1,1,finished,steps,10,10,1.5,0.5,\n";
  const std::vector<Case> cases = {
      {"", "", "empty"},
      {"a,b\n1,2\n", ":1", "the header does not begin"},
      {header, "", "none of the sweep's runs has ended"},
      // As a sweep that has begun leaves it.
      {"index,method,seed,status,stop,tail_gap\n", "", "none of the sweep's runs has ended"},
      {header + good + "2,plain,0.1\n", ":3", "3 cells, the header 11"},
      {header + good + "2,plain,0.1,2,finished,steps,10,10,1.5,0.5,,\n", ":3", "12 cells"},
      {header + good + "2,plain,0.1,2,finished,steps,10,10,x,0.5,\n", ":3:9", "'x' is not a number"},
      {header + good + "2,plain,0.1,2,finished,steps,10,10,nan,0.5,\n", ":3:9", "'nan' is not a number"},
      {header + good + "2,plain,0.1,2,running,steps,10,10,1,0.5,\n", ":3:5", "'running' is not finished"},
      {header + good + "2,plain,0.1,1.5,finished,steps,10,10,1,0.5,\n", ":3:4", "'1.5' is not a count"},
      {header + good + good, ":3:1", "not in the order of the grid"},
      {header + good + "2,plain,0.1,1,finished,steps,10,10,1.5,0.5,\n", "", "1 and 2 are of the same method"},
      {header + "1,\"plain,0.1,1\n", ":2", "quote"},
      {"index,method,seed,status,stop,gap,gap\n", ":1", "'gap' stands twice"},
      {"index,method,seed,status,stop,gap\n1,plain,1,failed,,\n", ":1", "no column 'loss_slow'"}};
  for (const Case& one : cases) {
    const StudyFolderOfTest folder;
    folder.sweep("s", one.rows);
    const auto study = read_study({folder.path("s")});
    REQUIRE_MESSAGE(!study, one.rows);
    const std::string text = faults_text(study.faults());
    CHECK_MESSAGE(text.find("runs.csv" + one.place) != std::string::npos, text);
    CHECK_MESSAGE(text.find(one.text) != std::string::npos, text);
    CHECK(study.faults().front().kind == FaultKind::data);
  }
}

TEST_CASE("what is no study is refused with what it is") {
  const StudyFolderOfTest folder;
  folder.write("file", "x");
  folder.write("other/x", "x");
  folder.write("rows/runs.csv", some_rows);
  folder.write("plan/sweep.yaml", "problems: {p: {objective: sphere}}\n");
  folder.write("bad/sweep.yaml", "problems: [\n");
  folder.write("bad/runs.csv", some_rows);
  folder.write("foreign/sweep.yaml", "a: 1\n");
  folder.write("parts/sweep.yaml", "problems: {p: {objective: sphere}}\n");
  folder.write("parts/journal-1-of-2.log", "");
  folder.write("ok.yaml", "objective: sphere\n");
  for (const char* name : {"valley-009", "valley-010", "valley-x", "valley-"})
    std::filesystem::create_directories(folder.path(name));
  std::filesystem::create_directories(folder.path("empty"));
  for (const auto& [name, text] :
       {std::pair("missing", "there is no such folder"), std::pair("file", "is a file"),
        std::pair("valley", "valley-010'?"), std::pair("ok.yaml", "ok.yaml, says where these are"),
        std::pair("parts", "/parts --gather)"), std::pair("plan", "sweep.yaml -o "),
        std::pair("other", "is neither a sweep directory"), std::pair("rows", "no sweep.yaml beside it"),
        std::pair("plan", "there is no row in runs.csv"), std::pair("bad", "not valid YAML"),
        std::pair("foreign", "has no map of problems"), std::pair("empty", "the folder is empty")}) {
    const auto study = read_study({folder.path(name)});
    REQUIRE_FALSE(study);
    CHECK_MESSAGE(faults_text(study.faults()).find(text) != std::string::npos, faults_text(study.faults()));
    CHECK(study.faults().front().kind == FaultKind::data);
  }
}

TEST_CASE("a column that is not there is told with the nearest one") {
  const StudyFolderOfTest folder;
  folder.sweep("s", some_rows);
  const Study study = study_in({folder.path("s")});
  const auto column = study.column("gab", "--value");
  REQUIRE_FALSE(column);
  CHECK(to_string(column.faults().front()) ==
        "--value gab: error: there is no column 'gab' (did you mean 'gap'?)");
  CHECK(study.columns[static_cast<std::size_t>(*study.column("loss_slow", "--value"))].name == "loss_slow");
}

// A run's folder, as far as a study reads it.
void write_run(const StudyFolderOfTest& folder, const std::string& name, const std::string& config, int seed,
               const std::string& gap, const std::string& status = "finished") {
  folder.write(name + "/config.yaml", "name: r\n" + config + "seed: " + std::to_string(seed) + "\n");
  folder.write(
      name + "/run.json",
      "{\"status\": \"" + status +
          "\", \"stop\": \"steps\", \"steps\": 10, \"grad_evals\": 10, \"seed\": " + std::to_string(seed) +
          ", \"data\": null, \"result\": {\"loss_slow\": 1, \"gap\": " + gap + "}, \"time_s\": 0.5}");
}

std::string config_of(const std::string& optimizer, const std::string& lookahead,
                      const std::string& function = "sphere") {
  return "objective: {function: " + function + ", dim: 3}\noptimizer: " + optimizer +
         "\nlookahead: " + lookahead + "\n";
}

TEST_CASE("runs by themselves are methods by Lookahead and optimizer, and vary in the rest") {
  const StudyFolderOfTest folder;
  int number = 0;
  std::vector<std::string> paths;
  for (const char* lookahead : {"false", "{k: 5, alpha: 0.5}"}) {
    for (const char* lr : {"0.1", "0.01"}) {
      for (const int seed : {1, 2}) {
        const std::string name = "r" + std::to_string(++number);
        write_run(folder, name, config_of(std::string("{name: sgd, lr: ") + lr + "}", lookahead), seed,
                  "0.5");
        paths.push_back(folder.path(name));
      }
    }
  }
  const Study study = study_in(paths);
  CHECK(study.methods == std::vector<std::string>{"plain", "lookahead"});
  REQUIRE(study.keys.size() == 1);
  CHECK(study.keys[0].name == "optimizer.lr");
  CHECK(study.points().size() == 4);
  CHECK(study.problems.size() == 1);
  CHECK(study.problems[0].label == "sphere");
  CHECK(study.problems[0].dimension == 3);
  CHECK(study.folder_of(2).string() == paths[2]);
  CHECK(study.value_of(0, default_column(study)) == 0.5);
}

TEST_CASE("runs that differ in settings alone are methods by these, else by their folders") {
  const StudyFolderOfTest folder;
  write_run(folder, "a/1", config_of("{name: sgd, lr: 0.1}", "false"), 1, "0.5");
  write_run(folder, "a/2", config_of("{name: sgd, lr: 0.2}", "false"), 1, "0.5");
  write_run(folder, "b/1", config_of("{name: sgd, lr: 0.1}", "false"), 1, "null");
  write_run(folder, "b/2", config_of("{name: sgd, lr: 0.1}", "false"), 2, "0.25", "interrupted");
  const Study settings = study_in({folder.path("a/1"), folder.path("a/2")});
  CHECK(settings.methods == std::vector<std::string>{"optimizer.lr = 0.1", "optimizer.lr = 0.2"});
  CHECK(settings.keys.empty());
  const Study folders = study_in({folder.path("a/1"), folder.path("b/1"), folder.path("b/2")});
  CHECK(folders.methods == std::vector<std::string>{"a", "b"});
  CHECK_FALSE(folders.value_of(1, *folders.find_column("gap")));
  CHECK(folders.runs[2].status == StudyStatus::unfinished);
  CHECK_FALSE(folders.value_of(2, *folders.find_column("gap")));
  const auto twice = read_study({folder.path("a/1"), folder.path("a/1")});
  REQUIRE_FALSE(twice);
  CHECK(faults_text(twice.faults()).find("is given twice") != std::string::npos);
  const Study seeds = study_in({folder.path("b/1"), folder.path("b/2")});
  CHECK(seeds.methods == std::vector<std::string>{"default"});
}

TEST_CASE("runs of different functions are different problems") {
  const StudyFolderOfTest folder;
  write_run(folder, "a", config_of("{name: sgd, lr: 0.1}", "false"), 1, "0.5");
  write_run(folder, "b", config_of("{name: sgd, lr: 0.1}", "false", "rosenbrock"), 1, "0.5");
  const Study study = study_in({folder.path("a"), folder.path("b")});
  REQUIRE(study.problems.size() == 2);
  CHECK(study.problems[1].label == "rosenbrock");
  CHECK(study.methods.size() == 1);
}

TEST_CASE("a sweep stands alone") {
  const StudyFolderOfTest folder;
  folder.sweep("s", some_rows);
  write_run(folder, "a", config_of("{name: sgd, lr: 0.1}", "false"), 1, "0.5");
  const auto study = read_study({folder.path("s"), folder.path("a")});
  REQUIRE_FALSE(study);
  CHECK(study.faults().front().kind == FaultKind::usage);
}

TEST_CASE("a sweep that is not complete says so") {
  const StudyFolderOfTest folder;
  folder.sweep("s", some_rows, "runs: 8\n");
  const Study study = study_in({folder.path("s")});
  CHECK(study.missing == 3);
  REQUIRE(study.notes.size() == 1);
  CHECK(study.notes[0].text ==
        "the sweep is not complete: 3 runs of 8 missing; its lookahead sweep command goes on");
  folder.sweep("whole", some_rows, "runs: 5\n");
  CHECK(study_in({folder.path("whole")}).missing == 0);
}

}  // namespace
}  // namespace lookahead::test
