#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "run_binary.hpp"

// `certify` and `lr: auto`: what they print and write, how they end, what they refuse.
namespace lookahead::cli {
namespace {

const std::string rational =
    "objective: {function: rational, dim: 5, noise: {gaussian: 0.3}}\n"
    "optimizer: {name: sgd, lr: auto}\n"
    "stop: {steps: 2000}\n"
    "trace: {exact: true}\n";

nlohmann::json certificate(const Folder& folder, std::vector<std::string> arguments, int code = 0) {
  arguments.insert(arguments.begin(), {"certify", "--json"});
  const Result result = run(folder, arguments);
  REQUIRE_MESSAGE(result.code == code, result.err);
  return nlohmann::json::parse(result.out);
}

// An assumption by its name.
nlohmann::json assumption(const nlohmann::json& certificate, const std::string& name) {
  for (const auto& one : certificate.at("assumptions")) {
    if (one.at("name") == name) return one;
  }
  FAIL("no assumption " << name);
  return {};
}

// The positive root of 2 L^2 (1-a)^2 (k-1) s g^3 + L a s g^2 = 2 D / (a T), by halving.
double best_rate(double L, double s, double D, double k, double a, double T) {
  double low = 0, high = 1e3;
  for (int i = 0; i < 200; ++i) {
    const double g = (low + high) / 2;
    const double left = 2 * L * L * (1 - a) * (1 - a) * (k - 1) * s * g * g * g + L * a * s * g * g;
    (left < 2 * D / (a * T) ? low : high) = g;
  }
  return low;
}

TEST_CASE("a run that went below the declared minimum refutes it") {
  const Folder folder;
  folder.write("p.yaml",
               "objective: {expression: \"x[0]^2 - 0.1\", dim: 1, minimum: 0, lipschitz: 2}\nstart: [1.5]\n"
               "optimizer: {name: sgd, lr: 0.05}\nstop: {steps: 200}\ntrace: {exact: true}\n");
  const auto before = certificate(folder, {"p.yaml"});
  CHECK(assumption(before, "bounded_below").at("holds") == true);
  const Result solved = run(folder, {"solve", "p.yaml", "-o", "run"});
  CHECK(contains(solved.out, "-0.1 (0.1 below objective.minimum, which is not the minimum)"));
  const auto after = certificate(folder, {"run"});
  CHECK(assumption(after, "bounded_below").at("holds") == false);
  CHECK(contains(assumption(after, "bounded_below").at("reason").get<std::string>(),
                 "the run has met f = -0.1"));
  CHECK(run(folder, {"certify", "run", "--assert"}).code == 7);
}

TEST_CASE("certify says of a problem what the theorem gives") {
  const Folder folder;
  folder.write("r.yaml", rational);
  const auto json = certificate(folder, {"r.yaml", "--epsilon", "0.5"});
  CHECK(json.at("verdict") == "covered");
  CHECK(json.at("L") == 2.0);
  // Five coordinates of noise, of deviation 0.3 each.
  CHECK(json.at("sigma2").get<double>() == doctest::Approx(0.45).epsilon(1e-12));
  CHECK(json.at("rho") == 0.0);
  CHECK(json.at("f_inf") == 0.0);
  CHECK(json.at("delta") == 2.5);  // five times 1/2
  // 2 / (L (alpha + sqrt(alpha^2 + 4 (1 - alpha)^2 k (k - 1)))) with k = 5, alpha = 1/2.
  CHECK(json.at("gamma_safe").get<double>() == doctest::Approx(0.2).epsilon(1e-12));
  const double best = best_rate(2, 0.45, 2.5, 5, 0.5, 2000);
  CHECK(json.at("gamma").get<double>() == doctest::Approx(best).epsilon(1e-9));
  CHECK(json.at("gamma_best") == json.at("gamma"));
  CHECK(json.at("steps") == 2000);
  const double start = 2 * 2.5 / (0.5 * best * 2000), noise = 0.5 * best * 2 * 0.45,
               apart = 0.25 * best * best * 4 * 4 * 0.45;
  const auto& terms = json.at("bound_terms");
  REQUIRE(terms.size() == 3);
  CHECK(terms[0].get<double>() == doctest::Approx(start).epsilon(1e-9));
  CHECK(terms[1].get<double>() == doctest::Approx(noise).epsilon(1e-9));
  CHECK(terms[2].get<double>() == doctest::Approx(apart).epsilon(1e-9));
  CHECK(json.at("bound").get<double>() == doctest::Approx(start + noise + apart).epsilon(1e-9));
  CHECK(json.at("steps_for_epsilon").get<double>() ==
        std::ceil(2 * 2.5 / (0.5 * best * (0.5 - noise - apart))));
  for (const auto& one : json.at("assumptions")) CHECK(one.at("holds") == true);
  // Nothing is written.
  CHECK(folder.names() == std::vector<std::string>{"r.yaml"});
  const Result text = run(folder, {"certify", "r.yaml", "--assert"});
  CHECK(text.code == 0);
  CHECK(text.err.empty());
  CHECK(lines(text.out).front() == "r: covered by the convergence theorem");
  Surroundings piped;
  piped.input = rational;
  CHECK(run(folder, {"certify", "-", "--assert"}, piped).code == 0);
}

TEST_CASE("certify compares a run with its bound row by row") {
  const Folder folder;
  folder.write("r.yaml", rational);
  const Result solved = run(folder, {"solve", "r.yaml", "-o", "run"});
  REQUIRE(solved.code == 0);
  CHECK(contains(solved.err, "optimizer.lr: auto is 0.08"));
  CHECK(contains(solved.err, ", the best for 2000 steps (up to 0.2 is admitted), for k = 5, alpha = 0.5"));
  CHECK(folder.json("run/run.json").at("certificate").at("verdict") == "covered");
  const auto json = certificate(folder, {"run", "--assert"});
  CHECK(json.at("verdict") == "holds");
  CHECK(json.at("measured_over") == "every step");
  CHECK(json.at("measured").get<double>() < json.at("bound").get<double>());
  // The problem that the run keeps has the settled rate.
  CHECK(json.at("gamma") == folder.json("run/run.json").at("optimizer").at("lr"));

  const Csv table = parse_csv(folder.read("run/certificate.csv"));
  CHECK(table.header == std::vector<std::string>{"step", "measured", "bound", "bound_start", "bound_noise",
                                                 "bound_disagreement", "bound_workers", "posterior_bound",
                                                 "ratio", "within"});
  const Csv trace = parse_csv(folder.read("run/trace.csv"));
  const auto squares = trace.column("grad_norm"), means = trace.column("grad_sq_mean");
  REQUIRE(table.rows.size() == trace.rows.size() - 1);
  // The first hundred steps are all recorded: the mean over t < T from the single norms.
  double sum = 0;
  for (std::size_t T = 1; T <= 100; ++T) {
    sum += std::pow(std::stod(squares[T - 1]), 2);
    CHECK(table.rows[T - 1][0] == std::to_string(T));
    CHECK(std::stod(table.rows[T - 1][1]) == doctest::Approx(sum / static_cast<double>(T)).epsilon(1e-10));
    CHECK(std::stod(means[T - 1]) == doctest::Approx(sum / static_cast<double>(T)).epsilon(1e-10));
    CHECK(table.rows[T - 1][9] == "1");
    // The a-posteriori form needs f(y_T), which is recorded where y is the slow point.
    CHECK(table.rows[T - 1][7].empty() == (T % 5 != 0));
  }
  // A second time it is replaced; certify counts as no run's file that --force would refuse.
  CHECK(run(folder, {"certify", "run", "-q"}).code == 0);
  CHECK(run(folder, {"solve", "r.yaml", "-o", "run", "--force", "-q"}).code == 0);
  CHECK(!folder.exists("run/certificate.csv"));
}

TEST_CASE("certify judges a run from its recorded rows where it was not traced exactly") {
  const Folder folder;
  folder.write("r.yaml", rational);
  REQUIRE(run(folder, {"solve", "r.yaml", "-o", "all", "-q"}).code == 0);
  REQUIRE(run(folder, {"solve", "r.yaml", "-o", "some", "-q", "-s", "trace.exact=false"}).code == 0);
  const auto all = certificate(folder, {"all"}), some = certificate(folder, {"some"});
  CHECK(some.at("measured_over") == "recorded rows");
  CHECK(some.at("verdict") == "holds");
  // 360 of 2000 rows, noisy: they agree within a few percent.
  CHECK(some.at("measured").get<double>() == doctest::Approx(all.at("measured").get<double>()).epsilon(0.1));
}

TEST_CASE("certify takes the mean over runs with different seeds") {
  const Folder folder;
  folder.write("r.yaml", rational);
  double sum = 0;
  for (const std::string seed : {"1", "2", "3"}) {
    REQUIRE(run(folder, {"solve", "r.yaml", "-o", "s" + seed, "-q", "--seed", seed}).code == 0);
    sum += certificate(folder, {"s" + seed}).at("measured").get<double>();
  }
  const auto json = certificate(folder, {"s1", "s2", "s3", "--assert"});
  CHECK(json.at("runs") == 3);
  CHECK(json.at("measured").get<double>() == doctest::Approx(sum / 3).epsilon(1e-12));
  CHECK(json.at("verdict") == "holds");
  for (const std::string change :
       {"stop.steps=500", "optimizer.clip={norm: 1}", "objective.noise={relative: 0.3}"}) {
    REQUIRE(run(folder, {"solve", "r.yaml", "-o", "other", "--force", "-q", "--seed", "9", "-s",
                         "optimizer.lr=0.01", "-s", change})
                .code == 0);
    const Result mixed = run(folder, {"certify", "s1", "other"});
    CHECK(mixed.code == 4);
    CHECK(contains(mixed.err, "the runs are of different problems: "));
  }
  CHECK(contains(run(folder, {"certify", "s1", "s1"}).err, "two of the runs have the seed 1"));
  CHECK(run(folder, {"certify", "s1", "r.yaml"}).code == 2);
}

TEST_CASE("certify takes the mean of the bounds where starts follow from the seed, in any order") {
  const Folder folder;
  folder.write("r.yaml", rational + "start: {uniform: [-3, 3]}\n");
  for (const std::string seed : {"1", "2", "3"})
    REQUIRE(
        run(folder, {"solve", "r.yaml", "-o", "s" + seed, "-q", "--seed", seed, "-s", "optimizer.lr=0.05"})
            .code == 0);
  const auto one = certificate(folder, {"s1", "s2", "s3"}), other = certificate(folder, {"s3", "s1", "s2"});
  CHECK(one.at("verdict") == "holds");
  CHECK(other.at("verdict") == "holds");
  double delta = 0;
  for (const std::string run : {"s1", "s2", "s3"})
    delta += certificate(folder, {run}).at("delta").get<double>() / 3;
  for (const auto& json : {one, other})
    CHECK(json.at("delta").get<double>() == doctest::Approx(delta).epsilon(1e-12));
}

TEST_CASE("a run from a minimum holds its bound of zero up to the rounding of f") {
  const Folder folder;
  folder.write(
      "d.yaml",
      "objective: drop_wave\nstart: [1e-9, 1e-9]\noptimizer: {name: sgd, lr: 1e-3}\nstop: {steps: 20}\n"
      "trace: {exact: true}\n");
  REQUIRE(run(folder, {"solve", "d.yaml", "-o", "run", "-q"}).code == 0);
  const auto json = certificate(folder, {"run", "--assert"});
  CHECK(json.at("delta") == 0.0);
  CHECK(json.at("measured").get<double>() > 0);
  CHECK(json.at("verdict") == "holds");
}

TEST_CASE("where patience puts weights back, that row is no step of the run") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("p.yaml",
               "data: {train: t.csv, target: two, drop: [three, y]}\nmodel: logistic\nsampling: replacement\n"
               "optimizer: {name: sgd, lr: 0.05}\nbatch: 8\ntrace: {exact: true, every: 1}\n"
               "stop: {epochs: 200, patience: {metric: train_accuracy, epochs: 3}}\n");
  REQUIRE(run(folder, {"solve", "p.yaml", "-o", "run", "-q"}).code == 0);
  REQUIRE(folder.json("run/run.json").at("stop") == "patience");
  const auto json = certificate(folder, {"run"});
  const Csv trace = parse_csv(folder.read("run/trace.csv"));
  CHECK(trace.column("event").back() == "restored");
  CHECK(json.at("measured_steps").get<long>() == std::stol(trace.column("step").back()));
  // Up to the last row of a step the mean is that of the norms.
  const auto norms = trace.column("grad_norm");
  const auto T = json.at("measured_steps").get<std::size_t>();
  double sum = 0;
  for (std::size_t t = 0; t < T; ++t) sum += std::pow(std::stod(norms[t]), 2);
  CHECK(json.at("measured").get<double>() == doctest::Approx(sum / static_cast<double>(T)).epsilon(1e-10));
}

TEST_CASE("a run is undecided where its recorded rows can not tell, and violated where it diverged") {
  const Folder folder;
  // Two valleys of different curvature: between the few rows the squares fall faster than on a straight line.
  const std::string noise =
      "objective: {function: quadratic_diag, dim: 4, condition: 100, noise: {gaussian: 1e-4}}\n";
  folder.write("r.yaml", rational);
  folder.write("u.yaml", noise +
                             "optimizer: {name: sgd, lr: auto}\nlookahead: false\nstop: {steps: 400}\n"
                             "trace: {every: 200}\n");
  REQUIRE(run(folder, {"solve", "u.yaml", "-o", "few", "-q"}).code == 0);
  CHECK(certificate(folder, {"few", "--assert"}, 7).at("verdict") == "undecided");
  CHECK(contains(run(folder, {"certify", "few"}).out, "trace: {exact: true} measures every step"));
  REQUIRE(run(folder, {"solve", "u.yaml", "-o", "all", "-q", "-s", "trace.exact=true"}).code == 0);
  CHECK(certificate(folder, {"all", "--assert"}).at("verdict") == "holds");
  // Schedules have a bound of a weighted mean, which a trace does not hold.
  REQUIRE(run(folder, {"solve", "u.yaml", "-o", "schedule", "-q", "-s", "trace.exact=true", "-s",
                       "optimizer.lr={step: {from: 0.1, every: 100}}"})
              .code == 0);
  CHECK(certificate(folder, {"schedule"}).at("verdict") == "undecided");
  // Without a number of steps the bound is still that of the steps made.
  REQUIRE(run(folder, {"solve", "u.yaml", "-o", "target", "-q", "-s", "trace.exact=true", "-s",
                       "optimizer.lr=0.1", "-s", "stop={target: 1e-3}"})
              .code == 0);
  CHECK(certificate(folder, {"target", "--assert"}).at("verdict") == "holds");
  // An L estimated near the start, and noise that leads to where the curvature is far larger.
  folder.write(
      "d.yaml",
      "objective: {function: rosenbrock_chained, dim: 4, noise: {gaussian: 30}}\nstart: [0, 0, 0, 0]\n"
      "optimizer: {name: sgd, lr: 0.004}\nlookahead: false\nstop: {target: 1e-9}\ntrace: {exact: true}\n");
  const Result diverged = run(folder, {"solve", "d.yaml", "-o", "gone", "-q"});
  REQUIRE(diverged.code == 6);
  const auto json = certificate(folder, {"gone", "--assert"}, 7);
  CHECK(json.at("status") == "diverged");
  CHECK(json.at("verdict") == "violated");
  // A limit of the user's own says nothing of the theorem.
  REQUIRE(run(folder, {"solve", "r.yaml", "-o", "limit", "-q", "-s", "stop={steps: 2000, divergence: 1e-9}",
                       "-s", "start={uniform: [1e-3, 1e-3]}"})
              .code == 6);
  CHECK(certificate(folder, {"limit", "--assert"}, 7).at("verdict") == "undecided");
}

TEST_CASE("certify does not judge a run by other data than it had") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("d.yaml",
               "data: {train: t.csv, target: two, drop: [three, y]}\nmodel: logistic\nsampling: replacement\n"
               "optimizer: {name: sgd, lr: auto}\nstop: {epochs: 20}\nbatch: 8\ntrace: {exact: true}\n");
  REQUIRE(run(folder, {"solve", "d.yaml", "-o", "run", "-q"}).code == 0);
  CHECK(certificate(folder, {"run", "--assert"}).at("verdict") == "holds");
  const std::string rows = table();
  const std::size_t digit = rows.find_first_of("123456789", rows.find('\n'));
  for (const std::string& other : {rows.substr(0, rows.rfind('\n', rows.size() - 2) + 1),
                                   rows.substr(0, digit) + "77" + rows.substr(digit)}) {
    folder.write("t.csv", other);
    const Result changed = run(folder, {"certify", "run"});
    CHECK(changed.code == 4);
    CHECK(contains(changed.err, "have changed since the run") +
          contains(changed.err, "has changed since the run"));
  }
}

