#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "console.hpp"
#include "run/muster.hpp"
#include "run/outcome.hpp"
#include "run/plan.hpp"
#include "spec/problem.hpp"
#include "study/compare/comparison.hpp"

namespace CLI {
class App;
}

// The commands, one file each. Every run function returns the program's exit code.
namespace lookahead::cmd {

// A check that was asked for is not met.
inline constexpr int exit_unmet = 7;

// The option -s, --set of a command.
void add_settings(CLI::App& command, std::vector<std::string>& set);

struct SolveOptions {
  std::string file;
  std::vector<std::string> set;
  std::string directory;
  std::string seed;
  std::string resume;              // the directory of the run to be continued
  std::string checkpoint = "60s";  // between two of them, or none
  std::vector<std::string> require;
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();  // the program
  bool force = false, json = false, no_trace = false, require_target = false, dry_run = false;
};
CLI::App* add_solve(CLI::App& app, SolveOptions& options);
// muster: of the processes that carry it out together; null: there is one.
int run_solve(const SolveOptions& options, const Console& console, Muster* muster);

// A table of what became of the classes, lines indented by two blanks: the confusion matrix with precision,
// recall, f1 and support; of many classes the worst few.
std::string class_table(const ClassReport& report, const std::vector<std::string>& names);

struct CheckOptions {
  std::vector<std::string> files;
  std::vector<std::string> set;
  bool resolved = false;
};
CLI::App* add_check(CLI::App& app, CheckOptions& options);
int run_check(const CheckOptions& options, const Console& console);

struct ListOptions {
  std::string what;
  bool json = false;
};
CLI::App* add_list(CLI::App& app, ListOptions& options);
int run_list(const ListOptions& options, const Console& console);

struct DescribeOptions {
  std::string name;
};
CLI::App* add_describe(CLI::App& app, DescribeOptions& options);
// What describe prints of a name, empty where nothing has it; names that there are are added to `names`.
std::string description_of(const std::string& name, std::vector<std::string>& names);
int run_describe(const CLI::App& app, const DescribeOptions& options, const Console& console);

struct InitOptions {
  std::string kind, data, output;
  std::optional<std::string> target;
  std::vector<std::string> set;
};
CLI::App* add_init(CLI::App& app, InitOptions& options);
int run_init(const InitOptions& options, const Console& console);

struct PredictOptions {
  std::string model, data, output, columns = "auto";
  std::vector<std::string> ids;
};
CLI::App* add_predict(CLI::App& app, PredictOptions& options);
int run_predict(const PredictOptions& options, const Console& console);

struct WeightsOptions {
  std::string model, data, output, repeats = "5", seed = "1";
};
CLI::App* add_weights(CLI::App& app, WeightsOptions& options);
int run_weights(const WeightsOptions& options, const Console& console);

struct GradcheckOptions {
  std::string file;
  std::vector<std::string> set;
  std::string points, tolerance, most;
  bool json = false;
};
CLI::App* add_gradcheck(CLI::App& app, GradcheckOptions& options);
int run_gradcheck(const GradcheckOptions& options, const Console& console);

struct CertifyOptions {
  std::vector<std::string> targets;  // a problem file, or run directories
  std::vector<std::string> set;
  std::string epsilon;
  bool grid = false, demand = false, json = false;
};
CLI::App* add_certify(CLI::App& app, CertifyOptions& options);
int run_certify(const CertifyOptions& options, const Console& console);

struct SweepOptions {
  std::string file;
  std::vector<std::string> set, vary, methods;
  std::string directory, seeds, targets, keep, points;
  std::string shard, index;
  std::string limit = "1e6";
  bool force = false, retry = false, gather = false, count = false, dry_run = false, json = false;
};
CLI::App* add_sweep(CLI::App& app, SweepOptions& options);
// muster: of the processes that share out its runs; null: there is one.
int run_sweep(const SweepOptions& options, const Console& console, Muster* muster);

// Whether it is a regular file that names the problem of a sweep.
bool is_sweep_file(const std::string& file);
// Checks all points of a sweep file, and prints it in full or how many runs it has; returns the exit code.
int check_sweep(const std::string& file, const std::vector<std::string>& set, bool resolved,
                const Console& console);

struct CompareArguments {
  std::vector<std::string> folders, assertions;
  CompareOptions options;
  std::string seed, against, output, coco, ioh;
  bool markdown = false, csv = false, json = false;
};
CLI::App* add_compare(CLI::App& app, CompareArguments& arguments);
int run_compare(const CompareArguments& arguments, const Console& console);

struct EvalOptions {
  std::string file;
  std::vector<std::string> set;
  std::vector<std::string> at;  // points: "[1, 2]"
  std::string grid, points, direction, output;
  bool value_only = false;
};
CLI::App* add_eval(CLI::App& app, EvalOptions& options);
int run_eval(const EvalOptions& options, const Console& console);

struct ShowArguments {
  std::vector<std::string> folders;
  bool markdown = false, csv = false, json = false;
};
CLI::App* add_show(CLI::App& app, ShowArguments& arguments);
int run_show(const ShowArguments& arguments, const Console& console);

struct PlotOptions {
  std::vector<std::string> targets;  // run directories, or one of a sweep
  std::string output, kind, x, value, log, size, steps, timeout = "60s";
  std::vector<std::string> y;
  bool script = false, ascii = false, dark = false;
};
CLI::App* add_plot(CLI::App& app, PlotOptions& options);
int run_plot(const PlotOptions& options, const Console& console);

struct ReportOptions {
  std::vector<std::string> targets;  // as of PlotOptions
  std::string output, value, select_seeds;
  std::vector<std::string> at;
};
CLI::App* add_report(CLI::App& app, ReportOptions& options);
int run_report(const ReportOptions& options, const Console& console);

struct SchemaOptions {
  std::string what;  // problem or sweep; empty: problem
  std::string output;
};
CLI::App* add_schema(CLI::App& app, SchemaOptions& options);
// What there are schemas of.
std::vector<std::string> schema_kinds();
int run_schema(const SchemaOptions& options, const Console& console);

struct HelpOptions {
  std::string topic;  // a command or a topic; empty: of the program
  bool manual = false;
};
CLI::App* add_help(CLI::App& app, HelpOptions& options);
int run_help(const CLI::App& app, const HelpOptions& options, const Console& console);
CLI::App* add_completion(CLI::App& app, std::string& shell);
int run_completion(const CLI::App& app, const std::string& shell, const Console& console);

CLI::App* add_version(CLI::App& app);
int run_version(const Console& console);

// Reads a problem file (or standard input for "-") with its overrides and the common --threads.
Checked<Spec> load_problem(const std::string& file, const std::vector<std::string>& set,
                           const Console& console);

// The fault of a thing, "problem" for example, that comes from standard input to several processes.
Fault no_input(const std::string& thing);

// Warns of every --set of this key, which an option replaces.
void warn_of_replaced(const std::vector<std::string>& set, const std::string& key, const std::string& option,
                      const Console& console);

// plan_run(), and prints the plan's notes.
Checked<PlannedRun> plan_with_notes(const Spec& spec, const Console& console);

// What `list` and `describe` know, catalog by catalog.
struct Item {
  std::string kind;  // "optimizer"
  const Entry* entry;
};
std::vector<Item> all_items();

// What `list` can be asked for: "functions", "games", ...
std::vector<std::string> list_kinds();

}  // namespace lookahead::cmd
