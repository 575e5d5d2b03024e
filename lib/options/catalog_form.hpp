#pragma once
#include "options/catalog.hpp"

namespace lookahead {

// Appends a member for every parameter; its default is that of `defaults`, which may be empty.
void add_members(Form& map, const Parameters& parameters, const Values& defaults);

// A map of the parameters.
Form form_of_block(const Parameters& parameters, const Values& defaults);

// The form of a value that may be a map, whose keys have the forms and sentences of the parameters of
// their names.
Form with_sentences(Form form, const Parameters& parameters);

using Entries = std::vector<const Entry*>;
template <class E>
Entries entries_of(const Catalog<E>& catalog) {
  Entries entries;
  for (const E& entry : catalog) entries.push_back(&entry);
  return entries;
}

// The map of one entry with its name under `name_key`.
Form form_of_entry(const Entry& entry, const std::string& name_key);

// What read_named() takes: the plain name of an entry or its map.
Form form_named(const Entries& entries, const std::string& name_key);

// What read_one_key() takes but the plain name: {name: {parameters}}, {name: first parameter}.
Form form_one_key(const Entries& entries);

// The plain names.
std::vector<Form> name_forms(const Entries& entries);

}  // namespace lookahead
