#include <filesystem>

#include "input.hpp"
#include "seeds.hpp"
#include "study/compare/report.hpp"
#include "study/show/listing.hpp"
#include "target.hpp"

// A sweep's folder as compare and show read it. The input is runs.csv, a line of three dashes, sweep.yaml, the
// same line, and an assertion.
namespace lookahead::fuzz {

bool run_study(std::string_view input) {
  const auto [runs, rest] = split(input, mark);
  const auto [plan, claim] = split(rest, mark);
  const std::string folder = scratch_folder() + "/sweep";
  std::filesystem::create_directories(folder);
  scratch("sweep/runs.csv", runs);
  scratch("sweep/sweep.yaml", plan);
  (void)listing_csv(list_studies({folder}));
  const auto study = read_study({folder});
  if (!study) return refused(study.faults());
  for (const char* at : {"", "point"}) {
    CompareOptions options;
    if (at[0] != '\0') options.at = {at};
    const auto comparison = compare(*study, options);
    if (!comparison) return refused(comparison.faults());
    for (const std::string& text : {comparison_text(*comparison), comparison_markdown(*comparison)}) {
      if (text.find('\x1b') != std::string::npos) broken("a terminal would obey the report");
    }
    if (comparison_csv(*comparison).find("nan") != std::string::npos &&
        input.find("nan") == std::string::npos)
      broken("a cell that is no number");
    (void)text_of(comparison_json(*comparison));
    const auto assertion = read_assertion(std::string(claim), *comparison);
    if (assertion) (void)judge(*assertion, *comparison);
  }
  return true;
}

std::vector<std::string> study_seeds() {
  const std::string one = "problems: {p: {objective: sphere}}\nvary: {optimizer.lr: [0.1, 1]}\n";
  std::string grid = "index,method,optimizer.lr,seed,status,stop,grad_evals,loss_slow,gap,evals_to_0.1\n";
  int index = 0;
  for (const char* method : {"plain", "\"look, ahead\""}) {
    for (const char* rate : {"0.1", "1"}) {
      for (int seed = 1; seed <= 3; ++seed) {
        ++index;
        grid += std::to_string(index) + "," + method + "," + rate + "," + std::to_string(seed) +
                (index % 5 == 0 ? ",diverged,divergence,7,9,9,\n" : ",finished,steps,10,1.5,0.05,4\n");
      }
    }
  }
  return {"index,method,seed,status,stop,loss_slow\n1,a,1,finished,steps,1\n2,b,1,finished,steps,2\n---\n" +
              one + "---\na < b",
          grid + "---\n" + one + "---\nratio('look, ahead', plain) < 1.5",
          "index,method,problem,objective.dim,seed,status,stop,loss_slow,gap,val_accuracy\n"
          "1,a,p,2,1,finished,steps,1,,0.5\n2,b,p,2,1,failed,,,,\n3,b,q,3,1,dropped,,2,1,0.25\n---\n" +
              one + "---\na > b"};
}

std::vector<std::string> study_tested() {
  std::vector<std::string> inputs;
  for (const std::string& text :
       literals({"study/table_test.cpp", "cli/compare_test.cpp", "study/compare_test.cpp"}, ",<>:"))
    inputs.push_back(text + std::string(mark) + "problems: {p: {objective: sphere}}\n---\n" + text);
  return inputs;
}

}  // namespace lookahead::fuzz
