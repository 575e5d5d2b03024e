#include "data/prepare.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "data/append.hpp"
#include "data/encode.hpp"
#include "data/encode_csv.hpp"
#include "data/fit.hpp"
#include "data/layout.hpp"
#include "data/plan.hpp"
#include "data/reader.hpp"
#include "data/table.hpp"
#include "data/training_files.hpp"
#include "data/weights.hpp"

namespace lookahead {
namespace {

// The training rows, read and understood.
struct Training {
  Layout layout;
  Table table;
  Fitted fitted;
  std::vector<std::string> notes;
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

Checked<Training> read_training(const DataOptions& options, std::optional<Task> task, std::uint64_t seed,
                                Index threads, bool single) {
  std::vector<std::string> notes;
  const auto files = training_files(options.train, notes);
  if (!files) return files.faults();
  std::vector<std::size_t> unread;  // fields left out in an earlier reading
  while (true) {
    auto file = CsvFile::open(files->front());
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
    if (unread.empty()) notes.insert(notes.end(), layout->notes.begin(), layout->notes.end());
    auto table = read_table(std::move(*file), *plan, true);
    if (!table) return table.faults();
    for (std::size_t i = 1; i < files->size(); ++i) {
      auto further = read_further((*files)[i], *layout, *plan, name);
      if (!further) return further.faults();
      if (const auto done = append_table(*table, std::move(*further)); !done) return done.faults();
    }
    const std::vector<LeftOut> left_out = find_left_out(*table);
    for (const LeftOut& column : left_out) {
      const TableColumn& source = table->columns[column.column];
      notes.push_back(table->file + ": " + source.title() + " is left out: " + column.reason +
                      " (data.keep uses it)");
      // Rows must not be dropped for missing cells of a column that is not used.
      if (source.missing > 0 && options.missing.policy == MissingPolicy::drop && !options.train.from_stdin())
        unread.push_back(static_cast<std::size_t>(source.field - 1));
    }
    if (!left_out.empty() && !unread.empty()) continue;
    auto fitted = fit(*table, *layout, options, task, seed, left_out, threads);
    if (!fitted) return fitted.faults();
    notes.insert(notes.end(), fitted->notes.begin(), fitted->notes.end());
    return Training{std::move(*layout), std::move(*table), std::move(*fitted), std::move(notes)};
  }
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
    auto training = read_training(options, task, seed, threads, std::is_same_v<T, float>);
    if (!training) return training.faults();
    prepared.notes = std::move(training->notes);
    Fitted& fitted = training->fitted;
    Sources sources{fitted.sources};
    for (std::size_t j = 0; j < training->table.columns.size(); ++j) {
      if (training->table.columns[j].plan.target) sources.target = static_cast<Index>(j);
      if (training->table.columns[j].plan.weights) sources.weights = static_cast<Index>(j);
    }
    Dataset<T> held_out;
    const auto weighted =
        encode_weights<T>(training->table, sources.weights, fitted.held_out, prepared.train, held_out);
    if (!weighted) return weighted.faults();
    std::vector<Index> unseen;
    const auto done = encode_rows<T>(training->table, fitted.encoding, sources, fitted.held_out,
                                     prepared.train, held_out, unseen, threads);
    if (!done) return done.faults();
    const auto notes = unseen_notes(fitted.encoding, unseen, training->table.file);
    prepared.notes.insert(prepared.notes.end(), notes.begin(), notes.end());
    if (!fitted.held_out.empty()) prepared.validation = std::move(held_out);
    prepared.encoding = std::move(fitted.encoding);
  }
  Faults faults;
  if (!options.validation.file.empty()) {
    const auto done = add_file<T>(prepared.encoding, {options.validation.file, 0, ""}, prepared.validation,
                                  prepared.notes, threads);
    if (!done) faults = done.faults();
  }
  if (options.test) {
    const auto done = add_file<T>(prepared.encoding, *options.test, prepared.test, prepared.notes, threads);
    if (!done) faults.insert(faults.end(), done.faults().begin(), done.faults().end());
  }
  if (!faults.empty()) return faults;
  return prepared;
}

template Checked<Encoded<float>> encode_file(const Encoding&, const TestFile&, TargetNeed, Index);
template Checked<Encoded<double>> encode_file(const Encoding&, const TestFile&, TargetNeed, Index);
template Checked<Prepared<float>> prepare(const DataOptions&, std::optional<Task>, std::uint64_t, Index);
template Checked<Prepared<double>> prepare(const DataOptions&, std::optional<Task>, std::uint64_t, Index);

}  // namespace lookahead
