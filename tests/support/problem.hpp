#pragma once
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "run/session.hpp"
#include "spec/problem.hpp"
#include "support/plan.hpp"

// Problems as text, run within the test.
namespace lookahead::test {

inline Spec spec_of(const std::string& yaml, const std::vector<std::string>& set = {}) {
  const auto spec = read_problem({yaml, "problem.yaml", "problem", ".", set});
  std::string faults;
  for (const Fault& fault : spec.faults()) faults += to_string(fault) + "\n";
  REQUIRE_MESSAGE(static_cast<bool>(spec), faults);
  return *spec;
}

// A problem's plan, session and records.
template <Scalar T>
struct Trial {
  explicit Trial(const Spec& spec) : pool(useful_threads(spec)) {
    auto made = plan_in<T>(spec, pool);
    std::string faults;
    for (const Fault& fault : made.faults()) faults += to_string(fault) + "\n";
    REQUIRE_MESSAGE(static_cast<bool>(made), faults);
    plan = std::move(*made);
    session = std::make_unique<Session<T>>(*plan, pool);
  }
  explicit Trial(const std::string& yaml, const std::vector<std::string>& set = {})
      : Trial(spec_of(yaml, set)) {}

  Outcome run(Index most_steps = 0, bool recorded = true) {
    Watcher watcher;
    return session->run(recorded ? &sink : nullptr, watcher, most_steps);
  }
  std::vector<T> slow() const { return {session->slow().begin(), session->slow().end()}; }
  std::vector<T> fast() const { return {session->fast().begin(), session->fast().end()}; }

  Pool pool;
  std::unique_ptr<const PlanOf<T>> plan;
  std::unique_ptr<Session<T>> session;
  MemorySink sink;
};

// The trace as CSV without its time columns, which no two runs share.
inline std::string trace_text(const Spec& spec, const std::vector<Record>& records) {
  TraceLayout layout;
  layout.run = spec.name;
  layout.time = false;
  layout.metrics = metric_columns(spec);
  layout.points = records.empty() ? 0 : static_cast<Index>(records.front().fast.size());
  std::string text = csv_header(layout);
  for (const Record& record : records) text += csv_row(layout, record);
  return text;
}

// Where the tests' own data files lie, with a slash at its end.
std::string data_folder();

// The beginning of a problem of points.csv there, whose model takes its defaults.
inline std::string linear_points() {
  return "data: {train: " + data_folder() + "points.csv, target: y}\nmodel: linear\n";
}

// One small problem of every kind of step the engine takes: deterministic, noisy, terms drawn at
// random and in epochs, minibatches, full batch.
inline std::vector<std::string> kinds_of_problems() {
  return {"objective: {function: rosenbrock_chained, dim: 9}\n",
          "objective: {function: rational, dim: 5, noise: {gaussian: 0.3}}\n",
          "objective: {function: cauchy_regression, dim: 6, samples: 30, noise: {minibatch: 4}}\n",
          "objective: {function: noisy_quadratic, samples: 30, noise: {minibatch: {size: 4, replacement: "
          "false}}}\n",
          "data: {train: " + data_folder() +
              "points.csv, target: y}\nmodel: {type: linear, l2: 0.01}\nbatch: 7\n",
          "data: {train: " + data_folder() +
              "points.csv, target: class}\nmodel: {type: softmax, l2: 0.01}\nbatch: full\n"};
}

}  // namespace lookahead::test
