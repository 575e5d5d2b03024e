#include "data/read/blocks.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "base/text.hpp"
#include "data/read/cell.hpp"
#include "data/read/filler.hpp"
#include "data/read/tokenizer.hpp"
#include "files.hpp"

using namespace lookahead;

namespace {

// Draws without a seed of their own, so that a failing text can be read off the message.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_(seed) {}
  std::size_t below(std::size_t limit) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state_ >> 33) % limit;
  }
  std::string text(const std::vector<std::string>& parts, std::size_t most) {
    std::string text;
    for (std::size_t i = below(most + 1); i > 0; --i) text += parts[below(parts.size())];
    return text;
  }

 private:
  std::uint64_t state_;
};

class CellLog : public Records {
 public:
  void cell(std::string_view text, int line) override {
    seen += "[" + std::string(text) + "]" + std::to_string(line) + " ";
  }
  bool end(int line) override {
    seen += "<" + std::to_string(line) + "> ";
    return true;
  }
  std::string seen;
};

std::string number_of(double cell) {
  return is_boxed(cell) ? "#" + std::to_string(unbox(cell)) : number_text(cell, '.');
}

// All that is known of a table.
std::string description(const Table& table) {
  std::string text =
      std::to_string(table.records) + " records, dropped " + std::to_string(table.dropped_count) + ":";
  for (const Index record : table.dropped) text += " " + std::to_string(record);
  for (std::size_t j = 0; j < table.columns.size(); ++j) {
    const TableColumn& column = table.columns[j];
    text += "\n" + column.title() + ": " + std::to_string(column.missing) + " missing, " +
            std::to_string(column.strays) + " strays" + (column.text_lost ? ", texts lost" : "") + ";";
    if (column.first_missing)
      text += " " + std::to_string(column.first_missing->line) + column.first_missing->text;
    for (const auto& stray : column.first_strays) text += " " + std::to_string(stray.line) + stray.text;
    for (const auto& infinite : column.first_infinite)
      text += " " + std::to_string(infinite.line) + infinite.text;
    for (std::uint32_t id = 0; id < column.texts.size(); ++id) {
      const auto& entry = column.texts[id];
      text += " '" + *entry.text + "'" + (entry.missing ? "?" : "") +
              (std::isnan(entry.value) ? "" : number_text(entry.value, '.'));
    }
    text += " =";
    table.cells.for_each(static_cast<Index>(j),
                         [&](std::size_t, double cell) { text += " " + number_of(cell); });
  }
  return text;
}

std::string read(const std::string& path, const TableReading& reading) {
  auto file = CsvFile::open(path);
  REQUIRE_MESSAGE(bool(file), faults_of(file));
  const auto table = read_table(std::move(*file), reading, true);
  return table ? description(*table) : description(table.faults());
}

// What comes out when every record is read with care, one after the other; nothing where that finds faults.
std::string read_with_care(const std::string& path, const std::string& content, const TableReading& reading) {
  std::vector<TableColumn> columns;
  for (std::size_t i = 0; i < reading.fields.size(); ++i) {
    if (reading.fields[i].role == FieldReading::Role::unused) continue;
    columns.emplace_back();
    columns.back().reading = reading.fields[i];
    columns.back().field = static_cast<int>(i + 1);
    for (const std::string& level : reading.fields[i].levels)
      columns.back().texts.add(level, std::nan(""), false);
  }
  const Index width = std::ssize(columns);
  Table table{path, std::move(columns), Chunks(width), 0, {}, 0};
  Filler filler(table, reading, true);
  std::vector<double> rows;
  filler.rows = &rows;
  Tokenizer tokenizer(path, {reading.separator, reading.comment}, filler);
  tokenizer.read(content);
  if (!filler.faults.empty() || !tokenizer.faults().empty() || table.records == 0) return "";
  for (const TableColumn& column : table.columns) {
    if (column.reading.role == FieldReading::Role::number && column.strays > 0) return "";
  }
  Chunk::Habit habit;
  const Index number = table.cells.reserve(std::ssize(rows) / width);
  table.cells.put(number, Chunk(rows, width, {}, habit, table.cells.memory()));
  return description(table);
}

TableReading plan_of(std::size_t fields, char separator = ',') {
  TableReading reading;
  reading.separator = separator;
  reading.header = true;
  reading.missing.policy = MissingPolicy::impute;
  for (std::size_t i = 0; i < fields; ++i) {
    reading.fields.push_back({});
    reading.fields.back().role = FieldReading::Role::automatic;
    reading.fields.back().name = std::to_string(i + 1);
  }
  return reading;
}

