#include "command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <functional>
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
#include "typed_words.hpp"
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
    return std::ranges::any_of(commands,
                               [&](const CLI::App* command) { return takes_next_word(*command, word); });
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

// What the command line says: of all commands, of which it names one.
struct Arguments {
  // Made first: the clock of stop.time starts here.
  SolveOptions solve;
  CommonOptions common;
  CheckOptions check;
  ListOptions list;
  DescribeOptions describe;
  InitOptions init;
  PredictOptions predict;
  WeightsOptions weights;
  GradcheckOptions gradcheck;
  CertifyOptions certify;
  SweepOptions sweep;
  CompareArguments compare;
  ShowArguments show;
  EvalOptions eval;
  PlotOptions plot;
  ReportOptions report;
  SchemaOptions schema;
  std::string shell;
  HelpOptions help;
};

struct Command {
  const CLI::App* app;
  // muster: of the processes that carry it out together; null: there is one. Returns the exit code.
  std::function<int(const Console& console, lookahead::Muster* muster)> carry_out;
  const char* goes_on =
      nullptr;  // how several processes go on where one is lost; null: only one carries it out
};

// In the order in which help shows them. `app` and `arguments` must outlive them.
std::vector<Command> add_commands(CLI::App& app, Arguments& arguments) {
  std::vector<Command> commands;
  const auto add = [&](const CLI::App* command, auto run) {
    commands.push_back({command, [run](const Console& console, lookahead::Muster*) { return run(console); }});
  };
  Arguments& all = arguments;
  commands.push_back({add_solve(app, all.solve),
                      [&](const Console& console, lookahead::Muster* muster) {
                        return run_solve(all.solve, console, muster);
                      },
                      "resume from the last checkpoint with --resume"});
  add(add_check(app, all.check), [&](const Console& console) { return run_check(all.check, console); });
  add(add_list(app, all.list), [&](const Console& console) { return run_list(all.list, console); });
  add(add_describe(app, all.describe),
      [&](const Console& console) { return run_describe(app, all.describe, console); });
  add(add_init(app, all.init), [&](const Console& console) { return run_init(all.init, console); });
  add(add_predict(app, all.predict),
      [&](const Console& console) { return run_predict(all.predict, console); });
  add(add_weights(app, all.weights),
      [&](const Console& console) { return run_weights(all.weights, console); });
  add(add_gradcheck(app, all.gradcheck),
      [&](const Console& console) { return run_gradcheck(all.gradcheck, console); });
  add(add_certify(app, all.certify),
      [&](const Console& console) { return run_certify(all.certify, console); });
  commands.push_back({add_sweep(app, all.sweep),
                      [&](const Console& console, lookahead::Muster* muster) {
                        return run_sweep(all.sweep, console, muster);
                      },
                      "the same command goes on from the runs that are finished"});
  add(add_compare(app, all.compare),
      [&](const Console& console) { return run_compare(all.compare, console); });
  add(add_show(app, all.show), [&](const Console& console) { return run_show(all.show, console); });
  add(add_eval(app, all.eval), [&](const Console& console) { return run_eval(all.eval, console); });
  add(add_plot(app, all.plot), [&](const Console& console) { return run_plot(all.plot, console); });
  add(add_report(app, all.report), [&](const Console& console) { return run_report(all.report, console); });
  add(add_schema(app, all.schema), [&](const Console& console) { return run_schema(all.schema, console); });
  add(add_completion(app, all.shell),
      [&](const Console& console) { return run_completion(app, all.shell, console); });
  add(add_version(app), [](const Console& console) { return run_version(console); });
  add(add_help(app, all.help), [&](const Console& console) { return run_help(app, all.help, console); });
  return commands;
}

