#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "run_binary.hpp"

// Objectives written as formulas, from the problem file to the run's files.
namespace lookahead::cli {
namespace {

const std::string valley = "sum(i, 0, n-2, 100*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2)";

TEST_CASE("a function of four lines is minimized until its gradient is gone") {
  const Folder folder;
  folder.write("p.yaml",
               "objective: {expression: \"sum(i, 0, n-1, log(cosh(x[i] - i))) + 0.1*x[0]*x[1]\", dim: 5}\n"
               "optimizer: {name: sgd, lr: 0.5}\nstop: {grad_norm: 1e-10, steps: 5000}\n");
  const Result result = run(folder, {"solve", "p.yaml", "-o", "out", "-q"});
  CHECK(result.code == 0);
  const auto summary = folder.json("out/run.json");
  CHECK(summary["result"]["grad_norm"].get<double>() < 1e-10);
  CHECK(summary["stop"] == "grad_norm");
}

TEST_CASE("a formula of a catalog function has its run, in both precisions and with workers") {
  const Folder folder;
  const std::string rest =
      "start: [-1.2, 1, -1.2, 1]\noptimizer: {name: adam, lr: 0.01}\nstop: {steps: 200}\n";
  folder.write("own.yaml", "objective: {expression: \"" + valley + "\", dim: 4}\n" + rest);
  folder.write("known.yaml", "objective: {function: rosenbrock_chained, dim: 4}\n" + rest);
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{}, {"-s", "precision=single"}, {"-s", "lookahead.workers=3"}}) {
    const auto loss = [&](const std::string& file) {
      std::vector<std::string> arguments{"solve", file + ".yaml", "-o", file, "--force", "-q"};
      arguments.insert(arguments.end(), more.begin(), more.end());
      CHECK(run(folder, arguments).code == 0);
      return folder.json(file + "/run.json")["result"]["loss_slow"].get<double>();
    };
    // The same formula in another order of additions.
    CHECK(loss("own") == doctest::Approx(loss("known")).epsilon(more.empty() ? 1e-9 : 1e-4));
  }
}

TEST_CASE("check tells where a formula may have a kink") {
  const Folder folder;
  folder.write("p.yaml",
               "objective:\n  expression: |\n    x[0]^2 +\n      abs(x[1] - 1)\n  dim: 2\noptimizer: sgd\n");
  const Result result = run(folder, {"check", "p.yaml"});
  CHECK(result.code == 0);
  CHECK(contains(
      result.out,
      "\n  p.yaml:4:7: 'abs(x[1] - 1)' may have a kink, a jump or a pole, where the gradient is that of one side\n"));
  const Result smooth = run(folder, {"check", "p.yaml", "-s", "objective.expression=x[0]^2 + cosh(x[1])"});
  CHECK(std::count(smooth.out.begin(), smooth.out.end(), '\n') == 1);
  folder.write(
      "game.yaml",
      "objective: {players: {x: 1, y: 1}, costs: {x: \"max(x[0], y[0])\", y: \"-x[0]*y[0]\"}}\noptimizer: gda\n");
  CHECK(contains(run(folder, {"check", "game.yaml"}).out, "'max(x[0], y[0])' may have a kink"));
}

TEST_CASE("a domain is that of all coordinates or of each, and where its middle is the run starts") {
  const Folder folder;
  folder.write("mine.sh", "read -r hello\necho ok\nwhile read -r x y; do echo 1 0 0; done\n");
  for (const char* objective : {"expression: norm2(x)", "program: [sh, mine.sh]"}) {
    CAPTURE(objective);
    folder.write("p.yaml", std::string("objective:\n  ") + objective +
                               "\n  dim: 2\n  domain: [[-5, 10], [0, 15]]\noptimizer: {name: sgd, lr: 0.1}\n"
                               "stop: {steps: 1}\ntrace: {points: true}\n");
    CHECK(run(folder, {"solve", "p.yaml", "-o", "run", "-q", "--force"}).code == 0);
    const Csv trace = parse_csv(folder.read("run/trace.csv"));
    CHECK(std::stod(trace.column("fast_0").front()) == 2.5);
    CHECK(std::stod(trace.column("fast_1").front()) == 7.5);
    const auto refusal = [&](const std::string& domain) {
      const Result result = run(folder, {"check", "p.yaml", "-s", "objective.domain=" + domain});
      CHECK(result.code == 3);
      return result.err;
    };
    CHECK(contains(refusal("[[1, 2], [3, 4], [5, 6]]"), "3 pairs of ends for 2 coordinates"));
    CHECK(contains(refusal("[[1, 2], 3]"), "the lower end first"));
    CHECK(contains(refusal("[[1, 2], [4, 3]]"), "the lower end first"));
  }
}

