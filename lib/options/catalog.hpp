#pragma once
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "options/parameter.hpp"

namespace lookahead {

// What a catalog says of an item.
struct Card {
  std::string name;
  std::string summary;    // one sentence
  std::string formula;    // the rule or function in plain text; may have several lines
  std::string reference;  // where it comes from
};

// What every entry of every catalog has: its card, its parameters, and a struct of them at their defaults.
// A room's entry type adds the functions that make the item.
struct Entry {
  Card card;
  Parameters parameters;
  Values (*defaults)() = [] { return Values(); };
  // Faults of parameters that do not go together; may be empty.
  std::function<void(const Values& parameters, const Place&, const Path& path, Report&)> check;
};

// The parameters of an item that has none.
struct NoParameters {};

// The declaration shared by all entries with parameters P.
template <class P>
Entry declare(Card card, Parameters parameters) {
  return {std::move(card), std::move(parameters), [] { return Values::of(P{}); }, {}};
}

// The items of one kind, sorted by name.
template <class E>
class Catalog {
 public:
  explicit Catalog(std::vector<E> entries) : entries_(std::move(entries)) {
    std::sort(entries_.begin(), entries_.end(),
              [](const E& a, const E& b) { return a.card.name < b.card.name; });
  }
  const E* find(std::string_view name) const {
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const E& entry) { return entry.card.name == name; });
    return found == entries_.end() ? nullptr : &*found;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const E& entry : entries_) names.push_back(entry.card.name);
    return names;
  }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  std::vector<E> entries_;
};

// An entry with values for its parameters.
template <class E>
struct Chosen {
  const E* entry = nullptr;
  Values values;
  Place place = {};  // of its name; without a file where it is a default

  static Chosen of(const E& entry) { return {&entry, entry.defaults()}; }
  template <class P>
  const P& as() const {
    return values.as<P>();
  }
};

// Reads a block that has a name: the plain name, or a map with the name under `name_key` and the parameters
// beside it. `common` are parameters every entry of the catalog shares, `also` keys that the caller reads
// itself.
template <class E>
std::optional<Chosen<E>> read_named(const Catalog<E>& catalog, const std::string& kind,
                                    const std::string& name_key, const Node& node, const Path& path,
                                    std::vector<Bound> common, std::vector<std::string> also,
                                    Report& report) {
  const Node* name = node.is_map() ? node.find(name_key) : &node;
  if (name == nullptr) {
    std::string cure = "for example " + name_key + ": " + catalog.names().front();
    const Node::Member* named = nullptr;  // {adam: {lr: 0.1}}
    for (const Node::Member& member : node.members) {
      if (member.key.starts_with(name_key + ":")) cure = separation_cure(member.key);
      if (catalog.find(member.key) != nullptr) named = &member;
    }
    if (named != nullptr) cure = "write " + path + ": {" + name_key + ": " + named->key + ", ...}";
    report.add(node.place, path + " needs the key '" + name_key + "'", cure);
    return std::nullopt;
  }
  if (!name->is_scalar()) {
    report.add(name->place,
               path + " must be the name of " + with_article(kind) + ", got " + kind_name(*name));
    return std::nullopt;
  }
  const E* entry = catalog.find(name->text);
  if (entry == nullptr) {
    std::string cure = suggestion(name->text, catalog.names());
    if (cure.empty()) cure = "known: " + joined(catalog.names(), ", ");
    report.add(name->place, "unknown " + kind + " " + quoted(name->text), cure);
    return std::nullopt;
  }
  Chosen<E> chosen = Chosen<E>::of(*entry);
  chosen.place = name->place;
  if (node.is_map()) {
    common.push_back({&entry->parameters, chosen.values.target()});
    also.push_back(name_key);
    read_members(node, path, common, also, report);
  }
  if (entry->check) entry->check(chosen.values, node.place, path, report);
  return chosen;
}

// The way into such a block.
template <class E>
Inside inside_named(const Catalog<E>& catalog, const std::string& name_key, const Parameters& common,
                    Node& node, const std::string& key) {
  spread(node, name_key);
  const Node* name = node.find(name_key);
  const E* entry = name != nullptr && name->is_scalar() ? catalog.find(name->text) : nullptr;
  static const Parameters none;
  return inside_member({&common, entry == nullptr ? &none : &entry->parameters}, key);
}

// A map with the name under `name_key` and every parameter beside it.
template <class E>
Node write_named(const Chosen<E>& chosen, const std::string& name_key) {
  Node map = Node::map();
  map.add(name_key, Node::scalar(chosen.entry->card.name));
  write_members(map, chosen.entry->parameters, chosen.values);
  return map;
}

// Reads a one-key map {name: {parameters}}; `name: value` is short for the entry's first parameter, and the
// plain name for all defaults.
template <class E>
std::optional<Chosen<E>> read_one_key(const Catalog<E>& catalog, const std::string& kind, const Node& node,
                                      const Path& path, Report& report) {
  const bool plain = node.is_scalar();
  if (!plain && (!node.is_map() || node.members.size() != 1)) {
    report.add(
        node.place,
        path + " must be a map with one key, the name of " + with_article(kind) + ", got " + kind_name(node),
        "known: " + joined(catalog.names(), ", "));
    return std::nullopt;
  }
  const std::string& name = plain ? node.text : node.members.front().key;
  const E* entry = catalog.find(name);
  if (entry == nullptr) {
    std::string cure = suggestion(name, catalog.names());
    if (cure.empty()) cure = "known: " + joined(catalog.names(), ", ");
    report.add(plain ? node.place : node.members.front().place,
               "unknown " + kind + " " + quoted(name) + " in " + path, cure);
    return std::nullopt;
  }
  Chosen<E> chosen = Chosen<E>::of(*entry);
  const Path inner = path / name;
  if (plain) {
    if (entry->check) entry->check(chosen.values, node.place, inner, report);
    return chosen;
  }
  const Node& value = node.members.front().value;
  if (value.is_map() || entry->parameters.empty()) {
    const Bound bound{&entry->parameters, chosen.values.target()};
    read_members(value, inner, {&bound, 1}, {}, report);
  } else {
    entry->parameters.front().read(chosen.values.target(), value, inner, report);
  }
  if (entry->check) entry->check(chosen.values, node.place, inner, report);
  return chosen;
}

// The way into such a map: to the parameters of the item whose name is `key`.
template <class E>
Inside inside_one_key(const Catalog<E>& catalog, Node& node, const std::string& key) {
  const E* entry = catalog.find(key);
  if (node.is_scalar()) {
    const Place place = node.place;
    node = Node::map();
    node.place = place;
  }
  if (entry == nullptr || entry->parameters.empty()) return {};
  return {[entry](Node& value, const std::string& inner) {
    spread(value, entry->parameters.front().name);
    return inside_member({&entry->parameters}, inner);
  }};
}

// {name: {parameters}} with every parameter.
template <class E>
Node write_one_key(const Chosen<E>& chosen) {
  Node inner = Node::map();
  write_members(inner, chosen.entry->parameters, chosen.values);
  Node map = Node::map();
  map.add(chosen.entry->card.name, std::move(inner));
  return map;
}

}  // namespace lookahead
