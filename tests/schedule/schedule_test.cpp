#include <cmath>

#include "support/problem.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

std::unique_ptr<Schedule> schedule(const std::string& value, Index horizon) {
  const Spec spec = spec_of("objective: sphere\noptimizer: {name: sgd, lr: " + value + "}\n");
  const auto& chosen = spec.optimizer.rate.schedule;
  return chosen.entry->make(chosen.parameters.get(), horizon);
}

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

TEST_CASE("warm-up step i uses from i / warmup, and the schedule begins at from after it") {
  for (const char* rest : {"cosine: {from: 0.1, to: 0.01, warmup: 4}", "step: {from: 0.1, warmup: 4}",
                           "inverse_time: {from: 0.1, warmup: 4}"}) {
    CAPTURE(rest);
    const auto warmed = schedule("{" + std::string(rest) + "}", 100);
    CHECK(warmed->at(0) == 0.1 * 1 / 4);
    CHECK(warmed->at(1) == 0.1 * 2 / 4);
    CHECK(warmed->at(3) == 0.1);
    CHECK(warmed->at(4) == 0.1);
    CHECK(warmed->at(50) <= 0.1);
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
    const std::string value =
        entry.card.name == "constant" ? "0.3" : "{" + entry.card.name + ": {from: 0.3, warmup: 5}}";
    const Spec spec = spec_of("objective: sphere\noptimizer: {name: sgd, lr: " + value + "}\n");
    const auto& chosen = spec.optimizer.rate.schedule;
    const auto made = entry.make(chosen.parameters.get(), 200);
    const auto [low, high] = entry.range(chosen.parameters.get());
    for (const Index t : {199, 5, 77, 6, 150}) {
      CHECK(made->at(t) >= low);
      CHECK(made->at(t) <= high);
      CHECK(made->at(t) == entry.make(chosen.parameters.get(), 200)->at(t));
    }
    CHECK(made->constant() == (entry.card.name == "constant"));
  }
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
