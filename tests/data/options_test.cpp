#include "data/options.hpp"

#include <doctest/doctest.h>

using namespace lookahead;

namespace {

Node map_of(std::string key, Node value) {
  Node map = Node::map();
  map.add(std::move(key), std::move(value));
  return map;
}

DataOptions read(const Node& node, Report& report) {
  DataOptions options;
  const Bound bound{&data_parameters(), ValuesTarget::of(options)};
  read_members(node, Path("data"), {&bound, 1}, {}, report);
  return options;
}

std::string fault_of(const std::string& key, Node value) {
  Report report;
  read(map_of(key, std::move(value)), report);
  return report.empty() ? "" : to_string(report.faults().front());
}

DataOptions good(const std::string& key, Node value) {
  Report report;
  const DataOptions options = read(map_of(key, std::move(value)), report);
  for (const Fault& fault : report.faults()) FAIL_CHECK(to_string(fault));
  return options;
}

}  // namespace

TEST_CASE("separators are a character or a word") {
  const std::pair<const char*, char> expected[] = {
      {"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"\\t", '\t'}, {"\t", '\t'},  {"blank", ' '},
      {"space", ' '}, {"pipe", '|'},      {";", ';'},    {":", ':'},    {"auto", '\0'}};
  for (const auto& [word, value] : expected)
    CHECK(good("separator", Node::scalar(word)).separator.value == value);
  for (const char* bad : {"commas", "5", "a", "\"", "\n", "-", ""}) {
    CAPTURE(bad);
    CHECK(fault_of("separator", Node::scalar(bad)).find("data.separator must be") != std::string::npos);
  }
}

TEST_CASE("validation is none, a fraction or a path") {
  CHECK(good("validation", Node::scalar("none")).validation == Validation{});
  CHECK(good("validation", Node::scalar("0.25")).validation == Validation{0.25, ""});
  CHECK(good("validation", Node::scalar("valid.csv")).validation == Validation{0, "valid.csv"});
  CHECK(good("validation", Node::scalar("0.2", true)).validation == Validation{0, "0.2"});
  for (const char* bad : {"0", "1", "-0.1", "1.5", "nan"}) {
    CHECK(fault_of("validation", Node::scalar(bad)).find("fraction > 0 and < 1") != std::string::npos);
  }
}

TEST_CASE("test is a path or a map") {
  CHECK(good("test", Node::scalar("t.csv")).test->file == "t.csv");
  Node map = Node::map();
  map.add("file", Node::scalar("t.csv"));
  map.add("skip_lines", Node::scalar("1"));
  map.add("strip", Node::scalar("."));
  CHECK(*good("test", map).test == TestFile{"t.csv", 1, "."});
  map.members[1].value.text = "-1";
  CHECK(fault_of("test", map) == "error: data.test.skip_lines must be >= 0 and <= 1e+15, got -1");
  CHECK(fault_of("test", Node::map()).find("needs the path") != std::string::npos);
}

TEST_CASE("marks are of all columns or of one") {
  Node columns = map_of("age", Node::list({Node::scalar("-1"), Node::scalar("999")}));
  columns.add("", Node::scalar("x"));
  const Missing missing = good("missing", map_of("columns", columns)).missing;
  CHECK(missing.policy == MissingPolicy::error);
  CHECK(missing.marks == Missing{}.marks);
  CHECK(missing.columns == ColumnMarks{{{"age", {"-1", "999"}}, {"", {"x"}}}});
  CHECK(good("missing", map_of("marks", Node::list({Node::scalar("NA"), Node::scalar("-999")})))
            .missing.marks == std::vector<std::string>{"NA", "-999"});
  CHECK(fault_of("missing", map_of("columns", Node::scalar("age"))) ==
        "error: data.missing.columns must be a map from columns to marks, got 'age' (for example "
        "data.missing.columns: {age: [-1, 999]})");
}

TEST_CASE("a target may be written as a number") {
  CHECK(*good("target", Node::scalar("15")).target == "15");
}

TEST_CASE("words with a slip get a suggestion") {
  CHECK(fault_of("missing", Node::scalar("inpute")).find("did you mean 'impute'?") != std::string::npos);
  CHECK(fault_of("task", Node::scalar("regresion")).find("did you mean 'regression'?") != std::string::npos);
  CHECK(fault_of("headr", Node::scalar("true")).find("header'?") != std::string::npos);
}

TEST_CASE("what is written reads back to the same") {
  std::vector<DataOptions> all(11);
  all[0].train = {"a.csv"}, all[0].target = "", all[0].drop = {"", "x"};
  all[1].test = TestFile{"t.csv", 0, ""}, all[1].validation.file = "none";
  all[2].test = TestFile{"t.csv", 2, ".;"}, all[2].validation.fraction = 0.1;
  all[3].categorical = {false, {"auto"}}, all[3].header = HeaderChoice::absent;
  all[4].categorical = {false, {}}, all[4].decimal.value = ',';
  all[5].missing = {MissingPolicy::drop, {"-999", ""}, {{{"age", {"-1", ""}}, {"", {}}}}},
  all[5].separator.value = ' ';
  all[6].missing = {MissingPolicy::mean, {}, {}}, all[6].separator.value = ':';
  all[7].task = TaskChoice::regression, all[7].standardize = Standardize::none,
  all[7].standardize_target = true, all[7].comment.value = '#', all[7].skip_lines = 3;
  all[8].test = TestFile{"", {}, "", 0.25}, all[8].thousands.value = ' ', all[8].units = {"%", "$"};
  all[9].test = TestFile{"", {}, "", 0.25, false}, all[9].thousands.value = ',', all[9].event = "1";
  all[10].test = TestFile{"0.2"}, all[10].thousands.value = '.', all[10].split_seed = 7;
  for (const DataOptions& options : all) {
    Node written = Node::map(), again = Node::map();
    write_members(written, data_parameters(), ValuesView::of(options));
    Report report;
    const DataOptions back = read(written, report);
    for (const Fault& fault : report.faults()) FAIL_CHECK(to_string(fault));
    CHECK(back.train == options.train);
    CHECK(back.format == options.format);
    CHECK(back.weights == options.weights);
    CHECK(back.features == options.features);
    CHECK(back.keep == options.keep);
    CHECK(back.encoding == options.encoding);
    CHECK(back.rare == options.rare);
    CHECK(back.target == options.target);
    CHECK(back.task == options.task);
    CHECK(back.test == options.test);
    CHECK(back.validation == options.validation);
    CHECK(back.drop == options.drop);
    CHECK(back.categorical == options.categorical);
    CHECK(back.header == options.header);
    CHECK(back.separator == options.separator);
    CHECK(back.decimal == options.decimal);
    CHECK(back.thousands == options.thousands);
    CHECK(back.units == options.units);
    CHECK(back.event == options.event);
    CHECK(back.split_seed == options.split_seed);
    CHECK(back.missing == options.missing);
    CHECK(back.standardize == options.standardize);
    CHECK(back.standardize_target == options.standardize_target);
  }
}

TEST_CASE("what is required and what contradicts itself is said at the block") {
  const auto faults = [](DataOptions options) {
    options.place = {"p.yaml", 3, 1};
    Report report;
    check_data_options(options, report);
    std::string text;
    for (const Fault& fault : report.faults()) text += to_string(fault) + "\n";
    return text;
  };
  DataOptions options;
  CHECK(faults(options).find("p.yaml:3:1: error: data needs the key 'train'") == 0);
  CHECK(faults(options).find("data needs the key 'target'") != std::string::npos);
  options.train = {"-"};
  options.target = "y";
  CHECK(faults(options).empty());
  options.validation.file = "-";
  CHECK(faults(options).find("standard input more than once") != std::string::npos);
  options.validation.file = "";
  options.drop = {"y"};
  CHECK(faults(options).find("data.drop contains the target 'y'") != std::string::npos);
  options.drop = {"a"};
  options.categorical = {false, {"a"}};
  CHECK(faults(options).find("'a' stands in data.drop and in data.categorical") != std::string::npos);
}

TEST_CASE("a comment is one character, and a separator of two gets a hint") {
  CHECK(good("comment", Node::scalar("#", true)).comment.value == '#');
  CHECK(good("comment", Node::scalar("none")).comment.value == 0);
  for (const char* wrong : {"//", "a", "1", "-", " ", "\"", ""})
    CHECK(fault_of("comment", Node::scalar(wrong, true)).find("must be none or one character") !=
          std::string::npos);
  CHECK(fault_of("separator", Node::scalar("::")) ==
        "error: data.separator must be one character, got '::' (replace it in the file, for example by sed "
        "'s/::/|/g')");
}

TEST_CASE("fractions and forms of numbers that contradict themselves are said") {
  DataOptions options;
  options.train = {"a.csv"}, options.target = "y";
  const auto faults = [&] {
    Report report;
    check_data_options(options, report);
    std::string text;
    for (const Fault& fault : report.faults()) text += to_string(fault) + "\n";
    return text;
  };
  options.validation.fraction = 0.6;
  options.test = TestFile{"", {}, "", 0.4};
  CHECK(faults().find("data.validation and data.test leave no rows for training") != std::string::npos);
  options.test->fraction = 0.3;
  CHECK(faults().empty());
  options.thousands.value = options.decimal.value = ',';
  options.units = {""};
  CHECK(faults().find("data.thousands and data.decimal are the same character") != std::string::npos);
  CHECK(faults().find("data.units contains an empty text") != std::string::npos);
}
