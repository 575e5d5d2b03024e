#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "run_binary.hpp"

// Games as a user meets them: named in a problem, solved, described, refused.
namespace lookahead::cli {
namespace {

using Names = std::vector<std::string>;

TEST_CASE("a game is solved: its columns end the trace, its figures stand in run.json and in the summary") {
  const Folder folder;
  folder.write("g.yaml",
               "objective: {game: bilinear, dim: 6, seed: 2, shift: 1}\noptimizer: {name: gda, lr: 0.3}\n"
               "lookahead: {k: 5, alpha: 0.5}\nstop: {steps: 5000, target: 1e-12}\ntrace: {points: true}\n");
  const Result result = run(folder, {"solve", "g.yaml", "-o", "out"});
  REQUIRE_MESSAGE(result.code == 0, result.err);
  CHECK(contains(result.out, "g: finished (target)"));
  CHECK(contains(result.out, "distance"));
  const Csv trace = parse_csv(folder.read("out/trace.csv"));
  const Names tail(trace.header.begin() + 22, trace.header.begin() + 25);
  CHECK(tail == Names{"distance", "field_norm", "fast_0"});
  CHECK(trace.header.back() == "event");
  const auto distance = trace.column("distance"), norm = trace.column("field_norm");
  CHECK(norm == trace.column("grad_norm_slow"));
  CHECK(std::stod(distance.front()) == doctest::Approx(std::sqrt(6.0)).epsilon(1e-12));
  CHECK(std::stod(distance.back()) < 1e-5);
  const auto results = folder.json("out/run.json")["result"];
  CHECK(results["distance"].get<double>() == std::stod(distance.back()));
  CHECK(results["field_norm"].get<double>() == results["grad_norm"].get<double>());
  CHECK(results["gap"].get<double>() == results["loss_slow"].get<double>());
  const Csv solution = parse_csv(folder.read("out/solution.csv"));
  REQUIRE(solution.rows.size() == 6);
  for (const std::string& z : solution.column("slow")) CHECK(std::abs(std::stod(z) - 1) < 1e-5);
  // Functions have no such columns.
  folder.write("f.yaml", "objective: sphere\noptimizer: sgd\nstop: {steps: 3}\n");
  CHECK(run(folder, {"solve", "f.yaml", "-o", "f"}).code == 0);
  CHECK(!contains(folder.read("f/trace.csv"), "distance"));
}

TEST_CASE("simultaneous steps without Lookahead diverge, with exit code 6") {
  const Folder folder;
  folder.write("g.yaml", "objective: bilinear\noptimizer: gda\n");
  const Result result = run(folder, {"solve", "g.yaml", "-o", "out", "-s", "lookahead=false"});
  CHECK(result.code == 6);
  CHECK(folder.json("out/run.json")["status"] == "diverged");
  CHECK(run(folder, {"solve", "g.yaml", "-o", "with"}).code == 0);
}

TEST_CASE("a game is named plainly, as a map, or extended from the command line, and echoed as a game") {
  const Folder folder;
  folder.write("plain.yaml", "objective: cyclic\noptimizer: optimistic\n");
  folder.write("map.yaml", "objective: {game: cyclic}\noptimizer: optimistic\nname: plain\n");
  const Result plain = run(folder, {"check", "--resolved", "plain.yaml"});
  CHECK_MESSAGE(plain.code == 0, plain.err);
  CHECK(contains(plain.out, "  game: cyclic\n  dim: 3\n  players: 3\n"));
  CHECK(run(folder, {"check", "--resolved", "map.yaml"}).out == plain.out);
  const Result more = run(folder, {"check", "--resolved", "plain.yaml", "-s", "objective.players=5"});
  CHECK_MESSAGE(more.code == 0, more.err);
  CHECK(contains(more.out, "  game: cyclic\n  dim: 5\n  players: 5\n"));
  folder.write("again.yaml", more.out);
  CHECK(run(folder, {"check", "--resolved", "again.yaml"}).out == more.out);
}

TEST_CASE("what does not fit a game is refused at its place") {
  const Folder folder;
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"objective: {game: bilinear, dim: 4, condtion: 3}\noptimizer: gda\n",
       "1:37: error: unknown key 'condtion' in objective (did you mean 'condition'?)"},
      {"objective: {game: bilinear, condition: 0.5}\noptimizer: gda\n",
       "1:40: error: objective.condition must be >= 1, got 0.5"},
      {"objective: {game: bilinear, dim: 5}\noptimizer: gda\n",
       "1:34: error: objective.dim of bilinear must be at least 2, a multiple of 2, got 5"},
      {"objective: {game: cyclic, players: 4, dim: 6}\noptimizer: gda\n",
       "1:44: error: objective.dim of cyclic must be at least 4, a multiple of 4, got 6"},
      {"objective: {game: dirac_gan, dim: 4}\noptimizer: gda\n",
       "1:35: error: objective.dim of dirac_gan must be 2, got 4"},
      {"objective: {game: bilnear}\noptimizer: gda\n",
       "1:19: error: unknown game 'bilnear' (did you mean 'bilinear'?)"},
      {"objective: bilnear\noptimizer: gda\n",
       "1:12: error: unknown function 'bilnear' (did you mean 'bilinear'?)"},
      {"objective: {function: bilinear}\noptimizer: gda\n",
       "1:23: error: 'bilinear' is a game, not a function (write game: bilinear)"},
      {"objective: {game: sphere}\noptimizer: sgd\n",
       "1:19: error: 'sphere' is a function, not a game (write function: sphere)"},
      {"objective:\n  game: bilinear\n  function: sphere\noptimizer: sgd\n",
       "2:9: error: objective has both function and game (keep one of the two)"},
      {"objective: sphere\noptimizer: gda\n",
       "2:12: error: optimizer gda needs a game, with players to move"},
      {"objective: sphere\noptimizer: {lr: 1, name: gda}\n",
       "2:26: error: optimizer gda needs a game, with players to move"},
      {"objective: bilinear\noptimizer: {name: gda, momentum: -1}\n",
       "2:34: error: optimizer.momentum must be > -1 and < 1, got -1"},
      {"objective: bilinear\noptimizer: gda\nbatch: 3\n", "3:8: error: batch goes with data (leave it out)"},
      {"objective: bilinear\noptimizer: gda\nstart: [1, 2, 3]\n",
       "3:8: error: start has 3 coordinates, the objective has 2"},
  };
  for (const auto& [text, message] : wrong) {
    const auto& the_text = text;
    CAPTURE(the_text);
    folder.write("p.yaml", text);
    for (const char* command : {"check", "solve"}) {
      const Result result = run(folder, {command, "p.yaml"});
      CHECK(result.code == 3);
      CHECK(result.out.empty());
      CHECK_MESSAGE(result.err.starts_with("p.yaml:" + message), result.err);
    }
  }
  folder.write("d.yaml", "data: {train: t.csv, target: y}\nmodel: linear\noptimizer: gda\n");
  folder.write("t.csv", table());
  const Result data = run(folder, {"check", "d.yaml"});
  CHECK(data.code == 3);
  CHECK(data.err.starts_with("d.yaml:3:12: error: optimizer gda needs a game"));
}

