#include "run/solve.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <new>

#include "base/counted.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "base/within_memory.hpp"
#include "run/directory.hpp"
#include "run/follow.hpp"
#include "run/json.hpp"
#include "run/plan.hpp"
#include "run/resume.hpp"
#include "run/run.hpp"
#include "run/sitting.hpp"
#include "run/version.hpp"
#include "spec/problem.hpp"
#include "spec/run_files.hpp"
#include "spec/yaml.hpp"

namespace lookahead {
namespace {

// A fault after the run began: what was written stays.
Faults kept(const Faults& faults, const RunDirectory& directory) {
  Faults out = faults;
  for (Fault& fault : out) {
    fault.cure += (fault.cure.empty() ? "" : "; ") +
                  ("kept: " + directory.path().string() + " as far as it was written");
  }
  return out;
}

// The run's own data must not lie where its files go: they could be of the same name. Nor the run that it
// starts from.
std::optional<Fault> holds_input(const Spec& spec, const std::filesystem::path& directory) {
  std::error_code apart;
  if (!spec.start.run.empty() && std::filesystem::equivalent(spec.start.run, directory, apart)) {
    return Fault{FaultKind::output,
                 {directory.string(), 0, 0},
                 "the folder is the run that start takes its result from",
                 "choose another place with -o"};
  }
  if (!spec.data) return std::nullopt;
  std::vector<std::string> files = spec.data->train.paths;
  files.push_back(spec.data->validation.file);
  if (spec.data->test) files.push_back(spec.data->test->file);
  for (const std::string& file : files) {
    std::error_code unknown;
    if (file.empty() || file == "-" || !std::filesystem::exists(file, unknown)) continue;
    if (!std::filesystem::equivalent(std::filesystem::path(file).parent_path(), directory, unknown)) continue;
    return Fault{FaultKind::output,
                 {directory.string(), 0, 0},
                 "the folder holds the run's own data, " + file,
                 "choose another place with -o"};
  }
  return std::nullopt;
}

// What a run that goes on takes over from its earlier sittings.
void take_over(RunFacts& facts, const Resumption& resume) {
  // From the text, as its keys are to keep their order.
  const auto text = read_file(resume.directory.file(run_files::summary).string(), FaultKind::output,
                              run_files::most_summary_bytes);
  const auto earlier = resume.checkpoint ? ordered_object(resume.checkpoint->head.facts)
                       : text            ? ordered_object(*text)
                                         : std::nullopt;
  if (!earlier) return;
  if (resume.checkpoint) facts.checkpoint = resume.checkpoint->head.counts.steps;
  if (const auto found = earlier->find("certificate"); found != earlier->end()) facts.certificate = *found;
  std::vector<Note> warnings;
  if (const auto found = earlier->find("warnings"); found != earlier->end() && found->is_array()) {
    for (const Json& warning : *found) {
      if (warning.is_string()) warnings.push_back(note_of(warning.get<std::string>()));
    }
  }
  for (const Note& note : facts.warnings) {
    if (std::find(warnings.begin(), warnings.end(), note) == warnings.end()) warnings.push_back(note);
  }
  facts.warnings = std::move(warnings);
}

// The folder of the run, and that it is made or taken.
Checked<RunDirectory> directory_of(const SolveRequest& request, const Spec& spec) {
  if (request.resume != nullptr) return std::move(request.resume->directory);
  return request.directory ? RunDirectory::at(*request.directory, request.force)
                           : RunDirectory::next("runs", spec.name);
}

// Whether what is to be continued can be, from its checkpoint.
Checked<Done> check_resumption(const Resumption& resume, const std::shared_ptr<const Problem>& problem,
                               const Plan& plan, Pool& pool) {
  std::unique_ptr<const Plan> before;
  if (to_yaml(echo(resume.before)) != to_yaml(echo(resume.spec))) {
    auto made = make_plan(resume.before, problem, pool);
    if (!made) return made.faults();
    before = std::move(*made);
  }
  if (auto fault = misfit_of(resume, before ? *before : plan, plan)) return *fault;
  return Done{};
}

Fault too_many_ranks(const Spec& spec, const Team& team) {
  const LookaheadSpec& lookahead = spec.lookahead;
  const Index workers = lookahead.outermost().workers;
  const std::size_t levels = lookahead.levels.size();
  const Path key = levels == 1 ? Path("lookahead") : Path("lookahead") / std::to_string(levels - 1);
  const bool may_have_more = lookahead.enabled && !lookahead.outermost().alpha.adaptive;
  return {
      FaultKind::usage,
      {"the launcher", 0, 0},
      "has started " + to_text(team.size()) + " processes, and the problem has " + counted(workers, "worker"),
      may_have_more
          ? "every process takes at least one: --set " + key / "workers" + "=" + to_text(team.size())
          : "start one process: this method has one worker"};
}

// What a run stands on.
struct Ground {
  std::unique_ptr<Pool> pool;
  std::unique_ptr<const Plan> plan;
  double seconds = 0;  // that it took
};

Checked<Ground> prepared(const SolveRequest& request) {
  const auto begin = Run::Clock::now();
  Spec own = request.resume != nullptr ? request.resume->spec : request.spec;
  if (request.muster != nullptr && own.lookahead.outermost().workers < request.muster->team().size())
    return too_many_ranks(own, request.muster->team());
  if (request.muster != nullptr && own.data) own.data->order.processes = request.muster->team().size();
  const auto problem =
      request.problem ? Checked<std::shared_ptr<const Problem>>(request.problem) : open_problem(own);
  if (!problem) return problem.faults();
  Ground ground;
  ground.pool = std::make_unique<Pool>(useful_threads(own));
  auto made = make_plan(own, *problem, *ground.pool);
  if (!made) return made.faults();
  ground.plan = std::move(*made);
  if (request.resume != nullptr) {
    if (auto checked = check_resumption(*request.resume, *problem, *ground.plan, *ground.pool); !checked)
      return checked.faults();
  }
  ground.seconds = seconds_since(begin);
  return ground;
}

Checked<Ground> ground_of(const SolveRequest& request) {
  auto ground = within_memory(
      [&] { return prepared(request); },
      [&](const std::string& needs) -> Checked<Ground> { return no_memory(request.spec, needs); });
  if (request.muster == nullptr) return ground;
  const auto all = request.muster->answer(ground ? Faults{} : ground.faults(),
                                          ground ? common_lines(*ground->plan, request) : std::string());
  if (!all) return all.faults();
  return ground;
}

Checked<SolveResult> solve_problem(const SolveRequest& request, Watcher& watcher) {
  const auto ground = ground_of(request);
  if (!ground) return ground.faults();
  const Plan& plan = *ground->plan;
  Pool& pool = *ground->pool;
  const Spec& spec = plan.spec;
  if (request.muster != nullptr && !request.muster->team().first()) {
    return follow(request, plan, pool, watcher);
  }
  Beginning beginning(request.muster);
  RunFacts facts{timestamp(),    plan.notes,      plan.threads, plan.rows(), plan.columns(),
                 plan.dimension, ground->seconds, {},           nullptr};
  facts.id = id_text(plan.identity);
  if (writes_trace(request)) facts.trace = spec.trace.file;
  if (const Encoding* encoding = plan.encoding()) facts.classes = encoding->classes;
  if (request.explain) request.explain(plan, pool, facts);
  for (const Note& note : facts.warnings) watcher.note(note);
  if (request.resume != nullptr) take_over(facts, *request.resume);
  if (auto unknown = unknown_keys(request.requirements, spec); !unknown.empty()) return unknown;
  watcher.begins();
  auto directory = directory_of(request, spec);
  if (!directory) return directory.faults();
  if (!directory->unlocked().empty()) {
    watcher.note(warning(directory->path().string() + ": the folder cannot be locked (" +
                         directory->unlocked() + "); do not let two runs write to it"));
  }
  watcher.note("writing to " + directory->path().string());

  const auto save = [&](const std::string& name, const std::string& content) {
    return write_atomically(directory->file(name), content);
  };
  Sitting sitting(request, plan, pool, *directory, facts, watcher);
  if (auto prepared = sitting.prepare(); !prepared) return prepared.faults();
  // First, as by this file a folder is known as that of a run.
  if (auto written = save(run_files::summary, text_of(run_json(spec, Outcome{}, facts))); !written)
    return written.faults();
  // To tell of a run that has used up the memory takes some: this is given back first.
  constexpr std::size_t reserve_bytes = std::size_t{1} << 18;
  std::unique_ptr<char[]> reserve(new (std::nothrow) char[reserve_bytes]);
  const auto work = [&] {
    try {
      return sitting.carry_out(beginning);
    } catch (...) {
      reserve.reset();
      throw;
    }
  };
  try {
    auto result = within_memory(
        work, [&](const std::string& needs) -> Checked<SolveResult> { return no_memory(spec, needs); });
    if (result) return result;
    Faults faults = result.faults();
    if (!sitting.told()) {
      const auto written = sitting.fail();
      if (!written) faults.insert(faults.end(), written.faults().begin(), written.faults().end());
    }
    return kept(faults, *directory);
  } catch (...) {
    // A defect of the program, which main tells; the run has failed all the same.
    static_cast<void>(sitting.fail());
    throw;
  }
}

}  // namespace

Checked<SolveResult> solve(const SolveRequest& request, Watcher& watcher) {
  const bool writes = request.muster == nullptr || request.muster->team().first();
  if (request.directory && writes) {
    if (auto fault = RunDirectory::in_use(*request.directory, request.force)) return *fault;
    if (auto fault = holds_input(request.spec, *request.directory)) return *fault;
  }
  return within_memory(
      [&] { return solve_problem(request, watcher); },
      [&](const std::string& needs) -> Checked<SolveResult> { return no_memory(request.spec, needs); });
}

}  // namespace lookahead
