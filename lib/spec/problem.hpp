#pragma once
#include <filesystem>

#include "base/checked.hpp"
#include "spec/spec.hpp"

namespace lookahead {

// Where a problem comes from.
struct ProblemSource {
  std::string text;                    // the file's content
  std::string name;                    // how faults call it, for example its path
  std::string default_run_name;        // the run's name if the problem has none
  std::filesystem::path folder;        // what relative data paths refer to
  std::vector<std::string> overrides;  // --set assignments, applied in order before checking
};

// A problem's text as a map, with its overrides applied.
Checked<Node> read_problem_map(const ProblemSource& source);

// Map -> spec, with every default filled in. All faults of the problem are returned, not only the first.
Checked<Spec> read_problem(const Node& root, const std::string& default_run_name,
                           const std::filesystem::path& folder);

// The keys of the top level.
const Parameters& problem_parameters();

// The two of them.
Checked<Spec> read_problem(const ProblemSource& source);

// The spec as a node with every parameter; reading its YAML gives the same spec.
Node echo(const Spec& spec);

// Whether the objective is a game.
bool is_game(const Spec& spec);

// Whether every step asks for the same number of gradients of each of its terms.
bool constant_evaluations(const Spec& spec);
// Why it does not; empty: it does.
std::string why_evaluations_vary(const Spec& spec);

// The strength of a model's penalty l1 |w|_1; 0 where there is none.
double strength_of_l1(const std::optional<Chosen<ModelEntry>>& model);

// An optimizer's parameter of that name; 0 where it has none.
double weight_decay_of(const Chosen<OptimizerEntry>& rule);

// What is evaluated where a problem names no metrics.
std::vector<Chosen<MetricEntry>> default_metrics(Task task);

// Completes the metrics of a problem whose model leaves the task to the data, which they decide.
// Faults: metrics that do not fit the task.
Checked<Done> settle_metrics(Spec& spec, Task task);

}  // namespace lookahead