TEST_CASE("a loss by a formula with a kink is not smooth, and check tells where it may be") {
  const Folder folder;
  std::string rows = "u,y\n";
  for (int i = 0; i < 40; ++i) rows += std::to_string(std::sin(i)) + "," + std::to_string(std::cos(i)) + "\n";
  folder.write("rows.csv", rows);
  folder.write("p.yaml",
               "data: {train: rows.csv, target: y}\n"
               "model: {type: linear, loss: {expression: \"abs(p - y)\"}}\n"
               "optimizer: {name: sgd, lr: 0.01}\nstop: {steps: 20}\n");
  const std::string smooth = "model.loss.expression=log(cosh(p - y))";
  CHECK(contains(
      run(folder, {"check", "p.yaml"}).out,
      "\n  p.yaml:2:43: 'abs(p - y)' may have a kink, a jump or a pole, where the gradient is that of one side\n"));
  CHECK_FALSE(contains(run(folder, {"check", "p.yaml", "-s", smooth}).out, "kink"));
  CHECK(contains(run(folder, {"certify", "p.yaml"}).out, "fails      smooth: near some points, a kink"));
  CHECK(contains(run(folder, {"certify", "p.yaml", "-s", smooth}).out, "estimated  smooth: curvature up to"));
}

TEST_CASE("a game by its players' costs spirals in, and has a field and no distance") {
  const Folder folder;
  folder.write("g.yaml",
               "objective:\n  players: {x: 1, y: 1}\n  costs: {x: \"x[0]*y[0]\", y: \"-x[0]*y[0]\"}\n"
               "start: [1, 1]\noptimizer: {name: extragradient, lr: 0.1}\nstop: {steps: 3000}\n");
  CHECK(run(folder, {"solve", "g.yaml", "-o", "out", "-q"}).code == 0);
  const auto result = folder.json("out/run.json")["result"];
  CHECK(result["field_norm"].get<double>() < 1e-4);
  CHECK(!result.contains("distance"));
  folder.write("g.yaml", "objective: {players: {x: 1, y: 1}, costs: {x: \"x[0]*y[0]\"}}\noptimizer: gda\n");
  CHECK(contains(run(folder, {"check", "g.yaml"}).err, "no expression for the player 'y'"));
}

TEST_CASE("a mean over a table's rows is a finite sum, with its faults in the table") {
  const Folder folder;
  std::string rows = "fixed acidity,v,y\n";
  for (int i = 0; i < 60; ++i)
    rows += std::to_string(std::sin(i)) + "," + std::to_string(std::cos(3 * i)) + "," +
            (i % 3 == 0 ? "1" : "-1") + "\n";
  folder.write("rows.csv", rows);
  const std::string problem =
      "objective:\n  terms: rows.csv\n  expression: log(1 + exp(-y*(w[0] + w[1]*u + w[2]*v)))\n"
      "  columns: {u: 'fixed acidity'}\n  dim: 3\n";
  folder.write("t.yaml", problem + "optimizer: {name: sgd, lr: 0.5}\nstop: {steps: 300}\n");
  folder.write("m.yaml",
               "data: {train: rows.csv, target: y, standardize: false}\nmodel: logistic\nbatch: full\n"
               "optimizer: {name: sgd, lr: 0.5}\nstop: {steps: 300}\n");
  const auto loss = [&](const std::string& file) {
    CHECK(run(folder, {"solve", file + ".yaml", "-o", file, "-q"}).code == 0);
    return folder.json(file + "/run.json")["result"]["loss_slow"].get<double>();
  };
  CHECK(loss("t") == doctest::Approx(loss("m")).epsilon(1e-10));
  folder.write("t.yaml", problem + "  noise: {minibatch: 8}\noptimizer: svrg\nstop: {steps: 50}\n");
  CHECK(run(folder, {"solve", "t.yaml", "-o", "s", "-q"}).code == 0);
  folder.write("t.yaml",
               "objective: {terms: rows.csv, expression: \"(w[0] - yy)^2\", dim: 1}\noptimizer: adam\n");
  const Result typo = run(folder, {"check", "t.yaml"});
  CHECK(typo.code == 4);
  CHECK(contains(typo.err, "there is no column 'yy' (did you mean 'y'?)"));
}

