// Points of so many coordinates that a step shares them out: the bits do not depend on the threads.
#include "parallel/shards.hpp"

#include "engine/evaluator.hpp"
#include "laws/allocations.hpp"
#include "laws/function_cases.hpp"
#include "support/problem.hpp"
#include "support/variants.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

// Five shards, the last of another length; a multiple of 4, as some functions want.
constexpr Index large = 70004;
constexpr Index shard = 16384;

// The functions without terms that take so many coordinates and do not store the square of them.
std::vector<Case> large_functions() {
  std::vector<Case> cases;
  for (const FunctionEntry& entry : function_catalog()) {
    const Values values = entry.defaults();
    const bool square = entry.card.name == "quadratic_rot" || entry.card.name == "pca";
    if (entry.finite_sum || square || !entry.admits(values, large)) continue;
    cases.push_back({&entry, values, large, entry.card.name});
  }
  return cases;
}

// Near a minimizer, where the value is small beside those of single terms; at the start where none is known
// or where, as trid's, it lies so far out that rounding is all of a difference.
std::vector<double> point_of(const Case& c, double reach) {
  const Facts facts = c.facts();
  const bool near = !facts.minimizers.empty() && largest(facts.minimizers.front()) < 1e3;
  std::vector<double> x = near ? facts.minimizers.front() : facts.start;
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += reach * std::sin(0.7 * static_cast<double>(i));
  return x;
}

template <Scalar T>
void check_threads(const Case& c) {
  const auto f = c.make<T>();
  const std::vector<T> x = as<T>(point_of(c, 0.25));
  const double value = f->value(x, {}, {}).value;
  const std::vector<T> gradient = gradient_at(*f, x);
  for (const Index threads : {1, 2, 5}) {
    CAPTURE(threads);
    Pool pool(threads);
    Evaluator<T> evaluator(*f, pool, 0);
    std::vector<T> own(x.size(), std::numeric_limits<T>::quiet_NaN());
    CHECK(evaluator.value(x, {}).value == value);
    CHECK(evaluator.value_and_gradient(x, {}, own).value == value);
    CHECK(own == gradient);
  }
}

// Terms of a sum whose gradients are computed coordinate by coordinate, for rules of all kinds.
template <Scalar T>
class Wide final : public Oracle<T> {
 public:
  static constexpr Index terms = 3;
  Wide() : drawn_(static_cast<std::size_t>(large)) {}
  void begin_step(std::span<const T> x, bool draws_own) {
    if (draws_own) return;
    this->loss_ = value_and_gradient(x, drawn_);
    this->gradient_ = drawn_;
  }
  double value_and_gradient(std::span<const T> x, std::span<T> gradient) override {
    return mean(1.5, x, gradient);
  }
  Index batch_size() const override { return 2; }
  Index term(Index i) const override { return i; }
  double term_value_and_gradient(Index term, std::span<const T> x, std::span<T> gradient) override {
    return mean(1 + static_cast<double>(term), x, gradient);
  }
  double full_value_and_gradient(std::span<const T> x, std::span<T> gradient) override {
    return mean(2, x, gradient);
  }
  double inner_rate() const override { return 0.1; }

 private:
  static double mean(double scale, std::span<const T> x, std::span<T> gradient) {
    double value = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double weight = 0.1 * scale * static_cast<double>(1 + i % 7);
      const double here = static_cast<double>(x[i]);
      value += 0.5 * weight * here * here / static_cast<double>(large);
      gradient[i] = static_cast<T>(weight * here);
    }
    return value;
  }
  std::vector<T> drawn_;
};

// x and the memory's fingerprint after some steps.
template <Scalar T>
std::pair<std::vector<T>, std::uint64_t> after_steps(const OptimizerEntry& entry, const Values& parameters,
                                                     const Shards& shards) {
  // A part with several shards, an intercept, and a part with one.
  const OptimizerSeat seat{
      large, Wide<T>::terms, {large - 1000, large}, 0.0, false, {{large - 1001, large - 1000}}, shards};
  const auto rule = entry.make<T>(parameters, seat);
  std::vector<T> x(static_cast<std::size_t>(large));
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<T>(std::cos(static_cast<double>(i)));
  Wide<T> oracle;
  for (int step = 0; step < 5; ++step) {
    oracle.begin_step(x, rule->draws_own());
    rule->step(x, oracle, 0.05);
  }
  return {x, fingerprint(rule->memory())};
}

