#include "run/row_weights.hpp"

#include "base/counted.hpp"
#include "data/encode/split.hpp"

namespace lookahead {
namespace {

const ClassWeight* wanted_of(const Chosen<ModelEntry>& model) {
  if (model.entry->class_weight == nullptr) return nullptr;
  const ClassWeight* wanted = model.entry->class_weight(model.values);
  return wanted->kind == ClassWeight::Kind::none ? nullptr : wanted;
}

// The factors of the classes by the weights of the rows for which counts(row) holds.
template <Scalar T, class Counts>
Checked<std::vector<double>> factors_of(const ClassWeight& wanted, const std::vector<std::string>& classes,
                                        const Dataset<T>& rows, Counts counts) {
  std::vector<double> sums(classes.size(), 0);
  for (std::size_t i = 0; i < rows.targets.size(); ++i) {
    if (counts(i)) sums[static_cast<std::size_t>(rows.targets[i])] += weight_at(rows.weights_in_metrics(), i);
  }
  return class_weights(wanted, classes, sums);
}

}  // namespace

bool weighs_classes(const Chosen<ModelEntry>& model) { return wanted_of(model) != nullptr; }

template <Scalar T>
Checked<Done> weigh_classes(Dataset<T>& rows, const Chosen<ModelEntry>& model,
                            const std::vector<std::string>& classes, const std::string& file) {
  const ClassWeight* wanted = wanted_of(model);
  if (wanted == nullptr) return Done{};
  if (classes.empty())
    return Fault{FaultKind::problem, model.place.source.empty() ? Place{file, 0, 0} : model.place,
                 "model.class_weight goes with classes, the target is a number",
                 "leave it out, or set data.task: classification"};
  const auto factors = factors_of(*wanted, classes, rows, [](std::size_t) { return true; });
  if (!factors) return factors.faults();
  rows.metric_weights = rows.weights;
  rows.weights.resize(rows.targets.size(), T{1});
  for (std::size_t i = 0; i < rows.targets.size(); ++i)
    rows.weights[i] *= static_cast<T>((*factors)[static_cast<std::size_t>(rows.targets[i])]);
  return Done{};
}

template <Scalar T>
std::vector<std::uint32_t> folds_of(const Spec& spec, const Dataset<T>& rows, Index classes) {
  const Validation& validation = spec.data->validation;
  std::vector<std::uint32_t> class_of(static_cast<std::size_t>(rows.rows), 0);
  if (classes > 0 && validation.stratify) {
    for (std::size_t i = 0; i < class_of.size(); ++i)
      class_of[i] = static_cast<std::uint32_t>(rows.targets[i]);
  }
  return fold_of_rows(class_of, validation.folds, static_cast<std::uint64_t>(spec.data->split_seed));
}

template <Scalar T>
Checked<Done> check_folds(const Spec& spec, const Dataset<T>& rows, Index classes) {
  const Index folds = spec.data->validation.folds;
  const std::vector<T>& weights = rows.weights_in_metrics();
  if (folds == 0 || weights.empty()) return Done{};
  const auto fold_of = folds_of(spec, rows, classes);
  std::vector<bool> counts(static_cast<std::size_t>(folds), false);
  for (std::size_t row = 0; row < fold_of.size(); ++row)
    counts[fold_of[row]] = counts[fold_of[row]] || weights[row] > 0;
  const auto empty = std::find(counts.begin(), counts.end(), false);
  if (empty == counts.end()) return Done{};
  return Fault{FaultKind::data,
               {spec.data->train.text(), 0, 0},
               "all weights of the rows of fold " + to_text(empty - counts.begin() + 1) + " of " +
                   to_text(folds) + " are 0",
               "a fold judges by its own rows: use fewer folds, or drop the rows of weight 0"};
}

template <Scalar T>
std::vector<T> fold_weights(const Dataset<T>& rows, const Chosen<ModelEntry>& model,
                            const std::vector<std::string>& classes,
                            const std::vector<std::uint32_t>& fold_of, std::uint32_t fold) {
  if (rows.weights.empty()) return {};
  const std::vector<T>& own = rows.weights_in_metrics();
  double sums[2] = {0, 0}, counts[2] = {0, 0};
  for (std::size_t row = 0; row < fold_of.size(); ++row) {
    const std::size_t part = fold_of[row] == fold ? 1 : 0;
    sums[part] += weight_at(own, row);
    ++counts[part];
  }
  std::vector<double> factors(classes.size(), 1.0);
  if (const ClassWeight* wanted = wanted_of(model)) {
    // Its labels are classes: weigh_classes() has seen them.
    const auto found =
        factors_of(*wanted, classes, rows, [&](std::size_t row) { return fold_of[row] != fold; });
    if (found) factors = *found;
  }
  std::vector<T> weights(fold_of.size());
  for (std::size_t row = 0; row < fold_of.size(); ++row) {
    const std::size_t part = fold_of[row] == fold ? 1 : 0;
    double weight = weight_at(own, row) * counts[part] / sums[part];
    if (part == 0 && !classes.empty()) weight *= factors[static_cast<std::size_t>(rows.targets[row])];
    weights[row] = static_cast<T>(weight);
  }
  return weights;
}

template Checked<Done> weigh_classes(Dataset<float>&, const Chosen<ModelEntry>&,
                                     const std::vector<std::string>&, const std::string&);
template Checked<Done> weigh_classes(Dataset<double>&, const Chosen<ModelEntry>&,
                                     const std::vector<std::string>&, const std::string&);
template std::vector<std::uint32_t> folds_of(const Spec&, const Dataset<float>&, Index);
template std::vector<std::uint32_t> folds_of(const Spec&, const Dataset<double>&, Index);
template Checked<Done> check_folds(const Spec&, const Dataset<float>&, Index);
template Checked<Done> check_folds(const Spec&, const Dataset<double>&, Index);
template std::vector<float> fold_weights(const Dataset<float>&, const Chosen<ModelEntry>&,
                                         const std::vector<std::string>&, const std::vector<std::uint32_t>&,
                                         std::uint32_t);
template std::vector<double> fold_weights(const Dataset<double>&, const Chosen<ModelEntry>&,
                                          const std::vector<std::string>&, const std::vector<std::uint32_t>&,
                                          std::uint32_t);

}  // namespace lookahead
