#include "command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <new>
#include <stdexcept>

#include "base/memory.hpp"
#include "base/text.hpp"
#include "commands.hpp"
#include "delivery.hpp"
#include "help.hpp"
#include "init/init.hpp"
#include "objective/outside/policy.hpp"
#include "parallel/launch.hpp"
#include "ranks.hpp"
#include "reserve.hpp"
#include "run/version.hpp"
#include "signals.hpp"
#include "unexpected.hpp"

namespace {

using namespace lookahead::cmd;

void add_common(CLI::App& app, CommonOptions& common) {
  app.add_flag("-q,--quiet", common.quiet, "print no notes, warnings or progress")->group("Common options");
  app.add_flag("-v,--verbose", common.verbose, "print more")->group("Common options");
  const auto choice = [&](const char* name, std::string& value, const std::vector<std::string>& words,
                          const char* sentence) {
    app.add_option(name, value, sentence)
        ->check(CLI::IsMember(words).description(""))
        ->type_name(lookahead::joined(words, "|"))
        ->group("Common options");
  };
  app.add_option("--threads", common.threads, "how many threads work; results do not depend on it")
      ->type_name("N|auto")
      ->group("Common options");
  choice("--progress", common.progress, {"auto", "bar", "lines", "none"}, "how progress is shown");
  choice("--color", common.color, {"auto", "always", "never"}, "color messages; auto: on a terminal");
  app.add_option("--log-file", common.log_file, "also write messages to this file")
      ->type_name("FILE")
      ->group("Common options");
  app.add_flag("--no-outside", common.no_outside, "refuse objectives that run a program or load a library")
      ->group("Common options");
  app.add_flag("--alone", common.alone, "ignore the other processes that mpirun or srun has started")
      ->group("Common options");
}

constexpr std::size_t most_shown = 300;  // of what a user typed, in a message

// The option whose value an argument is that is the empty text, where that can only be a variable of a script
// that is not set; "" where it is no option's. An empty header is a column's name.
std::optional<std::string> before_empty(const CLI::App& app, int argc, char** argv) {
  const auto takes_value = [&](const std::string& word) {
    auto commands = app.get_subcommands([](const CLI::App*) { return true; });
    commands.push_back(&app);
    return std::any_of(commands.begin(), commands.end(), [&](const CLI::App* command) {
      const CLI::Option* option = word.starts_with('-') ? command->get_option_no_throw(word) : nullptr;
      return option != nullptr && option->get_items_expected_max() > 0;
    });
  };
  const auto names_column = [](const std::string& word) { return word == "--target" || word == "--id"; };
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const std::string before = i > 1 ? argv[i - 1] : "";
    if (argument.empty() && !names_column(before)) return takes_value(before) ? before : "";
    if (!argument.starts_with("--") || !argument.ends_with('=')) continue;
    const std::string name = argument.substr(0, argument.size() - 1);
    if (name.find('=') == std::string::npos && !names_column(name)) return name;
  }
  return std::nullopt;
}

// The arguments, the last one first. Where there may be several files CLI11 takes [a] for a list of them, and
// ./[a] for the file that it is.
std::vector<std::string> words(int argc, char** argv) {
  std::vector<std::string> all(argv + 1, argv + argc);
  const auto is = [&](const char* command) {
    return std::find(all.begin(), all.end(), command) != all.end();
  };
  const char* const takers[] = {"check", "certify", "compare", "show", "plot", "report"};
  const bool files = std::any_of(std::begin(takers), std::end(takers), is);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool setting = i > 0 && (all[i - 1] == "-s" || all[i - 1] == "--set");
    if (files && !setting && all[i].starts_with('[')) all[i].insert(0, "./");
  }
  std::reverse(all.begin(), all.end());
  return all;
}

