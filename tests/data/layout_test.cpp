#include "data/layout.hpp"

#include <doctest/doctest.h>

#include "files.hpp"

using namespace lookahead;

namespace {

Layout layout(const std::string& text, DataOptions options = raw_options("", "y")) {
  const Folder folder;
  const auto file = CsvFile::open(folder.write("a.csv", text));
  REQUIRE(bool(file));
  const auto found = find_layout(*file, options);
  REQUIRE(bool(found));
  return *found;
}

}  // namespace

TEST_CASE("separators are guessed") {
  CHECK(layout("a,b,y\n1,2,3\n4,5,6\n").separator == ',');
  CHECK(layout("a;b;y\n1,5;2,5;3\n4,5;5,1;6\n").separator == ';');
  CHECK(layout("a\tb\ty\n1\t2\t3\n").separator == '\t');
  CHECK(layout("a|b|y\n1|2|3\n").separator == '|');
  CHECK(layout("  a   b  y\n 1  2 3\n").separator == ' ');
  CHECK(layout("39, State-gov, 5\n40, Private, 6\n").separator == ',');
  CHECK(layout("a,y\n\"x;y\",2\n\"p;q\",3\n").separator == ',');
  CHECK(layout("a,y\n1,2\n3,4\n5\n6,7\n").separator == ',');
  CHECK(layout("y\n1\n2\n").names == std::vector<std::string>{"y"});
  CHECK(layout("y\n1\n2\n").notes.front().ends_with("header, one column (guessed)"));
}

TEST_CASE("a given separator is taken") {
  DataOptions options = raw_options("", "y");
  options.separator.value = ':';
  CHECK(layout("a:y\n1:2\n", options).names == std::vector<std::string>{"a", "y"});
}

TEST_CASE("a decimal comma is guessed only where the comma does not separate") {
  CHECK(layout("a;y\n1,5;2\n2,25;3\n").decimal == ',');
  CHECK(layout("a;y\n1.5;2\n2.25;3\n").decimal == '.');
  CHECK(layout("a,y\n\"1,234\",2\n\"2,345\",3\n").decimal == '.');
}

TEST_CASE("headers are guessed") {
  CHECK(layout("a,b,y\n1,2,3\n").header);
  CHECK(layout("Letter,1,2\nT,2,8\n", raw_options("", "Letter")).header);
  CHECK_FALSE(layout("M,0.4,15\nF,0.3,7\n", raw_options("", "3")).header);
  CHECK_FALSE(layout("39, State-gov, <=50K\n50, Private, >50K\n", raw_options("", "3")).header);
  CHECK_FALSE(layout("a,a,b\nc,d,e\n", raw_options("", "3")).header);
  CHECK(layout("color,shape\nred,round\nblue,flat\n", raw_options("", "2")).header);
  CHECK_FALSE(layout("a,b\nred,3x\n1,2\n2,green\n", raw_options("", "2")).names.empty());
  CHECK(layout("M,0.4,15\nF,0.3,7\n", raw_options("", "3")).names == std::vector<std::string>{"1", "2", "3"});
}

TEST_CASE("numbers that count the columns are names") {
  const std::string letters = "L,1,2,3,4,5\nT,2,8,3,5,1\nI,5,12,3,7,2\nT,1,2,3,4,6\n";
  const Layout named = layout(letters, raw_options("", "1"));
  CHECK(named.header);
  CHECK(named.notes.back().ends_with(
      "the target is the column named '1', which is field 2 (with data.header: false columns go by number)"));
  CHECK_FALSE(layout(letters + "T,1,2,3,4,5\n", raw_options("", "1")).header);
  CHECK_FALSE(layout(letters + "L,9,2,3,4,5\n", raw_options("", "1")).header);
  CHECK_FALSE(layout("L,1,2,3,4,6\nT,2,8,3,5,1\n", raw_options("", "1")).header);
  CHECK_FALSE(layout("L,1,2\nT,2,8\n", raw_options("", "1")).header);
  CHECK(layout("0,1,2,3,4\n5.5,8,3,5,1\n", raw_options("", "5")).header);
  CHECK(layout("L,1,2,3,4,5\nT,2,8,3,5,1\n", raw_options("", "L")).notes.size() == 1);
}

TEST_CASE("a given header is taken") {
  DataOptions options = raw_options("", "1");
  options.header = HeaderChoice::present;
  CHECK(layout("1,2\n3,4\n", options).names == std::vector<std::string>{"1", "2"});
  options.header = HeaderChoice::absent;
  CHECK_FALSE(layout("a,b\n3,4\n", options).header);
}

TEST_CASE("names that occur twice are refused with a cure") {
  CHECK(faults_in("a,y,a\n1,2,3\n") ==
        "train.csv:1:3: error: two columns are named 'a', fields 1 and 3 (rename one, or set data.header: "
        "false and "
        "give columns by number)\n");
}

TEST_CASE("columns that are not there are refused with the nearest name") {
  DataOptions options = raw_options("", "incme");
  CHECK(faults_in("age,income\n1,2\n", options) ==
        "train.csv: error: data.target: no column 'incme' (did you mean 'income'?)\n");
  options.target = "income";
  options.drop = {"agee"};
  options.categorical = {false, {"zzzzzz"}};
  CHECK(faults_in("age,income\n1,2\n", options) ==
        "train.csv: error: data.categorical: no column 'zzzzzz' (columns: age, income)\n"
        "train.csv: error: data.drop: no column 'agee' (did you mean 'age'?)\n");
  CHECK(holds(faults_in("1,2\n3,4\n", raw_options("", "3")),
              "the file has no header: give a number from 1 to 2"));
  CHECK(holds(faults_in("y\n1\n2\n"), "no column is left besides the target"));
}

TEST_CASE("an empty header is a name") {
  const Folder folder;
  DataOptions options = raw_options(folder.write("a.csv", "\"\",x,y\n1,10,5\n2,20,6\n3,30,9\n"), "y");
  auto prepared = prepare<double>(options, std::nullopt, 1);
  REQUIRE(bool(prepared));
  CHECK(prepared->train.columns == 2);
  options.drop = {""};
  prepared = prepare<double>(options, std::nullopt, 1);
  REQUIRE(bool(prepared));
  CHECK(numbers(prepared->train) == std::vector<double>{10, 20, 30});
}
