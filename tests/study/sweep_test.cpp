#include "study/sweep/sweep.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <map>

#include "run/folds.hpp"
#include "run/milestones.hpp"
#include "study/folder.hpp"
#include "study/sweep/run_row.hpp"
#include "study/sweep/sweep_directory.hpp"
#include "study/sweep_text.hpp"
#include "support/problem.hpp"
#include "support/temporary_folder.hpp"

// A sweep's rows are those of the runs one by one, and nothing else that it does changes them.
namespace lookahead::test {
namespace {

Grid grid_from(const std::string& text, const std::vector<std::string>& vary = {},
               const std::string& seeds = "") {
  SweepSource source = source_of(text);
  source.vary = vary;
  source.seeds = seeds;
  return grid_of(source);
}

// Ends a sweep after so many looks.
class Impatient final : public SweepWatcher {
 public:
  explicit Impatient(int looks) : looks_(looks) {}
  bool interrupted() override { return --looks_ < 0; }

 private:
  std::atomic<int> looks_;
};

SweepResult swept(const Grid& grid, const SweepRequest& request, SweepWatcher&& watcher = SweepWatcher()) {
  auto result = sweep(grid, request, watcher);
  std::string faults;
  for (const Fault& fault : result.faults()) faults += to_string(fault) + "\n";
  REQUIRE_MESSAGE(static_cast<bool>(result), faults);
  return *result;
}

// runs.csv without its columns of seconds.
std::vector<std::string> steady_rows(const std::string& folder) {
  const std::string text = content_of(folder + "/runs.csv");
  std::vector<std::string> rows;
  std::vector<bool> kept;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = text.find('\n', begin);
    std::string row;
    std::size_t column = 0;
    const std::string line = text.substr(begin, end - begin);
    for (std::size_t i = 0; i <= line.size(); ++column) {
      std::size_t comma = line.find(',', i);
      if (i < line.size() && line[i] == '"') comma = line.find(',', line.find('"', i + 1));
      if (comma == std::string::npos) comma = line.size();
      const std::string cell = line.substr(i, comma - i);
      if (rows.empty()) kept.push_back(!cell.starts_with("time_"));
      if (kept[column]) row += cell + ',';
      i = comma + 1;
    }
    rows.push_back(row);
    begin = end + 1;
  }
  return rows;
}

// One small problem of every kind, with what is varied.
const std::vector<std::pair<std::string, std::string>> kinds = {
    {"objective: {function: quadratic_diag, dim: 20, noise: {gaussian: 0.1}}\noptimizer: {name: sgd, lr: 0.01, "
     "momentum: 0.9}\nstop: {steps: 60}\n",
     "optimizer.lr=[0.01, 0.001]"},
    {"objective: rosenbrock\noptimizer: lbfgs\nstop: {steps: 40}\n", "lookahead=[false, {k: 3, alpha: 0.7}]"},
    {"objective: bilinear\noptimizer: {name: gda, lr: 0.3}\nstop: {steps: 50}\n", "lookahead.k=[2, 5]"},
    {"objective: {function: cauchy_regression, dim: 4, samples: 30, noise: {minibatch: 4}}\noptimizer: {name: "
     "adam, lr: 0.05}\nlookahead: {k: 4, workers: 2}\nstop: {steps: 50}\nprecision: single\n",
     "lookahead.alpha=[0.5, 1]"},
    {"objective: {function: sphere, dim: 3}\noptimizer: {name: sgd, lr: 3}\nstop: {steps: 50}\n",
     "optimizer.lr=[0.1, 3]"},
    {"data: {train: " + data_folder() +
         "points.csv, target: y, validation: {folds: 3}}\nmodel: linear\noptimizer: {name: sgd, lr: 0.01}\n"
         "batch: 7\nstop: {epochs: 5}\n",
     "model.l2=[0, 0.1]"},
    {"data: {train: points, target: y}\nmodel: linear\noptimizer: {name: sgd, lr: 0.01}\nstop: {epochs: 3}\n",
     "data.train=[\"" + data_folder() + "points.csv\", \"" + data_folder() + "halves.csv\"]"},
    {"data: {train: " + data_folder() +
         "points.csv, target: class, validation: 0.3}\nmodel: {type: softmax, class_weight: balanced}\n"
         "optimizer: {name: adam, lr: 0.05}\nbatch: full\nstop: {epochs: 12, patience: {epochs: 3}}\n",
     "lookahead=[{k: 5}, [{k: 2}, {k: 3, alpha: 0.8}]]"},
};

}  // namespace

