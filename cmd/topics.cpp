#include "base/text.hpp"
#include "help.hpp"
#include "spec/problem.hpp"
#include "study/sweep/sweep_form.hpp"
#include "trace/record.hpp"

namespace lookahead::cmd {
namespace {

using Parts = std::vector<Topic::Part>;

Parts exit_codes() {
  Topic::Part codes{"The exit code of every command says how it ended."};
  codes.rows = {
      {"0", "the command did what it was asked for; a run ended as planned"},
      {"1", "a bug in the program"},
      {"2", "a wrong command line"},
      {"3", "a wrong problem file or sweep file"},
      {"4",
       "wrong data, a damaged file of a run (a torn checkpoint: 5), or an objective from outside that fails"},
      {"5", "output refused or failed: a full disk, a directory in use, no gnuplot"},
      {"6", "the run diverged"},
      {"7", "a check that was asked for is not met: --require, --require-target, --assert, gradcheck"},
      {"8", "runs of a sweep failed"},
      {"129", "ended by SIGHUP"},
      {"130", "ended by SIGINT, as Ctrl-C sends it"},
      {"143", "ended by SIGTERM"}};
  return {
      codes,
      {"After a signal the files of a run are complete, and solve --resume goes on with it. Errors go to standard "
       "error, one on a line, with place, reason and cure; of a wrong command line the cure is on the next line."}};
}

Parts problem() {
  Topic::Part keys{"These are its keys."};
  for (const Parameter& parameter : problem_parameters())
    keys.rows.emplace_back(parameter.name, parameter.sentence);
  return {
      {"A problem file is YAML. It says what is minimized and by which optimizer; everything else has a default. "
       "Two lines are enough:\n\n"
       "  objective: rosenbrock\n"
       "  optimizer: adam\n\n"
       "With data in place of a function:\n\n"
       "  data: {train: rows.csv, target: price}\n"
       "  model: {type: linear, l2: 1e-3}\n"
       "  optimizer: {name: adam, lr: 1e-2}\n"
       "  lookahead: {k: 5, alpha: 0.5}\n"
       "  stop: {epochs: 50}"},
      keys,
      {"A block that has a name may be written as the name alone: optimizer: adam. A setting on the command line "
       "names a key by its path: --set optimizer.lr=1e-3.\n\n"
       "  lookahead init                   prints a commented file\n"
       "  lookahead describe lookahead     explains the keys of a block\n"
       "  lookahead describe adam          explains the parameters of an item\n"
       "  lookahead check problem.yaml     tells what is wrong with a file"}};
}

Parts sweep_file() {
  Topic::Part keys{"These are its keys."};
  for (const SweepKey& key : sweep_keys()) keys.rows.emplace_back(key.name, key.sentence);
  return {
      {"A sweep file is YAML. It says which runs of a problem are made:\n\n"
       "  problem: problem.yaml\n"
       "  methods: {plain: {lookahead: false}, la: {lookahead: {k: 5}}}\n"
       "  vary: {optimizer.lr: {log: [1e-3, 1], points: 7}}\n"
       "  seeds: 1..10"},
      keys,
      {"lookahead sweep FILE --dry-run lists the runs. The options --vary, --method, --seeds, --points, --targets and "
       "--keep set the same on the command line, of a problem file too."}};
}

Parts trace() {
  Topic::Part columns{"These are its columns."};
  for (const TraceColumn& column : trace_columns()) columns.rows.emplace_back(column.name, column.sentence);
  return {
      {"trace.csv in a run directory has a row for the start and one for every recorded step. A row describes "
       "the state after its step, and after the sync if there was one. A cell is empty where nothing was "
       "evaluated. Numbers read back to the same bits. There are no comments."},
      columns,
      {"The block trace of a problem says which steps have a row, trace: {every: 10} for example; lookahead "
       "describe trace explains its keys."}};
}

}  // namespace

const std::vector<Topic>& topics() {
  static const std::vector<Topic> all = {{"problem", "what a problem file holds", problem},
                                         {"sweep-file", "what a sweep file holds", sweep_file},
                                         {"trace", "the columns of trace.csv", trace},
                                         {"exit-codes", "what the exit code says", exit_codes}};
  return all;
}

std::vector<std::string> topic_names() {
  std::vector<std::string> names;
  for (const Topic& topic : topics()) names.push_back(topic.name);
  return names;
}

}  // namespace lookahead::cmd
