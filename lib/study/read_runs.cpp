#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "base/counted.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "run/run_summary.hpp"
#include "spec/run_files.hpp"
#include "spec/yaml.hpp"
#include "study/measures.hpp"
#include "study/place.hpp"
#include "study/reading.hpp"
#include "study/sweep/target.hpp"

namespace lookahead {
namespace {

namespace fs = std::filesystem;

constexpr double no_number = std::numeric_limits<double>::quiet_NaN();
constexpr double missed = std::numeric_limits<double>::infinity();
constexpr const char* off = "false";  // lookahead: false

// Keys in which runs may differ and be the same experiment.
constexpr std::array<std::string_view, 5> beside = {"version", "name", "seed", "threads", "trace"};

// What is read of one run's folder.
struct SingleRun {
  std::map<std::string, std::string> settings;  // the leaves of config.yaml by their paths
  std::vector<std::string> order;               // of these paths in the file
  ProblemBase problem;
  std::string name, method;
  StudyRun run;
  std::vector<std::pair<std::string, double>> numbers;  // of run.json, as columns

  std::string setting(const std::string& key) const {
    const auto found = settings.find(key);
    return found == settings.end() ? "" : found->second;
  }
};

void add_leaves(SingleRun& run, const Node& node, const Path& path) {
  if (node.is_map() && !node.members.empty()) {
    for (const Node::Member& member : node.members) add_leaves(run, member.value, path / member.key);
    return;
  }
  std::string text = node.is_scalar() ? node.text : to_yaml(node);
  while (text.ends_with('\n')) text.pop_back();
  run.settings[path.text()] = std::move(text);
  run.order.push_back(path.text());
}

std::string stem_of(const std::string& file) { return fs::path(file).stem().string(); }

std::string problem_label(const SingleRun& run) {
  for (const char* key : {"objective.function", "objective.game", "objective.expression"}) {
    if (auto name = run.setting(key); !name.empty()) return name;
  }
  const auto train = run.setting("data.train");
  return train.empty() ? run.name : stem_of(train);
}

StudyStatus status_of(Status status) {
  switch (status) {
    case Status::finished:
      return StudyStatus::finished;
    case Status::diverged:
      return StudyStatus::diverged;
    case Status::failed:
      return StudyStatus::failed;
    case Status::running:
    case Status::interrupted:
      break;
  }
  return StudyStatus::unfinished;
}

void add_numbers(SingleRun& run, const JsonRead& json) {
  const auto add = [&](const std::string& name, const JsonRead& value) {
    if (value.is_number() || value.is_null())
      run.numbers.emplace_back(name, value.is_number() ? value.get<double>() : no_number);
  };
  for (const char* key : {"steps", "rounds", "epochs", "grad_evals"}) {
    if (const auto found = json.find(key); found != json.end()) add(key, *found);
  }
  const auto result = json.find("result");
  if (result != json.end() && result->is_object()) {
    for (const auto& [key, value] : result->items()) add(key, value);
  }
  // A run that ended at its target tells what it took to get there.
  const auto target = parse_number(run.setting("stop.target"));
  if (target) {
    const auto count = [&](const char* key) {
      const auto found = json.find(key);
      return run.run.stop == "target" && found != json.end() && found->is_number() ? found->get<double>()
                                                                                   : missed;
    };
    const std::array<const char*, target_measures.size()> counted = {"steps", "grad_evals", "time_s"};
    const std::string name = target_name(*target);
    for (std::size_t i = 0; i < target_measures.size(); ++i)
      run.numbers.emplace_back(target_measures[i] + name, count(counted[i]));
  }
  if (const auto found = json.find("time_s"); found != json.end()) add("time_s", *found);
}

Checked<SingleRun> read_run(const fs::path& folder) {
  const auto summary = read_summary(folder);
  if (!summary) return summary.faults();
  const std::string config = (folder / run_files::config).string();
  const auto text = read_file(config, FaultKind::data, run_files::most_config_bytes);
  if (!text) return text.faults();
  const auto root = parse_yaml(*text, config);
  if (!root || !root->is_map()) {
    Faults faults = root.faults();
    if (faults.empty()) faults.push_back({FaultKind::data, {config, 1, 0}, "is no map of settings", ""});
    return as_data(std::move(faults));
  }
  SingleRun run;
  add_leaves(run, *root, Path());
  const JsonRead& json = summary->json;
  const auto seed = json.find("seed");
  if (seed == json.end() || !seed->is_number_integer()) {
    return Fault{FaultKind::data,
                 {(folder / run_files::summary).string(), 0, 0},
                 "seed is missing, or no integer",
                 "run the problem again"};
  }
  run.run.seed = seed->get<std::int64_t>();
  run.run.status = status_of(summary->status);
  if (const auto stop = json.find("stop"); stop != json.end() && stop->is_string())
    run.run.stop = stop->get<std::string>();
  run.name = run.setting("name");
  run.problem.label = problem_label(run);
  run.problem.dimension = static_cast<Index>(parse_integer(run.setting("objective.dim")).value_or(0));
  if (const auto data = json.find("data"); data != json.end() && data->is_object()) {
    const auto parameters = data->find("parameters");
    if (parameters != data->end() && parameters->is_number_integer())
      run.problem.dimension = parameters->get<Index>();
  }
  add_numbers(run, json);
  return run;
}

bool stands_beside(const std::string& key) {
  const std::string block = key.substr(0, key.find('.'));
  return std::find(beside.begin(), beside.end(), block) != beside.end();
}

// The keys whose values differ among some runs, in the order of their files.
std::vector<std::string> differing(const std::vector<const SingleRun*>& runs) {
  std::vector<std::string> keys;
  std::set<std::string> seen;
  for (const SingleRun* run : runs) {
    for (const std::string& key : run->order) {
      if (!seen.insert(key).second || stands_beside(key)) continue;
      const auto differs = [&](const SingleRun* other) { return other->setting(key) != run->setting(key); };
      if (std::any_of(runs.begin(), runs.end(), differs)) keys.push_back(key);
    }
  }
  return keys;
}

bool is_key_of_function(const std::string& key) {
  return key == "objective.function" || key == "objective.game" || key == "objective.expression";
}

// Labels of the methods by whether they use Lookahead and by their optimizer; whether runs differ in these.
bool label_by_kind(std::vector<SingleRun>& runs) {
  std::set<std::string> optimizers;
  std::set<bool> kinds;
  const auto is_plain = [](const SingleRun& run) { return run.setting("lookahead") == off; };
  for (const SingleRun& run : runs) {
    optimizers.insert(run.setting("optimizer.name"));
    kinds.insert(is_plain(run));
  }
  for (SingleRun& run : runs) {
    std::vector<std::string> words;
    if (kinds.size() > 1) words.emplace_back(is_plain(run) ? "plain" : "lookahead");
    if (optimizers.size() > 1) words.push_back(run.setting("optimizer.name"));
    run.method = joined(words, " ");
  }
  return kinds.size() > 1 || optimizers.size() > 1;
}

void label_by_settings(std::vector<SingleRun>& runs, const std::vector<std::string>& keys) {
  for (SingleRun& run : runs) {
    std::vector<std::string> parts;
    for (const std::string& key : keys) {
      if (!is_key_of_problem(key) && run.settings.contains(key))
        parts.push_back(key + " = " + run.setting(key));
    }
    if (parts.empty()) {
      for (const std::string& key : keys) {
        if (!is_key_of_problem(key)) parts.push_back("without " + key);
      }
    }
    run.method = joined(parts, ", ");
  }
}

// Adds the folders' names to the labels: those above them where these tell runs of the same seed apart.
void label_by_folder(std::vector<SingleRun>& runs, const std::vector<std::string>& folders) {
  const auto name_of = [](const std::string& folder, bool above) {
    fs::path path = fs::path(folder).lexically_normal();
    if (path.filename().empty()) path = path.parent_path();
    return (above ? path.parent_path() : path).filename().string();
  };
  std::set<std::tuple<std::string, std::string, std::int64_t>> seen;
  bool above = true;
  for (std::size_t i = 0; i < runs.size(); ++i)
    above = above && seen.emplace(runs[i].method, name_of(folders[i], true), runs[i].run.seed).second;
  for (std::size_t i = 0; i < runs.size(); ++i)
    runs[i].method += (runs[i].method.empty() ? "" : " ") + name_of(folders[i], above);
}

// The number of a text in a list to which it is added where it is missing.
Index number_in(std::vector<std::string>& all, const std::string& text) {
  const auto found = std::find(all.begin(), all.end(), text);
  if (found != all.end()) return found - all.begin();
  all.push_back(text);
  return std::ssize(all) - 1;
}

void add_columns(Study& study, const std::vector<SingleRun>& runs) {
  for (const SingleRun& run : runs) {
    for (const auto& [name, _] : run.numbers) {
      if (!study.find_column(name)) study.columns.push_back(column_of(name));
    }
  }
  for (StudyColumn& column : study.columns) {
    // A run that was not to stop at a target tells nothing of it.
    column.to_target = false;
    column.cells.assign(runs.size(), no_number);
    for (std::size_t i = 0; i < runs.size(); ++i) {
      for (const auto& [name, value] : runs[i].numbers) {
        if (name == column.name) column.cells[i] = value;
      }
    }
    constexpr std::string_view beginning = "evals_to_";
    if (!column.name.starts_with(beginning)) continue;
    const std::string target = column.name.substr(beginning.size());
    study.targets.push_back(target);
    const auto others =
        std::count_if(column.cells.begin(), column.cells.end(), [](double cell) { return std::isnan(cell); });
    if (others > 0) {
      study.notes.push_back(warning(counted(others, "run") + " of " + to_text(runs.size()) +
                                    " had no stop.target of " + target +
                                    ", and take no part in what it took to reach it"));
    }
  }
}

// Says in what methods differ that their labels do not tell.
void add_confounded(Study& study, const std::vector<SingleRun>& runs, const std::vector<std::string>& keys,
                    const std::vector<std::string>& kept) {
  std::vector<std::string> hidden;
  for (const std::string& key : keys) {
    const bool told = std::find(kept.begin(), kept.end(), key) != kept.end() || key == "optimizer.name" ||
                      key == "lookahead" || key.starts_with("lookahead.");
    // What one of the optimizers does not have tells of the optimizer.
    const bool everywhere = std::all_of(runs.begin(), runs.end(),
                                        [&](const SingleRun& run) { return run.settings.contains(key); });
    if (!told && everywhere) hidden.push_back(key);
  }
  if (!hidden.empty())
    study.notes.push_back(warning("the methods differ in " + joined(hidden, ", ") + " too"));
}

// Methods, keys and settings of all runs, whose labels are there.
Study study_of(std::vector<SingleRun>& runs, const std::vector<std::string>& keys) {
  Study study;
  std::vector<std::string> labels;
  std::vector<ProblemBase> bases;
  for (SingleRun& run : runs) {
    run.run.method = number_in(study.methods, run.method);
    run.run.problem = number_in(labels, run.problem.label);
    if (labels.size() > bases.size()) bases.push_back(run.problem);
  }
  // What the labels of problems show already.
  const auto shown = [&](const std::string& key) {
    return is_key_of_function(key) || (key == "data.train" && bases.size() > 1);
  };
  for (const std::string& key : keys) {
    if (!shown(key)) study.keys.push_back({key, {}, {}, is_key_of_problem(key)});
  }
  for (SingleRun& run : runs) {
    for (StudyKey& key : study.keys) {
      const auto value = run.settings.find(key.name);
      run.run.settings.push_back(value == run.settings.end() ? StudyRun::unset
                                                             : number_in(key.values, value->second));
    }
    study.runs.push_back(run.run);
  }
  for (StudyKey& key : study.keys) fill_numbers(key);
  settle_problems(study, bases);
  return study;
}

}  // namespace

Checked<Study> read_runs(const std::vector<std::string>& folders) {
  std::vector<SingleRun> runs;
  Faults faults;
  for (const std::string& folder : folders) {
    auto run = read_run(folder);
    if (!run) faults.insert(faults.end(), run.faults().begin(), run.faults().end());
    if (run) runs.push_back(std::move(*run));
  }
  if (!faults.empty()) return faults;
  std::vector<const SingleRun*> all;
  std::map<std::string, std::vector<const SingleRun*>> by_method;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    runs[i].run.index = static_cast<Index>(i) + 1;
    all.push_back(&runs[i]);
  }
  const auto keys = differing(all);
  const bool by_kind = label_by_kind(runs);
  if (!by_kind) label_by_settings(runs, keys);
  const bool unlabelled =
      std::all_of(runs.begin(), runs.end(), [](const SingleRun& run) { return run.method.empty(); });
  // Keys in which methods differ, but no two runs of one method, are part of the method.
  std::set<std::string> varied;
  for (const SingleRun& run : runs) by_method[run.method].push_back(&run);
  for (const auto& [_, same] : by_method) {
    for (const std::string& key : differing(same)) varied.insert(key);
  }
  std::vector<std::string> kept;
  for (const std::string& key : keys) {
    if (is_key_of_problem(key) || varied.contains(key)) kept.push_back(key);
  }
  Study study = study_of(runs, kept);
  if (equal_runs(study)) {
    label_by_folder(runs, folders);
    for (SingleRun& run : runs) run.run.settings.clear();
    study = study_of(runs, kept);
  } else if (unlabelled) {
    study.methods = {"default"};
  }
  if (const auto twice = equal_runs(study)) {
    return Fault{FaultKind::usage,
                 {folders[place(twice->second)], 0, 0},
                 "is given twice, or of the same problem, settings, seed and folder's name as " +
                     quoted(folders[place(twice->first)]),
                 "give every run once"};
  }
  add_columns(study, runs);
  if (by_kind) add_confounded(study, runs, keys, kept);
  std::vector<std::string> metrics;
  for (const SingleRun& run : runs) {
    if (auto metric = run.setting(patience_metric); !metric.empty()) metrics.push_back(std::move(metric));
  }
  settle_best_metric(study, metrics);
  study.name = runs.front().name;
  study.folders.assign(folders.begin(), folders.end());
  return study;
}

}  // namespace lookahead
