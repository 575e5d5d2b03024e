#include <cmath>
#include <map>

#include "support/problem.hpp"

// Ranges of parameters over the whole catalog.
using namespace lookahead;
using namespace lookahead::test;

namespace {

// The gradient of the first coordinate is 0 in every step, or that of all is.
std::vector<std::string> flat(const OptimizerEntry& entry, const std::string& settings, bool single) {
  const std::string rest = "optimizer: {name: " + entry.card.name + settings + "}\nstop: {steps: 30}\n" +
                           (single ? "precision: single\n" : "");
  if (entry.needs == Needs::finite_sum) return {"objective: least_squares\n" + rest};
  return {"objective: sphere\nstart: [0, 1]\n" + rest, "objective: sphere\nstart: [0, 0]\n" + rest};
}

template <Scalar T>
Index stays_finite(const OptimizerEntry& entry, const std::string& settings) {
  Index runs = 0;
  for (const std::string& problem : flat(entry, settings, std::same_as<T, float>)) {
    CAPTURE(problem);
    const auto spec = read_problem({problem, "p.yaml", "p", "/folder", {}});
    if (!spec) continue;  // one number alone where two go together
    Trial<T> trial(*spec);
    trial.run();
    // Where a run diverges its slow point is the last one that was a number.
    for (const T x : trial.fast()) CHECK(!std::isnan(x));
    ++runs;
  }
  return runs;
}

}  // namespace

TEST_CASE("law: a parameter of one name and meaning has one range in all rules") {
  std::map<std::string, std::pair<std::string, std::string>> ranges;  // by name: the range, and whose it is
  const auto look = [&](const OptimizerEntry& entry) {
    for (const Parameter& parameter : entry.parameters) {
      const std::string& name = parameter.name;
      const bool meant = name == "epsilon" || name == "weight_decay" || name == "momentum" ||
                         name == "beta1" || name == "beta2" || name == "beta3";
      // Games may like it negative; of the schedule-free rules it is a place between two points.
      if (!meant || (entry.card.name == "gda" && name == "momentum")) continue;
      if (entry.card.name == "schedule_free_adamw" && name == "beta1") continue;
      const std::string range = range_text(parameter.limits);
      const auto& first = ranges.emplace(name, std::pair{range, entry.card.name}).first->second;
      CHECK_MESSAGE(first.first == range, entry.card.name << "." << name << " and " << first.second);
    }
  };
  for (const OptimizerEntry& entry : optimizer_catalog()) look(entry);
  for (const OptimizerEntry& entry : outer_catalog()) look(entry);
  // 0 / 0 is no step.
  CHECK(ranges.at("epsilon").first == "> 0");
  CHECK(ranges.at("weight_decay").first == ">= 0");
  CHECK(ranges.at("momentum").first == ">= 0 and < 1");
}

TEST_CASE("law: no rule divides 0 by 0, whatever its parameters, where a gradient stays 0") {
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    if (entry.needs == Needs::game) continue;
    CHECK(stays_finite<double>(entry, "") > 0);
    CHECK(stays_finite<float>(entry, "") > 0);
    for (const Parameter& parameter : entry.parameters) {
      if (parameter.type != "number") continue;
      for (const Limit& limit : parameter.limits) {
        if (limit.kind != Limit::Kind::at_least && limit.kind != Limit::Kind::above) continue;
        if (limit.value != 0) continue;
        // Above 0: as little as the precision holds.
        const bool zero = limit.kind == Limit::Kind::at_least;
        const std::string setting = ", " + parameter.name + ": ";
        stays_finite<double>(entry, setting + (zero ? "0" : "1e-300"));
        stays_finite<float>(entry, setting + (zero ? "0" : "1e-38"));
      }
    }
  }
}
