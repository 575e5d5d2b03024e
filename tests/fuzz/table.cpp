#include "study/table.hpp"

#include <filesystem>

#include "input.hpp"
#include "seeds.hpp"
#include "study/sweep/journal.hpp"
#include "target.hpp"

// What a sweep leaves, as compare and a sweep that goes on read it: the input up to the mark is runs.csv, the rest
// its journal.
namespace lookahead::fuzz {
namespace {

constexpr std::string_view mark = "\n==\n";

const std::string header =
    "index,method,optimizer.lr,seed,status,stop,steps,grad_evals,loss_slow,gap,time_s\n";

std::string journal() {
  RunRow row;
  row.cells = {{"status", "finished"}, {"gap", "0.5"}, {"message", "a b"}};
  return journal_line({1, 2}, row) + journal_line({3, 2}, row);
}

}  // namespace

bool run_table(std::string_view input) {
  const auto [table, lines] = split(input, mark);
  const std::string folder = scratch_folder() + "/sweep";
  std::filesystem::create_directories(folder);
  scratch("sweep/sweep.yaml",
          "version: 1\nname: p\nproblems: {p: {objective: sphere}}\ndimensions: {p: 2}\n");
  scratch("sweep/runs.csv", table);
  scratch("sweep/journal.log", lines);
  const auto study = read_study({folder});
  const auto finished = FinishedRuns::read(folder);
  if (!finished) {
    for (const Fault& fault : finished.faults()) {
      if (fault.kind != FaultKind::output || fault.text.empty()) broken("not a fault of the output");
    }
  } else {
    finished->row({1, 2});
  }
  return study ? static_cast<bool>(finished) : refused(study.faults());
}

std::vector<std::string> table_seeds() {
  const std::string rows =
      header +
      "1,plain,0.1,1,finished,steps,10,10,1.5,0.5,1e-5\n2,plain,0.1,2,diverged,divergence,4,4,9.0,8.0,1e-5\n";
  return {rows + std::string(mark.substr(1)) + journal(),
          header + "1,\"a, \"\"b\"\"\nc\",\"{k: 5, alpha: 1}\",1,finished,steps,10,10,1.5,inf,1e-5\n==\n",
          header + "1,plain,0.1,1,failed,,,,,,\n2,plain,0.2,1,dropped,,5,5,2.0,1.0,\n==\n" + journal()};
}

std::vector<std::string> table_tested() {
  std::vector<std::string> inputs;
  for (std::string& text : literals({"study", "cli"}, ",")) {
    if (text.find('\n') != std::string::npos) inputs.push_back(std::move(text));
  }
  return inputs;
}

}  // namespace lookahead::fuzz
