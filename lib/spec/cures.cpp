#include "spec/cures.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "base/text.hpp"
#include "objective/game.hpp"
#include "spec/codecs.hpp"
#include "spec/overrides.hpp"
#include "spec/problem.hpp"
#include "spec/synonyms.hpp"
#include "spec/yaml.hpp"

namespace lookahead {
namespace {

constexpr int most_tried = 20;             // of unknown keys, each of which takes readings of the problem
constexpr std::size_t longest_shown = 90;  // of a block that shows a key in its place
constexpr std::size_t longest_list = 150;  // of known names in a cure
constexpr std::size_t most_named = 6;      // of items or blocks

std::string last_part(const Path& path) { return path.text().substr(path.text().rfind('.') + 1); }
std::string first_part(const Path& path) { return path.text().substr(0, path.text().find('.')); }
auto dots_in(const Path& path) { return std::ranges::count(path.text(), '.'); }

// The block in which a key stands.
Path block_of(const Path& path) {
  const auto dot = path.text().rfind('.');
  return dot == std::string::npos ? Path() : Path(path.text().substr(0, dot));
}

// The paths of all keys, as settings name them.
const std::set<Path>& all_paths() {
  static const std::set<Path> paths = [] {
    std::set<Path> made;
    for (const SettableKey& key : settable_keys(problem_form())) made.insert(key.path);
    return made;
  }();
  return paths;
}

// The names of all keys by their bare words.
const std::map<std::string, std::string>& all_names() {
  static const std::map<std::string, std::string> names = [] {
    std::map<std::string, std::string> made;
    for (const Path& path : all_paths()) made.emplace(bare_word(last_part(path)), last_part(path));
    return made;
  }();
  return names;
}

bool is_block(const Path& path) {
  const auto after = all_paths().lower_bound(Path(path + "."));
  return after != all_paths().end() && after->text().starts_with(path + ".");
}

// What a key is called here: itself, or but for case and hyphens, or what it is known as elsewhere.
std::vector<std::string> names_here(const std::string& key) {
  const auto found = all_names().find(bare_word(key));
  return found != all_names().end() ? std::vector{found->second} : keys_for(key);
}

// The paths of a key in the blocks nearest to the top.
std::vector<Path> places_of(const std::string& name) {
  std::vector<Path> places;
  for (const Path& path : all_paths()) {
    if (last_part(path) != name) continue;
    if (!places.empty() && dots_in(path) > dots_in(places.front())) continue;
    if (!places.empty() && dots_in(path) < dots_in(places.front())) places.clear();
    places.push_back(path);
  }
  return places;
}

// The items whose parameter has that name, where the block at a path is one of a catalog's.
std::vector<std::string> items_with(const Path& block, const std::string& name) {
  std::vector<std::string> items;
  const auto add = [&](const auto& catalog) {
    for (const Entry& entry : catalog) {
      if (std::ranges::find(entry.parameters, name, &Parameter::name) != entry.parameters.end())
        items.push_back(entry.card.name);
    }
  };
  if (block == "optimizer") add(optimizer_catalog());
  if (block == "model") add(model_catalog());
  if (block == "objective") add(function_catalog());
  if (block == "objective") add(game_catalog());
  return items;
}

std::string listed(std::vector<std::string> names) {
  if (names.size() > most_named) {
    names.resize(most_named);
    names.emplace_back("...");
  }
  return joined(names, ", ");
}

bool is_value(const Node& node) { return node.is_scalar() || node.is_list(); }

// Whether a text that a comma ended in { } has a bracket that is not closed.
bool is_cut_formula(const Node& node) {
  return node.is_scalar() && !node.quoted &&
         std::ranges::count(node.text, '(') > std::ranges::count(node.text, ')');
}

// Takes the member out of the map in which it stands.
void erase(Node& node, const Node::Member& member) {
  std::erase_if(node.members, [&](const Node::Member& other) {
    return other.key == member.key && other.place == member.place;
  });
  for (Node::Member& other : node.members) erase(other.value, member);
  for (Node& item : node.items) erase(item, member);
}

class Mending {
 public:
  Mending(const Node& root, Faults& faults) : root_(root) {
    for (Fault& fault : faults) by_place_.emplace(key_of(fault.place), &fault);
  }

