#pragma once
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <numeric>

#include "base/text.hpp"
#include "drawing.hpp"
#include "figures.hpp"
#include "run/folds.hpp"
#include "run/json.hpp"
#include "run/model_file.hpp"
#include "run/predict.hpp"
#include "setting.hpp"
#include "spec/problem.hpp"

namespace lookahead::pairs {

// Errors of several roundings at once; Figures adds a safety.
inline constexpr Real many_roundings = 16;
inline constexpr Real along_paths = 30;  // times the effect of errors, where they grow from step to step
inline constexpr int versions = 4;       // of the plain model: one exact, the others with errors

// A folder of the test's own.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "lookahead-pairs-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    if (!kept) std::filesystem::remove_all(path_);
  }
  std::string write(const std::string& name, const std::string& content) const {
    const std::string file = path_ + "/" + name;
    std::ofstream(file, std::ios::binary) << content;
    return file;
  }
  std::string path() const { return path_ + "/"; }
  bool kept = false;

 private:
  std::string path_;
};

// What was compared.
struct Tally {
  int problems = 0, refused = 0, figures = 0, loose = 0, diverged = 0, paths = 0, failed = 0;
};

// A problem, run by the program in precision T and by the plain model.
template <Scalar T>
class Comparison {
 public:
  Comparison(const Problem& problem, const Folder& folder, Tally& tally)
      : p_(problem), folder_(folder), tally_(tally) {}

  // What differs; empty: nothing.
  std::string run() {
    ++tally_.problems;
    folder_.write("train.csv", p_.train);
    folder_.write("validation.csv", p_.validation);
    folder_.write("test.csv", p_.test);
    const std::string text = p_.yaml(folder_.path());
    folder_.write("problem.yaml", text);
    const auto spec = read_problem({text, "problem.yaml", "problem", ".", {}});
    if (!spec) return "the problem is refused: " + all_of(spec.faults());
    setting_.emplace(p_, static_cast<std::uint64_t>(spec->data->split_seed));
    auto plan = make_plan<T>(*spec);
    if (!plan || !setting_->refused.empty()) {
      ++tally_.refused;
      if (plan) return "the problem is accepted with " + setting_->refused + "\n";
      return setting_->refused.empty() ? "the data are refused: " + all_of(plan.faults()) : "";
    }
    Session<T> session(*plan);
    MemorySink sink;
    Watcher watcher;
    Outcome outcome = session.run(&sink, watcher);
    for (const T x : session.slow()) slow_.push_back(x);
    for (const T x : session.fast()) fast_.push_back(x);
    for (const T x : plan->start) start_.push_back(x);
    if (slow_.size() != setting_->network->dimension())
      return "the model has " + std::to_string(slow_.size()) + " parameters, right are " +
             std::to_string(setting_->network->dimension()) + "\n";
    if (outcome.status == Status::diverged) ++tally_.diverged;
    std::string wrong = figures(*plan, outcome);
    if (p_.training.in_order && outcome.status == Status::finished) wrong += path(outcome, sink);
    if (p_.folds > 0 && outcome.status == Status::finished) wrong += folds(*plan, watcher);
    if (outcome.status == Status::finished) wrong += predictions(*plan, session);
    return wrong;
  }

 private:
  static std::string all_of(const Faults& faults) {
    std::string text;
    for (const Fault& fault : faults) text += to_string(fault) + "\n";
    return text;
  }

  void count_in(const Figures& figures) {
    tally_.figures += figures.compared;
    tally_.loose += figures.loose;
  }

  Real precision() const { return p_.single ? 0x1p-24L : 0x1p-53L; }
  Rounding rounding(int version) const {
    return version == 0 ? Rounding{}
                        : Rounding(many_roundings * precision(), static_cast<std::uint64_t>(version));
  }
  // Of sums of so many rows.
  Real floor_of(std::size_t rows) const { return precision() * (200 + static_cast<Real>(rows)); }
  Rows version_of(const Rows& rows, Rounding& rounding) const {
    return rounding.epsilon() == 0 ? rows : rounded(rows, rounding, p_.single, p_.model.classes);
  }
  Vector weights_of(const Rows& rows) const {
    return loss_weights(p_.model, setting_->class_factors, rows, setting_->encoder->classes().size());
  }
  static Vector own_weights(const Rows& rows) {
    Vector weights;
    for (std::size_t i = 0; i < rows.size(); ++i) weights.push_back(rows.weight(i));
    return weights;
  }

  void add_metrics(std::map<std::string, Range>& into, const std::string& prefix, const Rows& rows,
                   const Vector& point, Rounding& rounding) const {
    if (rows.size() == 0) return;
    for (const auto& [name, range] :
         metrics_of(*setting_->network, *setting_->encoder, rows, point, setting_->top_k, rounding))
      into[prefix + name] = range;
  }