// The same for all sizes of blocks and numbers of threads, and as read with care where that gives a table: whether it
// does.
bool check_all(const std::string& content, TableReading reading, std::size_t step, std::size_t least = 1) {
  const Folder folder;
  const std::string path = folder.write("t.csv", content);
  reading.block_size = std::size_t{1} << 20;
  const std::string whole = read(path, reading);
  const std::string careful = read_with_care(path, content, reading);
  if (!careful.empty()) CHECK_MESSAGE(whole == careful, content);
  for (std::size_t size = least; size <= content.size() + 1; size += step) {
    for (const Index threads : size % 4 == 1 ? std::vector<Index>{1, 2, 5} : std::vector<Index>{2}) {
      reading.block_size = size;
      reading.threads = threads;
      REQUIRE_MESSAGE(read(path, reading) == whole, content << "\nblocks of " << size << ", " << threads);
    }
  }
  return !careful.empty();
}

const std::string nasty =
    "a,b,c\r\n"
    "1,x,0.5\r\n"
    "\r\n"
    "2,\"y\nz\",-1.25\r\n"
    " 3 , \"q \"\"r\"\" , s\" ,1e3\n"
    "01,?,007\n"
    "4,5\" pipe,NA\n"
    "\n  \n"
    "-0,\"\",1234567890123456\n"
    "5,x,.5\n"
    "1234567.1234567,\"\n\n\",3\n"
    "6,\xc3\xa4,0.1000000000000000055511151231257827";

}  // namespace

TEST_CASE("records are cut where they end") {
  const std::vector<std::string> parts = {"a", ",", "\"", "\"\"", "\n", " ", "\t", "1", "#"};
  Draw draw(3);
  for (int i = 0; i < 20000; ++i) {
    const std::string text = draw.text(parts, 24);
    for (const Dialect dialect :
         {Dialect{','}, Dialect{'\t'}, Dialect{' '}, Dialect{',', '#'}, Dialect{' ', '#'}}) {
      const std::size_t cut = last_record_end(text, dialect, '\n');
      CellLog whole, both;
      Tokenizer once("f", dialect, whole, 1, '\n');
      once.read(text);
      Tokenizer first("f", dialect, both, 1, '\n');
      first.read(text.substr(0, cut));
      Tokenizer second("f", dialect, both, first.line(), '\n');
      second.read(text.substr(cut));
      REQUIRE_MESSAGE(both.seen == whole.seen, text);
      REQUIRE(description(first.faults()).empty());
      REQUIRE(description(second.faults()) == description(once.faults()));
      // Nothing is left uncut without need.
      if (text.find('"') == std::string::npos) REQUIRE(cut == text.rfind('\n') + 1);
    }
  }
}

TEST_CASE("a table does not depend on threads and blocks") {
  check_all(nasty, plan_of(3), 1);
  check_all(nasty + "\n", plan_of(3), 7);
  TableReading text = plan_of(3);
  for (FieldReading& field : text.fields) field.role = FieldReading::Role::text;
  check_all(nasty, text, 3);
  TableReading drop = plan_of(3);
  drop.missing.policy = MissingPolicy::drop;
  drop.fields[2].target = true;
  check_all(nasty, drop, 3);
  drop.fields[1].role = FieldReading::Role::unused;
  drop.strip = "5";
  drop.missing.marks = {"", "4", "?"};
  check_all(nasty, drop, 3);
}

TEST_CASE("faults do not depend on threads and blocks") {
  for (const char* content :
       {"a,b\n1,2\n3\n4,5,6\n7,8\n", "a,b\n1,2\nx,3\n4,\"5\n6,7\n", "a,b\n1,2\n\xff,3\n\xfe,5\n4,4\n",
        "a,b\n1,inf\n2,3\n1e999,4\n", "a,b\n", "a,b\n1,2\n\"x\"y,3\n\"z,4\n", "a,b\r1,2\r3,4\r\r5,6"}) {
    check_all(content, plan_of(2), 1);
    TableReading numbers = plan_of(2);
    for (FieldReading& field : numbers.fields) field.role = FieldReading::Role::number;
    check_all(content, numbers, 1);
  }
}

