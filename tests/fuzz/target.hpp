#pragma once
#include <string>
#include <string_view>
#include <vector>

// What reads input from outside, one entry point for each kind of input. An input may be anything at all;
// whatever it is, the target returns within a second per KB and needs no more than 100 MB and 100 times the
// input. The same entry points serve libFuzzer (run.sh) and the tests (fuzz_test.cpp).
namespace lookahead::fuzz {

struct Target {
  const char* name;
  // Whether the input was accepted. Ends the process where the input shows a fault of the program.
  bool (*run)(std::string_view input);
  // Inputs to begin with: accepted ones for the most part.
  std::vector<std::string> (*seeds)();
  // What the tests feed in of this kind, wrong input for the most part.
  std::vector<std::string> (*tested)();
};

// In the order of their names.
const std::vector<Target>& targets();

bool run_certify(std::string_view input);
bool run_checkpoint(std::string_view input);
bool run_csv(std::string_view input);
bool run_expression(std::string_view input);
bool run_gzip(std::string_view input);
bool run_journal(std::string_view input);
bool run_libsvm(std::string_view input);
bool run_model(std::string_view input);
bool run_set(std::string_view input);
bool run_study(std::string_view input);
bool run_sweep(std::string_view input);
bool run_yaml(std::string_view input);

std::vector<std::string> certify_seeds();
std::vector<std::string> checkpoint_seeds();
std::vector<std::string> csv_seeds();
std::vector<std::string> expression_seeds();
std::vector<std::string> gzip_seeds();
std::vector<std::string> journal_seeds();
std::vector<std::string> libsvm_seeds();
std::vector<std::string> model_seeds();
std::vector<std::string> set_seeds();
std::vector<std::string> study_seeds();
std::vector<std::string> sweep_seeds();
std::vector<std::string> yaml_seeds();

std::vector<std::string> certify_tested();
std::vector<std::string> checkpoint_tested();
std::vector<std::string> csv_tested();
std::vector<std::string> expression_tested();
std::vector<std::string> gzip_tested();
std::vector<std::string> journal_tested();
std::vector<std::string> libsvm_tested();
std::vector<std::string> model_tested();
std::vector<std::string> set_tested();
std::vector<std::string> study_tested();
std::vector<std::string> sweep_tested();
std::vector<std::string> yaml_tested();

}  // namespace lookahead::fuzz
