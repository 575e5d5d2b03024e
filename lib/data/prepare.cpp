#include "data/prepare.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "data/encode.hpp"
#include "data/encode_csv.hpp"
#include "data/fit.hpp"
#include "data/layout.hpp"
#include "data/libsvm.hpp"
#include "data/plan.hpp"
#include "data/reader.hpp"
#include "data/sparse.hpp"
#include "data/table.hpp"
#include "data/training_files.hpp"
#include "data/training_rows.hpp"
#include "data/weights.hpp"

namespace lookahead {
namespace {

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
Checked<Prepared<T>> prepare_table(const DataOptions& options, std::span<InputFile> files,
                                   std::optional<Task> task, std::uint64_t seed, Index threads) {
  Prepared<T> prepared;
  auto rows = read_training(options, files, task, threads, std::is_same_v<T, float>, true);
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
  }
  const std::vector<bool>& is_held_out = fitted->held_out;
  Dataset<T> held_out;
  const auto weighted = encode_weights<T>(table, sources.weights, is_held_out, prepared.train, held_out);
  if (!weighted) return weighted.faults();
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
bool is_sparse(const DataOptions& options, std::span<InputFile> files, std::vector<std::string>& notes) {
  if (options.format != FormatChoice::automatic) return options.format == FormatChoice::libsvm;
  for (InputFile& file : files) {
    const auto sparse = is_libsvm(file, options.skip_lines);
    if (!sparse) continue;
    if (*sparse) notes.push_back(file.path() + ": format libsvm (guessed)");
    return *sparse;
  }
  return false;
}

// The fault of a file that would have to be read twice, and cannot.
std::optional<Fault> used_twice(const DataOptions& options, std::vector<std::string> paths) {
  if (!options.validation.file.empty()) paths.push_back(options.validation.file);
  if (options.test) paths.push_back(options.test->file);
  const auto path = read_twice(paths);
  if (!path) return std::nullopt;
  return Fault{FaultKind::data,
               {*path, 0, 0},
               "is no regular file, so that it can be read only once, but the data names it twice",
               "write it to a file"};
}

std::vector<InputFile> inputs(const std::vector<std::string>& paths) { return {paths.begin(), paths.end()}; }

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
  auto csv = open_csv(encoding, file);
  if (!csv) return csv.faults();
  const std::string name = csv->name();
  auto fields = fields_of(*csv, dialect_of(encoding), encoding.header);
  if (!fields) return fields.faults();
  auto matched = match(encoding, std::move(*fields), need, {name, file.skip_lines, file.strip});
  if (!matched) return matched.faults();
  matched->plan.threads = threads;
  std::vector<Index> unseen;
  auto encoded = encode_csv<T>(std::move(*csv), *matched, encoding, need, Extent::file, unseen);
  if (!encoded) return encoded.faults();
  if (need == TargetNeed::required && encoded->data.rows == 0) {
    return Fault{
        FaultKind::data, {name, 0, 0}, "no row is left: each has missing cells", "set data.missing: impute"};
  }
  encoded->notes = std::move(matched->notes);
  const auto notes =
      row_notes(encoding, matched->sources, name, encoded->records, std::ssize(encoded->dropped), unseen);
  encoded->notes.insert(encoded->notes.end(), notes.begin(), notes.end());
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
  if (auto fault = used_twice(options, *files)) return *fault;
  std::vector<InputFile> opened = inputs(*files);
  const bool sparse = is_sparse(options, opened, notes);
  if (sparse) {
    if (Faults faults = table_settings(options); !faults.empty()) return faults;
  } else if (!options.target) {
    return no_target(options);
  }
  auto prepared = sparse ? prepare_sparse<T>(options, opened, *task, seed)
                         : prepare_table<T>(options, opened, *task, seed, threads);
  if (!prepared) return prepared;
  prepared->notes.insert(prepared->notes.begin(), notes.begin(), notes.end());
  Faults faults;
  if (!options.validation.file.empty()) {
    const auto done = add_file<T>(prepared->encoding, {options.validation.file}, prepared->validation,
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
  std::vector<InputFile> opened = inputs(options.train.paths);
  Survey found;
  if (!options.target && is_sparse(options, opened, found.notes)) {
    auto prepared = prepare_sparse<double>(options, opened, task, 1);
    if (!prepared) return prepared.faults();
    found.rows = prepared->train.rows;
    found.encoding = std::move(prepared->encoding);
    found.notes.insert(found.notes.end(), prepared->notes.begin(), prepared->notes.end());
    return found;
  }
  if (!options.target) {
    const auto file = CsvFile::open(opened.front().open(true), options.skip_lines, options.comment.value);
    if (!file) return file.faults();
    auto layout = find_layout(*file, options);
    if (!layout) return layout.faults();
    found.layout = std::move(*layout);
    return found;
  }
  options.missing.policy = MissingPolicy::impute;
  for (bool again = false;; again = true) {
    auto rows = read_training(options, opened, task, threads, false, again);
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
