#include "data/encode/fit.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "base/text.hpp"
#include "data/encode/levels.hpp"
#include "data/encode/moments.hpp"
#include "data/encode/oddities.hpp"
#include "data/encode/split.hpp"
#include "data/encode/task.hpp"
#include "data/encode/weights.hpp"
#include "data/read/cell.hpp"
#include "data/read/faults.hpp"
#include "data/read/label.hpp"
#include "data/read/number_forms.hpp"
#include "data/read/resolution.hpp"

namespace lookahead {
namespace {

class Fitter {
 public:
  Fitter(Table& table, const Layout& layout, const DataOptions& options, std::optional<Task> task,
         const std::vector<LeftOut>& left_out, Index threads, bool single)
      : table_(table),
        layout_(layout),
        options_(options),
        task_(task),
        threads_(threads),
        single_(single),
        is_text_(table.columns.size()),
        is_used_(table.columns.size(), true) {
    for (std::size_t j = 0; j < table.columns.size(); ++j) {
      is_text_[j] = looks_text(table, table.columns[j]);
      if (table.columns[j].reading.target) target_ = j;
    }
    for (const LeftOut& column : left_out) {
      is_used_[column.column] = false;
      left_out_ += (left_out_.empty() ? ": " : "; ") + table.columns[column.column].title() +
                   " is left out, " + column.reason;
    }
  }

  Checked<Fitted> run() {
    check_cells();
    if (faults_.empty() && table_.cells.rows() == 0) {
      const bool no_target = table_.columns[target_].missing == table_.records;
      add("no row is left: each has missing cells (" + missing_list(true) + ")",
          no_target ? "the target has no value at all: choose another data.target"
                    : "set data.missing: impute, or list columns in data.drop");
    }
    if (!faults_.empty()) return limited();
    choose_task();
    if (!faults_.empty()) return limited();
    for (std::size_t j = 0; j < is_text_.size(); ++j) {
      if (!is_text_[j] || !is_used_[j]) continue;
      if (const auto done = make_text(table_, j); !done) return done.faults();
    }
    find_classes();
    if (!faults_.empty()) return limited();
    if (auto ordered = order_classes(fitted_.encoding.classes, options_); !ordered) return ordered.faults();
    if (has_fractions(options_)) hold_out();
    if (!faults_.empty()) return limited();
    describe();
    if (!faults_.empty()) return limited();
    add_notes();
    fitted_.why = why_;
    return std::move(fitted_);
  }

 private:
  // "1836 in 'workclass', 583 in 'native-country'": of all records; or of the rows that are left, without the target.
  std::string missing_list(bool of_all) const {
    std::vector<std::string> parts;
    for (std::size_t j = 0; j < table_.columns.size(); ++j) {
      const TableColumn& column = table_.columns[j];
      if (!is_used_[j] || column.missing == 0 || (!of_all && column.reading.target)) continue;
      const Index count = of_all || table_.dropped_count == 0 ? column.missing : missing_in_rows(j);
      if (count > 0) parts.push_back(std::to_string(count) + " in " + quoted(column.reading.name));
    }
    return shortened(std::move(parts), "columns");
  }

  Index missing_in_rows(std::size_t j) const {
    const TableColumn& column = table_.columns[j];
    Index count = 0;
    table_.cells.for_each(static_cast<Index>(j), [&](std::size_t, double cell) {
      if (is_boxed(cell) && column.texts[unbox(cell)].missing) ++count;
    });
    return count;
  }

  void add(Place place, std::string text, std::string cure) {
    if (faults_.size() >= most_faults)
      ++beyond_;
    else
      faults_.push_back({FaultKind::data, std::move(place), std::move(text), std::move(cure)});
  }
  void add(std::string text, std::string cure) { add({table_.file, 0, 0}, std::move(text), std::move(cure)); }

  Faults limited() {
    limit_faults(faults_, beyond_, table_.file);
    return std::move(faults_);
  }

  void check_cells() {
    for (std::size_t j = 0; j < table_.columns.size(); ++j) {
      if (!is_used_[j]) continue;
      const TableColumn& column = table_.columns[j];
      const MissingPolicy policy = options_.missing.policy;
      if (const auto form = other_form(table_, j)) {
        add_other_form(column, *form);
      } else if (!is_text_[j] && column.strays > 0) {
        const Fault fault = not_numbers(table_, column);
        add(fault.place, fault.text, fault.cure);
      }
      if (!is_text_[j]) {
        for (const auto& infinite : column.first_infinite) {
          add(table_.place_of(infinite, column),
              column.title() + ": " + quoted(infinite.text) + " is not finite",
              column.reading.target ? "correct it, or take the row out"
                                    : "correct it, or list the column in data.drop");
        }
      }
      const bool refused =
          policy == MissingPolicy::error ||
          (policy != MissingPolicy::drop && (column.reading.weights || column.reading.exposure)) ||
          (policy == MissingPolicy::mean && is_text_[j] && !column.reading.target);
      if (column.missing > 0 && refused) {
        const std::string cells =
            column.missing == 1 ? "1 cell is missing" : std::to_string(column.missing) + " cells are missing";
        add(table_.place_of(*column.first_missing, column),
            column.title() + ": " + cells + ", the first is " + quoted(column.first_missing->text),
            policy == MissingPolicy::error ? "data.missing can drop or impute"
            : column.reading.weights       ? "a weight cannot be filled: set data.missing to drop"
            : column.reading.exposure      ? "an exposure cannot be filled: set data.missing to drop"
                                           : "a text has no mean: set data.missing to impute or drop");
      }
    }
    std::stable_sort(faults_.begin(), faults_.end(),
                     [](const Fault& a, const Fault& b) { return a.place.line < b.place.line; });
  }

