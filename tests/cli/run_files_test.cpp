#include <doctest/doctest.h>

#include "run_binary.hpp"

// What the commands that read a run make of its files, and how they end.
namespace lookahead::cli {
namespace {

TEST_CASE("what --assert demands and is not met is an error, also where only errors are reported") {
  const Folder folder;
  folder.write("m.yaml", "objective: sphere\noptimizer: {name: sgd, momentum: 0.9}\nstop: {steps: 20}\n");
  REQUIRE(run(folder, {"solve", "m.yaml", "-o", "run", "-q"}).code == 0);
  for (const std::string target : {"m.yaml", "run"}) {
    const Result result = run(folder, {"certify", target, "--assert", "-q"});
    CHECK(result.code == 7);
    CHECK(result.err == "--assert: error: m: an assumption is not certified\n");
  }
}

TEST_CASE("files that a run left are data, whatever is wrong with them") {
  for (const std::string file : {"config.yaml", "run.json", "trace.csv", "model.json"}) {
    for (const std::string content : {"", "objective: nowhere\n", "[1, 2]", "{}", "x: [\n"}) {
      CAPTURE(file);
      CAPTURE(content);
      const Folder folder;
      folder.write("t.csv", table());
      folder.write("p.yaml",
                   "data: {train: t.csv, target: y}\nmodel: linear\noptimizer: sgd\nstop: {epochs: 2}\n");
      REQUIRE(run(folder, {"solve", "p.yaml", "-o", "run", "-q"}).code == 0);
      folder.write("run/" + file, content);
      const Result certified = run(folder, {"certify", "run"});
      CHECK(certified.code == (file == "model.json" ? 0 : 4));
      const Result predicted = run(folder, {"predict", "-m", "run", "t.csv"});
      CHECK(predicted.code == (file == "model.json" ? 4 : 0));
      for (const Result& result : {certified, predicted})
        CHECK_MESSAGE((result.code == 0 || contains(result.err, file)), result.err);
    }
  }
}

}  // namespace
}  // namespace lookahead::cli