  // Everything that is told of the slow point, at the program's own.
  std::string figures(const Plan<T>& plan, const Outcome& outcome) {
    const Network& network = *setting_->network;
    Figures figures;
    std::vector<std::map<std::string, Range>> told(versions);
    for (int v = 0; v < versions; ++v) {
      Rounding errors = rounding(v);
      const Rows train = version_of(setting_->train, errors);
      const Vector weights = weights_of(train);
      const auto whole = [&](const Vector& point) {
        return mean_loss(network, train, weights, point, errors) + network.penalty(point, nullptr, errors);
      };
      const auto one = [&](const char* name, Real value) {
        told[static_cast<std::size_t>(v)][name] = {value, value};
      };
      one("loss_slow", whole(slow_));
      one("loss_fast", whole(fast_));
      Vector gradient(slow_.size(), 0), factors = weights;
      std::vector<std::size_t> all(train.size());
      std::iota(all.begin(), all.end(), std::size_t{0});
      for (Real& factor : factors) factor /= static_cast<Real>(train.size());
      network.sum(slow_, train, all, factors, &gradient, errors);
      network.penalty(slow_, &gradient, errors);
      Real square = 0;
      for (const Real slope : gradient) square += slope * slope;
      one("grad_norm", std::sqrt(square));
      auto& into = told[static_cast<std::size_t>(v)];
      add_metrics(into, "train_", train, slow_, errors);
      const Rows validation = version_of(setting_->validation, errors);
      if (validation.size() > 0) {
        one("val_loss", mean_loss(network, validation, own_weights(validation), slow_, errors));
        add_metrics(into, "val_", validation, slow_, errors);
      }
      add_metrics(into, "test_", version_of(setting_->test, errors), slow_, errors);
    }
    figures.add(told, floor_of(setting_->train.size()));
    RunFacts facts;
    facts.classes = plan.data->encoding.classes;
    const Json json = run_json(plan.spec, outcome, facts);
    for (const auto& [name, value] : json["result"].items()) {
      if (value.is_number() || value.is_null())
        figures.compare(name, value.is_null() ? std::nan("") : value.template get<double>());
    }
    count_in(figures);
    if (plan.data->train.rows != static_cast<Index>(setting_->train.size()))
      figures.wrong += "rows: " + std::to_string(plan.data->train.rows) + "\n";
    return figures.wrong;
  }

  // Several versions of a run on some of the training rows.
  std::vector<Run> runs(const Rows& rows) const {
    std::vector<Run> out;
    for (int v = 0; v < versions; ++v) {
      Rounding errors = rounding(v);
      const Rows own = version_of(rows, errors);
      Course course{&*setting_->network, &own, weights_of(own), start_};
      if (p_.training.patience) {
        const std::string& metric = p_.training.patience->metric;
        const bool validation = metric == "val_loss";
        course.watched = [&, validation, metric](const Vector& point) -> std::pair<Real, Real> {
          if (validation) {
            const Rows& judging = setting_->validation;
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

  // Where the versions of a point are so far apart that nothing can be told.
  static bool unsure(const std::vector<Run>& runs) {
    constexpr Real too_far = 1e-3L;
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

  // Counts, rates and points of the run itself.
  std::string path(const Outcome& outcome, const MemorySink& sink) {
    const std::vector<Run> all = runs(setting_->train);
    if (unsure(all) || outcome.stop == StopReason::stalled) return "";
    ++tally_.paths;
    const Run& right = all.front();
    std::string wrong;
    const auto count = [&](const char* name, Index value, long expected) {
      ++tally_.figures;
      if (value != expected)
        wrong += std::string(name) + ": " + std::to_string(value) + ", right is " + std::to_string(expected) +
                 "\n";
    };
    count("steps", outcome.counts.steps, right.steps);
    count("rounds", outcome.counts.rounds, right.rounds);
    count("epochs", outcome.counts.epochs, right.epochs);
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
    Figures rates;
    std::map<std::string, Range> of_steps;
    for (std::size_t t = 0; t < right.rates.size(); ++t)
      of_steps["lr_" + std::to_string(t + 1)] = {right.rates[t], right.rates[t]};
    rates.add({of_steps}, 1e-12L);
    for (const Record& record : sink.records) {
      if (record.step > 0 && record.event != "restored")
        rates.compare("lr_" + std::to_string(record.step), record.lr);
    }
    count_in(figures), count_in(points), count_in(rates);
    return wrong + figures.wrong + points.wrong + rates.wrong;
  }

  std::string folds(const Plan<T>& plan, Watcher& watcher) {
    const auto validation = cross_validate(plan, watcher);
    if (!validation) return all_of(validation.faults());
    if (!p_.training.in_order) return "";
    DataSettings comma;
    const Cells table = cells_of(folds_csv(*validation, plan.spec), comma);
    std::string wrong;
    for (std::size_t f = 0; f < setting_->inside.size(); ++f) {
      if (validation->folds[f].outcome.status != Status::finished) continue;
      const Rows learned = part(setting_->train, setting_->outside[f]);
      const Rows judging = part(setting_->train, setting_->inside[f]);
      if (learned.empty_weights()) continue;
      const std::vector<Run> all = runs(learned);
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

  std::string predictions(const Plan<T>& plan, const Session<T>& session) {
    const bool file = !p_.test.empty();
    const Cells& cells = file ? setting_->tested : setting_->cells;
    const std::string model =
        folder_.write("model.json", text_of(model_json(plan.spec, plan.data->encoding, session.slow())));
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
      return "predict: " + std::to_string(table.rows.size()) + " rows of " +
             std::to_string(cells.rows.size()) + "\n";
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

  const Problem& p_;
  const Folder& folder_;
  Tally& tally_;
  std::optional<Setting> setting_;
  Vector slow_, fast_, start_;
};

}  // namespace lookahead::pairs
