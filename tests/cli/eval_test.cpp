#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "run_binary.hpp"

// The objective at points, without a run.
namespace lookahead::cli {
namespace {

// The numbers of a line of a table.
std::vector<double> numbers(const std::string& line) {
  std::vector<double> values;
  std::istringstream cells(line);
  for (std::string cell; std::getline(cells, cell, ',');) values.push_back(std::stod(cell));
  return values;
}

TEST_CASE("eval prints values, gradients and curvatures at points, on grids and of files") {
  const Folder folder;
  folder.write("p.yaml", "objective: {expression: \"x[0]^2 + 3*x[0]*x[1]\", dim: 2}\noptimizer: adam\n");
  const Result at = run(folder, {"eval", "p.yaml", "--at", "[1, 2]", "--direction", "[1, 0]"});
  CHECK(at.code == 0);
  CHECK(lines(at.out).front() == "x_0,x_1,value,gradient_0,gradient_1,curvature");
  const std::vector<double> row = numbers(lines(at.out)[1]);
  CHECK(std::vector<double>(row.begin(), row.begin() + 5) == std::vector<double>{1, 2, 7, 8, 3});
  CHECK(row[5] == doctest::Approx(2).epsilon(1e-8));
  const Result grid = run(folder, {"eval", "p.yaml", "--grid", "-1:1:3", "--value-only"});
  CHECK(lines(grid.out).size() == 10);
  CHECK(lines(grid.out)[1] == "-1.0,-1.0,4.0");
  folder.write("line.yaml", "objective: {expression: \"x[0]/4\", dim: 1}\noptimizer: sgd\n");
  const Result widest = run(folder, {"eval", "line.yaml", "--grid=-1e308:1e308:3", "--value-only"});
  CHECK(lines(widest.out) ==
        std::vector<std::string>{"x_0,value", "-1e+308,-2.5e+307", "0.0,0.0", "1e+308,2.5e+307"});
  CHECK(lines(grid.out)[2] == "-1.0,0.0,1.0");
  folder.write("points.csv", "a,b\n1,2\n0,1\n");
  const Result points = run(folder, {"eval", "p.yaml", "--points", "points.csv", "--value-only"});
  CHECK(contains(points.out, "\n1.0,2.0,7.0\n0.0,1.0,0.0\n"));
  // Columns with the names of coordinates are these coordinates, beside others as in eval's own output.
  folder.write("points.csv", "value,x_1,x_0\n9,2,1\n9,1,0\n");
  CHECK(run(folder, {"eval", "p.yaml", "--points", "points.csv", "--value-only"}).out == points.out);
  folder.write("points.csv", "x_1,x_2\n1,2\n");
  CHECK(contains(run(folder, {"eval", "p.yaml", "--points", "points.csv"}).err,
                 "has 2 columns x_..., but no x_0 (name the coordinates x_0 to x_1)"));
  CHECK(run(folder, {"eval", "p.yaml"}).code == 2);
  CHECK(contains(run(folder, {"eval", "p.yaml", "--at", "[1]"}).err,
                 "a point has 1 coordinate, the objective has 2"));
  CHECK(run(folder, {"eval", "p.yaml", "--at", "[1, b]"}).code == 2);
  CHECK(run(folder, {"eval", "p.yaml", "--grid", "0:1"}).code == 2);
  CHECK(run(folder, {"eval", "p.yaml", "--at", "[1, 2]", "--direction", "[0, 0]"}).code == 2);
}

TEST_CASE("points to evaluate may come through a pipe") {
  const Folder folder;
  folder.write("p.yaml", "objective: {expression: \"x[0]^2 + 3*x[0]*x[1]\", dim: 2}\noptimizer: adam\n");
  folder.write("points.csv", "x_0,x_1\n1,2\n0,1\n");
  const Result file = run(folder, {"eval", "p.yaml", "--points", "points.csv"});
  Surroundings piped;
  piped.input = folder.read("points.csv");
  const Result pipe = run(folder, {"eval", "p.yaml", "--points", "-"}, piped);
  CHECK_MESSAGE(pipe.code == 0, pipe.err);
  CHECK(pipe.out == file.out);
  CHECK(file.out.find("\n1.0,2.0,7.0,") != std::string::npos);
  piped.input = "1,2\n0,1\n";
  CHECK(run(folder, {"eval", "p.yaml", "--points", "-"}, piped).out == file.out);
}

TEST_CASE("what eval cannot look at is refused") {
  const Folder folder;
  folder.write("p.yaml", "objective: sphere\noptimizer: adam\n");
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"--grid=-inf:inf:2"},
                                                {"--grid", "nan:1:2"},
                                                {"--at", "[1, 2]", "--direction", "[nan, 0]"},
                                                {"--at", "[1, 2]", "--direction", "[0, inf]"}}) {
    std::vector<std::string> words = {"eval", "p.yaml"};
    words.insert(words.end(), wrong.begin(), wrong.end());
    const Result result = run(folder, words);
    CHECK(result.code == 2);
    CHECK(result.out.empty());
  }
  CHECK(run(folder, {"gradcheck", "p.yaml", "--tolerance", "inf"}).code == 2);
}

TEST_CASE("eval counts l1 in the value, and tells the smallest subgradient") {
  const Folder folder;
  folder.write("t.csv", "x,y\n-1,-3\n1,3\n");
  folder.write(
      "p.yaml",
      "data: {train: t.csv, target: y, standardize: false}\nmodel: {type: linear, l1: 0.5, intercept: "
      "false}\noptimizer: sgd\n");
  // (w - 3)^2 / 2 + |w| / 2.
  const Result at = run(folder, {"eval", "p.yaml", "--grid", "-1:1:3"});
  CHECK(at.code == 0);
  CHECK(at.out == "x_0,value,gradient_0\n-1.0,8.5,-4.5\n0.0,4.5,-2.5\n1.0,2.5,-1.5\n");
  CHECK(run(folder, {"gradcheck", "p.yaml"}).code == 0);
  const Result solved =
      run(folder, {"solve", "p.yaml", "-q", "-o", "o", "-s", "optimizer.lr=0.5", "--force"});
  CHECK(solved.code == 0);
  CHECK(folder.json("o/run.json")["result"]["loss_slow"] == doctest::Approx(1.375).epsilon(1e-9));
  const Result certified = run(folder, {"certify", "p.yaml"});
  CHECK(contains(certified.out, "fails      smooth: model.l1 has no gradient where a weight is zero"));
}

TEST_CASE("the curvature along a direction does not depend on how long it is") {
  const Folder folder;
  folder.write("p.yaml", "objective: {expression: \"abs(x[0]) + x[0]^4\", dim: 1}\noptimizer: sgd\n");
  for (const char* direction : {"[1]", "[-3]", "[1e-200]", "[1e300]", "[5e-324]"}) {
    CAPTURE(std::string(direction));
    const Result at = run(folder, {"eval", "p.yaml", "--at", "[1]", "--direction", direction});
    CHECK(numbers(lines(at.out)[1]).back() == doctest::Approx(12).epsilon(1e-8));
  }
}

}  // namespace
}  // namespace lookahead::cli
