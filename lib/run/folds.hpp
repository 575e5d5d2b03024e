#pragma once
#include <functional>

#include "parallel/team.hpp"
#include "run/outcome.hpp"
#include "run/plan.hpp"
#include "run/watcher.hpp"

namespace lookahead {

// How the model of one fold did: it learned from the rows of all other folds and is judged by this one's.
struct FoldResult {
  Index rows = 0;              // in the fold
  std::vector<double> values;  // on them, at the slow point: mean loss, then the spec's metrics
  Outcome outcome;             // of its run; interrupted: the values are missing
};

// The folds that are finished, one entry per fold, empty where it is not.
using FinishedFolds = std::vector<std::optional<FoldResult>>;

// One result per fold.
struct CrossValidation {
  std::vector<FoldResult> folds;
  bool interrupted = false;  // at least one of them is missing
};

// Trains one model per fold of data.validation: {folds}, from the plan's start and with the spec's own
// settings and stop rules, several at a time on the pool's threads; the results do not depend on their
// number. The rows are not copied. Folds are a function of the seed. Levels, means and standard deviations of
// the encoding are those of all training rows. Asks the watcher whether to end, from any thread. Folds that
// are in `known` are not trained again; `kept`, if there is one, is shown all that are finished whenever there
// is one more of this process, from one thread at a time. The ranks of a team share the folds out, and the first
// one gets what all come to.
Checked<CrossValidation> cross_validate(const Plan& plan, Pool& pool, Watcher& watcher,
                                        FinishedFolds known = {},
                                        const std::function<void(FinishedFolds&)>& kept = {},
                                        Team& team = alone());

// Puts mean and standard deviation over the folds (n - 1) of every value among the metrics of the whole run,
// before those of the test rows, and where there are no test rows the classes of all folds together in the
// place of the training rows'.
void add_folds(Outcome& outcome, const CrossValidation& validation, const Spec& spec);

// Of a finished run with folds: trains them, and adds their values to its outcome, which is interrupted where they are.
Checked<Done> judge_by_folds(Outcome& outcome, const Plan& plan, Pool& pool, Watcher& watcher);

// folds.csv: fold (from 1), rows, val_loss, val_<metric>, epochs, and why the fold's run ended.
std::string folds_csv(const CrossValidation& validation, const Spec& spec);

}  // namespace lookahead