  void walk(const Node& map, const Path& path) {
    for (std::size_t i = 0; i < map.members.size(); ++i) {
      const Node::Member& member = map.members[i];
      const Path inner = path / member.key;
      if (Fault* fault = find(member.place, "unknown key ", member.key)) {
        unknown_key(*fault, map, i, path);
        continue;
      }
      if (Fault* fault = find(member.place, "unknown ", member.key)) unknown_item(*fault, member.key);
      if (member.value.kind == Node::Kind::empty) nothing(map, i, inner);
      value(member.value, inner);
      if (member.value.is_map()) walk(member.value, inner);
      for (const Node& item : member.value.items) {
        value(item, inner);
        if (item.is_map()) walk(item, inner);
      }
    }
  }

 private:
  using PlaceKey = std::tuple<std::string, int, int>;
  static PlaceKey key_of(const Place& place) { return {place.source, place.line, place.column}; }

  // The fault at a place whose text begins so and names `word`; null: there is none.
  Fault* find(const Place& place, const std::string& beginning, const std::string& word) {
    auto [fault, end] = by_place_.equal_range(key_of(place));
    for (; fault != end; ++fault) {
      const std::string& text = fault->second->text;
      if (text.starts_with(beginning) && text.find(word + "'") != std::string::npos) return fault->second;
    }
    return nullptr;
  }

  // The problem with the keys of `names` set beside each other at the path of the first of them, and without the
  // member at fault; nothing where they are not known there either.
  std::optional<Node> moved(const Path& block, const std::vector<std::string>& names,
                            const Node::Member& member) const {
    Node changed = root_;
    erase(changed, member);
    const Place place{"moved", 1, 1};
    const bool each = names.size() > 1 && member.value.items.size() == names.size();
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (!set_value(changed, block / names[i], each ? member.value.items[i] : member.value, place))
        return std::nullopt;
    }
    Report report;
    Spec spec;
    const Bound bound{&problem_parameters(), ValuesTarget::of(spec)};
    read_members(changed, Path(), {&bound, 1}, {}, report);
    for (const Fault& fault : report.faults()) {
      if (fault.place == place && fault.text.starts_with("unknown key")) return std::nullopt;
    }
    return changed;
  }

  static std::string shown(const Node& problem, const Path& block) {
    const Node* found = problem.find(first_part(block));
    const std::string text = found == nullptr ? "" : to_flow_yaml(*found);
    return first_part(block) + ": " + (text.size() > longest_shown ? "{...}" : text);
  }

  // As an option of the kind that has set the value; of those that vary a key each sets one value of several.
  static std::string setting(const Path& path, const Node& value) {
    if (value.place.source.starts_with("--vary ")) return "--vary '" + path + "=[VALUES]'";
    const std::string text = value.kind == Node::Kind::empty ? "VALUE" : to_flow_yaml(value);
    return "--set " + path + "=" + (text.size() > longest_shown ? "VALUE" : text);
  }

  // Keys of the other kind of problem.
  bool fits(const Path& path) const {
    const std::string block = first_part(path);
    if (block == "metrics" && path != "metrics") return false;  // of single metrics
    const bool data = root_.find("data") != nullptr || root_.find("model") != nullptr;
    if (data == (root_.find("objective") != nullptr)) return true;
    return data ? block != "objective" : block != "data" && block != "model";
  }

  void unknown_key(Fault& fault, const Node& map, std::size_t number, const Path& path) {
    const Node::Member& member = map.members[number];
    if (++tried_ > most_tried) return;
    const auto cut = [](const Node::Member& before) { return is_cut_formula(before.value); };
    const auto before = map.members.begin() + static_cast<std::ptrdiff_t>(number);
    if (member.value.kind == Node::Kind::empty && std::any_of(map.members.begin(), before, cut)) {
      fault.cure = "inside { } a formula stands in quotes";
      return;
    }
    if (path.top() && member.key == "problem" && member.place.line == 0) {
      fault.cure = "a key's path begins at the top of the problem file, without problem.";
      return;
    }
    if (std::string cure = key_cure(path.text(), member.key); !cure.empty()) {
      fault.cure = std::move(cure);
      return;
    }
    const std::vector<std::string> names = names_here(member.key);
    if (names.empty()) return;
    std::string cure = in_its_block(member, names, path);
    // A slip in a name of the block is likelier than what stands deep in another one.
    const bool near = fault.cure.starts_with("did you mean");
    const std::vector<Path> places = places_of(names.front());
    const bool deep = dots_in(places.empty() ? path : places.front()) > 1;
    if (cure.empty() && !(near && deep)) cure = elsewhere(member, names, path);
    if (!cure.empty()) fault.cure = std::move(cure);
  }

