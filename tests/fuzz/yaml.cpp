#include "spec/yaml.hpp"

#include "input.hpp"
#include "seeds.hpp"
#include "spec/problem.hpp"
#include "target.hpp"

// A problem file: text -> Node -> Spec -> the resolved problem -> text, which reads back to itself.
namespace lookahead::fuzz {

bool run_yaml(std::string_view input) {
  const auto spec = read_problem({std::string(input), "input.yaml", "input", ".", {}});
  if (!spec) return refused(spec.faults());
  const std::string resolved = to_yaml(echo(*spec));
  const auto again = read_problem({resolved, "resolved.yaml", "input", ".", {}});
  if (!again)
    broken("the resolved problem is refused: " + to_string(again.faults().front()) + "\n" + resolved);
  if (to_yaml(echo(*again)) != resolved) broken("the resolved problem resolves to another one\n" + resolved);
  return true;
}

std::vector<std::string> yaml_seeds() {
  std::vector<std::string> seeds = source_files("samples", {".yaml"});
  for (const char* page : {"README.md", "cmd/README.md", "cmd/PROBLEM.md", "cmd/DATA.md"})
    for (std::string& example : fenced(page, "yaml")) seeds.push_back(std::move(example));
  return seeds;
}

std::vector<std::string> yaml_tested() {
  std::vector<std::string> inputs;
  for (std::string& text : literals({"spec", "run", "cli"}, ":")) {
    if (text.find('\n') == std::string::npos) continue;
    // Many are the end of a problem, whose beginning the tests share.
    if (text.find("optimizer") == std::string::npos)
      inputs.push_back("objective: sphere\noptimizer: sgd\n" + text);
    inputs.push_back(std::move(text));
  }
  return inputs;
}

}  // namespace lookahead::fuzz
