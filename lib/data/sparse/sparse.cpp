#include "data/sparse/sparse.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "base/within_memory.hpp"
#include "data/encode/oddities.hpp"
#include "data/encode/split.hpp"
#include "data/encode/task.hpp"
#include "data/read/faults.hpp"
#include "data/read/label.hpp"
#include "data/read/resolution.hpp"
#include "data/sparse/libsvm.hpp"

namespace lookahead {
namespace {

constexpr std::uint32_t no_label = SparseTable::no_label;

Fault fault_in(const SparseTable& table, std::string text, std::string cure) {
  return {FaultKind::data, {table.file, 0, 0}, std::move(text), std::move(cure)};
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
Checked<Done> describe_target(const SparseTable& table, std::optional<Task> task, const DataOptions& options,
                              Encoding& encoding, std::vector<std::string>& notes) {
  if (table.first_unlabeled.line > 0) {
    return Fault{FaultKind::data, table.first_unlabeled, "the row has no label",
                 "a row is label index:value index:value ..."};
  }
  bool text = false;
  for (std::uint32_t id = 0; id < table.texts.size(); ++id)
    text = text || !std::isfinite(table.texts[id].value);
  const bool asked = task.has_value();
  const TaskGuess guess = guess_task(text, table.texts.size());
  if (!asked) task = guess.task;
  encoding.task = *task;
  encoding.target = "label";
  if (*task == Task::regression && text)
    return fault_in(table, "a label is no number, which a regression cannot predict",
                    "set data.task: classification and use a model of it, such as softmax");
  if (*task == Task::classification) {
    for (std::uint32_t id = 0; id < table.texts.size(); ++id)
      encoding.classes.push_back(*table.texts[id].text);
    if (encoding.classes.size() < 2)
      return fault_in(
          table, "the labels are of only one class, " + quoted(std::string_view(encoding.classes.front())),
          "a classification needs two");
  }
  if (auto ordered = order_classes(encoding.classes, options); !ordered) return ordered;
  if (!asked)
    notes.push_back(table.file + ": " + task_note(*task, encoding.classes, "the labels", guess.why));
  return Done{};
}

// Of every column in the training rows, zeros included.
struct ColumnMoments {
  std::vector<double> means, deviations;  // population standard deviations, 0 for constants but for rounding
};

// Sums of a column, in the digits that long numbers need.
struct ColumnSums {
  long double sum = 0, squares = 0;  // of deviations
  double count = 0, least = infinity, greatest = -infinity;
  static constexpr double infinity = std::numeric_limits<double>::infinity();

  void add(double x) {
    sum += x, ++count;
    least = std::min(least, x), greatest = std::max(greatest, x);
  }
  void add_deviation(double x, double n) {
    const long double deviation = x - sum / n;
    squares += deviation * deviation;
  }
  // Of n rows, of which those that were not added are 0.
  std::pair<double, double> mean_and_deviation(double n) {
    if (count < n) least = std::min(least, 0.0), greatest = std::max(greatest, 0.0);
    if (least == greatest) return {least, 0};
    const long double mean = sum / n;
    const auto deviation = static_cast<double>(std::sqrt((squares + (n - count) * mean * mean) / n));
    return {static_cast<double>(mean), is_rounding(deviation, least, greatest) ? 0 : deviation};
  }
};

ColumnMoments column_moments(const SparseTable& table, const RowParts& parts, const Encoding& encoding) {
  const auto columns = static_cast<std::size_t>(encoding.sparse_features);
  std::vector<ColumnSums> sums(columns);
  Index rows = 0;
  const auto for_each_value = [&](auto visit) {
    rows = 0;
    for (Index row = 0; row < table.rows(); ++row) {
      if (part_of(parts, row) != RowPart::training) continue;
      ++rows;
      for (Index p = table.starts[static_cast<std::size_t>(row)];
           p < table.starts[static_cast<std::size_t>(row) + 1]; ++p) {
        const auto at = static_cast<std::size_t>(p);
        visit(sums[static_cast<std::size_t>(encoding.feature_of(table.indices[at]))], table.values[at]);
      }
    }
  };
  for_each_value([](ColumnSums& column, double x) { column.add(x); });
  const auto n = static_cast<double>(rows);
  for_each_value([&](ColumnSums& column, double x) { column.add_deviation(x, n); });
  ColumnMoments moments{std::vector<double>(columns), std::vector<double>(columns)};
  for (std::size_t j = 0; j < columns; ++j) {
    const auto [mean, deviation] = sums[j].mean_and_deviation(n);
    moments.means[j] = mean, moments.deviations[j] = deviation;
  }
  return moments;
}

std::string index_text(const Encoding& encoding, std::size_t feature) {
  return std::to_string(encoding.indices.empty() ? static_cast<Index>(feature) + encoding.first_index
                                                 : encoding.indices[feature]);
}

// The columns whose numbers single precision can not tell apart. Dividing them would not help: rows stay
// sparse, so that columns are not centered.
Faults unresolved_columns(const SparseTable& table, const ColumnMoments& moments, const Encoding& encoding) {
  Faults faults;
  std::size_t beyond = 0;
  for (std::size_t j = 0; j < moments.means.size(); ++j) {
    const double mean = moments.means[j], deviation = moments.deviations[j];
    if (is_resolved_in_single(mean, deviation)) continue;
    if (faults.size() == most_faults) {
      ++beyond;
      continue;
    }
    faults.push_back(
        unresolved_in_single({table.file, 0, 0}, "index " + index_text(encoding, j), mean, deviation, ""));
  }
  limit_faults(faults, beyond, table.file);
  return faults;
}

// What is to be said of columns with the same number other than 0 in all training rows.
std::optional<std::string> constants_note(const ColumnMoments& moments, const Encoding& encoding) {
  std::vector<std::string> constant;
  for (std::size_t j = 0; j < moments.means.size(); ++j) {
    if (moments.deviations[j] == 0 && moments.means[j] != 0) constant.push_back(index_text(encoding, j));
  }
  if (constant.empty()) return std::nullopt;
  const bool one = constant.size() == 1;
  return (one ? "the index " : "the indices ") + shortened(std::move(constant), "indices") +
         (one ? " has" : " have") + " the same value in all training rows, taken as 0";
}

// Mean and population standard deviation of the training rows' labels.
std::pair<double, double> target_moments(const SparseTable& table, const RowParts& parts) {
  ColumnSums sums;
  const auto for_each_target = [&](auto visit) {
    for (Index row = 0; row < table.rows(); ++row)
      if (part_of(parts, row) == RowPart::training)
        visit(table.texts[table.labels[static_cast<std::size_t>(row)]].value);
  };
  for_each_target([&](double y) { sums.add(y); });
  for_each_target([&](double y) { sums.add_deviation(y, sums.count); });
  return sums.mean_and_deviation(sums.count);
}

// What every label is as a target; NaN where it is no known class.
std::vector<double> targets_of(const SparseTable& table, const Encoding& encoding) {
  std::vector<double> targets;
  const LabelIndex places(encoding.classes, true);
  for (std::uint32_t id = 0; id < table.texts.size(); ++id) {
    const Index place = places.find(*table.texts[id].text);
    targets.push_back(encoding.task == Task::regression
                          ? (table.texts[id].value - encoding.target_mean) / encoding.target_sd
                      : place >= 0 ? static_cast<double>(place)
                                   : std::nan(""));
  }
  return targets;
}

// Appends the rows to those of their part; the number of entries whose index the training rows do not
// have.
template <Scalar T>
Checked<Index> encode(const SparseTable& table, const Encoding& encoding, const RowParts& parts,
                      PartSets<T>& sets) {
  const std::vector<double> targets = targets_of(table, encoding);
  Index unseen = 0;
  for (Dataset<T>& data : sets) {
    data.starts = {0};
    data.columns = encoding.sparse_features;
    data.target_mean = encoding.target_mean;
    data.target_sd = encoding.target_sd;
  }
  for (Index row = 0; row < table.rows(); ++row) {
    const auto i = static_cast<std::size_t>(row);
    Dataset<T>& data = sets[part_of(parts, row)];
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
        return beyond_range(table.file, "index " + std::to_string(table.indices[p]), false);
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
Checked<Encoded<T>> encode_checked(const Encoding& encoding, Checked<ByteSource> source, const TestFile& file,
                                   TargetNeed need) {
  SparseTable table;
  const Index skip_lines = file.skip_lines.value_or(encoding.skip_lines);
  if (const auto done = read_libsvm(std::move(source), skip_lines, table); !done) return done.faults();
  if (table.rows() == 0) return no_sparse_rows(table.file);
  if (table.has_zero && encoding.first_index == 1)
    return fault_in(table, "the index 0 occurs, but the training file counts from 1",
                    "count from 1 here too");
  // Its indices would all be those of their neighbours.
  if (!table.has_zero && encoding.first_index == 0 && Index{table.largest} == encoding.sparse_features) {
    return fault_in(table,
                    "the indices go up to " + std::to_string(table.largest) +
                        " without 0, but the training file counts from 0 to " +
                        std::to_string(encoding.sparse_features - 1),
                    "count from 0 here too");
  }
  Encoded<T> encoded;
  encoded.records = table.rows();
  encoded.has_target = table.texts.size() > 0;
  PartSets<T> sets;
  const auto unseen = encode<T>(table, encoding, {}, sets);
  if (!unseen) return unseen.faults();
  encoded.data = std::move(sets[RowPart::training]);
  if (*unseen > 0) {
    encoded.notes.push_back(table.file + ": " + std::to_string(*unseen) +
                            (*unseen == 1 ? " value has an index" : " values have indices") +
                            " that no training row has, left out");
  }
  encoded.unlabeled = std::count_if(encoded.data.targets.begin(), encoded.data.targets.end(),
                                    [](T target) { return std::isnan(target); });
  if (need == TargetNeed::required && encoded.unlabeled > 0) {
    Fault fault = fault_in(table,
                           std::to_string(encoded.unlabeled) +
                               " rows have no label, or one that does not occur in the training data",
                           "correct them; predict takes rows without a label");
    if (table.first_unlabeled.line > 0) fault.place = table.first_unlabeled;
    return fault;
  }
  return encoded;
}

template <Scalar T>
Checked<Prepared<T>> prepare_checked(const DataOptions& options, std::span<InputFile> files,
                                     std::optional<Task> task) {
  SparseTable table;
  std::vector<std::string> empty;
  for (InputFile& file : files) {
    const Index before = table.rows();
    if (const auto done = read_libsvm(file.open(true), options.skip_lines, table); !done)
      return done.faults();
    if (table.rows() == before) empty.push_back(file.path());
  }
  if (table.rows() == 0) return no_sparse_rows(table.file);
  Prepared<T> prepared;
  Encoding& encoding = prepared.encoding;
  for (const std::string& file : empty) prepared.notes.push_back(file + ": no rows of data, passed over");
  encoding.format = RowFormat::libsvm;
  encoding.fields = 1;
  encoding.skip_lines = options.skip_lines;
  encoding.first_index = table.has_zero ? 0 : 1;
  encoding.sparse_features = Index{table.largest} + 1 - encoding.first_index;
  close_up(table, encoding, prepared.notes);
  if (encoding.sparse_features == 0)
    return fault_in(table, "no row holds a value", "a row is label index:value ...");
  if (const auto done = describe_target(table, task, options, encoding, prepared.notes); !done)
    return done.faults();
  if (table.has_zero) prepared.notes.push_back(table.file + ": indices count from 0, which occurs");
  if (table.has_query) prepared.notes.push_back(table.file + ": fields qid are ignored");
  const bool classes = encoding.task == Task::classification;
  if (classes && options.standardize_target)
    prepared.notes.push_back(table.file + ": " + std::string(unscaled_classes));
  const RowParts parts =
      split_rows(classes ? table.labels : std::vector<std::uint32_t>(table.labels.size(), 0), options);
  if (parts.empty() && has_fractions(options)) return too_few_to_split(table.file, table.rows(), options);
  const bool scaled = options.standardize == Standardize::numeric;
  constexpr bool single = std::is_same_v<T, float>;
  ColumnMoments moments;
  if (scaled || single) moments = column_moments(table, parts, encoding);
  if constexpr (single) {
    if (Faults faults = unresolved_columns(table, moments, encoding); !faults.empty()) return faults;
  }
  if (scaled) {
    if (const auto note = constants_note(moments, encoding))
      prepared.notes.push_back(table.file + ": " + *note);
    encoding.scales = std::move(moments.deviations);
    prepared.notes.push_back(
        table.file +
        ": values are divided by the standard deviation of their column and not centered, "
        "so that zeros stay zeros");
  }
  if (encoding.task == Task::regression) {
    const auto [mean, sd] = target_moments(table, parts);
    if (options.standardize_target) {
      if (sd > 0) encoding.target_mean = mean, encoding.target_sd = sd;
    } else if (single && !is_resolved_in_single(mean, sd)) {
      return unresolved_in_single({table.file, 0, 0}, "the labels", mean, sd, "data.standardize_target");
    }
  }
  PartSets<T> sets;
  if (const auto done = encode<T>(table, encoding, parts, sets); !done) return done.faults();
  take_parts(parts, sets, prepared);
  return prepared;
}

Fault no_memory(const std::string& file, const std::string& needs) {
  return {FaultKind::data, {file, 0, 0}, "the rows " + needs, "read fewer rows"};
}

}  // namespace

template <Scalar T>
Checked<Prepared<T>> prepare_sparse(const DataOptions& options, std::span<InputFile> files,
                                    std::optional<Task> task) {
  return within_memory([&] { return prepare_checked<T>(options, files, task); },
                       [&](const std::string& needs) -> Checked<Prepared<T>> {
                         return no_memory(files.front().path(), needs);
                       });
}

template <Scalar T>
Checked<Encoded<T>> encode_sparse_file(const Encoding& encoding, Checked<ByteSource> source,
                                       const TestFile& file, TargetNeed need) {
  return within_memory(
      [&] { return encode_checked<T>(encoding, std::move(source), file, need); },
      [&](const std::string& needs) -> Checked<Encoded<T>> { return no_memory(file.file, needs); });
}

template Checked<Prepared<float>> prepare_sparse(const DataOptions&, std::span<InputFile>,
                                                 std::optional<Task>);
template Checked<Prepared<double>> prepare_sparse(const DataOptions&, std::span<InputFile>,
                                                  std::optional<Task>);
template Checked<Encoded<float>> encode_sparse_file(const Encoding&, Checked<ByteSource>, const TestFile&,
                                                    TargetNeed);
template Checked<Encoded<double>> encode_sparse_file(const Encoding&, Checked<ByteSource>, const TestFile&,
                                                     TargetNeed);

}  // namespace lookahead
