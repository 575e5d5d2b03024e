#include "picture/kinds/parts.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/counted.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "run/run_summary.hpp"
#include "spec/problem.hpp"
#include "spec/run_files.hpp"
#include "spec/yaml.hpp"
#include "study/statistics/quantiles.hpp"

namespace lookahead::picture {
namespace {

std::string seeds_text(const Study& study) {
  std::set<std::int64_t> seeds;
  for (const StudyRun& run : study.runs) seeds.insert(run.seed);
  if (seeds.empty()) return "no seeds";
  const std::int64_t first = *seeds.begin(), last = *seeds.rbegin();
  if (seeds.size() == 1) return "seed " + to_text(first);
  const bool all = last - first + 1 == std::ssize(seeds);
  return counted(std::ssize(seeds), "seed") + (all ? " (" + to_text(first) + ".." + to_text(last) + ")" : "");
}

// A block of config.yaml on one line: its name and the given keys.
std::string block_text(const Node& config, const std::string& block, const std::vector<std::string>& keys) {
  const Node* node = config.find(block);
  if (node == nullptr) return "";
  if (node->is_scalar()) return block == "lookahead" ? "lookahead: " + node->text : node->text;
  if (node->is_list()) return block + " of " + counted(std::ssize(node->items), "level");
  std::vector<std::string> parts;
  for (const std::string& key : keys) {
    const Node* value = node->find(key);
    if (value == nullptr) continue;
    // {name: slowmo, beta: 0.5}, {gaussian: 0.1}: what it is.
    const Node* name = value->is_map() ? value->find("name") : value;
    const std::string what = name != nullptr          ? name->text
                             : value->members.empty() ? std::string()
                                                      : value->members.front().key;
    const std::pair<std::string_view, std::string_view> usual[] = {
        {"momentum", "0"}, {"outer", "sgd"}, {"workers", "1"}};
    const bool is_usual = std::any_of(std::begin(usual), std::end(usual), [&](const auto& one) {
      return one.first == key && one.second == what;
    });
    if (is_usual || what.empty()) continue;
    const bool names = key == "function" || key == "game" || key == "name" || key == "type";
    const auto number = parse_number(what);
    parts.push_back((names ? "" : key + " ") + (number ? number_text(*number) : what));
  }
  return (block == "lookahead" ? "lookahead " : "") + joined(parts, ", ");
}

// "rosenbrock, dim 2; sgd, lr 0.001; lookahead k 5, alpha 0.5".
std::string run_text(const std::filesystem::path& folder) {
  const std::string file = (folder / run_files::config).string();
  const auto text = read_file(file, FaultKind::data, run_files::most_config_bytes);
  if (!text) return "";
  const auto config = parse_yaml(*text, file);
  if (!config || !config->is_map()) return "";
  std::vector<std::string> parts;
  const auto add = [&](const std::string& part) {
    if (!part.empty()) parts.push_back(part);
  };
  add(block_text(*config, "objective", {"function", "game", "expression", "dim", "condition", "noise"}));
  if (const Node* data = config->find("data"); data != nullptr && data->is_map()) {
    const Node* train = data->find("train");
    if (train != nullptr && train->is_scalar())
      add("data " + std::filesystem::path(train->text).filename().string());
    add(block_text(*config, "model", {"type", "loss", "l2"}));
    if (const Node* batch = config->find("batch"); batch != nullptr && batch->is_scalar())
      add("batch " + batch->text);
  }
  add(block_text(*config, "optimizer", {"name", "lr", "momentum"}));
  add(block_text(*config, "lookahead", {"k", "alpha", "outer", "workers"}));
  return joined(parts, "; ");
}

// " (1 to 9)" of numbers, whatever their order; " (sgd, adam)" of a few others.
std::string range_of(const StudyKey& key) {
  constexpr std::size_t most_named = 4;
  if (key.values.size() < 2) return "";
  if (!key.numbers.empty()) {
    const auto [least, most] = std::minmax_element(key.numbers.begin(), key.numbers.end());
    return " (" + key.values[at(least - key.numbers.begin())] + " to " +
           key.values[at(most - key.numbers.begin())] + ")";
  }
  return key.values.size() > most_named ? "" : " (" + joined(key.values, ", ") + ")";
}

}  // namespace

Fault unsuited(const std::string& option, const std::string& why, const std::string& cure) {
  return {FaultKind::usage, {option, 0, 0}, why, cure};
}

std::string caption_of(const Study& study) {
  std::string text;
  if (study.is_sweep()) {
    text = "Sweep " + study.name + ": ";
    std::vector<std::string> parts;
    constexpr std::size_t most_named = 6;
    if (study.methods.size() > most_named) {
      parts.push_back(counted(std::ssize(study.methods), "method"));
    } else if (study.methods.size() > 1) {
      parts.push_back("methods " + joined(study.methods, ", "));
    }
    if (study.problems.size() > 1) parts.push_back(counted(std::ssize(study.problems), "problem"));
    for (const StudyKey& key : study.keys) {
      parts.push_back(key.name + " of " + counted(std::ssize(key.values), "value") + range_of(key));
    }
    parts.push_back(seeds_text(study));
    text += joined(parts, "; ") + "; " + counted(std::ssize(study.runs), "run") + ".";
  } else if (study.runs.size() == 1) {
    text = run_text(study.folder_of(0));
    text = study.name + (text.empty() ? "" : ": " + text) + "; " + seeds_text(study) + ".";
  } else {
    text = counted(std::ssize(study.runs), "run") + " of " +
           (study.problems.size() == 1 ? study.problems.front().label
                                       : counted(std::ssize(study.problems), "problem")) +
           "; " + seeds_text(study) + ".";
  }
  return text;
}

void add_status_notes(const Study& study, Figure& figure, bool with_unfinished) {
  const auto add = [&](StudyStatus status, const std::string& what) {
    const auto count = std::count_if(study.runs.begin(), study.runs.end(),
                                     [&](const StudyRun& run) { return run.status == status; });
    if (count > 0) figure.notes.push_back(counted(count, "run") + what);
  };
  add(StudyStatus::diverged, " diverged, and count as infinite");
  add(StudyStatus::failed, " failed, and are left out");
  add(StudyStatus::dropped, " dropped by halving, and left out");
  add(StudyStatus::unfinished,
      with_unfinished ? " not finished: drawn as far as they came" : " not finished, and left out");
  if (study.missing > 0)
    figure.notes.push_back("the sweep is not complete: " + counted(study.missing, "run") + " missing");
}

std::optional<Fault> lacks_folders(const Study& study, const std::string& kind) {
  if (!study.is_sweep()) return std::nullopt;
  for (Index run = 0; run < std::ssize(study.runs); ++run) {
    if (kind_of_folder(study.folder_of(run)) == StudyFolder::run) return std::nullopt;
  }
  return Fault{FaultKind::data,
               {study.folder.string(), 0, 0},
               "a " + kind + " needs the folders of the runs, and the sweep kept none of them",
               "run the sweep into a new folder with keep: traces in its file"};
}

std::vector<double> values_of(const Study& study, const StudyPoint& point, Index column) {
  std::vector<double> values;
  for (const Index run : point.runs) {
    if (const auto value = study.value_of(run, column)) values.push_back(*value);
  }
  return values;
}

double median_of(const Study& study, const StudyPoint& point, Index column) {
  const auto values = values_of(study, point, column);
  return values.empty() ? none : statistics::median(values);
}

bool is_better(double a, double b, bool larger) {
  if (std::isnan(a)) return false;
  return std::isnan(b) || (larger ? a > b : a < b);
}

std::vector<StudyPoint> best_points(const Study& study, Index column) {
  const bool larger = study.columns[at(column)].larger_is_better;
  std::vector<StudyPoint> best;
  std::vector<double> medians;
  for (StudyPoint& point : study.points()) {
    const double median = median_of(study, point, column);
    std::size_t i = 0;
    while (i < best.size() && (best[i].method != point.method || best[i].problem != point.problem)) ++i;
    if (i == best.size()) {
      best.push_back(std::move(point));
      medians.push_back(median);
    } else if (is_better(median, medians[i], larger)) {
      best[i] = std::move(point);
      medians[i] = median;
    }
  }
  return best;
}

std::string name_of(const Study& study, const StudyPoint& point, bool settings) {
  std::vector<std::string> parts;
  if (study.methods.size() > 1) parts.push_back(study.methods[at(point.method)]);
  if (settings) {
    if (const std::string text = study.settings_text(point.settings); !text.empty()) parts.push_back(text);
  }
  if (study.problems.size() > 1) parts.push_back(study.problems[at(point.problem)].label);
  return parts.empty() ? study.name : joined(parts, ", ");
}

std::string column_label(const std::string& column) {
  const std::pair<const char*, const char*> labels[] = {{"gap", "gap: f(slow) - f*"},
                                                        {"loss_slow", "loss at the slow point"},
                                                        {"loss_fast", "loss at the fast point"},
                                                        {"loss_batch", "loss of the batch"},
                                                        {"best_loss", "best loss so far"},
                                                        {"val_loss", "validation loss"},
                                                        {"step", "inner steps"},
                                                        {"round", "rounds"},
                                                        {"epoch", "epochs"},
                                                        {"grad_evals", "gradient evaluations"},
                                                        {"time_s", "optimizer time (s)"},
                                                        {"elapsed_s", "time on the clock (s)"},
                                                        {"grad_norm", "norm of the gradient"},
                                                        {"tail_gap", "mean gap of the last fifth of the run"},
                                                        {"disagreement", "disagreement: |fast - slow|"},
                                                        {"lr", "learning rate"}};
  for (const auto& [name, label] : labels) {
    if (column == name) return label;
  }
  if (column.starts_with("time_to_")) return column + " (s)";
  if (column.starts_with("steps_to_")) return column + " (inner steps)";
  if (column.starts_with("evals_to_")) return column + " (gradient evaluations)";
  return column;
}

bool is_log_column(const std::string& column, const std::vector<double>& values) {
  double least = infinity, most = 0;
  bool zero = false;
  for (const double value : values) {
    if (value < 0) return false;
    zero = zero || value == 0;
    if (value > 0 && std::isfinite(value)) least = std::min(least, value), most = std::max(most, value);
  }
  if (!(most > 0)) return false;
  for (const char* name : {"gap", "tail_gap", "grad_norm", "grad_norm_slow", "grad_sq_mean", "disagreement",
                           "distance", "field_norm"}) {
    if (column == name) return true;
  }
  constexpr double wide = 30;
  return !zero && most > wide * least;
}

Checked<Figure> make_figure(const Study& study, Kind kind, const Request& request) {
  if (!request.log.empty() && request.log != "x" && request.log != "y" && request.log != "xy" &&
      request.log != "none")
    return unsuited("--log " + request.log, "must be x, y, xy or none");
  // Coordinates have signs, and contours are drawn on even axes.
  if (kind == Kind::path && !request.log.empty() && request.log != "none")
    return unsuited("--log " + request.log, "is not for --kind path, whose coordinates have signs");
  const auto make = [&] {
    switch (kind) {
      case Kind::curve:
        return curve_figure(study, request);
      case Kind::path:
        return path_figure(study, request);
      case Kind::heatmap:
        return heatmap_figure(study, request);
      case Kind::sensitivity:
        return sensitivity_figure(study, request);
      case Kind::bound:
        return bound_figure(study, request);
      case Kind::profile:
        return profile_figure(study, request);
      case Kind::ecdf:
        return ecdf_figure(study, request);
      case Kind::tuning:
        return tuning_figure(study, request);
      case Kind::spectrum:
        break;
    }
    return spectrum_figure(study, request);
  };
  auto figure = make();
  if (!figure) return figure;
  if (figure->panels.size() > most_panels) {
    figure->notes.push_back("of " + counted(std::ssize(figure->panels), "panel") + " the first " +
                            to_text(most_panels) + " are drawn");
    figure->panels.resize(most_panels);
  }
  for (Panel& panel : figure->panels) {
    if (request.log.empty() || panel.heat) continue;
    panel.x.log = panel.x.names.empty() && request.log.find('x') != std::string::npos;
    panel.y.log = panel.y.names.empty() && request.log.find('y') != std::string::npos;
    if (panel.x.log) panel.x.low = panel.x.high = std::nullopt;
  }
  return settled(std::move(*figure));
}

Kind suggested(const Study& study) {
  const auto is_plane = [&](Index run) {
    const auto spec = read_spec(study.folder_of(run));
    return spec && spec->objective && spec->objective->dimension == 2;
  };
  if (!study.is_sweep()) return study.runs.size() == 1 && is_plane(0) ? Kind::path : Kind::curve;
  Index varied = 0, numeric = 0;
  for (const StudyKey& key : study.keys) {
    if (key.of_problem || key.values.size() < 2) continue;
    ++varied;
    if (!key.numbers.empty()) ++numeric;
  }
  // Methods are told apart by their lines; a heat map has room for one.
  if (numeric > 0 && (varied == 1 || study.methods.size() > 1)) return Kind::sensitivity;
  if (varied > 1) return Kind::heatmap;
  if (study.problems.size() > 1) return Kind::profile;
  return varied > 0 ? Kind::sensitivity : !lacks_folders(study, "curve") ? Kind::curve : Kind::tuning;
}

}  // namespace lookahead::picture