TEST_CASE("a column called like a number of the formula is a fault, unless the formula has a name for it") {
  const Folder folder;
  folder.write("r.csv", "u,n,e,v\n1,20,2,1\n2,30,5,1\n");
  const auto value = [&](const std::string& formula, const std::string& more = "") {
    folder.write("t.yaml", "objective: {terms: r.csv, dim: 1, expression: \"" + formula + "\"" + more +
                               "}\noptimizer: sgd\n");
    return run(folder, {"eval", "t.yaml", "--at", "[1]", "--value-only"});
  };
  const auto refused = [&](const Result& result, const std::string& name) {
    CHECK(result.code == 4);
    CHECK_MESSAGE(contains(result.err, "the column '" + name + "' has a name that means something else"),
                  result.err);
  };
  refused(value("n*(w[0] - u)^2"), "n");
  refused(value("w[0]*u*e"), "e");
  refused(value("w[0]*u*v", ", constants: {u: 3}"), "u");
  CHECK(contains(value("w[0]*u*pi").out, "1.0,4.71238898038469\n"));
  CHECK(contains(value("m*w[0]*u", ", columns: {m: n}").out, "1.0,40.0\n"));
  // What the column is called elsewhere leaves n what it is, the dimension.
  CHECK(contains(value("n*m*w[0]*u", ", columns: {m: n}").out, "1.0,40.0\n"));
}

TEST_CASE("a loss by its formula is the loss of the catalog") {
  const Folder folder;
  std::string rows = "u,y\n";
  for (int i = 0; i < 80; ++i)
    rows += std::to_string(std::sin(i)) + "," + std::to_string(std::cos(2 * i) + i % 5) + "\n";
  folder.write("rows.csv", rows);
  const auto loss = [&](const std::string& name, const std::string& text) {
    folder.write(name + ".yaml", "data: {train: rows.csv, target: y}\nmodel: {type: linear, loss: " + text +
                                     "}\noptimizer: {name: adam, lr: 0.01}\nstop: {epochs: 5}\n");
    CHECK(run(folder, {"solve", name + ".yaml", "-o", name, "-q"}).code == 0);
    return folder.json(name + "/run.json")["result"]["loss_slow"].get<double>();
  };
  const std::string huber =
      "{expression: \"if(abs(p - y) <= d, (p - y)^2/2, d*(abs(p - y) - d/2))\", constants: {d: 1}}";
  CHECK(loss("own", huber) == doctest::Approx(loss("known", "{name: huber, delta: 1}")).epsilon(1e-12));
}

TEST_CASE("the language is described, and a first file of it is a problem") {
  const Folder folder;
  const Result page = run(folder, {"describe", "expression"});
  CHECK(page.code == 0);
  CHECK(contains(page.out, "logsumexp(i, from, to, e)"));
  CHECK(contains(page.out, "lipschitz: number, > 0"));
  const Result first = run(folder, {"init", "expression"});
  folder.write("p.yaml", first.out);
  CHECK(run(folder, {"check", "p.yaml"}).code == 0);
  CHECK(run(folder, {"gradcheck", "p.yaml"}).code == 0);
}

TEST_CASE("the problem that a run keeps is the one it was given, formula and all") {
  const Folder folder;
  folder.write("p.yaml",
               "objective:\n  expression: |\n    # the valley: \"steep\", 'curved'\n    " + valley +
                   "\n  dim: 4\n  constants: {a: 1, c: [1, 2]}\noptimizer: adam\nstop: {steps: 60}\n");
  CHECK(run(folder, {"solve", "p.yaml", "-o", "one", "-q"}).code == 0);
  CHECK(run(folder, {"solve", "one/config.yaml", "-o", "two", "-q"}).code == 0);
  CHECK(folder.read("one/trace.csv").size() > 100);
  CHECK(folder.json("one/run.json")["result"] == folder.json("two/run.json")["result"]);
  CHECK(run(folder, {"solve", "--resume", "one", "-s", "stop.steps=120", "-q"}).code == 0);
}

