#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "run_binary.hpp"

// `gradcheck`: what it prints, how it ends, what it refuses.
namespace lookahead::cli {
namespace {

const std::string adam_function = "objective: rosenbrock\noptimizer: adam\n";
const std::string softmax_problem =
    "data: {train: t.csv, target: three}\nmodel: {type: softmax, l2: 0.1}\noptimizer: adam\n";

TEST_CASE("gradcheck compares the gradient of a function") {
  const Folder folder;
  folder.write("p.yaml", adam_function);
  const Result result = run(folder, {"gradcheck", "p.yaml"});
  CHECK(result.code == 0);
  CHECK(result.err.empty());
  const auto told = lines(result.out);
  REQUIRE(told.size() == 9);
  CHECK(told[0].starts_with("p: the gradient agrees with differences, worst relative error "));
  CHECK(told[0].ends_with(" (tolerance 1e-06)"));
  CHECK(told[1] == "  checked: all 2 coordinates at the start and 2 random points near it");
  CHECK(told[2] == "  point  coordinate            analytic             numeric  relative error");
  for (std::size_t i = 3; i < told.size(); ++i) CHECK(told[i].size() == told[2].size());
  // The gradient of Rosenbrock's function at its start (-1.2, 1) is (-215.6, -88).
  CHECK(contains(result.out, "  start           0              -215.6              -215.6 "));
  CHECK(contains(result.out, "  start           1                 -88                 -88 "));
  // Nothing is written, and the same call prints the same.
  CHECK(folder.names() == std::vector<std::string>{"p.yaml"});
  CHECK(run(folder, {"gradcheck", "p.yaml", "--threads", "2"}).out == result.out);
  CHECK(run(folder, {"gradcheck", "p.yaml", "-s", "seed=2"}).out != result.out);
  Surroundings piped;
  piped.input = adam_function;
  CHECK(run(folder, {"gradcheck", "-"}, piped).out == "stdin" + result.out.substr(1));
}

TEST_CASE("gradcheck compares the gradient of a model on all its data") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("p.yaml", softmax_problem);
  const Result result = run(folder, {"gradcheck", "p.yaml"});
  CHECK(result.code == 0);
  CHECK(contains(result.out, "p: the gradient agrees with differences, worst relative error "));
  const Result some = run(folder, {"gradcheck", "p.yaml", "--most", "4", "--points", "1"});
  CHECK(some.code == 0);
  CHECK_MESSAGE(contains(some.out, "  checked: 4 of "), some.out);
  CHECK(contains(some.out,
                 " coordinates, a random choice at every point, at the start and 1 random point near it\n"));
  CHECK(lines(some.out).size() == 3 + 8);
}

TEST_CASE("gradcheck in single precision has another tolerance") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("p.yaml", adam_function);
  folder.write("d.yaml", softmax_problem);
  for (const char* file : {"p.yaml", "d.yaml"}) {
    const Result result = run(folder, {"gradcheck", file, "-s", "precision=single", "--points", "0"});
    CHECK(result.code == 0);
    CHECK(contains(result.out, " (tolerance 0.001)\n"));
    CHECK(contains(result.out, " coordinates at the start\n"));
  }
}

TEST_CASE("gradcheck as JSON tells the same") {
  const Folder folder;
  folder.write("t.csv", table());
  folder.write("p.yaml", adam_function);
  folder.write("d.yaml", softmax_problem);
  const auto json =
      nlohmann::json::parse(run(folder, {"gradcheck", "p.yaml", "--json", "--points", "1"}).out);
  CHECK(json["name"] == "p");
  CHECK(json["precision"] == "double");
  CHECK(json["seed"] == 1);
  CHECK(json["passed"] == true);
  CHECK(json["tolerance"] == 1e-6);
  CHECK(json["above"] == 0);
  CHECK(json["coarse"] == 0);
  CHECK(json["dimension"] == 2);
  CHECK(json["points"] == 2);
  CHECK(json["coordinates"] == 2);
  REQUIRE(json["worst"].size() == 4);
  CHECK(json["worst"][0]["relative_error"] == json["worst_error"]);
  for (const auto& row : json["worst"]) {
    CHECK(row["numeric"].get<double>() == doctest::Approx(row["analytic"].get<double>()).epsilon(1e-6));
    CHECK(row["point"].get<int>() < 2);
    CHECK(row["coordinate"].get<int>() < 2);
  }
  const Result many = run(folder, {"gradcheck", "d.yaml", "--json", "--tolerance", "1e-300"});
  CHECK(many.code == 7);
  const auto failed = nlohmann::json::parse(many.out);
  CHECK(failed["passed"] == false);
  CHECK(failed["tolerance"] == 1e-300);
  CHECK(failed["above"] > 0);
  CHECK(failed["worst"].size() == 10);
}

