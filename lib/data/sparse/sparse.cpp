#include "data/sparse/sparse.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "base/within_memory.hpp"
#include "data/encode/oddities.hpp"
#include "data/encode/split.hpp"
#include "data/encode/task.hpp"
#include "data/read/faults.hpp"
#include "data/read/resolution.hpp"
#include "data/sparse/column_moments.hpp"
#include "data/sparse/encode_sparse.hpp"
#include "data/sparse/libsvm.hpp"

namespace lookahead {
namespace {

Fault fault_in(const SparseTable& table, std::string text, std::string cure) {
  return {FaultKind::data, {table.file, 0, 0}, std::move(text), std::move(cure)};
}

// The indices that occur, rising. Memory follows their number, not that of the entries.
std::vector<std::uint32_t> occurring(const EntryChunks& entries) {
  constexpr std::size_t least_piece = std::size_t{1} << 20;
  std::vector<std::uint32_t> all;
  std::size_t sorted = 0;
  const auto merge = [&] {
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(sorted);
    std::sort(middle, all.end());
    std::inplace_merge(all.begin(), middle, all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    sorted = all.size();
  };
  entries.for_each_row([&](Index, std::span<const std::uint32_t> indices, std::span<const double>) {
    all.insert(all.end(), indices.begin(), indices.end());
    // In pieces as long as what is sorted, each index is merged a few times only.
    if (all.size() - sorted >= std::max(least_piece, sorted)) merge();
  });
  merge();
  return all;
}

// Indices that are a hash, or one that slipped, leave most numbers up to the largest without a value: then
// only those that occur have a feature, so that memory follows the file's size. Otherwise all have one.
void close_up(const SparseTable& table, Encoding& encoding, std::vector<std::string>& notes) {
  constexpr Index few = 1 << 16;
  constexpr Index most_per_value = 8;
  if (encoding.sparse_features <= few || encoding.sparse_features / most_per_value <= table.entries.entries())
    return;
  const std::vector<std::uint32_t> indices = occurring(table.entries);
  encoding.indices.assign(indices.begin(), indices.end());
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

std::string index_text(const Encoding& encoding, std::size_t feature) {
  return std::to_string(encoding.index_of(static_cast<Index>(feature)));
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

// Where the indices of the files of a table begin and end.
class Bases {
 public:
  // Around the reading of a file.
  void begin(SparseTable& table) {
    before_ = {"", table.largest, table.has_zero};
    table.largest = 0;
    table.has_zero = false;
  }
  void end(const std::string& file, SparseTable& table) {
    Base& last = table.has_zero ? from_zero_ : from_one_;
    if (last.file.empty() || table.largest > last.largest) last = {file, table.largest, table.has_zero};
    table.largest = std::max(table.largest, before_.largest);
    table.has_zero = table.has_zero || before_.has_zero;
  }
  // Files that end with the same column, one counting from 0 and one from 1.
  std::optional<Fault> mixed() const {
    if (from_zero_.file.empty() || from_one_.file.empty() || from_one_.largest != from_zero_.largest + 1)
      return std::nullopt;
    return Fault{FaultKind::data,
                 {from_one_.file, 0, 0},
                 "the indices go up to " + std::to_string(from_one_.largest) + " without 0, but those of " +
                     from_zero_.file + " from 0 to " + std::to_string(from_zero_.largest),
                 "count from the same number in all training files"};
  }

 private:
  struct Base {
    std::string file;
    std::uint32_t largest = 0;
    bool has_zero = false;
  };
  Base before_, from_zero_, from_one_;  // of the files that count so, the one with the largest index
};

template <Scalar T>
Checked<Encoded<T>> encode_checked(const Encoding& encoding, Checked<ByteSource> source, const TestFile& file,
                                   TargetNeed need, const RowOrder& order) {
  SparseTable table(order.on_disk);
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
  const Index unseen = number_features(table.entries, encoding);
  if (const auto done = encode_sparse<T>(table, unseen, encoding, {}, order, sets); !done)
    return done.faults();
  encoded.data = std::move(sets[RowPart::training]);
  if (unseen > 0) {
    encoded.notes.push_back(table.file + ": " + std::to_string(unseen) +
                            (unseen == 1 ? " value has an index" : " values have indices") +
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
  SparseTable table(options.order.on_disk);
  std::vector<std::string> empty;
  Bases bases;
  for (InputFile& file : files) {
    const Index before = table.rows();
    bases.begin(table);
    if (const auto done = read_libsvm(file.open(true), options.skip_lines, table); !done)
      return done.faults();
    bases.end(file.path(), table);
    if (table.rows() == before) empty.push_back(file.path());
  }
  if (auto fault = bases.mixed()) return *fault;
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
  number_features(table.entries, encoding);
  const bool scaled = options.standardize == Standardize::numeric;
  constexpr bool single = std::is_same_v<T, float>;
  ColumnMoments moments;
  if (scaled || single) moments = column_moments(table.entries, parts, encoding.sparse_features);
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
  if (const auto done = encode_sparse<T>(table, 0, encoding, parts, options.order, sets); !done)
    return done.faults();
  take_parts(parts, sets, prepared);
  return prepared;
}

Fault no_memory(const std::string& file, const std::string& needs) {
  return {FaultKind::data, {file, 0, 0}, "reading the rows " + needs, "read fewer rows"};
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
                                       const TestFile& file, TargetNeed need, const RowOrder& order) {
  return within_memory(
      [&] { return encode_checked<T>(encoding, std::move(source), file, need, order); },
      [&](const std::string& needs) -> Checked<Encoded<T>> { return no_memory(file.file, needs); });
}

template Checked<Prepared<float>> prepare_sparse(const DataOptions&, std::span<InputFile>,
                                                 std::optional<Task>);
template Checked<Prepared<double>> prepare_sparse(const DataOptions&, std::span<InputFile>,
                                                  std::optional<Task>);
template Checked<Encoded<float>> encode_sparse_file(const Encoding&, Checked<ByteSource>, const TestFile&,
                                                    TargetNeed, const RowOrder&);
template Checked<Encoded<double>> encode_sparse_file(const Encoding&, Checked<ByteSource>, const TestFile&,
                                                     TargetNeed, const RowOrder&);

}  // namespace lookahead