TEST_CASE("any file is read as with care") {
  const std::vector<std::string> parts = {"1",       "22",  "-3.5",     "0.50", "07",     "x",     "\"y\"",
                                          "\"a,b\"", "",    "NA",       "1e2",  " 4 ",    "\"\"",  "\"\"\"\"",
                                          "-0",      "nan", "\"p\nq\"", "8.25", "\"u\"v", "\"1\"5"};
  Draw draw(5);
  int compared = 0;
  for (int i = 0; i < 200; ++i) {
    const bool blanks = i % 4 == 3;
    const bool comments = i % 3 == 2;
    const std::string separator = blanks ? "  " : ",";
    const std::size_t kinds = 1 + draw.below(parts.size());
    std::string content = "h1" + separator + "h2" + separator + "h3\n";
    for (std::size_t row = 0; row < 12; ++row) {
      for (int field = 0; field < 3; ++field) {
        std::string part = parts[draw.below(kinds)];
        if (blanks && (part == " 4 " || part == "\"a,b\"")) part = "\"6 7\"";
        content += (field > 0 ? separator : "") + (blanks && part.empty() ? "?" : part);
      }
      if (comments && draw.below(3) == 0) content += "  # \"c" + separator + "\"";
      content += comments && draw.below(6) == 0 ? "\n # n" + separator + "\"\n" : "";
      content += draw.below(8) == 0 ? "\n\n" : draw.below(4) == 0 ? "\r\n" : "\n";
    }
    TableReading reading = plan_of(3, blanks ? ' ' : ',');
    if (comments) reading.comment = '#';
    if (draw.below(3) == 0) reading.fields[0].role = FieldReading::Role::text;
    if (draw.below(3) == 0) reading.fields[1].role = FieldReading::Role::number;
    if (draw.below(3) == 0) reading.missing.policy = MissingPolicy::drop;
    if (draw.below(3) == 0) reading.missing.marks.push_back("22");
    reading.fields[2].target = true;
    if (draw.below(3) == 0) {
      reading.fields[2].role = FieldReading::Role::text;
      reading.fields[2].closed = true;
      reading.fields[2].levels = {"1", "x"};
      reading.lenient = draw.below(2) == 0;
    }
    compared += check_all(content, reading, 61) ? 1 : 0;
  }
  CHECK(compared > 100);
}

TEST_CASE("more odd numbers and texts than are kept are reported in the same way") {
  std::string numbers = "a,b\n", mixed = "a,b\n", texts = "a,b\n";
  for (int i = 0; i < 3000; ++i) {
    const std::string n = std::to_string(i);
    numbers += n + ".50," + std::to_string(i % 7) + ".0\n";
    mixed += (i % 3 == 0 ? "0" : "t") + n + "," + (i % 2 == 0 ? n : "u") + "\n";
  }
  for (int i = 0; i < 70000; ++i) texts += "t" + std::to_string(i) + ",1\n";
  check_all(numbers, plan_of(2), 9000, 5000);
  check_all(mixed, plan_of(2), 9000, 5000);
  check_all(texts, plan_of(2), 400000, 300000);
}

TEST_CASE("a dataset does not depend on threads, and gzip makes no difference") {
  Draw draw(9);
  std::string content = "x,c,u,y\n";
  for (int i = 0; i < 4000; ++i) {
    content += to_text(static_cast<double>(draw.below(1000000)) / 1e6 - 0.5) + "," +
               std::string(1, static_cast<char>('a' + draw.below(5))) + "," +
               to_text(1e9 + static_cast<double>(draw.below(1000000)) * 1e-7) + "," +
               (draw.below(3) == 0 ? "yes" : "no") + "\n";
  }
  const Folder folder;
  DataOptions options = raw_options(folder.write("t.csv", content), "y");
  options.standardize = Standardize::numeric;
  options.validation.fraction = 0.2;
  const auto one = prepare<double>(options, {}, 1);
  REQUIRE_MESSAGE(bool(one), faults_of(one));
  DataOptions zipped = options;
  zipped.train = folder.write("t.csv.gz", gzipped(content));
  for (const auto& [from, threads] : {std::pair{options, 2}, {options, 5}, {zipped, 1}, {zipped, 3}}) {
    const auto other = prepare<double>(from, {}, threads);
    REQUIRE(bool(other));
    CHECK(other->encoding == one->encoding);
    CHECK(other->train.features == one->train.features);
    CHECK(other->train.targets == one->train.targets);
    CHECK(other->validation->features == one->validation->features);
    CHECK(other->validation->targets == one->validation->targets);
  }
  // Numbers of many digits are kept as differences to a number near them, so that single precision loses no
  // more than its own rounding of features of size 1 and of that difference.
  const auto single = prepare<float>(options, {}, 2);
  REQUIRE(bool(single));
  for (std::size_t i = 0; i < one->train.features.size(); ++i) {
    REQUIRE(std::abs(static_cast<double>(single->train.features[i]) - one->train.features[i]) < 5e-7);
  }
}
