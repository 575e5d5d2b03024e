#include "base/text.hpp"
#include "objective/game.hpp"
#include "spec/codecs.hpp"
#include "spec/expression_codec.hpp"
#include "spec/outside_codec.hpp"

namespace lookahead {
namespace {

constexpr double most_coordinates = 1e8;

// The key that names the entry: function or game.
std::string key_of(const FunctionEntry& entry) { return entry.game ? "game" : "function"; }

// What to write for a text that no name can be, as it has signs; empty for a name.
std::string formula_cure(const std::string& text) {
  if (text.find_first_of("[]()^*/+") == std::string::npos) return "";
  return "a formula is written as objective: {expression: \"x[0]^2 + x[1]^2\", dim: 2}";
}

// A plain name is a function's or, where no function has it, a game's.
std::optional<Chosen<FunctionEntry>> read_plain(const Node& node, const Path& path, Report& report) {
  const FunctionEntry* entry = function_catalog().find(node.text);
  if (entry == nullptr) entry = game_catalog().find(node.text);
  if (entry != nullptr) {
    return read_named(entry->game ? game_catalog() : function_catalog(), key_of(*entry), key_of(*entry), node,
                      path, {}, {}, report);
  }
  std::vector<std::string> names = function_catalog().names();
  for (const std::string& name : game_catalog().names()) names.push_back(name);
  std::string cure = formula_cure(node.text);
  if (cure.empty()) cure = suggestion(node.text, names);
  if (cure.empty()) cure = "known: " + joined(names, ", ");
  report.add(node.place, "unknown function " + quoted(node.text), cure);
  return std::nullopt;
}

std::optional<Chosen<FunctionEntry>> read_map(const Node& node, const Path& path, ObjectiveSpec& spec,
                                              Report& report) {
  const Node *function = node.find("function"), *game = node.find("game");
  if (function != nullptr && game != nullptr) {
    report.add(game->place, path + " has both function and game", "keep one of the two");
    return std::nullopt;
  }
  if (node.is_map() && function == nullptr && game == nullptr) {
    std::string cure =
        "for example function: rosenbrock; a formula of your own: expression, with dim; "
        "code of your own: program or library";
    for (const Node::Member& member : node.members) {
      if (member.key == "formula" || nearest(member.key, {"expression"}))
        cure = "did you mean 'expression' instead of " + quoted(member.key) + "?";
      for (const auto& [kind, catalog] :
           {std::pair("function", &function_catalog()), {"game", &game_catalog()}}) {
        if (catalog->find(member.key) != nullptr)
          cure = "its parameters stand beside its name: {" + std::string(kind) + ": " + member.key + ", ...}";
      }
    }
    report.add(node.place, path + " needs the key 'function', 'game' or 'expression'", cure);
    return std::nullopt;
  }
  const std::string kind = game == nullptr ? "function" : "game";
  const auto& catalog = game == nullptr ? function_catalog() : game_catalog();
  const auto& other = game == nullptr ? game_catalog() : function_catalog();
  const Node* name = game == nullptr ? function : game;
  if (name != nullptr && name->is_scalar()) {
    if (const std::string cure = formula_cure(name->text); !cure.empty()) {
      report.add(name->place, "unknown " + kind + " " + quoted(name->text), cure);
      return std::nullopt;
    }
  }
  if (name != nullptr && name->is_scalar() && other.find(name->text) != nullptr &&
      catalog.find(name->text) == nullptr) {
    report.add(name->place,
               quoted(name->text) + " is a " + key_of(*other.find(name->text)) + ", not a " + kind,
               "write " + key_of(*other.find(name->text)) + ": " + name->text);
    return std::nullopt;
  }
  return read_named(catalog, kind, kind, node, path, {{&objective_parameters(), ValuesTarget::of(spec)}}, {},
                    report);
}

// Where no dimension is given: that of the function's lists or else of the noise's, or the natural one.
Index dimension_by_lists(const ObjectiveSpec& spec) {
  const FunctionEntry& entry = *spec.function.entry;
  const Values& values = spec.function.values;
  const Index of_noise = spec.noise ? spec.noise->entry->listed(spec.noise->values) : 0;
  return of_noise > 0 && entry.admits(values, of_noise) ? of_noise : entry.usual_dimension(values);
}

// The dimensions an entry with these parameters takes, in words.
std::string dimensions_text(const FunctionEntry& entry, const Values& values) {
  if (const Index listed = entry.listed(values); listed > 0) return to_text(listed) + " to match its list";
  const bool fixed = entry.most_dimension == entry.least_dimension;
  std::string wanted = to_text(entry.least(values));
  if (!fixed && entry.most_dimension == 0) wanted = "at least " + wanted;
  if (!fixed && entry.most_dimension > 0) wanted = "from " + wanted + " to " + to_text(entry.most_dimension);
  if (entry.step(values) > 1) wanted += ", a multiple of " + to_text(entry.step(values));
  return wanted;
}

}  // namespace

void refuse_both(const Node& given, const Path& path, const std::string& one, const std::string& other,
                 Report& report) {
  std::string text = path.text();
  text.append(" has both ").append(one).append(" and ").append(other);
  report.add(given.place, std::move(text), "keep one of the two");
}

const Parameters& objective_parameters() {
  static const Parameters all = {
      param("dim", &ObjectiveSpec::dimension, "number of coordinates; default: the function's natural one",
            at_least(1), at_most(most_coordinates)),
      param("noise", &ObjectiveSpec::noise, "noise in the gradients; default none")};
  return all;
}

std::optional<ObjectiveSpec> Codec<ObjectiveSpec>::read(const Node& node, const Path& path, Report& report) {
  if (is_expression(node)) return read_expression(node, path, report);
  if (is_outside(node)) return read_outside(node, path, report);
  ObjectiveSpec spec;
  auto chosen = node.is_scalar() ? read_plain(node, path, report) : read_map(node, path, spec, report);
  if (!chosen) return std::nullopt;
  spec.function = std::move(*chosen);
  const FunctionEntry& entry = *spec.function.entry;
  const Values& values = spec.function.values;
  const Node* given = node.is_map() ? node.find("dim") : nullptr;
  if (given == nullptr) spec.dimension = dimension_by_lists(spec);
  if (given != nullptr && spec.dimension > 0 && !entry.admits(values, spec.dimension)) {
    const std::string& name = entry.card.name;
    std::vector<std::string> kin;
    for (const FunctionEntry& other : function_catalog()) {
      if (other.card.name.starts_with(name + "_") && other.admits(other.defaults(), spec.dimension))
        kin.push_back(other.card.name);
    }
    report.add(
        given->place,
        path / "dim" + " of " + name + " must be " + dimensions_text(entry, values) + ", got " + given->text,
        kin.empty() ? "" : joined(kin, ", ") + (kin.size() == 1 ? " takes it" : " take it"));
  }
  return spec;
}

Inside Codec<ObjectiveSpec>::inside(Node& node, const std::string& key) {
  if (is_expression(node)) return inside_expression(node, key);
  if (is_outside(node)) return inside_outside(node, key);
  const bool game = node.is_map() ? node.find("game") != nullptr
                                  : !function_catalog().find(node.text) && game_catalog().find(node.text);
  return game ? inside_named(game_catalog(), "game", objective_parameters(), node, key)
              : inside_named(function_catalog(), "function", objective_parameters(), node, key);
}

Node Codec<ObjectiveSpec>::write(const ObjectiveSpec& spec) {
  const FunctionEntry& entry = *spec.function.entry;
  Node map = Node::map();
  if (!spec.own) map.add(key_of(entry), Node::scalar(entry.card.name));
  write_members(map, objective_parameters(), ValuesView::of(spec));
  write_members(map, entry.parameters, spec.function.values);
  return map;
}

}  // namespace lookahead
