#include "data/encode/identifiers.hpp"

#include "data/read/dates.hpp"
#include "files.hpp"

using namespace lookahead;

namespace {

// A file of `rows` rows; `cells(i)` makes what stands before the target in row i, from 1.
template <class Cells>
std::string file(const std::string& header, int rows, Cells cells) {
  std::string text = header + ",y\n";
  for (int i = 1; i <= rows; ++i) text += cells(i) + "," + std::to_string(i * 37 % 11) + "\n";
  return text;
}

std::string number(int i) { return std::to_string(i); }
std::string date(int i) { return "2024-01-" + number(10 + i % 20); }

}  // namespace

TEST_CASE("dates are known by their form") {
  for (const char* text : {"2024-02-29",
                           "1999/12/31",
                           "2024-02-29 12:30",
                           "2024-02-29T12:30:05",
                           "2024-02-29T12:30:05.25Z",
                           "2024-02-29 12:30:05+01:00",
                           "2024-02-29T12:30:05-0800",
                           "2024-02-29 12:30:05,123 +01",
                           "2/29/2024",
                           "29/2/24",
                           "29.02.2024",
                           "29.2.24",
                           "29-02-2024",
                           "24-01-02",
                           "2024/2/9",
                           "29 Feb 2024",
                           "29-Feb-24",
                           "29 February 2024",
                           "Feb 29, 2024",
                           "February 29 2024",
                           "Sept 1, 2024",
                           "Dec-2015",
                           "Dec-15",
                           "Feb 2024",
                           "Mon, 29 Feb 2024 12:30:05 GMT",
                           "Monday 29 Feb 2024",
                           "2/29/2024 9:05 PM",
                           "2/29/2024 9:05:30 am",
                           "29.2.2024 12:30",
                           "29/Feb/2024 12:30 UTC",
                           "2024-02-29 12:30 (CET)",
                           "2024-02-29 12:30 UTC+1",
                           "Feb 29, 2024, 9:05pm",
                           "2024-02-29T12:30:05.123456789Z"}) {
    CAPTURE(text);
    CHECK(is_date(text));
  }
  for (const char* text : {"",
                           "2024",
                           "2024-13-01",
                           "2024-01-32",
                           "2024-01/02",
                           "2024-01-02x",
                           "2024-01-02 1230",
                           "2024-01-02T",
                           "13/13/2024",
                           "1.2.3",
                           "1.2",
                           "29 Foo 2024",
                           "Feb",
                           "Feb 30",
                           "May I",
                           "March to 2024",
                           "1/2/3456/7",
                           "10.0.0.1",
                           "2024-02-29 25:00",
                           "2/29/2024 9:05 xmxmxm",
                           "1-2",
                           "12:30",
                           "32 Jan 2024",
                           "20240102",
                           "2024-01-02 12:61",
                           "2024-01-02 12:30:05."}) {
    CAPTURE(text);
    CHECK_FALSE(is_date(text));
  }
}

TEST_CASE("texts that are all different are left out, in more than 20 rows, unless they are to be kept") {
  const auto rows = [](int count) {
    return file("id,x", count, [](int i) { return "n" + number(i * 7) + "," + number(i * i); });
  };
  const auto p = good(rows(21));
  CHECK(p.encoding.feature_names() == Names{"x"});
  CHECK(holds(p.notes[1], "column 'id' is left out: its texts are all different (data.keep uses it)"));
  CHECK(good(rows(20)).train.columns == 21);
  DataOptions options = raw_options("", "y");
  options.keep = {"i*"};
  CHECK(good(rows(21), options).train.columns == 22);
  options.keep = {};
  options.categorical = {false, {"id"}};
  CHECK(good(rows(21), options).train.columns == 22);
  CHECK(good(rows(21) + "n7,1,2\n").train.columns == 22);
}

TEST_CASE("a number of the row is left out, other numbers that differ are not") {
  const auto p = good(file("\"\",a,b,c,d", 25, [](int i) {
    return number(i) + "," + number(i + 1) + "," + number(26 - i) + "," + number(i) + ".5," +
           number(i == 25 ? 26 : i);
  }));
  CHECK(p.encoding.feature_names() == Names{"a", "b", "c", "d"});
  CHECK(holds(p.notes[1], "column '' is left out: it numbers the rows"));
  CHECK(good(file("n,x", 20, [](int i) { return number(i) + "," + number(i * i); })).train.columns == 2);
}