TEST_CASE("a sweep's rows are the results of its runs one by one") {
  for (const auto& [problem, vary] : kinds) {
    const auto& the_problem = problem;
    CAPTURE(the_problem);
    const StudyFolderOfTest folder;
    const Grid grid = grid_from(problem, {vary}, "1..2");
    SweepRequest request;
    request.directory = folder.path("s");
    request.threads = 2;
    CHECK(swept(grid, request).counts.done == grid.runs());
    for (Index point = 0; point < grid.points(); ++point) {
      for (const Index seed : grid.file().seeds) {
        auto spec = grid.spec_of(grid.point(point));
        REQUIRE(spec);
        spec->seed = seed;
        const auto check = [&]<Scalar T>(T) {
          Trial<T> trial(*spec);
          Milestones milestones(*trial.plan, {});
          trial.session->watch(milestones);
          Outcome outcome = trial.run(0, false);
          Watcher watcher;
          if (spec->data && spec->data->validation.folds > 0) {
            const auto folds = cross_validate(*trial.plan, trial.pool, watcher);
            REQUIRE(folds);
            add_folds(outcome, *folds, trial.plan->spec);
          }
          RunRow row = row_of(*spec, outcome, milestones, {});
          row.cells.pop_back();  // time_s
          std::string cells;
          for (const auto& [name, text] : row.cells) cells += text + ',';
          const std::string row_text =
              point_cells(grid, grid.point(point)) + ',' + to_text(seed) + ',' + cells;
          bool found = false;
          for (const std::string& line : steady_rows(request.directory))
            found = found || line.substr(line.find(',') + 1) == row_text;
          CHECK_MESSAGE(found, row_text);
        };
        spec->precision == Precision::single_precision ? check(float{}) : check(double{});
      }
    }
  }
}

TEST_CASE("threads, shards and interruptions change no row") {
  for (const auto& [problem, vary] : kinds) {
    const auto& the_problem = problem;
    CAPTURE(the_problem);
    const StudyFolderOfTest folder;
    const Grid grid = grid_from(problem, {vary}, "1..3");
    SweepRequest request;
    request.directory = folder.path("one");
    swept(grid, request);
    const auto rows = steady_rows(request.directory);
    CHECK(std::ssize(rows) == grid.runs() + 1);
    request.threads = 5;
    request.directory = folder.path("five");
    swept(grid, request);
    CHECK(steady_rows(request.directory) == rows);
    request.directory = folder.path("shards");
    for (Index part = 0; part < 4; ++part) {
      request.shard = SweepShard{part, 4};
      swept(grid, request);
    }
    request.shard.reset();
    request.gather = true;
    CHECK(swept(grid, request).counts.before == grid.runs());
    CHECK(steady_rows(request.directory) == rows);
    request.gather = false;
    request.directory = folder.path("cut");
    for (int looks = 1; looks < 400 && !(swept(grid, request, Impatient(looks)).counts.before == grid.runs());
         looks += 1 + looks / 3) {
    }
    swept(grid, request);
    CHECK(steady_rows(request.directory) == rows);
    CHECK(content_of(request.directory / "points.csv") == content_of(folder.path("one") + "/points.csv"));
  }
}

TEST_CASE("a sweep that is given more seeds, values and methods keeps what it has") {
  const StudyFolderOfTest folder;
  const std::string problem =
      "problem: {objective: sphere, optimizer: {name: sgd, lr: 0.1}, stop: {steps: 20}, "
      "start: random}\n";
  SweepRequest request;
  request.directory = folder.path("s");
  for (const std::string keep : {"keep: table\n", "keep: everything\n"}) {
    request.force = true;
    swept(grid_from(problem + keep + "vary: {optimizer.lr: [0.1, 0.2]}\nseeds: [1, 3]\n"), request);
    request.force = false;
    const Grid more = grid_from(problem + keep +
                                "methods: {default: {}, half: {lookahead: {k: 2}}}\nvary: {optimizer.lr: "
                                "[0.05, 0.1, 0.2]}\nseeds: [1, 2, 3]\n");
    // The made-up label of the only method is no method of the file.
    auto refused = sweep(more, request, *std::make_unique<SweepWatcher>());
    REQUIRE_FALSE(refused);
    CHECK(refused.faults()[0].text.find("methods differs") != std::string::npos);
    const Grid grown =
        grid_from(problem + keep + "vary: {optimizer.lr: [0.05, 0.1, 0.2]}\nseeds: [1, 2, 3]\n");
    const SweepResult result = swept(grown, request);
    CHECK(result.counts.before == 4);
    CHECK(result.counts.done == 5);
    SweepRequest whole;
    whole.directory = folder.path("whole");
    whole.force = true;
    swept(grown, whole);
    CHECK(steady_rows(request.directory) == steady_rows(whole.directory));
    if (keep == "keep: table\n") continue;
    for (const char* run : {"000001", "000005", "000009"}) {
      const std::string own = "/runs/" + std::string(run) + "/solution.csv";
      CHECK(content_of(request.directory.string() + own) == content_of(whole.directory.string() + own));
      CHECK_FALSE(content_of(request.directory.string() + own).empty());
    }
  }
}

