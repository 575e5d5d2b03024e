#include "data/prepare.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "data/encode.hpp"
#include "data/fit.hpp"
#include "data/layout.hpp"
#include "data/reader.hpp"
#include "data/table.hpp"

namespace lookahead {
namespace {

using Role = FieldPlan::Role;

// Finds columns by name and says what is wrong where one is not there.
class Names {
 public:
  Names(const Layout& layout, std::string file) : layout_(layout), file_(std::move(file)) {}

  std::optional<std::size_t> find(const std::string& name, const std::string& key) {
    const auto found = std::find(layout_.names.begin(), layout_.names.end(), name);
    if (found != layout_.names.end()) return static_cast<std::size_t>(found - layout_.names.begin());
    if (faults.size() >= most_faults) return std::nullopt;
    std::string cure = layout_.header ? suggestion(name, layout_.names) : "";
    if (cure.empty() && !layout_.header) {
      cure = "the file has no header: give a number from 1 to " + std::to_string(layout_.names.size()) +
             ", or set data.header: true";
    } else if (cure.empty()) {
      std::vector<std::string> first(layout_.names.begin(),
                                     layout_.names.begin() + std::min<Index>(std::ssize(layout_.names), 12));
      cure = "columns: " + joined(first, ", ") + (layout_.names.size() > 12 ? ", ..." : "");
    }
    faults.push_back({FaultKind::data, {file_, 0, 0}, key + ": no column " + quoted(name), cure});
    return std::nullopt;
  }

  Faults faults;

