#include "data/sparse.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "base/within_memory.hpp"
#include "data/libsvm.hpp"
#include "data/split.hpp"
#include "data/task.hpp"

namespace lookahead {
namespace {

constexpr std::uint32_t no_label = SparseTable::no_label;

Fault fault_in(const SparseTable& table, std::string text, std::string cure) {
  return {FaultKind::data, {table.file, 0, 0}, std::move(text), std::move(cure)};
}

bool is_kept(const std::vector<bool>& held_out, Index row) {
  return held_out.empty() || !held_out[static_cast<std::size_t>(row)];
}

// Indices that are a hash, or one that slipped, leave most numbers up to the largest without a value: then
// only those that occur have a feature, so that memory follows the file's size. Otherwise all have one.
void close_up(const SparseTable& table, Encoding& encoding, std::vector<std::string>& notes) {
  constexpr Index few = 1 << 16;
  constexpr Index most_per_value = 8;
  if (encoding.sparse_features <= few ||
      encoding.sparse_features / most_per_value <= std::ssize(table.indices))
    return;
  encoding.indices.assign(table.indices.begin(), table.indices.end());
  std::sort(encoding.indices.begin(), encoding.indices.end());
  encoding.indices.erase(std::unique(encoding.indices.begin(), encoding.indices.end()),
                         encoding.indices.end());
  notes.push_back(table.file + ": " + std::to_string(encoding.indices.size()) + " of " +
                  std::to_string(encoding.sparse_features) + " indices occur, and only these have a feature");
  encoding.sparse_features = std::ssize(encoding.indices);
}

// Finds the task, if it is not known, and the classes.
Checked<Done> describe_target(const SparseTable& table, std::optional<Task> task, Encoding& encoding,
                              std::vector<std::string>& notes) {
  if (std::find(table.labels.begin(), table.labels.end(), no_label) != table.labels.end())
    return fault_in(table, "a row has no label", "a row is label index:value index:value ...");
  bool text = false;
  for (std::uint32_t id = 0; id < table.texts.size(); ++id)
    text = text || !std::isfinite(table.texts[id].value);
  const bool asked = task.has_value();
  const TaskGuess guess = guess_task(text, table.texts.size());
  if (!asked) task = guess.task;
  encoding.task = *task;
  encoding.target = "label";
  if (*task == Task::regression && text)
    return fault_in(table, "a label is no number, which a regression can not predict",
                    "set data.task: classification, or a model of classification");
  if (*task == Task::classification) {
    for (std::uint32_t id = 0; id < table.texts.size(); ++id)
      encoding.classes.push_back(*table.texts[id].text);
    std::sort(encoding.classes.begin(), encoding.classes.end());
    if (encoding.classes.size() < 2)
      return fault_in(
          table, "the labels are of only one class, " + quoted(std::string_view(encoding.classes.front())),
          "a classification needs two");
  }
  if (!asked)
    notes.push_back(table.file + ": " + task_note(*task, encoding.classes, "the labels", guess.why));
  return Done{};
}

// Population standard deviations of the columns in the training rows, zeros included.
std::vector<double> deviations(const SparseTable& table, const std::vector<bool>& held_out,
                               const Encoding& encoding) {
  const auto columns = static_cast<std::size_t>(encoding.sparse_features);
  std::vector<double> means(columns, 0), squares(columns, 0), counts(columns, 0);
  Index rows = 0;
  const auto for_each_value = [&](auto visit) {
    rows = 0;
    for (Index row = 0; row < table.rows(); ++row) {
      if (!is_kept(held_out, row)) continue;
      ++rows;
      for (Index p = table.starts[static_cast<std::size_t>(row)];
           p < table.starts[static_cast<std::size_t>(row) + 1]; ++p) {
        const auto at = static_cast<std::size_t>(p);
        visit(static_cast<std::size_t>(encoding.feature_of(table.indices[at])), table.values[at]);
      }
    }
  };
  for_each_value([&](std::size_t j, double x) { means[j] += x, ++counts[j]; });
  const auto n = static_cast<double>(rows);
  for (double& mean : means) mean /= n;
  for_each_value([&](std::size_t j, double x) { squares[j] += (x - means[j]) * (x - means[j]); });
  for (std::size_t j = 0; j < columns; ++j)
    squares[j] = std::sqrt((squares[j] + (n - counts[j]) * means[j] * means[j]) / n);
  return squares;
}

// Mean and population standard deviation of the training rows' labels.
void scale_target(const SparseTable& table, const std::vector<bool>& held_out, Encoding& encoding) {
  double sum = 0, squares = 0, n = 0;
  const auto for_each_target = [&](auto visit) {
    for (Index row = 0; row < table.rows(); ++row)
      if (is_kept(held_out, row)) visit(table.texts[table.labels[static_cast<std::size_t>(row)]].value);
  };
  for_each_target([&](double y) { sum += y, ++n; });
  const double mean = sum / n;
  for_each_target([&](double y) { squares += (y - mean) * (y - mean); });
  if (squares > 0) encoding.target_mean = mean, encoding.target_sd = std::sqrt(squares / n);
}

// What every label is as a target; NaN where it is no known class.
std::vector<double> targets_of(const SparseTable& table, const Encoding& encoding) {
  std::vector<double> targets;
  for (std::uint32_t id = 0; id < table.texts.size(); ++id) {
    const auto& classes = encoding.classes;
    const auto found = std::lower_bound(classes.begin(), classes.end(), *table.texts[id].text);
    const bool known = found != classes.end() && *found == *table.texts[id].text;
    targets.push_back(encoding.task == Task::regression
                          ? (table.texts[id].value - encoding.target_mean) / encoding.target_sd
                      : known ? static_cast<double>(found - classes.begin())
                              : std::nan(""));
  }
  return targets;
}

// Appends the rows to `kept` or to `held_out`; the number of entries whose index the training rows do not
// have.
template <Scalar T>
Checked<Index> encode(const SparseTable& table, const Encoding& encoding,
                      const std::vector<bool>& is_held_out, Dataset<T>& kept, Dataset<T>& held_out) {
  const std::vector<double> targets = targets_of(table, encoding);
  Index unseen = 0;
  kept.starts = held_out.starts = {0};
  kept.columns = held_out.columns = encoding.sparse_features;
  for (Index row = 0; row < table.rows(); ++row) {
    const auto i = static_cast<std::size_t>(row);
    Dataset<T>& data = is_kept(is_held_out, row) ? kept : held_out;
    for (auto p = static_cast<std::size_t>(table.starts[i]);
         p < static_cast<std::size_t>(table.starts[i + 1]); ++p) {
      const Index column = encoding.feature_of(table.indices[p]);
      if (column >= encoding.sparse_features) {
        ++unseen;
        continue;
      }
      double value = table.values[p];
      if (!encoding.scales.empty()) {
        const double scale = encoding.scales[static_cast<std::size_t>(column)];
        value = scale > 0 ? value / scale : 0;
      }
      if (std::abs(value) > std::numeric_limits<T>::max()) {
        return fault_in(table,
                        "index " + std::to_string(table.indices[p]) +
                            " holds numbers beyond the range of single precision",
                        "set precision: double, or scale the values");
      }
      if (value == 0) continue;
      data.indices.push_back(static_cast<std::uint32_t>(column));
      data.values.push_back(static_cast<T>(value));
    }
    data.starts.push_back(std::ssize(data.indices));
    data.targets.push_back(table.labels[i] == no_label ? std::numeric_limits<T>::quiet_NaN()
                                                       : static_cast<T>(targets[table.labels[i]]));
    ++data.rows;
  }
  return unseen;
}

template <Scalar T>
Checked<Encoded<T>> encode_checked(const Encoding& encoding, const TestFile& file, TargetNeed need) {
  SparseTable table;
  if (const auto done = read_libsvm(file.file, file.skip_lines, table); !done) return done.faults();
  if (table.has_zero && encoding.first_index == 1)
    return fault_in(table, "the index 0 occurs, but the training file counts from 1",
                    "count from 1 here too");
  Encoded<T> encoded;
  encoded.records = table.rows();
  encoded.has_target = table.texts.size() > 0;
  Dataset<T> none;
  const auto unseen = encode<T>(table, encoding, {}, encoded.data, none);
  if (!unseen) return unseen.faults();
  if (*unseen > 0) {
    encoded.notes.push_back(table.file + ": " + std::to_string(*unseen) +
                            (*unseen == 1 ? " value has an index" : " values have indices") +
                            " beyond those of the training rows, left out");
  }
  encoded.unlabeled = std::count_if(encoded.data.targets.begin(), encoded.data.targets.end(),
                                    [](T target) { return std::isnan(target); });
  if (need == TargetNeed::required && encoded.unlabeled > 0) {
    return fault_in(table,
                    std::to_string(encoded.unlabeled) +
                        " rows have no label, or one that does not occur in the training data",
                    "correct them; predict takes rows without a label");
  }
  return encoded;
}

template <Scalar T>
Checked<Prepared<T>> prepare_checked(const DataOptions& options, const std::vector<std::string>& files,
                                     std::optional<Task> task, std::uint64_t seed) {
  SparseTable table;
  for (const std::string& file : files) {
    if (const auto done = read_libsvm(file, 0, table); !done) return done.faults();
  }
  Prepared<T> prepared;
  Encoding& encoding = prepared.encoding;
  encoding.format = RowFormat::libsvm;
  encoding.fields = 1;
  encoding.first_index = table.has_zero ? 0 : 1;
  encoding.sparse_features = Index{table.largest} + 1 - encoding.first_index;
  close_up(table, encoding, prepared.notes);
  if (encoding.sparse_features == 0)
    return fault_in(table, "no row holds a value", "a row is label index:value ...");
  if (const auto done = describe_target(table, task, encoding, prepared.notes); !done) return done.faults();
  if (table.has_zero) prepared.notes.push_back(table.file + ": indices count from 0, which occurs");
  if (table.has_query) prepared.notes.push_back(table.file + ": fields qid are ignored");
  std::vector<bool> held_out;
  if (options.validation.fraction > 0) {
    const bool classes = encoding.task == Task::classification;
    held_out = held_out_rows(classes ? table.labels : std::vector<std::uint32_t>(table.labels.size(), 0),
                             options.validation.fraction, seed);
    if (std::find(held_out.begin(), held_out.end(), true) == held_out.end())
      return fault_in(table, "no class has two rows, so that none can be held out for validation",
                      "set data.validation: none");
  }
  if (options.standardize == Standardize::numeric) {
    encoding.scales = deviations(table, held_out, encoding);
    prepared.notes.push_back(
        table.file +
        ": values are divided by the standard deviation of their column and not centered, "
        "so that zeros stay zeros");
  }
  if (options.standardize_target && encoding.task == Task::regression)
    scale_target(table, held_out, encoding);
  Dataset<T> validation;
  if (const auto done = encode<T>(table, encoding, held_out, prepared.train, validation); !done)
    return done.faults();
  if (!held_out.empty()) prepared.validation = std::move(validation);
  return prepared;
}

Fault no_memory(const std::string& file, const std::string& needs) {
  return {FaultKind::data, {file, 0, 0}, "the rows " + needs, "read fewer rows"};
}

}  // namespace

template <Scalar T>
Checked<Prepared<T>> prepare_sparse(const DataOptions& options, const std::vector<std::string>& files,
                                    std::optional<Task> task, std::uint64_t seed) {
  return within_memory(
      [&] { return prepare_checked<T>(options, files, task, seed); },
      [&](const std::string& needs) -> Checked<Prepared<T>> { return no_memory(files.front(), needs); });
}

template <Scalar T>
Checked<Encoded<T>> encode_sparse_file(const Encoding& encoding, const TestFile& file, TargetNeed need) {
  return within_memory(
      [&] { return encode_checked<T>(encoding, file, need); },
      [&](const std::string& needs) -> Checked<Encoded<T>> { return no_memory(file.file, needs); });
}

template Checked<Prepared<float>> prepare_sparse(const DataOptions&, const std::vector<std::string>&,
                                                 std::optional<Task>, std::uint64_t);
template Checked<Prepared<double>> prepare_sparse(const DataOptions&, const std::vector<std::string>&,
                                                  std::optional<Task>, std::uint64_t);
template Checked<Encoded<float>> encode_sparse_file(const Encoding&, const TestFile&, TargetNeed);
template Checked<Encoded<double>> encode_sparse_file(const Encoding&, const TestFile&, TargetNeed);

}  // namespace lookahead
