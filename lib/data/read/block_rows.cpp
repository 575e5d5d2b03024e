#include "data/read/block_rows.hpp"

#include <algorithm>
#include <cmath>

#include "data/read/cell.hpp"
#include "data/read/decimal.hpp"
#include "data/read/field_ends.hpp"
#include "data/read/tokenizer.hpp"

namespace lookahead {
namespace {

using Role = FieldReading::Role;

static_assert(decimal_margin <= RecordBlock::margin);

}  // namespace

BlockRows::BlockRows(const TableReading& reading, char line_end,
                     const std::vector<std::atomic<bool>>& texts_lost)
    : reading_(reading),
      dialect_{reading.separator, reading.comment},
      line_end_(line_end),
      texts_lost_(texts_lost),
      packed_rows_(static_cast<std::size_t>(
          std::count_if(reading.fields.begin(), reading.fields.end(),
                        [](const FieldReading& field) { return field.role != Role::unused; }))) {
  for (const FieldReading& field : reading.fields) {
    const bool used = field.role != Role::unused;
    const bool text = field.role == Role::text;
    const bool decimal = used && !text && !field.weights && !(field.target && !reading.strip.empty());
    Marks marks(reading.missing, field.name, reading.numbers.decimal);
    slots_.push_back({used ? static_cast<int>(columns.size()) : -1, decimal, false, false, field.target, text,
                      field.role == Role::number, field.weights, marks.has_numbers(), field.empty});
    if (!used) continue;
    columns.emplace_back();
    marks_.push_back(std::move(marks));
  }
  const Slot none{-1, false, false, false, false, false, false, false, false, false};
  slots_.push_back(none);
  skipped_.assign(slots_.size(), none);
}

void BlockRows::begin(const RecordBlock& block) {
  rows = records = 0;
  lines = 0;
  dropped.clear();
  header_ = has_header = reading_.header && block.number() == 0;
  feature_missing_ = target_missing_ = false;
  for (Column& column : columns) {
    column.texts.clear();
    column.strays = column.missing = 0;
    column.first_strays.clear();
  }
  for (std::size_t i = 0; i < reading_.fields.size(); ++i) {
    Slot& slot = slots_[i];
    if (slot.position < 0) continue;
    const auto position = static_cast<std::size_t>(slot.position);
    slot.keeps_texts =
        reading_.fields[i].role == Role::automatic && !texts_lost_[position].load(std::memory_order_relaxed);
    slot.checked = slot.keeps_texts || slot.number_marks;
  }
}

bool BlockRows::read(const RecordBlock& block) {
  const std::string_view bytes = block.bytes();
  if (block.endless() || bytes.find('\0') != std::string_view::npos) return false;
  const bool blanks = dialect_.blanks();
  begin(block);
  Outcome outcome = Outcome::wide;
  packed_ = wide_blocks_ == 0;
  if (packed_) {
    outcome = blanks ? read_fields<true, true>(bytes) : read_fields<false, true>(bytes);
    if (outcome == Outcome::done && !packs_numbers()) outcome = Outcome::wide;
  }
  if (outcome == Outcome::wide) {
    if (packed_) begin(block);
    constexpr int many = 16;
    wide_blocks_ = packed_ ? many : wide_blocks_ - 1;
    if (wide_blocks_ == 0) std::fill(packed_rows_.places.begin(), packed_rows_.places.end(), 0);
    packed_ = false;
    outcome = blanks ? read_fields<true, false>(bytes) : read_fields<false, false>(bytes);
  }
  return outcome == Outcome::done && !header_;
}

// Whether the numbers among the texts can be packed.
bool BlockRows::packs_numbers() {
  PackedCell cell = 0;
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const double scale = powers_of_ten[packed_rows_.places[j]];
    for (const auto& entry : columns[j].texts.entries) {
      if (entry.kind == BlockTexts::Kind::number && !pack_cell(entry.value, scale, cell)) return false;
    }
  }
  return true;
}

double* BlockRows::wide_row() {
  const std::size_t width = columns.size();
  const std::size_t needed = (static_cast<std::size_t>(rows) + 1) * width;
  if (needed > wide_rows_.size()) wide_rows_.resize(std::max(2 * wide_rows_.size(), needed));
  return wide_rows_.data() + static_cast<std::size_t>(rows) * width;
}