TEST_CASE("a rate beyond gamma_safe is not covered, and --assert says so by exit code 7") {
  const Folder folder;
  folder.write("r.yaml", rational);
  const auto json = certificate(folder, {"r.yaml", "-s", "optimizer.lr=0.21", "--assert"}, 7);
  CHECK(json.at("verdict") == "not covered");
  CHECK(assumption(json, "step_size").at("holds") == false);
  CHECK(json.at("bound").is_number());
  CHECK(json.at("largest_k") == 4);
  const Result text = run(folder, {"certify", "r.yaml", "-s", "optimizer.lr=0.21"});
  CHECK(text.code == 0);
  CHECK(lines(text.out).front() == "r: not covered by the convergence theorem");
  REQUIRE(run(folder, {"solve", "r.yaml", "-o", "run", "-q", "-s", "optimizer.lr=0.21"}).code == 0);
  CHECK(certificate(folder, {"run", "--assert"}, 7).at("verdict") == "not covered");
}

TEST_CASE("the counterexample with a large k violates the condition") {
  const Folder folder;
  folder.write("s.yaml",
               "objective: spiral_valleys\noptimizer: {name: sgd, lr: 4.7e-3}\n"
               "lookahead: {k: 1000, alpha: 0.5}\nstop: {rounds: 60}\n");
  const auto json = certificate(folder, {"s.yaml"});
  CHECK(json.at("verdict") == "not covered");
  CHECK(assumption(json, "step_size").at("holds") == false);
  CHECK(json.at("steps") == 60000);
  // The run ends at a point of its cycle, which is not stationary.
  REQUIRE(run(folder, {"solve", "s.yaml", "-o", "run", "-q"}).code == 0);
  CHECK(folder.json("run/run.json").at("result").at("grad_norm").get<double>() > 1);
  CHECK(certificate(folder, {"run"}).at("verdict") == "not covered");
  // With the admitted rate it arrives.
  CHECK(run(folder, {"solve", "s.yaml", "-o", "slow", "-q", "-s", "optimizer.lr=auto", "-s", "lookahead.k=50",
                     "-s", "stop={steps: 1000000, grad_norm: 1e-3}"})
            .code == 0);
  CHECK(folder.json("slow/run.json").at("stop") == "grad_norm");
}

