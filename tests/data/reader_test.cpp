#include "data/read/reader.hpp"

#include <doctest/doctest.h>

#include "data/read/blocks.hpp"
#include "data/read/first_records.hpp"
#include "data/read/tokenizer.hpp"
#include "files.hpp"

using namespace lookahead;

namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows rows(const std::string& text, Dialect dialect = {}) { return first_records(text, dialect, 1000); }

class Lines : public Records {
 public:
  void cell(std::string_view text, int line) override {
    seen += std::string(text) + "@" + std::to_string(line) + " ";
  }
  bool end(int line) override {
    seen += "<" + std::to_string(line) + "> ";
    return true;
  }
  std::string seen;
};

// The records with their lines, read in blocks of `size` bytes.
std::string lines(const std::string& text, std::size_t size, char separator = ',') {
  const Folder folder;
  auto file = CsvFile::open(folder.write("f", text));
  REQUIRE(bool(file));
  RecordBlocks blocks(*file, {separator}, size);
  RecordBlock block;
  Lines receiver;
  Tokenizer tokenizer("f", {separator}, receiver, 1, file->line_end());
  while (blocks.next(block) && tokenizer.read(block.bytes(), !block.endless())) continue;
  for (const Fault& fault : tokenizer.faults()) receiver.seen += to_string(fault);
  return receiver.seen;
}

}  // namespace

TEST_CASE("cells are split, unquoted and trimmed") {
  CHECK(rows("a, b ,\" c \"\n1,\"x \"\"y\"\", z\",\n") == Rows{{"a", "b", "c"}, {"1", "x \"y\", z", ""}});
  CHECK(rows("\"\",\n,x") == Rows{{"", ""}, {"", "x"}});
  CHECK(rows("a\tb\t\n\tc\t\"\"\n", {'\t'}) == Rows{{"a", "b", ""}, {"", "c", ""}});
}

TEST_CASE("lines end by LF, CRLF or CR, and empty ones are ignored") {
  const Rows expected = {{"a", "b"}, {"c", "d"}};
  for (const char* text :
       {"a,b\nc,d\n", "a,b\nc,d", "a,b\r\nc,d\r\n", "a,b\rc,d\r", "\n\na,b\n\n \nc,d\n\n"}) {
    CHECK(rows(text) == expected);
  }
}

TEST_CASE("runs of blanks are one separator") {
  CHECK(rows("  a   b\t c  \n1 2 3\n", {' '}) == Rows{{"a", "b", "c"}, {"1", "2", "3"}});
  CHECK(rows("\"a  b\"  c\n\"x \"\" y\" z\r\n", {' '}) == Rows{{"a  b", "c"}, {"x \" y", "z"}});
}

TEST_CASE("a record stands on its physical line, wherever the pieces are cut") {
  const std::string text = "a,b\r\n\r\n\"x\ny\",c\nd,e";
  for (const std::size_t size : {std::size_t{1}, std::size_t{3}, text.size()}) {
    CHECK(lines(text, size) == "a@1 b@1 <1> x\ny@4 c@4 <3> d@5 e@5 <5> ");
  }
  CHECK(lines("a,b\rc,d\re,f", 100) == "a@1 b@1 <1> c@2 d@2 <2> e@3 f@3 <3> ");
  CHECK(lines("  a  b\n\n c d\n", 1, ' ') == "a@1 b@1 <1> c@3 d@3 <3> ");
}

TEST_CASE("a quote that is never closed is refused where it opens") {
  CHECK(lines("a,b\n1,2\nx,\"y\nz,1\n", 5) ==
        "a@1 b@1 <1> 1@2 2@2 <2> x@3 "
        "f:3:2: error: the quote that opens here is not closed before the end of the file (close it, or "
        "double it "
        "(\"\") where it is part of the text)");
  CHECK(holds(lines("a,\"b" + std::string(1 << 21, 'x'), 1 << 16),
              "f:1:2: error: the quote that opens here is not closed within 1 MiB"));
  CHECK(holds(faults_in("x,y\n1,\"2\n3,4\n"), "train.csv:2:2: error: the quote"));
}

TEST_CASE("text behind a closing quote belongs to the field") {
  // As Python's csv module reads these, but for the blanks around a field.
  const std::pair<const char*, Rows> texts[] = {
      {"1,\"Bob\" Smith,2\n3,\"x\",4\n", {{"1", "Bob Smith", "2"}, {"3", "x", "4"}}},
      {"\"a\"b\"c\",d\n", {{"ab\"c\"", "d"}}},
      {"\"a,\"\"b\"\"\"c,d", {{"a,\"b\"c", "d"}}},
      {"\"a\" \"b,c\"\n", {{"a \"b", "c\""}}},
      {"5\" pipe,\"6\"\" pipe\"\n", {{"5\" pipe", "6\" pipe"}}},
      {"\"\"x,\"\" ,y\"\n", {{"x", "", "y\""}}},
      {"\"p\nq\"r\ns,t\n", {{"p\nqr"}, {"s", "t"}}},
  };
  for (const auto& [text, expected] : texts) {
    const std::string& the_text = text;
    CHECK_MESSAGE(rows(text) == expected, the_text);
  }
  CHECK(rows("\"a b\"c d\n", {' '}) == Rows{{"a bc", "d"}});
  // Rows are neither swallowed nor made of others, whatever the blocks.
  const auto p = good("x,c,y\n1,\"Bob\" Smith,2\n2,\"A\",3\n3,Bob Smith,4\n");
  CHECK(p.encoding.feature_names() == Names{"x", "c=A", "c=Bob Smith"});
  CHECK(p.train.targets == Numbers{2, 3, 4});
}