TEST_CASE("row numbers from 0, and what pandas writes as an index without a name, are left out") {
  CHECK(good(file("n,x", 25, [](int i) { return number(i - 1) + "," + number(i * i); })).train.columns == 1);
  CHECK(good(file("n,x", 25, [](int i) { return number(i - 1) + ".0," + number(i * i); })).train.columns ==
        1);
  const auto dropped =
      good(file("n,x", 30, [](int i) { return number(i - 1) + "," + (i % 7 == 1 ? "?" : number(i * i)); }),
           with(MissingPolicy::drop));
  CHECK(dropped.encoding.feature_names() == Names{"x"});
  const auto shuffled = [](const std::string& name) {
    return good(file(name + ",x", 25, [](int i) { return number(i * 7 % 101) + "," + number(i * i); }));
  };
  CHECK(shuffled("\"\"").encoding.feature_names() == Names{"x"});
  CHECK(shuffled("Unnamed: 0").encoding.feature_names() == Names{"x"});
  CHECK(shuffled("n").train.columns == 2);
  CHECK(good(file("n,x", 25, [](int i) { return number(i + 1) + "," + number(i * i); })).train.columns == 2);
}

TEST_CASE("rows are numbered where some of them are dropped, too") {
  const auto p =
      good(file("n,x", 30, [](int i) { return number(i) + "," + (i % 7 == 1 ? "?" : number(i * i)); }),
           with(MissingPolicy::drop));
  CHECK(p.train.rows == 25);
  CHECK(p.encoding.feature_names() == Names{"x"});
}

TEST_CASE("dates are left out however few they are, and rows without one stay") {
  const std::string text = "when,x,y\n2024-01-01,1,1\n?,2,2\n2024-01-01,3,4\n";
  for (const MissingPolicy policy : {MissingPolicy::error, MissingPolicy::drop, MissingPolicy::impute}) {
    const auto p = good(text, with(policy));
    CHECK(numbers(p.train) == Numbers{1, 2, 3});
    CHECK(holds(p.notes[1], "column 'when' is left out: it holds dates"));
    CHECK(std::count_if(p.notes.begin(), p.notes.end(),
                        [](const auto& note) { return holds(note, "'when'"); }) == 1);
  }
  DataOptions options = with(MissingPolicy::drop);
  options.keep = {"when"};
  CHECK(good(text, options).train.columns == 2);
}

TEST_CASE("identifiers and times beyond what can be kept are left out as well") {
  std::string text = "id,when,x,y\n";
  for (int i = 0; i < 70000; ++i) {
    text += "n" + number(i) + ",2024-01-01 " + number(10 + i % 10) + ":" + number(10 + i / 10 % 50) + ":" +
            number(10 + i / 500 % 50) + "." + number(i / 2) + "," + number(i % 7) + "," + number(i % 5) +
            "\n";
  }
  const auto p = good(text);
  CHECK(p.encoding.feature_names() == Names{"x"});
  CHECK(holds(p.notes[1], "column 'id' is left out: its first 65536 texts are all different"));
  CHECK(p.train.rows == 70000);
}

TEST_CASE("where nothing is left the note says what would help") {
  CHECK(holds(faults_in(file("id", 30, [](int i) { return "n" + number(i); })),
              "no column is left besides the target: column 'id' is left out, its texts are all different "
              "(data.keep uses columns that were left out)"));
}

TEST_CASE("other files need no column that was left out") {
  const auto p = good(file("when,x", 4, [](int i) { return date(i) + "," + number(i * i); }));
  const Folder folder;
  const auto other = encode_file<double>(p.encoding, {folder.write("a.csv", "x\n5\n")}, TargetNeed::optional);
  REQUIRE_MESSAGE(bool(other), faults_of(other));
  CHECK(numbers(other->data) == Numbers{5});
}

TEST_CASE("columns with one value stay, with a note") {
  DataOptions options = raw_options("", "y");
  options.standardize = Standardize::numeric;
  const auto p = good("k,c,x,y\n5,a,1,1\n5,a,2,2\n5,a,4,4\n", options);
  CHECK(p.encoding.feature_names() == Names{"k", "c=a", "x"});
  CHECK(p.train.features[0] == 0);
  CHECK(holds(p.notes[1], "2 columns: 'k', 'c' have the same value in all training rows"));
}
