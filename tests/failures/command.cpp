#include "command.hpp"

#include <doctest/doctest.h>
#include <zlib.h>

namespace lookahead::failures {

std::vector<Command> commands() {
  return {{{"version"}},
          {{"list", "models"}},
          {{"solve", "function.yaml", "-o", "out"}},
          {{"solve", "function.yaml", "-o", "out", "--force", "--seed", "7", "--log-file", "out.log"},
           "function"},
          {{"solve", "data.yaml", "-o", "out", "--threads", "2"}},
          {{"solve", "-", "-o", "out", "--threads", "1"}, "", "packed.yaml"},
          {{"solve", "go_on.yaml", "-o", "out"}},
          {{"solve", "--resume", "out", "--set", "stop.steps=20"}, "function"},
          {{"solve", "--resume", "out", "--checkpoint", "1ms", "--threads", "2"}, "cut"},
          {{"predict", "-m", "out", "t.csv", "--threads", "2"}, "data"},
          {{"predict", "-m", "out", "t.csv", "--threads", "1"}, "cut"},
          {{"check", "out"}, "cut"},
          {{"certify", "out"}, "function"},
          {{"certify", "function.yaml", "--json"}},
          {{"sweep", "sweep.yaml", "-o", "out", "--threads", "1"}},
          {{"sweep", "sweep.yaml", "-o", "out", "--threads", "1", "-q", "--seeds", "1..2"}, "swept"},
          {{"compare", "out", "--json"}, "swept"},
          {{"show", "out"}, "swept"},
          {{"check", "data.yaml", "--resolved"}},
          {{"init", "--data", "t.csv", "--target", "two"}},
          {{"gradcheck", "data.yaml", "-q"}},
          {{"compare", "grid", "--json"}},
          {{"compare", "function", "data", "--by", "problem"}},
          {{"show", "grid", "function", "data"}},
          {{"plot", "function", "-o", "out.html"}},
          {{"report", "function", "-o", "out.html"}}};
}

void write_inputs(const cli::Folder& folder) {
  folder.write("t.csv", cli::table());
  folder.write("function.yaml",
               "objective: {function: rational, dim: 2, noise: {gaussian: 0.3}}\n"
               "optimizer: {name: sgd, lr: 0.05}\nstop: {steps: 12}\ntrace: {exact: true, time: false}\n");
  folder.write("data.yaml",
               "data: {train: t.csv, target: two, drop: [three], validation: {folds: 2}}\n"
               "model: {type: mlp, hidden: [2]}\noptimizer: adam\nlookahead: {k: 1}\nstop: {epochs: 2}\n"
               "trace: {time: false}\n");
  folder.write("packed.yaml",
               "data: {train: t.csv.gz, target: y}\nmodel: linear\noptimizer: {name: sgd, lr: 1e-3}\n"
               "stop: {epochs: 2}\ntrace: {time: false}\n");
  folder.write("go_on.yaml",
               "objective: {function: rational, dim: 2}\noptimizer: {name: sgd, lr: 0.05}\n"
               "start: {run: function}\nstop: {steps: 3}\ntrace: {time: false}\n");
  folder.write(
      "sweep.yaml",
      "problem: function.yaml\nmethods: {plain: {lookahead: false}, lookahead: {lookahead: {k: 2}}}\n"
      "seeds: [1]\n");
  gzFile packed = ::gzopen(folder.path("t.csv.gz").c_str(), "wb");
  REQUIRE(packed != nullptr);
  ::gzputs(packed, cli::table().c_str());
  ::gzclose(packed);
  for (const std::string name : {"function", "data"}) {
    const auto made = cli::run(folder, {"solve", name + ".yaml", "-o", name});
    REQUIRE_MESSAGE(made.code == 0, made.err);
  }
  folder.write("grid/sweep.yaml", "problems: {p: {objective: sphere}}\n");
  folder.write("grid/runs.csv",
               "index,method,seed,status,stop,grad_evals,loss_slow,gap\n1,a,1,finished,steps,5,1,1\n"
               "2,b,1,finished,steps,5,2,2\n");
  const auto swept = cli::run(folder, {"sweep", "sweep.yaml", "-o", "swept", "--threads", "1"});
  REQUIRE_MESSAGE(swept.code == 0, swept.err);
  // As a kill just before its end leaves it.
  const auto made = cli::run(folder, {"solve", "data.yaml", "-o", "cut"});
  REQUIRE_MESSAGE(made.code == 0, made.err);
  std::string summary = folder.read("cut/run.json");
  summary.replace(summary.find("finished"), std::string_view("finished").size(), "running");
  folder.write("cut/run.json", summary);
}

}  // namespace lookahead::failures