TEST_CASE("a comment is left out to the end of its line, but not within quotes") {
  const Dialect dialect{',', '#'};
  CHECK(rows("# a,\"b\n1,2 # c,\"d\n  # e\n3,\"x # y\",#\n\"p\n#q\"r#s,t\n", dialect) ==
        Rows{{"1", "2"}, {"3", "x # y", ""}, {"p\n#qr"}});
  CHECK(rows("#a b\n1 2 # c\n \t# d\n3 4\n", {' ', '#'}) == Rows{{"1", "2"}, {"3", "4"}});
  CHECK(rows("#a,b\n1,2\n") == Rows{{"#a", "b"}, {"1", "2"}});
}

TEST_CASE("a byte order mark, a missing newline and gzip make no difference") {
  const Folder folder;
  const std::string text = "x,y\n1,2.5\n3,4\n5,7";
  for (const std::string& file :
       {folder.write("a.csv", text), folder.write("b.csv", "\xef\xbb\xbf" + text + "\n"),
        folder.write("c.csv.gz", gzipped(text)), folder.write("d.csv", gzipped(text)),
        folder.write("e.gz", gzipped("x,y\n1,2.5\n") + gzipped("3,4\n5,7"))}) {
    const auto prepared = prepare<double>(raw_options(file, "y"), std::nullopt, 1);
    REQUIRE_MESSAGE(bool(prepared), faults_of(prepared));
    CHECK(numbers(prepared->train) == std::vector<double>{1, 3, 5});
    CHECK(prepared->train.targets == std::vector<double>{2.5, 4, 7});
  }
}

TEST_CASE("files that can not be read say why") {
  const Folder folder;
  const auto fault = [&](const std::string& file) {
    return faults_of(prepare<double>(raw_options(file, "y"), {}, 1));
  };
  CHECK(holds(fault(folder.path("none.csv")),
              "none.csv: error: cannot read the file: No such file or directory"));
  CHECK(holds(fault(folder.path(".")), "is a directory, not a file"));
  CHECK(holds(fault(folder.write("empty.csv", "")), "empty.csv: error: the file is empty"));
  CHECK(holds(fault(folder.write("blank.csv", "\n \n")), "error: the file is empty"));
  CHECK(holds(fault(folder.write("head.csv", "x,y\n")), "error: no rows of data"));
  std::string text = "x,y\n";
  for (int i = 0; i < 2000; ++i) text += std::to_string(i * 7919 % 1000) + "," + std::to_string(i) + "\n";
  const std::string zipped = gzipped(text);
  CHECK(holds(fault(folder.write("cut.gz", zipped.substr(0, zipped.size() / 2))),
              "the gzip file ends too early"));
  std::string damaged = zipped;
  for (std::size_t i = damaged.size() / 2; i < damaged.size() / 2 + 50; ++i)
    damaged[i] = static_cast<char>(~damaged[i]);
  CHECK(holds(fault(folder.write("bad.gz", damaged)), "the gzip file is damaged"));
  CHECK(holds(fault(folder.write("tail.gz", zipped + "junk")), "the gzip file is damaged"));
  CHECK(holds(fault(folder.write("named.gz", "x,y\n1,2\n")), "named .gz, but is not a gzip file"));
}

TEST_CASE("what is no text is refused") {
  using namespace std::string_literals;
  CHECK(holds(faults_in("x,y\n1,2\n3\0,4\n"s), "train.csv:3: error: a NUL byte"));
  CHECK(holds(faults_in("\xff\xfex\0,\0y\0\n\0"s), "train.csv: error: the file is UTF-16"));
  CHECK(holds(faults_in("x\0,\0y\0\n\0"s), "looks like UTF-16"));
  CHECK(holds(faults_in("PK\3\4abc"), "no CSV file but a binary"));
  std::string text = "x,y\n";
  for (int i = 0; i < 100000; ++i) text += "1,2\n";
  CHECK(holds(faults_in(text + "1,\0\n"s), "train.csv:100002: error: a NUL byte"));
  CHECK(holds(faults_in("c,y\n\xe9t\xe9,2\na,3\n"),
              "train.csv:2:1: error: column 'c': '\\xe9t\\xe9' is not UTF-8"));
}

TEST_CASE("records of another length are refused, twenty at most, and the rest counted") {
  CHECK(faults_in("x,y\n1,2\n3\n4,5,6\n") ==
        "train.csv:3: error: 1 field, expected 2 (complete or remove the line, or set data.separator)\n"
        "train.csv:4: error: 3 fields, expected 2 (quote texts that contain the separator ',', or set "
        "data.separator)\n");
  std::string text = "x,y\n";
  for (int i = 0; i < 50; ++i) text += "1,2\n1,2\n1\n";
  const std::string faults = faults_in(text);
  CHECK(std::count(faults.begin(), faults.end(), '\n') == 20);
  CHECK(faults.ends_with("train.csv: error: 31 more faults in this file\n"));
}
