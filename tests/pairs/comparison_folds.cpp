#include "comparison.hpp"

namespace lookahead::pairs {

template <Scalar T>
std::string Comparison<T>::folds(const PlanOf<T>& plan, const Outcome& outcome, Watcher& watcher) {
  const auto validation = cross_validate(plan, *pool_, watcher);
  if (!validation) return all_of(validation.faults());
  if (!p_.training.followed) return "";
  DataSettings comma;
  const Cells table = cells_of(folds_csv(*validation, plan.spec), comma);
  std::string wrong = means(plan, outcome, *validation);
  for (std::size_t f = 0; f < setting_->inside.size(); ++f) {
    if (validation->folds[f].outcome.status != Status::finished) continue;
    const Rows learned = part(setting_->train, setting_->outside[f]);
    const Rows judging = part(setting_->train, setting_->inside[f]);
    if (learned.empty_weights()) continue;
    const std::vector<Run> all = runs(learned, false);
    if (unsure(all) || validation->folds[f].outcome.stop == StopReason::stalled) continue;
    std::vector<std::map<std::string, Range>> told(versions);
    for (std::size_t v = 0; v < all.size(); ++v) {
      Rounding errors = rounding(static_cast<int>(v));
      const Rows own = version_of(judging, errors);
      const Real loss = mean_loss(*setting_->network, own, own_weights(own), all[v].slow, errors);
      told[v]["val_loss"] = {loss, loss};
      told[v]["rows"] = {static_cast<Real>(own.size()), static_cast<Real>(own.size())};
      told[v]["epochs"] = {static_cast<Real>(all[0].epochs), static_cast<Real>(all[0].epochs)};
      add_metrics(told[v], "val_", own, all[v].slow, errors);
    }
    // Decisions between classes follow the points, which are only known within their errors.
    Figures figures;
    std::map<std::string, Range> sure;
    for (auto& version : told) {
      for (const char* name : {"val_accuracy", "val_top_k", "val_auc", "val_f1", "val_balanced_accuracy"}) {
        const auto found = told[0].find(name);
        const auto here = version.find(name);
        if (found == told[0].end() || here == version.end()) continue;
        if (here->second.low != found->second.low || here->second.high != found->second.high)
          version.erase(here);
      }
    }
    figures.add(told, along_paths * floor_of(setting_->train.size()), along_paths);
    for (std::size_t j = 0; j < table.names.size(); ++j) {
      const std::string& cell = table.rows[f][j];
      const auto number = number_of(cell, comma);
      if (number || cell.empty())
        figures.compare(table.names[j], number ? static_cast<double>(*number) : std::nan(""));
    }
    count_in(figures);
    if (!figures.wrong.empty()) wrong += "fold " + std::to_string(f + 1) + "\n" + figures.wrong;
  }
  return wrong;
}

// Mean and standard deviation over the folds stand among the figures of the run.
template <Scalar T>
std::string Comparison<T>::means(const PlanOf<T>& plan, const Outcome& outcome,
                                 const CrossValidation& validation) {
  Outcome all = outcome;
  add_folds(all, validation, plan.spec);
  const auto columns = validation_columns(plan.spec);
  Figures figures;
  std::map<std::string, Range> right;
  const auto count = static_cast<Real>(validation.folds.size());
  for (std::size_t c = 0; c < columns.size(); ++c) {
    Real mean = 0, square = 0;
    for (const FoldResult& fold : validation.folds) mean += static_cast<Real>(fold.values[c]) / count;
    for (const FoldResult& fold : validation.folds)
      square += (static_cast<Real>(fold.values[c]) - mean) * (static_cast<Real>(fold.values[c]) - mean);
    if (std::isnan(mean)) continue;
    right[columns[c]] = {mean, mean};
    const Real sd = std::sqrt(square / (count - 1));
    // Where folds agree to the last digits the deviation is one of rounding.
    const Real least = std::max(Real{0}, sd - 1e-12L * std::abs(mean));
    right[columns[c] + "_sd"] = {least, sd + 1e-12L * std::abs(mean)};
  }
  figures.add({right}, 1e-12L);
  for (const ResultMetric& metric : all.metrics) {
    figures.compare(metric.name, metric.value);
    if (metric.deviation) figures.compare(metric.name + "_sd", *metric.deviation);
  }
  count_in(figures);
  return figures.wrong;
}

template <Scalar T>
std::string Comparison<T>::predictions(const PlanOf<T>&, const Session<T>& session) {
  const bool file = !p_.test.empty();
  const Cells cells = file ? setting_->tested : cells_of_training();
  const std::string model = folder_.write("model.json", session.result().text);
  std::string told;
  PredictRequest request;
  request.data = folder_.path() + (file ? "test.csv" : "train.csv");
  const auto done = predict(model, request, 1, [&](std::string_view piece) -> Checked<Done> {
    told += piece;
    return Done{};
  });
  if (!done) return "predict: " + all_of(done.faults());
  DataSettings comma;
  const Cells table = cells_of(told, comma);
  const auto used = used_records(cells, p_.data, false);
  const Rows rows = setting_->encoder->encode(cells, used, true);
  if (table.rows.size() != cells.rows.size())
    return "predict: " + std::to_string(table.rows.size()) + " rows of " + std::to_string(cells.rows.size()) +
           "\n";
  Figures figures;
  std::vector<std::map<std::string, Range>> right(versions);
  const auto name = [](std::size_t record, std::size_t column) {
    return "prediction " + std::to_string(record + 1) + "." + std::to_string(column);
  };
  for (int v = 0; v < versions; ++v) {
    Rounding errors = rounding(v);
    const Rows own = version_of(rows, errors);
    for (std::size_t i = 0; i < own.size(); ++i) {
      const Vector row = prediction(*setting_->network, *setting_->encoder, own, i, slow_, errors);
      for (std::size_t c = 0; c < row.size(); ++c)
        right[static_cast<std::size_t>(v)][name(used[i], c)] = {row[c], row[c]};
    }
    bool labels = false;
    for (const Real y : own.targets) labels = labels || !std::isnan(y);
    if (labels) add_metrics(right[static_cast<std::size_t>(v)], "", own, slow_, errors);
  }
  figures.add(right, floor_of(slow_.size()));
  const std::size_t first = p_.model.classes ? 1 : 0;
  for (std::size_t i = 0; i < table.rows.size() && figures.wrong.size() < 500; ++i) {
    for (std::size_t c = first; c < table.rows[i].size(); ++c) {
      if (const auto number = number_of(table.rows[i][c], comma))
        figures.compare(name(i, c - first), static_cast<double>(*number));
    }
  }
  for (const auto& [metric, value] : done->metrics) figures.compare(metric, value);
  count_in(figures);
  return figures.wrong.empty() ? "" : "predict\n" + figures.wrong;
}

template std::string Comparison<float>::folds(const PlanOf<float>&, const Outcome&, Watcher&);
template std::string Comparison<double>::folds(const PlanOf<double>&, const Outcome&, Watcher&);
template std::string Comparison<float>::predictions(const PlanOf<float>&, const Session<float>&);
template std::string Comparison<double>::predictions(const PlanOf<double>&, const Session<double>&);

}  // namespace lookahead::pairs