int run(int argc, char** argv) {
  // Made first: the clock of stop.time starts here.
  SolveOptions solve;
  CLI::App app("lookahead: a laboratory for two-time-scale optimization", "lookahead");
  app.formatter(help_formatter());
  app.set_help_flag("-h,--help", "print help; after a command, its help");
  CommonOptions common;
  add_common(app, common);
  app.set_version_flag("--version", "lookahead " + lookahead::version(), "print the version");
  app.fallthrough();
  // One command; a second word that is one too, as in `help solve`, is its argument.
  app.require_subcommand(0, 1);
  app.footer(
      "Start with: lookahead solve problem.yaml, where problem.yaml says\n  objective: rosenbrock\n  optimizer: adam");

  CLI::App* solve_app =
      app.add_subcommand("solve", "run one problem and write a run directory")->group("Runs");
  CLI::Option* solve_file = solve_app->add_option(
      "FILE", solve.file, "problem file; - is standard input; of --resume its run's own");
  add_settings(*solve_app, solve.set);
  solve_app
      ->add_option("-o,--output", solve.directory, "run directory; default: the next free runs/<name>-NNN")
      ->type_name("DIR");
  CLI::Option* resume =
      solve_app
          ->add_option("--resume", solve.resume,
                       "continue the run in this directory; with FILE, begin it where there is none")
          ->type_name("DIR");
  solve_app
      ->add_option("--checkpoint", solve.checkpoint,
                   "time between two checkpoints, such as 60s or 5m; none writes none")
      ->type_name("TIME|none");
  solve_app->add_option("--seed", solve.seed, "override the seed")->type_name("N");
  solve_app->add_flag("--force", solve.force, "replace an earlier run in the directory");
  solve_app->add_flag("--json", solve.json, "print run.json instead of the summary");
  solve_app->add_flag("--no-trace", solve.no_trace, "write no trace.csv");
  solve_app->add_flag("--require-target", solve.require_target, "exit 7 if stop.target was not met");
  solve_app
      ->add_option("--require", solve.require,
                   "exit 7 unless a key of the result is as said: 'val_accuracy>=0.85' (repeatable)")
      ->type_name("CONDITION")
      ->allow_extra_args(false);
  solve_app->add_flag("--dry-run", solve.dry_run, "check everything, run and write nothing");
  for (const char* option : {"--output", "--seed", "--force", "--no-trace", "--dry-run"})
    resume->excludes(solve_app->get_option(option));
  solve_app->footer(
      "Examples\n"
      "  lookahead solve problem.yaml\n"
      "  lookahead solve problem.yaml --set optimizer.lr=1e-2 --seed 7\n"
      "  lookahead solve --resume runs/problem-001");
  solve_app->final_callback([&] {
    if (solve_file->empty() && resume->empty()) throw CLI::RequiredError("FILE");
  });

  CheckOptions check;
  CLI::App* check_app =
      app.add_subcommand("check", "validate problem files without running them, or tell how a run ended")
          ->group("Problems");
  check_app->add_option("FILE", check.files, "problem files, - is standard input; run directories")
      ->required();
  add_settings(*check_app, check.set);
  check_app->add_flag("--resolved", check.resolved, "print the full problem with every default");
  check_app->footer(
      "Examples\n"
      "  lookahead check problem.yaml\n"
      "  lookahead check problem.yaml --set batch=64 --resolved\n"
      "  lookahead check runs/problem-001");

  ListOptions list;
  CLI::App* list_app = app.add_subcommand("list", "list functions, models, optimizers, losses, columns, ...")
                           ->group("Problems");
  list_app->add_option("WHAT", list.what,
                       "one of " + lookahead::joined(list_kinds(), ", ") +
                           "; or a word that is looked for in names and sentences");
  list_app->add_flag("--json", list.json, "print an array of objects with name, kind and summary");
  list_app->footer(
      "Examples\n"
      "  lookahead list optimizers\n"
      "  lookahead list momentum");

  DescribeOptions describe;
  CLI::App* describe_app =
      app.add_subcommand("describe", "formula, parameters, reference and smallest problem of an item")
          ->group("Problems");
  describe_app
      ->add_option(
          "NAME", describe.name,
          "an item of list, a column of results, or a block of a problem: lookahead, stop, data, ...")
      ->required();
  describe_app->footer(
      "Examples\n"
      "  lookahead describe adam\n"
      "  lookahead describe lookahead\n"
      "  lookahead describe expression");

  InitOptions init;
  CLI::App* init_app =
      app.add_subcommand("init", "print a commented problem file to start from")->group("Problems");
  init_app->add_option("KIND", init.kind, "one of " + lookahead::joined(lookahead::init_kinds(), ", "));
  init_app->add_option("--data", init.data, "make it for this file of rows")->type_name("FILE");
  init_app
      ->add_option("--target", init.target,
                   "the file's column to learn: its name, or its number from 1 without a header")
      ->type_name("COLUMN");
  init_app
      ->add_option("-s,--set", init.set, "how the file's rows are laid out: data.header=false (repeatable)")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  init_app->add_option("-o,--output", init.output, output_sentence)->type_name("FILE");
  init_app->footer(
      "Examples\n"
      "  lookahead init function -o problem.yaml\n"
      "  lookahead init sweep -o sweep.yaml\n"
      "  lookahead init --data wine.csv --target quality -o wine.yaml");

  PredictOptions predict;
  CLI::App* predict_app = add_predict(app, predict);
  WeightsOptions weights;
  CLI::App* weights_app = add_weights(app, weights);
  GradcheckOptions gradcheck;
  CLI::App* gradcheck_app = add_gradcheck(app, gradcheck);
  CertifyOptions certify;
  CLI::App* certify_app = add_certify(app, certify);
  SweepOptions sweep;
  CLI::App* sweep_app = add_sweep(app, sweep);
  CompareArguments compare;
  CLI::App* compare_app = add_compare(app, compare);
  ShowArguments show;
  CLI::App* show_app = add_show(app, show);
  EvalOptions eval;
  CLI::App* eval_app = add_eval(app, eval);
  PlotOptions plot;
  CLI::App* plot_app = add_plot(app, plot);
  ReportOptions report;
  CLI::App* report_app = add_report(app, report);

  SchemaOptions schema;
  CLI::App* schema_app = add_schema(app, schema);
  std::string shell;
  CLI::App* completion_app =
      app.add_subcommand("completion", "print what a shell needs to complete command lines")
          ->group("The program");
  completion_app->add_option("SHELL", shell, "one of " + lookahead::joined(shells(), ", "))->required();
  completion_app->footer(
      "Examples\n"
      "  source <(lookahead completion bash)\n"
      "  lookahead completion fish >~/.config/fish/completions/lookahead.fish\n"
      "  lookahead completion zsh >~/.zfunc/_lookahead      (a folder of $fpath)");
  CLI::App* version_app =
      app.add_subcommand("version", "print the version; -v: also the instructions it uses")
          ->group("The program");
  version_app->footer("Example\n  lookahead version -v");
  HelpOptions help;
  CLI::App* help_app = app.add_subcommand("help", "print help, for a command or a topic where one is given")
                           ->group("The program");
  help_app->add_option("TOPIC", help.topic, "a command, or one of " + lookahead::joined(topic_names(), ", "));
  help_app->add_flag("--man", help.manual, "print all of it as a page of the manual, for man");
  help_app->footer("Examples\n  lookahead help solve\n  lookahead help exit-codes");

  if (const auto before = before_empty(app, argc, argv)) {
    std::cerr << (before->empty() ? "lookahead: error: an argument is the empty text"
                                  : *before + ": error: its value is the empty text")
              << " (leave it out for the default, or give it a value)\n";
    return 2;
  }
  const auto launched = lookahead::launch_of_environment();
  try {
    app.parse(words(argc, argv));
  } catch (const CLI::ParseError& error) {
    if (launched && launched->rank > 0 && !common.alone) return error.get_exit_code() == 0 ? 0 : 2;
    if (error.get_exit_code() == 0) {
      const bool version = error.get_name() == "CallForVersion";
      const auto printed = print(version ? std::string(error.what()) + "\n" : app.help());
      if (!printed) std::cerr << to_string(printed.faults().front()) << "\n";
      return printed ? 0 : static_cast<int>(printed.faults().front().kind);
    }
    Misuse misuse = misuse_of(app, error, {argv + 1, argv + argc});
    for (std::string* text : {&misuse.fault, &misuse.cure}) {
      if (text->size() > most_shown) *text = text->substr(0, most_shown) + "...";
    }
    std::cerr << "lookahead: error: " << lookahead::visible(misuse.fault) << "\n"
              << lookahead::visible(misuse.cure) << "\n";
    return 2;
  }
  // The others leave what is not theirs to the first one.
  const bool only_tells = sweep.count || sweep.dry_run || sweep.gather;
  // A part or a line of a sweep is the process's own.
  const bool part = *sweep_app && !only_tells && !(sweep.shard.empty() && sweep.index.empty());
  const auto launch = common.alone || part ? std::nullopt : launched;
  const bool shared = (*solve_app && !solve.dry_run) || (*sweep_app && !only_tells);
  if (launch && launch->rank > 0) {
    if (!shared) return 0;
    common.silent = common.quiet = true;
    common.progress = "none";
    common.log_file.clear();
  }
  auto console = Console::open(common);
  if (!console) {
    std::cerr << to_string(console.faults().front()) << "\n";
    return static_cast<int>(console.faults().front().kind);
  }
  lookahead::outside::set_policy({.allowed = !common.no_outside,
                                  .shows_errors = common.verbose > 0,
                                  .tell = [&](const std::string& line) { console->tell(line); }});
  if (*version_app) return run_version(*console);
  if (*help_app) return run_help(app, help, *console);
  if (*completion_app) return run_completion(app, shell, *console);
  if (*schema_app) return run_schema(schema, *console);
  if (const auto tasks = common.alone || part || !shared ? 0 : lookahead::strangers_of_environment();
      tasks > 0) {
    console->warn(
        "srun has started " + count_of(tasks) +
        " processes without MPI: where all have one command, each does all of the work (srun --mpi=pmix "
        "shares it, --alone silences this)");
  }
  if (*solve_app && launch && shared) {
    return on_ranks(*launch, *console, "resume from the last checkpoint with --resume",
                    [&](lookahead::Muster& muster) { return run_solve(solve, *console, &muster); });
  }
  if (*sweep_app && launch && shared) {
    return on_ranks(*launch, *console, "the same command goes on from the runs that are finished",
                    [&](lookahead::Muster& muster) { return run_sweep(sweep, *console, &muster); });
  }
  if (*solve_app) return run_solve(solve, *console, nullptr);
  if (*check_app) return run_check(check, *console);
  if (*list_app) return run_list(list, *console);
  if (*describe_app) return run_describe(app, describe, *console);
  if (*init_app) return run_init(init, *console);
  if (*predict_app) return run_predict(predict, *console);
  if (*weights_app) return run_weights(weights, *console);
  if (*gradcheck_app) return run_gradcheck(gradcheck, *console);
  if (*certify_app) return run_certify(certify, *console);
  if (*sweep_app) return run_sweep(sweep, *console, nullptr);
  if (*compare_app) return run_compare(compare, *console);
  if (*show_app) return run_show(show, *console);
  if (*eval_app) return run_eval(eval, *console);
  if (*plot_app) return run_plot(plot, *console);
  if (*report_app) return run_report(report, *console);
  std::cerr << brief_page();
  return 2;
}

// Says that the memory is used up, as far as there is any left to say it.
int no_memory(double bytes) {
  try {
    const std::string needs = lookahead::needs_text(bytes);
    std::cerr << "lookahead: error: the command " << needs << "\n";
  } catch (const std::bad_alloc&) {
    std::fputs("lookahead: error: the command needs more memory than there is\n", stderr);
  }
  return static_cast<int>(lookahead::FaultKind::problem);
}

}  // namespace

void lookahead::cmd::add_settings(CLI::App& command, std::vector<std::string>& set) {
  command.add_option("-s,--set", set, "override a key of the problem (repeatable)")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

int lookahead_main(int argc, char** argv) {
  signals::prepare();
  keep_reserve();
  try {
    return run(argc, argv);
  } catch (const lookahead::MoreThanMemory& more) {
    // What is too large is a problem or its data; whoever knows which of them returns a fault of its own.
    return no_memory(more.bytes());
  } catch (const std::bad_alloc&) {
    return no_memory(0);
  } catch (const std::length_error&) {
    return no_memory(0);
  } catch (const std::exception& error) {
    std::cerr << "lookahead: error: a bug in the program: " << lookahead::visible(error.what()) << "\n";
  }
  return static_cast<int>(lookahead::FaultKind::defect);
}
