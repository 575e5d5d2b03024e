#include "data/read/marks.hpp"
#include "files.hpp"

using namespace lookahead;

TEST_CASE("marks can be set, texts without regard to capitals, numbers however they are written") {
  DataOptions options = with(MissingPolicy::drop);
  options.missing.marks = {"-999", "n/a"};
  CHECK(numbers(good("x,y\n1,1\n-999,2\nN/A,3\n4,4\n-999.0,7\n-9.99e2,7\n", options).train) == Numbers{1, 4});
  CHECK(good("x,y\n1,1\nNaN,2\nna,3\n4,4\n,5\n", with(MissingPolicy::drop)).train.rows == 2);
  options.missing.marks = {"-1,5", "-2.5"};
  CHECK(numbers(good("x;y\n1;1\n-1,50;2\n-2,5;3\n4,5;4\n", options).train) == Numbers{1, 4.5});
}

TEST_CASE("cells that were filled are counted in the rows that are left") {
  const auto p = good("x,t,c,y\n1,5,a,2\n2,NA,NA,\n3,NA,b,5\n4,7,a,6\n", with(MissingPolicy::impute));
  CHECK(holds(p.notes.back(), "missing cells filled: 1 in 't'"));
  CHECK_FALSE(holds(p.notes.back(), "'c'"));
}

TEST_CASE("sentinels of one column are numbers in the others") {
  DataOptions options = with(MissingPolicy::drop);
  options.missing.columns.marks = {{"age", {"-1", "999"}}, {"c", {"unknown", "0"}}};
  const std::string text =
      "age,pdays,c,y\n20,-1,a,1\n-1.0,3,b,2\n999,4,a,3\n30,999,b,4\n40,5,Unknown,5\n41,5,00,5\n";
  const auto p = good(text, options);
  CHECK(numbers(p.train) == Numbers{20, -1, 1, 0, 30, 999, 0, 1});
  CHECK(p.encoding.feature_names() == Names{"age", "pdays", "c=a", "c=b"});
  CHECK(holds(p.notes.back(), "4 of 6 rows dropped: missing cells, 2 in 'age', 2 in 'c'"));
  options.missing.policy = MissingPolicy::error;
  CHECK(holds(faults_in(text, options),
              "train.csv:3:1: error: column 'age': 2 cells are missing, the first is '-1.0'"));
  options.missing.columns.marks = {{"ages", {"-1"}}};
  CHECK(holds(faults_in(text, options), "data.missing.columns: no column 'ages' (did you mean 'age'?)"));
}

TEST_CASE("sentinels hold for other files too, and survive the way through a node") {
  DataOptions options = with(MissingPolicy::mean);
  options.missing.columns.marks = {{"x", {"-1"}}};
  const auto p = good("x,y\n1,1\n-1,2\n3,4\n", options);
  CHECK(numbers(p.train) == Numbers{1, 2, 3});
  const auto back = encoding_from(to_node(p.encoding));
  REQUIRE(bool(back));
  CHECK(*back == p.encoding);
  const Folder folder;
  const auto other =
      encode_file<double>(*back, {folder.write("a.csv", "x\n-1.00\n5\n")}, TargetNeed::optional);
  REQUIRE_MESSAGE(bool(other), faults_of(other));
  CHECK(numbers(other->data) == Numbers{2, 5});
}

TEST_CASE("a block of the file may keep no row") {
  const std::string rows = "p,1,1\nq,2,2\nr,3,4\np,5,5\n";
  std::string unlabeled, missing;
  for (int i = 0; i < 100000; ++i) unlabeled += "p,17.25,NA\n", missing += "NA,17.25,1\n";
  const std::string header = "c,x,y\n";
  DataOptions options = with(MissingPolicy::drop);
  const auto expected = good(header + rows, options);
  for (const std::string& dropped : {unlabeled, missing}) {
    for (const std::string& text :
         {header + dropped + rows, header + rows + dropped, header + dropped + rows + dropped}) {
      const auto p = good(text, options);
      CHECK(p.encoding.columns == expected.encoding.columns);
      CHECK(p.train.features == expected.train.features);
      CHECK(p.train.targets == expected.train.targets);
      const auto single = good<float>(text, options);
      CHECK(numbers(single.train) == numbers(expected.train));
    }
    CHECK(holds(faults_in(header + dropped, options), "error: "));
  }
  // A header longer than a block.
  std::string names = "c,x,y", cells = "";
  DataOptions wide = with(MissingPolicy::drop);
  wide.drop = {"n*"};
  for (int i = 0; i < 1000; ++i) names += ",n" + std::to_string(i) + std::string(1100, 'x'), cells += ",1";
  std::string text = names + "\n";
  for (const char* row : {"p,1,1", "q,2,2", "r,3,4", "p,5,5"}) text += row + cells + "\n";
  CHECK(good(text, wide).train.features == expected.train.features);
  // A cell longer than a block.
  std::string cell(1'100'000, 'x');
  CHECK(holds(faults_in(header + "p,1,1\n" + cell + ",2,2\nr,3,4\n", options),
              "train.csv:3:1: error: a cell of more than 1 MiB"));
  cell.resize(1'040'000);
  CHECK(good(header + cell + ",NA,3\n" + rows + cell + ",1,NA\n", options).train.targets ==
        expected.train.targets);
}