TEST_CASE("values may be added to what one method varies alone, and nothing else of it changes") {
  const StudyFolderOfTest folder;
  const std::string problem =
      "problem: {objective: sphere, optimizer: {name: sgd, lr: 0.1}, stop: {steps: 20}}\n";
  SweepRequest request;
  request.directory = folder.path("s");
  swept(grid_from(problem + "methods: {la: {lookahead.alpha: 0.5, vary: {lookahead.k: [2, 3]}}}\n"), request);
  const SweepResult more =
      swept(grid_from(problem +
                      "methods: {plain: {lookahead: false}, la: {lookahead.alpha: 0.5, vary: {lookahead.k: "
                      "[1, 2, 3]}}}\n"),
            request);
  CHECK(more.counts.before == 2);
  CHECK(more.counts.done == 2);
  const auto refused = [&](const std::string& methods) {
    SweepWatcher watcher;
    const auto result = sweep(grid_from(problem + "methods: {plain: {lookahead: false}, " + methods + "}\n"),
                              request, watcher);
    REQUIRE_FALSE(result);
    return result.faults()[0].text;
  };
  CHECK(refused("la: {lookahead.alpha: 0.6, vary: {lookahead.k: [1, 2, 3]}}")
            .find("methods.la.lookahead.alpha") != std::string::npos);
  CHECK(refused("la: {lookahead.alpha: 0.5, vary: {lookahead.k: [1, 2]}}")
            .find("methods.la.vary.lookahead.k has 3") != std::string::npos);
}

TEST_CASE("the tail gap and the moments of targets are those of a trace of every sync") {
  for (
      const std::string& problem :
      {std::string(
           "objective: {function: quadratic_diag, dim: 20, noise: {gaussian: 0.1}}\noptimizer: {name: "
           "sgd, lr: 0.01, momentum: 0.9}\nlookahead: {k: 7}\nstop: {steps: 205}\n"),
       std::string(
           "objective: rosenbrock\noptimizer: {name: adam, lr: 0.1}\nstop: {steps: 3000, target: 0.01}\n"),
       std::string(
           "objective: sphere\noptimizer: {name: sgd, lr: 0.1}\nlookahead: {k: 50}\nstop: {steps: 40}\n"),
       // It ends before the steps that are planned.
       std::string(
           "objective: {function: least_squares, dim: 10, noise: {minibatch: 8}}\noptimizer: {name: sgd, lr: "
           "0.05}\nlookahead: {k: {step: {from: 8, every: 100, factor: 0.5}}}\nstop: {steps: 2000, rounds: 60}\n"),
       std::string(
           "objective: {function: least_squares, dim: 4, noise: {minibatch: 8}}\noptimizer: {name: saga, lr: "
           "0.01}\nlookahead: {k: 5}\nstop: {steps: 100000, evals: 4000}\n"),
       "data: {train: " + data_folder() +
           "points.csv, target: y}\nmodel: linear\noptimizer: {name: sgd, lr: 0.01}\nbatch: 7\n"
           "stop: {epochs: 11}\n"}) {
    CAPTURE(problem);
    Spec spec = spec_of(problem);
    spec.trace.every.kind = Cadence::Kind::sync;
    if (spec.data) spec.trace.every = {Cadence::Kind::every, 1};
    Trial<double> traced(spec);
    const Outcome whole = traced.run();
    const auto excess = [&](const Record& record) {
      return record.loss_slow - traced.plan->facts().minimum.value_or(0.0);
    };
    const double target = whole.loss_slow * 2 + 0.5;
    double sum = 0, count = 0;
    std::optional<Index> first;
    Index last_row = -1;
    for (const Record& record : traced.sink.records) {
      const bool moment = spec.data ? record.event == "epoch" || record.step == 0 : record.synced;
      if (!moment || record.step == last_row) continue;
      last_row = record.step;
      if (!first && excess(record) <= target) first = record.step;
      if (record.step == 0 || 5 * record.step <= 4 * whole.counts.steps) continue;
      sum += excess(record);
      ++count;
    }
    Trial<double> watched(spec);
    Milestones milestones(*watched.plan, {target, -1e300});
    watched.session->watch(milestones);
    const Outcome outcome = watched.run(0, false);
    CHECK(outcome.loss_slow == whole.loss_slow);
    // The last epoch's row is that of the run's end.
    if (spec.data) {
      sum += whole.loss_slow;
      ++count;
    }
    const double last = whole.loss_slow - traced.plan->facts().minimum.value_or(0.0);
    // Sums in another order.
    CHECK(milestones.tail_mean(outcome.counts.steps) ==
          doctest::Approx(count == 0 ? last : sum / count).epsilon(1e-12));
    REQUIRE(milestones.reached()[0].has_value() == first.has_value());
    if (first) CHECK(milestones.reached()[0]->steps == *first);
    CHECK_FALSE(milestones.reached()[1].has_value());
    Trial<double> alone(spec);
    Milestones bare(*alone.plan, {});
    alone.session->watch(bare);
    const Outcome again = alone.run(0, false);
    CHECK(bare.tail_mean(again.counts.steps) == milestones.tail_mean(outcome.counts.steps));
  }
}

