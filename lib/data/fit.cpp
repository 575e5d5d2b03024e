#include "data/fit.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "base/text.hpp"
#include "data/cell.hpp"
#include "data/levels.hpp"
#include "data/moments.hpp"
#include "data/split.hpp"
#include "data/task.hpp"

namespace lookahead {
namespace {

class Fitter {
 public:
  Fitter(Table& table, const Layout& layout, const DataOptions& options, std::optional<Task> task,
         const std::vector<LeftOut>& left_out, Index threads)
      : table_(table),
        layout_(layout),
        options_(options),
        task_(task),
        threads_(threads),
        is_text_(table.columns.size()),
        is_used_(table.columns.size(), true) {
    for (std::size_t j = 0; j < table.columns.size(); ++j) {
      is_text_[j] = looks_text(table, table.columns[j]);
      if (table.columns[j].plan.target) target_ = j;
    }
    for (const LeftOut& column : left_out) is_used_[column.column] = false;
  }

  Checked<Fitted> run(std::uint64_t seed) {
    check_cells();
    if (faults_.empty() && table_.cells.rows() == 0) {
      add("no row is left: each has missing cells (" + missing_list() + ")",
          "set data.missing: impute, or list columns in data.drop");
    }
    if (!faults_.empty()) return limited();
    choose_task();
    if (!faults_.empty()) return limited();
    for (std::size_t j = 0; j < is_text_.size(); ++j) {
      if (!is_text_[j] || !is_used_[j]) continue;
      if (const auto done = make_text(table_, j, layout_.decimal); !done) return done.faults();
    }
    find_classes();
    if (options_.validation.fraction > 0) hold_out(seed);
    if (!faults_.empty()) return limited();
    describe();
    if (!faults_.empty()) return limited();
    add_notes();
    return std::move(fitted_);
  }

 private:
  // "1836 in 'workclass', 583 in 'native-country'"
  std::string missing_list() const {
    std::vector<std::string> parts;
    for (std::size_t j = 0; j < table_.columns.size(); ++j) {
      const TableColumn& column = table_.columns[j];
      if (is_used_[j] && column.missing > 0 && parts.size() < 10)
        parts.push_back(std::to_string(column.missing) + " in " + quoted(column.plan.name));
    }
    return joined(parts, ", ");
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
      if (!is_text_[j]) {
        beyond_ += static_cast<std::size_t>(column.strays) - column.first_strays.size();
        for (const auto& stray : column.first_strays) {
          add(table_.place_of(stray, column), column.title() + ": " + quoted(stray.text) + " is not a number",
              not_a_number_cure);
        }
        for (const auto& infinite : column.first_infinite) {
          add(table_.place_of(infinite, column),
              column.title() + ": " + quoted(infinite.text) + " is not finite",
              "correct it, or list the column in data.drop");
        }
      }
      const bool refused = policy == MissingPolicy::error ||
                           (policy != MissingPolicy::drop && (column.plan.weights || column.plan.exposure)) ||
                           (policy == MissingPolicy::mean && is_text_[j] && !column.plan.target);
      if (column.missing > 0 && refused) {
        const std::string cells =
            column.missing == 1 ? "1 cell is missing" : std::to_string(column.missing) + " cells are missing";
        add(table_.place_of(*column.first_missing, column),
            column.title() + ": " + cells + ", the first is " + quoted(column.first_missing->text),
            policy == MissingPolicy::error ? "data.missing can drop or impute"
            : column.plan.weights          ? "a weight cannot be filled: set data.missing to drop"
            : column.plan.exposure         ? "an exposure cannot be filled: set data.missing to drop"
                                           : "a text has no mean: set data.missing to impute or drop");
      }
    }
    std::stable_sort(faults_.begin(), faults_.end(),
                     [](const Fault& a, const Fault& b) { return a.place.line < b.place.line; });
  }

  // Calls visit(row, cell) for the target of every row.
  template <class Visit>
  void for_each_target(Visit visit) const {
    table_.cells.for_each(static_cast<Index>(target_), visit);
  }

