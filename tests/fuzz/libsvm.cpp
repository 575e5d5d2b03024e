#include "input.hpp"
#include "seeds.hpp"
#include "target.hpp"

// A file in LIBSVM's format. The first line of the input holds options of `data`, the rest is the file.
namespace lookahead::fuzz {

bool run_libsvm(std::string_view input) {
  const auto [options, content] = split(input, "\n");
  const std::string with_format =
      "format: libsvm" + (options.empty() ? std::string() : ", " + std::string(options));
  return plan(data_problem(with_format, scratch("t.svm", content), "format: libsvm"));
}

std::vector<std::string> libsvm_seeds() {
  std::vector<std::string> seeds = {
      "\n1 1:0.5 3:1\n-1 2:1e-3\n1 1:2 2:2 3:2\n",
      "task: regression\n0.5 1:1\n1.5 2:1 # a comment\n\n2.5 1:-1 2:4\n",
      "standardize: true\n+1 0:1 4:2\n-1 1:1\n+1 4:.5\n",
      "validation: 0.5, task: classification\n1 1:1\r\n2 2:1\r\n3 3:1\r\n1 1:2\r\n2 2:2\r\n3 3:2\r\n",
      "task: regression\n1 qid:1 1:1\n2 qid:1 2:1\n"};
  for (const std::string& file : source_files("samples", {".svm"})) seeds.push_back("\n" + file);
  return seeds;
}

std::vector<std::string> libsvm_tested() {
  std::vector<std::string> inputs;
  for (const std::string& text : literals({"data/libsvm_test.cpp", "data/streams_test.cpp", "cli"}, ":"))
    if (text.find('\n') != std::string::npos) inputs.push_back("\n" + text);
  return inputs;
}

}  // namespace lookahead::fuzz
