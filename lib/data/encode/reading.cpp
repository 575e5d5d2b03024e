#include "data/encode/reading.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "base/text.hpp"
#include "data/read/faults.hpp"
#include "data/read/first_records.hpp"
#include "data/read/header.hpp"

namespace lookahead {
namespace {

using Role = FieldReading::Role;

// Finds columns by name and says what is wrong where one is not there.
class Names {
 public:
  Names(const Layout& layout, std::string file) : layout_(layout), file_(std::move(file)) {}

  // Where a name holds the column's between two characters that would split it.
  std::string splitting_cure(const std::string& name) const {
    for (const char separator : {',', ';', '\t', '|'}) {
      for (const std::string& whole : layout_.names) {
        const auto parts = first_records(whole, {separator, 0}, 1);
        if (parts.empty() || parts.front().size() < 2) continue;
        if (std::find(parts.front().begin(), parts.front().end(), name) == parts.front().end()) continue;
        return "data.separator: " + separator_text(separator) + " splits " + quoted(whole);
      }
    }
    return "";
  }

  std::optional<std::size_t> find(const std::string& name, const std::string& key) {
    const auto found = std::find(layout_.names.begin(), layout_.names.end(), name);
    if (found != layout_.names.end()) return static_cast<std::size_t>(found - layout_.names.begin());
    if (faults.size() >= most_faults) return std::nullopt;
    const bool by_number = layout_.header && all_digits(name);
    std::string cure = layout_.header && !by_number ? suggestion(name, layout_.names) : "";
    if (cure.empty() && !layout_.header) {
      cure = "the file has no header: give a number from 1 to " + std::to_string(layout_.names.size()) +
             ", or set data.header: true";
    } else if (cure.empty()) {
      std::vector<std::string> first(layout_.names.begin(),
                                     layout_.names.begin() + std::min<Index>(std::ssize(layout_.names), 12));
      cure = "columns: " + joined(first, ", ") + (layout_.names.size() > 12 ? ", ..." : "");
      if (const std::string split = splitting_cure(name); !split.empty()) cure += "; " + split;
      if (layout_.names.back().starts_with('#') || layout_.names.front().starts_with('#'))
        cure += "; data.comment: '#' leaves out the lines that begin with it";
      if (by_number && layout_.names.size() > 1) cure += "; data.header: false gives columns by number";
      // A title above the rows, or a separator that was not found.
      if (layout_.names.size() == 1 && layout_.lines_above == 0)
        cure += "; data.skip_lines: 1 leaves the first line out, data.separator splits fields";
    }
    cure += lines_above_cure(layout_);
    faults.push_back({FaultKind::data, {file_, 0, 0}, key + ": no column " + quoted(name), cure});
    return std::nullopt;
  }

  // The columns of that name, otherwise those that fit the pattern; a fault where there are none.
  std::vector<std::size_t> matching(const std::string& pattern, const std::string& key) {
    std::vector<std::size_t> found;
    const bool is_name =
        std::find(layout_.names.begin(), layout_.names.end(), pattern) != layout_.names.end();
    for (std::size_t i = 0; !is_name && i < layout_.names.size(); ++i) {
      if (fits_pattern(layout_.names[i], pattern)) found.push_back(i);
    }
    if (!found.empty()) return found;
    if (const auto i = find(pattern, key)) found.push_back(*i);
    return found;
  }

  Faults faults;

