#include <doctest/doctest.h>

#include <charconv>

#include "data/encode/encode.hpp"
#include "data/read/reader.hpp"
#include "files.hpp"

using namespace lookahead;

namespace {

constexpr Index row_count = 2000;

// A number, a level and a target in every row.
std::string content() {
  std::string text = "x,level,y\n";
  for (Index i = 0; i < row_count; ++i) {
    char number[16];
    const auto end = std::to_chars(number, number + sizeof(number), i).ptr;
    const std::string_view written(number, end);
    text.append(written).append(i % 3 == 0 ? ",a," : ",b,").append(written).append("\n");
  }
  return text;
}

TableReading reading_of(std::size_t block_size, Index threads) {
  TableReading reading;
  reading.header = true;
  reading.block_size = block_size;
  reading.threads = threads;
  for (const auto role : {FieldReading::Role::number, FieldReading::Role::text, FieldReading::Role::number}) {
    reading.fields.emplace_back().role = role;
    reading.fields.back().name = std::to_string(reading.fields.size());
  }
  reading.fields.back().target = true;
  return reading;
}

Encoding halved() {
  Encoding encoding;
  encoding.header = true;
  encoding.fields = 3;
  Column x;
  x.name = "x";
  x.sd = 2;
  Column level;
  level.name = "level";
  level.kind = ColumnKind::text;
  level.levels = {"a", "b"};
  encoding.columns = {x, level};
  encoding.target = "y";
  return encoding;
}

// Every fifth row judges.
RowParts parts() {
  RowParts result(row_count, RowPart::training);
  for (std::size_t i = 0; i < result.size(); i += 5) result[i] = RowPart::validation;
  return result;
}

template <class T>
void check_rows(const Dataset<T>& data, RowPart part, Index processes) {
  const RowParts all = parts();
  const Division division{processes, false};
  Index row = 0;
  for (Index i = 0; i < row_count; ++i) {
    if (all[static_cast<std::size_t>(i)] != part) continue;
    const Index at = division.place(data.rows, row++);
    const T* const features = data.features.data() + at * data.columns;
    const T a = i % 3 == 0 ? 1 : 0;
    REQUIRE(features[0] == static_cast<T>(i) / 2);
    REQUIRE(features[1] == a);
    REQUIRE(features[2] == 1 - a);
    REQUIRE(data.targets[static_cast<std::size_t>(at)] == static_cast<T>(i));
  }
  CHECK(data.rows == row);
}

}  // namespace

TEST_CASE_TEMPLATE("rows are encoded to their place in their part, however many chunks the table has", T,
                   float, double) {
  const Folder folder;
  const std::string path = folder.write("rows.csv", content());
  // Of 8 bytes a record is a chunk; of 100 hundreds are, far more than are encoded together.
  for (const std::size_t block_size :
       {std::size_t{8}, std::size_t{100}, std::size_t{5000}, std::size_t{1} << 20}) {
    for (const Index threads : {1, 2, 5}) {
      for (const Index processes : {1, 3}) {
        CAPTURE(block_size);
        CAPTURE(threads);
        CAPTURE(processes);
        auto file = CsvFile::open(ByteSource::open(path), 0, 0);
        REQUIRE(file);
        auto table = read_table(std::move(*file), reading_of(block_size, threads), false);
        REQUIRE(table);
        RowOrder order;
        order.parts = processes;
        PartSets<T> sets;
        std::vector<Index> unseen;
        const Sources sources{.features = {0, 1}, .target = 2};
        REQUIRE(encode_rows<T>(*table, halved(), sources, parts(), order, sets, unseen, threads));
        check_rows(sets[RowPart::training], RowPart::training, processes);
        check_rows(sets[RowPart::validation], RowPart::validation, processes);
        CHECK(sets[RowPart::test].rows == 0);
      }
    }
  }
}