TEST_CASE("games are listed, described with their equilibrium, and start at random in their domain") {
  const Folder folder;
  const Result listed = run(folder, {"list", "games"});
  CHECK(lines(listed.out).size() >= 7);
  const Result page = run(folder, {"describe", "bilinear"});
  for (const char* part : {"bilinear (game): ", "domain: [-5, 5]^2", "equilibrium: (0, 0)", "1/2 |V|^2"})
    CHECK(contains(page.out, part));
  CHECK(contains(run(folder, {"list", "columns"}).out, "field_norm"));
  for (const std::string& line : lines(listed.out)) {
    const std::string name = line.substr(0, line.find(' '));
    // What goes on with the line before.
    if (name.empty()) continue;
    CAPTURE(name);
    folder.write("r.yaml",
                 "objective: " + name +
                     "\noptimizer: extragradient\nstart: random\nstop: {steps: 20}\nprecision: single\n");
    const Result result = run(folder, {"solve", "r.yaml", "-o", "run-" + name});
    CHECK_MESSAGE(result.code == 0, result.err);
    const Csv trace = parse_csv(folder.read("run-" + name + "/trace.csv"));
    CHECK(std::stod(trace.column("distance").front()) > 0);
  }
}

}  // namespace
}  // namespace lookahead::cli
