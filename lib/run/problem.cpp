#include "run/problem.hpp"

#include <algorithm>
#include <filesystem>

#include "base/memory.hpp"
#include "base/text.hpp"
#include "base/within_memory.hpp"
#include "data/encode/training_files.hpp"
#include "parallel/threads.hpp"
#include "run/identity.hpp"
#include "run/row_weights.hpp"
#include "run/settle.hpp"

namespace lookahead {
namespace {

// Cuts a list that repeats after a few entries to those: the lists of facts are as long as the point.
void cut_to_period(std::vector<double>& list) {
  for (const std::size_t period : {1U, 2U, 4U}) {
    if (list.size() <= period || list.size() % period != 0) continue;
    if (!std::equal(list.begin() + static_cast<std::ptrdiff_t>(period), list.end(), list.begin())) continue;
    list.resize(period);
    list.shrink_to_fit();
    return;
  }
}

template <Scalar T>
Checked<Done> add_function(ProblemOf<T>& problem, const Spec& spec, Index runs) {
  const ObjectiveSpec& objective = *spec.objective;
  const FunctionEntry& entry = *objective.function.entry;
  // The point, its gradient, the slow points and the optimizer's memory, for every worker; more than there is
  // would end the program, not the run.
  const double bytes = static_cast<double>(objective.dimension) * 8 * sizeof(T) *
                       static_cast<double>(spec.lookahead.outermost().workers);
  if (bytes > usable_memory()) return no_memory(spec, needs_text(bytes));
  // The objective first: where its own data are too large, that shows before anything is computed.
  Values values = objective.function.values;
  if (entry.load) {
    auto loaded = entry.load(values, objective.dimension, threads_of(spec));
    if (!loaded) return loaded.faults();
    values = std::move(*loaded);
  }
  auto function = entry.make<T>(values, objective.dimension);
  function->expect(spec.lookahead.outermost().workers, runs);
  problem.function = std::move(function);
  if (entry.content) problem.content = entry.content(values);
  problem.facts = entry.facts(values, objective.dimension);
  for (std::vector<double>* list : {&problem.facts.start, &problem.facts.lower, &problem.facts.upper})
    cut_to_period(*list);
  problem.notes.assign(problem.facts.notes.begin(), problem.facts.notes.end());
  if (!entry.game) problem.facts.minimizers = {};
  return Done{};
}

// Whether the model has a loss for every target.
template <Scalar T>
Checked<Done> check_targets(const Dataset<T>& rows, const ModelEntry& model, const std::string& file,
                            const std::string& column, const DataOptions& options) {
  const auto least = static_cast<T>(model.least_target);
  for (const T target : rows.targets) {
    if (target >= least) continue;
    return Fault{FaultKind::data,
                 {file, 0, 0},
                 (options.standardize_target ? "the standardized target"
                  : column.empty()           ? "the target"
                                             : "column " + quoted(column)) +
                     " has values below " + to_text(model.least_target) + ", which the model " +
                     model.card.name + " does not take",
                 options.standardize_target ? "leave out data.standardize_target" : "use model: linear"};
  }
  return Done{};
}

// Whether the model takes such data.
template <Scalar T>
Checked<Done> check_data(const Prepared<T>& data, const Spec& spec) {
  const ModelEntry& entry = *spec.model->entry;
  const std::string file = spec.data->train.text();
  const Index classes = static_cast<Index>(data.encoding.classes.size());
  const bool two_groups = data.train.sparse() && data.train.groups.size() == 2;
  if (entry.sparse_rows && !two_groups) {
    return Fault{FaultKind::data,
                 {file, 0, 0},
                 "the model " + entry.card.name + " takes two text columns beside the target",
                 "data.features names the two, or data.drop what else there is"};
  }
  if (entry.two_classes_only && classes != 2) {
    constexpr Index few = 5, most_labels = 20;
    std::string names;
    for (Index c = 0; c < classes && classes <= few; ++c)
      names.append(c == 0 ? " (" : ", ").append(quoted(data.encoding.classes[static_cast<std::size_t>(c)]));
    return Fault{FaultKind::data,
                 {file, 0, 0},
                 "column " + quoted(std::string_view(data.encoding.target)) + " has " +
                     std::to_string(classes) + " classes" + (names.empty() ? "" : names + ")") +
                     ", the model " + entry.card.name + " takes two",
                 classes > most_labels ? "use model: linear for a quantity, model: softmax for classes"
                                       : "use model: softmax, or correct the labels"};
  }
  const auto fitting = [&](const Dataset<T>& rows, const std::string& own_file) {
    return check_targets(rows, entry, own_file.empty() ? file : own_file, data.encoding.target, *spec.data);
  };
  if (auto fits = fitting(data.train, ""); !fits) return fits;
  if (data.validation) {
    if (auto fits = fitting(*data.validation, spec.data->validation.file); !fits) return fits;
  }
  return data.test ? fitting(*data.test, spec.data->test->file) : Done{};
}

// The data of a problem, and the hash of them.
template <Scalar T>
struct OwnData {
  std::shared_ptr<const Prepared<T>> data;
  std::uint64_t content = 0;
};

template <Scalar T>
OwnData<T> shared_from(const std::shared_ptr<const ReadData<T>>& read) {
  return {{read, &read->prepared}, read->content};
}

// Whether the files take so much of the memory that each of several processes had better keep its own rows only.
bool is_large(const TrainingFiles& train, Index processes) {
  if (processes == 1) return false;
  constexpr double share = 0.25;       // of the memory: all processes may be on one machine
  constexpr double most_deflated = 5;  // as small as compressed files of numbers are
  std::vector<std::string> notes;
  const auto files = training_files(train, notes);
  double bytes = 0;
  for (std::size_t i = 0; files && i < files->size(); ++i) {
    std::error_code unknown;
    const auto size = std::filesystem::file_size((*files)[i], unknown);
    if (!unknown) bytes += static_cast<double>(size) * ((*files)[i].ends_with(".gz") ? most_deflated : 1);
  }
  return bytes > share * usable_memory() / static_cast<double>(processes);
}

// Reads the data, or takes them from the shelf; where the model weighs their classes, the rows are its own.
template <Scalar T>
Checked<OwnData<T>> data_of(const Spec& spec, DataShelf* shelf) {
  const ModelEntry& entry = *spec.model->entry;
  DataOptions options = *spec.data;
  options.categories = entry.sparse_rows;
  if (entry.exposure != nullptr) options.exposure = entry.exposure(spec.model->values);
  const LevelSpec& level = spec.lookahead.outermost();
  // Folds take rows in the file's order.
  options.order.parts = level.shard && options.validation.folds == 0 ? level.workers : 1;
  options.order.on_disk =
      options.order.parts > 1 && (options.order.on_disk || is_large(options.train, options.order.processes));
  const Index threads = threads_of(spec);
  std::shared_ptr<ReadData<T>> own;
  if (shelf != nullptr) {
    auto read = shelf->find<T>(options, entry.task, threads);
    if (!read) return read.faults();
    if (!weighs_classes(*spec.model)) {
      if (auto fits = check_data((*read)->prepared, spec); !fits) return fits.faults();
      return shared_from(*read);
    }
    own = std::make_shared<ReadData<T>>(**read);
  } else {
    auto read = read_data<T>(options, entry.task, threads);
    if (!read) return read.faults();
    own = std::move(*read);
  }
  Prepared<T>& prepared = own->prepared;
  if (auto fits = check_data(prepared, spec); !fits) return fits.faults();
  const std::vector<std::string>& classes = prepared.encoding.classes;
  if (auto weighed = weigh_classes(prepared.train, *spec.model, classes, spec.data->train.text()); !weighed)
    return weighed.faults();
  if (weighs_classes(*spec.model)) own->content = hash_of_data(prepared, threads);
  return shared_from(std::shared_ptr<const ReadData<T>>(std::move(own)));
}

template <Scalar T>
Checked<Done> add_data(ProblemOf<T>& problem, const Spec& spec, DataShelf* shelf) {
  auto own = data_of<T>(spec, shelf);
  if (!own) return own.faults();
  problem.data = own->data;
  problem.content = own->content;
  const Encoding& encoding = problem.data->encoding;
  problem.notes.assign(problem.data->notes.begin(), problem.data->notes.end());
  const Index classes = static_cast<Index>(encoding.classes.size());
  constexpr Index suspicious = 200;
  if (classes > suspicious) {
    problem.notes.push_back(warning(spec.data->train.text() + ": the target has " + std::to_string(classes) +
                                    " classes; if it is a quantity, use model: linear"));
  }
  problem.model = settled_model(*spec.model, problem.data->train, problem.notes);
  problem.metric_seat = metric_seat(*problem.model, encoding.task == Task::classification ? classes : 0);
  const auto part_of = [&](const Dataset<T>& rows, bool penalized) {
    return Part<T>{make_model<T>(*problem.model, rows, problem.metric_seat.classes, penalized), &rows, {}};
  };
  problem.train = part_of(problem.data->train, true);
  if (problem.data->validation) problem.validation = part_of(*problem.data->validation, false);
  if (problem.data->test) problem.test = part_of(*problem.data->test, false);
  return Done{};
}

template <Scalar T>
Checked<std::shared_ptr<const ProblemOf<T>>> opened(const Spec& spec, DataShelf* shelf, Index runs) {
  auto problem = std::make_shared<ProblemOf<T>>();
  const auto added = spec.data ? add_data(*problem, spec, shelf) : add_function(*problem, spec, runs);
  if (!added) return added.faults();
  return std::shared_ptr<const ProblemOf<T>>(std::move(problem));
}

}  // namespace

Index threads_of(const Spec& spec) { return spec.threads.count > 0 ? spec.threads.count : usable_threads(); }

Fault no_memory(const Spec& spec, const std::string& needs) {
  if (spec.data)
    return {FaultKind::data,
            {spec.data->train.text(), 0, 0},
            "training " + needs,
            "use fewer rows or columns, a smaller model, or precision: single"};
  return {FaultKind::problem, spec.start_place, "the objective " + needs, "choose a smaller dim"};
}

template <Scalar T>
std::shared_ptr<const Model<T>> make_model(const Chosen<ModelEntry>& model, const Dataset<T>& rows,
                                           Index classes, bool penalized, const std::vector<T>* weights) {
  return model.entry->make<T>(model.values, ModelSeat<T>{&rows, classes, penalized, weights});
}

template <Scalar T>
Checked<std::shared_ptr<const ProblemOf<T>>> open_problem_of(const Spec& spec, DataShelf* shelf, Index runs) {
  using Opened = Checked<std::shared_ptr<const ProblemOf<T>>>;
  return within_memory([&] { return opened<T>(spec, shelf, runs); },
                       [&](const std::string& needs) -> Opened { return no_memory(spec, needs); });
}

Checked<std::shared_ptr<const Problem>> open_problem(const Spec& spec, DataShelf* shelf, Index runs) {
  const auto open = [&]<Scalar T>(T) -> Checked<std::shared_ptr<const Problem>> {
    auto problem = open_problem_of<T>(spec, shelf, runs);
    if (!problem) return problem.faults();
    return std::shared_ptr<const Problem>(std::move(*problem));
  };
  return spec.precision == Precision::single_precision ? open(float{}) : open(double{});
}

template std::shared_ptr<const Model<float>> make_model(const Chosen<ModelEntry>&, const Dataset<float>&,
                                                        Index, bool, const std::vector<float>*);
template std::shared_ptr<const Model<double>> make_model(const Chosen<ModelEntry>&, const Dataset<double>&,
                                                         Index, bool, const std::vector<double>*);
template Checked<std::shared_ptr<const ProblemOf<float>>> open_problem_of(const Spec&, DataShelf*, Index);
template Checked<std::shared_ptr<const ProblemOf<double>>> open_problem_of(const Spec&, DataShelf*, Index);

}  // namespace lookahead