 private:
  const Layout& layout_;
  std::string file_;
};

Checked<TablePlan> plan_training(const Layout& layout, const DataOptions& options, std::optional<Task> task,
                                 const std::string& file) {
  TablePlan plan;
  plan.separator = layout.separator;
  plan.decimal = layout.decimal;
  plan.header = layout.header;
  plan.missing = options.missing;
  for (const std::string& name : layout.names)
    plan.fields.push_back({Role::automatic, name, false, false, {}, {}});
  Names names(layout, file);
  for (const std::string& name : options.categorical.columns) {
    if (const auto i = names.find(name, "data.categorical")) plan.fields[*i].role = Role::text;
  }
  for (const std::string& name : options.drop) {
    if (const auto i = names.find(name, "data.drop")) plan.fields[*i].role = Role::unused;
  }
  for (const auto& [name, marks] : options.missing.columns.marks) names.find(name, "data.missing.columns");
  if (const auto i = names.find(options.target.value_or(""), "data.target")) {
    plan.fields[*i].target = true;
    plan.fields[*i].role = task == Task::classification ? Role::text : Role::automatic;
  }
  if (names.faults.empty()) {
    const auto used = std::count_if(plan.fields.begin(), plan.fields.end(),
                                    [](const FieldPlan& field) { return field.role != Role::unused; });
    if (used < 2) {
      return Fault{FaultKind::data,
                   {file, 0, 0},
                   "no column is left besides the target",
                   "set data.separator if fields were not split, or shorten data.drop"};
    }
    return plan;
  }
  return names.faults;
}

// The fields of a file that has to fit the encoding, and where the encoding's columns are among them.
struct Matched {
  TablePlan plan;
  Sources sources;
};

Checked<Matched> match(const Encoding& encoding, const std::vector<std::string>& names, TargetNeed need,
                       const TestFile& file) {
  Matched matched;
  matched.plan.separator = encoding.separator.value;
  matched.plan.decimal = encoding.decimal.value;
  matched.plan.header = encoding.header;
  matched.plan.missing = encoding.missing;
  matched.plan.strip = file.strip;
  matched.plan.lenient_target = need == TargetNeed::optional;
  auto& fields = matched.plan.fields;
  for (const std::string& name : names) fields.push_back({Role::unused, name, false, false, {}, {}});
  Faults faults;
  const auto add = [&](std::string text, std::string cure) {
    if (faults.size() < most_faults)
      faults.push_back({FaultKind::data, {file.file, 0, 0}, std::move(text), std::move(cure)});
  };
  const bool without_target = !encoding.header && std::ssize(names) == encoding.fields - 1;
  if (!encoding.header && std::ssize(names) != encoding.fields &&
      !(without_target && need == TargetNeed::optional)) {
    add(std::to_string(names.size()) + " fields, but the training file has " +
            std::to_string(encoding.fields),
        "without a header columns go by position; if the first lines are no rows, set skip_lines in "
        "data.test: "
        "{file, skip_lines, strip}");
    return faults;
  }
  const auto position = [&](const std::string& name, Index field) -> Index {
    if (!encoding.header) {
      if (without_target && field == encoding.target_field) return -1;
      return without_target && field > encoding.target_field ? field - 1 : field;
    }
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? -1 : found - names.begin();
  };
  std::vector<Index> at;
  for (const Column& column : encoding.columns) {
    const Index i = position(column.name, column.field);
    at.push_back(i);
    if (i < 0) {
      const std::string cure = suggestion(column.name, names);
      add("no column " + quoted(column.name) + ", which the training file has",
          cure.empty() ? "the first line must hold the names of the columns" : cure);
      continue;
    }
    FieldPlan& field = fields[static_cast<std::size_t>(i)];
    field.role = column.kind == ColumnKind::text ? Role::text : Role::number;
    field.closed = column.kind == ColumnKind::text;
    field.levels = column.levels;
    field.missing_level = column.missing_level;
    field.name = column.name;
  }
  const Index target = position(encoding.target, encoding.target_field);
  if (target >= 0) {
    FieldPlan& field = fields[static_cast<std::size_t>(target)];
    field.target = true;
    field.role = encoding.task == Task::classification ? Role::text : Role::number;
    field.closed = encoding.task == Task::classification;
    field.levels = encoding.classes;
    field.name = encoding.target;
  } else if (need == TargetNeed::required) {
    add("no target column " + quoted(encoding.target), "add it; without it nothing can be evaluated");
  }
  if (!faults.empty()) return faults;
  std::vector<std::size_t> slots(fields.size());
  std::size_t used = 0;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    slots[i] = used;
    if (fields[i].role != Role::unused) ++used;
  }
  for (const Index i : at) matched.sources.features.push_back(slots[static_cast<std::size_t>(i)]);
  if (target >= 0) matched.sources.target = static_cast<Index>(slots[static_cast<std::size_t>(target)]);
  return matched;
}

// What the policy does not allow in a file that has to fit the encoding.
Faults refused_cells(const Table& table, const Encoding& encoding, TargetNeed need) {
  Faults faults;
  for (const TableColumn& column : table.columns) {
    for (const auto& infinite : column.first_infinite) {
      faults.push_back({FaultKind::data,
                        {table.file, infinite.line, column.field},
                        column.title() + ": " + quoted(infinite.text) + " is not finite",
                        "correct it"});
    }
    if (column.missing == 0 || (column.plan.target && need == TargetNeed::optional)) continue;
    const bool text_mean = encoding.missing.policy == MissingPolicy::mean && column.plan.role == Role::text;
    if (encoding.missing.policy != MissingPolicy::error && (!text_mean || column.plan.target)) continue;
    faults.push_back({FaultKind::data,
                      {table.file, column.first_missing->line, column.field},
                      column.title() + ": " + std::to_string(column.missing) +
                          (column.missing == 1 ? " cell is missing, " : " cells are missing, ") +
                          "the first is " + quoted(column.first_missing->text),
                      "train with data.missing: drop or impute"});
  }
  std::stable_sort(faults.begin(), faults.end(),
                   [](const Fault& a, const Fault& b) { return a.place.line < b.place.line; });
  if (faults.size() > most_faults) faults.resize(most_faults);
  return faults;
}

template <Scalar T>
Checked<Done> add_file(const Encoding& encoding, const TestFile& file, std::optional<Dataset<T>>& into,
                       std::vector<std::string>& notes) {
  auto encoded = encode_file<T>(encoding, file, TargetNeed::required);
  if (!encoded) return encoded.faults();
  into = std::move(encoded->data);
  notes.insert(notes.end(), encoded->notes.begin(), encoded->notes.end());
  return Done{};
}

}  // namespace