template <bool blanks, bool packed>
BlockRows::Outcome BlockRows::read_fields(std::string_view bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  const char point = reading_.numbers.decimal;
  FieldEnds ends(at, reading_.separator, blanks);
  const Slot* first = header_ ? skipped_.data() : slots_.data();
  const Slot* slot = first;
  double* cells = packed ? nullptr : wide_row();
  PackedCell* packed_cells = packed ? packed_rows_.row(rows) : nullptr;
  const int* const places = packed_rows_.places.data();
  // A newline stands after the bytes, where the last record may still be open.
  while (at < end || slot != first) {
    const char* stop = ends.next();
    if (!blanks || stop != at) {
      DecimalText decimal;
      if (slot->decimal && read_decimal(at, stop, point, decimal) &&
          (!slot->checked || takes(*slot, decimal, at, stop))) {
        if constexpr (!packed) {
          cells[slot->position] = decimal.value();
        } else if (decimal.fraction == places[slot->position] && std::abs(decimal.digits) < most_packed) {
          packed_cells[slot->position] = static_cast<PackedCell>(decimal.digits);
        } else if (!packed_rows_.put(rows, static_cast<std::size_t>(slot->position), decimal)) {
          return Outcome::wide;
        }
        ++slot;
      } else {
        const Field field = read_field<packed>(slot, at, stop, end);
        if (field.outcome != Outcome::done) return field.outcome;
        stop = field.end;
        if (!field.none && slot != first + reading_.fields.size()) ++slot;
        if (field.moved) ends.skip(stop);
      }
    } else if (!is_line_end(*stop)) {
      ++at;
      continue;
    }
    at = stop + 1;
    if (!is_line_end(*stop)) continue;
    if (*stop == '\r' && line_end_ == '\n' && at < end) {
      if (*at != '\n') return Outcome::careful;
      ends.next();
      ++at;
      ++lines;
    } else if (stop < end) {
      if (*stop != line_end_ && at < end) return Outcome::careful;
      if (*stop == line_end_) ++lines;
    }
    if (slot == first) continue;
    if (header_) {
      header_ = false;
    } else if (slot == first + reading_.fields.size()) {
      end_record();
      if constexpr (packed) packed_cells = packed_rows_.row(rows);
      if constexpr (!packed) cells = wide_row();
    } else {
      return Outcome::careful;
    }
    slot = first = slots_.data();
  }
  return Outcome::done;
}

// Any field that is no plain decimal, from `at` to `stop` unless it is quoted.
template <bool packed>
[[gnu::noinline]] BlockRows::Field BlockRows::read_field(const Slot* slot, const char* at, const char* stop,
                                                         const char* end) {
  while (at < stop && is_blank(*at)) ++at;
  const Slot* const first = header_ ? skipped_.data() : slots_.data();
  Field field{Outcome::done, stop};
  if (at == stop && slot == first && is_line_end(*stop)) {
    field.none = true;
    return field;
  }
  std::string_view text(at, static_cast<std::size_t>(stop - at));
  bool lasting = true;
  if (at < stop && *at == '"') {
    field.end = read_quoted(at, end, dialect_, unquoted_, text);
    if (field.end == nullptr) return {Outcome::careful, stop};
    lines += static_cast<int>(std::count(at, field.end, line_end_));
    field.moved = true;
    lasting = text.data() != unquoted_.data();
  } else if (dialect_.comment != 0) {
    field.end = std::find(at, stop, dialect_.comment);
    text = {at, static_cast<std::size_t>(field.end - at)};
  }
  if (field.end < end && dialect_.is_comment(*field.end)) {
    field.none = field.end == at && (slot == first || dialect_.blanks());
    field.end = std::find_if(field.end, end, is_line_end);
    field.moved = true;
    if (field.none) return field;
  }
  const bool too_many = !header_ && slot == first + reading_.fields.size();
  if (text.size() > most_cell || too_many) return {Outcome::careful, stop};
  if (slot->position < 0) {
    if (slot->empty && !stripped(text).empty()) field.outcome = Outcome::careful;
    return field;
  }
  const auto position = static_cast<std::size_t>(slot->position);
  double cell = 0;
  if (!read_cell(*slot, stripped(text), lasting, cell)) {
    field.outcome = Outcome::careful;
  } else if constexpr (!packed) {
    wide_row()[position] = cell;
  } else if (!packed_rows_.put(rows, position, cell)) {
    field.outcome = Outcome::wide;
  }
  return field;
}

