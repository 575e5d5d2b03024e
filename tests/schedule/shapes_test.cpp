// The shapes of the schedules, against the values of the schedulers they are named after.
#include <cmath>

#include "schedules.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

// A few roundings of numbers near one.
constexpr double rounding = 1e-13;

void check_values(const Schedule& schedule, const std::vector<double>& values) {
  for (std::size_t t = 0; t < values.size(); ++t) {
    CAPTURE(t);
    CHECK(schedule.at(static_cast<Index>(t)) == doctest::Approx(values[t]).epsilon(rounding));
  }
}

}  // namespace

TEST_CASE("linear goes from one end to the other, up or down, and stays there") {
  const auto down = schedule("{linear: {from: 0.3, to: 0.1}}", 4);
  check_values(*down, {0.3, 0.25, 0.2, 0.15});
  CHECK(down->at(0) == 0.3);
  CHECK(down->at(4) == 0.1);
  CHECK(down->at(400) == 0.1);
  check_values(*schedule("{linear: {from: 1, to: 3}}", 4), {1, 1.5, 2, 2.5, 3, 3});
  check_values(*schedule("{linear: 1}", 4), {1, 0.75, 0.5, 0.25, 0});
}

TEST_CASE("polynomial is PyTorch's PolynomialLR where it ends at 0") {
  // base (1 - t/T)^power at T = 8
  check_values(*schedule("{polynomial: {from: 0.5, power: 2}}", 8),
               {0.5, 0.3828125, 0.28125, 0.1953125, 0.125, 0.0703125, 0.03125, 0.0078125, 0});
  const auto between = schedule("{polynomial: {from: 0.5, to: 0.1, power: 3}}", 10);
  CHECK(between->at(0) == 0.5);
  CHECK(between->at(5) == doctest::Approx(0.1 + 0.4 / 8).epsilon(rounding));
  CHECK(between->at(10) == 0.1);
  CHECK(between->at(1000) == 0.1);
  const auto line = schedule("{linear: {from: 0.5, to: 0.1}}", 10);
  const auto power_one = schedule("{polynomial: {from: 0.5, to: 0.1}}", 10);
  for (Index t = 0; t < 12; ++t) CHECK(power_one->at(t) == doctest::Approx(line->at(t)).epsilon(rounding));
}

TEST_CASE("exponential multiplies at every step") {
  check_values(*schedule("{exponential: {from: 2, decay: 0.5}}"), {2, 1, 0.5, 0.25, 0.125});
  CHECK(schedule("{exponential: {from: 1, decay: 0.999}}")->at(5000) ==
        doctest::Approx(std::exp(5000 * std::log(0.999))).epsilon(1e-11));
  CHECK(schedule("{exponential: {from: 0.1, decay: 1}}")->at(1000000) == 0.1);
}

TEST_CASE("multi_step multiplies at its milestones, the milestone's step included") {
  const auto made = schedule("{multi_step: {from: 1, factor: 0.5, milestones: [3, 5, 6]}}");
  check_values(*made, {1, 1, 1, 0.5, 0.5, 0.25, 0.125, 0.125});
  CHECK(made->at(1000000) == 0.125);
  check_values(*schedule("{multi_step: {from: 1, factor: 0.5, milestones: 2}}"), {1, 1, 0.5, 0.5});
  // With a warm-up they are counted from its end.
  check_values(*schedule("{multi_step: {from: 1, factor: 0.5, milestones: 2, warmup: 2}}"),
               {0.5, 1, 1, 1, 0.5});
}

TEST_CASE("inverse_sqrt falls to the half in three time scales and continues a warm-up") {
  const auto made = schedule("{inverse_sqrt: {from: 0.8, decay: 0.1}}");
  CHECK(made->at(0) == 0.8);
  CHECK(made->at(30) == doctest::Approx(0.4).epsilon(rounding));
  CHECK(made->at(150) == doctest::Approx(0.2).epsilon(rounding));
  // Step s of the Transformer's rule is factor min(s^-1/2, s warmup^-3/2), s from 1.
  const auto transformer = schedule("{inverse_sqrt: {from: 1, decay: 0.0625, warmup: 16}}");
  for (const Index t : {0, 3, 14, 15}) {
    CHECK(transformer->at(t) == doctest::Approx(static_cast<double>(t + 1) / 16).epsilon(rounding));
  }
  for (const Index t : {16, 48, 1000}) {
    CHECK(transformer->at(t) == doctest::Approx(4 / std::sqrt(static_cast<double>(t))).epsilon(rounding));
  }
}