TEST_CASE("halving picks the same runs with any number of threads, and those that go on end as without it") {
  const StudyFolderOfTest folder;
  const std::string text =
      "problem: {objective: {function: quadratic_diag, dim: 10, noise: {gaussian: 0.5}}, optimizer: {name: sgd, "
      "lr: 0.1}, stop: {steps: 90}}\nmethods: {plain: {lookahead: false}, la: {lookahead: {k: 3}}}\n"
      "vary: {optimizer.lr: {log: [1e-4, 3], points: 9}}\nseeds: 1..3\n";
  const std::string halving = "halving: {from: {steps: 10}, keep: 0.34}\n";
  SweepRequest request;
  request.directory = folder.path("all");
  swept(grid_from(text), request);
  std::map<std::string, std::string> all;
  for (const std::string& row : steady_rows(request.directory)) all[row.substr(0, row.find(','))] = row;
  std::vector<std::string> first;
  for (const Index threads : {1, 2, 5}) {
    request.threads = threads;
    request.directory = folder.path("h" + to_text(threads));
    const SweepResult result = swept(grid_from(text + halving), request);
    CHECK(result.counts.dropped == 48);
    const auto rows = steady_rows(request.directory);
    if (first.empty()) first = rows;
    CHECK(rows == first);
  }
  std::map<std::string, int> steps;
  for (std::size_t i = 1; i < first.size(); ++i) {
    const bool dropped = first[i].find(",dropped,") != std::string::npos;
    if (dropped) {
      ++steps[first[i].find(",10,") != std::string::npos ? "first" : "second"];
    } else {
      ++steps["last"];
      CHECK(first[i] == all[first[i].substr(0, first[i].find(','))]);
    }
  }
  CHECK(steps["last"] == 6);
  CHECK(steps["first"] == 2 * 5 * 3);
}

TEST_CASE("halving compares the points of one problem, whatever makes several of it") {
  const StudyFolderOfTest folder;
  const std::string text =
      "problem: {objective: {function: sphere, dim: 2, noise: {gaussian: 0.1}}, optimizer: {name: sgd, lr: 0.1}, "
      "stop: {steps: 100}}\nvary: {optimizer.lr: [0.001, 0.01, 0.1, 0.2], objective.noise.gaussian: [0.01, 3]}\n"
      "halving: {by: gap, from: {steps: 20}, keep: 0.5}\n";
  SweepRequest request;
  request.directory = folder.path("h");
  const SweepResult result = swept(grid_from(text), request);
  CHECK(result.counts.dropped == 6);
  std::map<std::string, int> finished;
  for (const std::string& row : steady_rows(request.directory)) {
    if (row.find(",finished,") == std::string::npos) continue;
    ++finished[row.find(",3,") != std::string::npos ? "much" : "little"];
  }
  CHECK(finished == std::map<std::string, int>{{"little", 1}, {"much", 1}});
}

TEST_CASE("what halving cannot do is said before anything runs") {
  const auto refusal = [](const std::string& text) {
    const StudyFolderOfTest folder;
    SweepRequest request;
    request.directory = folder.path("s");
    SweepWatcher watcher;
    const auto result = sweep(grid_from(text), request, watcher);
    REQUIRE_FALSE(result);
    CHECK_FALSE(std::filesystem::exists(request.directory));
    return result.faults()[0].text;
  };
  const std::string function = "problem: {objective: sphere, optimizer: {name: sgd, lr: 0.1}}\n";
  CHECK(refusal(function + "halving: {from: {epochs: 2}}\n") ==
        "halving.from counts epochs, and a function has none");
  CHECK(refusal(function + "keep: traces\nhalving: {from: {steps: 2}}\n") ==
        "halving keeps no folders of runs: keep must be table");
  CHECK(refusal("problem: {data: {train: " + data_folder() +
                "points.csv, target: y, validation: {folds: 3}}, model: linear, optimizer: {name: sgd, lr: "
                "0.1}}\nhalving: {from: {epochs: 2}}\n") ==
        "halving by a value of the validation rows needs them in every run, and folds come last");
}

}  // namespace lookahead::test
