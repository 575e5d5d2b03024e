#include "study/sweep/sweep.hpp"

#include <CLI/CLI.hpp>
#include <cmath>
#include <csignal>

#include "base/counted.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "certify/explanation.hpp"
#include "commands.hpp"
#include "format.hpp"
#include "parallel/threads.hpp"
#include "run/json.hpp"
#include "signals.hpp"
#include "spec/sweep_files.hpp"
#include "spec/yaml.hpp"
#include "study/sweep/halving_check.hpp"
#include "study/sweep/sweep_directory.hpp"
#include "study/sweep/sweep_file.hpp"
#include "ticker.hpp"

namespace lookahead::cmd {
namespace {

// That of a sweep's directory is a sweep file too.
constexpr std::size_t most_bytes = sweep_files::most_plan_bytes;

// Shows how far the sweep is, and turns signals into its end.
class SweepProgress final : public SweepWatcher {
 public:
  explicit SweepProgress(const Console& console)
      : console_(console), ticker_(console, progress_style(console), [this](double seconds, std::size_t) {
          const std::lock_guard lock(mutex_);
          if (!counts_) return seconds < 1 ? "" : "preparing the runs, " + time_text(seconds);
          return counts_->before + counts_->done < counts_->runs ? text(*counts_, seconds) : "";
        }) {
    // A closed pipe behind stderr must not take the sweep with it.
    std::signal(SIGPIPE, SIG_IGN);
  }
  SweepProgress(const SweepProgress&) = delete;
  SweepProgress& operator=(const SweepProgress&) = delete;
  ~SweepProgress() override { signals::end(); }

  void begins() override { signals::begin(); }
  bool interrupted() override { return signals::received() != 0; }
  void note(const Note& note) override { console_.note(note); }
  void progress(const SweepCounts& counts, double) override {
    const std::lock_guard lock(mutex_);
    counts_ = counts;
  }

 private:
  static std::string text(const SweepCounts& counts, double seconds) {
    const Index finished = counts.before + counts.done, left = counts.runs - finished;
    std::string text = to_text(finished) + " of " + counted(counts.runs, "run");
    if (counts.failed > 0) text += ", " + to_text(counts.failed) + " failed";
    text += ", " + time_text(seconds);
    if (counts.done > 0 && left > 0) {
      const double rest = seconds / static_cast<double>(counts.done) * static_cast<double>(left);
      text += ", about " + about_text(rest) + " left";
    }
    return text;
  }