TEST_CASE("written objectives go on after an end, with any number of threads, to the bytes of one run") {
  const Folder folder;
  std::string rows = "u,y\n";
  for (int i = 0; i < 50; ++i) rows += std::to_string(std::sin(i)) + "," + std::to_string(std::cos(i)) + "\n";
  folder.write("rows.csv", rows);
  const std::pair<std::string, std::string> problems[] = {
      {"noisy", "objective: {expression: \"" + valley +
                    "\", dim: 6, noise: {gaussian: 0.1}}\n"
                    "lookahead: {workers: 3}\noptimizer: {name: adam, lr: 0.01}\n"},
      {"long", "objective: {expression: \"" + valley +
                   "\", dim: 150000}\noptimizer: {name: adam, lr: 0.01}\n"
                   "precision: single\n"},
      {"rows",
       "objective: {terms: rows.csv, expression: \"(w[0] + w[1]*u - y)^2\", dim: 2, noise: {minibatch: 8}}\n"
       "optimizer: {name: saga, lr: 0.01}\n"},
      {"sampled", "objective: {expression: \"" + valley +
                      "\", dim: 30, sampled: true, noise: {minibatch: 5}}\n"
                      "lookahead: {workers: 2}\noptimizer: {name: adam, lr: 0.01}\n"},
      {"game",
       "objective: {players: {x: 2, y: 1}, costs: {x: \"(x[0]-x[1])*y[0] + norm2(x)\", "
       "y: \"-(x[0]-x[1])*y[0]\"}}\nstart: [1, -1, 2]\noptimizer: {name: extragradient, lr: 0.1}\n"}};
  for (const auto& [name, text] : problems) {
    const auto& the_name = name;
    CAPTURE(the_name);
    folder.write(name + ".yaml", text + "stop: {steps: 40}\n");
    CHECK(run(folder, {"solve", name + ".yaml", "-o", name, "-q", "--threads", "1"}).code == 0);
    CHECK(run(folder,
              {"solve", name + ".yaml", "-o", name + "2", "-q", "--threads", "3", "-s", "stop.steps=15"})
              .code == 0);
    CHECK(
        run(folder, {"solve", "--resume", name + "2", "-s", "stop.steps=40", "-q", "--threads", "2"}).code ==
        0);
    CHECK(folder.read(name + "/solution.csv") == folder.read(name + "2/solution.csv"));
  }
}

TEST_CASE("a run over a table goes on with the table it began with alone") {
  const Folder folder;
  folder.write("r.csv", "u,y\n1,2\n2,5\n");
  folder.write("t.yaml",
               "objective: {terms: r.csv, expression: \"(w[0]*u - y)^2\", dim: 1}\n"
               "optimizer: {name: sgd, lr: 0.01}\nstop: {steps: 5}\n");
  REQUIRE(run(folder, {"solve", "t.yaml", "-o", "t", "-q"}).code == 0);
  folder.write("r.csv", "u,y\n1,2\n2,6\n");
  const Result other = run(folder, {"solve", "--resume", "t", "--set", "stop.steps=10"});
  CHECK(other.code == 4);
  CHECK(contains(other.err,
                 "the program, library or table of the objective is another than when the run began"));
}

