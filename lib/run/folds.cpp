#include "run/folds.hpp"

#include <cmath>
#include <mutex>

#include "base/text.hpp"
#include "base/within_memory.hpp"
#include "run/checkpoint.hpp"
#include "run/row_weights.hpp"
#include "run/session.hpp"
#include "spec/problem.hpp"
#include "trace/csv_text.hpp"

namespace lookahead {
namespace {

// Hands on the wish to end to the runs of all folds.
class Listener final : public Watcher {
 public:
  explicit Listener(Watcher& watcher) : watcher_(watcher) {}
  bool interrupted() override { return watcher_.interrupted(); }

 private:
  Watcher& watcher_;
};

template <Scalar T>
FoldResult run_fold(const PlanOf<T>& whole, const std::vector<std::uint32_t>& fold_of, std::uint32_t fold,
                    Watcher& watcher) {
  // The threads are the folds' own: each trains on one.
  Pool pool(1);
  const PlanOf<T> plan = plan_of_fold(whole, fold_of, fold, pool);
  FoldResult result;
  result.rows = plan.validation.rows().size();
  Session<T> session(plan, pool);
  result.outcome = session.run(nullptr, watcher);
  for (const std::string& column : validation_columns(plan.spec)) {
    for (const ResultMetric& metric : result.outcome.metrics) {
      if (metric.name == column) result.values.push_back(metric.value);
    }
  }
  return result;
}

// What the folds of all ranks came to, on the first one: those that no rank has finished are interrupted. Returns
// the first fault.
std::optional<Fault> gather_folds(Team& team, const Plan& plan, CrossValidation& result, FinishedFolds& known,
                                  const std::optional<Fault>& own) {
  std::string text = own ? "!" : " ";
  if (!team.first() && !own) {
    Archive archive;
    exchange_folds(archive, known, plan);
    text.append(archive.bytes().begin(), archive.bytes().end());
  }
  const std::vector<std::string> texts = gather(team, std::move(text));
  Index failed = -1;  // the first other rank with a fault, where this one has none
  for (std::size_t rank = 1; rank < texts.size(); ++rank) {
    const std::string& other = texts[rank];
    if (other.front() == '!') {
      if (!own && failed < 0) failed = static_cast<Index>(rank);
      continue;
    }
    Archive archive(std::vector<char>(other.begin() + 1, other.end()));
    FinishedFolds folds(known.size());
    exchange_folds(archive, folds, plan);
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (folds[i] && !known[i]) known[i] = folds[i];
    }
  }
  for (std::size_t i = 0; i < known.size() && team.first(); ++i) {
    if (known[i]) result.folds[i] = *known[i];
    if (!known[i]) result.folds[i].outcome.status = Status::interrupted;
  }
  broadcast(team, 0, failed);
  if (failed < 0) return own;
  const Fault theirs = broadcast_fault(team, failed, own.value_or(Fault{}));
  return team.first() ? theirs : own;
}

template <Scalar T>
Checked<CrossValidation> cross_validated(const PlanOf<T>& plan, Pool& pool, Watcher& watcher,
                                         FinishedFolds known, const std::function<void(FinishedFolds&)>& kept,
                                         Team& team) {
  const Validation& validation = plan.spec.data->validation;
  const auto fold_of = folds_of(plan.spec, *plan.train.data, plan.metric_seat().classes);
  CrossValidation result;
  result.folds.resize(static_cast<std::size_t>(validation.folds));
  known.resize(result.folds.size());
  std::mutex mutex;  // of `known`
  const auto train = [&]() -> Checked<Done> {
    pool.run(validation.folds, [&](Index fold, Index) {
      Listener listener(watcher);
      FoldResult& own = result.folds[static_cast<std::size_t>(fold)];
      std::optional<FoldResult>& finished = known[static_cast<std::size_t>(fold)];
      if (finished) {
        own = *finished;
        return;
      }
      if (fold % team.size() != team.rank()) return;
      if (listener.interrupted()) {
        own.outcome.status = Status::interrupted;
        return;
      }
      own = run_fold(plan, fold_of, static_cast<std::uint32_t>(fold), listener);
      if (own.outcome.status == Status::interrupted) return;
      const std::lock_guard lock(mutex);
      finished = own;
      if (kept) kept(known);
    });
    return Done{};
  };
  const auto trained = within_memory(train, [&](const std::string&) -> Checked<Done> {
    return Fault{FaultKind::data,
                 {plan.spec.data->train.text(), 0, 0},
                 "no memory left for the models of the folds",
                 "--threads 1 trains one at a time"};
  });
  std::optional<Fault> fault;
  if (!trained) fault = trained.faults().front();
  for (const FoldResult& fold : result.folds) {
    if (fold.outcome.fault && !fault) fault = fold.outcome.fault;
  }
  if (!team.alone()) fault = gather_folds(team, plan, result, known, fault);
  if (fault) return *fault;
  for (FoldResult& fold : result.folds) {
    if (fold.outcome.status != Status::interrupted) continue;
    result.interrupted = true;
    fold.values.assign(validation_columns(plan.spec).size(), Record::none);
  }
  return result;
}

}  // namespace

