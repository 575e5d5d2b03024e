#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/text.hpp"
#include "run_binary.hpp"

// start: {run: DIR}: a run that begins where another one ended.
namespace lookahead::cli {
namespace {

const std::string model_optimizer = "optimizer: {name: adam, lr: 0.05}\nbatch: 4\n";
// The first round is never completed, so that the result is the start.
const std::string at_start = "start: {run: first}\nstop: {steps: 1}\nlookahead: {k: 5}\n";

// Two tables with the same columns in another order and of other means, standard deviations and levels.
std::string rows_of(bool second) {
  std::string text = second ? "colour,b,y,count,a,kind\n" : "a,b,colour,y,kind,count\n";
  const char* const colours[] = {"red", "green", "blue", "teal"};
  const char* const kinds[] = {"p", "q"};
  for (int i = 0; i < 40; ++i) {
    const double a = (second ? 9 : 5) + 1.7 * std::sin(1.3 * i + (second ? 1 : 0));
    const double b = -1 + (second ? 0.7 : 0.3) * std::cos(2.1 * i);
    const std::string colour = colours[(i * i + i / 3) % (second ? 3 : 4)], kind = kinds[(i / 2) % 2];
    const std::string y = to_text(2 * a - b + i % 3), count = std::to_string(i % 5);
    const std::string as = to_text(a), bs = to_text(b);
    text += second ? colour + "," + bs + "," + y + "," + count + "," + as + "," + kind
                   : as + "," + bs + "," + colour + "," + y + "," + kind + "," + count;
    text += '\n';
  }
  return text;
}

void solves_into(const Folder& folder, const std::string& problem, const std::string& into) {
  folder.write("p.yaml", problem);
  const Result result = run(folder, {"solve", "p.yaml", "-q", "--force", "-o", into});
  REQUIRE_MESSAGE(result.code == 0, (problem + result.err));
}

// The largest relative difference between what two runs predict for a file; texts must be the same.
double difference(const Folder& folder, const std::string& file) {
  const auto predicted = [&](const char* of) {
    const Result result = run(folder, {"predict", "-m", of, file, "--columns", "all"});
    REQUIRE_MESSAGE(result.code == 0, result.err);
    return parse_csv(result.out);
  };
  const Csv first = predicted("first"), second = predicted("second");
  REQUIRE(first.rows.size() == second.rows.size());
  REQUIRE(first.rows.size() > 1);
  double most = 0;
  for (const std::string& name : first.header) {
    const auto ours = first.column(name), theirs = second.column(name);
    for (std::size_t i = 0; i < ours.size(); ++i) {
      const std::string &a = ours[i], &b = theirs[i];
      const auto x = parse_number(a), y = parse_number(b);
      if (!x || !y) {
        CHECK(a == b);
      } else {
        most = std::max(most, std::abs(*x - *y) / std::max(1.0, std::abs(*x)));
      }
    }
  }
  return most;
}

std::string data_block(const std::string& file, const std::string& target, const std::string& settings) {
  std::string text = "data: {train: " + file + ", target: " + target;
  for (const char* other : {"y", "kind", "count"}) {
    if (other != target)
      text += (text.find("drop") == std::string::npos ? ", drop: [" : ", ") + std::string(other);
  }
  return text + "]" + (settings.empty() ? "" : ", ") + settings + "}\n";
}

}  // namespace

TEST_CASE("weights of another run predict the same here, whatever either run made of the columns") {
  const Folder folder;
  folder.write("one.csv", rows_of(false));
  folder.write("two.csv", rows_of(true));
  struct Case {
    const char *target, *model, *task;
  };
  const std::vector<Case> cases = {
      {"y", "linear", ""},
      {"y", "{type: linear, loss: huber}", ""},
      {"y", "{type: mlp, hidden: [4, 3]}", ", task: regression"},
      {"count", "poisson", ""},
      {"kind", "logistic", ""},
      {"count", "softmax", ""},
      {"kind", "{type: mlp, hidden: [4], activation: tanh}", ", task: classification"}};
  const std::vector<std::string> ways = {"standardize: true", "standardize: all", "encoding: drop_first",
                                         "standardize: all, encoding: drop_first"};
  for (const Case& c : cases) {
    for (const std::string& there : ways) {
      for (const std::string& here : ways) {
        const std::string model = "model: " + std::string(c.model) + "\n" + model_optimizer;
        CAPTURE(model);
        CAPTURE(there);
        CAPTURE(here);
        solves_into(folder, data_block("one.csv", c.target, there + c.task) + model + "stop: {epochs: 2}\n",
                    "first");
        solves_into(folder, data_block("two.csv", c.target, here + c.task) + model + at_start, "second");
        // Sums of a dozen numbers, rounded once more on their way.
        CHECK(difference(folder, "two.csv") < 1e-12);
      }
    }
  }
}

TEST_CASE(
    "a standardized target, an event and single precision change their units and order with the start") {
  const Folder folder;
  folder.write("one.csv", rows_of(false));
  folder.write("two.csv", rows_of(true));
  const std::string linear = "model: linear\n" + model_optimizer;
  solves_into(folder, data_block("one.csv", "y", "standardize_target: true") + linear + "stop: {epochs: 2}\n",
              "first");
  solves_into(folder, data_block("two.csv", "y", "") + linear + at_start, "second");
  CHECK(difference(folder, "two.csv") < 1e-12);
  solves_into(
      folder,
      data_block("two.csv", "y", "standardize_target: true") + linear + at_start + "precision: single\n",
      "second");
  // Of numbers near 20 in single precision.
  CHECK(difference(folder, "two.csv") < 1e-5);
  const std::string logistic = "model: logistic\n" + model_optimizer;
  solves_into(folder, data_block("one.csv", "kind", "event: p") + logistic + "stop: {epochs: 2}\n", "first");
  solves_into(folder, data_block("two.csv", "kind", "event: q") + logistic + at_start, "second");
  CHECK(difference(folder, "two.csv") < 1e-12);
}

TEST_CASE("levels that become rare ones are named, for their weights are lost") {
  const Folder folder;
  std::string rows = "a,b,y\n";
  for (int i = 0; i < 40; ++i)
    rows +=
        to_text(std::sin(1.3 * i)) + "," + std::string(1, "uvw"[i % 3]) + "," + std::to_string(i % 7) + "\n";
  folder.write("one.csv", rows);
  solves_into(folder,
              "data: {train: one.csv, target: y}\nmodel: linear\n" + model_optimizer + "stop: {epochs: 2}\n",
              "first");
  folder.write("p.yaml", "data: {train: one.csv, target: y, rare: 25}\nmodel: linear\n" + model_optimizer +
                             "start: {run: first}\nstop: {epochs: 1}\n");
  const Result result = run(folder, {"check", "p.yaml"});
  CHECK(result.code == 0);
  CHECK_MESSAGE(result.err.find("start: new here: 'b=other'") != std::string::npos, result.err);
  CHECK_MESSAGE(result.err.find("start: only there: 'b=u', 'b=v', 'b=w'") != std::string::npos, result.err);
}

TEST_CASE("what does not match a start's run is named, by check too") {
  const Folder folder;
  folder.write("one.csv", rows_of(false));
  folder.write("two.csv", rows_of(true));
  solves_into(folder,
              data_block("one.csv", "y", "") + "model: linear\n" + model_optimizer + "stop: {epochs: 2}\n",
              "first");
  folder.write("p.yaml", "data: {train: two.csv, target: y, drop: [a, count]}\nmodel: linear\n" +
                             model_optimizer + "start: {run: first}\nstop: {epochs: 1}\n");
  for (const char* command : {"check", "solve"}) {
    const Result result = run(folder, {command, "p.yaml"});
    CHECK(result.code == 0);
    CHECK(result.err.find("start: new here: 'kind'") != std::string::npos);
    CHECK(result.err.find("start: only there: 'colour=teal', 'a'") != std::string::npos);
  }
  CHECK(folder.read("runs/p-001/config.yaml").find("run: " + folder.path("first")) != std::string::npos);
  CHECK(run(folder, {"solve", "runs/p-001/config.yaml", "-q", "-o", "again"}).code == 0);
  const auto first = folder.json("runs/p-001/run.json"), again = folder.json("again/run.json");
  CHECK(first["result"] == again["result"]);
  const auto refused = [&](const std::string& problem, int code, const std::string& told) {
    folder.write("p.yaml", problem);
    const Result result = run(folder, {"check", "p.yaml"});
    CHECK(result.code == code);
    CHECK_MESSAGE(result.err.find(told) != std::string::npos, result.err);
  };
  const std::string two = data_block("two.csv", "y", "");
  refused(two + "model: {type: mlp, hidden: [3]}\n" + model_optimizer + "start: {run: first}\n", 3,
          "its model is linear, the model here mlp");
  refused("data: {train: two.csv, target: y, features: [count]}\nmodel: linear\n" + model_optimizer +
              "start: {run: first}\n",
          3, "none of its features occurs here");
  refused(two + "model: linear\n" + model_optimizer + "start: {run: nowhere}\n", 4, "nowhere");
  refused(two + "model: linear\n" + model_optimizer + "start: random\n", 3, "this start goes with objective");
  refused("objective: sphere\noptimizer: sgd\nstart: {run: first}\n", 4, "give that of a function");
  refused("objective: sphere\noptimizer: sgd\nstart: {run: ''}\n", 3, "start.run is empty");
  solves_into(folder, two + "model: {type: mlp, hidden: [3]}\n" + model_optimizer + "stop: {epochs: 1}\n",
              "net");
  refused(two + "model: {type: mlp, hidden: [3, 2]}\n" + model_optimizer + "start: {run: net}\n", 3,
          "its model.hidden is [3], here it is [3,2]");
  // The run that a start comes from is not replaced by the one that starts there.
  folder.write("p.yaml", two + "model: linear\n" + model_optimizer + "start: {run: first}\n");
  const Result onto = run(folder, {"solve", "p.yaml", "--force", "-o", "first"});
  CHECK(onto.code == 5);
  CHECK(onto.err.find("the run that start takes its result from") != std::string::npos);
}

TEST_CASE("a table of ratings goes on with the readers and films that both know") {
  const Folder folder;
  folder.write("one.csv", "who,what,stars\nann,x,5\nann,y,3\nbob,x,4\nbob,z,1\ncid,y,2\ncid,z,4\n");
  folder.write("two.csv", "what,stars,who\nz,1,bob\nx,5,ann\ny,2,ann\nx,4,bob\n");
  const std::string model = "model: {type: matrix_factorization, rank: 2}\n" + model_optimizer;
  solves_into(folder, "data: {train: one.csv, target: stars}\n" + model + "stop: {epochs: 20}\n", "first");
  for (const char* settings : {"", ", standardize_target: true"}) {
    solves_into(folder,
                "data: {train: two.csv, target: stars" + std::string(settings) + "}\n" + model + at_start,
                "second");
    CHECK(difference(folder, "two.csv") < 1e-12);
  }
}

TEST_CASE("rows of libsvm go on with the indices that both know") {
  const Folder folder;
  folder.write("one.svm", "+1 1:2 3:1\n-1 2:1 3:4\n+1 1:1\n-1 2:3\n");
  folder.write("two.svm", "+1 1:3 2:1\n-1 2:2\n-1 1:0.5 2:1\n");
  for (const char* scaled : {"", ", standardize: true"}) {
    const std::string model = "model: logistic\n" + model_optimizer;
    solves_into(folder, "data: {train: one.svm}\n" + model + "stop: {epochs: 9}\n", "first");
    solves_into(folder, "data: {train: two.svm" + std::string(scaled) + "}\n" + model + at_start, "second");
    CHECK(difference(folder, "two.svm") < 1e-12);
  }
}

TEST_CASE("folds, workers and nested levels all begin where the other run ended") {
  const Folder folder;
  folder.write("one.csv", rows_of(false));
  const std::string problem = data_block("one.csv", "y", "validation: {folds: 4}") +
                              "model: {type: linear, l2: 0.1}\n" + "optimizer: {name: lbfgs}\nbatch: full\n";
  solves_into(folder, problem + "stop: {epochs: 60}\n", "first");
  const double reached = folder.json("first/run.json")["result"]["loss_slow"];
  for (const char* lookahead : {"{k: 2}", "{k: 2, workers: 3}", "[{k: 2}, {k: 3, alpha: 0.7}]"}) {
    solves_into(
        folder,
        data_block("one.csv", "y", "validation: {folds: 4}") + "model: {type: linear, l2: 0.1}\n" +
            "optimizer: {name: sgd, lr: 1e-6}\nbatch: full\nstart: {run: first}\nstop: {epochs: 6}\n" +
            "lookahead: " + lookahead + "\n",
        "second");
    const auto json = folder.json("second/run.json");
    // Six steps of 1e-6 at the minimum change nothing that counts.
    CHECK(json["result"]["loss_slow"].get<double>() == doctest::Approx(reached).epsilon(1e-9));
    bool told = false;
    for (const std::string warning : json["warnings"])
      told = told || warning.find("every fold begins with these weights too") != std::string::npos;
    CHECK(told);
  }
}

TEST_CASE("functions and games go on from the slow point of another run, in either precision") {
  const Folder folder;
  for (const char* objective : {"{function: rosenbrock_chained, dim: 4}", "{game: bilinear, dim: 6}"}) {
    for (const char* precision : {"double", "single"}) {
      const std::string head =
          "objective: " + std::string(objective) + "\nprecision: " + precision + "\n" +
          (std::string(objective).find("game") == std::string::npos ? "optimizer: {name: sgd, lr: 1e-4}\n"
                                                                    : "optimizer: {name: gda, lr: 1e-2}\n");
      folder.write("p.yaml", head + "stop: {steps: 17}\n");
      REQUIRE(run(folder, {"solve", "p.yaml", "-q", "--force", "-o", "first"}).code == 0);
      folder.write("p.yaml", head + at_start);
      REQUIRE(run(folder, {"solve", "p.yaml", "-q", "--force", "-o", "second"}).code == 0);
      const Csv first = parse_csv(folder.read("first/solution.csv"));
      const Csv second = parse_csv(folder.read("second/solution.csv"));
      REQUIRE(first.rows.size() == second.rows.size());
      CHECK(first.column("slow") == second.column("slow"));
    }
  }
  folder.write("p.yaml", "objective: {function: sphere, dim: 3}\noptimizer: sgd\nstart: {run: first}\n");
  const Result other = run(folder, {"check", "p.yaml"});
  CHECK(other.code == 3);
  CHECK(other.err.starts_with("p.yaml:3:"));
  CHECK(other.err.find("it has 6 coordinates, the objective has 3 (objective.dim sets") != std::string::npos);
  for (const char* damaged :
       {"i,slow,fast\n0,nan,1\n", "i,slow,fast\n1,2,3\n", "i,slow\n0,1\n", "", "i,slow,fast\n0,1"}) {
    folder.write("first/solution.csv", damaged);
    CHECK(run(folder, {"check", "p.yaml"}).code == 4);
  }
}

}  // namespace lookahead::cli
