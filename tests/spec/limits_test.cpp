#include <doctest/doctest.h>

#include <algorithm>

#include "loss/loss.hpp"
#include "objective/game.hpp"
#include "objective/penalty.hpp"
#include "spec/codecs.hpp"
#include "spec/problem.hpp"

using namespace lookahead;

namespace {

// Whole numbers that count something must not be larger than what can be counted; a seed counts nothing.
void check_limits(const std::string& owner, const Parameters& parameters) {
  const auto is_upper = [](const Limit& limit) {
    return limit.kind == Limit::Kind::at_most || limit.kind == Limit::Kind::below;
  };
  for (const Parameter& parameter : parameters) {
    // Types with words beside the numbers judge their own: the test below.
    const bool whole =
        parameter.type.find("integer") != std::string::npos && parameter.type.find('|') == std::string::npos;
    if (!whole || parameter.name == "seed" || parameter.name == "split_seed") continue;
    CAPTURE(owner);
    CAPTURE(parameter.name);
    CHECK(std::any_of(parameter.limits.begin(), parameter.limits.end(), is_upper));
  }
}

template <class E>
void check_limits(const Catalog<E>& catalog) {
  for (const E& entry : catalog) check_limits(entry.card.name, entry.parameters);
}

}  // namespace

TEST_CASE("every whole number of a problem has an upper limit") {
  check_limits(function_catalog());
  check_limits(game_catalog());
  check_limits(model_catalog());
  check_limits(loss_catalog());
  check_limits(penalty_catalog());
  check_limits(optimizer_catalog());
  check_limits(outer_catalog());
  check_limits(schedule_catalog());
  check_limits(metric_catalog());
  check_limits(noise_catalog());
  check_limits("the problem", problem_parameters());
  for (const Section& section : sections()) check_limits(section.name, *section.parameters);
}

TEST_CASE("whole numbers that are no parameters of a catalog have an upper limit too") {
  for (const char* problem :
       {"data: {train: t.csv, target: y}\nmodel: linear\noptimizer: sgd\nbatch: 1e15\n",
        "data: {train: t.csv, target: y, validation: {folds: 1e6}}\nmodel: linear\noptimizer: sgd\n",
        "data: {train: t.csv, target: y, test: {file: u.csv, skip_lines: 1e18}}\nmodel: linear\noptimizer: "
        "sgd\n",
        "objective: sphere\noptimizer: sgd\nlookahead: {k: 1e18}\n",
        "objective: sphere\noptimizer: sgd\nlookahead: {workers: 1e6}\n",
        "objective: sphere\noptimizer: sgd\nthreads: 1e6\n",
        "objective: {function: chebyquad, dim: 100000}\noptimizer: sgd\n"}) {
    const auto spec = read_problem({problem, "problem.yaml", "problem", ".", {}});
    REQUIRE_FALSE(spec);
    CHECK(spec.faults().size() == 1);
  }
  const auto spec = read_problem(
      {"objective: {function: chebyquad, dim: 100000}\noptimizer: sgd\n", "p.yaml", "p", ".", {}});
  CHECK(spec.faults().front().text == "objective.dim of chebyquad must be from 1 to 50, got 100000");
}