template <Scalar T>
void check_rule(const OptimizerEntry& entry, const Values& parameters) {
  const auto alone = after_steps<T>(entry, parameters, Shards());
  for (const Index threads : {2, 5}) {
    CAPTURE(threads);
    Pool pool(threads);
    CHECK(after_steps<T>(entry, parameters, Shards(pool)) == alone);
  }
}

std::vector<std::string> settings_of(const OptimizerEntry& entry) {
  const std::string& name = entry.card.name;
  std::vector<std::string> all = special_variants(name);
  if (!all.empty()) return all;
  all = {name};
  const auto has = [&](const char* key) {
    return std::any_of(entry.parameters.begin(), entry.parameters.end(),
                       [&](const Parameter& parameter) { return parameter.name == key; });
  };
  if (has("weight_decay")) all.push_back("{name: " + name + ", weight_decay: 0.1}");
  if (has("momentum")) all.push_back("{name: " + name + ", momentum: 0.5}");
  if (has("amsgrad")) all.push_back("{name: " + name + ", amsgrad: true}");
  if (has("alternating")) all.push_back("{name: " + name + ", alternating: true}");
  return all;
}

const std::string formula =
    "objective: {dim: 70004, expression: \"sum(i, 0, n-2, 20*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2) + norm2(x)/n\"";

const std::string objective = "objective: {function: rosenbrock_chained, dim: 70004";

// Runs that together do with every coordinate all that the engine does with them.
const std::vector<std::string> large_runs = {
    objective +
        "}\noptimizer: {name: adam, lr: 1e-2, clip: {norm: 100}}\nlookahead: {k: 3, alpha: 0.4, "
        "at_sync: pullback}\n",
    objective +
        ", noise: {gaussian: 0.3}}\noptimizer: {name: sgd, lr: 1e-4, momentum: 0.9, clip: {value: "
        "20}}\nlookahead: {k: 2, alpha: 0.5, at_sync: reset}\n",
    objective +
        ", noise: {student: {scale: 0.1}}}\noptimizer: {name: lion, lr: 1e-3}\nlookahead: [{k: 2, "
        "alpha: 0.6, at_sync: pullback}, {k: 2, alpha: 0.5}]\n",
    objective +
        ", noise: {relative: {sigma: 1, rho: 0.1}}}\noptimizer: {name: rmsprop, lr: "
        "1e-3}\nlookahead: {k: 2, alpha: 0.5, workers: 3, at_sync: average, outer: slowmo}\n",
    objective +
        "}\noptimizer: {name: sgd, lr: 1e-4, momentum: 0.5}\nlookahead: [{k: 2, alpha: 0.5, outer: "
        "nesterov}, {k: 2, alpha: 0.6, workers: 2, at_sync: pullback}]\n",
    objective +
        "}\noptimizer: {name: sgd, lr: 1e-5}\nlookahead: {k: 2, alpha: {adaptive: {low: 0.1, high: "
        "0.9}}}\n",
    objective + "}\noptimizer: {name: asgd, lr: 1e-5, t0: 2}\nlookahead: {k: 3, alpha: 0.5, workers: 2}\n",
    objective + "}\noptimizer: lbfgs\nlookahead: {k: 4, alpha: 0.5}\n",
    objective + "}\noptimizer: prodigy\nlookahead: false\n",
    formula +
        ", noise: {gaussian: 0.3}}\noptimizer: {name: adam, lr: 1e-2}\nlookahead: {k: 2, alpha: 0.5, "
        "workers: 3, at_sync: pullback}\n",
    formula +
        "}\noptimizer: {name: sgd, lr: 1e-4, momentum: 0.5, clip: {norm: 100}}\nlookahead: {k: 3, alpha: "
        "0.4, outer: nesterov}\n",
    "objective: {players: {x: 35002, y: 35002}, costs: {x: \"dot(x, y) + norm2(x)/2\", y: \"-sum(i, 0, 35001, "
    "x[i]*y[i] - (y[i] - 1)^2/4)\"}}\noptimizer: {name: extra_adam, lr: 1e-2}\nlookahead: {k: 2, alpha: 0.5}\n",
    "objective: {game: cyclic, players: 4, dim: 70004}\noptimizer: {name: extra_adam, lr: 1e-2}\nlookahead: "
    "{k: 2, alpha: 0.5}\n"};

