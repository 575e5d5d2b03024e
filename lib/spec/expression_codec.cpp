#include "spec/expression_codec.hpp"

#include "base/text.hpp"
#include "objective/written/terms.hpp"

namespace lookahead {
namespace {

const Node* expression_key(const Node& node) {
  if (!node.is_map()) return nullptr;
  // Entries of the catalogs may have parameters of the other names.
  const bool named = node.find("function") != nullptr || node.find("game") != nullptr;
  for (const char* key : {"expression", "costs", "players", "terms"}) {
    const Node* found = node.find(key);
    const bool sure = std::string_view(key) == "expression" || std::string_view(key) == "costs";
    if (found != nullptr && (sure || !named)) return found;
  }
  return nullptr;
}

const FunctionEntry& written_entry(const Node& node) {
  if (node.find("terms") != nullptr) return written::terms_entry();
  if (node.find("expression") == nullptr) return written::game_entry();
  const Node* sampled = node.find("sampled");
  return sampled != nullptr && sampled->text == "true" ? written::sampled_entry() : written::function_entry();
}

}  // namespace

bool is_expression(const Node& node) { return expression_key(node) != nullptr; }

void take_dimension(ObjectiveSpec& spec, const Node& key, const Path& path, Report& report) {
  if (spec.noise) spec.dimension = spec.noise->entry->listed(spec.noise->values);
  const Index pairs = std::ssize(spec.function.values.as<Declared>().domain.ends);
  if (spec.dimension == 0 && pairs > 1) spec.dimension = pairs;
  if (spec.dimension > 0) return;
  report.add(key.place, path + " needs the key 'dim', the number of coordinates", "for example dim: 10");
}

std::optional<ObjectiveSpec> read_expression(const Node& node, const Path& path, Report& report) {
  const FunctionEntry& entry = written_entry(node);
  for (const char* other : {"function", "game", "program", "library"}) {
    if (const Node* given = node.find(other)) {
      refuse_both(*given, path, entry.card.name, other, report);
      return std::nullopt;
    }
  }
  const Node& key = *expression_key(node);
  ObjectiveSpec spec;
  spec.own = {&entry, [](const FunctionEntry*) {}};  // one for all problems
  spec.function = Chosen<FunctionEntry>::of(entry);
  spec.function.place = key.place;
  const std::size_t faults = report.faults().size();
  const Bound bound[] = {{&objective_parameters(), ValuesTarget::of(spec)},
                         {&entry.parameters, spec.function.values.target()}};
  read_members(node, path, bound, {}, report);
  const Node* dim = node.find("dim");
  const bool terms = &entry == &written::terms_entry();
  if (terms && node.find("expression") == nullptr)
    report.add(key.place,
               path + " with 'terms' needs the key 'expression', a formula of w and of the columns");
  if (entry.game) {
    const Index width = spec.function.values.as<written::Game>().players.dimension();
    if (node.find("players") == nullptr || node.find("costs") == nullptr) {
      report.add(key.place, path + " of a game needs the keys 'players' and 'costs'",
                 "for example players: {x: 1, y: 1}, costs: {x: \"x[0]*y[0]\", y: \"-x[0]*y[0]\"}");
    } else if (dim != nullptr && spec.dimension != width) {
      report.add(dim->place,
                 path / "dim" + " is " + dim->text + ", the players have " + to_text(width) + " coordinates",
                 "leave it out");
    }
    spec.dimension = width;
  } else if (dim == nullptr) {
    take_dimension(spec, key, path, report);
  }
  const Node* domain = node.find("domain");
  check_declared(spec.function.values.as<Declared>(), spec.dimension,
                 domain == nullptr ? key.place : domain->place, path, report);
  if (report.faults().size() != faults) return spec;
  if (entry.game) {
    written::check_game(spec.function.values, key.place, path, report);
  } else if (terms) {
    written::check_terms(spec.function.values, spec.dimension, key.place, path, report);
  } else {
    written::check_function(spec.function.values, spec.dimension, path, report);
  }
  return spec;
}

Checked<Done> place_expression(
    ObjectiveSpec& objective, const std::filesystem::path& folder,
    const std::function<Checked<Done>(std::string&, const std::filesystem::path&)>& absolute) {
  if (objective.own.get() != &written::terms_entry()) return Done{};
  written::Terms terms = objective.function.values.as<written::Terms>();
  if (auto made = absolute(terms.file, folder); !made) return made;
  objective.function.values = Values::of(std::move(terms));
  return Done{};
}

Inside inside_expression(const Node& node, const std::string& key) {
  return inside_member({&objective_parameters(), &written_entry(node).parameters}, key);
}

}  // namespace lookahead
