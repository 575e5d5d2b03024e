#include "options/parameter.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace lookahead {
namespace {

// What to advise where a key of a map is a whole number: a comma within a number has made it one.
std::string comma_cure(const Node& map, const Node::Member& member) {
  const std::string begins = "in { } a comma begins a new key";
  const auto before = &member == map.members.data() ? nullptr : &member - 1;
  constexpr std::size_t group = 3;
  const bool thousands = before != nullptr && member.key.size() == group && before->value.is_scalar() &&
                         parse_integer(before->value.text).value_or(0) > 0;
  if (!thousands) return "decimals stand behind a point: " + begins;
  return begins + ": write " + before->value.text + member.key + ", or " + before->value.text + "." +
         member.key + " for a decimal";
}

}  // namespace

bool Limit::allows(double x) const {
  switch (kind) {
    case Kind::at_least:
      return x >= value;
    case Kind::above:
      return x > value;
    case Kind::at_most:
      return x <= value;
    case Kind::below:
      return x < value;
  }
  return false;
}

std::string range_text(std::span<const Limit> limits) {
  std::vector<std::string> parts;
  for (const Limit& limit : limits) {
    const char* sign = limit.kind == Limit::Kind::at_least  ? ">= "
                       : limit.kind == Limit::Kind::above   ? "> "
                       : limit.kind == Limit::Kind::at_most ? "<= "
                                                            : "< ";
    parts.push_back(sign + to_text(limit.value));
  }
  return joined(parts, " and ");
}

Form form_of(const Parameter& parameter) {
  return limited(parameter.form != nullptr ? parameter.form() : form_of_type(parameter.type),
                 parameter.limits);
}

bool is_whole_beyond(std::span<const Limit> limits, const Node& node, const Path& path, Report& report) {
  if (!node.is_scalar() || node.quoted || parse_integer(node.text)) return false;
  const auto number = parse_number(node.text);
  return number && std::floor(*number) == *number && !within(limits, number, node, path, report);
}

bool within(std::span<const Limit> limits, std::optional<double> number, const Node& node, const Path& path,
            Report& report) {
  if (!number) return true;
  for (const Limit& limit : limits) {
    if (limit.allows(*number)) continue;
    report.add(node.place, path + " must be " + range_text(limits) + ", got " +
                               (node.is_scalar() ? node.text : to_text(*number)));
    return false;
  }
  // Whole numbers are counts, which stay integers.
  if (!report.single_precision || *number == std::floor(*number)) return true;
  const auto rounded = static_cast<double>(static_cast<float>(*number));
  for (const Limit& limit : limits) {
    if (limit.allows(rounded)) continue;
    report.add(node.place,
               path + " must be " + range_text(limits) + ", and " + node.text + " is " + to_text(rounded) +
                   " in single precision",
               "set precision: double, or choose another number");
    return false;
  }
  return true;
}

std::string separation_cure(const std::string& text) {
  const auto is_key = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  const auto end =
      static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_key) - text.begin());
  if (end == 0) return "";
  const std::string key = text.substr(0, end);
  if (text.size() > end + 1 && text[end] == ':' && text[end + 1] != ' ')
    return "a blank after the colon: " + key + ": " + text.substr(end + 1, text.find(' ') - end - 1);
  const auto sign = text.find_first_not_of(' ', end);
  if (sign == std::string::npos || text[sign] != '=') return "";
  return "a colon and a blank in the place of =: " + key + ": " +
         std::string(trimmed(std::string_view(text).substr(sign + 1)));
}

void read_members(const Node& node, const Path& path, std::span<const Bound> bound,
                  std::span<const std::string> also, Report& report) {
  if (!node.is_map()) {
    report.add(node.place,
               (path.top() ? "the problem" : path.text()) + " must be a map, got " + kind_name(node),
               node.is_scalar() ? separation_cure(node.text) : "");
    return;
  }
  std::vector<std::string> known(also.begin(), also.end());
  for (const Bound& b : bound) {
    for (const Parameter& parameter : *b.parameters) known.push_back(parameter.name);
  }
  constexpr std::size_t most_faults = 1000;  // more are of no use to anybody
  for (const Node::Member& member : node.members) {
    if (report.faults().size() >= most_faults) return;
    if (std::find(also.begin(), also.end(), member.key) != also.end()) continue;
    bool found = false;
    for (const Bound& b : bound) {
      for (const Parameter& parameter : *b.parameters) {
        if (parameter.name != member.key) continue;
        parameter.read(b.target, member.value, path / member.key, report);
        found = true;
      }
    }
    if (!found) {
      // A key from the command line has no line that would show its block, so it is named in full.
      const bool in_full = member.place.line == 0;
      const std::string where = path.top() || in_full ? "" : " in " + path;
      const auto shown = [&](const std::string& key) { return in_full ? (path / key).text() : key; };
      const auto near = nearest(member.key, known);
      std::string cure = near ? "did you mean '" + shown(*near) + "'?" : "known: " + joined(known, ", ");
      if (member.value.kind == Node::Kind::empty) {
        if (const std::string apart = separation_cure(member.key); !apart.empty()) cure = apart;
        if (parse_integer(member.key)) cure = comma_cure(node, member);
      }
      report.add(member.place, "unknown key " + quoted(shown(member.key)) + where, cure);
    }
  }
}

Inside inside_member(std::initializer_list<const Parameters*> declared, const std::string& key) {
  for (const Parameters* parameters : declared) {
    for (const Parameter& parameter : *parameters) {
      if (parameter.name == key) return parameter.inside;
    }
  }
  return {};
}

void write_members(Node& map, const Parameters& parameters, ValuesView values) {
  for (const Parameter& parameter : parameters) map.add(parameter.name, parameter.write(values));
}

Parameters together(std::vector<Parameters> parts) {
  Parameters all;
  for (Parameters& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace lookahead
