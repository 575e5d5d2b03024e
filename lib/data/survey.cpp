#include "data/survey.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <iterator>
#include <unordered_set>

#include "base/text.hpp"
#include "data/encode/fit.hpp"
#include "data/encode/identifiers.hpp"
#include "data/encode/task.hpp"
#include "data/encode/training_rows.hpp"
#include "data/read/cell.hpp"
#include "data/read/layout.hpp"
#include "data/read/leading_comments.hpp"
#include "data/read/number_forms.hpp"
#include "data/read/table.hpp"
#include "data/sparse/libsvm.hpp"
#include "data/sparse/sparse.hpp"

namespace lookahead {
namespace {

std::vector<InputFile> files_of(const DataOptions& options) {
  return {options.train.paths.begin(), options.train.paths.end()};
}

bool are_sparse(const DataOptions& options, std::vector<InputFile>& files) {
  return is_libsvm(files.front(), options.skip_lines).value_or(false);
}

bool is_left_out(const std::vector<LeftOut>& left_out, std::size_t column) {
  return std::any_of(left_out.begin(), left_out.end(),
                     [&](const LeftOut& other) { return other.column == column; });
}

// Sets the options to how the numbers of a column are written; whether one needed it.
bool take_form(const Table& table, std::optional<Task> task, DataOptions& options) {
  for (std::size_t j = 0; j < table.columns.size(); ++j) {
    if (table.columns[j].reading.target && task == Task::classification) continue;
    const auto form = other_form(table, j);
    if (!form) {
      const TableColumn& column = table.columns[j];
      if (column.strays == 0 || looks_text(table, column)) continue;
      std::string unit = unit_of_strays(table, column);
      if (unit.empty()) continue;
      options.units.push_back(std::move(unit));
      return true;
    }
    options.decimal.value = form->format.decimal;
    options.thousands.value = form->format.thousands;
    options.units = form->format.units;
    return true;
  }
  return false;
}

// The different texts that are no numbers in a column of numbers.
std::vector<std::string> stray_texts(const TableColumn& column) {
  std::vector<std::string> texts;
  for (std::uint32_t id = 0; id < column.texts.size(); ++id) {
    const Dictionary::Entry& entry = column.texts[id];
    if (!entry.missing && std::isnan(entry.value)) texts.push_back(*entry.text);
  }
  return texts;
}

// Whether the texts stand for missing cells: they are few, and nothing in them is a digit.
bool mean_missing(const std::vector<std::string>& texts) {
  constexpr std::size_t most_texts = 3;
  return texts.size() <= most_texts && std::none_of(texts.begin(), texts.end(), [](const std::string& text) {
           return text.find_first_of("0123456789") != std::string::npos && !text.starts_with('#');
         });
}

// Adds the marks of missing cells found among numbers; whether there are new ones.
bool take_marks(const Table& table, DataOptions& options) {
  auto& marks = options.missing.marks;
  const std::size_t known = marks.size();
  for (const TableColumn& column : table.columns) {
    if (looks_text(table, column) || column.strays == 0) continue;
    const std::vector<std::string> texts = stray_texts(column);
    if (!mean_missing(texts)) continue;
    for (const std::string& text : texts) {
      if (std::find(marks.begin(), marks.end(), text) == marks.end()) marks.push_back(text);
    }
  }
  return marks.size() > known;
}

// Columns that cannot be used as they are, and why.
std::vector<std::pair<std::string, std::string>> unusable(const Table& table,
                                                          const std::vector<LeftOut>& left_out) {
  constexpr Index many_texts = 50;
  std::vector<std::pair<std::string, std::string>> columns;
  for (std::size_t j = 0; j < table.columns.size(); ++j) {
    const TableColumn& column = table.columns[j];
    if (column.reading.target || is_left_out(left_out, j)) continue;
    const Index cells = table.records - column.missing;
    if (cells == 0) {
      columns.emplace_back(column.reading.name, "all its cells are missing");
    } else if (!looks_text(table, column)) {
      if (column.strays == 0) continue;
      columns.emplace_back(column.reading.name, std::to_string(column.strays) + " of its " +
                                                    std::to_string(cells) +
                                                    " cells are texts among numbers, such as " +
                                                    quoted(column.first_strays.front().text) +
                                                    "; listed in categorical, every text is a level");
    } else if (const Index texts = std::ssize(column.texts); column.overflown) {
      columns.emplace_back(column.reading.name,
                           "it holds more than " + std::to_string(most_levels) + " different texts");
    } else if (texts > many_texts && texts * 2 > cells) {
      columns.emplace_back(column.reading.name, "it holds " + std::to_string(texts) + " different texts in " +
                                                    std::to_string(cells) + " cells");
    }
  }
  return columns;
}

// Every change that a reading asks for is made once, so that few are enough.
constexpr int most_readings = 6;

// The values of a column, and the first of them.
struct Values {
  Index different = 0;
  std::string example;
};

Values values_of(const Table& table, std::size_t j, bool text) {
  const TableColumn& column = table.columns[j];
  const std::size_t most = text ? most_levels : static_cast<std::size_t>(ColumnOverview::most_counted);
  Values values;
  bool begun = false;
  std::unordered_set<std::uint64_t> seen;
  table.cells.for_each_until(static_cast<Index>(j), [&](Index, Index, double cell) {
    const bool boxed = is_boxed(cell) && unbox(cell) < column.texts.size();
    if (boxed && column.texts[unbox(cell)].missing) return true;
    if (!begun)
      values.example = boxed ? *column.texts[unbox(cell)].text : number_text(cell, table.numbers.decimal);
    begun = true;
    if (boxed && !text) cell = column.texts[unbox(cell)].value;
    seen.insert(std::bit_cast<std::uint64_t>(cell));
    return seen.size() < most;
  });
  values.different = std::ssize(seen);
  if (column.let_go) values.different = std::max(values.different, std::ssize(column.texts));
  return values;
}

// Whether there are several rows for a value on average, as there are for classes.
bool come_again(const ColumnOverview& column, Index cells) { return column.different * 2 <= cells; }

// What the column would be as the target.
void judge_target(const Table& table, std::size_t j, const std::string& left_out, std::optional<Task> task,
                  ColumnOverview& column) {
  constexpr Index few = 20;
  const Index cells = table.records - column.missing;
  const bool text = column.kind == ColumnOverview::Kind::text;
  const auto refuse = [&](const char* reason) { column.reason = reason; };
  if (column.kind == ColumnOverview::Kind::empty) return refuse("no values");
  if (column.kind == ColumnOverview::Kind::dates) return refuse("dates");
  if (table.columns[j].overflown) return refuse("too many texts");
  if (column.different == 1) return refuse("one value");
  if (!text && table.columns[j].strays > 0 && task != Task::classification)
    return refuse("texts among numbers");
  if (!left_out.empty()) return refuse(text ? "all different" : "row numbers");
  if (text && cells > few && !come_again(column, cells)) return refuse("mostly different");
  column.task = task ? *task : guess_task(text, static_cast<std::size_t>(column.different)).task;
  if (text && column.task == Task::regression) {
    column.task.reset();
    refuse("text");
  } else if (!text && column.task == Task::classification && cells > few &&
             (!come_again(column, cells) || column.different == ColumnOverview::most_counted)) {
    column.task.reset();
    refuse("mostly different");
  }
}

ColumnOverview look_at(const Table& table, std::size_t j, const std::string& left_out,
                       std::optional<Task> task) {
  const TableColumn& source = table.columns[j];
  ColumnOverview column;
  column.name = source.reading.name;
  column.missing = source.missing;
  const bool text = looks_text(table, source);
  const Values values = values_of(table, j, text);
  column.different = values.different;
  column.example = values.example;
  if (source.missing == table.records) {
    column.kind = ColumnOverview::Kind::empty;
  } else if (text) {
    column.kind = holds_dates(table, j) ? ColumnOverview::Kind::dates : ColumnOverview::Kind::text;
  }
  judge_target(table, j, left_out, task, column);
  return column;
}

// The columns of a table whose target is not chosen.
Checked<Done> look_at_columns(DataOptions options, std::vector<InputFile>& files, std::optional<Task> task,
                              Index threads, Survey& found) {
  for (int attempt = 1;; ++attempt) {
    const bool last = attempt == most_readings;
    auto rows = read_training(options, files, std::nullopt, threads, false, last);
    if (!rows) return rows.faults();
    const Table& table = rows->table;
    if (!last && (take_form(table, std::nullopt, options) || take_marks(table, options))) continue;
    found.rows = table.records;
    found.layout = std::move(rows->layout);
    found.notes.insert(found.notes.end(), found.layout.notes.begin(), found.layout.notes.end());
    std::vector<std::string> reasons(table.columns.size());
    for (const LeftOut& column : rows->left_out) reasons[column.column] = column.reason;
    found.columns.reserve(table.columns.size());
    for (std::size_t j = 0; j < table.columns.size(); ++j)
      found.columns.push_back(look_at(table, j, reasons[j], task));
    return Done{};
  }
}

}  // namespace

Checked<Survey> survey(DataOptions options, std::optional<Task> task, Index threads, bool guess_comments) {
  std::vector<InputFile> opened = files_of(options);
  Survey found;
  if (are_sparse(options, opened)) {
    if (options.target) {
      return Fault{FaultKind::data,
                   {opened.front().path(), 0, 0},
                   "rows of the format libsvm have no column " + quoted(*options.target) +
                       ": their target is the first number of each",
                   "leave the target out"};
    }
    found.notes.push_back(opened.front().path() + ": format libsvm (guessed)");
    auto prepared = prepare_sparse<double>(options, opened, task);
    if (!prepared) return prepared.faults();
    found.rows = prepared->train.rows;
    found.encoding = std::move(prepared->encoding);
    found.notes.insert(found.notes.end(), prepared->notes.begin(), prepared->notes.end());
    return found;
  }
  if (guess_comments && options.comment.value == 0 && options.skip_lines == 0 &&
      begins_with_comments(opened.front())) {
    options.comment.value = '#';
    found.notes.push_back(opened.front().path() + ": comment '#' (guessed)");
  }
  found.comment = options.comment.value;
  options.missing.policy = MissingPolicy::impute;
  options.surveyed = true;
  if (!options.target) {
    const auto done = look_at_columns(options, opened, task, threads, found);
    if (!done) return done.faults();
    return found;
  }
  std::vector<std::pair<std::string, std::string>> proposed;
  for (int attempt = 1;; ++attempt) {
    auto rows = read_training(options, opened, task, threads, false, attempt == most_readings);
    // Without what cannot be used nothing may be left.
    if (!rows && !proposed.empty()) {
      return Fault{FaultKind::data,
                   {opened.front().path(), 0, 0},
                   "column " + quoted(std::string_view(proposed.front().first)) +
                       " cannot be used as it is: " + proposed.front().second,
                   "correct it; no other feature is left"};
    }
    if (!rows) return rows.faults();
    Table& table = rows->table;
    const bool last = attempt == most_readings;
    if (!last && (take_form(table, task, options) || take_marks(table, options))) continue;
    if (const auto columns = unusable(table, rows->left_out); !columns.empty() && !last) {
      for (const auto& [name, why] : columns) {
        options.drop.push_back(name);
        proposed.emplace_back(name, why);
      }
      continue;
    }
    found.rows = table.records;
    found.unusable = std::move(proposed);
    for (const LeftOut& column : rows->left_out)
      found.left_out.emplace_back(table.columns[column.column].reading.name, column.reason);
    for (std::size_t j = 0; j < table.columns.size(); ++j) {
      const TableColumn& column = table.columns[j];
      if (is_left_out(rows->left_out, j)) continue;
      if (column.missing > 0) found.missing.emplace_back(column.reading.name, column.missing);
      if (holds_identifiers(table, j)) found.numbered.push_back(column.reading.name);
    }
    auto fitted = fit(table, rows->layout, options, task, rows->left_out, threads, false);
    if (!fitted) return fitted.faults();
    found.layout = std::move(rows->layout);
    found.encoding = std::move(fitted->encoding);
    found.why = std::move(fitted->why);
    found.notes.insert(found.notes.end(), rows->notes.begin(), rows->notes.end());
    // A survey fills missing cells only to see the columns whole.
    std::ranges::copy_if(fitted->notes, std::back_inserter(found.notes), [](const std::string& note) {
      return note.find(filled_cells) == std::string::npos;
    });
    return found;
  }
}

}  // namespace lookahead
