#include <cmath>

#include "schedules.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

// An entry's example with further parameters of it.
Spec example(const ScheduleEntry& entry, const std::vector<std::string>& assignments) {
  std::vector<std::string> set;
  for (const std::string& assignment : assignments) {
    set.push_back("optimizer.lr." + entry.card.name + "." + assignment);
  }
  return spec_of("objective: sphere\noptimizer: {name: sgd, lr: " + entry.example() + "}\n", set);
}

bool is_constant(const ScheduleEntry& entry) { return entry.card.name == "constant"; }

}  // namespace

TEST_CASE("a plain number is the same at every step") {
  const auto constant = schedule("0.25", 100);
  CHECK(constant->constant());
  CHECK(constant->at(0) == 0.25);
  CHECK(constant->at(1000000) == 0.25);
}

TEST_CASE("cosine begins at from, passes the middle half-way and ends at to") {
  const auto cosine = schedule("{cosine: {from: 0.1, to: 0.02}}", 1000);
  CHECK(cosine->at(0) == 0.1);
  CHECK(cosine->at(500) == doctest::Approx(0.06).epsilon(1e-12));
  CHECK(cosine->at(1000) == 0.02);
  CHECK(cosine->at(5000) == 0.02);
  for (Index t = 0; t < 1000; ++t) CHECK(cosine->at(t + 1) <= cosine->at(t));
}

TEST_CASE("law: warm-up step i uses from / warmup, and the schedule begins at from after it") {
  for (const ScheduleEntry& entry : schedule_catalog()) {
    if (is_constant(entry)) continue;
    CAPTURE(entry.card.name);
    const Spec plain = example(entry, {"from=0.1"}), late = example(entry, {"from=0.1", "warmup=4"});
    const Values& parameters = late.optimizer.rate.value.schedule.values;
    const auto at_once = entry.make(plain.optimizer.rate.value.schedule.values, 100);
    const auto warmed = entry.make(parameters, 104);
    CHECK(at_once->at(0) == 0.1);
    for (Index i = 0; i < 4; ++i) CHECK(warmed->at(i) == 0.1 * static_cast<double>(i + 1) / 4);
    // What follows is the same as without a warm-up, over the steps that are left.
    for (Index t = 0; t < 100; ++t) CHECK(warmed->at(4 + t) == at_once->at(t));
    // A run that ends within its warm-up.
    CHECK(entry.make(parameters, 3)->at(2) == 0.1 * 3 / 4);
  }
}

TEST_CASE("step multiplies by its factor, inverse_time falls like one over t") {
  const auto steps = schedule("{step: {from: 1, factor: 0.5, every: 10}}", 0);
  CHECK(steps->at(9) == 1);
  CHECK(steps->at(10) == 0.5);
  CHECK(steps->at(35) == 0.125);
  const auto inverse = schedule("{inverse_time: {from: 1, decay: 0.1}}", 0);
  CHECK(inverse->at(0) == 1);
  CHECK(inverse->at(10) == 0.5);
}

TEST_CASE("law: every schedule of the catalog stays within the range it declares and is a pure function") {
  for (const ScheduleEntry& entry : schedule_catalog()) {
    CAPTURE(entry.card.name);
    const Spec spec = example(entry, is_constant(entry) ? std::vector<std::string>{}
                                                        : std::vector<std::string>{"from=0.3", "warmup=5"});
    const auto& chosen = spec.optimizer.rate.value.schedule;
    const auto made = entry.make(chosen.values, 200);
    const auto [low, high] = entry.range(chosen.values);
    for (const Index t : {199, 5, 77, 6, 150}) {
      CHECK(made->at(t) >= low);
      CHECK(made->at(t) <= high);
      CHECK(made->at(t) == entry.make(chosen.values, 200)->at(t));
    }
    CHECK(made->constant() == is_constant(entry));
    CHECK(made->observes() == entry.observes);
  }
}

TEST_CASE("law: every schedule but those that rise by design never rises where to is below from") {
  for (const ScheduleEntry& entry : schedule_catalog()) {
    const std::string& name = entry.card.name;
    if (is_constant(entry) || name == "one_cycle" || name == "cosine_restarts") continue;
    CAPTURE(name);
    const Spec spec = example(entry, {"from=0.7"});
    const auto made = entry.make(spec.optimizer.rate.value.schedule.values, 5000);
    for (Index t = 0; t < 6000; ++t) CHECK(made->at(t + 1) <= made->at(t));
  }
}