 private:
  const Layout& layout_;
  std::string file_;
};

}  // namespace

Checked<TableReading> reading_of_training(const Layout& layout, const DataOptions& options,
                                          std::optional<Task> task, const std::string& file) {
  TableReading reading;
  reading.separator = layout.dialect.separator;
  reading.comment = layout.dialect.comment;
  reading.numbers = {layout.decimal, options.thousands.value, options.units};
  reading.header = layout.header;
  reading.missing = options.missing;
  for (const std::string& name : layout.names) {
    FieldReading field;
    field.role = options.features.empty() ? Role::automatic : Role::unused;
    field.name = name;
    reading.fields.push_back(std::move(field));
  }
  if (layout.row_names) reading.fields.front().role = Role::unused;
  Names names(layout, file);
  for (const std::string& pattern : options.features) {
    for (const std::size_t i : names.matching(pattern, "data.features"))
      reading.fields[i].role = Role::automatic;
  }
  for (const std::string& pattern : options.categorical.columns) {
    for (const std::size_t i : names.matching(pattern, "data.categorical")) {
      if (reading.fields[i].role == Role::unused) continue;
      reading.fields[i].role = Role::text;
      reading.fields[i].exact = true;
    }
  }
  for (const std::string& pattern : options.drop) {
    for (const std::size_t i : names.matching(pattern, "data.drop")) reading.fields[i].role = Role::unused;
  }
  for (const std::string& pattern : options.keep) {
    for (const std::size_t i : names.matching(pattern, "data.keep")) {
      reading.fields[i].keep = true;
      if (i == 0 && layout.row_names) reading.fields[i].role = Role::automatic;
    }
  }
  for (const std::size_t i : layout.blank) {
    reading.fields[i].role = Role::unused;
    reading.fields[i].empty = true;
  }
  for (const auto& [name, marks] : options.missing.columns.marks) names.find(name, "data.missing.columns");
  if (options.weights) {
    if (const auto i = names.find(*options.weights, "data.weights")) {
      reading.fields[*i].weights = true;
      reading.fields[*i].role = Role::number;
    }
  }
  if (options.exposure) {
    if (const auto i = names.find(*options.exposure, "model.exposure")) {
      if (reading.fields[*i].weights || options.target == *options.exposure) {
        return Fault{FaultKind::problem, options.place,
                     "column " + quoted(*options.exposure) + " is model.exposure and data." +
                         (reading.fields[*i].weights ? "weights" : "target"),
                     "take it out of one of them"};
      }
      if (std::ranges::find(options.features, *options.exposure) != options.features.end()) {
        return Fault{FaultKind::problem, options.place,
                     "column " + quoted(*options.exposure) + " is model.exposure and stands in data.features",
                     "take it out of one of them"};
      }
      reading.fields[*i].exposure = true;
      reading.fields[*i].role = Role::number;
    }
  }
  if (options.categories) {
    for (FieldReading& field : reading.fields) {
      if (!field.is_feature()) continue;
      field.role = Role::text;
      field.most_texts = most_members;
    }
  }
  if (options.target) {
    if (const auto i = names.find(*options.target, "data.target")) {
      reading.fields[*i].target = true;
      reading.fields[*i].exact = false;
      reading.fields[*i].role = task == Task::classification ? Role::text : Role::automatic;
    }
  }
  for (FieldReading& field : reading.fields) field.may_overflow = options.surveyed && !field.target;
  if (names.faults.empty()) {
    const bool some = std::any_of(reading.fields.begin(), reading.fields.end(),
                                  [](const FieldReading& field) { return field.is_feature(); });
    if (!some) {
      return Fault{FaultKind::data,
                   {file, 0, 0},
                   "no column is left besides the target",
                   "set data.separator if fields were not split, or shorten data.drop"};
    }
    fit_trailing(reading, layout.trailing);
    return reading;
  }
  return names.faults;
}

void fit_trailing(TableReading& reading, std::size_t trailing) {
  while (!reading.fields.empty() && reading.fields.back().empty) reading.fields.pop_back();
  for (; trailing > 0; --trailing) reading.fields.emplace_back().empty = true;
}

std::optional<Fault> other_separator(const CsvFile& file, const Encoding& encoding) {
  const auto explains = [&](char separator) {
    const auto rows = first_records(file.head(), {separator, encoding.comment.value}, 1);
    if (rows.empty()) return false;
    const std::vector<std::string>& row = rows.front();
    if (!encoding.header) return std::ssize(row) == encoding.fields;
    return std::any_of(encoding.columns.begin(), encoding.columns.end(), [&](const Column& column) {
      return std::find(row.begin(), row.end(), column.name) != row.end();
    });
  };
  if (explains(encoding.separator.value)) return std::nullopt;
  for (const char separator : {',', ';', '\t', '|', ' '}) {
    if (separator == encoding.separator.value || !explains(separator)) continue;
    return Fault{FaultKind::data,
                 {file.name(), file.first_line(), 0},
                 "its fields are separated by " + separator_text(separator) +
                     ", those of the training file by " + separator_text(encoding.separator.value),
                 "write it with the separator of the training file"};
  }
  return std::nullopt;
}

namespace {

// Finds the columns of an encoding among those of another file.
class Matcher {
 public:
  Matcher(const Encoding& encoding, Fields there, TargetNeed need, const TestFile& file,
          const std::string& key)
      : encoding_(encoding), there_(std::move(there)), need_(need), file_(file), key_(key) {
    // A column without a cell, where columns go by position.
    if (!encoding_.header && there_.trailing > 0 && std::ssize(there_.names) == encoding_.fields - 1) {
      --there_.trailing;
      there_.names.push_back(std::to_string(encoding_.fields));
    }
    without_target_ = !encoding_.header && std::ssize(there_.names) == encoding_.fields - 1;
    for (Index i = 0; i < std::ssize(there_.names); ++i)
      first_of_.emplace(there_.names[static_cast<std::size_t>(i)], i);
  }

