#include "expression/text.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace lookahead {

std::optional<ExpressionText> Codec<ExpressionText>::read(const Node& node, const Path& path,
                                                          Report& report) {
  if (!node.is_scalar()) {
    report.add(node.place, path + " must be an expression, got " + kind_name(node),
               "an expression with [ ] or { } at its beginning stands in quotes");
    return std::nullopt;
  }
  if (trimmed(node.text).empty()) {
    report.add(node.place, path + " is empty", "for example sum(i, 0, n-1, x[i]^2)");
    return std::nullopt;
  }
  return ExpressionText{node.text,
                        node.origin.file == nullptr ? TextOrigin{nullptr, 0, node.place} : node.origin};
}

Node Codec<ExpressionText>::write(const ExpressionText& value) {
  return value.text.empty() ? Node{} : Node::scalar(value.text, true);
}

std::optional<ExpressionConstants> Codec<ExpressionConstants>::read(const Node& node, const Path& path,
                                                                    Report& report) {
  if (node.kind == Node::Kind::empty || says_none(node)) return ExpressionConstants{};
  if (!node.is_map()) {
    report.add(node.place, path + " must be a map of names and numbers, got " + kind_name(node),
               "for example {a: 100}");
    return std::nullopt;
  }
  ExpressionConstants constants;
  for (const Node::Member& member : node.members) {
    if (!expression::may_name(member, path, report)) continue;
    const Path name = path / member.key;
    const std::vector<Node>& items = member.value.items;
    const auto nested =
        std::ranges::find_if(items, [](const Node& item) { return item.is_list() || item.is_map(); });
    if (member.value.is_map() || nested != items.end()) {
      report.add(
          nested != items.end() ? nested->place : member.value.place,
          name + " must be a number or a list of numbers, got " +
              (nested != items.end() ? kind_name(*nested) + " in the list" : kind_name(member.value)),
          "write a table row by row in one list: element j of row i of n is " + member.key + "[n*i + j]");
      continue;
    }
    auto values = Codec<std::vector<double>>::read(member.value, name, report);
    if (!values) continue;
    if (values->empty()) {
      report.add(member.value.place, name + " is an empty list",
                 "a list has at least one number, as in [1, 2]");
      continue;
    }
    constants.all.push_back({member.key, std::move(*values), member.value.is_list()});
  }
  return constants;
}

Node Codec<ExpressionConstants>::write(const ExpressionConstants& value) {
  if (value.all.empty()) return {};
  Node map = Node::map();
  for (const expression::NamedConstant& constant : value.all) {
    map.add(constant.name, constant.list ? Codec<std::vector<double>>::write(constant.values)
                                         : Codec<double>::write(constant.values.front()));
  }
  return map;
}

Form Codec<ExpressionConstants>::form() {
  return Form::either({Form::map_to(Form::either({form_of<double>(), Form::list(form_of<double>(), 1)})),
                       Form::word("none")});
}

Inside Codec<ExpressionConstants>::inside(Node& node, const std::string&) {
  if (says_none(node)) node = Node{};
  return inside_of<std::vector<double>>();
}

namespace expression {
namespace {

// Whether a comma ended the text as it stood in { } without quotes.
bool is_cut_by_comma(const ExpressionText& text) {
  if (text.origin.file == nullptr) return false;
  const std::string_view file = *text.origin.file;
  const std::size_t begin = std::min(text.origin.begin, file.size());
  if (!file.substr(begin).starts_with(text.text)) return false;
  const std::size_t next = file.find_first_not_of(' ', begin + text.text.size());
  return next != std::string_view::npos && file[next] == ',';
}

}  // namespace

bool may_name(const lookahead::Node::Member& member, const Path& path, Report& report) {
  const std::string reserved = reserved_name(member.key);
  if (reserved.empty()) return true;
  report.add(member.place, path + ": " + reserved, "choose another name");
  return false;
}

bool compile(const ExpressionText& text, const Names& names, const Path& path, Report& report,
             Expression& into) {
  const auto fault = Expression::compile(text.text, names, into);
  if (!fault) return true;
  std::string cure = fault->cure;
  if (cure.empty() && fault->at >= text.text.size() && is_cut_by_comma(text))
    cure = "inside { } an expression stands in quotes";
  std::string where;
  if (text.origin.file == nullptr)
    where = " (character " + to_text(static_cast<std::int64_t>(fault->at) + 1) + ")";
  report.add(place_within(text.origin, fault->at), path + ": " + fault->text + where, cure);
  return false;
}

namespace {

// "problem.yaml:4:12: 'log(x[0])'"; of several lines the first.
std::string place_and_text(const ExpressionText& text, TextPart part) {
  const std::string_view all =
      std::string_view(text.text).substr(std::min(part.begin, text.text.size()), part.end - part.begin);
  const std::size_t end = all.find('\n');
  const Place place = place_within(text.origin, part.begin);
  std::string told = place.line > 0 ? to_string(place) + ": " : std::string();
  told += quoted(end == std::string_view::npos ? std::string(all)
                                               : std::string(trimmed(all.substr(0, end))) + " ...");
  return told;
}

}  // namespace

std::string undefined_text(const ExpressionText& text, const std::optional<Diagnosis>& diagnosis) {
  if (!diagnosis) return {};
  return place_and_text(text, diagnosis->at) + " is " + to_text(diagnosis->result);
}

std::string kink_text(const ExpressionText& text, const Expression& compiled) {
  return compiled.kink() ? place_and_text(text, *compiled.kink()) : std::string();
}

Expression compiled(const ExpressionText& text, const Names& names) {
  Expression made;
  (void)Expression::compile(text.text, names, made);
  return made;
}

}  // namespace expression
}  // namespace lookahead