TEST_CASE("law: a schedule that spans the run needs its length in steps, the others do not") {
  for (const ScheduleEntry& entry : schedule_catalog()) {
    CAPTURE(entry.card.name);
    const std::string problem =
        "objective: sphere\nlookahead: {k: 2}\noptimizer: {name: sgd, lr: " + entry.example() + "}\nstop: ";
    CHECK(faults_of(problem + "{steps: 10}\n").empty());
    for (const char* known : {"{epochs: 10}", "{rounds: 10}", "{evals: 10}", "{time: 1s, rounds: 3}"}) {
      const bool on_data = std::string(known) == "{epochs: 10}";
      CHECK(faults_of(problem + known + "\n").size() == (on_data ? 1 : 0));
    }
    const auto faults = faults_of(problem + "{time: 1s}\n");
    REQUIRE(faults.size() == (entry.needs_horizon ? 1 : 0));
    if (entry.needs_horizon) {
      CHECK(faults.front() == "p.yaml:3:28: error: optimizer.lr: the schedule " + entry.card.name +
                                  " needs the run's length: stop.steps, stop.epochs, stop.evals, or with a "
                                  "constant k stop.rounds");
      // The steps of a round are not known beforehand, those of lbfgs's searches neither.
      CHECK(faults_of("objective: sphere\nlookahead: {k: {step: {from: 4}}}\noptimizer: {name: sgd, lr: " +
                      entry.example() + "}\nstop: {rounds: 10}\n")
                .size() == 1);
      CHECK(faults_of("objective: sphere\noptimizer: {name: lbfgs, lr: " + entry.example() +
                      "}\nstop: {evals: 10}\n")
                .size() == 1);
    }
  }
}

TEST_CASE("law: every schedule makes an alpha and a k, but for those that follow the loss") {
  for (const ScheduleEntry& entry : schedule_catalog()) {
    CAPTURE(entry.card.name);
    for (const char* key : {"alpha", "k"}) {
      // 1e-2 of k is less than one and stands for one.
      const std::string problem =
          "objective: sphere\noptimizer: sgd\nstop: {steps: 40}\ntrace: {every: 1}\nlookahead: {" +
          std::string(key) + ": " + (is_constant(entry) ? "1" : entry.example()) + "}\n";
      if (entry.observes) {
        const auto faults = faults_of(problem);
        REQUIRE(faults.size() == 1);
        CHECK(faults.front().starts_with("p.yaml:5:" + std::to_string(std::string(key).size() + 15) +
                                         ": error: lookahead." + key + ": the schedule " + entry.card.name +
                                         " follows the loss, which only optimizer.lr can"));
        continue;
      }
      Trial<double> trial(problem);
      trial.run();
      for (const Record& record : trial.sink.records) {
        // The last row names the alpha of a round that would begin with the run's end.
        if (record.step < 40) CHECK(record.alpha > 0);
        CHECK(record.alpha <= 1);
      }
      CHECK(trial.sink.records.back().step == 40);
      if (std::string(key) == "k") CHECK(trial.sink.records.back().round == 40);
    }
  }
}

TEST_CASE("an alpha schedule that goes above 1 is refused unless extrapolate says so") {
  for (const char* value :
       {"linear: {from: 0.5, to: 1.5}", "polynomial: {from: 1.5, to: 0.5}", "one_cycle: {from: 0.1}",
        "cosine_restarts: {from: 0.2, to: 1.2}", "exponential: {from: 1.1}", "inverse_sqrt: {from: 1.1}",
        "multi_step: {from: 1.1, milestones: 5}"}) {
    CAPTURE(value);
    const std::string problem =
        "objective: sphere\noptimizer: sgd\nlookahead: {alpha: {" + std::string(value) + "}";
    const auto faults = faults_of(problem + "}\n");
    REQUIRE(faults.size() == 1);
    CHECK(faults.front().starts_with("p.yaml:3:20: error: lookahead.alpha must be > 0 and <= 1, got "));
    CHECK(faults_of(problem + ", extrapolate: true}\n").empty());
  }
}

TEST_CASE("a k schedule is rounded to whole numbers") {
  Trial<double> trial(
      "objective: sphere\noptimizer: sgd\nstop: {steps: 12}\nlookahead: {k: {linear: {from: 1, to: 4}}}\n"
      "trace: {every: sync}\n");
  trial.run();
  // Rounds begin at 0, 1, 2, 4, 6, 9, where k is 1, 1.25, 1.5, 2, 2.5 and 3.25.
  std::vector<Index> steps;
  for (const Record& record : trial.sink.records) steps.push_back(record.step);
  CHECK(steps == std::vector<Index>{0, 1, 2, 4, 6, 9, 12});
}

TEST_CASE("a schedule over epochs spans all their steps") {
  Trial<double> trial(
      "data: {train: " + data_folder() +
      "points.csv, target: y}\nmodel: linear\nbatch: 20\n"
      "optimizer: {name: sgd, lr: {cosine: {from: 0.1, to: 0}}}\nstop: {epochs: 10}\ntrace: {every: 1}\n");
  trial.run();
  const auto& records = trial.sink.records;
  CHECK(records.back().step == 30);
  CHECK(records[1].lr == 0.1);
  CHECK(records.back().lr == doctest::Approx(0.05 * (1 + std::cos(M_PI * 29 / 30))).epsilon(1e-12));
}