  const Console& console_;
  std::mutex mutex_;
  std::optional<SweepCounts> counts_;
  Ticker ticker_;
};

Fault usage(const std::string& where, const std::string& text, const std::string& cure) {
  return {FaultKind::usage, {where, 0, 0}, text, cure};
}

// "3/8" as the third of eight parts.
Checked<std::optional<SweepShard>> read_shard(const std::string& text) {
  if (text.empty()) return std::optional<SweepShard>();
  const auto slash = text.find('/');
  const auto part = parse_integer(text.substr(0, slash));
  const auto count = slash == std::string::npos ? std::nullopt : parse_integer(text.substr(slash + 1));
  if (!part || !count) return usage("--shard " + text, "must be I/N, the I-th of N parts", "--shard 1/4");
  if (*part < 1 || *count < 1 || *part > *count) {
    return usage("--shard " + text, "parts are counted from 1 to N",
                 *count < 1   ? "--shard 1/4"
                 : *part == 0 ? "--shard $((I + 1))/N where I counts from 0"
                              : "--shard 1/" + to_text(*count));
  }
  return std::optional(SweepShard{static_cast<Index>(*part - 1), static_cast<Index>(*count)});
}

Checked<SweepFile> load_sweep(const SweepOptions& options) {
  auto text = read_file(options.file, FaultKind::problem, most_bytes);
  if (!text) return text.faults();
  const bool stream = options.file == "-";
  const std::filesystem::path path(options.file);
  SweepSource source;
  source.text = std::move(*text);
  source.name = stream ? "<stdin>" : options.file;
  source.stem = stream ? "stdin" : path.stem().string();
  source.folder = stream ? std::filesystem::path(".") : path.parent_path();
  source.overrides = options.set;
  source.vary = options.vary;
  source.methods = options.methods;
  source.seeds = options.seeds;
  source.targets = options.targets;
  source.keep = options.keep;
  source.points = options.points;
  return read_sweep(source);
}

// Those that are to be carried out here, in the order of the grid.
std::vector<Index> runs_of(const Grid& grid, const SweepRequest& request) {
  std::vector<Index> runs;
  for (Index run = 0; run < grid.runs(); ++run) {
    if (is_chosen(request, run)) runs.push_back(run);
  }
  return runs;
}

// They as the first columns of runs.csv.
std::string dry_table(const Grid& grid, const SweepRequest& request) {
  std::string text = "index," + point_header(grid) + ",seed\n";
  for (const Index run : runs_of(grid, request)) {
    text += to_text(run + 1) + ',' + point_cells(grid, grid.point(run / grid.seeds()));
    text += ',' + to_text(grid.file().seeds[static_cast<std::size_t>(run % grid.seeds())]) + '\n';
  }
  return text;
}

// The same as objects, whose settings are texts as in the table.
Json dry_object(const Grid& grid, const SweepRequest& request) {
  Json runs = Json::array();
  for (const Index run : runs_of(grid, request)) {
    const Grid::Point point = grid.point(run / grid.seeds());
    Json settings = Json::object();
    for (std::size_t i = 0; i < point.settings.size(); ++i) {
      if (const Node* setting = point.settings[i]; setting != nullptr)
        settings[grid.keys()[i]] = setting_text(*setting);
    }
    runs.push_back({{"index", run + 1},
                    {"method", grid.file().methods[point.method].label},
                    {"problem", grid.file().problems[point.problem].label},
                    {"settings", std::move(settings)},
                    {"seed", grid.file().seeds[static_cast<std::size_t>(run % grid.seeds())]}});
  }
  return {{"name", grid.file().name}, {"dry_run", true}, {"runs", std::move(runs)}};
}

std::string summary_of(const Grid& grid, const SweepRequest& request, const SweepResult& result) {
  const SweepCounts& counts = result.counts;
  const Index finished = counts.before + counts.done;
  std::string text = visible(grid.file().name) + ": " + to_text(finished) + " of " +
                     counted(counts.runs, "run") + " finished";
  if (request.shard)
    text += " (part " + to_text(request.shard->part + 1) + " of " + to_text(request.shard->count) + ")";
  if (counts.before > 0) text += " (" + to_text(counts.before) + " before)";
  if (!request.gather) text += " in " + short_text(result.elapsed_s, 3) + " s";
  text += "\n";
  Lines lines;
  if (counts.diverged > 0) lines.add("diverged", to_text(counts.diverged));
  if (counts.dropped > 0) lines.add("dropped", to_text(counts.dropped) + " by halving");
  if (counts.failed > 0) lines.add("failed", to_text(counts.failed) + ": see failures.csv");
  lines.add("files", visible(request.directory.string()));
  return text + lines.text();
}

Json json_of(const Grid& grid, const SweepRequest& request, const SweepResult& result) {
  const SweepCounts& counts = result.counts;
  return {{"name", grid.file().name},
          {"directory", request.directory.string()},
          {"points", grid.points()},
          {"runs", counts.runs},
          {"finished", counts.before + counts.done},
          {"finished_before", counts.before},
          {"diverged", counts.diverged},
          {"dropped", counts.dropped},
          {"failed", counts.failed},
          {"interrupted", result.interrupted},
          {"elapsed_s", result.elapsed_s}};
}

void tell_notes(const Grid& grid, const Console& console) {
  for (const Note& note : grid.file().notes) console.note(note);
  if (grid.repeated() > 0)
    console.note(Note(counted(grid.repeated(), "point") + " of the draw repeated earlier ones and " +
                      (grid.repeated() == 1 ? "is" : "are") + " left out"));
  if (const auto note = idle_halving(grid)) console.note(*note);
}

}  // namespace

CLI::App* add_sweep(CLI::App& app, SweepOptions& options) {
  CLI::App* sweep_app =
      app.add_subcommand("sweep", "run a problem over methods, settings and seeds, many runs at a time")
          ->group("Experiments");
  sweep_app
      ->add_option("FILE", options.file, "sweep file, or a problem file with --vary; - is standard input")
      ->required();
  const auto repeatable = [&](const char* name, std::vector<std::string>& values, const char* sentence,
                              const char* type) {
    return sweep_app->add_option(name, values, sentence)->type_name(type)->allow_extra_args(false);
  };
  add_settings(*sweep_app, options.set);
  sweep_app->add_option("-o,--output", options.directory, "directory; default: sweeps/<name>")
      ->type_name("DIR");
  repeatable(
      "--vary", options.vary,
      "a key and its values: 'optimizer.lr={log: [1e-4, 1], points: 7}', 'batch=[32, 128]' (repeatable)",
      "KEY=VALUES");
  repeatable("--method", options.methods,
             "a method and its settings: 'plain={lookahead: false}' (repeatable)", "LABEL=SETTINGS");
  sweep_app->add_option("--seeds", options.seeds, "1..20 or 1,2,5; default: the problem's")
      ->type_name("NUMBERS");
  sweep_app->add_option("--points", options.points, "grid, '{halton: 40}' or '{random: 40}' of the ranges")
      ->type_name("POINTS");
  sweep_app->add_option("--targets", options.targets, "gaps or losses, such as '[1e-2, 1e-4]'")
      ->type_name("NUMBERS");
  sweep_app->add_option("--keep", options.keep, "what is left of every run")
      ->type_name(joined(Codec<Keep>::words(), "|"));
  CLI::Option* shard =
      sweep_app->add_option("--shard", options.shard, "carry out the I-th of N parts")->type_name("I/N");
  CLI::Option* index =
      sweep_app->add_option("--index", options.index, "carry out the run of this line alone, from 1")
          ->type_name("I");
  CLI::Option* gather =
      sweep_app->add_flag("--gather", options.gather, "join the results of the parts, run nothing");
  CLI::Option* retry = sweep_app->add_flag("--retry", options.retry, "carry out again what failed");
  CLI::Option* replace =
      sweep_app->add_flag("--force", options.force, "replace an earlier sweep in the directory");
  sweep_app->add_flag("--count", options.count, "print the number of runs, run nothing")->excludes(gather);
  sweep_app->add_flag("--dry-run", options.dry_run, "check everything and print the runs, run nothing")
      ->excludes(gather);
  sweep_app->add_option("--limit", options.limit, "refuse sweeps of more runs; default: 1e6")->type_name("N");
  sweep_app->add_flag("--json", options.json, "print the summary as JSON");
  shard->excludes(index)->excludes(gather)->excludes(replace);
  index->excludes(gather)->excludes(replace);
  gather->excludes(retry)->excludes(replace);
  sweep_app->footer(
      "The same command goes on with a sweep that was interrupted or was given more seeds or values. Exit code "
      "8 where runs failed; one that diverged is a result.\n"
      "Processes that mpirun or srun has started share out the runs; where runs are kept, in a folder that all "
      "of them see.\n\n"
      "Examples\n"
      "  lookahead sweep sweep.yaml\n"
      "  lookahead sweep problem.yaml --vary 'optimizer.lr=[0.01, 0.1]' --seeds 1..10");
  return sweep_app;
}

bool is_sweep_file(const std::string& file) {
  std::error_code unknown;
  if (file == "-" || !std::filesystem::is_regular_file(file, unknown)) return false;
  const auto text = read_file(file, FaultKind::problem, most_bytes);
  const auto root = text ? parse_yaml(*text, file) : Checked<Node>(Faults{});
  if (!root || !root->is_map() || root->find("objective") != nullptr || root->find("data") != nullptr)
    return false;
  return root->find("problem") != nullptr || root->find("problems") != nullptr;
}

int check_sweep(const std::string& file, const std::vector<std::string>& set, bool resolved,
                const Console& console) {
  SweepOptions options;
  options.file = file;
  options.set = set;
  auto sweep = load_sweep(options);
  if (!sweep) return console.fail(sweep.faults());
  auto grid = Grid::of(std::move(*sweep), *parse_number(options.limit));
  if (!grid) return console.fail(grid.faults());
  const auto roster = checked_roster(*grid, usable_threads());
  if (!roster) return console.fail(roster.faults());
  tell_notes(*grid, console);
  for (const Note& note : (*roster)->problems().notes()) console.note(note);
  return print_result(console, resolved ? to_yaml(to_node(grid->file()))
                                        : visible(file) + ": ok, a sweep of " + counted(grid->runs(), "run") +
                                              " over " + counted(grid->points(), "point") + "\n");
}

int run_sweep(const SweepOptions& options, const Console& console, Muster* muster) {
  const auto shard = read_shard(options.shard);
  if (!shard) return console.fail(shard.faults());
  const auto limit = parse_number(options.limit);
  if (!limit || !(*limit >= 1))
    return console.fail(usage("--limit " + options.limit, "must be a number >= 1", ""));
  if (muster != nullptr && options.file == "-") {
    return console.fail(no_input("sweep"));
  }
  auto file = load_sweep(options);
  if (!file) return console.fail(file.faults());
  SweepRequest request;
  request.muster = muster;
  request.directory = options.directory.empty() ? std::filesystem::path("sweeps") / file->name
                                                : std::filesystem::path(options.directory);
  auto grid = Grid::of(std::move(*file), *limit);
  if (!grid) return console.fail(grid.faults());
  if (!options.index.empty()) {
    const auto index = parse_integer(options.index);
    if (!index || *index < 1 || *index > grid->runs()) {
      return console.fail(usage("--index " + options.index,
                                "lines are counted from 1 to " + to_text(grid->runs()),
                                index && *index == 0 ? "--index $((I + 1)) where I counts from 0" : ""));
    }
    request.index = static_cast<Index>(*index - 1);
  }
  tell_notes(*grid, console);
  if (grid->runs() == 1 && !options.count) {
    console.note(
        Note("the sweep is one run, and leaves nothing to compare: --vary, --method and --seeds make more"));
  }
  request.shard = *shard;
  if (options.count) return print_result(console, to_text(std::ssize(runs_of(*grid, request))) + "\n");
  const auto threads = console.threads();
  request.threads = threads && *threads > 0 ? *threads : usable_threads();
  request.force = options.force;
  request.retry = options.retry;
  request.explain = explain_rate;
  request.gather = options.gather;
  if (options.dry_run) {
    const auto checked = checked_sweep(*grid, request);
    if (!checked) return console.fail(checked.faults());
    for (const Note& note : (*checked)->problems().notes()) console.note(note);
    if (options.json) return print_result(console, text_of(dry_object(*grid, request)));
    return print_result(console, dry_table(*grid, request));
  }
  Checked<SweepResult> result = Fault{};
  {
    SweepProgress progress(console);
    result = sweep(*grid, request, progress);
  }
  if (!result) return console.fail(result.faults());
  if (muster != nullptr && !muster->team().first()) return 0;
  Faults failures;
  for (const auto& failure : result->failures)
    failures.push_back({FaultKind::data, {"run " + to_text(failure.index), 0, 0}, failure.message, ""});
  if (!failures.empty()) console.fail(failures);
  if (result->interrupted) console.warn("interrupted; the same command goes on from here");
  if (*shard && !result->interrupted)
    console.tell("when all parts have ended, join them: the same command with --gather for --shard");
  const Index lacking = result->counts.runs - result->counts.before - result->counts.done;
  if (options.gather && lacking > 0) {
    console.warn(counted(lacking, "run") + " of " + to_text(result->counts.runs) +
                 " missing: parts of the sweep have not ended, or were not begun");
  }
  const int printed = print_result(console, options.json ? text_of(json_of(*grid, request, *result))
                                                         : summary_of(*grid, request, *result));
  if (printed != 0) return printed;
  // Of several processes another one may have received it.
  if (result->interrupted) return 128 + (signals::received() != 0 ? signals::received() : SIGTERM);
  constexpr int runs_failed = 8;
  return result->counts.failed > 0 ? runs_failed : 0;
}

}  // namespace lookahead::cmd
