#include "data/prepare.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "data/encode/encode.hpp"
#include "data/encode/encode_csv.hpp"
#include "data/encode/exposure.hpp"
#include "data/encode/fit.hpp"
#include "data/encode/reading.hpp"
#include "data/encode/sort_by_part.hpp"
#include "data/encode/training_files.hpp"
#include "data/encode/training_rows.hpp"
#include "data/encode/weights.hpp"
#include "data/read/layout.hpp"
#include "data/read/number_forms.hpp"
#include "data/read/reader.hpp"
#include "data/read/table.hpp"
#include "data/sparse/libsvm.hpp"
#include "data/sparse/sparse.hpp"

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
                                   std::optional<Task> task, Index threads) {
  Prepared<T> prepared;
  constexpr bool single = std::is_same_v<T, float>;
  auto rows = read_training(options, files, task, threads, single, !single);
  if (!rows) return rows.faults();
  auto fitted = fit(rows->table, rows->layout, options, task, rows->left_out, threads, single);
  if (!fitted && rows->table.digits_lost) {
    // Numbers that stand among texts far down the file: once more, with all their digits.
    rows = read_training(options, files, task, threads, false, true);
    if (!rows) return rows.faults();
    fitted = fit(rows->table, rows->layout, options, task, rows->left_out, threads, single);
  }
  if (!fitted) return fitted.faults();
  Table& table = rows->table;
  prepared.notes = std::move(rows->notes);
  prepared.notes.insert(prepared.notes.end(), fitted->notes.begin(), fitted->notes.end());
  Sources sources{fitted->sources};
  for (std::size_t j = 0; j < table.columns.size(); ++j) {
    if (table.columns[j].reading.target) sources.target = static_cast<Index>(j);
    if (table.columns[j].reading.weights) sources.weights = static_cast<Index>(j);
    if (table.columns[j].reading.exposure) sources.exposure = static_cast<Index>(j);
  }
  PartSets<T> sets;
  const auto weighted = encode_weights<T>(table, sources.weights, fitted->parts, sets);
  if (!weighted) return weighted.faults();
  const auto exposed = encode_exposure<T>(table, sources.exposure, fitted->parts, sets);
  if (!exposed) return exposed.faults();
  std::vector<Index> unseen;
  const auto done =
      encode_rows<T>(table, fitted->encoding, sources, fitted->parts, options.order, sets, unseen, threads);
  if (!done) return done.faults();
  const auto notes = unseen_notes(fitted->encoding, unseen, table.file);
  prepared.notes.insert(prepared.notes.end(), notes.begin(), notes.end());
  for (Dataset<T>& data : sets) sort_by_part(data, options.order.parts);
  take_parts(fitted->parts, sets, prepared);
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
Checked<Done> add_file(const Encoding& encoding, const TestFile& file, const RowOrder& order,
                       const std::string& key, std::optional<Dataset<T>>& into,
                       std::vector<std::string>& notes, Index threads) {
  auto encoded = encode_file<T>(encoding, file, TargetNeed::required, threads, order, key);
  if (!encoded) return encoded.faults();
  into = std::move(encoded->data);
  notes.insert(notes.end(), encoded->notes.begin(), encoded->notes.end());
  return Done{};
}

}  // namespace

template <Scalar T>
Checked<Encoded<T>> encode_file(const Encoding& encoding, const TestFile& file, TargetNeed need,
                                Index threads, const RowOrder& order, const std::string& key) {
  if (encoding.format == RowFormat::libsvm) {
    return encode_sparse_file<T>(encoding, ByteSource::open(file.file), file, need, order);
  }
  auto csv = open_csv(encoding, ByteSource::open(file.file), file);
  if (!csv) return csv.faults();
  const std::string name = csv->name();
  auto fields = fields_of(*csv, dialect_of(encoding), encoding.header);
  if (!fields) return fields.faults();
  auto matched = match(encoding, std::move(*fields), need, {name, file.skip_lines, file.strip}, key);
  if (!matched) {
    if (const auto fault = other_separator(*csv, encoding)) return *fault;
    return matched.faults();
  }
  matched->reading.threads = threads;
  matched->reading.on_disk = order.on_disk;
  std::vector<Index> unseen;
  auto encoded = encode_csv<T>(std::move(*csv), *matched, encoding, need, Extent::file, order, unseen);
  if (!encoded) return encoded.faults();
  sort_by_part(encoded->data, order.parts);
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
Checked<Prepared<T>> prepare(const DataOptions& options, std::optional<Task> imposed, Index threads) {
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
  auto prepared =
      sparse ? prepare_sparse<T>(options, opened, *task) : prepare_table<T>(options, opened, *task, threads);
  if (!prepared) return prepared;
  const RowOrder& order = options.order;
  prepared->notes.insert(prepared->notes.begin(), notes.begin(), notes.end());
  prepared->encoding.test_skip_lines = options.skip_lines;
  if (options.test) {
    prepared->encoding.test_skip_lines = options.test->skip_lines.value_or(options.skip_lines);
    prepared->encoding.test_strip = options.test->strip;
  }
  Faults faults;
  if (!options.validation.file.empty()) {
    const auto done = add_file<T>(prepared->encoding, {options.validation.file}, order, "data.validation",
                                  prepared->validation, prepared->notes, threads);
    if (!done) faults = done.faults();
  }
  if (options.test && !options.test->file.empty()) {
    const auto done = add_file<T>(prepared->encoding, *options.test, order, std::string(test_key),
                                  prepared->test, prepared->notes, threads);
    if (!done) faults.insert(faults.end(), done.faults().begin(), done.faults().end());
  }
  if (!faults.empty()) return faults;
  return prepared;
}

template Checked<Encoded<float>> encode_file(const Encoding&, const TestFile&, TargetNeed, Index,
                                             const RowOrder&, const std::string&);
template Checked<Encoded<double>> encode_file(const Encoding&, const TestFile&, TargetNeed, Index,
                                              const RowOrder&, const std::string&);
template Checked<Prepared<float>> prepare(const DataOptions&, std::optional<Task>, Index);
template Checked<Prepared<double>> prepare(const DataOptions&, std::optional<Task>, Index);

}  // namespace lookahead
