#include "data/read/layout.hpp"

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
  CHECK(layout("a,b,y\n1,2,3\n4,5,6\n").dialect.separator == ',');
  CHECK(layout("a;b;y\n1,5;2,5;3\n4,5;5,1;6\n").dialect.separator == ';');
  CHECK(layout("a\tb\ty\n1\t2\t3\n").dialect.separator == '\t');
  CHECK(layout("a|b|y\n1|2|3\n").dialect.separator == '|');
  CHECK(layout("  a   b  y\n 1  2 3\n").dialect.separator == ' ');
  CHECK(layout("39, State-gov, 5\n40, Private, 6\n").dialect.separator == ',');
  CHECK(layout("a,y\n\"x;y\",2\n\"p;q\",3\n").dialect.separator == ',');
  CHECK(layout("a,y\n1,2\n3,4\n5\n6,7\n").dialect.separator == ',');
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

TEST_CASE("commas before three digits each may be thousands, and are no decimal commas for that") {
  for (const char* separator : {"\t", ";", "|", " "}) {
    CAPTURE(separator);
    const auto table = [&](const std::vector<std::string>& cells) {
      std::string text = std::string("a") + separator + "y\n";
      for (const std::string& cell : cells) text += cell + separator + "1\n";
      return layout(text).decimal;
    };
    CHECK(table({"987", "1,234", "12,345", "-640,123"}) == '.');
    // One number that has no other reading decides for all.
    for (const char* sure : {"1,5", "0,123", "1234,567", ",125", "1,2345", "1,234e2", "-0,500"}) {
      CAPTURE(sure);
      CHECK(table({"987", "1,234", "12,345", sure}) == ',');
    }
  }
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

TEST_CASE("a header is told from rows by numbers as the options have them written") {
  DataOptions options = raw_options("", "3");
  const std::string grouped = "a;1.234.567;3\nb;2.345.678;4\n", percent = "a,5%,red\nb,7%,blue\n";
  options.thousands.value = '.';
  CHECK_FALSE(layout(grouped, options).header);
  // A point cannot be both.
  CHECK(layout("a;1.234;3\nb;2.345;4\n", options).decimal == ',');
  CHECK(layout("name;size;y\n" + grouped, options).header);
  options = raw_options("", "3");
  options.units = {"%"};
  CHECK_FALSE(layout(percent, options).header);
  CHECK(layout("name,share,color\n" + percent, options).header);
  options.units = {"EUR"};
  options.decimal.value = ',';
  CHECK_FALSE(layout("\"1,5 EUR\",a,x\n\"2,5 EUR\",b,y\n", options).header);
  CHECK(layout("price,a,x\n\"2,5 EUR\",b,y\n\"3,5 EUR\",b,y\n", options).header);
  options = raw_options("", "2");
  options.thousands.value = ' ';
  CHECK_FALSE(layout("1 234;a\n2 345;b\n", options).header);
  CHECK(layout("1 234,5;a\n2 345,5;b\n", options).decimal == ',');
}

TEST_CASE("a first row that begins a column of dates is no header, and a date can be a name") {
  CHECK_FALSE(layout("2024-01-01,low\n2024-01-02,high\n2024-01-03,low\n", raw_options("", "2")).header);
  CHECK_FALSE(layout("29.02.2024;low\n01.03.2024;high\n", raw_options("", "2")).header);
  CHECK(layout("day,level\n2024-01-02,high\n2024-01-03,low\n", raw_options("", "2")).header);
  CHECK(layout("region,1/22/20,1/23/20\nA,1,2\nB,3,4\n", raw_options("", "2")).header);
}

TEST_CASE("missing cells say nothing of a header, whatever stands for them") {
  DataOptions options = raw_options("", "2");
  // Of two numbers and three marks the numbers count.
  const std::string rows = "-,a\n-,b\n1,c\n-,d\n2,e\n";
  CHECK_FALSE(layout("x,z\n" + rows, options).header);
  options.missing.marks = {"-"};
  CHECK(layout("x,z\n" + rows, options).header);
  options.missing.marks = {"", "NA"};
  options.missing.columns.marks = {{"1", {"-"}}};
  CHECK_FALSE(layout("x,z\n" + rows, options).header);
  options.missing.columns.marks = {{"x", {"-"}}};
  CHECK(layout("x,z\n" + rows, options).header);
}

TEST_CASE("a column that any key names is in the header") {
  const std::string text = "a,1,2\nb,1,3\n";
  using Name = void (*)(DataOptions&);
  const Name keys[] = {[](DataOptions& o) { o.target = "a"; },
                       [](DataOptions& o) { o.weights = "a"; },
                       [](DataOptions& o) { o.exposure = "a"; },
                       [](DataOptions& o) { o.features = {"a"}; },
                       [](DataOptions& o) { o.drop = {"a"}; },
                       [](DataOptions& o) { o.keep = {"a"}; },
                       [](DataOptions& o) {
                         o.categorical = {false, {"a"}};
                       },
                       [](DataOptions& o) {
                         o.missing.columns.marks = {{"a", {"-1"}}};
                       }};
  CHECK_FALSE(layout(text, raw_options("", "3")).header);
  for (const Name key : keys) {
    DataOptions options = raw_options("", "3");
    key(options);
    CHECK(layout(text, options).header);
  }
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

TEST_CASE("the names that pandas gives to columns are names") {
  CHECK(layout("0,1,2,3\n5.5,8,3,5\n1,2,3,4\n", raw_options("", "3")).header);
  CHECK(layout(",0,1,2\n0,8,3,5\n1,2,3,4\n", raw_options("", "2")).header);
  // As often as not these are rows.
  CHECK_FALSE(layout("0,1\n1,0\n1,1\n", raw_options("", "2")).header);
  CHECK_FALSE(layout("0,1,2\n1,0,5\n1,1,4\n", raw_options("", "2")).header);
  CHECK_FALSE(layout("0,1,2,3\n1,0,5,2\n0,1,2,3\n", raw_options("", "2")).header);
  CHECK_FALSE(layout("0.0,1,2,3\n1,0,5,2\n", raw_options("", "2")).header);
}

TEST_CASE("a separator by which a quote stays open is not guessed") {
  // By semicolons the second record would never end, so that the header alone would be left to judge by.
  const Layout found = layout("a;b,y\n1;\"x,2\n3;z,4\n5;p,6\n");
  CHECK(found.dialect.separator == ',');
  CHECK(found.names == Names{"a;b", "y"});
  CHECK(layout("a,b;y\n1,\"x;2\n3,z;4\n5,p;6\n").dialect.separator == ';');
  // Where it stays open by all of them it is told.
  CHECK(holds(faults_in("a;y\n1;\"x\n3;z\n5;p\n"),
              "train.csv:2:2: error: the quote that opens here is not closed"));
  // The last record of the head may be cut within a quote.
  std::string text = "a;y\n";
  for (int i = 0; i < 9000; ++i) text += "\"p\nq\";" + std::to_string(i) + "\n";
  CHECK(layout(text).dialect.separator == ';');
}

TEST_CASE("separators of two characters are reported") {
  CHECK(
      holds(faults_in("1::1193::5\n1::661::3\n", raw_options("", "3")),
            "train.csv:1: error: fields seem to stand between two characters, '::' (replace them by one, for "
            "example by sed 's/::/|/g'; or set data.separator)"));
  CHECK(holds(faults_in("x||c||y\n1||a||5\n1||b||3\n"), "between two characters, '||'"));
  // Columns without a cell are columns where that is said.
  DataOptions options = raw_options("", "3");
  options.separator.value = '|';
  CHECK(layout("1||5\n2||6\n", options).names == Names{"1", "2", "3"});
}

TEST_CASE("a header that is one name short leaves out the names of rows") {
  // As R's write.table and write.csv write them.
  for (const std::string separator : {",", " "}) {
    std::string text = "\"x\"" + separator + "\"c\"" + separator + "\"y\"\n";
    for (const char* row : {"\"Mazda RX4\",1,\"a\",5", "\"b\",2,\"b\",6", "\"17\",3,\"a\",8"}) {
      std::string line = row;
      std::replace(line.begin(), line.end(), ',', separator.front());
      text += line + "\n";
    }
    const auto p = good(text);
    CHECK(p.encoding.feature_names() == Names{"x", "c=a", "c=b"});
    CHECK(numbers(p.train) == Numbers{1, 1, 0, 2, 0, 1, 3, 1, 0});
    CHECK(holds(p.notes[1],
                "the header is one name short, so that the first field, 'row.names', names rows and "
                "is left out (data.keep uses it)"));
    DataOptions options = raw_options("", "y");
    options.keep = {"row.names"};
    CHECK(good(text, options).encoding.feature_names().front() == "row.names=17");
    // Other files, with and without names of rows.
    const Folder folder;
    for (const std::string& other : {text, std::string(text).replace(0, 3, "\"\"" + separator + "\"x\"")}) {
      const auto encoded =
          encode_file<double>(p.encoding, {folder.write("b.csv", other)}, TargetNeed::required);
      REQUIRE_MESSAGE(bool(encoded), faults_of(encoded));
      CHECK(numbers(encoded->data) == numbers(p.train));
    }
  }
  // Numbers with decimal commas are no names of rows.
  CHECK(holds(faults_in("x,y\n1,5,2\n1,25,3\n2,0,7\n"), "train.csv:2: error: 3 fields, expected 2"));
  CHECK(faults_in("1,2\n1,2,3\n4,5,6\n", raw_options("", "2")) ==
        "train.csv:2: error: 3 fields, expected 2 (quote texts that contain the separator ',', or set "
        "data.separator)\n"
        "train.csv:3: error: 3 fields, expected 2 (quote texts that contain the separator ',', or set "
        "data.separator)\n");
}

TEST_CASE("rows may end in a separator") {
  const auto expected = good("x,y\n1,2\n3,4\n5,5\n");
  for (const char* text : {"x,y,\n1,2,\n3,4,\n5,5,\n", "x,y\n1,2,\n3,4,\n5,5, \n", "x,y,\n1,2\n3,4\n5,5\n",
                           "x;y;\n1;2;\n3;4;\n5;5;\n"}) {
    const auto p = good(text);
    CHECK(p.encoding.feature_names() == Names{"x"});
    CHECK(numbers(p.train) == numbers(expected.train));
    CHECK(p.train.targets == expected.train.targets);
    const Folder folder;
    const std::string_view separator = std::string_view(text).substr(1, 1);
    for (const char* other : {"y,x\n7,6\n", "y,x,\n7,6,\n"}) {
      std::string rows = other;
      std::replace(rows.begin(), rows.end(), ',', separator.front());
      const auto encoded =
          encode_file<double>(p.encoding, {folder.write("b.csv", rows)}, TargetNeed::required);
      REQUIRE_MESSAGE(bool(encoded), faults_of(encoded));
      CHECK(numbers(encoded->data) == Numbers{6});
    }
  }
  CHECK(good("1,2,\n3,4,\n5,5,\n", raw_options("", "2")).train.targets == Numbers{2, 4, 5});
  CHECK(holds(faults_in("x,y,\n1,2,\n3,4,p\n5,6,\"\"\n"),
              "train.csv:2:3: error: column '': 2 cells are missing, the first is ''"));
  // What is named is a column, though it be empty at first.
  std::string text = "x,y,\n";
  for (int i = 0; i < 30000; ++i) text += "1,2,\n";
  CHECK(
      holds(faults_in(text + "1,2,p\n"), "train.csv:30002:3: error: the text 'p' behind the last separator"));
  DataOptions options = raw_options("", "y");
  options.drop = {""};
  CHECK(good(text + "1,2,p\n", options).train.rows == 30001);
}

TEST_CASE("lines are skipped and comments left out in every file") {
  const std::string above = "made by a machine, \"on Tuesday\n\n", table = "x,y\n1,2 # a, \"b\n# c\n3,4\n";
  const Folder folder;
  DataOptions options = raw_options(folder.write("a.csv", above + table), "y");
  options.train.paths.push_back(folder.write("b.csv", above + table));
  options.skip_lines = 2;
  options.comment.value = '#';
  options.validation.file = folder.write("c.csv", above + table);
  options.test = TestFile{folder.write("d.csv", above + "more\n" + table), 3};
  const auto p = prepare<double>(options, {}, 1);
  REQUIRE_MESSAGE(bool(p), faults_of(p));
  CHECK(numbers(p->train) == Numbers{1, 3, 1, 3});
  CHECK(numbers(*p->validation) == Numbers{1, 3});
  CHECK(numbers(*p->test) == Numbers{1, 3});
  // What was skipped in training is skipped in files that come later.
  const auto back = encoding_from(to_node(p->encoding));
  REQUIRE(bool(back));
  const auto encoded = encode_file<double>(*back, {folder.path("a.csv")}, TargetNeed::required);
  REQUIRE_MESSAGE(bool(encoded), faults_of(encoded));
  CHECK(numbers(encoded->data) == Numbers{1, 3});
  options.train = folder.write("e.csv", above + "x,y\n# c\n1,z\n3,4\n5,6\n");
  CHECK(
      holds(faults_of(prepare<double>(options, {}, 1)), "e.csv:5:2: error: target 'y': 'z' is not a number"));
  // More comment than the head of a file usually holds.
  std::string long_comment;
  for (int i = 0; i < 5000; ++i) long_comment += "# line, " + std::to_string(i) + ", of a long comment\n";
  options.skip_lines = 0;
  CHECK(good(long_comment + "x,y\n1,2\n3,4\n4,5\n",
             [&] {
               DataOptions with_comment = raw_options("", "y");
               with_comment.comment.value = '#';
               return with_comment;
             }())
            .train.rows == 3);
}

TEST_CASE("a given header is taken") {
  DataOptions options = raw_options("", "1");
  options.header = HeaderChoice::present;
  CHECK(layout("1,2\n3,4\n", options).names == std::vector<std::string>{"1", "2"});
  options.header = HeaderChoice::absent;
  CHECK_FALSE(layout("a,b\n3,4\n", options).header);
}

TEST_CASE("a separator cuts neither quoted texts nor the header, and leaves numbers whole") {
  const auto separator = [](const std::string& text) { return layout(text).dialect.separator; };
  for (const char inside : {';', '|', '\t'}) {
    CAPTURE(inside);
    const std::string s(1, inside);
    // In quoted texts of the rows, of all of them with and without a header, and of the header.
    CHECK(separator("x,note,y\n1,\"red" + s + " big\",2\n2,\"red" + s + " small\",4\n") == ',');
    CHECK(separator("0,\"red" + s + " small\",0.62\n1,\"blue" + s + " big\",1.57\n") == ',');
    CHECK(separator("y,\"price " + s + " €\",city\n1,2,\"Bonn" + s + "DE\"\n2,3,\"Rome" + s + "IT\"\n") ==
          ',');
    // In texts without quotes.
    CHECK(separator("id,tags,y\n0,a" + s + "b,0.5\n1,a" + s + "c,0.7\n") == ',');
    CHECK(separator("id,tags" + s + "more,y\n0,a" + s + "b,0.5\n1,a" + s + "c,0.7\n") == ',');
  }
  CHECK(separator("id;\"x; y\";y\n1;\"a, b\";2\n2;\"c, d\";3\n") == ';');
  CHECK(separator("x|y|name\n1|2|\"Smith, John\"\n2|4|\"Doe, Jane\"\n") == '|');
  // Numbers with decimal commas, of which some have units, are no two fields.
  CHECK(separator("1,5;2,5\n1,7;2,9\n") == ';');
  CHECK(separator("1,5 €;2,5 €\n1,7 €;2,9 €\n") == ';');
  CHECK(separator("a;b\n1,5 €;2,5 €\n1,7 €;2,9 €\n") == ';');
  CHECK(separator("Doe, Jane;Smith, John\nDoe, Joe;Smith, Ann\n") == ';');
  // Inches, in quoted texts and without quotes, in all rows and in one.
  CHECK(separator("pipe;y\n5\";3\n7\";4\n") == ';');
  std::string dated = "ts,d,y\n", tabs = "a\tb\ty\n";
  for (int i = 0; i < 30; ++i) {
    dated += "2020-01-05 00:00," + std::string(i == 7 ? "\"5\"\"\"" : "5") + ",0.3\n";
    tabs += std::string(i == 7 ? "5\"" : "5") + "\t6, x\t0.3\n";
  }
  CHECK(separator(dated) == ',');
  CHECK(separator(tabs) == '\t');
  // A header one name short, as R writes it.
  CHECK(separator("a, unit\tb\nr1\t1,5\t7\nr2\t2,5\t8\n") == '\t');
  CHECK(separator("a, unit;b\nr1;1,5;7\nr2;2,5;8\n") == ';');
  CHECK(holds(faults_in("x;note;y\n1;a;2\n",
                        [] {
                          DataOptions options = raw_options("", "y");
                          options.separator.value = ',';
                          return options;
                        }()),
              "no column 'y' (columns: x;note;y; data.separator: ';' splits 'x;note;y'"));
}

TEST_CASE("names that occur twice are refused with a cure") {
  CHECK(
      faults_in("a,y,a\n1,2,3\n") ==
      "train.csv:1:3: error: two columns are named 'a', fields 1 and 3 (rename one, or give columns by number: data.header: "
      "false, with data.skip_lines: 1 if this is a header)\n");
  // Also where nothing but the rows below tells that it is a header.
  const DataOptions by_number = raw_options("", "1");
  CHECK(holds(faults_in("x;n;x;m;\na;1;b;3;\nc;2;d;4;\n", by_number),
              "two columns are named 'x', fields 1 and 3"));
  CHECK_FALSE(layout("?,?,a\n1,2,b\n3,4,c\n", by_number).header);
  CHECK_FALSE(layout("a,a,3\nb,c,4\n", by_number).header);
  CHECK_FALSE(layout("a,a,b\nc,a,d\n", by_number).header);
  // Cells that are missing, or say so in words of their own, in a first row that is none.
  for (const char* row : {"Paris,,,", "-,-,-,4", "*,*,*,a", "err,err,err,y"})
    CHECK_FALSE(layout(std::string(row) + "\nT1,0.3,0.2,0.9\nT2,0.1,0.4,0.8\n", by_number).header);
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
  DataOptions options = raw_options(folder.write("a.csv", "\"\",x,y\n4,10,5\n2,20,6\n4,30,9\n"), "y");
  auto prepared = prepare<double>(options, std::nullopt, 1);
  REQUIRE(bool(prepared));
  CHECK(prepared->train.columns == 2);
  options.drop = {""};
  prepared = prepare<double>(options, std::nullopt, 1);
  REQUIRE(bool(prepared));
  CHECK(numbers(prepared->train) == std::vector<double>{10, 20, 30});
}

TEST_CASE("where a title stands above the rows, the fault of a column names the key that leaves it out") {
  const std::string text = faults_in("|1x3 Cross validator\n1,2,3\n4,5,6\n", raw_options("", "3"));
  CHECK(holds(text, "data.target: no column '3' (columns: |1x3 Cross validator; data.skip_lines: 1 leaves"));
}
