#include "study/sweep/sweep_notes.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace lookahead {
namespace {

// The keys of a problem's block but for its name: "lr, momentum".
std::string keys_beside_name(const Node& block) {
  std::vector<std::string> keys;
  for (const Node::Member& member : block.members) {
    if (member.key != "name" && member.key != "function" && member.key != "type") keys.push_back(member.key);
  }
  return joined(keys, ", ");
}

std::optional<Note> replaced_block(const Axis& axis, const SweepFile& file) {
  const auto is_name = [](const Node& value) {
    return value.is_scalar() && value.text != "false" && value.text != "true";
  };
  if (!std::any_of(axis.values.begin(), axis.values.end(), is_name)) return std::nullopt;
  for (const SweepProblem& problem : file.problems) {
    const Node* block = problem.map.find(axis.key);
    if (block == nullptr || !block->is_map()) continue;
    const std::string keys = keys_beside_name(*block);
    if (keys.empty()) continue;
    std::string text = "a value of " + axis.key +
                       " replaces the problem's whole block, so that its other keys (" + keys +
                       ") have their defaults again";
    if (block->find("name") != nullptr) text += "; vary " + axis.key + ".name to keep them";
    return warning(std::move(text));
  }
  return std::nullopt;
}

// Runs that end at a target never get to a smaller one.
std::optional<Note> target_beyond_stop(const SweepFile& file) {
  for (const SweepProblem& problem : file.problems) {
    const Node* stop = problem.map.find("stop");
    const Node* target = stop != nullptr && stop->is_map() ? stop->find("target") : nullptr;
    const auto ends = target != nullptr ? parse_number(target->text) : std::nullopt;
    if (!ends) continue;
    std::vector<std::string> beyond;
    for (const SweepTarget& sought : file.targets) {
      if (sought.value < *ends) beyond.push_back(sought.name);
    }
    if (beyond.empty()) continue;
    return warning("runs end at stop.target = " + to_text(*ends) + ", where " + joined(beyond, ", ") +
                   (beyond.size() == 1 ? " of targets counts" : " of targets count") +
                   " as missed: leave out stop.target");
  }
  return std::nullopt;
}

}  // namespace

std::vector<Note> sweep_notes(const SweepFile& file, const Node* seeds) {
  std::vector<Note> notes;
  if (seeds != nullptr && seeds->is_scalar() && file.seeds.size() == 1 && file.seeds.front() > 1 &&
      parse_integer(seeds->text)) {
    const std::string number = to_text(file.seeds.front());
    notes.emplace_back("there is one seed, number " + number + "; for " + number + " seeds write 1.." +
                       number);
  }
  for (const Axis& axis : file.axes) {
    if (auto note = replaced_block(axis, file)) notes.push_back(std::move(*note));
  }
  if (auto note = target_beyond_stop(file)) notes.push_back(std::move(*note));
  return notes;
}

}  // namespace lookahead
