#include "options/form.hpp"

#include <algorithm>
#include <functional>
#include <map>

#include "base/text.hpp"

namespace lookahead {
namespace {

// The parts of a type between separators that stand outside of all brackets.
std::vector<std::string_view> split_outside(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{' || text[i] == '[') ++depth;
    if (text[i] == '}' || text[i] == ']') --depth;
    if (depth > 0 || !text.substr(i).starts_with(separator)) continue;
    parts.push_back(trimmed(text.substr(begin, i - begin)));
    begin = i + separator.size();
  }
  parts.push_back(trimmed(text.substr(begin)));
  return parts;
}

// What types are called in help texts.
const std::map<std::string_view, std::function<Form()>>& named_types() {
  static const std::map<std::string_view, std::function<Form()>> all = {
      {"number", [] { return Form::of(Form::Kind::number); }},
      {"integer", [] { return Form::of(Form::Kind::integer); }},
      {"coordinates", [] { return limited(Form::of(Form::Kind::integer), {at_least(1)}); }},
      {"N", [] { return limited(Form::of(Form::Kind::integer), {at_least(1)}); }},
      {"fraction",
       [] {
         return limited(Form::of(Form::Kind::number), {above(0), below(1)});
       }},
      {"weight", [] { return limited(Form::of(Form::Kind::number), {above(0)}); }},
      {"text", [] { return Form::of(Form::Kind::text); }},
      {"column", [] { return Form::of(Form::Kind::text); }},
      {"expression", [] { return Form::of(Form::Kind::text); }},
      // A file whose name is a number stands in quotes.
      {"path", [] { return Form::matching("."); }},
      {"duration", [] { return Form::matching("^[0-9.][0-9.eE+-]*(ms|s|m|h)$"); }},
      {"one character", [] { return Form::matching("^.$"); }},
      {"map", [] { return Form::map_to({}); }},
      {"true", [] { return Form::of(Form::Kind::boolean); }}};
  return all;
}

// Keys that stand for any key: {label: weight}.
bool any_key(std::string_view key) {
  return key == "name" || key == "label" || key == "player" || key == "column";
}

// What stands between braces.
Form map_of_type(std::string_view inside) {
  Form map = Form::map();
  for (const std::string_view part : split_outside(inside, ",")) {
    const auto colon = part.find(':');
    const std::string_view keys = part.substr(0, colon);
    if (colon != std::string_view::npos && any_key(keys))
      return Form::map_to(form_of_type(part.substr(colon + 1)));
    for (const std::string_view key : split_outside(keys, "|")) {
      const auto named = named_types().find(key);
      Form value;
      if (colon != std::string_view::npos) {
        value = form_of_type(part.substr(colon + 1));
      } else if (named != named_types().end()) {
        value = named->second();
      }
      map.members.push_back({std::string(key), std::move(value)});
    }
  }
  return map;
}

Form form_of_part(std::string_view part) {
  if (const auto named = named_types().find(part); named != named_types().end()) return named->second();
  constexpr std::string_view list = "list of ", map = "map of ", lists = "list of paths";
  if (part == lists) return Form::list(form_of_type("path"));
  if (part.starts_with(list)) {
    const Form item = form_of_type(part.substr(list.size()));
    return Form::either({item, Form::list(item)});
  }
  if (const auto to = part.find(" to "); part.starts_with(map) && to != std::string_view::npos)
    return Form::map_to(form_of_type(part.substr(to + 4)));
  if (part.starts_with('{') && part.ends_with('}')) return map_of_type(part.substr(1, part.size() - 2));
  if (part.find(' ') != std::string_view::npos) return {};
  return Form::word(std::string(part));
}

// Calls `see` for every map that a form may be.
void for_maps(const Form& form, const std::function<void(const Form&)>& see) {
  if (form.kind == Form::Kind::map) see(form);
  if (form.kind != Form::Kind::either) return;
  for (const Form& part : form.parts) for_maps(part, see);
}

void add_words(const Form& form, std::vector<std::string>& words) {
  std::vector<std::string> more;
  if (form.kind == Form::Kind::word) more = {form.text};
  if (form.kind == Form::Kind::boolean) more = {"true", "false"};
  for (std::string& word : more) {
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(std::move(word));
  }
  if (form.kind != Form::Kind::either) return;
  for (const Form& part : form.parts) add_words(part, words);
}

void add_keys(const Form& map, const Path& above, std::map<Path, SettableKey>& keys) {
  for (const Form::Member& member : map.members) {
    const Path path = above / member.key;
    SettableKey& key = keys[path];
    key.path = path;
    if (key.sentence.empty()) key.sentence = member.sentence;
    add_words(member.form, key.words);
    for_maps(member.form, [&](const Form& inner) { add_keys(inner, path, keys); });
  }
}

}  // namespace

Form Form::of(Kind kind) {
  Form form;
  form.kind = kind;
  return form;
}

Form Form::map() { return of(Kind::map); }

Form Form::word(std::string text, std::string sentence) {
  Form form = of(Kind::word);
  form.text = std::move(text);
  form.sentence = std::move(sentence);
  return form;
}

Form Form::matching(std::string regular_expression) {
  Form form = of(Kind::text);
  form.text = std::move(regular_expression);
  return form;
}

Form Form::list(Form item, std::size_t least, std::size_t most) {
  Form form = of(Kind::list);
  form.parts.push_back(std::move(item));
  form.least = least;
  form.most = most;
  return form;
}

Form Form::map_to(Form value) {
  Form form = map();
  form.parts.push_back(std::move(value));
  return form;
}

Form Form::either(std::vector<Form> parts) {
  Form form = of(Kind::either);
  // A word once, as schemas want them.
  const auto add = [&](Form& part) {
    const auto same = [&](const Form& known) { return known.kind == Kind::word && known.text == part.text; };
    if (part.kind != Kind::word || std::ranges::none_of(form.parts, same))
      form.parts.push_back(std::move(part));
  };
  for (Form& part : parts) {
    if (part.kind == Kind::anything) return {};
    if (part.kind == Kind::either && part.shared.empty() && part.sentence.empty()) {
      for (Form& inner : part.parts) add(inner);
    } else {
      add(part);
    }
  }
  return form;
}

Form Form::one_key(std::string key, Form form, std::string sentence) {
  Form whole = map();
  whole.least = whole.most = 1;
  whole.members.push_back({std::move(key), std::move(form), std::move(sentence)});
  return whole;
}

Form form_of_type(std::string_view type) {
  type = trimmed(type);
  if (type == "true | false") return Form::of(Form::Kind::boolean);
  const auto parts = split_outside(type, " | ");
  if (parts.size() == 1) return form_of_part(parts.front());
  std::vector<Form> forms;
  for (const std::string_view part : parts) {
    // Both are one form.
    if (part != "false" || type.find("true") == std::string_view::npos) forms.push_back(form_of_part(part));
  }
  return Form::either(std::move(forms));
}

Form limited(Form form, const std::vector<Limit>& limits) {
  if (form.kind == Form::Kind::number || form.kind == Form::Kind::integer)
    form.limits.insert(form.limits.end(), limits.begin(), limits.end());
  const bool deeper = form.kind == Form::Kind::either || form.kind == Form::Kind::list;
  if (!deeper || !form.shared.empty()) return form;
  for (Form& part : form.parts) part = limited(std::move(part), limits);
  return form;
}

std::vector<SettableKey> settable_keys(const Form& map) {
  std::map<Path, SettableKey> keys;
  for_maps(map, [&](const Form& form) { add_keys(form, Path(), keys); });
  std::vector<SettableKey> all;
  all.reserve(keys.size());
  for (auto& [path, key] : keys) all.push_back(std::move(key));
  return all;
}

}  // namespace lookahead
