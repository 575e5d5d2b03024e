#pragma once
#include <memory>
#include <optional>

#include "run/checkpoint_keeper.hpp"
#include "run/directory.hpp"
#include "run/json.hpp"
#include "run/muster.hpp"
#include "run/solve.hpp"
#include "spec/run_files.hpp"

namespace lookahead {

// Hands everything on, and keeps how far the run was when it last said so.
class ProgressRecorder final : public Watcher {
 public:
  explicit ProgressRecorder(Watcher& watcher) : watcher_(watcher) {}
  void begins() override { watcher_.begins(); }
  void ends() override { watcher_.ends(); }
  bool interrupted() override { return watcher_.interrupted(); }
  void note(const Note& note) override { watcher_.note(note); }
  void progress(const Counts& counts, double loss) override {
    counts_ = counts;
    watcher_.progress(counts, loss);
  }
  const Counts& counts() const { return counts_; }

 private:
  Watcher& watcher_;
  Counts counts_;
};

// A run with its files, from the moment its folder stands.
class Sitting {
 public:
  Sitting(const SolveRequest& request, const Plan& plan, Pool& pool, const RunDirectory& directory,
          RunFacts facts, Watcher& watcher);

  // Makes the run, at its start or in the state of its checkpoint, and changes nothing in the folder.
  Checked<Done> prepare();
  // The run itself and all its files but those that say that it began. Tells the other ranks when the run can
  // begin.
  Checked<SolveResult> carry_out(Beginning& beginning);
  // What is left of a run that ended before it could be judged.
  Checked<Done> fail();
  // Whether run.json says how the run ended.
  bool told() const { return told_; }

 private:
  Team& team() const { return request_.muster != nullptr ? request_.muster->team() : alone(); }
  Checked<Done> load();
  Checked<Done> begin_trace();
  void make_keeper();
  void note_checkpoint();
  std::optional<CrossValidation> train_folds(SolveResult& result);
  Checked<Done> save(const std::string& name, const std::string& content);
  Checked<Done> save_config();

  const SolveRequest& request_;
  const Plan& plan_;
  Pool& pool_;
  const RunDirectory& directory_;
  RunFacts facts_;
  ProgressRecorder watcher_;
  std::optional<Checkpoint> checkpoint_;  // that the run goes on from
  std::unique_ptr<Run> run_;
  FinishedFolds folds_;  // that earlier sittings have finished
  std::optional<CsvSink> sink_;
  std::unique_ptr<CheckpointKeeper> keeper_;
  std::vector<std::string> written_ = {run_files::summary};
  Faults faults_;  // of the output
  bool trace_closed_ = false;
  bool told_ = false;
};

}  // namespace lookahead
