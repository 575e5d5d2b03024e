#include "data/encode/task.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "data/read/label.hpp"

namespace lookahead {

Checked<Done> order_classes(std::vector<std::string>& classes, const DataOptions& options) {
  sort_labels(classes);
  if (!options.event) return Done{};
  // A class of that name apart, none is no event.
  if (*options.event == "none" && LabelIndex(classes, true).find("none") < 0) return Done{};
  const auto fault = [&](std::string text, std::string cure) {
    return Fault{FaultKind::problem, options.place, std::move(text), std::move(cure)};
  };
  if (classes.empty())
    return fault("data.event goes with classes, the target is a number",
                 "leave it out, or set data.task: classification");
  const Index place = LabelIndex(classes, true).find(*options.event);
  if (place < 0) {
    constexpr std::size_t few = 20;
    std::string cure = suggestion(*options.event, classes);
    if (cure.empty() && classes.size() <= few) cure = "the classes are " + joined(classes, ", ");
    return fault("data.event names " + quoted(*options.event) + ", which is no class of the target",
                 std::move(cure));
  }
  if (classes.size() != 2)
    return fault("data.event goes with two classes, the target has " + std::to_string(classes.size()),
                 "leave it out");
  std::rotate(classes.begin() + place, classes.begin() + place + 1, classes.end());
  return Done{};
}

std::string similar_text(const std::vector<std::string>& names, bool by_number) {
  constexpr std::size_t most = 3;
  std::vector<std::string> parts;
  for (const auto& group : similar_labels(names, most, by_number)) {
    std::vector<std::string> shown;
    shown.reserve(group.size());
    for (const std::string& name : group) shown.push_back(quoted(name));
    parts.push_back(joined(shown, ", "));
  }
  return joined(parts, "; ");
}

std::string task_note(Task task, const std::vector<std::string>& classes, const std::string& target,
                      const std::string& why) {
  std::string note = "task " + Codec<Task>::word(task);
  if (!classes.empty()) {
    std::vector<std::string> names(classes.begin(),
                                   classes.begin() + std::min<Index>(std::ssize(classes), 5));
    if (classes.size() > names.size()) names.emplace_back("...");
    note += ", " + std::to_string(classes.size()) + " classes (" + joined(names, ", ") + ")";
  }
  return note + ", because of " + target + ": " + why;
}

}  // namespace lookahead