template <Scalar T>
std::string trace_on(const std::string& problem, int threads) {
  const Spec spec = spec_of(
      problem + "seed: 5\nstop: {steps: 9}\ntrace: {every: 1}\nthreads: " + std::to_string(threads) + "\n");
  Trial<T> trial(spec);
  CHECK(trial.pool.threads() == threads);
  trial.run();
  std::string text = trace_text(spec, trial.sink.records);
  for (const T coordinate : trial.slow()) text += ' ' + to_text(static_cast<double>(coordinate));
  return text;
}

}  // namespace

TEST_CASE("law: a function of many coordinates has the same bits with any number of threads") {
  const std::vector<Case> cases = large_functions();
  CHECK(cases.size() >= 20);
  for (const Case& c : cases) {
    CAPTURE(c.label);
    check_threads<double>(c);
    check_threads<float>(c);
  }
}

TEST_CASE("law: where the coordinates are cut the gradient is still that of the value") {
  for (const Case& c : large_functions()) {
    CAPTURE(c.label);
    const Facts facts = c.facts();
    const auto f = c.make<double>();
    std::vector<double> x = point_of(c, 0);
    std::vector<Index> looked_at = {0, 1, large - 2, large - 1};
    for (const Index border : {shard, 2 * shard, 4 * shard}) {
      for (Index i = border - 2; i < border + 2; ++i) looked_at.push_back(i);
    }
    for (const Index i : looked_at) x[static_cast<std::size_t>(i)] += 0.1;
    const std::vector<double> gradient = gradient_at(*f, x);
    const double value = std::abs(value_at(*f, x));
    for (const Index i : looked_at) {
      CAPTURE(i);
      const auto coordinate = static_cast<std::size_t>(i);
      const double step = 1e-4, here = x[coordinate];
      const auto along = [&](double offset) {
        x[coordinate] = here + offset;
        const double there = value_at(*f, x);
        x[coordinate] = here;
        return there;
      };
      const double slope =
          (8 * (along(step) - along(-step)) - (along(2 * step) - along(-2 * step))) / (12 * step);
      // What the differences leave out, and the value's rounding over the step: a sum of 70004 terms in
      // shards is good to about a hundred units in its last place.
      const double tolerance = 1e-5 * std::abs(gradient[coordinate]) + 1e-7 + 200 * eps * value / step;
      CHECK(std::abs(slope - gradient[coordinate]) <= tolerance);
    }
  }
}

TEST_CASE("law: every rule has the same bits with any number of threads") {
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    for (const std::string& settings : settings_of(entry)) {
      CAPTURE(settings);
      const Spec spec = spec_of(problem_for(entry) + "optimizer: " + settings + "\n");
      check_rule<double>(entry, spec.optimizer.rule.values);
      check_rule<float>(entry, spec.optimizer.rule.values);
    }
  }
  for (const OptimizerEntry& entry : outer_catalog()) {
    CAPTURE(entry.card.name);
    const Values parameters = entry.defaults();
    check_rule<double>(entry, parameters);
    check_rule<float>(entry, parameters);
  }
}

TEST_CASE("law: a run over many coordinates has the same bits with any number of threads") {
  for (const std::string& problem : large_runs) {
    CAPTURE(problem);
    const std::string one = trace_on<double>(problem, 1);
    CHECK((trace_on<double>(problem, 2) == one));
    CHECK((trace_on<double>(problem, 5) == one));
    const std::string single = "precision: single\n";
    CHECK((trace_on<float>(problem + single, 5) == trace_on<float>(problem + single, 1)));
  }
}

TEST_CASE("law: no step over many coordinates allocates") {
  for (const std::string& problem : large_runs) {
    CAPTURE(problem);
    Trial<double> trial(problem + "stop: {steps: 100}\nthreads: 2\n");
    trial.run(12, false);
    const long before_few = allocations();
    trial.run(12, false);
    const long few = allocations() - before_few;
    const long before_many = allocations();
    trial.run(24, false);
    CHECK(allocations() - before_many <= few);
  }
}

TEST_CASE("a function of few coordinates keeps to one thread") {
  const auto threads = [](const char* dimension) {
    return useful_threads(spec_of("objective: {function: sphere, dim: " + std::string(dimension) +
                                  "}\noptimizer: adam\nthreads: 3\n"));
  };
  CHECK(threads("65535") == 1);
  CHECK(threads("65536") == 3);
}