  Checked<Matched> matched() {
    if (!encoding_.header && std::ssize(there_.names) != encoding_.fields &&
        !(without_target_ && need_ == TargetNeed::optional))
      return other_count();
    describe_file();
    std::vector<Index> features;
    for (const Column& column : encoding_.columns) features.push_back(read_feature(column));
    const Index target = read_target();
    const Index weights =
        encoding_.weights ? read_number(*encoding_.weights, encoding_.weights_field, &FieldReading::weights)
                          : -1;
    const Index exposure = encoding_.exposure ? read_number(*encoding_.exposure, encoding_.exposure_field,
                                                            &FieldReading::exposure)
                                              : -1;
    if (exposure < 0 && encoding_.exposure)
      add("no exposure column " + quoted(*encoding_.exposure),
          "add it; the model predicts counts in proportion to it");
    if (!faults_.empty()) return faults_;
    fit_trailing(matched_.reading, there_.trailing);
    if (there_.row_names) matched_.notes.push_back(row_names_note(file_.file, there_));
    const std::vector<Index> slots = slots_of_fields();
    const auto slot_of = [&](Index field) {
      return field < 0 ? Index{-1} : slots[static_cast<std::size_t>(field)];
    };
    for (const Index field : features)
      matched_.sources.features.push_back(static_cast<std::size_t>(slot_of(field)));
    matched_.sources.target = slot_of(target);
    matched_.sources.weights = slot_of(weights);
    matched_.sources.exposure = slot_of(exposure);
    return std::move(matched_);
  }

 private:
  void add(std::string text, std::string cure) {
    if (faults_.size() < most_faults)
      faults_.push_back({FaultKind::data, {file_.file, 0, 0}, std::move(text), std::move(cure)});
  }

  Fault other_count() const {
    return {FaultKind::data,
            {file_.file, 0, 0},
            std::to_string(there_.names.size()) + " fields, but the training file has " +
                std::to_string(encoding_.fields),
            "without a header columns go by position; " +
                std::string(key_ == test_key ? "if the first lines are no rows, set skip_lines in data.test: "
                                               "{file, skip_lines, strip}"
                                             : "lines that are no rows have to be taken out")};
  }

  void describe_file() {
    TableReading& reading = matched_.reading;
    reading.separator = encoding_.separator.value;
    reading.comment = encoding_.comment.value;
    reading.numbers = encoding_.numbers();
    reading.header = encoding_.header;
    reading.missing = encoding_.missing;
    reading.strip = file_.strip;
    reading.key = key_;
    reading.lenient = need_ == TargetNeed::optional;
    for (const std::string& name : there_.names) {
      reading.fields.emplace_back();
      reading.fields.back().name = name;
    }
    for (const std::size_t field : there_.blank) reading.fields[field].empty = true;
  }

  // Where the training file's column is here; -1: nowhere.
  Index position(const std::string& name, Index field) const {
    if (!encoding_.header) {
      if (without_target_ && field == encoding_.target_field) return -1;
      return without_target_ && field > encoding_.target_field ? field - 1 : field;
    }
    const auto found = first_of_.find(name);
    return found == first_of_.end() ? -1 : found->second;
  }

  FieldReading& reading_at(Index field) { return matched_.reading.fields[static_cast<std::size_t>(field)]; }

  Index read_feature(const Column& column) {
    const Index at = position(column.name, column.field);
    if (at < 0) {
      const std::string cure = suggestion(column.name, there_.names);
      add("no column " + quoted(column.name) + ", which the training file has",
          cure.empty() ? "the first line must hold the names of the columns" : cure);
      return at;
    }
    FieldReading& field = reading_at(at);
    field.role = column.kind == ColumnKind::text ? Role::text : Role::number;
    field.closed = column.kind == ColumnKind::text;
    field.exact = !column.by_number;
    field.levels = column.known();
    field.missing_level = column.missing_level;
    field.name = column.name;
    return at;
  }

  Index read_target() {
    const Index at = position(encoding_.target, encoding_.target_field);
    if (at < 0) {
      if (need_ == TargetNeed::required)
        add("no target column " + quoted(encoding_.target), "add it; without it nothing can be evaluated");
      return at;
    }
    FieldReading& field = reading_at(at);
    field.target = true;
    field.role = encoding_.task == Task::classification ? Role::text : Role::number;
    field.exact = false;
    field.closed = encoding_.task == Task::classification;
    field.levels = encoding_.classes;
    field.name = encoding_.target;
    return at;
  }

  // A column of numbers that is no feature, marked as what it is.
  Index read_number(const std::string& name, Index field, bool FieldReading::*mark) {
    const Index at = position(name, field);
    if (at < 0) return at;
    reading_at(at).*mark = true;
    reading_at(at).role = Role::number;
    reading_at(at).name = name;
    return at;
  }

  // Of each field: how many of those before it are used.
  std::vector<Index> slots_of_fields() const {
    std::vector<Index> slots;
    Index used = 0;
    for (const FieldReading& field : matched_.reading.fields) {
      slots.push_back(used);
      if (field.role != Role::unused) ++used;
    }
    return slots;
  }

  const Encoding& encoding_;
  Fields there_;
  TargetNeed need_;
  const TestFile& file_;
  const std::string& key_;
  bool without_target_ = false;
  std::unordered_map<std::string_view, Index> first_of_;  // of equal names the first
  Matched matched_;
  Faults faults_;
};

}  // namespace

Checked<Matched> match(const Encoding& encoding, Fields there, TargetNeed need, const TestFile& file,
                       const std::string& key) {
  return Matcher(encoding, std::move(there), need, file, key).matched();
}

}  // namespace lookahead