  // Where the block knows the key by another name.
  std::string in_its_block(const Node::Member& member, const std::vector<std::string>& names,
                           const Path& path) const {
    const Path right = path / names.front();
    if (!all_paths().contains(right)) return "";
    const bool option = member.place.line == 0;
    if (names.front() != member.key && (path.top() || moved(path, names, member))) {
      if (names.size() == 1) return "did you mean '" + (option ? right.text() : names.front()) + "'?";
      return "write " + pairs(member, names);
    }
    const std::vector<std::string> items = items_with(path, names.front());
    return items.empty() ? "" : takes(path, names.front(), items);
  }

  static std::string takes(const Path& block, const std::string& name,
                           const std::vector<std::string>& items) {
    return block + " takes '" + name + "' where it is " + listed(items);
  }

  static std::string pairs(const Node::Member& member, const std::vector<std::string>& names) {
    if (member.value.items.size() != names.size()) return joined(names, " and ");
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (i > 0) text += ", ";
      text.append(names[i]).append(": ").append(to_flow_yaml(member.value.items[i]));
    }
    return text;
  }

  std::string elsewhere(const Node::Member& member, const std::vector<std::string>& names,
                        const Path& path) const {
    std::vector<std::string> shows, settings;
    std::string where_items_have_it;
    for (const Path& place : places_of(names.front())) {
      const Path block = block_of(place);
      if (!fits(place) || block == path) continue;
      Node::Member whole = member;
      whole.value = in_full(place, member.value);
      if (const auto problem = moved(block, names, whole)) {
        shows.push_back(block.top() ? "the top level: " + names.front() : shown(*problem, block));
        settings.push_back(setting(place, whole.value));
      } else if (const auto items = items_with(block, names.front()); !items.empty()) {
        where_items_have_it = takes(block, names.front(), items);
      }
    }
    if (shows.empty()) return where_items_have_it;
    if (shows.size() > most_named) return "";
    if (member.place.line == 0) return "did you mean " + joined(settings, " or ") + "?";
    const std::string here = names.front() == member.key ? "it" : quoted(joined(names, " and "));
    return here + " belongs in " + joined(shows, ", or in ");
  }

  void nothing(const Node& map, std::size_t number, const Path& path) {
    const Node::Member& member = map.members[number];
    Fault* fault = ending(member.value.place, "got nothing");
    if (fault == nullptr || !fault->cure.empty()) return;
    if (!is_block(path)) return;
    fault->cure = "its keys stand in the lines below it, further to the right: two blanks before each";
  }

  // The fault at a place whose text ends so.
  Fault* ending(const Place& place, const std::string& end_of_text) {
    auto [fault, end] = by_place_.equal_range(key_of(place));
    for (; fault != end; ++fault) {
      if (fault->second->text.ends_with(end_of_text)) return fault->second;
    }
    return nullptr;
  }

  void value(const Node& node, const Path& path) {
    auto [begin, end] = by_place_.equal_range(key_of(node.place));
    for (auto at = begin; at != end; ++at) {
      Fault& fault = *at->second;
      if (node.is_scalar() && fault.text.starts_with("unknown ") && !fault.text.starts_with("unknown key "))
        unknown_item(fault, node.text);
      if (node.quoted && node.text == "none") fault.cure = "none stands without quotes";
      if (node.is_map()) name_of_item(fault, node, path);
      if (!is_value(node) || !fault.text.ends_with("got " + kind_name(node))) continue;
      if (node.is_scalar()) wants_map(fault, node, path);
      if (node.is_list() && fault.cure.empty()) wants_one(fault, node, path);
      if (fault.cure.empty() && path == "optimizer.lr")
        fault.cure = "for example 0.01, a schedule such as {cosine: 0.01}, or auto";
    }
  }

