#include "data/block_rows.hpp"

#include <algorithm>
#include <cmath>

#include "data/cell.hpp"
#include "data/decimal.hpp"
#include "data/field_ends.hpp"

namespace lookahead {
namespace {

using Role = FieldPlan::Role;

static_assert(decimal_margin <= RecordBlock::margin);

bool is_line_end(char c) { return c == '\n' || c == '\r'; }

// Without control characters and blanks at both ends.
std::string_view stripped(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  return text;
}

}  // namespace

BlockRows::BlockRows(const TablePlan& plan, char line_end, const std::vector<std::atomic<bool>>& texts_lost)
    : plan_(plan), line_end_(line_end), texts_lost_(texts_lost) {
  for (const FieldPlan& field : plan.fields) {
    const bool used = field.role != Role::unused;
    const bool text = field.role == Role::text;
    const bool plain = used && !text && !field.weights && !(field.target && !plan.strip.empty());
    Marks marks(plan.missing, field.name, plan.decimal);
    slots_.push_back({used ? static_cast<int>(columns.size()) : -1, plain, false, field.target, text,
                      field.role == Role::number, field.weights, marks.has_numbers()});
    if (!used) continue;
    columns.emplace_back();
    marks_.push_back(std::move(marks));
  }
}

void BlockRows::begin(const RecordBlock& block) {
  rows = records = 0;
  lines = 0;
  dropped.clear();
  header_ = has_header = plan_.header && block.number() == 0;
  feature_missing_ = target_missing_ = false;
  for (Column& column : columns) {
    column.texts.clear();
    column.strays = column.missing = 0;
    column.first_strays.clear();
  }
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].position < 0) continue;
    const auto position = static_cast<std::size_t>(slots_[i].position);
    slots_[i].keeps_texts =
        plan_.fields[i].role == Role::automatic && !texts_lost_[position].load(std::memory_order_relaxed);
  }
}

bool BlockRows::read(const RecordBlock& block) {
  begin(block);
  const std::string_view bytes = block.bytes();
  if (block.endless() || bytes.find('\0') != std::string_view::npos) return false;
  const bool blanks = plan_.separator == ' ';
  if (blanks && block.quotes()) return false;
  const bool done = blanks ? read_fields<true>(bytes) : read_fields<false>(bytes);
  return done && !header_;
}

double* BlockRows::row() {
  const std::size_t width = columns.size();
  const std::size_t needed = (static_cast<std::size_t>(rows) + 1) * width;
  if (needed > buffer_.size()) buffer_.resize(std::max(2 * buffer_.size(), needed));
  return buffer_.data() + static_cast<std::size_t>(rows) * width;
}

template <bool blanks>
bool BlockRows::read_fields(std::string_view bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  const char separator = plan_.separator, point = plan_.decimal;
  FieldEnds ends(at, separator, blanks);
  const std::size_t fields = slots_.size();
  std::size_t field = 0;
  double* cells = row();
  // A newline stands after the bytes, where the last record may still be open.
  while (at < end || field > 0) {
    const char* stop = ends.next();
    bool nothing = blanks && stop == at;
    if (nothing && !is_line_end(*stop)) {
      ++at;
      continue;
    }
    if (!nothing) {
      const Slot* const slot = field < fields ? &slots_[field] : nullptr;
      double value = 0;
      bool shortest = false;
      if (slot != nullptr && slot->decimal && read_decimal(at, stop, point, value, shortest) &&
          (!slot->keeps_texts || shortest) && !(slot->number_marks && marks_of(*slot).contains(value)) &&
          !header_) {
        cells[slot->position] = value;
      } else {
        const char* first = at;
        while (first < stop && (*first == ' ' || *first == '\t')) ++first;
        const bool empty_line = first == stop && field == 0 && is_line_end(*stop);
        std::string_view text(first, static_cast<std::size_t>(stop - first));
        bool lasting = true;
        if (first < stop && *first == '"') {
          stop = unquote(first, end, text);
          if (stop == nullptr) return false;
          ends.skip(stop);
          lasting = text.data() != unquoted_.data();
        }
        if (text.size() > most_cell) return false;
        if (!header_ && !empty_line) {
          if (slot == nullptr) return false;
          if (slot->position >= 0 && !read_cell(*slot, stripped(text), lasting, cells[slot->position]))
            return false;
        }
        if (empty_line) nothing = true;
      }
    }
    if (!nothing) ++field;
    at = stop + 1;
    if (!is_line_end(*stop)) continue;
    if (*stop == '\r' && line_end_ == '\n' && at < end) {
      if (*at != '\n') return false;
      ends.next();
      ++at;
      ++lines;
    } else if (stop < end) {
      if (*stop != line_end_ && at < end) return false;
      if (*stop == line_end_) ++lines;
    }
    if (field == 0) continue;
    if (header_) {
      header_ = false;
    } else if (field == fields) {
      end_record();
      cells = row();
    } else {
      return false;
    }
    field = 0;
  }
  return true;
}

void BlockRows::end_record() {
  const bool drop = plan_.missing.policy == MissingPolicy::drop && feature_missing_;
  const bool no_target =
      target_missing_ && plan_.missing.policy != MissingPolicy::error && !plan_.lenient_target;
  feature_missing_ = target_missing_ = false;
  if (drop || no_target) {
    dropped.push_back(records);
  } else {
    ++rows;
  }
  ++records;
}

const char* BlockRows::unquote(const char* begin, const char* end, std::string_view& text) {
  const char* at = begin + 1;
  unquoted_.clear();
  bool doubled = false;
  while (true) {
    const auto* const quote =
        static_cast<const char*>(std::memchr(at, '"', static_cast<std::size_t>(end - at)));
    if (quote == nullptr) return nullptr;
    lines += static_cast<int>(std::count(at, quote, line_end_));
    if (quote + 1 < end && quote[1] == '"') {
      unquoted_.append(at, quote + 1);
      doubled = true;
      at = quote + 2;
      continue;
    }
    text = {begin + 1, static_cast<std::size_t>(quote - begin - 1)};
    if (doubled) text = unquoted_.append(at, quote);
    at = quote + 1;
    while (at < end && (*at == ' ' || *at == '\t') && *at != plan_.separator) ++at;
    return at == end || *at == plan_.separator || is_line_end(*at) ? at : nullptr;
  }
}

bool BlockRows::read_cell(const Slot& slot, std::string_view text, bool lasting, double& cell) {
  using Kind = BlockTexts::Kind;
  if (slot.target) {
    while (!text.empty() && plan_.strip.find(text.back()) != std::string::npos) text.remove_suffix(1);
  }
  Column& column = columns[static_cast<std::size_t>(slot.position)];
  const Marks& marks = marks_of(slot);
  double value = 0;
  Kind kind = Kind::text;
  if (!slot.text) {
    const CellKind read = parse_cell(text, plan_.decimal, value);
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
      (slot.target ? target_missing_ : feature_missing_) = true;
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
  const auto all = cells();
  for (std::size_t j = 0; j < width; ++j) {
    const auto& entries = columns[j].texts.entries;
    if (entries.empty()) continue;
    for (std::size_t at = j; at < all.size(); at += width) {
      if (is_boxed(all[at])) all[at] = entries[unbox(all[at])].replacement;
    }
  }
}

}  // namespace lookahead