TEST_CASE("the terms of a sampled sum are those of a finite sum, for batches, svrg, saga and sarah") {
  const Folder folder;
  const std::string sum =
      "objective: {expression: \"sum(i, 0, 49, (x[0] - i/50 + x[1]*c[i])^2)/50 + 0.1*x[1]^2\", "
      "dim: 2, constants: {c: [";
  std::string list;
  for (int i = 0; i < 50; ++i) list += (i == 0 ? "" : ", ") + std::to_string(std::sin(i));
  folder.write("p.yaml", sum + list + "]}, sampled: true}\nstop: {steps: 4000}\n");
  const auto solution = [&](const std::string& name, std::vector<std::string> more) {
    more.insert(more.begin(), {"solve", "p.yaml", "-o", name, "-q"});
    const Result result = run(folder, more);
    CHECK_MESSAGE(result.code == 0, result.err);
    const Csv csv = parse_csv(folder.read(name + "/solution.csv"));
    return std::vector{std::stod(csv.column("slow")[0]), std::stod(csv.column("slow")[1])};
  };
  const auto exact =
      solution("plain", {"-s", "objective.sampled=false", "-s", "optimizer={name: sgd, lr: 0.1}"});
  for (const char* optimizer : {"{name: sgd, lr: 0.1}", "{name: svrg, lr: 0.05}", "{name: saga, lr: 0.05}",
                                "{name: sarah, lr: 0.05}"}) {
    CAPTURE(optimizer);
    const auto found = solution("sampled", {"-s", std::string("optimizer=") + optimizer, "--force"});
    // Linear convergence over 4,000 steps; rounding of the mean.
    CHECK(std::abs(found[0] - exact[0]) < 1e-9);
    CHECK(std::abs(found[1] - exact[1]) < 1e-9);
  }
  const auto noisy =
      solution("noisy", {"-s", "objective.noise={minibatch: 5}", "-s", "optimizer={name: sgd, lr: 0.01}"});
  CHECK(std::abs(noisy[0] - exact[0]) > 1e-9);
  // Five standard deviations of what remains of the noise at this rate.
  CHECK(std::abs(noisy[0] - exact[0]) < 0.1);
  const Result refused = run(folder, {"check", "p.yaml", "-s", "objective.expression=norm2(x)"});
  CHECK(refused.code == 3);
  CHECK(contains(refused.err, "there is no sum(i, a, b, e) whose terms can be sampled"));
}

TEST_CASE("a sweep varies the constants of a formula, and a path is drawn over its contours") {
  const Folder folder;
  folder.write("p.yaml",
               "objective: {expression: \"a*(x[1] - x[0]^2)^2 + (1 - x[0])^2\", dim: 2, constants: {a: 100}, "
               "domain: [-2, 2]}\nstart: [-1, 1]\noptimizer: {name: sgd, lr: 0.001}\nstop: {steps: 30}\n"
               "trace: {points: true}\n");
  CHECK(run(folder, {"sweep", "p.yaml", "--vary", "objective.constants.a=[1, 10, 100]", "-o", "s", "-q"})
            .code == 0);
  const std::string table = folder.read("s/runs.csv");
  CHECK(lines(table).size() == 4);
  CHECK(contains(table, "objective.constants.a"));
  CHECK(run(folder, {"solve", "p.yaml", "-o", "r", "-q"}).code == 0);
  const Result picture = run(folder, {"plot", "r", "--kind", "path", "-o", "p.html"});
  CHECK(picture.code == 0);
  CHECK(folder.exists("p.html"));
  CHECK(run(folder, {"certify", "p.yaml"}).code == 0);
}

TEST_CASE("gradients whose squares leave the range of a double have their norm, and are clipped by it") {
  const Folder folder;
  const auto told = [&](const std::string& scale, const std::string& optimizer) {
    folder.write("p.yaml", "objective: {expression: \"" + scale +
                               "*(x[0]^2 + x[1]^2)\", dim: 2}\nstart: [3, 4]\n" + "optimizer: " + optimizer +
                               "\nlookahead: false\nstop: {steps: 1}\n");
    return run(folder, {"solve", "p.yaml", "-o", "out", "--force"});
  };
  for (const std::string scale : {"1e-200", "1e200"}) {
    CAPTURE(scale);
    const Result still = told(scale, "{name: sgd, lr: 1e-300}");
    CHECK(still.code == 0);
    CHECK_MESSAGE(contains(still.out, scale == "1e200" ? "gradient       1e+201" : "gradient       1e-199"),
                  still.out);
  }
  // A step of length 1 along (3, 4) / 5, to (2.4, 3.2).
  const Result clipped = told("1e200", "{name: sgd, lr: 1, clip: {norm: 1}}");
  CHECK_MESSAGE(contains(clipped.out, "loss           1.6e+201"), clipped.out);
}

}  // namespace
}  // namespace lookahead::cli
