#include "data/encode/training_files.hpp"

#include "files.hpp"

using namespace lookahead;

namespace {

DataOptions reading(std::vector<std::string> paths, MissingPolicy policy = MissingPolicy::error) {
  DataOptions options = with(policy);
  options.train.paths = std::move(paths);
  return options;
}

std::string faults(const DataOptions& options) { return faults_of(prepare<double>(options, {}, 1)); }

}  // namespace

TEST_CASE("several training files are one, row after row in the order given") {
  const Folder folder;
  const std::string a = folder.write("a.csv", "x,c,y\n1,p,1\n2,q,2\n"),
                    b = folder.write("b.csv.gz", gzipped("x,c,y\n3,r,3\n4,p,5\n"));
  const auto p = prepare<double>(reading({b, a}), {}, 1);
  REQUIRE_MESSAGE(bool(p), faults_of(p));
  CHECK(p->encoding.feature_names() == Names{"x", "c=p", "c=q", "c=r"});
  CHECK(numbers(p->train) == Numbers{3, 0, 0, 1, 4, 1, 0, 0, 1, 1, 0, 0, 2, 0, 1, 0});
  CHECK(p->train.targets == Numbers{3, 5, 1, 2});
  CHECK(holds(p->notes.back(), "b.csv.gz, "));
  const auto whole = good("x,c,y\n3,r,3\n4,p,5\n1,p,1\n2,q,2\n");
  CHECK(whole.encoding == p->encoding);
}

TEST_CASE("a column is of numbers or of text by all files together") {
  const Folder folder;
  const std::string a = folder.write("a.csv", "7,1\n8,2\n"), b = folder.write("b.csv", "u,4\nv,5\nw,6\n");
  DataOptions options = reading({a, b});
  options.target = "2";
  options.header = HeaderChoice::absent;
  const auto p = prepare<double>(options, {}, 1);
  REQUIRE_MESSAGE(bool(p), faults_of(p));
  CHECK(p->encoding.feature_names() == Names{"1=7", "1=8", "1=u", "1=v", "1=w"});
}

TEST_CASE("missing cells, dropped rows and row numbers count over all files") {
  const Folder folder;
  std::string a = "n,x,y\n", b = a;
  for (int i = 1; i <= 15; ++i) {
    const std::string x = i % 5 == 0 ? "?" : std::to_string(i * i);
    a += std::to_string(i) + "," + x + "," + std::to_string(i % 4) + "\n";
    b += std::to_string(i) + "," + x + "," + std::to_string(i % 3) + "\n";
  }
  const auto p = prepare<double>(
      reading({folder.write("a.csv", a), folder.write("b.csv", b)}, MissingPolicy::drop), {}, 1);
  REQUIRE_MESSAGE(bool(p), faults_of(p));
  CHECK(p->train.rows == 24);
  CHECK(p->encoding.feature_names() == Names{"x"});
  CHECK(holds(p->notes.back(), "6 of 30 rows dropped: missing cells, 6 in 'x'"));
}

TEST_CASE("another header is told as that, whatever separates its names") {
  const Folder folder;
  for (const char separator : {'\t', ',', ';', '|'}) {
    const auto row = [&](const std::string& a, const std::string& b, const std::string& c) {
      return a + separator + b + separator + c + "\n";
    };
    const std::string rest = row("1", "2", "3") + row("2", "2", "4") + row("3", "1", "5");
    const std::string text = faults(reading({folder.write("a.csv", row("a", "b", "y") + rest),
                                             folder.write("b.csv", row("b", "a", "y") + rest)}));
    CHECK_MESSAGE(holds(text, "the column 'b' is 'a' there"), text);
  }
}

TEST_CASE("a file without a row left adds none, wherever it stands") {
  const Folder folder;
  const std::string rows = folder.write("a.csv", "x,z,y\n1,1.5,1\n2,2.5,2\n"),
                    none = folder.write("b.csv", "x,z,y\nNA,1,3\n4,NA,5\n");
  for (const auto& files : {std::vector{rows, none}, {none, rows}, {none, rows, none}}) {
    const auto p = prepare<double>(reading(files, MissingPolicy::drop), {}, 1);
    REQUIRE_MESSAGE(bool(p), faults_of(p));
    CHECK(p->train.targets == Numbers{0, 1});
    const auto single = prepare<float>(reading(files, MissingPolicy::drop), {}, 1);
    REQUIRE_MESSAGE(bool(single), faults_of(single));
    CHECK(single->train.rows == 2);
  }
  CHECK(holds(faults(reading({none, none}, MissingPolicy::drop)), "no row is left"));
}

