#pragma once
#include <algorithm>
#include <cmath>
#include <regex>

#include "base/text.hpp"
#include "options/form.hpp"

namespace lookahead::test {

// Whether a value of a problem file has a form: a plain model of what a schema says.
inline bool fits(const Form& form, const Node& node) {
  const auto number = node.is_scalar() && !node.quoted ? parse_number(node.text) : std::nullopt;
  const bool boolean = node.is_scalar() && !node.quoted && (node.text == "true" || node.text == "false");
  switch (form.kind) {
    case Form::Kind::anything:
      return true;
    case Form::Kind::number:
    case Form::Kind::integer: {
      if (!number || !std::isfinite(*number)) return false;
      if (form.kind == Form::Kind::integer && *number != std::floor(*number)) return false;
      return std::all_of(form.limits.begin(), form.limits.end(),
                         [&](const Limit& limit) { return limit.allows(*number); });
    }
    case Form::Kind::boolean:
      return boolean;
    case Form::Kind::text:
      if (!node.is_scalar()) return false;
      if (form.text.empty()) return true;
      return !number && !boolean && std::regex_search(node.text, std::regex(form.text));
    case Form::Kind::word:
      return node.is_scalar() && node.text == form.text;
    case Form::Kind::list:
      return node.is_list() && node.items.size() >= form.least &&
             (form.most == 0 || node.items.size() <= form.most) &&
             std::all_of(node.items.begin(), node.items.end(),
                         [&](const Node& item) { return fits(form.parts.front(), item); });
    case Form::Kind::either:
      return std::any_of(form.parts.begin(), form.parts.end(),
                         [&](const Form& part) { return fits(part, node); });
    case Form::Kind::map:
      break;
  }
  if (!node.is_map() || node.members.size() < form.least) return false;
  if (form.most > 0 && node.members.size() > form.most) return false;
  for (const Node::Member& member : node.members) {
    const auto known = std::find_if(form.members.begin(), form.members.end(),
                                    [&](const Form::Member& one) { return one.key == member.key; });
    if (known != form.members.end()) {
      if (!fits(known->form, member.value)) return false;
      continue;
    }
    if (form.parts.empty() || !fits(form.parts.front(), member.value)) return false;
    if (!form.text.empty() && !std::regex_search(member.key, std::regex(form.text))) return false;
  }
  for (const Form::Member& member : form.members) {
    if (member.required && node.find(member.key) == nullptr) return false;
  }
  const auto whole = [&](const std::vector<std::string>& keys) {
    return std::all_of(keys.begin(), keys.end(),
                       [&](const std::string& key) { return node.find(key) != nullptr; });
  };
  return form.groups.empty() || std::count_if(form.groups.begin(), form.groups.end(), whole) == 1;
}

}  // namespace lookahead::test