  void add_other_form(const TableColumn& column, const OtherForm& form) {
    const NumberFormat& read = table_.numbers;
    add(table_.place_of(form.first, column),
        column.title() + ": " +
            (form.cells == 1 ? "1 cell is one of the " : std::to_string(form.cells) + " cells are ") +
            form.what(read) + ", the first is " + quoted(form.first.text),
        form.cure(read) + (column.reading.target ? ", or data.task: classification"
                                                 : ", or list the column in data.categorical"));
  }

  // Calls visit(row, cell) for the target of every row.
  template <class Visit>
  void for_each_target(Visit visit) const {
    table_.cells.for_each(static_cast<Index>(target_), visit);
  }

  void choose_task() {
    const TableColumn& target = table_.columns[target_];
    const bool looks_text = target.reading.role != FieldReading::Role::text && is_text_[target_];
    if (!task_) {
      std::set<std::uint64_t> values;
      table_.cells.for_each_until(static_cast<Index>(target_), [&](Index, Index, double cell) {
        values.insert(std::bit_cast<std::uint64_t>(number_of(target, cell)));
        return values.size() < 3;
      });
      const TaskGuess guess = guess_task(looks_text, values.size());
      task_ = guess.task;
      why_ = guess.why;
    } else if (*task_ == Task::regression && looks_text) {
      add(table_.place_of(target.first_strays.front(), target),
          target.title() + " is text, which a regression cannot predict",
          "set data.task: classification and use a model of it, such as softmax");
    }
    if (*task_ == Task::classification) is_text_[target_] = true;
  }

  // A cell, or the number that its text is.
  static double number_of(const TableColumn& column, double cell) {
    if (is_boxed(cell) && !std::isnan(column.texts[unbox(cell)].value))
      cell = column.texts[unbox(cell)].value;
    return cell == 0 ? 0.0 : cell;
  }

  void find_classes() {
    if (*task_ != Task::classification) return;
    const Dictionary& texts = table_.columns[target_].texts;
    std::vector<double> counts(texts.size());
    for_each_target([&](std::size_t, double cell) { ++counts[unbox(cell)]; });
    auto& classes = fitted_.encoding.classes;
    std::map<std::string, std::uint32_t> first_of;
    first_text_.resize(texts.size());
    for (std::uint32_t id = 0; id < texts.size(); ++id) {
      if (counts[id] == 0) continue;
      std::string name = label_name(*texts[id].text, table_.numbers);
      const auto [known, fresh] = first_of.try_emplace(name, id);
      first_text_[id] = known->second;
      if (fresh) classes.push_back(std::move(name));
    }
    oddities_.labels(texts, counts, table_.numbers);
    if (classes.size() > 1) return;
    add(table_.columns[target_].title() + " has only one class, " + quoted(classes.front()),
        "a classification needs two; check data.target and data.missing");
  }

  void hold_out() {
    std::vector<std::uint32_t> classes(static_cast<std::size_t>(table_.cells.rows()), 0);
    if (*task_ == Task::classification) {
      for_each_target([&](std::size_t row, double cell) { classes[row] = first_text_[unbox(cell)]; });
    }
    fitted_.parts = split_rows(classes, options_);
    if (!fitted_.parts.empty()) return;
    const Fault fault = too_few_to_split(table_.file, table_.cells.rows(), options_);
    add(fault.place, fault.text, fault.cure);
  }

  // How often every text of column j stands in the training rows.
  std::vector<double> counts_of(std::size_t j) const {
    std::vector<double> counts(table_.columns[j].texts.size(), 0);
    table_.cells.for_each(static_cast<Index>(j), [&](std::size_t row, double cell) {
      if (part_of(fitted_.parts, static_cast<Index>(row)) == RowPart::training)
        counts[unbox(cell)] += weights_.empty() ? 1 : weights_[row];
    });
    return counts;
  }