// What a command line asks for that is none, and the exit code: help, the version, or what is wrong with it.
int answer(const CLI::App& app, const CLI::ParseError& error, const std::vector<std::string>& arguments) {
  if (error.get_exit_code() == 0) {
    const bool version = error.get_name() == "CallForVersion";
    const auto printed = print(version ? std::string(error.what()) + "\n" : app.help());
    if (!printed) std::cerr << to_string(printed.faults().front()) << "\n";
    return printed ? 0 : static_cast<int>(printed.faults().front().kind);
  }
  Misuse misuse = misuse_of(app, error, arguments);
  for (std::string* text : {&misuse.fault, &misuse.cure}) {
    if (text->size() > most_shown) *text = text->substr(0, most_shown) + "...";
  }
  std::cerr << "lookahead: error: " << lookahead::visible(misuse.fault) << "\n"
            << lookahead::visible(misuse.cure) << "\n";
  return 2;
}

// Whether this process has a part or a line of a sweep for itself.
bool has_part(const SweepOptions& sweep) {
  return !(sweep.shard.empty() && sweep.index.empty()) && !(sweep.count || sweep.dry_run || sweep.gather);
}

// Whether the processes that a launcher has started carry the command out together.
bool is_shared(const Command& command, const Arguments& arguments) {
  const SweepOptions& sweep = arguments.sweep;
  const bool only_tells = arguments.solve.dry_run || sweep.count || sweep.dry_run || sweep.gather;
  return command.goes_on != nullptr && !only_tells;
}

int run(int argc, char** argv) {
  Arguments arguments;
  CommonOptions& common = arguments.common;
  CLI::App app("lookahead: a laboratory for two-time-scale optimization", "lookahead");
  app.formatter(help_formatter());
  app.set_help_flag("-h,--help", "print help; after a command, its help");
  add_common(app, common);
  app.set_version_flag("--version", "lookahead " + lookahead::version(), "print the version");
  app.fallthrough();
  // One command; a second word that is one too, as in `help solve`, is its argument.
  app.require_subcommand(0, 1);
  app.footer(
      "Start with: lookahead solve problem.yaml, where problem.yaml says\n  objective: rosenbrock\n  optimizer: adam");
  const std::vector<Command> commands = add_commands(app, arguments);
  if (const auto before = before_empty(app, argc, argv)) {
    std::cerr << (before->empty() ? "lookahead: error: an argument is the empty text"
                                  : *before + ": error: its value is the empty text")
              << " (leave it out for the default, or give it a value)\n";
    return 2;
  }
  const auto launched = lookahead::launch_of_environment();
  try {
    std::vector<std::string> words = with_plain_files(app, {argv + 1, argv + argc});
    std::ranges::reverse(words);  // as CLI11 takes them
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    // The others leave what is not theirs to the first one.
    if (launched && launched->rank > 0 && !common.alone) return error.get_exit_code() == 0 ? 0 : 2;
    return answer(app, error, {argv + 1, argv + argc});
  }
  const auto command = std::ranges::find_if(commands, [](const Command& one) { return one.app->parsed(); });
  const bool shared = command != commands.end() && is_shared(*command, arguments);
  const bool alone = common.alone || has_part(arguments.sweep);
  const auto launch = alone ? std::nullopt : launched;
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
  if (command == commands.end()) {
    std::cerr << brief_page();
    return 2;
  }
  lookahead::outside::set_policy({.allowed = !common.no_outside,
                                  .shows_errors = common.verbose > 0,
                                  .tell = [&](const std::string& line) { console->tell(line); }});
  if (!shared) return command->carry_out(*console, nullptr);
  if (const auto tasks = alone ? 0 : lookahead::strangers_of_environment(); tasks > 0) {
    console->warn(
        "srun has started " + lookahead::to_text(tasks) +
        " processes without MPI: where all have one command, each does all of the work (srun --mpi=pmix "
        "shares it, --alone silences this)");
  }
  if (!launch) return command->carry_out(*console, nullptr);
  return on_ranks(*launch, *console, command->goes_on,
                  [&](lookahead::Muster& muster) { return command->carry_out(*console, &muster); });
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
