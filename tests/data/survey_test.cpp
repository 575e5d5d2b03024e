#include "data/survey.hpp"

#include "files.hpp"

using namespace lookahead;

TEST_CASE("a survey chooses marks, forms of numbers and columns to drop so that the data can be used") {
  const Folder folder;
  std::string text = "ticket,price,size,code,nothing,free,y\n";
  for (int i = 0; i < 120; ++i) {
    text += (i % 3 == 0 ? "PC " + std::to_string(i * 17 % 70) : std::to_string(i * 31)) + ",";
    text += (i % 10 == 0 ? "\"1," + std::to_string(100 + i) + ".5\"" : std::to_string(i)) + ",";
    text += (i % 40 == 0 ? "unknown," : std::to_string(i % 13) + ",") + std::string(i % 2 == 0 ? "a," : "b,");
    text += ",free " + std::to_string(i % 90) + "," + std::to_string(i % 11) + ".5\n";
  }
  const auto found = survey(raw_options(folder.write("train.csv", text), "y"), std::nullopt, 1);
  REQUIRE_MESSAGE(bool(found), faults_of(found));
  CHECK(found->encoding.feature_names() == Names{"price", "size", "code=a", "code=b"});
  CHECK(found->encoding.thousands.value == ',');
  CHECK(found->encoding.missing.marks.back() == "unknown");
  CHECK(found->why == "it is numeric");
  Names names;
  for (const auto& [name, why] : found->unusable) names.push_back(name);
  CHECK(names == Names{"ticket", "nothing", "free"});
}

TEST_CASE("a survey goes on where a column holds more texts than can be used") {
  const Folder folder;
  std::string text = "who,x,y\n";
  for (int i = 0; i < 160000; ++i)
    text += "u" + std::to_string(i < 20 ? 0 : i % 80000) + "," + std::to_string(i % 31) + "," +
            std::to_string(i % 7) + ".5\n";
  const std::string file = folder.write("train.csv", text);
  for (const Index threads : {1, 2}) {
    const auto found = survey(raw_options(file, "y"), std::nullopt, threads);
    REQUIRE_MESSAGE(bool(found), faults_of(found));
    REQUIRE(found->unusable.size() == 1);
    CHECK(found->unusable[0].first == "who");
    CHECK(found->unusable[0].second == "it holds more than 65536 different texts");
  }
  DataOptions options = raw_options(file, "");
  options.target.reset();
  const auto columns = survey(options, std::nullopt, 2);
  REQUIRE_MESSAGE(bool(columns), faults_of(columns));
  CHECK(columns->columns[0].reason == "too many texts");
}

TEST_CASE("what stands behind a number is proposed as its unit") {
  CHECK(faults_in("x,y\n1,1\n14.5mm,2\n2,3\n3,5\n") ==
        "train.csv:3:1: error: column 'x': '14.5mm' is not a number (set data.units: [mm] where 'mm' is a "
        "unit)\n");
  DataOptions options = raw_options("", "y");
  options.units = {"%"};
  CHECK(holds(faults_in("x,y\n1%,1\n14.5 km/h,2\n2 km/h,3\n3,5\n4,6\n5,7\n", options),
              "set data.units: [\"%\", km/h] where 'km/h' is a unit; data.categorical"));
  options.units = {"mm"};
  CHECK(numbers(good("x,y\n1,1\n14.5mm,2\n2,3\n3,5\n", options).train) == Numbers{1, 14.5, 2, 3});
  // A factor, a kind, two units, no number: they are none.
  for (const char* cell : {"10k", "12b", "x5mm", "5e"}) {
    CAPTURE(cell);
    CHECK(holds(faults_in("x,y\n1,1\n" + std::string(cell) + ",2\n2,3\n3,5\n"),
                "(if it stands for a missing cell"));
  }
  CHECK(holds(faults_in("x,y\n1,1\n5mm,2\n2cm,3\n3,5\n4,6\n5,6\n"), "(if they stand for missing cells"));
  const Folder folder;
  const auto found = survey(raw_options(folder.write("t.csv", "x,y\n1,1\n14.5mm,2\n2,3\n3,5\n"), "y"), {}, 1);
  REQUIRE_MESSAGE(bool(found), faults_of(found));
  CHECK(found->encoding.units == Names{"mm"});
}

TEST_CASE("a survey without a target tells what every column would be as one") {
  const Folder folder;
  std::string text = "id,x,two,kind,when,note,one,free,none,y\n";
  for (int i = 1; i <= 40; ++i) {
    const std::string n = std::to_string(i);
    text += n + "," + (i == 3 ? "NA" : std::to_string(i * 7 % 31) + ".5") + "," + std::to_string(i % 2) +
            "," +
            (i % 3 == 0   ? "a"
             : i % 3 == 1 ? "b"
                          : "c") +
            ",2024-01-" + std::to_string(10 + i % 20) + ",n" + n + ",k,f" + std::to_string(i % 37) + ",," +
            std::to_string(i * i % 29) + "\n";
  }
  const auto look = [&](std::optional<Task> task) {
    DataOptions options;
    options.train = folder.write("t.csv", text);
    const auto found = survey(options, task, 1);
    REQUIRE_MESSAGE(bool(found), faults_of(found));
    CHECK(found->rows == 40);
    return found->columns;
  };
  const auto columns = look({});
  REQUIRE(columns.size() == 10);
  const auto as_target = [](const ColumnOverview& column) {
    return column.name + ": " + (column.task ? Codec<Task>::word(*column.task) : column.reason);
  };
  Names targets;
  for (const ColumnOverview& column : columns) targets.push_back(as_target(column));
  CHECK(targets == Names{"id: row numbers", "x: regression", "two: classification", "kind: classification",
                         "when: dates", "note: all different", "one: one value", "free: mostly different",
                         "none: no values", "y: regression"});
  CHECK(columns[1].missing == 1);
  CHECK(columns[1].example == "7.5");
  CHECK(columns[3].kind == ColumnOverview::Kind::text);
  CHECK(columns[3].different == 3);
  CHECK(columns[4].kind == ColumnOverview::Kind::dates);
  CHECK(columns[8].kind == ColumnOverview::Kind::empty);
  CHECK(as_target(look(Task::regression)[3]) == "kind: text");
  CHECK(as_target(look(Task::regression)[2]) == "two: regression");
  CHECK(as_target(look(Task::classification)[9]) == "y: classification");
}

TEST_CASE("a column of different whole numbers is told by a survey, in any order") {
  const Folder folder;
  std::string text = "shuffled,twice,part,y\n";
  for (int i = 0; i < 30; ++i) {
    text += std::to_string(i * 7 % 30 + 1) + "," + std::to_string(i % 29) + "," + std::to_string(i) + ".5," +
            std::to_string(i) + "\n";
  }
  const auto found = survey(raw_options(folder.write("t.csv", text), "y"), {}, 1);
  REQUIRE_MESSAGE(bool(found), faults_of(found));
  CHECK(found->numbered == Names{"shuffled"});
}