// Whether a plain decimal needs no further care.
[[gnu::noinline]] bool BlockRows::takes(const Slot& slot, DecimalText decimal, const char* begin,
                                        const char* end) const {
  return (!slot.keeps_texts || decimal.shortest(begin, end)) &&
         !(slot.number_marks && marks_of(slot).contains(decimal.value()));
}

void BlockRows::end_record() {
  const bool drop = reading_.missing.policy == MissingPolicy::drop && feature_missing_;
  const bool no_target =
      target_missing_ && reading_.missing.policy != MissingPolicy::error && !reading_.lenient;
  feature_missing_ = target_missing_ = false;
  if (drop || no_target) {
    dropped.push_back(records);
  } else {
    ++rows;
  }
  ++records;
}

bool BlockRows::read_cell(const Slot& slot, std::string_view text, bool lasting, double& cell) {
  using Kind = BlockTexts::Kind;
  if (slot.target) {
    while (!text.empty() && reading_.strip.find(text.back()) != std::string::npos) text.remove_suffix(1);
  }
  Column& column = columns[static_cast<std::size_t>(slot.position)];
  const Marks& marks = marks_of(slot);
  double value = 0;
  Kind kind = Kind::text;
  if (!slot.text) {
    const CellKind read = parse_cell(text, reading_.numbers, value);
    const bool number = read != CellKind::text;
    if (number && slot.number_marks && marks.contains(value)) {
      kind = Kind::missing;
    } else if (number && slot.weights && value < 0) {
      return false;
    } else if (read == CellKind::plain) {
      cell = value;
      return true;
    } else if (number) {
      if (std::isinf(value)) return false;
      kind = std::isnan(value) ? Kind::missing : Kind::number;
      if (kind == Kind::number && !slot.keeps_texts) {
        cell = value;
        return true;
      }
    }
  }
  const std::uint32_t id = column.texts.add(text, lasting, [&](BlockTexts::Entry& entry) {
    entry.kind = kind != Kind::missing && marks.contains(text, CellKind::text, 0) ? Kind::missing : kind;
    entry.value = value;
    entry.line = lines;
  });
  cell = box(id);
  switch (column.texts.entries[id].kind) {
    case Kind::missing:
      if (!slot.weights || !reading_.lenient) (slot.target ? target_missing_ : feature_missing_) = true;
      ++column.missing;
      break;
    case Kind::text:
      if (slot.strict) return false;
      ++column.strays;
      if (!slot.text && column.first_strays.size() < most_faults) column.first_strays.push_back({lines, id});
      break;
    case Kind::number:
      break;
  }
  return true;
}

void BlockRows::replace_texts() {
  const std::size_t width = columns.size();
  const std::size_t count = static_cast<std::size_t>(rows) * width;
  for (std::size_t j = 0; j < width; ++j) {
    const auto& entries = columns[j].texts.entries;
    if (entries.empty()) continue;
    if (!packed_) {
      for (std::size_t at = j; at < count; at += width) {
        if (is_boxed(wide_rows_[at])) wide_rows_[at] = entries[unbox(wide_rows_[at])].replacement;
      }
      continue;
    }
    const double scale = powers_of_ten[packed_rows_.places[j]];
    const auto cells = packed_rows_.rows(rows);
    for (std::size_t at = j; at < count; at += width) {
      if (is_packed_box(cells[at])) pack_cell(entries[unpack_boxed(cells[at])].replacement, scale, cells[at]);
    }
  }
}

std::vector<double> BlockRows::first_numbers(Index most_rows) {
  const std::size_t width = columns.size();
  std::vector<double> numbers(static_cast<std::size_t>(std::min(rows, most_rows)) * width);
  const auto packed = packed_rows_.rows(packed_ ? rows : 0);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::size_t j = i % width;
    numbers[i] = packed_ ? unpack_cell(packed[i], powers_of_ten[packed_rows_.places[j]]) : wide_rows_[i];
    if (!is_boxed(numbers[i])) continue;
    const auto& entry = columns[j].texts.entries[unbox(numbers[i])];
    numbers[i] = entry.kind == BlockTexts::Kind::number ? entry.value : std::nan("");
  }
  return numbers;
}

Chunk BlockRows::chunk(std::span<const double> centers, MemoryPieces& memory) {
  if (packed_) return {packed_rows_.rows(rows), packed_rows_.places, memory};
  const std::size_t width = columns.size();
  return {{wide_rows_.data(), static_cast<std::size_t>(rows) * width},
          std::ssize(columns),
          centers,
          habit_,
          memory};
}

}  // namespace lookahead
