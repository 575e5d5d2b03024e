#include "spec/outside_codec.hpp"

#include "base/text.hpp"
#include "objective/outside/outside.hpp"
#include "objective/outside/policy.hpp"
#include "spec/expression_codec.hpp"

namespace lookahead {
namespace {

// What makes an objective one from outside.
const Node* outside_key(const Node& node) {
  if (!node.is_map()) return nullptr;
  const Node* program = node.find("program");
  return program != nullptr ? program : node.find("library");
}

const FunctionEntry& outside_entry(const Node& node) {
  return node.find("program") != nullptr ? outside::program_entry() : outside::library_entry();
}

}  // namespace

bool is_outside(const Node& node) { return outside_key(node) != nullptr; }

std::optional<ObjectiveSpec> read_outside(const Node& node, const Path& path, Report& report) {
  const FunctionEntry& entry = outside_entry(node);
  const std::string& own = entry.card.name;
  for (const char* other : {"function", "game", "expression", "players", "library"}) {
    const Node* given = node.find(other);
    if (given == nullptr || own == other) continue;
    refuse_both(*given, path, own, other, report);
    return std::nullopt;
  }
  const Node& key = *outside_key(node);
  if (!outside::policy().allowed) {
    report.add(
        {FaultKind::usage, key.place,
         path + (own == "program" ? " runs a program" : " loads a library") + ", and --no-outside forbids it",
         "leave out --no-outside where you trust the file"});
    return std::nullopt;
  }
  ObjectiveSpec spec;
  spec.own = {&entry, [](const FunctionEntry*) {}};  // one for all problems
  spec.function = Chosen<FunctionEntry>::of(entry);
  spec.function.place = key.place;
  const Bound bound[] = {{&objective_parameters(), ValuesTarget::of(spec)},
                         {&entry.parameters, spec.function.values.target()}};
  read_members(node, path, bound, {}, report);
  if (node.find("dim") == nullptr) take_dimension(spec, key, path, report);
  const Node* domain = node.find("domain");
  check_declared(spec.function.values.as<Declared>(), spec.dimension,
                 domain == nullptr ? key.place : domain->place, path, report);
  entry.check(spec.function.values, key.place, path, report);
  return spec;
}

Inside inside_outside(const Node& node, const std::string& key) {
  return inside_member({&objective_parameters(), &outside_entry(node).parameters}, key);
}

Checked<Done> place_outside(
    ObjectiveSpec& objective, const std::filesystem::path& folder,
    const std::function<Checked<Done>(std::string&, const std::filesystem::path&)>& absolute) {
  if (!objective.own || !objective.own->outside) return Done{};
  Chosen<FunctionEntry>& function = objective.function;
  const bool typed = function.place.source.starts_with("--set");
  const std::filesystem::path from = typed ? std::filesystem::path(".") : folder;
  if (function.entry == &outside::program_entry()) {
    auto program = function.as<outside::ProgramParameters>();
    if (program.folder.empty()) program.folder = ".";
    if (auto made = absolute(program.folder, from); !made) return made;
    function.values = Values::of(std::move(program));
  } else {
    auto library = function.as<outside::LibraryParameters>();
    if (auto made = absolute(library.file, from); !made) return made;
    function.values = Values::of(std::move(library));
  }
  return Done{};
}

}  // namespace lookahead
