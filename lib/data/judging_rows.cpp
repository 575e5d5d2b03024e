// The rows that judge a run, as written in a problem file.
#include "base/text.hpp"
#include "data/options.hpp"
#include "options/catalog_form.hpp"
#include "options/other_notation.hpp"

namespace lookahead {
namespace {

bool is_none(const Node& node) { return node.is_scalar() && !node.quoted && node.text == "none"; }

const Parameters& test_parameters() {
  static const Parameters parameters = {
      param("file", &TestFile::file, "path of the file, plain or gzip"),
      param("skip_lines", &TestFile::skip_lines,
            "lines to leave out at the start of the file, in place of data.skip_lines", at_least(0),
            at_most(most_counted)),
      param("strip", &TestFile::strip, "characters to take off the end of every target cell"),
      param("fraction", &TestFile::fraction, "share of the training file's rows, in place of a file",
            above(0), below(1)),
      param("stratify", &TestFile::stratify, "fraction, classification: the same share of every class"),
  };
  return parameters;
}

const Parameters& validation_parameters() {
  static const Parameters parameters = {
      param("fraction", &Validation::fraction, "share of the training rows that is set aside", above(0),
            below(1)),
      param(
          "folds", &Validation::folds,
          "parts of the training rows, each of which judges a model of its own that learned from the others",
          at_least(2), at_most(1000)),
      param("stratify", &Validation::stratify, "classification: the same share of every class"),
  };
  return parameters;
}

// Whether a text without quotes is a share of the rows in another notation than that of a number, or true: a fault
// then, as a file of this name is not meant.
bool is_odd_share(const Node& node, const Path& path, Report& report) {
  if (!node.is_scalar() || node.quoted) return false;
  const auto written = percent_or_ratio(node.text);
  if (!written && node.text != "true") return false;
  constexpr int digits = 12;
  constexpr double usual = 0.2;
  const double share = written.value_or(usual);
  const bool ratio = written && !node.text.ends_with('%');
  const std::string cure = share > 0 && share < 1 ? "write " + short_text(share, digits) : "for example 0.2";
  report.add(node.place, path + " must be a fraction > 0 and < 1, or a file, got " + kind_name(node),
             cure + (ratio ? "; the path of a file stands in quotes" : ""));
  return true;
}

}  // namespace

std::optional<TestFile> Codec<TestFile>::read(const Node& node, const Path& path, Report& report) {
  TestFile value;
  if (is_none(node)) return value;
  if (is_odd_share(node, path, report)) return std::nullopt;
  const auto number = node.is_scalar() && !node.quoted ? parse_number(node.text) : std::nullopt;
  if (node.is_map()) {
    const std::size_t before = report.faults().size();
    const Bound bound{&test_parameters(), ValuesTarget::of(value)};
    read_members(node, path, {&bound, 1}, {}, report);
    if (report.faults().size() > before) return std::nullopt;
    if (value.fraction > 0 && value == TestFile{"", {}, "", value.fraction, value.stratify}) return value;
    if (value.fraction > 0) {
      report.add(node.place, path + " needs either file or fraction", "skip_lines and strip go with a file");
      return std::nullopt;
    }
  } else if (number) {
    value.fraction = *number;
    if (*number > 0 && *number < 1) return value;
    report.add(node.place, path + " must be a fraction > 0 and < 1, got " + node.text,
               "0.2 keeps a fifth of the rows for the end");
    return std::nullopt;
  } else {
    auto file = Codec<std::string>::read(node, path, report);
    if (!file) return std::nullopt;
    value.file = std::move(*file);
  }
  if (!value.file.empty()) return value;
  report.add(node.place, path + " needs the path of a file", "for example " + path + ": test.csv");
  return std::nullopt;
}

Form Codec<TestFile>::form() { return with_sentences(form_of_type(type()), test_parameters()); }

Node Codec<TestFile>::write(const TestFile& value) {
  if (value.fraction > 0 && value.stratify) return Codec<double>::write(value.fraction);
  Node map = Node::map();
  if (value.fraction > 0) {
    map.add("fraction", Codec<double>::write(value.fraction));
    map.add("stratify", Codec<bool>::write(value.stratify));
    return map;
  }
  if (value == TestFile{value.file}) return Codec<std::string>::write(value.file);
  map.add("file", Codec<std::string>::write(value.file));
  if (value.skip_lines) map.add("skip_lines", Codec<Index>::write(*value.skip_lines));
  map.add("strip", Codec<std::string>::write(value.strip));
  return map;
}

Inside Codec<TestFile>::inside(Node& node, const std::string& key) {
  if (is_none(node)) node = Node{};
  spread(node, node.is_scalar() && !node.quoted && parse_number(node.text) ? "fraction" : "file");
  return inside_member({&test_parameters()}, key);
}

std::optional<Validation> Codec<Validation>::read(const Node& node, const Path& path, Report& report) {
  Validation value;
  if (node.is_map()) {
    const std::size_t before = report.faults().size();
    const Bound bound{&validation_parameters(), ValuesTarget::of(value)};
    read_members(node, path, {&bound, 1}, {}, report);
    if (report.faults().size() > before) return std::nullopt;
    if ((value.fraction > 0) != (value.folds > 0)) return value;
    report.add(node.place, path + " needs either fraction or folds", "for example " + path + ": {folds: 5}");
    return std::nullopt;
  }
  if (!node.is_scalar() || node.text.empty()) {
    report.add(node.place, path + " must be none, a fraction, a path or a map, got " + kind_name(node));
    return std::nullopt;
  }
  if (is_none(node)) return value;
  if (is_odd_share(node, path, report)) return std::nullopt;
  const auto number = node.quoted ? std::nullopt : parse_number(node.text);
  if (!number) {
    value.file = node.text;
    return value;
  }
  value.fraction = *number;
  if (*number > 0 && *number < 1) return value;
  report.add(node.place, path + " must be a fraction > 0 and < 1, got " + node.text,
             "0.2 keeps a fifth of the rows; none switches validation off");
  return std::nullopt;
}

Form Codec<Validation>::form() { return with_sentences(form_of_type(type()), validation_parameters()); }

Node Codec<Validation>::write(const Validation& value) {
  if (!value.file.empty()) return Codec<std::string>::write(value.file);
  if (value == Validation{}) return Node::scalar("none");
  if (value.folds == 0 && value.stratify) return Codec<double>::write(value.fraction);
  Node map = Node::map();
  if (value.folds > 0) map.add("folds", Codec<Index>::write(value.folds));
  if (value.folds == 0) map.add("fraction", Codec<double>::write(value.fraction));
  map.add("stratify", Codec<bool>::write(value.stratify));
  return map;
}

Inside Codec<Validation>::inside(Node& node, const std::string& key) {
  // A file has no map, and folds take the place of a fraction, so that nothing of them could stay.
  if (node.is_scalar() && (key == "folds" || !parse_number(node.text))) node = Node{};
  spread(node, "fraction");
  return inside_member({&validation_parameters()}, key);
}

}  // namespace lookahead
