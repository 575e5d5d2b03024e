#include "data/fit.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.hpp"
#include "data/cell.hpp"
#include "data/moments.hpp"
#include "data/split.hpp"

namespace lookahead {
namespace {

using Role = FieldPlan::Role;

// "1836 in 'workclass', 583 in 'native-country'"
std::string missing_list(const Table& table) {
  std::vector<std::string> parts;
  for (const TableColumn& column : table.columns) {
    if (column.missing > 0 && parts.size() < 10) {
      parts.push_back(std::to_string(column.missing) + " in " + quoted(column.plan.name));
    }
  }
  return joined(parts, ", ");
}

std::string class_list(const std::vector<std::string>& classes) {
  std::vector<std::string> names(classes.begin(), classes.begin() + std::min<Index>(std::ssize(classes), 5));
  return joined(names, ", ") + (classes.size() > 5 ? ", ..." : "");
}

class Fitter {
 public:
  Fitter(Table& table, const Layout& layout, const DataOptions& options, std::optional<Task> task)
      : table_(table), layout_(layout), options_(options), task_(task), is_text_(table.columns.size()) {
    for (std::size_t j = 0; j < table.columns.size(); ++j) {
      const TableColumn& column = table.columns[j];
      const Index values = table.records - column.missing;
      is_text_[j] = column.plan.role == Role::text || (column.strays > 0 && column.strays * 2 >= values);
      if (column.plan.target) target_ = j;
    }
  }

  Checked<Fitted> run(std::uint64_t seed) {
    check_cells();
    if (faults_.empty() && table_.cells.rows() == 0) {
      add(0, 0, "no row is left: each has missing cells (" + missing_list(table_) + ")",
          "set data.missing: impute, or list columns in data.drop");
    }
    if (!faults_.empty()) return faults_;
    choose_task();
    if (!faults_.empty()) return faults_;
    for (std::size_t j = 0; j < is_text_.size(); ++j) {
      if (!is_text_[j]) continue;
      if (const auto done = make_text(table_, j, layout_.decimal); !done) return done.faults();
    }
    find_classes();
    if (options_.validation.fraction > 0) hold_out(seed);
    if (!faults_.empty()) return faults_;
    describe();
    if (!faults_.empty()) return faults_;
    add_notes();
    return std::move(fitted_);
  }

 private:
  void add(int line, int field, std::string text, std::string cure) {
    if (faults_.size() >= most_faults) return;
    faults_.push_back({FaultKind::data, {table_.file, line, field}, std::move(text), std::move(cure)});
  }

  void check_cells() {
    for (std::size_t j = 0; j < table_.columns.size(); ++j) {
      const TableColumn& column = table_.columns[j];
      const MissingPolicy policy = options_.missing.policy;
      if (!is_text_[j]) {
        for (const auto& stray : column.first_strays) {
          add(stray.line, column.field, column.title() + ": " + quoted(stray.text) + " is not a number",
              not_a_number_cure);
        }
        for (const auto& infinite : column.first_infinite) {
          add(infinite.line, column.field, column.title() + ": " + quoted(infinite.text) + " is not finite",
              "correct it, or list the column in data.drop");
        }
      }
      const bool refused = policy == MissingPolicy::error ||
                           (policy == MissingPolicy::mean && is_text_[j] && !column.plan.target);
      if (column.missing > 0 && refused) {
        const std::string cells =
            column.missing == 1 ? "1 cell is missing" : std::to_string(column.missing) + " cells are missing";
        add(column.first_missing->line, column.field,
            column.title() + ": " + cells + ", the first is " + quoted(column.first_missing->text),
            policy == MissingPolicy::error ? "data.missing can drop or impute"
                                           : "a text has no mean: set data.missing to impute or drop");
      }
    }
    std::stable_sort(faults_.begin(), faults_.end(),
                     [](const Fault& a, const Fault& b) { return a.place.line < b.place.line; });
  }

  // Calls visit(row, cell) for the target of every row.
  template <class Visit>
  void for_each_target(Visit visit) const {
    const auto width = static_cast<std::size_t>(table_.cells.width());
    std::size_t row = 0;
    for (Index piece = 0; piece < table_.cells.pieces(); ++piece) {
      const auto cells = table_.cells.piece(piece);
      for (std::size_t at = target_; at < cells.size(); at += width) visit(row++, cells[at]);
    }
  }

  void choose_task() {
    const TableColumn& target = table_.columns[target_];
    const bool looks_text = target.plan.role != Role::text && is_text_[target_];
    if (!task_) {
      std::set<std::uint64_t> values;
      for_each_target([&](std::size_t, double cell) {
        if (values.size() < 3) values.insert(std::bit_cast<std::uint64_t>(cell));
      });
      task_ = looks_text || values.size() == 2 ? Task::classification : Task::regression;
      why_ = looks_text ? "it is text" : values.size() == 2 ? "it has two values" : "it is numeric";
    } else if (*task_ == Task::regression && looks_text) {
      add(target.first_strays.front().line, target.field,
          target.title() + " is text, which a regression can not predict",
          "set data.task: classification, or a model of classification");
    }
    if (*task_ == Task::classification) is_text_[target_] = true;
  }

