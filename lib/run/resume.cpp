#include "run/resume.hpp"

#include <algorithm>

#include "base/file.hpp"
#include "base/text.hpp"
#include "run/method.hpp"
#include "spec/problem.hpp"
#include "spec/run_files.hpp"
#include "spec/yaml.hpp"

namespace lookahead {
namespace {

constexpr const char* anew = "start the run anew with -o";

Fault wrong_setting(const std::string& key, const std::string& why, const std::string& cure) {
  return {FaultKind::problem, {"--set " + key, 0, 0}, why, cure};
}

std::optional<Fault> wrong_key(const std::string& assignment) {
  const std::string key(trimmed(std::string_view(assignment).substr(0, assignment.find('='))));
  if (key == "stop" || key.starts_with("stop.") || key == "trace.every") return std::nullopt;
  return wrong_setting(assignment, "a run that is continued takes stop.* and trace.every alone", anew);
}

// What the run watches for stop.patience cannot change on its way.
std::optional<Fault> other_patience(const StopSpec& before, const StopSpec& after) {
  const auto &was = before.patience, &is = after.patience;
  if (!was && !is) return std::nullopt;
  if (was && is && was->metric == is->metric && was->min_delta == is->min_delta) return std::nullopt;
  return wrong_setting("stop.patience", "the run has watched another metric so far, or none", anew);
}

// An end that the run has passed already.
std::optional<Fault> end_before(const StopSpec& stop, const Counts& counts) {
  const auto passed = [](const char* key, const std::optional<Index>& end,
                         Index count) -> std::optional<Fault> {
    if (!end || *end >= count) return std::nullopt;
    return wrong_setting(key + ("=" + to_text(static_cast<std::int64_t>(*end))),
                         "the run has made " + to_text(static_cast<std::int64_t>(count)) + " already",
                         "give a later end");
  };
  if (auto fault = passed("stop.steps", stop.steps, counts.steps)) return fault;
  if (auto fault = passed("stop.rounds", stop.rounds, counts.rounds)) return fault;
  if (auto fault = passed("stop.epochs", stop.epochs, counts.epochs)) return fault;
  // The last step may ask for more than the end allows.
  return std::nullopt;
}

// The key of a schedule that spans the whole run, if there is one.
std::optional<std::string> spanning(const Spec& spec) {
  const auto spans = [](const Scheduled& value) {
    return value.schedule.entry != nullptr && value.schedule.entry->needs_horizon;
  };
  if (spans(spec.optimizer.rate.value)) return "optimizer.lr";
  for (const LevelSpec& level : spec.lookahead.levels) {
    if (spans(level.k)) return "lookahead.k";
    if (spans(level.alpha.value)) return "lookahead.alpha";
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

// The path of the first key in which two nodes differ.
std::string first_difference(const Node& a, const Node& b, const std::string& path) {
  if (!a.is_map() || !b.is_map()) return path;
  const auto below = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
  for (const Node::Member& member : a.members) {
    const Node* other = b.find(member.key);
    if (other == nullptr) return below(member.key);
    if (to_yaml(member.value) != to_yaml(*other))
      return first_difference(member.value, *other, below(member.key));
  }
  for (const Node::Member& member : b.members) {
    if (a.find(member.key) == nullptr) return below(member.key);
  }
  return path;
}

}  // namespace

Checked<Resumption> open_resumption(const std::filesystem::path& folder,
                                    const std::vector<std::string>& overrides, std::optional<Index> threads) {
  constexpr std::size_t most = std::size_t{1} << 24;
  for (const std::string& assignment : overrides) {
    if (auto fault = wrong_key(assignment)) return *fault;
  }
  auto directory = RunDirectory::reopen(folder);
  if (!directory) return directory.faults();
  const std::filesystem::path config = directory->file(run_files::config);
  std::error_code error;
  if (!std::filesystem::exists(config, error)) {
    return Fault{FaultKind::output,
                 {folder.string(), 0, 0},
                 "the folder holds no run that could be continued: there is no config.yaml",
                 "name the problem file too, and the run begins there"};
  }
  const auto text = read_file(config.string(), FaultKind::output, most);
  if (!text) return text.faults();
  auto before = spec_of_config(*text, config, {});
  if (!before) return before.faults();
  auto spec = spec_of_config(*text, config, overrides);
  if (!spec) return spec.faults();
  if (auto fault = other_patience(before->stop, spec->stop)) return *fault;
  const ThreadsSpec recorded = before->threads;
  if (threads) before->threads.count = spec->threads.count = *threads;
  Resumption resumption{std::move(*directory), std::move(*before), std::move(*spec), recorded, {}, {}};
  if (auto summary = read_summary(folder)) resumption.summary = std::move(*summary);
  const bool ended = resumption.summary && (resumption.summary->status == Status::finished ||
                                            resumption.summary->status == Status::diverged);
  resumption.finished = ended && to_yaml(echo(resumption.before)) == to_yaml(echo(resumption.spec));
  if (resumption.finished) return resumption;
  const std::filesystem::path state = resumption.directory.file(run_files::checkpoint);
  if (std::filesystem::exists(state, error)) {
    auto checkpoint = read_checkpoint(state);
    if (!checkpoint) return checkpoint.faults();
    if (auto fault = end_before(resumption.spec.stop, checkpoint->head.counts)) return *fault;
    resumption.checkpoint = std::move(*checkpoint);
  } else if (resumption.summary && resumption.summary->status != Status::running) {
    return Fault{FaultKind::output,
                 {folder.string(), 0, 0},
                 "the run has ended and left no checkpoint to continue from",
                 "start it anew with -o, and without --checkpoint none"};
  }
  return resumption;
}

std::optional<Fault> misfit_of(const Resumption& resumption, const Plan& before, const Plan& plan) {
  if (schedule_horizon(before) != schedule_horizon(plan)) {
    const auto key = spanning(plan.spec);
    if (key) {
      return wrong_setting("stop", *key + " is a schedule over the whole run, whose length must stay", anew);
    }
    if (chosen_rate(resumption))
      return wrong_setting("stop", "optimizer.lr: auto was chosen for the run's length, which must stay",
                           anew);
  }
  if (!resumption.checkpoint) return std::nullopt;
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
                 "the data are others than when the run began",
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
  return std::nullopt;
}

std::optional<Fault> other_problem(const Spec& given, const Spec& settled, const Resumption& resumption) {
  const auto node_of_spec = [](const Spec& spec) {
    Node node = echo(spec);
    std::erase_if(node.members, [](const Node::Member& member) { return member.key == "threads"; });
    return node;
  };
  const Node here = node_of_spec(given), there = node_of_spec(settled);
  if (to_yaml(here) == to_yaml(there)) return std::nullopt;
  return Fault{FaultKind::problem,
               {resumption.directory.file(run_files::config).string(), 0, 0},
               "the problem given differs from that of the run in " + first_difference(here, there, ""),
               "leave the problem file out, or start it anew with -o"};
}

}  // namespace lookahead
