#include "comparison.hpp"

namespace lookahead::pairs {

template <Scalar T>
std::vector<Run> Comparison<T>::runs(const Rows& rows, bool recorded) const {
  std::vector<Run> out;
  for (int v = 0; v < versions; ++v) {
    Rounding errors = rounding(v);
    const Rows own = version_of(rows, errors);
    Course course{&*setting_->network, &own, weights_of(own), start_};
    course.recorded = recorded;
    if (p_.training.patience) {
      const std::string& metric = p_.training.patience->metric;
      const bool validation = metric == "val_loss";
      course.watched = [&, validation, metric](const Vector& point) -> std::pair<Real, Real> {
        if (validation) {
          const Rows judging = version_of(setting_->validation, errors);
          const Real loss = mean_loss(*setting_->network, judging, own_weights(judging), point, errors);
          return {loss, loss};
        }
        const auto all =
            metrics_of(*setting_->network, *setting_->encoder, own, point, setting_->top_k, errors);
        const Range range = all.at(metric.substr(6));
        return {range.low, range.high};
      };
    }
    out.push_back(train(p_.training, course, errors, p_.single ? 1e-3L : 1e-9L));
  }
  return out;
}

template <Scalar T>
bool Comparison<T>::unsure(const std::vector<Run>& runs) {
  // Where errors of rounding have grown so much, their size is not known from a few versions.
  constexpr Real too_far = std::is_same_v<T, float> ? 1e-3L : 1e-6L;
  Real size = 1, far = 0;
  for (const Run& run : runs) {
    if (run.unsure || run.steps != runs[0].steps || run.rounds != runs[0].rounds) return true;
    for (std::size_t i = 0; i < run.slow.size(); ++i) {
      size = std::max(size, std::abs(runs[0].slow[i]));
      far = std::max(far, std::abs(run.slow[i] - runs[0].slow[i]));
    }
  }
  return !(far <= too_far * size);
}

template <Scalar T>
std::string Comparison<T>::path(const Outcome& outcome, const MemorySink& sink) {
  constexpr std::size_t most_coordinates = 200;
  const bool recorded = slow_.size() <= most_coordinates;
  const std::vector<Run> all = runs(setting_->train, recorded);
  if (unsure(all) || outcome.stop == StopReason::stalled) return "";
  ++tally_.paths;
  const Run& right = all.front();
  std::string wrong;
  const auto count = [&](const char* name, Index value, long expected) {
    ++tally_.figures;
    if (value != expected)
      wrong +=
          std::string(name) + ": " + std::to_string(value) + ", right is " + std::to_string(expected) + "\n";
  };
  count("steps", outcome.counts.steps, right.steps);
  count("rounds", outcome.counts.rounds, right.rounds);
  if (p_.objective_keys.empty()) count("epochs", outcome.counts.epochs, right.epochs);
  count("grad_evals", outcome.counts.grad_evals, right.evals);
  const std::string stop = outcome.stop ? Codec<StopReason>::word(*outcome.stop) : "";
  if (stop != right.stop) wrong += "stop: " + stop + ", right is " + right.stop + "\n";
  if (right.best_epoch) count("best_epoch", outcome.best_epoch.value_or(-1), *right.best_epoch);
  Figures figures;
  std::vector<std::map<std::string, Range>> told;
  // One tolerance for all coordinates: where one is off, others follow.
  Real spread = 0, size = 0;
  for (const Run& run : all) {
    for (std::size_t i = 0; i < run.slow.size(); ++i) {
      spread =
          std::max({spread, std::abs(run.slow[i] - right.slow[i]), std::abs(run.fast[i] - right.fast[i])});
      size = std::max({size, std::abs(right.slow[i]), std::abs(right.fast[i])});
    }
    told.push_back({{"best_loss", {run.best_loss, run.best_loss}}});
    if (run.best_epoch) told.back()["best_metric"] = {run.best_metric, run.best_metric};
  }
  figures.add(told, along_paths * floor_of(setting_->train.size()), along_paths);
  figures.compare("best_loss", outcome.best.loss);
  figures.compare("best_metric", outcome.best_metric);
  Figures points;
  // The rules' coefficients, of double precision, lose digits in 1 - beta^t.
  const Real floor = along_paths * spread + floor_of(static_cast<std::size_t>(right.steps)) * (1 + size);
  std::map<std::string, Range> coordinates;
  for (std::size_t i = 0; i < right.slow.size(); ++i) {
    coordinates["slow_" + std::to_string(i)] = {right.slow[i], right.slow[i]};
    coordinates["fast_" + std::to_string(i)] = {right.fast[i], right.fast[i]};
  }
  points.add({coordinates}, floor);
  for (std::size_t i = 0; i < right.slow.size() && points.wrong.size() < 500; ++i) {
    points.compare("slow_" + std::to_string(i), static_cast<double>(slow_[i]));
    points.compare("fast_" + std::to_string(i), static_cast<double>(fast_[i]));
  }
  count_in(figures), count_in(points);
  return wrong + figures.wrong + points.wrong + (recorded ? trace(all, sink) : "");
}

template <Scalar T>
std::string Comparison<T>::divergence(const Outcome& outcome) {
  const std::string& rule = p_.training.rule.name;
  // Others meet losses where no step begins.
  const bool meets_loss = rule.rfind("schedule_free", 0) != 0 && rule.rfind("extra", 0) != 0 &&
                          rule != "svrg" && rule != "sarah" && rule != "saga" && rule != "lbfgs";
  if (!meets_loss) return "";
  const std::vector<Run> all = runs(setting_->train, true);
  const Run& right = all.front();
  for (const Run& run : all) {
    if (run.unsure || run.stop != right.stop || run.best_epoch != right.best_epoch) return "";
  }
  if (right.stop != "divergence") return "diverged, right is " + right.stop + "\n";
  if (outcome.best_epoch != right.best_epoch)
    return "best_epoch of a run that diverged: " + std::to_string(outcome.best_epoch.value_or(-1)) + "\n";
  if (!right.best_epoch) return "";
  ++tally_.paths;
  std::vector<std::map<std::string, Range>> told;
  for (const Run& run : all) {
    told.emplace_back();
    for (std::size_t i = 0; i < run.best.size(); ++i)
      told.back()["best_" + std::to_string(i)] = {run.best[i], run.best[i]};
  }
  Figures figures;
  figures.add(told, along_paths * floor_of(setting_->train.size()), along_paths);
  for (std::size_t i = 0; i < right.best.size(); ++i)
    figures.compare("best_" + std::to_string(i), static_cast<double>(slow_[i]));
  count_in(figures);
  return figures.wrong;
}

template <Scalar T>
std::string Comparison<T>::trace(const std::vector<Run>& runs, const MemorySink& sink) {
  constexpr std::size_t most_rows = 60;
  std::string wrong;
  const std::string& rule = p_.training.rule.name;
  // What these meet in a step is not the loss at the point where it begins.
  const bool meets_loss = rule.rfind("schedule_free", 0) != 0 && rule != "svrg" && rule != "sarah" &&
                          rule != "saga" && rule.rfind("extra", 0) != 0 && rule != "lbfgs";
  const std::size_t count = std::min(sink.records.size(), most_rows);
  for (std::size_t r = 0; r < count && wrong.empty(); ++r) {
    const Record& row = sink.records[r];
    if (row.step == 0 || row.event == "restored") continue;
    const auto at = static_cast<std::size_t>(row.step) - 1;
    const Moment& right = runs.front().moments.at(at);
    std::vector<std::map<std::string, Range>> told;
    Real spread = 0, size = 0;
    for (const Run& run : runs) {
      const Moment& moment = run.moments.at(at);
      for (std::size_t i = 0; i < moment.slow.size(); ++i) {
        spread = std::max(
            {spread, std::abs(moment.slow[i] - right.slow[i]), std::abs(moment.fast[i] - right.fast[i])});
        size = std::max({size, std::abs(right.slow[i]), std::abs(right.fast[i])});
      }
      told.emplace_back();
      const auto one = [&](const char* name, Real value) { told.back()[name] = {value, value}; };
      one("alpha", moment.alpha), one("lr", moment.rate), one("k", static_cast<Real>(moment.k));
      one("round", static_cast<Real>(moment.round)), one("grad_evals", static_cast<Real>(moment.evals));
      one("synced", moment.synced ? 1 : 0);
      if (meets_loss) one("loss_batch", moment.loss);
    }
    // A way between two points is as uncertain as they are.
    const Real way =
        along_paths * 2 * spread * static_cast<Real>(right.slow.size()) + floor_of(100) * (1 + size);
    Figures figures, points;
    figures.add(told, along_paths * floor_of(setting_->train.size()), along_paths);
    std::map<std::string, Range> coordinates;
    for (std::size_t i = 0; i < right.slow.size(); ++i) {
      coordinates["slow_" + std::to_string(i)] = {right.slow[i], right.slow[i]};
      coordinates["fast_" + std::to_string(i)] = {right.fast[i], right.fast[i]};
    }
    points.add({coordinates}, along_paths * spread + floor_of(100) * (1 + size));
    points.add({{{"disagreement", {right.disagreement, right.disagreement}}}}, way);
    figures.compare("alpha", row.alpha), figures.compare("lr", row.lr);
    figures.compare("k", static_cast<double>(row.k)),
        figures.compare("round", static_cast<double>(row.round));
    figures.compare("grad_evals", static_cast<double>(row.grad_evals));
    figures.compare("synced", row.synced ? 1 : 0), figures.compare("loss_batch", row.loss_batch);
    points.compare("disagreement", row.disagreement);
    for (std::size_t i = 0; i < row.slow.size() && points.wrong.size() < 500; ++i) {
      points.compare("slow_" + std::to_string(i), row.slow[i]);
      points.compare("fast_" + std::to_string(i), row.fast[i]);
    }
    count_in(figures), count_in(points);
    if (figures.wrong.empty() && points.wrong.empty()) continue;
    wrong += "row " + std::to_string(r) + " of the trace, step " + std::to_string(row.step) + "\n" +
             figures.wrong + points.wrong;
  }
  return wrong;
}

template std::vector<Run> Comparison<float>::runs(const Rows&, bool) const;
template std::vector<Run> Comparison<double>::runs(const Rows&, bool) const;
template bool Comparison<float>::unsure(const std::vector<Run>&);
template bool Comparison<double>::unsure(const std::vector<Run>&);
template std::string Comparison<float>::divergence(const Outcome&);
template std::string Comparison<double>::divergence(const Outcome&);
template std::string Comparison<float>::path(const Outcome&, const MemorySink&);
template std::string Comparison<double>::path(const Outcome&, const MemorySink&);

}  // namespace lookahead::pairs
