#include <doctest/doctest.h>

#include <filesystem>

#include "spec/yaml.hpp"
#include "study/folder.hpp"
#include "study/show/listing.hpp"
#include "study/sweep/sweep.hpp"
#include "study/sweep/sweep_directory.hpp"
#include "study/sweep_text.hpp"
#include "support/problem.hpp"

// What lies in the folder of a sweep, whoever put it there, and which runs it is of.
namespace lookahead::test {
namespace {

namespace fs = std::filesystem;

const std::string two_rates =
    "problem: {objective: rosenbrock, optimizer: adam, stop: {steps: 5}}\nvary: {optimizer.lr: [0.01, 0.1]}\n";

Checked<SweepResult> carry_out(const std::string& text, SweepRequest request) {
  const Grid grid = grid_of(text);
  SweepWatcher watcher;
  return sweep(grid, request, watcher);
}

SweepCounts counts_of(const std::string& text, const SweepRequest& request) {
  const auto result = carry_out(text, request);
  REQUIRE_MESSAGE(static_cast<bool>(result), faults_text(result.faults()));
  return result->counts;
}

}  // namespace

TEST_CASE("points that differ in nothing but a file are runs of their own, also where the sweep goes on") {
  const StudyFolderOfTest folder;
  std::string rows[2] = {"x,y\n", "x,y\n"};
  for (int i = 0; i < 20; ++i) rows[i % 2] += to_text(i % 7) + "," + to_text(i * i % 11) + "\n";
  const std::string a = folder.write("a.csv", rows[0]), b = folder.write("b.csv", rows[1]);
  const std::string text =
      "problem: {data: {train: " + a +
      ", target: y}, model: linear, optimizer: {name: sgd, lr: 0.1}, stop: {epochs: 3}}\n"
      "vary: {data.train: [\"" +
      a + "\", \"" + b + "\"]}\n";
  for (const Index threads : {1, 2}) {
    SweepRequest request;
    request.directory = folder.path("s" + to_text(threads));
    request.threads = threads;
    CHECK(counts_of(text, request).done == 2);
    CHECK(counts_of(text, request).before == 2);
    const Study study = study_in({request.directory.string()});
    const auto loss = study.find_column("loss_slow");
    REQUIRE(loss);
    for (std::size_t i = 0; i < 2; ++i) {
      Trial<double> alone(
          "data: {train: " + (i == 0 ? a : b) +
          ", target: y}\nmodel: linear\noptimizer: {name: sgd, lr: 0.1}\nstop: {epochs: 3}\n");
      CHECK(study.columns[static_cast<std::size_t>(*loss)].cells[i] == alone.run().loss_slow);
    }
    // Of other rows than those of either file the folder knows nothing.
    folder.write("b.csv", rows[1] + "5,5\n");
    const auto changed = carry_out(text, request);
    REQUIRE_FALSE(changed);
    CHECK(changed.faults()[0].kind == FaultKind::data);
    folder.write("b.csv", rows[1]);
  }
}

TEST_CASE("a sweep goes on beside files of others, which --force leaves there") {
  const StudyFolderOfTest folder;
  SweepRequest request;
  request.directory = folder.path("s");
  CHECK(counts_of(two_rates, request).done == 2);
  folder.write("s/report.html", "mine");
  CHECK(counts_of(two_rates, request).before == 2);
  request.force = true;
  CHECK(counts_of(two_rates, request).done == 2);
  CHECK(folder.read("s/report.html") == "mine");
}

TEST_CASE("a folder that no sweep has made is left alone, also where a problem in it is called sweep.yaml") {
  for (const auto& files :
       std::vector<std::vector<std::string>>{{"notes.txt"},
                                             {"sweep.yaml"},
                                             {"sweep.yaml", "notes.txt"},
                                             {"sweep.yaml", "journal.log"},
                                             {"runs.csv", "journal-2024.log", "thesis.tex"},
                                             {"run.json", "journal.log"}}) {
    const StudyFolderOfTest folder;
    for (const std::string& file : files) folder.write("s/" + file, two_rates);
    for (const bool force : {false, true}) {
      SweepRequest request;
      request.directory = folder.path("s");
      request.force = force;
      const auto result = carry_out(two_rates, request);
      REQUIRE_FALSE(result);
      CHECK(result.faults()[0].kind == FaultKind::output);
    }
    for (const std::string& file : files) CHECK(folder.read("s/" + file) == two_rates);
    CHECK(std::distance(fs::directory_iterator(folder.path("s")), fs::directory_iterator()) ==
          std::ssize(files));
  }
}

TEST_CASE("a part that is refused leaves no journal behind") {
  const StudyFolderOfTest folder;
  SweepRequest request;
  request.directory = folder.path("s");
  counts_of(two_rates, request);
  request.shard = SweepShard{0, 2};
  const auto result = carry_out(
      "problem: {objective: rosenbrock, optimizer: adam, stop: {steps: 6}}\n"
      "vary: {optimizer.lr: [0.01, 0.1]}\n",
      request);
  REQUIRE_FALSE(result);
  CHECK(result.faults()[0].text.find("holds another sweep: ") == 0);
  const Grid grid = grid_of(
      "problem: {objective: rosenbrock, optimizer: adam, stop: {steps: 6}}\n"
      "vary: {optimizer.lr: [0.01, 0.1]}\n");
  CHECK(faults_text(checked_sweep(grid, request).faults()) == faults_text(result.faults()));
  for (const auto& entry : fs::directory_iterator(folder.path("s")))
    CHECK_MESSAGE(!entry.path().filename().string().starts_with("journal-"), entry.path().string());
}

TEST_CASE("whatever a sweep refuses before its first run is refused where nothing is run") {
  const std::string points = data_folder() + "points.csv";
  const std::string head =
      "problem: {data: {train: " + points + ", target: y}, model: linear, optimizer: sgd}\n";
  const std::string texts[] = {
      "problem: {data: {train: nowhere.csv, target: y}, model: linear, optimizer: sgd}\nseeds: 1..2\n",
      head + "vary: {data.target: [y, nowhere]}\n",
      head + "vary: {data.test: [none, nowhere.csv]}\n",
      head + "vary: {model.type: [linear, logistic]}\n",
      "problem: {objective: sphere, optimizer: sgd}\nvary: {start: [{run: nowhere}]}\n",
      "problem: {objective: sphere, optimizer: sgd, stop: {steps: 9}}\nvary: {optimizer.lr: [0.1, 0.2]}\n"
      "halving: {by: nosuch, from: {steps: 3}, keep: 0.5}\n",
      "problem: {objective: sphere, optimizer: sgd, stop: {steps: 9}}\nvary: {optimizer.lr: [0.1, 0.2]}\n"
      "halving: {from: {steps: 3}, keep: 0.5}\nkeep: traces\n"};
  for (const std::string& text : texts) {
    CAPTURE(text);
    const StudyFolderOfTest folder;
    SweepRequest request;
    request.directory = folder.path("s");
    const auto refused = carry_out(text, request);
    REQUIRE_FALSE(refused);
    CHECK_FALSE(folder.exists("s"));
    const Grid grid = grid_of(text);
    const auto checked = checked_roster(grid, 1);
    REQUIRE_FALSE(checked);
    CHECK(faults_text(checked.faults()) == faults_text(refused.faults()));
    CHECK(faults_text(checked_sweep(grid, request).faults()) == faults_text(refused.faults()));
  }
  const StudyFolderOfTest folder;
  const std::string weighted = folder.write("w.csv", "a,w,y\n1,1,2\n2,0,3\n3,2,1\n");
  const Grid fine =
      grid_of("problem: {data: {train: " + weighted +
              ", target: y}, model: linear, optimizer: sgd}\nvary: {data.weights: [w, none]}\n");
  const auto checked = checked_roster(fine, 1);
  CHECK_MESSAGE(static_cast<bool>(checked), faults_text(checked.faults()));
}

TEST_CASE("every problem of a sweep has its own dimension, whatever key makes several of them") {
  const std::string points = data_folder() + "points.csv";
  const auto dimensions = [](const std::string& text) {
    const StudyFolderOfTest folder;
    SweepRequest request;
    request.directory = folder.path("s");
    counts_of(text, request);
    std::vector<Index> found;
    for (const StudyProblem& problem : study_in({folder.path("s")}).problems)
      found.push_back(problem.dimension);
    return found;
  };
  const std::string stop = "optimizer: {name: sgd, lr: 1e-4}, stop: {steps: 2}}\n";
  CHECK(dimensions("problem: {objective: sphere, " + stop + "vary: {objective.dim: [2, 3]}\n") ==
        std::vector<Index>{2, 3});
  CHECK(dimensions("problem: {objective: rosenbrock, " + stop +
                   "vary: {objective.function: [rosenbrock, wood, powell_singular]}\n") ==
        std::vector<Index>{2, 4, 4});
  CHECK(dimensions("problem: {objective: sphere, " + stop +
                   "vary: {objective: [{function: sphere, dim: 2}, {function: sphere, dim: 20}]}\n") ==
        std::vector<Index>{2, 20});
  CHECK(dimensions("problem: {objective: {function: sphere, dim: 2}, " + stop +
                   "vary: {objective.dim: [2, 3], objective.noise: [none, {gaussian: 0.1}]}\n") ==
        std::vector<Index>{2, 2, 3, 3});
  CHECK(dimensions("problem: {objective: {function: sphere, dim: 5}, " + stop + "seeds: 1..2\n") ==
        std::vector<Index>{5});
  const StudyFolderOfTest folder;
  const std::string file = folder.write("t.csv", "a,b,y\n1,2,3\n2,5,1\n4,4,4\n3,1,2\n");
  CHECK(dimensions("problem: {data: {train: " + file +
                   ", target: y}, model: linear, optimizer: sgd, "
                   "stop: {epochs: 1}}\nvary: {data.drop: [[], [a]]}\n") == std::vector<Index>{3, 2});
}

TEST_CASE("a sweep that was killed before it wrote a table is listed by its journal") {
  const StudyFolderOfTest folder;
  SweepRequest request;
  request.directory = folder.path("s");
  counts_of(two_rates, request);
  const std::string header = folder.read("s/runs.csv").substr(0, folder.read("s/runs.csv").find('\n') + 1);
  const std::string journal = folder.read("s/journal.log");
  const std::string one = journal.substr(0, journal.find('\n') + 1);
  const auto listed = [&] {
    const StudyListing listing = list_studies({folder.path()});
    CHECK_MESSAGE(listing.faults.empty(), faults_text(listing.faults));
    REQUIRE(listing.found.size() == 1);
    return listing.found[0].ended;
  };
  CHECK(listed() == "2 runs");
  folder.write("s/runs.csv", header);
  folder.write("s/journal.log", one);
  CHECK(listed() == "killed after 1 of 2 runs");
  const auto study = read_study({folder.path("s")});
  REQUIRE_FALSE(study);
  CHECK(study.faults()[0].text == "the sweep was killed after 1 of 2 runs, before they were in runs.csv");
  {
    const auto writer = JournalWriter::open(folder.path("s/journal.log"));
    REQUIRE(writer);
    CHECK(listed() == "1 of 2 runs, still running");
  }
  fs::remove(folder.path("s/runs.csv"));
  fs::rename(folder.path("s/journal.log"), folder.path("s/journal-1-of-2.log"));
  CHECK(listed() == "1 of 2 runs, parts not joined");
  request.gather = true;
  counts_of(two_rates, request);
  CHECK(listed() == "1 of 2 runs");
  fs::remove(folder.path("s/journal-1-of-2.log"));
  CHECK(listed() == "1 of 2 runs");
}

TEST_CASE("a problem that is called sweep.yaml is no sweep that was killed") {
  const StudyFolderOfTest folder;
  folder.write("mine/sweep.yaml", two_rates);
  SweepRequest request;
  request.directory = folder.path("mine/sweeps/first");
  fs::create_directories(folder.path("mine/sweeps"));
  counts_of(two_rates, request);
  const StudyListing listing = list_studies({folder.path()});
  REQUIRE(listing.found.size() == 1);
  CHECK(listing.found[0].folder.filename() == "first");
}

TEST_CASE("keys that do not decide how many coordinates there are do not stand beside the number") {
  const StudyFolderOfTest folder;
  const std::string file = folder.write("t.csv", "a,b,y\n1,2,3\n2,5,1\n4,4,4\n3,1,2\n1,1,1\n");
  SweepRequest request;
  request.directory = folder.path("s");
  counts_of("problem: {data: {train: " + file +
                ", target: y, validation: 0.4}, model: linear, optimizer: sgd, stop: {epochs: 1}}\n"
                "vary: {data.drop: [[], [a]], data.split_seed: [1, 2, 3]}\n",
            request);
  const auto plan = parse_yaml(folder.read("s/sweep.yaml"), "");
  REQUIRE(plan);
  const Node* sizes = plan->find("dimensions")->find("sweep");
  REQUIRE(sizes != nullptr);
  REQUIRE(sizes->items.size() == 2);
  for (const Node& item : sizes->items) CHECK(item.find("where")->members.size() == 1);
}

}  // namespace lookahead::test
