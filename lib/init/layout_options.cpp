#include "init/layout_options.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "options/parameter.hpp"
#include "spec/overrides.hpp"

namespace lookahead {
namespace {

constexpr std::array<std::string_view, 7> layout_keys = {"header",  "separator", "comment", "skip_lines",
                                                         "decimal", "thousands", "units"};

}  // namespace

Checked<DataOptions> layout_options(const InitRequest& request) {
  Node problem = Node::map();
  problem.add("data", Node::map());
  for (const std::string& setting : request.settings) {
    const std::string path(trimmed(setting.substr(0, setting.find('='))));
    const std::string key = path.starts_with("data.") ? path.substr(path.find('.') + 1) : "";
    if (std::ranges::find(layout_keys, key.substr(0, key.find('.'))) == layout_keys.end()) {
      return Fault{FaultKind::usage,
                   {"--set " + setting, 0, 0},
                   "init takes settings of how rows are laid out",
                   "data." + joined({layout_keys.begin(), layout_keys.end()}, ", data.")};
    }
    if (auto applied = apply_override(problem, setting); !applied) return applied.faults();
  }
  DataOptions options;
  Report report;
  const Bound bound{&data_parameters(), ValuesTarget::of(options)};
  read_members(*problem.find("data"), Path("data"), {&bound, 1}, {}, report);
  if (!report.faults().empty()) return report.faults();
  options.train = TrainingFiles(request.data);
  options.target = request.target;
  return options;
}

}  // namespace lookahead
