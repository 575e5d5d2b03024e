#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "run_binary.hpp"

// compare: what it prints, how it ends, whatever lies in the folders it is given.
namespace lookahead::cli {
namespace {

// A sweep of two methods and two rates whose gap is `level` times larger for plain; labels as cells.
std::string sweep_rows(int seeds, double level, const std::string& plain = "plain",
                       const std::string& other = "lookahead") {
  std::ostringstream rows;
  rows << "index,method,optimizer.lr,seed,status,stop,steps,grad_evals,loss_slow,gap,evals_to_0.01\n";
  int index = 0;
  for (const std::string& method : {plain, other}) {
    for (const char* rate : {"0.1", "1"}) {
      for (int seed = 1; seed <= seeds; ++seed) {
        const double gap = (method == plain ? level : 1) * (0.01 + 0.001 * seed) * (rate[0] == '1' ? 3 : 1);
        rows << ++index << ',' << method << ',' << rate << ',' << seed << ",finished,steps,100,100,"
             << 1 + gap << ',' << gap << ',' << (gap < 0.015 ? "50" : "") << "\n";
      }
    }
  }
  return rows.str();
}

void write_sweep(const Folder& folder, const std::string& name, const std::string& rows) {
  folder.write(name + "/sweep.yaml",
               "version: 1\nname: made\nproblems: {made: {objective: sphere}}\ndimensions: {made: 2}\n");
  folder.write(name + "/runs.csv", rows);
}

TEST_CASE("compare says in a table and a sentence what a sweep has found") {
  const Folder folder;
  write_sweep(folder, "s", sweep_rows(10, 2));
  const Result result = run(folder, {"compare", "s"});
  CHECK(result.code == 0);
  CHECK(
      contains(result.out,
               "lookahead has 0.5 times the gap of plain (0.5 to 0.5, 10 of 10 seeds,\n  p = 0.002), each"));
  CHECK(contains(result.out, "best of 2 points: optimizer.lr = 0.1 (at the grid's edge: optimizer.lr)"));
  CHECK(contains(result.err, "warning: plain is best at the grid's edge"));
  for (const std::string& line : lines(result.out)) CHECK_MESSAGE(line.size() <= 80, line);
  CHECK(run(folder, {"compare", "s", "-q"}).err.empty());
}

TEST_CASE("compare prints the same figures as JSON, CSV and markdown, and to a file") {
  const Folder folder;
  write_sweep(folder, "s", sweep_rows(10, 2));
  const Result json =
      run(folder, {"compare", "s", "--json", "-o", "c.json", "--assert", "lookahead < plain"});
  CHECK(json.code == 0);
  CHECK(json.out.empty());
  const auto object = folder.json("c.json");
  CHECK(object["value"] == "gap");
  const auto& contrast = object["sections"][0]["contrasts"][0];
  CHECK(contrast["effect"].get<double>() == doctest::Approx(0.5));
  CHECK(contrast["pairs"] == 10);
  CHECK(object["assertions"][0]["met"] == true);
  const Csv csv = parse_csv(run(folder, {"compare", "s", "--csv", "-q"}).out);
  REQUIRE(csv.rows.size() == 2);
  CHECK(csv.column("group") == std::vector<std::string>{"plain", "lookahead"});
  CHECK(csv.column("effect")[0].empty());
  CHECK(std::stod(csv.column("effect")[1]) == doctest::Approx(0.5));
  for (const auto& row : csv.rows) CHECK(row.size() == csv.header.size());
  const Result markdown = run(folder, {"compare", "s", "--markdown", "-q"});
  CHECK(contains(markdown.out, "| lookahead : plain |"));
  CHECK(run(folder, {"compare", "s", "--markdown", "--csv"}).code == 2);
  CHECK(run(folder, {"compare", "s", "-o", "no/such/folder/file"}).code == 5);
}

TEST_CASE("an assertion that is not met ends with 7, one that is none with 2") {
  const Folder folder;
  write_sweep(folder, "s", sweep_rows(10, 2));
  write_sweep(folder, "few", sweep_rows(5, 2));
  const auto code = [&](const std::string& sweep, const std::string& claim) {
    return run(folder, {"compare", sweep, "--assert", claim}).code;
  };
  CHECK(code("s", "lookahead < plain") == 0);
  CHECK(code("s", "ratio(lookahead, plain) < 0.6") == 0);
  CHECK(code("s", "plain < lookahead") == 7);
  CHECK(code("s", "ratio(lookahead, plain) < 0.4") == 7);
  CHECK(code("s", "lookahead") == 2);
  CHECK(code("s", "lookahed < plain") == 2);
  const Result few = run(folder, {"compare", "few", "--assert", "lookahead < plain", "-q"});
  CHECK(few.code == 7);
  CHECK(
      few.err ==
      "--assert lookahead < plain: error: not met: too few pairs: 5 pairs, and an interval needs 6 pairs\n");
  CHECK(contains(run(folder, {"compare", "few"}).err, "too few for an interval"));
  // Every one is looked at.
  const Result both =
      run(folder, {"compare", "s", "--assert", "lookahead < plain", "--assert", "plain < lookahead"});
  CHECK(both.code == 7);
  CHECK(contains(both.out, "assert lookahead < plain: met"));
  CHECK(contains(both.out, "assert plain < lookahead: not met"));
}

TEST_CASE("a sweep is compared with an earlier one") {
  const Folder folder;
  write_sweep(folder, "now", sweep_rows(8, 2));
  write_sweep(folder, "then", sweep_rows(8, 4));
  const Result better =
      run(folder, {"compare", "now", "--against", "then", "--assert", "ratio(plain, plain before) < 0.6"});
  CHECK(better.code == 0);
  CHECK(contains(better.out, "plain has 0.5 times the gap of 'plain before'"));
  const Result worse =
      run(folder, {"compare", "then", "--against", "now", "--assert", "ratio(plain, plain before) < 1.05"});
  CHECK(worse.code == 7);
  CHECK(run(folder, {"compare", "now", "--against", "nowhere"}).code == 4);
}

TEST_CASE("options of compare that are wrong are told with what there is") {
  const Folder folder;
  write_sweep(folder, "s", sweep_rows(8, 2));
  struct Case {
    std::vector<std::string> arguments;
    std::string text;
  };
  const std::vector<Case> cases = {{{"--value", "gab"}, "did you mean 'gap'?"},
                                   {{"--select", "los_slow"}, "did you mean 'loss_slow'?"},
                                   {{"--by", "optimizer.rl"}, "did you mean 'optimizer.lr'?"},
                                   {{"--by", "x"}, "known: method, problem, optimizer.lr"},
                                   {{"--at", "optimizer.lr=3"}, "tried: 0.1, 1"},
                                   {{"--at", "x=3"}, "no key 'x' is varied"},
                                   {{"--targets", "1e-3"}, "measured: 0.01"},
                                   {{"--select-seeds", "a"}, "is not a list of seeds"},
                                   {{"--seed", "-1"}, "must be an integer >= 0 and < 2^63"}};
  for (const Case& one : cases) {
    std::vector<std::string> arguments = {"compare", "s"};
    arguments.insert(arguments.end(), one.arguments.begin(), one.arguments.end());
    const Result result = run(folder, arguments);
    CHECK(result.code == 2);
    CHECK_MESSAGE(contains(result.err, one.text), result.err);
    CHECK(result.out.empty());
  }
  CHECK(run(folder, {"compare"}).code == 2);
  CHECK(run(folder, {"compare", "s", "s"}).code == 2);
}

// A sweep made by the program, of a problem in a file and what varies in it.
void make_sweep(const Folder& folder, const std::string& name, const std::vector<std::string>& options) {
  folder.write("p.yaml",
               "objective: {function: sphere, dim: 3, noise: {gaussian: 0.3}}\noptimizer: {name: sgd, lr: "
               "0.1}\nstop: {steps: 20}\n");
  std::vector<std::string> words = {"sweep", "p.yaml", "-o", name, "-q", "--seeds", "1..3"};
  words.insert(words.end(), options.begin(), options.end());
  REQUIRE(run(folder, words).code == 0);
}

TEST_CASE("problems that --at leaves out have no table, and keys that make problems name the way to them") {
  const Folder folder;
  make_sweep(folder, "s",
             {"--vary", "objective.noise.gaussian=[0.1, 0.5]", "--vary", "optimizer.lr=[0.1, 0.2]"});
  const Result held = run(folder, {"compare", "s", "--at", "objective.noise.gaussian=0.1"});
  CHECK(held.code == 0);
  CHECK(contains(held.out, "\nobjective.noise.gaussian = 0.1\n"));
  CHECK_FALSE(contains(held.out, "gaussian = 0.5"));
  CHECK_FALSE(contains(
      run(folder, {"compare", "s", "--at", "objective.noise.gaussian=0.1", "--by", "optimizer.lr"}).out,
      "all problems"));
  const Result by = run(folder, {"compare", "s", "--by", "objective.noise.gaussian"});
  CHECK(by.code == 2);
  CHECK(contains(by.err, "--by problem compares them, --at objective.noise.gaussian=VALUE shows one"));
  CHECK(contains(run(folder, {"compare", "s", "--by", "x"}).err,
                 "known: method, problem, optimizer.lr; --by problem compares the values of "
                 "objective.noise.gaussian"));
}

TEST_CASE("values that --at holds and no run has together are refused") {
  const Folder folder;
  std::string rows = "index,method,optimizer.lr,batch,seed,status,stop,loss_slow,gap\n";
  int index = 0;
  for (const char* method : {"plain", "lookahead"}) {
    for (const auto& [rate, batch] : {std::pair("0.1", "8"), std::pair("1", "16")}) {
      rows.append(std::to_string(++index)).append(",").append(method).append(",").append(rate);
      rows.append(",").append(batch).append(",1,finished,steps,1,2\n");
    }
  }
  write_sweep(folder, "s", rows);
  CHECK(run(folder, {"compare", "s", "-q", "--at", "optimizer.lr=0.1,batch=8"}).code == 0);
  const Result none = run(folder, {"compare", "s", "-q", "--at", "optimizer.lr=0.1,batch=16"});
  CHECK(none.code == 2);
  CHECK(none.out.empty());
  CHECK_MESSAGE(
      none.err ==
          "--at optimizer.lr = 0.1, batch = 16: error: no run has these values together (hold fewer keys)\n",
      none.err);
}

TEST_CASE("of an effect whose interval holds 1 the sentence says that it leaves the order open") {
  const Folder folder;
  std::string rows = "index,method,seed,status,stop,loss_slow,gap\n";
  int index = 0;
  for (const char* method : {"plain", "lookahead"}) {
    for (int seed = 1; seed <= 8; ++seed) {
      const double factor = method[0] == 'p' ? 1 : seed % 2 == 0 ? 0.9 : 1.2;
      rows.append(std::to_string(++index))
          .append(",")
          .append(method)
          .append(",")
          .append(std::to_string(seed));
      rows.append(",finished,steps,1,").append(std::to_string(factor * (1 + 0.1 * seed))).append("\n");
    }
  }
  write_sweep(folder, "s", rows);
  std::string said = run(folder, {"compare", "s", "-q"}).out;
  std::replace(said.begin(), said.end(), '\n', ' ');
  CHECK_MESSAGE(contains(said, "the interval holds 1 and leaves open which of the two is lower"), said);
  write_sweep(folder, "clear", sweep_rows(8, 2));
  CHECK_FALSE(contains(run(folder, {"compare", "clear", "-q"}).out, "leaves"));
}

TEST_CASE("one result that all seeds repeat is told as one, and wins of every seed leave no interval") {
  const Folder folder;
  std::string rows = "index,method,seed,status,stop,loss_slow,gap\n";
  for (int index = 1; index <= 16; ++index) {
    rows.append(std::to_string(index)).append(index <= 8 ? ",plain," : ",la,");
    rows.append(std::to_string((index - 1) % 8 + 1))
        .append(",finished,steps,1,")
        .append(index <= 8 ? "2\n" : "1\n");
  }
  write_sweep(folder, "s", rows);
  std::string said = run(folder, {"compare", "s", "-q"}).out;
  std::replace(said.begin(), said.end(), '\n', ' ');
  CHECK_MESSAGE(
      contains(said, "la has 0.5 times the gap of plain (one result each, the same at all 8 seeds)"), said);
  CHECK_FALSE(contains(said, "(1 to 1)"));
}

TEST_CASE("a column that is no number, or none, is refused with the columns that runs are judged by") {
  const Folder folder;
  write_sweep(folder, "s",
              "index,method,seed,status,stop,loss_slow,val_rmse,val_r2\n1,a,1,finished,steps,1,2,3\n");
  const std::string columns = "(columns of numbers: loss_slow, val_rmse, val_r2)\n";
  CHECK(run(folder, {"compare", "s", "-q", "--value", "message"}).err ==
        "--value message: error: the column 'message' holds text, and runs are judged by numbers " + columns);
  CHECK(run(folder, {"compare", "s", "-q", "--value", "val_acc"}).err ==
        "--value val_acc: error: there is no column 'val_acc' " + columns);
  CHECK(run(folder, {"compare", "s", "-q", "--value", "val_rms"}).err ==
        "--value val_rms: error: there is no column 'val_rms' (did you mean 'val_rmse'?)\n");
}

TEST_CASE("one method alone is told what else could be contrasted") {
  const Folder folder;
  make_sweep(folder, "problems", {"--vary", "objective.dim=[2, 3]"});
  CHECK(contains(run(folder, {"compare", "problems"}).err, "--by problem contrasts the problems"));
  make_sweep(folder, "point", {});
  CHECK(contains(run(folder, {"compare", "point"}).err, "the sweep's --vary or --method makes others"));
}

TEST_CASE("of two sweeps compare says how they are contrasted") {
  const Folder folder;
  write_sweep(folder, "a", sweep_rows(6, 2));
  write_sweep(folder, "b", sweep_rows(6, 2));
  const Result two = run(folder, {"compare", "a", "b"});
  CHECK(two.code == 2);
  CHECK_MESSAGE(contains(two.err, "lookahead compare a --against b contrasts two sweeps"), two.err);
}

TEST_CASE("a best rate at the grid's edge comes with the next one to try") {
  const Folder folder;
  write_sweep(folder, "s", sweep_rows(8, 2));
  CHECK(contains(run(folder, {"compare", "s"}).err,
                 "optimizer.lr = 0.1 is the least value tried; smaller ones may be better: try 0.01 too"));
}

TEST_CASE("runs without a value are explained in the table, and several contrasts name Holm's p") {
  const Folder folder;
  std::string rows = "index,method,seed,status,stop,loss_slow,gap\n";
  int index = 0;
  for (const char* method : {"a", "b", "c", "d"}) {
    for (int seed = 1; seed <= 6; ++seed) {
      const bool ended = method[0] != 'd';
      rows += std::to_string(++index) + "," + method + "," + std::to_string(seed) +
              (ended ? ",finished,steps,1," + std::to_string(method[0] * (10 + seed)) : ",failed,,,") + "\n";
    }
  }
  write_sweep(folder, "s", rows);
  const Result result = run(folder, {"compare", "s", "-q"});
  REQUIRE_MESSAGE(result.code == 0, result.err);
  CHECK_MESSAGE(contains(result.out, "no run has a value: 6 failed"), result.out);
  CHECK(contains(result.out, "Holm's"));
}

TEST_CASE("a damaged sweep is data, whatever is wrong with it") {
  const Folder folder;
  const std::string rows = sweep_rows(2, 2);
  for (std::size_t cut = 0; cut < rows.size(); cut += 7) {
    write_sweep(folder, "s", rows.substr(0, cut));
    const Result result = run(folder, {"compare", "s", "-q"});
    // Cut behind a line, or within the last cell, it is a shorter sweep.
    CHECK_MESSAGE((result.code == 4 || result.code == 0), result.code, result.err);
    CHECK_MESSAGE((result.code == 0 || contains(result.err, "runs.csv")), result.err);
  }
  write_sweep(folder, "s", std::string(1000, '\0'));
  CHECK(run(folder, {"compare", "s"}).code == 4);
  folder.write("s/sweep.yaml", "problems: [");
  CHECK(run(folder, {"compare", "s"}).code == 4);
  CHECK(run(folder, {"compare", "nowhere"}).code == 4);
}

TEST_CASE("labels are exact in messages and cells, and no terminal obeys them") {
  const Folder folder;
  write_sweep(folder, "s", sweep_rows(8, 2, "\"a, \"\"b\"\"\"", "\"red \x1b[31m\ngröße\""));
  const Result result = run(folder, {"compare", "s"});
  CHECK(result.code == 0);
  CHECK(result.out.find('\x1b') == std::string::npos);
  CHECK(result.err.find('\x1b') == std::string::npos);
  CHECK(contains(result.out, "a, \"b\""));
  CHECK(contains(run(folder, {"compare", "s", "--csv", "-q"}).out, "\"a, \"\"b\"\"\""));
  CHECK(run(folder, {"compare", "s", "--assert", "'red \x1b[31m\ngröße' < a, \"b\""}).code == 0);
}

TEST_CASE("runs made one by one are compared as a sweep is") {
  const Folder folder;
  folder.write(
      "p.yaml",
      "objective: {function: sphere, dim: 3, noise: {gaussian: 0.3}}\noptimizer: {name: sgd, lr: 0.1}\n"
      "stop: {steps: 50}\n");
  std::vector<std::string> compare = {"compare"};
  for (int seed = 1; seed <= 6; ++seed) {
    for (const std::string lookahead : {"false", "{k: 5, alpha: 0.5}"}) {
      const std::string name = (lookahead == "false" ? "plain" : "look") + std::to_string(seed);
      REQUIRE(run(folder, {"solve", "p.yaml", "-q", "--seed", std::to_string(seed), "--set",
                           "lookahead=" + lookahead, "-o", name})
                  .code == 0);
      compare.push_back(name);
    }
  }
  const Result result = run(folder, compare);
  CHECK(result.code == 0);
  CHECK(contains(result.out, "lookahead has "));
  CHECK(contains(result.out, "times the gap of plain ("));
  CHECK(contains(result.out, "of 6 seeds,"));
  folder.write("q.yaml", "objective: rosenbrock\noptimizer: {name: sgd, lr: 1e-4}\nstop: {steps: 50}\n");
  REQUIRE(run(folder, {"solve", "q.yaml", "-q", "-o", "other"}).code == 0);
  const Result different = run(folder, {"compare", "look1", "other"});
  CHECK(different.code == 2);
  CHECK(contains(different.err, "the runs are of different problems: 'sphere', 'rosenbrock'"));
  const Result allowed = run(folder, {"compare", "look1", "other", "--by", "problem"});
  CHECK(allowed.code == 0);
  CHECK(contains(allowed.err, "no common scale"));
}

TEST_CASE("a hundred thousand runs are compared") {
  const Folder folder;
  // Its time is told by nobody here; a minute would end it.
  std::string rows = "index,method,optimizer.lr,seed,status,stop,loss_slow,gap\n";
  for (int i = 0; i < 100'000; ++i) {
    const int seed = i % 10, point = i / 10 % 5000;
    rows += std::to_string(i + 1) + (i < 50'000 ? ",plain," : ",other,") + std::to_string(1 + point) + "," +
            std::to_string(seed) + ",finished,steps,1.5," + std::to_string(1 + point + seed + i / 50'000) +
            "\n";
  }
  write_sweep(folder, "s", rows);
  Surroundings surroundings;
  surroundings.seconds = 60;
  CHECK(run(folder, {"compare", "s", "-q"}, surroundings).code == 0);
}

}  // namespace
}  // namespace lookahead::cli
