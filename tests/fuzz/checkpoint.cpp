#include "run/checkpoint.hpp"

#include <cstring>

#include "base/checksum.hpp"
#include "base/file.hpp"
#include "input.hpp"
#include "run/model_file.hpp"
#include "run/solve.hpp"
#include "seeds.hpp"
#include "spec/problem.hpp"
#include "target.hpp"

// checkpoint.bin as check, predict and a resumed run read it. An input is tried as it is, and with length and
// checksum put right, so that what lies behind them is reached.
namespace lookahead::fuzz {
namespace {

constexpr std::size_t line = std::string_view("lookahead checkpoint 4\n").size();
constexpr std::size_t body_at = line + sizeof(std::uint64_t) + sizeof(std::uint32_t);

std::string put_right(std::string_view input) {
  std::string text(input);
  if (text.size() < body_at) return text;
  const std::uint64_t size = text.size() - body_at;
  const std::uint32_t checksum = checksum_of(std::string_view(text).substr(body_at));
  std::memcpy(text.data() + line, &size, sizeof size);
  std::memcpy(text.data() + line + sizeof size, &checksum, sizeof checksum);
  return text;
}

bool reads(std::string_view input) {
  const std::string path = scratch("checkpoint.bin", input);
  const auto checkpoint = read_checkpoint(path);
  if (!checkpoint) {
    // Of a run that is to go on it is a fault of the output.
    Faults faults = checkpoint.faults();
    for (Fault& fault : faults) {
      if (fault.kind != FaultKind::output) broken("not a fault of the output: " + to_string(fault));
      fault.kind = FaultKind::data;
    }
    return refused(faults);
  }
  if (checkpoint_text(*checkpoint, true).empty()) broken("a checkpoint without a text");
  const auto model = read_model(path);
  return model ? true : refused(model.faults());
}

// The checkpoint of a run of a step or two.
std::string checkpoint_of(const std::string& problem) {
  const auto spec = read_problem({problem, "seed.yaml", "seed", ".", {}});
  if (!spec) broken("a seed is refused: " + to_string(spec.faults().front()));
  SolveRequest request;
  request.spec = *spec;
  request.directory = scratch_folder() + "/run";
  request.force = true;
  Watcher watcher;
  const auto solved = solve(request, watcher);
  if (!solved) broken("a seed can not be solved: " + to_string(solved.faults().front()));
  const auto text =
      read_file(scratch_folder() + "/run/checkpoint.bin", FaultKind::data, std::size_t{1} << 20);
  if (!text) broken("a run without a checkpoint");
  return *text;
}

}  // namespace

bool run_checkpoint(std::string_view input) {
  const bool plain = reads(input);
  return reads(put_right(input)) || plain;
}

std::vector<std::string> checkpoint_seeds() {
  const std::string data =
      "data: {train: " + scratch("train.csv", "a,b,y\n1,red,0\n2,blue,1\n3,red,0\n5,blue,1\n") +
      ", target: y}\n";
  return {
      checkpoint_of(
          "objective: {function: sphere, dim: 3}\noptimizer: {name: adam, lr: 1e-3}\nstop: {steps: 2}\n"),
      checkpoint_of(data + "model: linear\noptimizer: {name: sgd, lr: 1e-3}\nstop: {epochs: 1}\n"),
      checkpoint_of(data + "model: {type: softmax}\nprecision: single\noptimizer: {name: adam, lr: 1e-3}\n"
                           "stop: {epochs: 1}\n")};
}

std::vector<std::string> checkpoint_tested() {
  std::vector<std::string> inputs;
  for (const std::string& text : literals({"base/archive_test.cpp", "cli/resume_test.cpp"}, ":;"))
    inputs.push_back("lookahead checkpoint 4\n............" + text);
  return inputs;
}

}  // namespace lookahead::fuzz