template <Scalar T>
Checked<Encoded<T>> encode_file(const Encoding& encoding, const TestFile& file, TargetNeed need) {
  auto csv = CsvFile::open(file.file, file.skip_lines);
  if (!csv) return csv.faults();
  const std::string name = csv->name();
  const auto names = field_names(*csv, encoding.separator.value, encoding.header);
  if (!names) return names.faults();
  auto matched = match(encoding, *names, need, {name, file.skip_lines, file.strip});
  if (!matched) return matched.faults();
  const Sources sources = matched->sources;
  auto table = read_table(std::move(*csv), std::move(matched->plan), true);
  if (!table) return table.faults();
  if (Faults faults = refused_cells(*table, encoding, need); !faults.empty()) return faults;
  Encoded<T> encoded;
  encoded.has_target = sources.target >= 0;
  encoded.records = table->records;
  encoded.dropped = std::move(table->dropped);
  if (table->dropped_count > 0) {
    encoded.notes.push_back(name + ": " + std::to_string(table->dropped_count) + " of " +
                            std::to_string(table->records) + " rows dropped: missing cells");
  }
  if (need == TargetNeed::required && table->cells.rows() == 0) {
    return Fault{
        FaultKind::data, {name, 0, 0}, "no row is left: each has missing cells", "set data.missing: impute"};
  }
  Dataset<T> none;
  const auto done = encode_rows<T>(*table, encoding, sources, {}, encoded.data, none, encoded.notes);
  if (!done) return done.faults();
  encoded.unlabeled = std::count_if(encoded.data.targets.begin(), encoded.data.targets.end(),
                                    [](T target) { return std::isnan(target); });
  return encoded;
}

template <Scalar T>
Checked<Prepared<T>> prepare(const DataOptions& options, std::optional<Task> imposed, std::uint64_t seed) {
  std::optional<Task> task = imposed;
  if (options.task != TaskChoice::automatic) {
    const Task wanted = options.task == TaskChoice::regression ? Task::regression : Task::classification;
    if (imposed && *imposed != wanted) {
      return Fault{
          FaultKind::problem,
          {},
          "data.task is " + Codec<Task>::word(wanted) + ", but the model does " + Codec<Task>::word(*imposed),
          "leave data.task out, or choose another model"};
    }
    task = wanted;
  }
  Prepared<T> prepared;
  {
    auto file = CsvFile::open(options.train);
    if (!file) return file.faults();
    const auto layout = find_layout(*file, options);
    if (!layout) return layout.faults();
    auto plan = plan_training(*layout, options, task, file->name());
    if (!plan) return plan.faults();
    auto table = read_table(std::move(*file), std::move(*plan), false);
    if (!table) return table.faults();
    auto fitted = fit(*table, *layout, options, task, seed);
    if (!fitted) return fitted.faults();
    Sources sources;
    for (std::size_t j = 0; j < table->columns.size(); ++j) {
      if (table->columns[j].plan.target) sources.target = static_cast<Index>(j);
      if (!table->columns[j].plan.target) sources.features.push_back(j);
    }
    prepared.notes = layout->notes;
    prepared.notes.insert(prepared.notes.end(), fitted->notes.begin(), fitted->notes.end());
    Dataset<T> held_out;
    const auto done = encode_rows<T>(*table, fitted->encoding, sources, fitted->held_out, prepared.train,
                                     held_out, prepared.notes);
    if (!done) return done.faults();
    if (!fitted->held_out.empty()) prepared.validation = std::move(held_out);
    prepared.encoding = std::move(fitted->encoding);
  }
  Faults faults;
  if (!options.validation.file.empty()) {
    const auto done =
        add_file<T>(prepared.encoding, {options.validation.file, 0, ""}, prepared.validation, prepared.notes);
    if (!done) faults = done.faults();
  }
  if (options.test) {
    const auto done = add_file<T>(prepared.encoding, *options.test, prepared.test, prepared.notes);
    if (!done) faults.insert(faults.end(), done.faults().begin(), done.faults().end());
  }
  if (!faults.empty()) return faults;
  return prepared;
}

template Checked<Encoded<float>> encode_file(const Encoding&, const TestFile&, TargetNeed);
template Checked<Encoded<double>> encode_file(const Encoding&, const TestFile&, TargetNeed);
template Checked<Prepared<float>> prepare(const DataOptions&, std::optional<Task>, std::uint64_t);
template Checked<Prepared<double>> prepare(const DataOptions&, std::optional<Task>, std::uint64_t);

}  // namespace lookahead
