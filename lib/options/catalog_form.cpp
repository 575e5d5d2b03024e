#include "options/catalog_form.hpp"

#include <algorithm>

namespace lookahead {
namespace {

// Whether the value of a parameter that is left out is none that it takes: it has to be given.
bool has_to_be_given(const Parameter& parameter, const Node& standard) {
  const auto number = standard.is_scalar() ? parse_number(standard.text) : std::nullopt;
  return number && !std::all_of(parameter.limits.begin(), parameter.limits.end(),
                                [&](const Limit& limit) { return limit.allows(*number); });
}

// Whether a value says no more than nothing does.
bool says_nothing(const Node& value) {
  return (value.is_scalar() && value.text.empty()) || (value.is_list() && value.items.empty());
}

}  // namespace

void add_members(Form& map, const Parameters& parameters, const Values& defaults) {
  for (const Parameter& parameter : parameters) {
    const std::string range = range_text(parameter.limits);
    Form::Member member{parameter.name, form_of(parameter), parameter.sentence,
                        parameter.type + (range.empty() ? "" : ", " + range)};
    if (!defaults.empty()) {
      Node standard = parameter.write(defaults);
      member.required = has_to_be_given(parameter, standard);
      if (!member.required && !says_nothing(standard)) member.standard = std::move(standard);
    }
    map.members.push_back(std::move(member));
  }
}

Form form_of_block(const Parameters& parameters, const Values& defaults) {
  Form map = Form::map();
  add_members(map, parameters, defaults);
  return map;
}

Form with_sentences(Form form, const Parameters& parameters) {
  for (Form& part : form.parts) part = with_sentences(std::move(part), parameters);
  for (Form::Member& member : form.members) {
    const auto named = std::ranges::find(parameters, member.key, &Parameter::name);
    if (named == parameters.end()) continue;
    member.sentence = named->sentence;
    member.form = form_of(*named);
  }
  return form;
}

Form form_of_entry(const Entry& entry, const std::string& name_key) {
  Form map = Form::map();
  Form::Member name{name_key, Form::word(entry.card.name, entry.card.summary)};
  name.required = true;
  map.members.push_back(std::move(name));
  add_members(map, entry.parameters, entry.defaults());
  return map;
}

std::vector<Form> name_forms(const Entries& entries) {
  std::vector<Form> names;
  names.reserve(entries.size());
  for (const Entry* entry : entries) names.push_back(Form::word(entry->card.name, entry->card.summary));
  return names;
}

Form form_named(const Entries& entries, const std::string& name_key) {
  std::vector<Form> parts = name_forms(entries);
  for (const Entry* entry : entries) parts.push_back(form_of_entry(*entry, name_key));
  return Form::either(std::move(parts));
}

Form form_one_key(const Entries& entries) {
  Form map = Form::map();
  map.least = map.most = 1;
  for (const Entry* entry : entries) {
    Form block = form_of_block(entry->parameters, entry->defaults());
    if (!entry->parameters.empty())
      block = Form::either({form_of(entry->parameters.front()), std::move(block)});
    map.members.push_back({entry->card.name, std::move(block), entry->card.summary});
  }
  return map;
}

}  // namespace lookahead