TEST_CASE("cosine_restarts is SGDR, PyTorch's CosineAnnealingWarmRestarts") {
  // T_0 = 4, T_mult = 2, base 0.1, eta_min 0.01, by its recursion.
  const auto made = schedule("{cosine_restarts: {from: 0.1, to: 0.01, period: 4, multiplier: 2}}");
  check_values(*made,
               {0.1, 0.08681980515339464, 0.055, 0.023180194846605363, 0.1, 0.0965745789630079,
                0.08681980515339464, 0.07222075445642905, 0.055, 0.03777924554357097, 0.023180194846605363,
                0.013425421036992097, 0.1, 0.09913533761814537, 0.0965745789630079, 0.09241613255361454});
  // Restarts are where the periods 4, 8, 16, ... add up, and begin exactly at from.
  for (Index n = 0; n < 45; ++n) CHECK(made->at(4 * ((Index{1} << n) - 1)) == 0.1);
  const auto even = schedule("{cosine_restarts: {from: 0.1, period: 10}}");
  for (const Index t : {0, 3, 9}) CHECK(even->at(t) == even->at(t + 10000000000));
  const auto one = schedule("{cosine: {from: 0.1, to: 0.01}}", 4);
  for (Index t = 0; t < 4; ++t) CHECK(made->at(t) == one->at(t));
  // The longest multiplier at the last step a run can have.
  CHECK(schedule("{cosine_restarts: {from: 1, period: 1, multiplier: 1000}}")->at(1000000000000000) <= 1);
}

TEST_CASE("one_cycle is PyTorch's OneCycleLR with annealing by cosines") {
  // max_lr 0.1, total_steps 10, by its formula
  const std::vector<double> ten = {0.004,
                                   0.052,
                                   0.1,
                                   0.09504846320134738,
                                   0.0811745653949763,
                                   0.06112620219362893,
                                   0.03887419780637107,
                                   0.0188258346050237,
                                   0.004951936798652629,
                                   4e-7};
  check_values(*schedule("{one_cycle: {max: 0.1}}", 10), ten);
  check_values(*schedule("{one_cycle: 0.1}", 10), ten);
  check_values(*schedule("{one_cycle: {from: 0.004}}", 10), ten);
  check_values(*schedule("{one_cycle: {max: 0.1, from: 0.004, to: 4e-7, rise: 0.3}}", 10), ten);
  check_values(*schedule("{one_cycle: {max: 0.1, rise: 0.25}}", 12),
               {0.004, 0.052, 0.1, 0.09698464310077128, 0.08830226894706028, 0.0750001, 0.058682574153711,
                0.04131782584628902, 0.025000300000000013, 0.01169813105293973, 0.0030157568992287415, 4e-7});
  const auto made = schedule("{one_cycle: {max: 1, from: 0.2, to: 0.1}}", 1000);
  CHECK(made->at(0) == 0.2);
  CHECK(made->at(299) == 1);
  CHECK(made->at(999) == 0.1);
  CHECK(made->at(5000) == 0.1);
  for (Index t = 0; t < 299; ++t) CHECK(made->at(t + 1) >= made->at(t));
  for (Index t = 299; t < 1000; ++t) CHECK(made->at(t + 1) <= made->at(t));
  // Runs of a few steps, too short for both ways.
  for (const Index horizon : {1, 2, 3, 4}) {
    for (Index t = 0; t < horizon; ++t) {
      const double value = schedule("{one_cycle: {max: 1}}", horizon)->at(t);
      CHECK(value > 0);
      CHECK(value <= 1);
    }
  }
}

TEST_CASE("schedules whose parameters do not go together are refused") {
  const auto fault = [](const std::string& value) {
    const auto faults = faults_of("objective: sphere\noptimizer:\n  name: sgd\n  lr: {" + value + "}\n");
    REQUIRE_MESSAGE(faults.size() == 1, value);
    return faults.front();
  };
  for (const ScheduleEntry& entry : schedule_catalog()) {
    if (entry.card.name == "constant" || entry.card.name == "one_cycle") continue;
    const std::string only = entry.card.name == "multi_step" ? "milestones: 3" : "warmup: 3";
    CHECK(fault(entry.card.name + ": {" + only + "}") ==
          "p.yaml:4:7: error: optimizer.lr." + entry.card.name + " needs the key 'from'");
  }
  CHECK(fault("one_cycle: {rise: 0.2}") ==
        "p.yaml:4:7: error: optimizer.lr.one_cycle needs the key 'max' or 'from'");
  CHECK(fault("one_cycle: {max: 0.1, from: 0.2}") ==
        "p.yaml:4:7: error: optimizer.lr.one_cycle needs to <= from <= max, got 2e-05, 0.2, 0.1");
  CHECK(fault("one_cycle: {max: 0.1, to: 0.05}") ==
        "p.yaml:4:7: error: optimizer.lr.one_cycle needs to <= from <= max, got 0.05, 0.004, 0.1");
  CHECK(fault("multi_step: {from: 1}") ==
        "p.yaml:4:7: error: optimizer.lr.multi_step needs the key 'milestones' (for example milestones: "
        "[3000, 6000])");
  for (const char* milestones : {"[5, 3]", "[3, 3]", "[1, 2, 4, 4]"}) {
    CHECK(fault("multi_step: {from: 1, milestones: " + std::string(milestones) + "}") ==
          "p.yaml:4:7: error: optimizer.lr.multi_step.milestones must be increasing");
  }
  CHECK(fault("plateau: {from: 0.1, to: 0.2}") ==
        "p.yaml:4:7: error: optimizer.lr.plateau.to must be <= from, got 0.2");
}