  void describe() {
    Encoding& encoding = fitted_.encoding;
    encoding.header = layout_.header;
    encoding.separator.value = layout_.dialect.separator;
    encoding.comment = options_.comment;
    encoding.skip_lines = options_.skip_lines;
    encoding.decimal.value = layout_.decimal;
    encoding.thousands = options_.thousands;
    encoding.units = options_.units;
    encoding.missing = options_.missing;
    encoding.fields = std::ssize(layout_.names);
    encoding.task = *task_;
    encoding.sparse = options_.categories;
    weights_ = row_weights(table_, fitted_.parts);
    const std::vector<Moments> moments = moments_of(table_, fitted_.parts, weights_, threads_);
    for (std::size_t j = 0; j < table_.columns.size(); ++j) {
      const TableColumn& source = table_.columns[j];
      if (source.reading.target) {
        encoding.target = source.reading.name;
        encoding.target_field = source.field - 1;
        const bool scaled = options_.standardize_target && *task_ == Task::regression;
        if (!is_text_[j] && is_numeric(source, moments[j], scaled) && scaled && moments[j].sd > 0)
          encoding.target_mean = moments[j].mean, encoding.target_sd = moments[j].sd;
      } else if (source.reading.weights) {
        encoding.weights = source.reading.name;
        encoding.weights_field = source.field - 1;
      } else if (source.reading.exposure) {
        encoding.exposure = source.reading.name;
        encoding.exposure_field = source.field - 1;
      } else if (is_used_[j]) {
        fitted_.sources.push_back(j);
        encoding.columns.push_back(column_of(j, moments[j]));
      }
    }
    if (faults_.empty() && encoding.feature_count() == 0) {
      add("no column is left besides the target" + left_out_, "data.keep uses columns that were left out");
    }
  }

  // Whether there are numbers that can be used as they have to be.
  bool is_numeric(const TableColumn& source, const Moments& moments, bool scaled) {
    if (moments.count == 0) {
      add(source.title() + " has no value in the training rows", "list it in data.drop");
    } else if (scaled && !(std::isfinite(moments.mean) && std::isfinite(moments.sd))) {
      add(source.title() + ": the numbers are too large to standardize",
          "scale the column, or list it in data.drop");
    } else if (single_ && !scaled && !is_resolved_in_single(moments.mean, moments.sd)) {
      const std::string key = source.reading.target ? "data.standardize_target" : "data.standardize";
      faults_.push_back(
          unresolved_in_single({table_.file, 0, 0}, source.title(), moments.mean, moments.sd, key));
    } else {
      return true;
    }
    return false;
  }

  Column column_of(std::size_t j, const Moments& moments) {
    const TableColumn& source = table_.columns[j];
    Column column;
    column.name = source.reading.name;
    column.field = source.field - 1;
    column.kind = is_text_[j] ? ColumnKind::text : ColumnKind::numeric;
    if (is_text_[j]) {
      const std::vector<double> counts = counts_of(j);
      column.by_number = !source.reading.exact;
      make_levels(source.texts, counts, std::accumulate(counts.begin(), counts.end(), 0.0), options_,
                  table_.numbers, column);
      oddities_.levels(column, source.texts, counts, table_.numbers, options_.categories);
      return column;
    }
    const bool scaled = options_.standardize != Standardize::none;
    if (!is_numeric(source, moments, scaled)) return column;
    column.fill = moments.mean;
    if (scaled) column.mean = moments.mean, column.sd = moments.sd;
    if (moments.sd == 0) oddities_.constant(column.name, moments.rounded);
    return column;
  }

  void add_note(std::string text) { fitted_.notes.push_back(table_.file + ": " + std::move(text)); }

  void add_notes() {
    const Encoding& encoding = fitted_.encoding;
    const std::string& target = table_.columns[target_].title();
    for (std::string& note : oddities_.notes(target, encoding.classes)) add_note(std::move(note));
    if (options_.standardize_target && *task_ == Task::classification)
      add_note(std::string(unscaled_classes));
    if (!why_.empty()) add_note(task_note(*task_, encoding.classes, target, why_));
    add_missing_notes();
  }

  void add_missing_notes() {
    const std::string of_rows =
        std::to_string(table_.dropped_count) + " of " + std::to_string(table_.records) + " rows dropped: ";
    if (options_.missing.policy == MissingPolicy::drop) {
      if (table_.dropped_count > 0) add_note(of_rows + "missing cells, " + missing_list(true));
      return;
    }
    if (table_.dropped_count > 0) add_note(of_rows + table_.columns[target_].title() + " is missing there");
    if (const std::string filled = missing_list(false); !filled.empty())
      add_note(std::string(filled_cells) + filled);
  }

  Table& table_;
  const Layout& layout_;
  const DataOptions& options_;
  std::optional<Task> task_;
  Index threads_;
  bool single_;
  std::string why_, left_out_;
  std::vector<bool> is_text_, is_used_;
  std::vector<double> weights_;  // of all rows; empty: all are 1
  Oddities oddities_;
  std::vector<std::uint32_t> first_text_;  // of the target's texts, the first one of their class
  std::size_t target_ = 0;
  Fitted fitted_;
  Faults faults_;
  std::size_t beyond_ = 0;  // faults that were counted, not kept
};

}  // namespace

Checked<Fitted> fit(Table& table, const Layout& layout, const DataOptions& options, std::optional<Task> task,
                    const std::vector<LeftOut>& left_out, Index threads, bool single) {
  return Fitter(table, layout, options, task, left_out, threads, single).run();
}

}  // namespace lookahead
