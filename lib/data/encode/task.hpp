#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/checked.hpp"
#include "data/options.hpp"

namespace lookahead {

// The task by the look of a target: text, or two values, make a classification.
struct TaskGuess {
  Task task;
  std::string why;  // "it has two values"
};
inline TaskGuess guess_task(bool is_text, std::size_t values) {
  if (is_text) return {Task::classification, "it is text"};
  if (values == 2) return {Task::classification, "it has two values"};
  return {Task::regression, "it is numeric"};
}

// Sorts the classes, an event of the options last. Faults, of kind problem: an event that is no class, or not
// of two.
Checked<Done> order_classes(std::vector<std::string>& classes, const DataOptions& options);

// "'True', 'true'; 'No', 'no'": names that are easily taken for one; empty for none.
std::string similar_text(const std::vector<std::string>& names, bool by_number = true);

// What is to be said where data.standardize_target is set and the target is a class.
inline constexpr std::string_view unscaled_classes =
    "data.standardize_target has no effect on classes, which are no numbers";

// How the note on missing cells that were filled begins.
inline constexpr std::string_view filled_cells = "missing cells filled: ";

// "task classification, 2 classes (no, yes), because of target 'y': it is text"
std::string task_note(Task task, const std::vector<std::string>& classes, const std::string& target,
                      const std::string& why);

}  // namespace lookahead