TEST_CASE("for other optimizers certify offers what was measured only") {
  const Folder folder;
  folder.write("a.yaml", "objective: {function: rational, dim: 2}\noptimizer: adam\nstop: {steps: 200}\n");
  const auto json = certificate(folder, {"a.yaml", "--epsilon", "1"});
  CHECK(json.at("verdict") == "not covered");
  CHECK(json.at("bound").is_null());
  CHECK(json.at("steps_for_epsilon").is_null());
  CHECK(assumption(json, "inner_sgd").at("reason") == "the theorem is about sgd, not adam");
  REQUIRE(run(folder, {"solve", "a.yaml", "-o", "run", "-q"}).code == 0);
  const Result text = run(folder, {"certify", "run"});
  CHECK(text.code == 0);
  CHECK(contains(text.out, "measured values only"));
  const Csv table = parse_csv(folder.read("run/certificate.csv"));
  for (const auto& row : table.rows) {
    CHECK(!row[1].empty());
    for (std::size_t i = 2; i < row.size(); ++i) CHECK(row[i].empty());
  }
}

TEST_CASE("lr: auto is for sgd on functions and data") {
  const Folder folder;
  folder.write("a.yaml", "objective: sphere\noptimizer: {name: adam, lr: auto}\n");
  const Result adam = run(folder, {"solve", "a.yaml"});
  CHECK(adam.code == 3);
  CHECK(adam.err ==
        "a.yaml:2:29: error: optimizer.lr: auto is the step of a theorem about sgd, not adam "
        "(give a number, or use optimizer: {name: sgd, lr: auto})\n");
  folder.write("g.yaml", "objective: {game: bilinear}\noptimizer: {name: gda, lr: auto}\n");
  const Result game = run(folder, {"solve", "g.yaml"});
  CHECK(game.code == 3);
  CHECK(contains(game.err, "a game has none to descend on"));
  folder.write(
      "h.yaml",
      "objective: {function: sphere, noise: {student: {df: 1.5}}}\noptimizer: {name: sgd, lr: auto}\n");
  const Result heavy = run(folder, {"solve", "h.yaml"});
  CHECK(heavy.code == 3);
  CHECK(contains(heavy.err, "optimizer.lr: auto finds no step"));
  CHECK(folder.names() == std::vector<std::string>{"a.yaml", "g.yaml", "h.yaml"});
}