  // What a number in the place of a map is likely meant for: the map that says so; other values as they are.
  static Node in_full(const Path& path, const Node& value) {
    constexpr std::array<std::pair<const char*, const char*>, 6> keys{{{"stop", "steps"},
                                                                       {"trace", "every"},
                                                                       {"lookahead", "k"},
                                                                       {"optimizer.clip", "norm"},
                                                                       {"stop.patience", "epochs"},
                                                                       {"objective.noise", "gaussian"}}};
    const auto key = std::ranges::find_if(keys, [&](const auto& row) { return path == row.first; });
    Node map = Node::map();
    if (value.is_scalar() && path == "stop" && parse_duration(value.text)) {
      map.add("time", Node::scalar(value.text));
    } else if (value.is_scalar() && path == "data" && value.text.find('.') != std::string::npos) {
      map.add("train", Node::scalar(value.text));
      map.add("target", Node::scalar("y"));
    } else if (value.is_scalar() && key != keys.end() && parse_number(value.text)) {
      map.add(key->second, Node::scalar(value.text));
    }
    return map.members.empty() ? value : map;
  }

  static void wants_map(Fault& fault, const Node& node, const Path& path) {
    if (fault.text.find(" must be a map") == std::string::npos || !fault.cure.empty()) return;
    const Node map = in_full(path, node);
    if (map.is_map()) fault.cure = "for example " + last_part(path) + ": " + to_flow_yaml(map);
  }

  static void wants_one(Fault& fault, const Node& node, const Path& path) {
    if (node.items.empty() || !std::ranges::all_of(node.items, &Node::is_scalar)) return;
    if (!all_paths().contains(path) || fault.text.find(" must be a map") != std::string::npos) return;
    const std::string values = to_flow_yaml(node);
    fault.cure = "a run has one; for several: lookahead sweep FILE --vary \"" + path + "=" +
                 (values.size() > longest_shown ? "VALUES" : values) + "\"";
  }

  // A map without the key that says which item it is.
  static void name_of_item(Fault& fault, const Node& node, const Path& path) {
    if (path == "optimizer" && fault.text.ends_with(" needs the key 'name'")) {
      item_key(fault, node, optimizer_catalog().names(), "name", "adam");
    } else if (path == "model" && fault.text.ends_with(" needs the key 'type'")) {
      item_key(fault, node, model_catalog().names(), "type", "linear");
    }
  }
  static void item_key(Fault& fault, const Node& node, const std::vector<std::string>& names,
                       const std::string& key, const std::string& usual) {
    if (!fault.cure.starts_with("for example ")) return;
    std::string name = usual;
    for (const Node::Member& member : node.members) {
      if (std::ranges::find(names, member.key) != names.end()) name = member.key;
      if (member.value.is_scalar() && std::ranges::find(names, member.value.text) != names.end())
        name = member.value.text;
    }
    fault.cure = "for example " + key + ": " + name;
  }

  // "unknown optimizer 'x'", with all names or the nearest.
  static void unknown_item(Fault& fault, const std::string& word) {
    const std::size_t begin = std::string_view("unknown ").size();
    const std::size_t end = fault.text.find(" '", begin);
    if (end == std::string::npos) return;
    const std::string kind = fault.text.substr(begin, end - begin);
    if (std::string cure = item_cure(kind, word); !cure.empty()) {
      fault.cure = std::move(cure);
    } else if (kind == "noise" && parse_number(word)) {
      fault.cure = "for example noise: " + to_flow_yaml(in_full(Path("objective.noise"), Node::scalar(word)));
    } else if (fault.cure.starts_with("known: ") && fault.cure.size() > longest_list &&
               kind.find(' ') == std::string::npos) {
      // The lists of the program have these kinds, and none of what a level takes outside.
      std::string kinds = kind + (kind.ends_with("s") ? "es" : "s");
      if (kind == "penalty") kinds = "penalties";
      fault.cure = "lookahead list " + kinds + " shows the names";
    }
  }

  const Node& root_;
  std::multimap<PlaceKey, Fault*> by_place_;
  int tried_ = 0;
};

}  // namespace

void mend_cures(const Node& root, Faults& faults) { Mending(root, faults).walk(root, Path()); }

}  // namespace lookahead