Checked<CrossValidation> cross_validate(const Plan& plan, Pool& pool, Watcher& watcher, FinishedFolds known,
                                        const std::function<void(FinishedFolds&)>& kept, Team& team) {
  return in_precision(plan, [&](const auto& typed) {
    return cross_validated(typed, pool, watcher, std::move(known), kept, team);
  });
}

void add_folds(Outcome& outcome, const CrossValidation& validation, const Spec& spec) {
  const auto columns = validation_columns(spec);
  const auto count = static_cast<double>(validation.folds.size());
  std::vector<ResultMetric> added;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    double mean = 0, squares = 0;
    for (const FoldResult& fold : validation.folds) mean += fold.values[i] / count;
    for (const FoldResult& fold : validation.folds)
      squares += (fold.values[i] - mean) * (fold.values[i] - mean);
    added.push_back({columns[i], mean, std::sqrt(squares / (count - 1))});
  }
  const auto tests = outcome.metrics.begin() + std::ssize(metric_columns(spec));
  outcome.metrics.insert(tests, added.begin(), added.end());
  outcome.folds = static_cast<Index>(validation.folds.size());
  if (!outcome.classes || outcome.classes->part == RowsPart::test || validation.interrupted) return;
  ClassReport all = *validation.folds.front().outcome.classes;
  for (std::size_t i = 1; i < validation.folds.size(); ++i)
    all.counts.merge(validation.folds[i].outcome.classes->counts);
  outcome.classes = std::move(all);
}

Checked<Done> judge_by_folds(Outcome& outcome, const Plan& plan, Pool& pool, Watcher& watcher) {
  const Spec& spec = plan.spec;
  if (!spec.data || spec.data->validation.folds == 0 || outcome.status != Status::finished) return Done{};
  const auto folds = cross_validate(plan, pool, watcher);
  if (!folds) return folds.faults();
  if (folds->interrupted) {
    outcome.status = Status::interrupted;
  } else {
    add_folds(outcome, *folds, spec);
  }
  return Done{};
}

std::string folds_csv(const CrossValidation& validation, const Spec& spec) {
  std::string text = "fold,rows," + joined(validation_columns(spec), ",") + ",epochs,stop\n";
  for (std::size_t i = 0; i < validation.folds.size(); ++i) {
    const FoldResult& fold = validation.folds[i];
    if (fold.outcome.status == Status::interrupted) continue;
    append_text(text, static_cast<std::int64_t>(i + 1));
    text += ',';
    append_text(text, static_cast<std::int64_t>(fold.rows));
    for (const double value : fold.values) {
      text += ',';
      if (std::isfinite(value)) append_real(text, value);
    }
    text += ',';
    append_text(text, static_cast<std::int64_t>(fold.outcome.counts.epochs));
    text += ',' + (fold.outcome.stop ? Codec<StopReason>::word(*fold.outcome.stop) : std::string()) + '\n';
  }
  return text;
}

}  // namespace lookahead
