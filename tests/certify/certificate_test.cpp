#include "certify/certificate.hpp"

#include <cmath>
#include <limits>
#include <sstream>

#include "certify/prospects.hpp"
#include "run/method.hpp"
#include "spec/yaml.hpp"
#include "support/problem.hpp"
#include "support/temporary_folder.hpp"

// What a certificate says of the agents: levels, workers, schedules, counts of steps, warnings.
namespace lookahead::test {
namespace {

const std::string noisy = "objective: {function: rational, dim: 5, noise: {gaussian: 0.3}}\n";
const std::string exact = "objective: {function: rational, dim: 5}\n";
const theory::Constants constants{2, 5 * 0.09, 0, 2.5};

Certificate certificate_of(const std::string& yaml, const std::vector<std::string>& set = {}) {
  Pool pool(1);
  const auto plan = plan_in<double>(spec_of(yaml, set), pool);
  REQUIRE(static_cast<bool>(plan));
  return *certify(**plan, pool);
}

const Assumption& named(const Certificate& certificate, const std::string& name) {
  for (const Assumption& assumption : certificate.assumptions) {
    if (assumption.name == name) return assumption;
  }
  FAIL("no assumption " << name);
  return certificate.assumptions.front();
}

bool warns(const Certificate& certificate, const std::string& part) {
  for (const std::string& warning : certificate.warnings) {
    if (warning.find(part) != std::string::npos) return true;
  }
  return false;
}

TEST_CASE("nested levels are one with the products of k and alpha") {
  const Certificate c = certificate_of(noisy + "optimizer: {name: sgd, lr: 1e-3}\nstop: {steps: 500}\n",
                                       {"lookahead=[{k: 3, alpha: 0.8}, {k: 4, alpha: 0.5}]"});
  CHECK(c.k == 12);
  CHECK(c.alpha == 0.4);
  CHECK(c.verdict() == Verdict::covered);
  CHECK(c.bound->total() == theory::bound(constants, {12, 0.4, 1e-3}, 500).total());
  const Certificate beyond =
      certificate_of(noisy + "optimizer: {name: sgd, lr: 1e-3}\n",
                     {"lookahead=[{k: 3, alpha: 0.8}, {k: 4, alpha: 1.5, extrapolate: true}]"});
  CHECK(!named(beyond, "plain_lookahead").holds);
}

TEST_CASE("a rate that is the limit is written as the limit") {
  for (const char* k : {"2", "3", "8"}) {
    const Certificate c = certificate_of(
        "objective: {function: rational, dim: 1}\noptimizer: {name: sgd, lr: auto}\n"
        "lookahead: {k: " +
        std::string(k) + ", alpha: 0.5}\nstop: {steps: 100}\n");
    const std::string& reason = named(c, "step_size").reason;
    const auto at = reason.find(" is at most ");
    REQUIRE(at != std::string::npos);
    const std::string rate = reason.substr(5, at - 5);
    CHECK_MESSAGE(reason.starts_with("lr = " + rate + " is at most " + rate + ","), reason);
  }
}

TEST_CASE("the step size of a run whose alpha warms up is held against the alpha of its first round too") {
  const auto limit = [](const std::string& alpha) {
    const Certificate c =
        certificate_of(noisy + "optimizer: {name: sgd, lr: 0.45}\nlookahead: {k: 20, alpha: " + alpha +
                       "}\nstop: {steps: 20000}\n");
    return named(c, "step_size").holds;
  };
  CHECK(limit("{linear: {from: 1, to: 0.999}}"));
  CHECK_FALSE(limit("{linear: {from: 1, to: 0.999, warmup: 10000}}"));
  CHECK_FALSE(limit("{linear: {from: 1, to: 0.0001}}"));
  Pool pool(1);
  const auto spec =
      spec_of(noisy +
              "optimizer: {name: sgd, lr: 0.45}\nlookahead: {k: 20, alpha: {cosine: {from: 0.8, to: "
              "0.5, warmup: 4}}}\n");
  CHECK(method_of(spec).least_alpha == 0.2);
  CHECK(method_of(spec).largest_alpha == 0.8);
}

TEST_CASE("workers divide the noise and add what drifts apart") {
  const Certificate c = certificate_of(
      noisy +
      "optimizer: {name: sgd, lr: 1e-2}\nlookahead: {k: 5, alpha: 0.5, workers: 4}\nstop: {rounds: 100}\n");
  CHECK(*c.steps == 500);
  CHECK(c.verdict() == Verdict::covered);
  const theory::BoundTerms alone = theory::bound(constants, {5, 0.5, 1e-2}, 500);
  CHECK(c.bound->noise == doctest::Approx(alone.noise / 4).epsilon(1e-12));
  CHECK(c.bound->disagreement == doctest::Approx(alone.disagreement / 4).epsilon(1e-12));
  CHECK(c.bound->workers > 0);
  // Over nested levels it is not proved.
  CHECK(certificate_of(noisy + "optimizer: {name: sgd, lr: 1e-2}\n",
                       {"lookahead=[{k: 2, alpha: 0.5}, {k: 5, alpha: 0.5, workers: 4}]"})
            .verdict() == Verdict::not_covered);
}

TEST_CASE("schedules are covered where they change between rounds only") {
  const std::string steps = "lookahead: {k: 5, alpha: 0.5}\nstop: {steps: 100}\n";
  const Certificate c = certificate_of(
      noisy + "optimizer: {name: sgd, lr: {step: {from: 0.1, factor: 0.5, every: 50}}}\n" + steps);
  CHECK(!c.constant_rates);
  CHECK(c.verdict() == Verdict::covered);
  CHECK(c.gamma == 0.1);
  std::vector<theory::Rates> rounds(10, {5, 0.5, 0.1});
  rounds.insert(rounds.end(), 10, {5, 0.5, 0.05});
  CHECK(c.bound->total() ==
        doctest::Approx(theory::bound_of_rounds(constants, rounds).total()).epsilon(1e-12));
  // Where one changes within a round it is not.
  for (const char* rate :
       {"{step: {from: 0.1, factor: 0.5, every: 48}}", "{cosine: {from: 0.1, to: 1e-3}}"}) {
    const Certificate within = certificate_of(noisy + "optimizer: {name: sgd, lr: " + rate + "}\n" + steps);
    CHECK(!named(within, "fixed_rates").holds);
    CHECK(!within.bound);
    CHECK(!within.gamma_best);
  }
  // The condition has to hold for the largest rate and the worst alpha.
  const Certificate wide = certificate_of(
      noisy + "optimizer: {name: sgd, lr: 0.1}\nlookahead: {k: 5, alpha: {linear: {from: 0.2, to: 1}}}\n" +
      "stop: {steps: 100}\n");
  CHECK(wide.gamma_safe == doctest::Approx(theory::gamma_safe(2, 5, 0.2)).epsilon(1e-9));
  CHECK(wide.verdict() == Verdict::covered);
}

TEST_CASE("the steps are those that the stop rules allow") {
  const auto steps = [](const std::string& yaml) { return certificate_of(yaml).steps; };
  const std::string sgd = "optimizer: {name: sgd, lr: 1e-3}\nlookahead: {k: 5, alpha: 0.5}\n";
  CHECK(*steps(exact + sgd) == 10000);
  CHECK(*steps(exact + sgd + "stop: {steps: 300, rounds: 20}\n") == 100);
  CHECK(*steps(exact + sgd + "stop: {evals: 77}\n") == 77);
  CHECK(!steps(exact + sgd + "stop: {grad_norm: 1e-3}\n"));
  const std::string data = "data: {train: " + data_folder() + "points.csv, target: y}\nmodel: linear\n";
  // 60 rows.
  CHECK(*steps(data + sgd + "batch: 7\nstop: {epochs: 3}\n") == 27);
  CHECK(*steps(data + sgd + "batch: full\nstop: {epochs: 3}\n") == 3);
  CHECK(*steps(data + "optimizer: {name: sgd, lr: 1e-3}\nbatch: 7\nlookahead: {workers: 2, shard: true}\n"
                      "stop: {epochs: 3}\n") == 15);
}

TEST_CASE("lr: auto is the best admitted rate, and without a number of steps the largest") {
  const std::string automatic = "optimizer: {name: sgd, lr: auto}\nlookahead: {k: 5, alpha: 0.5}\n";
  CHECK(certificate_of(noisy + automatic + "stop: {steps: 2000}\n").gamma ==
        theory::gamma_best(constants, 5, 0.5, 2000));
  const Certificate open = certificate_of(noisy + automatic + "stop: {target: 1e-3}\n");
  CHECK(open.gamma == theory::gamma_safe(2, 5, 0.5));
  CHECK(warns(open, "without a number of steps there is no best lr"));
  CHECK(certificate_of(exact + automatic).gamma == theory::gamma_det(2, 5, 0.5));
  CHECK(certificate_of(noisy + "optimizer: {name: sgd, lr: auto}\nlookahead: false\nstop: {steps: 2000}\n")
            .gamma == theory::gamma_best(constants, 1, 1, 2000));
  // In single precision it is the same number.
  Trial<float> single(noisy + automatic + "stop: {steps: 2000}\nprecision: single\n");
  CHECK(certify(*single.plan, single.pool)->gamma == theory::gamma_best(constants, 5, 0.5, 2000));
}

TEST_CASE("the problem with a settled rate reads back and is the same run") {
  const std::string text = noisy + "optimizer: {name: sgd, lr: auto}\nstop: {steps: 200}\n";
  Trial<double> first(text);
  first.run();
  const auto again = read_problem({to_yaml(echo(first.plan->spec)), "again.yaml", "again", ".", {}});
  REQUIRE(static_cast<bool>(again));
  CHECK(!again->optimizer.rate.automatic);
  Trial<double> second(*again);
  second.run();
  CHECK(first.slow() == second.slow());
  // Before it is settled it stays what it was.
  CHECK(to_yaml(echo(spec_of(text))).find("lr: auto") != std::string::npos);
}

TEST_CASE("a declared L is refuted by the curvature at the start, and by nothing less") {
  const auto smooth = [](const std::string& lipschitz, const std::string& more = "") {
    return named(
        certificate_of("objective: {expression: \"x[0]^4 + x[1]^2\", dim: 2, minimum: 0, lipschitz: " +
                       lipschitz + more + "}\nstart: [2, 1]\noptimizer: {name: sgd, lr: 1e-3}\n"),
        "smooth");
  };
  // 12 x^2 at x = 2.
  CHECK_FALSE(smooth("40").holds);
  CHECK(smooth("40").reason.starts_with("the curvature at the start is 48"));
  CHECK(smooth("40").reason.ends_with(", above the declared L = 40"));
  CHECK(smooth("48").holds);
}

TEST_CASE("a certificate warns of what a user should know") {
  const std::string sgd = "optimizer: {name: sgd, lr: 1e-2}\n";
  CHECK(warns(certificate_of(noisy + "optimizer: {name: sgd, lr: 1}\n"), "even gradient descent grows"));
  CHECK(warns(certificate_of(noisy + sgd + "stop: {steps: 10}\n"), "too short for noise to matter"));
  CHECK(warns(certificate_of(noisy + sgd + "lookahead: {k: 1000, alpha: 0.5}\n"), "a smaller k or an alpha"));
  CHECK(warns(certificate_of(noisy + sgd + "stop: {steps: 10}\n"), "the bound says nothing"));
  CHECK(warns(certificate_of(
                  noisy + "optimizer: {name: sgd, lr: 1e-2, momentum: 0.9}\nlookahead: {at_sync: reset}\n"),
              "can diverge where momentum alone converges"));
  CHECK(warns(certificate_of(noisy + sgd + "stop: {steps: 10, target: 1e-3}\n"), "may end itself before T"));
  CHECK(warns(certificate_of("objective: quadratic\noptimizer: {name: sgd, lr: 0.9}\n"), "f is convex"));
  CHECK(
      warns(certificate_of(noisy + sgd + "lookahead: {k: 5, alpha: 1.5, extrapolate: true}\n"), "alpha > 1"));
  CHECK(certificate_of(noisy + sgd + "lookahead: {k: 5, alpha: 1.5, extrapolate: true}\n").verdict() ==
        Verdict::covered);
}

TEST_CASE("what the theorem does not know is not covered, each by its name") {
  const auto fails = [](const std::string& yaml, const std::string& name) {
    const Certificate c = certificate_of(yaml);
    CHECK_MESSAGE(!named(c, name).holds, yaml);
    CHECK(c.verdict() == Verdict::not_covered);
  };
  fails(noisy + "optimizer: {name: sgd, lr: 1e-3, clip: {norm: 1}}\n", "unbiased");
  fails(noisy + "optimizer: {name: sgd, lr: 1e-3, momentum: 0.9}\n", "inner_sgd");
  fails(noisy + "optimizer: {name: sgd, lr: 1e-3, weight_decay: 0.1}\n", "inner_sgd");
  fails(noisy + "optimizer: adam\n", "inner_sgd");
  fails(noisy + "optimizer: {name: sgd, lr: 1e-3}\nlookahead: {alpha: adaptive}\n", "plain_lookahead");
  fails(noisy + "optimizer: {name: sgd, lr: 1e-3}\nlookahead: {outer: slowmo}\n", "plain_lookahead");
  fails(
      "objective: {function: rational, dim: 5, noise: {student: {df: 2}}}\noptimizer: {name: sgd, lr: "
      "1e-3}\n",
      "bounded_variance");
  fails(
      "objective: {function: least_squares, noise: {minibatch: {size: 3, replacement: false}}}\noptimizer: "
      "{name: sgd, lr: 1e-3}\n",
      "unbiased");
  fails("objective: {game: bilinear}\noptimizer: {name: gda, lr: 1e-3}\n", "function");
  const std::string sgd = "optimizer: {name: sgd, lr: 1e-3}\nstop: {epochs: 2}\n";
  const std::string data = "data: {train: " + data_folder() + "points.csv, target: class}\n";
  fails(data + "model: softmax\n" + sgd, "unbiased");
  fails(data + "model: {type: mlp, hidden: [4]}\nbatch: full\n" + sgd, "smooth");
  fails(data + "model: {type: mlp, hidden: [4], activation: tanh, dropout: 0.2}\nbatch: full\n" + sgd,
        "unbiased");
  fails(data + "model: softmax\nlookahead: {workers: 7, shard: true}\nsampling: replacement\n" + sgd,
        "unbiased");
  // Two workers have 30 rows each, but not as much weight.
  fails(data +
            "model: {type: softmax, class_weight: {mid: 5}}\nlookahead: {workers: 2, shard: true}\nsampling: "
            "replacement\n" +
            sgd,
        "unbiased");
  CHECK(certificate_of(data + "model: {type: mlp, hidden: [4], activation: tanh}\nbatch: full\n" + sgd)
            .verdict() == Verdict::heuristic);
  CHECK(certificate_of(data + "model: softmax\nsampling: replacement\n" + sgd).verdict() == Verdict::covered);
}

TEST_CASE("the workers' parts of the rows are weighed as the workers have them") {
  const auto holds = [](const std::vector<int>& weights) {
    const test::TemporaryFolder folder;
    std::ostringstream rows;
    rows << "x,y,w\n";
    for (int i = 0; i < 40; ++i)
      rows << i % 7 << "," << i % 5 << "," << weights[static_cast<std::size_t>(i) % weights.size()] << "\n";
    const Certificate c =
        certificate_of("data: {train: " + folder.write("parts.csv", rows.str()) +
                       ", target: y, weights: w}\nmodel: linear\nlookahead: {workers: 2, shard: "
                       "true}\nsampling: replacement\noptimizer: {name: sgd, lr: 1e-3}\n");
    return named(c, "unbiased").holds;
  };
  // Row i is worker i % 2's.
  CHECK_FALSE(holds({1, 3}));
  CHECK(holds({1, 1, 3, 3}));
  CHECK_FALSE(holds({1, 1, 3, 4}));
}

TEST_CASE("draws of all terms, each once, are exact gradients") {
  const auto reason = [](const char* size) {
    return named(certificate_of(
                     "objective: {function: least_squares, samples: 20, noise: {minibatch: {size: " +
                     std::string(size) + ", replacement: false}}}\noptimizer: {name: sgd, lr: 1e-3}\n"),
                 "unbiased")
        .reason;
  };
  CHECK(reason("20") == "the gradients are exact");
  CHECK(reason("19") != "the gradients are exact");
}

TEST_CASE("prospects are what the theorem gives with another k and alpha") {
  const Certificate c =
      certificate_of(noisy + "optimizer: {name: sgd, lr: auto}\nlookahead: {k: 7, alpha: 0.3}\n");
  const auto table = prospects(c, 0.2);
  CHECK(table.size() == 8 * 5);
  for (const Prospect& row : table) {
    CHECK(row.gamma_limit == theory::gamma_safe(2, row.k, row.alpha));
    CHECK(*row.gamma_best <= row.gamma_limit);
    CHECK(*row.bound == theory::bound(constants, {row.k, row.alpha, *row.gamma_best}, 10000).total());
    // The steps it names are enough, and half of them are not.
    const auto least = [&](double T) {
      return theory::bound(constants, {row.k, row.alpha, theory::gamma_best(constants, row.k, row.alpha, T)},
                           T)
          .total();
    };
    CHECK(least(*row.steps) <= 0.2);
    CHECK(least(*row.steps / 2) > 0.2);
    if (row.k == c.k && row.alpha == c.alpha) CHECK(*row.bound == c.bound->total());
  }
  CHECK(prospects(certificate_of(noisy + "optimizer: adam\n"), 0.2).empty());
}

}  // namespace
}  // namespace lookahead::test
