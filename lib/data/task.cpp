#include "data/task.hpp"

#include "base/text.hpp"

namespace lookahead {

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