  void choose_task() {
    const TableColumn& target = table_.columns[target_];
    const bool looks_text = target.plan.role != FieldPlan::Role::text && is_text_[target_];
    if (!task_) {
      std::set<std::uint64_t> values;
      table_.cells.for_each_until(static_cast<Index>(target_), [&](Index, Index, double cell) {
        values.insert(std::bit_cast<std::uint64_t>(cell));
        return values.size() < 3;
      });
      const TaskGuess guess = guess_task(looks_text, values.size());
      task_ = guess.task;
      why_ = guess.why;
    } else if (*task_ == Task::regression && looks_text) {
      add(table_.place_of(target.first_strays.front(), target),
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
    add(table_.columns[target_].title() + " has only one class, " + quoted(classes.front()),
        "a classification needs two; check data.target and data.missing");
  }

  void hold_out(std::uint64_t seed) {
    if (table_.cells.rows() < 2) {
      add("one row can not be split for validation", "set data.validation: none");
      return;
    }
    std::vector<std::uint32_t> classes(static_cast<std::size_t>(table_.cells.rows()), 0);
    if (*task_ == Task::classification && options_.validation.stratify) {
      for_each_target([&](std::size_t row, double cell) { classes[row] = unbox(cell); });
    }
    fitted_.held_out = held_out_rows(classes, options_.validation.fraction, seed);
    if (std::find(fitted_.held_out.begin(), fitted_.held_out.end(), true) != fitted_.held_out.end()) return;
    add("no class has two rows, so that none can be held out for validation", "set data.validation: none");
  }

  // How often every text of column j stands in the training rows.
  std::vector<Index> counts_of(std::size_t j) const {
    std::vector<Index> counts(table_.columns[j].texts.size(), 0);
    const std::vector<bool>& held_out = fitted_.held_out;
    table_.cells.for_each(static_cast<Index>(j), [&](std::size_t row, double cell) {
      if (held_out.empty() || !held_out[row]) ++counts[unbox(cell)];
    });
    return counts;
  }

  void describe() {
    Encoding& encoding = fitted_.encoding;
    encoding.header = layout_.header;
    encoding.separator.value = layout_.separator;
    encoding.decimal.value = layout_.decimal;
    encoding.missing = options_.missing;
    encoding.fields = std::ssize(layout_.names);
    encoding.task = *task_;
    encoding.sparse = options_.categories;
    const std::vector<Moments> moments = moments_of(table_, fitted_.held_out, threads_);
    for (std::size_t j = 0; j < table_.columns.size(); ++j) {
      const TableColumn& source = table_.columns[j];
      if (source.plan.target) {
        encoding.target = source.plan.name;
        encoding.target_field = source.field - 1;
        const bool scaled = options_.standardize_target && *task_ == Task::regression;
        if (!is_text_[j] && is_numeric(source, moments[j], scaled) && scaled && moments[j].sd > 0)
          encoding.target_mean = moments[j].mean, encoding.target_sd = moments[j].sd;
      } else if (source.plan.weights) {
        encoding.weights = source.plan.name;
        encoding.weights_field = source.field - 1;
      } else if (source.plan.exposure) {
        encoding.exposure = source.plan.name;
        encoding.exposure_field = source.field - 1;
      } else if (is_used_[j]) {
        fitted_.sources.push_back(j);
        encoding.columns.push_back(column_of(j, moments[j]));
      }
    }
    if (faults_.empty() && encoding.feature_count() == 0) {
      add("no column is left besides the target", "data.keep uses columns that were left out");
    }
  }

  // Whether there are numbers that can be used as they have to be.
  bool is_numeric(const TableColumn& source, const Moments& moments, bool scaled) {
    if (moments.count == 0) {
      add(source.title() + " has no value in the training rows", "list it in data.drop");
    } else if (scaled && !(std::isfinite(moments.mean) && std::isfinite(moments.sd))) {
      add(source.title() + ": the numbers are too large to standardize",
          "scale the column, or list it in data.drop");
    } else {
      return true;
    }
    return false;
  }

  Column column_of(std::size_t j, const Moments& moments) {
    const TableColumn& source = table_.columns[j];
    Column column;
    column.name = source.plan.name;
    column.field = source.field - 1;
    column.kind = is_text_[j] ? ColumnKind::text : ColumnKind::numeric;
    if (is_text_[j]) {
      const std::vector<Index> counts = counts_of(j);
      make_levels(source.texts, counts, std::accumulate(counts.begin(), counts.end(), Index{0}), options_,
                  column);
      if (column.known().size() == 1) constant_.push_back(quoted(column.name));
      return column;
    }
    const bool scaled = options_.standardize != Standardize::none;
    if (!is_numeric(source, moments, scaled)) return column;
    column.fill = moments.mean;
    if (scaled) column.mean = moments.mean, column.sd = moments.sd;
    if (moments.sd == 0) constant_.push_back(quoted(column.name));
    return column;
  }

  void add_notes() {
    const Encoding& encoding = fitted_.encoding;
    const std::string file = table_.file + ": ";
    if (!constant_.empty()) {
      const std::size_t count = constant_.size();
      if (count > 10) constant_.resize(10), constant_.emplace_back("...");
      fitted_.notes.push_back(file + (count == 1 ? "column " : std::to_string(count) + " columns: ") +
                              joined(constant_, ", ") + (count == 1 ? " has" : " have") +
                              " the same value in all training rows");
    }
    if (!why_.empty()) {
      fitted_.notes.push_back(file +
                              task_note(*task_, encoding.classes, table_.columns[target_].title(), why_));
    }
    if (table_.dropped_count > 0) {
      fitted_.notes.push_back(file + std::to_string(table_.dropped_count) + " of " +
                              std::to_string(table_.records) + " rows dropped: missing cells, " +
                              missing_list());
    } else if (!missing_list().empty()) {
      fitted_.notes.push_back(file + "missing cells filled: " + missing_list());
    }
  }

  Table& table_;
  const Layout& layout_;
  const DataOptions& options_;
  std::optional<Task> task_;
  Index threads_;
  std::string why_;
  std::vector<bool> is_text_, is_used_;
  std::vector<std::string> constant_;  // names of columns with one value
  std::size_t target_ = 0;
  Fitted fitted_;
  Faults faults_;
  std::size_t beyond_ = 0;  // faults that were counted, not kept
};

}  // namespace

Checked<Fitted> fit(Table& table, const Layout& layout, const DataOptions& options, std::optional<Task> task,
                    std::uint64_t seed, const std::vector<LeftOut>& left_out, Index threads) {
  return Fitter(table, layout, options, task, left_out, threads).run(seed);
}

}  // namespace lookahead