  void find_classes() {
    if (*task_ != Task::classification) return;
    const Dictionary& texts = table_.columns[target_].texts;
    std::vector<bool> present(texts.size());
    for_each_target([&](std::size_t, double cell) { present[unbox(cell)] = true; });
    auto& classes = fitted_.encoding.classes;
    for (std::uint32_t id = 0; id < texts.size(); ++id) {
      if (present[id]) classes.push_back(*texts[id].text);
    }
    std::sort(classes.begin(), classes.end());
    if (classes.size() > 1) return;
    add(0, 0, table_.columns[target_].title() + " has only one class, " + quoted(classes.front()),
        "a classification needs two; check data.target and data.missing");
  }

  void hold_out(std::uint64_t seed) {
    if (table_.cells.rows() < 2) {
      add(0, 0, "one row can not be split for validation", "set data.validation: none");
      return;
    }
    std::vector<std::uint32_t> classes(static_cast<std::size_t>(table_.cells.rows()), 0);
    if (*task_ == Task::classification && options_.validation.stratify) {
      for_each_target([&](std::size_t row, double cell) { classes[row] = unbox(cell); });
    }
    fitted_.held_out = held_out_rows(classes, options_.validation.fraction, seed);
    if (std::find(fitted_.held_out.begin(), fitted_.held_out.end(), true) != fitted_.held_out.end()) return;
    add(0, 0, "no class has two rows, so that none can be held out for validation",
        "set data.validation: none");
  }

  // The texts of column j in the training rows, in byte order.
  void find_levels(std::size_t j, Column& column) const {
    const Dictionary& texts = table_.columns[j].texts;
    std::vector<bool> present(texts.size());
    const auto width = static_cast<std::size_t>(table_.cells.width());
    std::size_t row = 0;
    for (Index piece = 0; piece < table_.cells.pieces(); ++piece) {
      const auto cells = table_.cells.piece(piece);
      for (std::size_t at = j; at < cells.size(); at += width, ++row) {
        if (fitted_.held_out.empty() || !fitted_.held_out[row]) present[unbox(cells[at])] = true;
      }
    }
    for (std::uint32_t id = 0; id < texts.size(); ++id) {
      if (!present[id]) continue;
      column.levels.push_back(*texts[id].text);
      if (texts[id].missing && (!column.missing_level || *texts[id].text < *column.missing_level)) {
        column.missing_level = *texts[id].text;
      }
    }
    std::sort(column.levels.begin(), column.levels.end());
  }

  void describe() {
    Encoding& encoding = fitted_.encoding;
    encoding.header = layout_.header;
    encoding.separator.value = layout_.separator;
    encoding.decimal.value = layout_.decimal;
    encoding.missing = options_.missing;
    encoding.fields = std::ssize(layout_.names);
    encoding.task = *task_;
    const std::vector<Moments> moments = moments_of(table_, fitted_.held_out);
    for (std::size_t j = 0; j < table_.columns.size(); ++j) {
      const TableColumn& source = table_.columns[j];
      const bool scaled = source.plan.target ? options_.standardize_target && *task_ == Task::regression
                                             : options_.standardize;
      if (!is_text_[j] && moments[j].count == 0) {
        add(0, 0, source.title() + " has no value in the training rows", "list it in data.drop");
      }
      if (!is_text_[j] && scaled && !(std::isfinite(moments[j].mean) && std::isfinite(moments[j].sd))) {
        add(0, 0, source.title() + ": the numbers are too large to standardize",
            "scale the column, or list it in data.drop");
      }
      if (source.plan.target) {
        encoding.target = source.plan.name;
        encoding.target_field = source.field - 1;
        if (scaled && moments[j].sd > 0)
          encoding.target_mean = moments[j].mean, encoding.target_sd = moments[j].sd;
        continue;
      }
      Column column;
      column.name = source.plan.name;
      column.field = source.field - 1;
      column.kind = is_text_[j] ? ColumnKind::text : ColumnKind::numeric;
      if (is_text_[j]) {
        find_levels(j, column);
      } else {
        column.fill = moments[j].mean;
        if (options_.standardize) column.mean = moments[j].mean, column.sd = moments[j].sd;
      }
      encoding.columns.push_back(std::move(column));
    }
  }

  void add_notes() {
    const Encoding& encoding = fitted_.encoding;
    const std::string file = table_.file + ": ";
    if (!why_.empty()) {
      std::string what = *task_ == Task::regression ? "regression" : "classification";
      if (!encoding.classes.empty()) {
        what += ", " + std::to_string(encoding.classes.size()) + " classes (" + class_list(encoding.classes) +
                ")";
      }
      fitted_.notes.push_back(file + "task " + what + ", because of " + table_.columns[target_].title() +
                              ": " + why_);
    }
    if (table_.dropped_count > 0) {
      fitted_.notes.push_back(file + std::to_string(table_.dropped_count) + " of " +
                              std::to_string(table_.records) + " rows dropped: missing cells, " +
                              missing_list(table_));
    } else if (!missing_list(table_).empty()) {
      fitted_.notes.push_back(file + "missing cells filled: " + missing_list(table_));
    }
  }

  Table& table_;
  const Layout& layout_;
  const DataOptions& options_;
  std::optional<Task> task_;
  std::string why_;
  std::vector<bool> is_text_;
  std::size_t target_ = 0;
  Fitted fitted_;
  Faults faults_;
};

}  // namespace

Checked<Fitted> fit(Table& table, const Layout& layout, const DataOptions& options, std::optional<Task> task,
                    std::uint64_t seed) {
  return Fitter(table, layout, options, task).run(seed);
}

}  // namespace lookahead
