#include "spec/yaml.hpp"

#include "input.hpp"
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

std::vector<std::string> yaml_seeds() { return source_files("samples", ".yaml"); }

}  // namespace lookahead::fuzz
