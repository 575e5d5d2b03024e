#include "data/prepare.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "data/append.hpp"
#include "data/encode.hpp"
#include "data/encode_csv.hpp"
#include "data/exposure.hpp"
#include "data/fit.hpp"
#include "data/layout.hpp"
#include "data/libsvm.hpp"
#include "data/plan.hpp"
#include "data/reader.hpp"
#include "data/sparse.hpp"
#include "data/table.hpp"
#include "data/training_files.hpp"
#include "data/weights.hpp"

namespace lookahead {
namespace {

// The rows of a table for training, and what is not used of them.
struct TrainingRows {
  Layout layout;
  Table table;
  std::vector<LeftOut> left_out;   // of the table
  std::vector<std::string> notes;  // what was guessed and left out
};

// The rows of a further training file, which has to be laid out as the first one.
Checked<Table> read_further(const std::string& path, const Layout& layout, const TablePlan& plan,
                            const std::string& first) {
  auto file = CsvFile::open(path);
  if (!file) return file.faults();
  if (layout.header) {
    const auto names = field_names(*file, layout.separator, true);
    if (!names) return names.faults();
    const auto [here, there] =
        std::mismatch(names->begin(), names->end(), layout.names.begin(), layout.names.end());
    if (here != names->end() || there != layout.names.end()) {
      const auto field = static_cast<int>(here - names->begin()) + 1;
      const auto name = [](auto at, const auto& list) {
        return at == list.end() ? std::string("none") : quoted(*at);
      };
      return Fault{FaultKind::data,
                   {file->name(), file->first_line(), field},
                   "the header is not that of " + first + ": the column " + name(here, *names) + " is " +
                       name(there, layout.names) + " there",
                   "all training files need the same header"};
    }
  }
  return read_table(std::move(*file), plan, true);
}

Checked<TrainingRows> read_training(const DataOptions& options, const std::vector<std::string>& files,
                                    std::optional<Task> task, Index threads, bool single) {
  std::vector<std::size_t> unread;  // fields left out in an earlier reading
  std::vector<std::string> why;
  while (true) {
    auto file = CsvFile::open(files.front());
    if (!file) return file.faults();
    const std::string name = file->name();
    auto layout = find_layout(*file, options);
    if (!layout) return layout.faults();
    auto plan = plan_training(*layout, options, task, name);
    if (!plan) return plan.faults();
    plan->threads = threads;
    plan->single = single;
    plan->centered = options.standardize != Standardize::none;
    for (const std::size_t field : unread) plan->fields[field].role = FieldPlan::Role::unused;
    auto table = read_table(std::move(*file), *plan, true);
    if (!table) return table.faults();
    for (std::size_t i = 1; i < files.size(); ++i) {
      auto further = read_further(files[i], *layout, *plan, name);
      if (!further) return further.faults();
      if (const auto done = append_table(*table, std::move(*further)); !done) return done.faults();
    }
    std::vector<LeftOut> left_out = find_left_out(*table);
    // Rows must not be dropped for missing cells of a column that is not used.
    const bool again =
        unread.empty() && options.missing.policy == MissingPolicy::drop && !options.train.from_stdin();
    std::vector<std::string> notes = layout->notes;
    for (const LeftOut& column : left_out) {
      const TableColumn& source = table->columns[column.column];
      notes.push_back(table->file + ": " + source.title() + " is left out: " + column.reason +
                      " (data.keep uses it)");
      if (!again || source.missing == 0) continue;
      unread.push_back(static_cast<std::size_t>(source.field - 1));
      why.push_back(notes.back());
    }
    if (again && !unread.empty()) continue;
    notes.insert(notes.end(), why.begin(), why.end());
    return TrainingRows{std::move(*layout), std::move(*table), std::move(left_out), std::move(notes)};
  }
}

// The task that the options or the model say, if they do.
Checked<std::optional<Task>> task_of(const DataOptions& options, std::optional<Task> imposed) {
  if (options.task == TaskChoice::automatic) return imposed;
  const Task wanted = options.task == TaskChoice::regression ? Task::regression : Task::classification;
  if (!imposed || *imposed == wanted) return std::optional<Task>(wanted);
  return Fault{
      FaultKind::problem,
      {},
      "data.task is " + Codec<Task>::word(wanted) + ", but the model does " + Codec<Task>::word(*imposed),
      "leave data.task out, or choose another model"};
}

template <Scalar T>
Checked<Prepared<T>> prepare_table(const DataOptions& options, const std::vector<std::string>& files,
                                   std::optional<Task> task, std::uint64_t seed, Index threads) {
  Prepared<T> prepared;
  auto rows = read_training(options, files, task, threads, std::is_same_v<T, float>);
  if (!rows) return rows.faults();
  Table& table = rows->table;
  auto fitted = fit(table, rows->layout, options, task, seed, rows->left_out, threads);
  if (!fitted) return fitted.faults();
  prepared.notes = std::move(rows->notes);
  prepared.notes.insert(prepared.notes.end(), fitted->notes.begin(), fitted->notes.end());
  Sources sources{fitted->sources};
  for (std::size_t j = 0; j < table.columns.size(); ++j) {
    if (table.columns[j].plan.target) sources.target = static_cast<Index>(j);
    if (table.columns[j].plan.weights) sources.weights = static_cast<Index>(j);
    if (table.columns[j].plan.exposure) sources.exposure = static_cast<Index>(j);
  }
  const std::vector<bool>& is_held_out = fitted->held_out;
  Dataset<T> held_out;
  const auto weighted = encode_weights<T>(table, sources.weights, is_held_out, prepared.train, held_out);
  if (!weighted) return weighted.faults();
  const auto exposed = encode_exposure<T>(table, sources.exposure, is_held_out, prepared.train, held_out);
  if (!exposed) return exposed.faults();
  std::vector<Index> unseen;
  const auto done = encode_rows<T>(table, fitted->encoding, sources, is_held_out, prepared.train, held_out,
                                   unseen, threads);
  if (!done) return done.faults();
  const auto notes = unseen_notes(fitted->encoding, unseen, table.file);
  prepared.notes.insert(prepared.notes.end(), notes.begin(), notes.end());
  if (!is_held_out.empty()) prepared.validation = std::move(held_out);
  prepared.encoding = std::move(fitted->encoding);
  return prepared;
}

// Whether the training files hold sparse rows.
bool is_sparse(const DataOptions& options, const std::vector<std::string>& files,
               std::vector<std::string>& notes) {
  if (options.format != FormatChoice::automatic) return options.format == FormatChoice::libsvm;
  if (!is_libsvm(files.front())) return false;
  notes.push_back(files.front() + ": format libsvm (guessed)");
  return true;
}

template <Scalar T>
Checked<Done> add_file(const Encoding& encoding, const TestFile& file, std::optional<Dataset<T>>& into,
                       std::vector<std::string>& notes, Index threads) {
  auto encoded = encode_file<T>(encoding, file, TargetNeed::required, threads);
  if (!encoded) return encoded.faults();
  into = std::move(encoded->data);
  notes.insert(notes.end(), encoded->notes.begin(), encoded->notes.end());
  return Done{};
}

}  // namespace

template <Scalar T>
Checked<Encoded<T>> encode_file(const Encoding& encoding, const TestFile& file, TargetNeed need,
                                Index threads) {
  if (encoding.format == RowFormat::libsvm) return encode_sparse_file<T>(encoding, file, need);
  auto csv = CsvFile::open(file.file, file.skip_lines);
  if (!csv) return csv.faults();
  const std::string name = csv->name();
  const auto names = field_names(*csv, encoding.separator.value, encoding.header);
  if (!names) return names.faults();
  auto matched = match(encoding, *names, need, {name, file.skip_lines, file.strip});
  if (!matched) return matched.faults();
  matched->plan.threads = threads;
  std::vector<Index> unseen;
  auto encoded = encode_csv<T>(std::move(*csv), *matched, encoding, need, Extent::file, unseen);
  if (!encoded) return encoded.faults();
  if (need == TargetNeed::required && encoded->data.rows == 0) {
    return Fault{
        FaultKind::data, {name, 0, 0}, "no row is left: each has missing cells", "set data.missing: impute"};
  }
  encoded->notes =
      row_notes(encoding, matched->sources, name, encoded->records, std::ssize(encoded->dropped), unseen);
  return encoded;
}

template <Scalar T>
Checked<Prepared<T>> prepare(const DataOptions& options, std::optional<Task> imposed, std::uint64_t seed,
                             Index threads) {
  const auto task = task_of(options, imposed);
  if (!task) return task.faults();
  std::vector<std::string> notes;
  const auto files = training_files(options.train, notes);
  if (!files) return files.faults();
  const bool sparse = is_sparse(options, *files, notes);
  if (sparse) {
    if (Faults faults = table_settings(options); !faults.empty()) return faults;
  } else if (!options.target) {
    return no_target(options);
  }
  auto prepared = sparse ? prepare_sparse<T>(options, *files, *task, seed)
                         : prepare_table<T>(options, *files, *task, seed, threads);
  if (!prepared) return prepared;
  prepared->notes.insert(prepared->notes.begin(), notes.begin(), notes.end());
  Faults faults;
  if (!options.validation.file.empty()) {
    const auto done = add_file<T>(prepared->encoding, {options.validation.file, 0, ""}, prepared->validation,
                                  prepared->notes, threads);
    if (!done) faults = done.faults();
  }
  if (options.test) {
    const auto done =
        add_file<T>(prepared->encoding, *options.test, prepared->test, prepared->notes, threads);
    if (!done) faults.insert(faults.end(), done.faults().begin(), done.faults().end());
  }
  if (!faults.empty()) return faults;
  return prepared;
}

Checked<Survey> survey(DataOptions options, std::optional<Task> task, Index threads) {
  constexpr Index most_strays = 20;
  options.missing.policy = MissingPolicy::impute;
  for (bool again = false;; again = true) {
    auto rows = read_training(options, options.train.paths, task, threads, false);
    if (!rows) return rows.faults();
    Table& table = rows->table;
    // Some texts in a column of numbers stand for missing cells.
    const std::size_t known = options.missing.marks.size();
    for (const TableColumn& column : table.columns) {
      if (looks_text(table, column) || column.strays > most_strays) continue;
      for (const auto& stray : column.first_strays) {
        auto& marks = options.missing.marks;
        if (std::find(marks.begin(), marks.end(), stray.text) == marks.end()) marks.push_back(stray.text);
      }
    }
    if (!again && options.missing.marks.size() > known) continue;
    Survey found;
    found.rows = table.records;
    for (const LeftOut& column : rows->left_out)
      found.left_out.emplace_back(table.columns[column.column].plan.name, column.reason);
    for (std::size_t j = 0; j < table.columns.size(); ++j) {
      const bool left_out = std::any_of(rows->left_out.begin(), rows->left_out.end(),
                                        [&](const LeftOut& column) { return column.column == j; });
      const TableColumn& column = table.columns[j];
      if (!left_out && column.missing > 0) found.missing.emplace_back(column.plan.name, column.missing);
    }
    auto fitted = fit(table, rows->layout, options, task, 1, rows->left_out, threads);
    if (!fitted) return fitted.faults();
    found.layout = std::move(rows->layout);
    found.encoding = std::move(fitted->encoding);
    found.notes = std::move(rows->notes);
    return found;
  }
}

template Checked<Encoded<float>> encode_file(const Encoding&, const TestFile&, TargetNeed, Index);
template Checked<Encoded<double>> encode_file(const Encoding&, const TestFile&, TargetNeed, Index);
template Checked<Prepared<float>> prepare(const DataOptions&, std::optional<Task>, std::uint64_t, Index);
template Checked<Prepared<double>> prepare(const DataOptions&, std::optional<Task>, std::uint64_t, Index);

}  // namespace lookahead