TEST_CASE("gradcheck ends with 7 where the gradient is not within the tolerance") {
  const Folder folder;
  folder.write("p.yaml", "objective: {function: rastrigin, dim: 2}\noptimizer: adam\n");
  const Result result = run(folder, {"gradcheck", "p.yaml", "--tolerance", "1e-300"});
  CHECK(result.code == 7);
  CHECK(result.err == "warning: the gradient and the differences do not agree within the tolerance\n");
  CHECK_MESSAGE(result.out.starts_with("p: the gradient differs in 6 of 6 components, worst relative error "),
                result.out);
  CHECK(contains(result.out, " (tolerance 1e-300)\n"));
  CHECK(run(folder, {"gradcheck", "p.yaml", "--tolerance", "1"}).code == 0);
  const Result quiet = run(folder, {"gradcheck", "p.yaml", "--tolerance", "1e-300", "-q"});
  CHECK(quiet.code == 7);
  CHECK(quiet.err.empty());
}

TEST_CASE("gradcheck says where an error is relative to more than the component") {
  const Folder folder;
  const std::string coarse = "Differences of values tell little here";
  folder.write("jump.yaml", "objective: {expression: \"100*floor(x[0])+x[0]\", dim: 1}\noptimizer: sgd\n");
  const Result jump = run(folder, {"gradcheck", "jump.yaml"});
  CHECK(jump.code == 7);
  CHECK_MESSAGE(contains(jump.out, coarse), jump.out);
  folder.write("p.yaml", "objective: {function: rastrigin, dim: 2}\noptimizer: adam\n");
  CHECK_FALSE(contains(run(folder, {"gradcheck", "p.yaml"}).out, coarse));
  // Nothing of x^2 is left beside 1e17.
  folder.write("high.yaml",
               "objective: {expression: \"1e17 + x[0]^2\", dim: 1}\nstart: [2]\noptimizer: sgd\n");
  const Result high = run(folder, {"gradcheck", "high.yaml"});
  CHECK(high.code == 0);
  CHECK_MESSAGE(
      contains(high.out,
               "nothing speaks against the gradient, but differences cannot judge 3 of 3 components"),
      high.out);
  CHECK(contains(high.out, coarse));
  CHECK(nlohmann::json::parse(run(folder, {"gradcheck", "high.yaml", "--json"}).out)["coarse"] == 3);
}

TEST_CASE("gradcheck refuses what is wrong, with the exit code of its kind") {
  const Folder folder;
  folder.write("p.yaml", adam_function);
  const auto refuses = [&](std::vector<std::string> arguments, int code, const std::string& message) {
    arguments.insert(arguments.begin(), "gradcheck");
    const Result result = run(folder, arguments);
    CAPTURE(message);
    CHECK(result.code == code);
    CHECK(result.out.empty());
    CHECK_MESSAGE(result.err.starts_with(message), result.err);
  };
  refuses({}, 2, "lookahead: error: FILE is required");
  for (const char* points : {"-1", "x", "1.5", "1001"}) {
    refuses({"p.yaml", "--points", points}, 2,
            "--points " + std::string(points) + ": error: must be an integer from 0 to 1000\n");
  }
  refuses({"p.yaml", "--most", "0"}, 2, "--most 0: error: must be an integer from 1 to 100000000\n");
  for (const char* tolerance : {"0", "-1e-6", "nan", "small"}) {
    refuses({"p.yaml", "--tolerance", tolerance}, 2,
            "--tolerance " + std::string(tolerance) + ": error: must be a number > 0\n");
  }
  refuses({"p.yaml", "--points", "x", "--most", "x"}, 2, "--points x: error: must be an integer");
  refuses({"nosuch.yaml"}, 3, "nosuch.yaml: error: cannot read the file");
  refuses({"p.yaml", "-s", "optimizer.lr=-1"}, 3, "--set optimizer.lr=-1: error: optimizer.lr must be > 0");
  refuses({"p.yaml", "-s", "start=[1e300, 0]"}, 3,
          "--set start=[1e300, 0]: error: the objective is not finite");
  folder.write("d.yaml", softmax_problem);
  refuses({"d.yaml"}, 4, folder.path("t.csv") + ": error: cannot read the file");
  Surroundings full;
  full.stdout_to = "/dev/full";
  CHECK(run(folder, {"gradcheck", "p.yaml"}, full).code == 5);
  CHECK(folder.names() == std::vector<std::string>{"d.yaml", "p.yaml"});
}

}  // namespace
}  // namespace lookahead::cli