TEST_CASE("what lr: auto can not promise is said") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("d.yaml",
               "data: {train: t.csv, target: two, drop: [three, y]}\nmodel: logistic\n"
               "optimizer: {name: sgd, lr: auto, momentum: 0.9}\nstop: {epochs: 2}\nbatch: 8\n");
  const Result result = run(folder, {"solve", "d.yaml", "-o", "run", "--json"});
  REQUIRE(result.code == 0);
  CHECK(contains(result.err, "sampling: shuffle does not draw the rows of an epoch independently"));
  CHECK(contains(result.err, "the theorem knows neither momentum nor weight decay"));
  const auto json = nlohmann::json::parse(result.out);
  CHECK(json.at("warnings").size() >= 2);
  // check and --resolved leave it to the run.
  CHECK(contains(run(folder, {"check", "--resolved", "d.yaml"}).out, "lr: auto"));
}

TEST_CASE("certify refuses what it can not use") {
  const Folder folder;
  folder.write("r.yaml", rational);
  CHECK(run(folder, {"certify", "r.yaml", "--epsilon", "0"}).code == 2);
  CHECK(run(folder, {"certify"}).code == 2);
  CHECK(run(folder, {"certify", "none.yaml"}).code == 3);
  folder.write("empty/x", "");
  const Result empty = run(folder, {"certify", "empty"});
  CHECK(empty.code == 4);
  CHECK(empty.err ==
        "empty: error: the folder holds no run: there is no config.yaml (lookahead solve makes one)\n");
  REQUIRE(run(folder, {"solve", "r.yaml", "-o", "run", "-q", "--no-trace"}).code == 0);
  const Result untraced = run(folder, {"certify", "run"});
  CHECK(untraced.code == 4);
  CHECK(untraced.err == "run: error: the run wrote no trace (run it again without --no-trace)\n");
  CHECK(run(folder, {"certify", "run", "--set", "seed=1"}).code == 2);
}

}  // namespace
}  // namespace lookahead::cli
