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

}  // namespace

std::vector<Note> sweep_notes(const SweepFile& file, const Node* seeds) {
  std::vector<Note> notes;
  if (seeds != nullptr && seeds->is_scalar() && file.seeds.size() == 1 && file.seeds.front() > 1 &&
      parse_integer(seeds->text)) {
    const std::string number = to_text(static_cast<std::int64_t>(file.seeds.front()));
    notes.emplace_back("there is one seed, number " + number + "; for " + number + " seeds write 1.." +
                       number);
  }
  for (const Axis& axis : file.axes) {
    if (auto note = replaced_block(axis, file)) notes.push_back(std::move(*note));
  }
  return notes;
}

}  // namespace lookahead
