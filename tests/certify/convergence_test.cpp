#include <cmath>

#include "certify/certificate.hpp"
#include "support/problem.hpp"

// The convergence theorem against runs: lr: auto, the mean of squared gradients over every step, many seeds.
namespace lookahead::test {
namespace {

struct Problem {
  std::string name, yaml;
  std::string noise = {};  // what is set for gradients with noise; without it they are exact
  Index steps = 1000;      // where the bound is looked at, and the slopes begin
};

std::vector<Problem> problems() {
  const std::string lookahead = "optimizer: {name: sgd, lr: auto}\nlookahead: {k: 5, alpha: 0.5}\n";
  const auto function = [&](const std::string& text) { return "objective: {" + text + "}\n" + lookahead; };
  const auto data = [&](const std::string& target, const std::string& model) {
    return "data: {train: " + data_folder() + "halves.csv, target: " + target + ", drop: [" +
           (target == "y" ? "class" : "y") + "]}\nmodel: " + model + "\nbatch: full\n" + lookahead;
  };
  const std::string draws = "sampling=replacement";
  return {{"rational", function("function: rational, dim: 5"), "objective.noise={gaussian: 0.3}"},
          {"cauchy", function("function: cauchy_regression, dim: 4, samples: 40"),
           "objective.noise={gaussian: 0.3}"},
          {"welsch", function("function: welsch_regression, dim: 4, samples: 40"),
           "objective.noise={gaussian: 0.3}"},
          {"geman", function("function: geman_mcclure_regression, dim: 4, samples: 40"),
           "objective.noise={gaussian: 0.3}"},
          {"quadratic", function("function: quadratic_diag, dim: 6, condition: 20"),
           "objective.noise={gaussian: 0.5}"},
          {"sigmoid loss on data", data("class", "{type: logistic, loss: sigmoid}"), draws},
          {"logistic on data", data("class", "{type: logistic, l2: 0.01}"), draws},
          {"robust loss on data", data("y", "{type: linear, loss: {name: cauchy, c: 1}}"), draws}};
}

struct Measured {
  double mean = 0;  // of |grad f(y_t)|^2 over t < T
  double bound = 0;
  double first = 0, last = 0;  // |grad f| at the start and at the end
  Verdict verdict = Verdict::not_covered;
};

Measured measure(const Problem& problem, bool noisy, Index steps, Index seed, const std::string& k = "5") {
  std::vector<std::string> set = {"stop={steps: " + std::to_string(steps) + "}",
                                  "seed=" + std::to_string(seed), "trace={exact: true, every: 1000000}",
                                  "lookahead.k=" + k};
  if (noisy) {
    set.push_back(problem.noise);
    if (problem.noise.starts_with("sampling")) set.push_back("batch=4");
  }
  Trial<double> trial(problem.yaml, set);
  const Outcome outcome = trial.run();
  REQUIRE(outcome.status == Status::finished);
  const Certificate certificate = *certify(*trial.plan, trial.pool);
  const Record& last = trial.sink.records.back();
  const double T = static_cast<double>(steps);
  // A run that stalled would have stayed where it was.
  REQUIRE((last.step == steps || *outcome.stop == StopReason::stalled));
  REQUIRE(certificate.bound.has_value());
  const double made = static_cast<double>(last.step), square = last.grad_norm * last.grad_norm;
  return {(last.grad_sq_mean * (made + 1) + (T - made - 1) * square) / T, certificate.bound->total(),
          trial.sink.records.front().grad_norm, last.grad_norm, certificate.verdict()};
}

Measured mean_over_seeds(const Problem& problem, bool noisy, Index steps, Index seeds,
                         const std::string& k = "5") {
  Measured mean;
  for (Index seed = 1; seed <= seeds; ++seed) {
    const Measured one = measure(problem, noisy, steps, seed, k);
    mean.mean += one.mean / static_cast<double>(seeds);
    mean.bound = one.bound;
    mean.verdict = one.verdict;
  }
  return mean;
}

TEST_CASE("O9: with lr: auto the mean of squared gradients is below its bound over 32 seeds") {
  for (const Problem& problem : problems()) {
    const Measured noisy = mean_over_seeds(problem, true, problem.steps, 32);
    INFO(problem.name, ": measured ", noisy.mean, ", bound ", noisy.bound);
    CHECK(noisy.verdict != Verdict::not_covered);
    CHECK(noisy.mean <= noisy.bound);
    const Measured exact = measure(problem, false, problem.steps, 1);
    CHECK(exact.verdict == Verdict::covered);
    // Without noise the bound is one of the path itself, up to rounding.
    CHECK_MESSAGE(exact.mean <= exact.bound * (1 + 1e-9), problem.name, " without noise: ", exact.mean);
  }
}

// The slope of the mean against T on logarithmic scales, between two numbers of steps.
double slope(double mean, double later, double steps, double later_steps) {
  return std::log(later / mean) / std::log(later_steps / steps);
}

TEST_CASE("O13: with lr: auto the mean of squared gradients falls as 1 over T, with noise as its root") {
  for (const Problem& problem : problems()) {
    CAPTURE(problem.name);
    const Index steps = 4 * problem.steps, later = 16 * problem.steps;
    const double noisy = slope(mean_over_seeds(problem, true, steps, 8).mean,
                               mean_over_seeds(problem, true, later, 4).mean, 1, 4);
    // The rates of the theorem, and what is left of the start and of chance at these T.
    CHECK(std::abs(noisy + 0.5) <= 0.1);
    const Measured early = measure(problem, false, steps, 1), late = measure(problem, false, later, 1);
    CHECK(std::abs(slope(early.mean, late.mean, 1, 4) + 1) <= 0.1);
    // The sum of squares stays finite because the run arrives.
    CHECK(late.last <= 1e-2 * late.first);
  }
}

TEST_CASE(
    "O14: without noise every round descends, and the squares add up to no more than the descent allows") {
  for (const Problem& problem : problems()) {
    CAPTURE(problem.name);
    for (const char* method : {"{k: 5, alpha: 0.5}", "{k: 20, alpha: 0.2}", "{k: 3, alpha: 1}",
                               "{k: 2, alpha: 1.4, "
                               "extrapolate: true}"}) {
      CAPTURE(method);
      Trial<double> trial(problem.yaml, {std::string("lookahead=") + method, "stop={steps: 240}",
                                         "trace={every: 1, points: true, gradients: true}"});
      trial.run();
      const Certificate certificate = *certify(*trial.plan, trial.pool);
      CHECK(certificate.gamma ==
            theory::gamma_det(certificate.numbers.smoothness, certificate.k, certificate.alpha));
      const double eta = certificate.alpha * certificate.gamma, L = certificate.numbers.smoothness;
      const double k = static_cast<double>(certificate.k),
                   apart = (1 - certificate.alpha) * certificate.gamma * L;
      const double c = 1 - L * eta - apart * apart * k * (k - 1) / 2;
      std::vector<double> x, gradient(trial.plan->start.size());
      std::vector<double> scratch(
          static_cast<std::size_t>(trial.plan->objective().scratch(trial.plan->terms().size())));
      double loss = trial.plan->start_loss, sum = 0;
      for (const Record& row : trial.sink.records) {
        if (row.synced) {
          // A step is the rounding of its arithmetic off; f is computed to about as many digits.
          CHECK(row.loss_slow <= loss + 1e-12 * std::max(1.0, std::abs(loss)));
          loss = row.loss_slow;
        }
        if (row.step == 240) break;
        static_cast<void>(trial.plan->objective().value_and_gradient(row.synced ? row.slow : row.fast,
                                                                     trial.plan->terms(), gradient, scratch));
        double square = 0;
        for (const double g : gradient) square += g * g;
        sum += row.grad_norm * row.grad_norm + c * square;
      }
      // 240 is a sync of every k here, so that y_T is the slow point; sums are off by rounding only.
      const double most = 2 * (trial.plan->start_loss - trial.sink.records.back().loss_slow) / eta;
      CHECK(sum <= most * (1 + 1e-9));
    }
  }
}

TEST_CASE("O13: the rate stays that of the root where k grows as the root of T") {
  const Problem rational = problems().front();
  const double few = mean_over_seeds(rational, true, 4000, 8, "8").mean;
  const double many = mean_over_seeds(rational, true, 16000, 8, "16").mean;
  CHECK(std::abs(slope(few, many, 4000, 16000) + 0.5) <= 0.1);
}

}  // namespace
}  // namespace lookahead::test
