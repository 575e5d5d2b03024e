#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "run_binary.hpp"
#include "study/sweep/sweep_form.hpp"

// What the program says of itself fits a terminal of 80 columns.
namespace lookahead::cli {
namespace {

using Names = std::vector<std::string>;

std::size_t columns(const std::string& line) {
  return static_cast<std::size_t>(std::count_if(
      line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

void check_width(const std::string& page) {
  for (const std::string& line : lines(page)) {
    CHECK_MESSAGE(columns(line) <= 80, line);
    CHECK_MESSAGE(!line.ends_with(' '), line);
  }
}

// The commands, as the general help lists them.
Names commands(const Folder& folder) {
  Names names;
  bool inside = false;
  for (const std::string& line : lines(run(folder, {"help"}).out)) {
    if (line.empty()) inside = false;
    if (inside && line.starts_with("  ") && line[2] != ' ')
      names.push_back(line.substr(2, line.find(' ', 2) - 2));
    for (const char* title : {"Problems", "Runs", "Experiments", "The program"})
      inside = inside || line == title;
  }
  return names;
}

TEST_CASE("without a command the program tells how to begin, on one screen") {
  const Folder folder;
  const Result result = run(folder, {});
  CHECK(result.code == 2);
  CHECK(result.out.empty());
  CHECK(lines(result.err).size() <= 24);
  CHECK(contains(result.err, "lookahead solve problem.yaml"));
  CHECK(contains(result.err, "lookahead help"));
  check_width(result.err);
}

TEST_CASE("the general help lists every command with a sentence") {
  const Folder folder;
  const Names all = commands(folder);
  for (const char* command :
       {"solve", "check", "list", "describe", "init", "predict", "weights", "gradcheck", "certify", "sweep",
        "compare", "show", "eval", "plot", "report", "schema", "completion", "version", "help"})
    CHECK_MESSAGE(std::count(all.begin(), all.end(), command) == 1, command);
  const std::string page = run(folder, {"help"}).out;
  check_width(page);
  for (const char* part :
       {"--threads N|auto", "--color auto|always|never", "--log-file FILE", "help exit-codes"})
    CHECK_MESSAGE(contains(page, part), part);
  // No two empty lines follow each other.
  CHECK(!contains(page, "\n\n\n"));
}

TEST_CASE("the help of every command has a usage line, an example, and a name for every value") {
  const Folder folder;
  const Names all = commands(folder);
  CHECK(all.size() >= 18);
  for (const std::string& command : all) {
    CAPTURE(command);
    const std::string page = run(folder, {"help", command}).out;
    CHECK(page.starts_with("Usage: lookahead " + command));
    CHECK((contains(page, "\nExample\n") || contains(page, "\nExamples\n")));
    CHECK(contains(page, "  lookahead " + command));
    CHECK(!contains(page, "TEXT"));
    CHECK(!contains(page, "\n\n\n"));
    check_width(page);
  }
  const std::string solve = run(folder, {"help", "solve"}).out;
  for (const char* part : {"-s, --set KEY=VALUE", "--seed N", "-o, --output DIR", "--checkpoint TIME|none"})
    CHECK_MESSAGE(contains(solve, part), part);
}

TEST_CASE("help has topics, and a wrong one is refused with the nearest") {
  const Folder folder;
  for (const char* topic : {"exit-codes", "problem", "sweep-file", "trace"}) {
    const Result result = run(folder, {"help", topic});
    CHECK(result.code == 0);
    CHECK(result.err.empty());
    check_width(result.out);
  }
  const std::string codes = run(folder, {"help", "exit-codes"}).out;
  for (const char* code : {"0", "1", "2", "3", "4", "5", "6", "7", "8", "129", "130", "143"})
    CHECK_MESSAGE(contains(codes, std::string("\n  ") + code + " "), code);
  CHECK(contains(run(folder, {"help", "problem"}).out, "\n  precision"));
  CHECK(contains(run(folder, {"help", "trace"}).out, "\n  grad_norm_slow"));
  const Result wrong = run(folder, {"help", "exitcodes"});
  CHECK(wrong.code == 2);
  CHECK(contains(wrong.err, "no command or topic 'exitcodes' (did you mean 'exit-codes'?)"));
}

TEST_CASE("list looks for a word in names and sentences where it is no kind") {
  const Folder folder;
  const std::string found = run(folder, {"list", "momentum"}).out;
  CHECK(contains(found, "optimizers\n"));
  CHECK(contains(found, "\n  nadam"));
  CHECK(!contains(found, "\n  rosenbrock "));
  // The summary has it with a capital.
  CHECK(contains(run(folder, {"list", "NESTEROV"}).out, "nesterov"));
  const auto json = nlohmann::json::parse(run(folder, {"list", "momentum", "--json"}).out);
  CHECK(json.size() > 2);
  // One of a kind is as good as many.
  for (const auto& [one, many] :
       {std::pair{"optimizer", "optimizers"}, {"loss", "losses"}, {"column", "columns"}})
    CHECK(run(folder, {"list", one}).out == run(folder, {"list", many}).out);
}

TEST_CASE("every page of list and describe fits 80 columns") {
  const Folder folder;
  check_width(run(folder, {"list"}).out);
  const auto all = nlohmann::json::parse(run(folder, {"list", "--json"}).out);
  Names names = {"expression", "problem", "objective", "program",       "library", "data",
                 "optimizer",  "trace",   "lookahead", "stop.patience", "stop",    "optimizer.clip"};
  std::string before;
  for (const auto& item : all) {
    const std::string kind = item["kind"].get<std::string>();
    if (kind != before) check_width(run(folder, {"list", kind}).out);
    before = kind;
    names.push_back(item["name"].get<std::string>());
  }
  for (const std::string& name : names) {
    CAPTURE(name);
    const Result page = run(folder, {"describe", name});
    CHECK(page.code == 0);
    check_width(page.out);
  }
}

TEST_CASE("the page of the manual has every command and every option of it") {
  const Folder folder;
  const Result page = run(folder, {"help", "--man"});
  CHECK(page.code == 0);
  CHECK(page.out.starts_with(".TH LOOKAHEAD 1 "));
  for (const std::string& command : commands(folder)) CHECK(contains(page.out, "\n.SS " + command));
  for (const char* part : {"\\-\\-set", "\\-\\-resume", ".SH EXIT CODES", ".SH TRACE", "\\-\\-shard"})
    CHECK_MESSAGE(contains(page.out, part), part);
  folder.write("lookahead.1", page.out);
  bool checked = false;
  for (const char* formatter : {"groff -man -Tutf8 -ww -z", "mandoc -T lint -W error"}) {
    const std::string program = std::string(formatter).substr(0, std::string(formatter).find(' '));
    if (std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) != 0) continue;
    checked = true;
    const std::string command =
        std::string(formatter) + " " + folder.path("lookahead.1") + " >" + folder.path("warnings") + " 2>&1";
    CHECK(std::system(command.c_str()) == 0);
    CHECK_MESSAGE(folder.read("warnings").empty(), folder.read("warnings"));
  }
  if (!checked) MESSAGE("left out: there is neither groff nor mandoc");
}

TEST_CASE("help leads to describe, and describe to help") {
  const Folder folder;
  const auto says = [&](const char* command, const char* name, const char* text) {
    const Result result = run(folder, {command, name});
    CHECK(result.code == 2);
    CHECK_MESSAGE(contains(result.err, text), result.err);
  };
  says("help", "adam", "lookahead describe adam tells of it");
  says("help", "optimizer.lr", "lookahead describe optimizer.lr tells of it");
  says("help", "vary", "lookahead describe vary tells of it");
  says("describe", "learning_rate", "did you mean 'optimizer.lr'?");
  says("describe", "early_stopping", "did you mean 'stop.patience'?");
  says("describe", "lasso", "(write {type: linear, l1: 0.1})");
  says("describe", "halvin", "did you mean 'halving'?");
}

TEST_CASE("every key of a sweep file is described, and what it may hold") {
  const Folder folder;
  const std::string page = run(folder, {"help", "sweep-file"}).out;
  for (const SweepKey& key : sweep_keys()) {
    CHECK_MESSAGE(contains(page, "\n  " + key.name + " "), key.name);
    const Result result = run(folder, {"describe", key.name});
    CHECK(result.code == 0);
    CHECK_MESSAGE(contains(result.out, key.name + " (key of a sweep file)\n"), result.out);
    CHECK(contains(result.out, "lookahead help sweep-file"));
    check_width(result.out);
  }
  CHECK(contains(run(folder, {"describe", "vary"}).out, "{log:"));
}

TEST_CASE("a key that may be a map is described with the keys in it") {
  const Folder folder;
  const std::string validation = run(folder, {"describe", "data.validation"}).out;
  for (const char* key : {"fraction", "folds", "stratify"})
    CHECK(contains(validation, std::string("\n  ") + key + " "));
  CHECK(contains(validation, "--set data.validation=VALUE or data.validation.folds=VALUE\n"));
  for (const char* key : {"folds", "marks", "uniform", "strip"})
    CHECK_FALSE(contains(run(folder, {"describe", key}).out, "problem file)\n\n\n"));
}

}  // namespace
}  // namespace lookahead::cli