TEST_CASE("a pattern stands for the files that fit it, sorted by name") {
  const Folder folder;
  for (const char* name : {"part-2.csv", "part-10.csv", "part-1.csv", "other.csv"})
    folder.write(name, "x,y\n" + std::to_string(std::string(name).size()) + "," + name[5] + "\n");
  const auto p = prepare<double>(reading({folder.path("part-*.csv")}), Task::regression, 1);
  REQUIRE_MESSAGE(bool(p), faults_of(p));
  CHECK(numbers(p->train) == Numbers{10, 11, 10});
  CHECK(p->train.targets == Numbers{1, 1, 2});
  CHECK(holds(p->notes.front(), "part-*.csv: 3 files, part-1.csv to part-2.csv"));
  const std::string literal = folder.write("a*.csv", "x,y\n1,2\n3,4\n5,6\n");
  folder.write("ab.csv", "x,y\n1,2\n");
  CHECK(prepare<double>(reading({literal}), {}, 1)->train.rows == 3);
  CHECK(holds(faults(reading({folder.path("none-?.csv")})), "none-?.csv: error: no file fits the pattern"));
}

TEST_CASE("faults of further files have the place where they are") {
  const Folder folder;
  const std::string a = folder.write("a.csv", "x,c,y\n1,p,1\n2,q,2\n3,q,2\n");
  const auto second = [&](const std::string& text) {
    return faults(reading({a, folder.write("b.csv", text)}));
  };
  CHECK(holds(second("x,c,y\n1,p,1\nbad,q,2\n"), "b.csv:3:1: error: column 'x': 'bad' is not a number"));
  CHECK(holds(second("x,c,y\n1,p,1\n2,?,2\n"),
              "b.csv:3:2: error: column 'c': 1 cell is missing, the first is '?'"));
  CHECK(holds(second("x,c,y\n1,p\n"), "b.csv:2: error: 2 fields, expected 3"));
  CHECK(holds(second("x,d,y\n1,p,1\n"), "b.csv:1:2: error: the header is not that of "));
  CHECK(holds(second("x,d,y\n1,p,1\n"),
              "a.csv: the column 'd' is 'c' there (all training files need the same header)"));
  CHECK(holds(second("x,c\n1,p\n"), "the column none is 'y' there"));
  CHECK(holds(faults(reading({a, folder.path("gone.csv")})), "gone.csv: error: cannot read the file"));
}

TEST_CASE("files without a row are passed over, wherever they stand") {
  const Folder folder;
  const std::string rows = folder.write("rows.csv", "x;c;y\n1;p;1,5\n2;q;2\n"),
                    head = folder.write("head.csv", "x;c;y\n"), empty = folder.write("empty.csv", ""),
                    more = folder.write("more.csv", "x;c;y\n3;r;3");
  const auto whole = prepare<double>(reading({rows, more}), Task::regression, 1);
  REQUIRE_MESSAGE(bool(whole), faults_of(whole));
  const std::vector<std::vector<std::string>> lists = {{empty, head, rows, empty, more, head},
                                                       {head, rows, more},
                                                       {rows, more, empty},
                                                       {empty, rows, head, more}};
  for (const auto& list : lists) {
    const auto p = prepare<double>(reading(list), Task::regression, 1);
    REQUIRE_MESSAGE(bool(p), faults_of(p));
    CHECK(p->encoding == whole->encoding);
    CHECK(numbers(p->train) == numbers(whole->train));
    CHECK(p->train.targets == whole->train.targets);
    const auto told = std::count_if(p->notes.begin(), p->notes.end(), [](const std::string& note) {
      return holds(note, "no rows of data, passed over");
    });
    CHECK(told == std::ssize(list) - 2);
  }
  CHECK(holds(faults(reading({empty, empty})), "empty.csv: error: the file is empty"));
  CHECK(holds(faults(reading({empty, head})), "head.csv: error: no rows of data"));
  CHECK(holds(faults(reading({head, empty})), "empty.csv: error: the file is empty"));
}

TEST_CASE("a file of one row is no header among files without one") {
  const Folder folder;
  const std::string one = folder.write("one.csv", "7,p,1\n"),
                    many = folder.write("many.csv", "1,q,2\n2,q,3\n4,p,4\n");
  DataOptions options = reading({one, many, one});
  options.target = "3";
  const auto p = prepare<double>(options, Task::regression, 1);
  REQUIRE_MESSAGE(bool(p), faults_of(p));
  CHECK(p->train.targets == Numbers{1, 2, 3, 4, 1});
  // More of them than a process may hold open.
  options.train.paths.assign(3000, one);
  const auto all = prepare<double>(options, Task::regression, 1);
  REQUIRE_MESSAGE(bool(all), faults_of(all));
  CHECK(all->train.rows == 3000);
}

TEST_CASE("a part of one row without a header is not taken for a header") {
  const Folder folder;
  const std::string a = folder.write("a.csv", "x,y\n1,1\n2,3\n");
  CHECK(holds(faults(reading({a, folder.write("row.csv", "5,6\n")})), "row.csv"));
  const auto p = prepare<double>(reading({a, folder.write("header.csv", "x,y\n")}), {}, 1);
  REQUIRE_MESSAGE(bool(p), faults_of(p));
  CHECK(p->train.rows == 2);
}
