#include "run/resume.hpp"

#include <algorithm>

#include "base/file.hpp"
#include "base/text.hpp"
#include "run/method.hpp"
#include "run/onward.hpp"
#include "spec/problem.hpp"
#include "spec/run_files.hpp"
#include "spec/yaml.hpp"

namespace lookahead {
namespace {

constexpr const char* anew = "start the run anew with -o";

Fault wrong_setting(const std::string& key, const std::string& why, const std::string& cure) {
  return {FaultKind::problem, {"--set " + key, 0, 0}, why, cure};
}

// An assignment of another key, which would change the problem.
std::optional<Fault> wrong_key(const std::vector<std::string>& overrides, const Spec& before,
                               const Spec& spec) {
  if (hash_of_fixed(before) == hash_of_fixed(spec)) return std::nullopt;
  for (const std::string& assignment : overrides) {
    const std::string key(trimmed(std::string_view(assignment).substr(0, assignment.find('='))));
    if (key == "stop" || key.starts_with("stop.") || key == "trace.every") continue;
    return wrong_setting(assignment, "a run that is continued takes stop.* and trace.every alone", anew);
  }
  return std::nullopt;
}

// What the run watches for stop.patience cannot change on its way.
std::optional<Fault> other_patience(const StopSpec& before, const StopSpec& after) {
  const auto &was = before.patience, &is = after.patience;
  if (!was && !is) return std::nullopt;
  const bool same_metric = was && is && was->metric == is->metric;
  if (same_metric && was->min_delta == is->min_delta) return std::nullopt;
  if (same_metric)
    return wrong_setting("stop.patience.min_delta", "the run has counted other gains so far", anew);
  return wrong_setting("stop.patience",
                       was && is ? "the run has watched another metric so far"
                       : was     ? "the run has watched a metric so far"
                                 : "the run has watched no metric so far",
                       was && !is ? "a greater stop.patience.epochs lets it go on" : anew);
}

// What the run is held against cannot begin or cease to be watched on its way where that shows, or where what
// went before is not known.
std::optional<Fault> other_watch(const StopSpec& was, const StopSpec& is, const Nearest& nearest) {
  if (was.grad_norm.has_value() != is.grad_norm.has_value()) {
    return wrong_setting("stop.grad_norm",
                         is.grad_norm ? "the run has not watched the gradient's norm so far"
                                      : "the run has watched the gradient's norm so far",
                         anew);
  }
  if (was.target.has_value() == is.target.has_value() || nearest.meets_losses || is.grad_norm)
    return std::nullopt;
  return wrong_setting("stop.target",
                       is.target ? "the run has not watched the loss of its slow points so far"
                                 : "the run has watched the loss of its slow points so far",
                       anew);
}

// An end by values that is set anew, and that an earlier point of the run has met or the present one meets.
std::optional<Fault> value_behind(const StopSpec& was, const StopSpec& is, const Nearest& nearest) {
  const auto met = [](const char* key, const std::optional<double>& old, const std::optional<double>& end,
                      double least) -> std::optional<Fault> {
    if (!end || end == old || !(least <= *end)) return std::nullopt;
    return wrong_setting(key + ("=" + to_text(*end)),
                         "the run has come down to " + to_text(least) + " already", "give less than that");
  };
  if (auto fault = met("stop.target", was.target, is.target, nearest.excess)) return fault;
  if (auto fault = met("stop.grad_norm", was.grad_norm, is.grad_norm, nearest.grad_norm)) return fault;
  if (is.patience && was.patience && is.patience->epochs != was.patience->epochs &&
      is.patience->epochs <= nearest.epochs_without_gain) {
    const std::string longest = to_text(nearest.epochs_without_gain);
    return wrong_setting(
        "stop.patience.epochs=" + to_text(is.patience->epochs),
        "the run has gone " + longest + (longest == "1" ? " epoch" : " epochs") + " without a gain already",
        "give more than that");
  }
  if (!(is.divergence >= was.divergence)) {
    return wrong_setting("stop.divergence=" + to_text(is.divergence),
                         "the run has been allowed more so far, " + to_text(was.divergence),
                         "give no less than that");
  }
  return std::nullopt;
}

// An end that is set anew and that the run has passed already.
std::optional<Fault> end_before(const StopSpec& was, const StopSpec& is, const Counts& counts) {
  const auto passed = [](const char* key, const std::optional<Index>& old, const std::optional<Index>& end,
                         Index first) -> std::optional<Fault> {
    if (!end || end == old || *end >= first) return std::nullopt;
    return wrong_setting(key + ("=" + to_text(*end)), "the run has come further than that",
                         "give an end from " + to_text(first) + " on");
  };
  // A round or epoch more than those that are complete may have begun.
  if (auto fault = passed("stop.steps", was.steps, is.steps, counts.steps)) return fault;
  if (auto fault = passed("stop.rounds", was.rounds, is.rounds, counts.rounds + 1)) return fault;
  if (auto fault = passed("stop.epochs", was.epochs, is.epochs, counts.epochs + 1)) return fault;
  if (auto fault = passed("stop.evals", was.evals, is.evals, counts.grad_evals)) return fault;
  const bool time_changed = is.time && (!was.time || was.time->seconds != is.time->seconds);
  if (time_changed && is.time->seconds < counts.seconds) {
    return wrong_setting("stop.time=" + duration_text(is.time->seconds),
                         "the run has taken " + short_text(counts.seconds, 3) + " s already",
                         "give a later end");
  }
  return std::nullopt;
}

// Whether the run's learning rate was chosen for its length.
bool chosen_rate(const Resumption& resumption) {
  if (resumption.checkpoint) {
    const auto facts = JsonRead::parse(resumption.checkpoint->head.facts, nullptr, false);
    if (facts.is_object()) return facts.contains("certificate") && !facts["certificate"].is_null();
  }
  return resumption.summary && resumption.summary->json.contains("certificate") &&
         !resumption.summary->json["certificate"].is_null();
}

Checked<Spec> spec_of_config(const std::string& text, const std::filesystem::path& file,
                             const std::vector<std::string>& overrides) {
  return read_problem({text, file.string(), "run", file.parent_path(), overrides});
}

Checked<bool> is_there(const std::filesystem::path& file) {
  std::error_code error;
  const bool there = std::filesystem::exists(file, error);
  if (!error) return there;
  return Fault{FaultKind::output, {file.string(), 0, 0}, "cannot be looked at: " + error.message(), ""};
}

// The checkpoint, and the stop that it was written under: config.yaml may already hold a later one.
std::optional<Fault> read_state(Resumption& resumption, const std::filesystem::path& state,
                                const std::string& text, const std::filesystem::path& config,
                                std::optional<Index> threads) {
  auto checkpoint = read_checkpoint(state);
  if (!checkpoint) return checkpoint.faults().front();
  auto before = spec_of_config(text, config, {"stop=" + checkpoint->head.stop});
  if (!before) return before.faults().front();
  if (threads) before->threads.count = *threads;
  resumption.before = std::move(*before);
  resumption.checkpoint = std::move(*checkpoint);
  return std::nullopt;
}

// Whether an ended run met its ends as config.yaml has them, which may have been edited since.
bool has_ended_by(const Resumption& resumption) {
  const auto ends = resumption.summary->json.find("ends");
  if (ends != resumption.summary->json.end())
    return *ends == JsonRead::parse(stop_text(resumption.spec), nullptr, false);
  return to_yaml(echo(resumption.before)) == to_yaml(echo(resumption.spec));
}

}  // namespace

std::string stop_text(const Spec& spec) { return json_of(*echo(spec).find("stop")).dump(); }

Checked<Resumption> open_resumption(const std::filesystem::path& folder,
                                    const std::vector<std::string>& overrides, std::optional<Index> threads,
                                    bool reads_only) {
  auto directory = RunDirectory::reopen(folder, reads_only);
  if (!directory) return directory.faults();
  const std::filesystem::path config = directory->file(run_files::config);
  const auto there = is_there(config);
  if (!there) return there.faults();
  if (!*there) {
    return Fault{FaultKind::output,
                 {folder.string(), 0, 0},
                 "the folder holds no run that could be continued: there is no config.yaml",
                 "begin one in an empty folder, with --resume and the problem file"};
  }
  const auto text = read_file(config.string(), FaultKind::output, run_files::most_config_bytes);
  if (!text) return text.faults();
  auto before = spec_of_config(*text, config, {});
  if (!before) return before.faults();
  auto spec = spec_of_config(*text, config, overrides);
  if (!spec) return spec.faults();
  if (auto fault = wrong_key(overrides, *before, *spec)) return *fault;
  const ThreadsSpec recorded = before->threads;
  if (threads) before->threads.count = spec->threads.count = *threads;
  const bool as_written = to_yaml(echo(*before)) == to_yaml(echo(*spec));
  Resumption resumption{std::move(*directory), std::move(*before), std::move(*spec), recorded, {}, {}};
  if (auto summary = read_summary(folder)) resumption.summary = std::move(*summary);
  const auto& summary = resumption.summary;
  const bool diverged = summary && summary->status == Status::diverged;
  const bool ended = diverged || (summary && summary->status == Status::finished);
  const std::filesystem::path state = resumption.directory.file(run_files::checkpoint);
  const auto kept = is_there(state);
  if (!kept) return kept.faults();
  std::optional<Fault> unread;
  if (*kept) unread = read_state(resumption, state, *text, config, threads);
  resumption.finished = ended && as_written && has_ended_by(resumption);
  if (resumption.finished) return resumption;
  if (diverged) return wrong_setting("stop", "the run has diverged and cannot go on", anew);
  if (unread) return *unread;
  if (ended && !resumption.checkpoint) {
    return Fault{FaultKind::output,
                 {folder.string(), 0, 0},
                 "the run has ended and left no checkpoint to continue from",
                 "start it anew with -o, and without --checkpoint none"};
  }
  if (auto fault = other_patience(resumption.before.stop, resumption.spec.stop)) return *fault;
  if (!resumption.checkpoint) return resumption;
  const StopSpec &was = resumption.before.stop, &is = resumption.spec.stop;
  const CheckpointHead& head = resumption.checkpoint->head;
  if (auto fault = other_watch(was, is, head.nearest)) return *fault;
  if (auto fault = value_behind(was, is, head.nearest)) return *fault;
  if (auto fault = end_before(was, is, head.counts)) return *fault;
  return resumption;
}

bool load_state(Checkpoint& checkpoint, const Plan& plan, Run& run, FinishedFolds& folds) {
  Archive archive = std::move(checkpoint.archive);
  run.exchange(archive);
  if (archive.intact() && !archive.exhausted() && plan.spec.data) {
    folds.resize(static_cast<std::size_t>(plan.spec.data->validation.folds));
    exchange_folds(archive, folds, plan);
  }
  if (checkpoint.head.stop != stop_text(plan.spec)) folds.clear();
  return archive.intact() && archive.exhausted();
}

std::optional<Fault> misfit_of(const Resumption& resumption, const Plan& before, const Plan& plan) {
  if (schedule_horizon(before) != schedule_horizon(plan)) {
    const auto key = spanning_schedule(plan.spec);
    if (key) {
      return wrong_setting("stop", *key + " is a schedule over the whole run, whose length must stay", anew);
    }
    if (chosen_rate(resumption))
      return wrong_setting("stop", "optimizer.lr: auto was chosen for the run's length, which must stay",
                           anew);
  }
  const auto foreign = [&]() -> std::optional<Fault> {
    // A run that was to replace another one may have been killed before its own problem was written.
    const auto id = resumption.summary ? resumption.summary->json.find("id") : JsonRead::const_iterator();
    if (resumption.summary && id != resumption.summary->json.end() && *id != id_text(plan.identity)) {
      return Fault{FaultKind::output,
                   {resumption.directory.file(run_files::config).string(), 0, 0},
                   "is the problem of another run than run.json beside it, or its data have changed",
                   anew};
    }
    return std::nullopt;
  };
  if (!resumption.checkpoint) return foreign();
  const CheckpointHead& head = resumption.checkpoint->head;
  const std::string file = resumption.directory.file(run_files::checkpoint).string();
  if (head.precision != Codec<Precision>::word(plan.spec.precision)) {
    return Fault{
        FaultKind::output,
        {file, 0, 0},
        "is of " + head.precision + " precision, the run of " + Codec<Precision>::word(plan.spec.precision),
        anew};
  }
  if (head.identity.data != plan.identity.data) {
    return Fault{FaultKind::data,
                 {plan.spec.data ? plan.spec.data->train.text() : file, 0, 0},
                 plan.spec.data
                     ? "the data, or those to validate and test with, are others than when the run began"
                     : "the program, library or table of the objective is another than when the run began",
                 "put them back, or start the run anew with -o"};
  }
  if (head.identity.problem != plan.identity.problem) {
    return Fault{FaultKind::output, {file, 0, 0}, "is of another problem than config.yaml beside it", anew};
  }
  if (head.identity.start != plan.identity.start) {
    return Fault{FaultKind::data,
                 {file, 0, 0},
                 "the run began at another point than the problem now gives",
                 "put back what start.run names, or start the run anew with -o"};
  }
  return foreign();
}

Checked<Done> same_problem(const Spec& given, const Resumption& resumption) {
  const auto planned = plan_run(given);
  if (!planned) return planned.faults();
  const auto node_of_spec = [](const Spec& spec) {
    Node node = echo(spec);
    std::erase_if(node.members, [](const Node::Member& member) { return member.key == "threads"; });
    return node;
  };
  const Node here = node_of_spec(planned->plan->spec), there = node_of_spec(resumption.spec);
  if (to_yaml(here) == to_yaml(there)) return Done{};
  return Fault{FaultKind::problem,
               {resumption.directory.file(run_files::config).string(), 0, 0},
               "the problem given differs from that of the run in " + first_difference(here, there),
               "leave the problem file out, or start it anew with -o"};
}

}  // namespace lookahead
