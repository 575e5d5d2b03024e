#include <doctest/doctest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>

#include "run_binary.hpp"

// Completion as the shells do it.
namespace lookahead::cli {
namespace {

using Names = std::vector<std::string>;

bool has_shell(const std::string& shell) {
  const bool there = std::system(("command -v " + shell + " >/dev/null 2>&1").c_str()) == 0;
  if (!there) MESSAGE("left out: there is no " << shell);
  return there;
}

// The lines that a script of a shell prints, run in the folder.
Names printed(const Folder& folder, const std::string& shell, const std::string& script) {
  folder.write("script", script);
  const std::string command = "cd " + folder.path() + " && " + shell + " ./script 2>&1";
  FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string out;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) out += static_cast<char>(c);
  const int status = pclose(pipe);
  REQUIRE_MESSAGE((WIFEXITED(status) && WEXITSTATUS(status) == 0), out);
  return lines(out);
}

bool has(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// A folder with the script of a shell, and files to be named.
void prepare(const Folder& folder, const std::string& shell) {
  const Result script = run(folder, {"completion", shell});
  REQUIRE(script.code == 0);
  folder.write("completion", script.out);
  folder.write("problem.yaml", "");
  folder.write("notes.txt", "");
  folder.write("runs/a-001/run.json", "{}");
}

// What bash offers for the last of the words, = being a word by itself as bash splits them.
Names in_bash(const Folder& folder, const Names& words) {
  std::string script = "shopt -u expand_aliases\n. ./completion\nCOMP_WORDS=(lookahead";
  for (const std::string& word : words) script += " '" + word + "'";
  script += ")\nCOMP_CWORD=" + std::to_string(words.size()) +
            "\n_lookahead\n((${#COMPREPLY[@]} == 0)) || printf '%s\\n' \"${COMPREPLY[@]}\"\n";
  return printed(folder, "bash --norc --noprofile", script);
}

TEST_CASE("bash completes commands, options, names, keys and files") {
  if (!has_shell("bash")) return;
  const Folder folder;
  prepare(folder, "bash");
  CHECK(printed(folder, "bash --norc", ". ./completion\ncomplete -p lookahead\n") ==
        Names{"complete -F _lookahead lookahead"});
  CHECK(in_bash(folder, {"so"}) == Names{"solve"});
  CHECK(has(in_bash(folder, {""}), "compare"));
  CHECK(in_bash(folder, {"solve", "--resu"}) == Names{"--resume"});
  CHECK(has(in_bash(folder, {"solve", "--"}), "--threads"));
  CHECK(in_bash(folder, {"--threads", "2", "so"}) == Names{"solve"});
  CHECK(in_bash(folder, {"--color", "al"}) == Names{"always"});
  CHECK(in_bash(folder, {"solve", "p.yaml", "--progress", "l"}) == Names{"lines"});
  CHECK(in_bash(folder, {"--progress", "=", "l"}) == Names{"lines"});
  const Names files = in_bash(folder, {"solve", ""});
  CHECK(has(files, "problem.yaml"));
  CHECK(has(files, "runs"));
  CHECK(!has(files, "notes.txt"));
  CHECK(in_bash(folder, {"show", "ru"}) == Names{"runs"});
  CHECK(in_bash(folder, {"show", "pro"}).empty());
  CHECK(in_bash(folder, {"describe", "rosenbrock_ch"}) == Names{"rosenbrock_chained"});
  CHECK(in_bash(folder, {"list", "opt"}) == Names{"optimizers"});
  CHECK(in_bash(folder, {"init", "gam"}) == Names{"game"});
  CHECK(in_bash(folder, {"help", "exit"}) == Names{"exit-codes"});
  CHECK(in_bash(folder, {"plot", "runs", "--kind", "heat"}) == Names{"heatmap"});
  CHECK(in_bash(folder, {"completion", "f"}) == Names{"fish"});
  // Keys of --set, and what they can be set to.
  const Names keys = in_bash(folder, {"solve", "--set", "optimizer.l"});
  CHECK(has(keys, "optimizer.lr="));
  CHECK(!has(keys, "optimizer.lr.cosine="));
  CHECK(in_bash(folder, {"solve", "--set", "optimizer.lr.cosine.t"}) == Names{"optimizer.lr.cosine.to="});
  CHECK(has(in_bash(folder, {"sweep", "p.yaml", "--vary", "lookahead.k"}), "lookahead.k="));
  CHECK(in_bash(folder, {"solve", "-s", "optimizer", "=", "adamw"}) == Names{"adamw"});
  CHECK(has(in_bash(folder, {"solve", "-s", "optimizer.name", "="}), "sgd"));
  CHECK(in_bash(folder, {"solve", "--set", "=", "precision", "=", "s"}) == Names{"single"});
  CHECK(in_bash(folder, {"solve", "--seed", ""}).empty());
}

TEST_CASE("zsh takes the script and completes by it") {
  if (!has_shell("zsh")) return;
  const Folder folder;
  prepare(folder, "zsh");
  folder.write("functions/_lookahead", folder.read("completion"));
  // A shell of its own, in which the keys are typed.
  const auto typed = [&](const std::string& line) {
    const std::string script =
        "zmodload zsh/zpty\n"
        "zpty shell 'TERM=dumb HOME=$PWD zsh -f -i'\n"
        "wait_for() { local out=; while zpty -r -t shell part || zpty -r shell part; do out+=$part; "
        "[[ $out == *$1* ]] && break; done; print -r -- $out }\n"
        "zpty -w shell 'PS1=; PS2=; unsetopt zle_bracketed_paste 2>/dev/null; fpath=($PWD/functions $fpath); "
        "autoload -U compinit; compinit -u -d $PWD/dump; zstyle \":completion:*\" list-prompt \"\"; "
        "setopt no_list_beep; print REA\"\"DY'\n"
        "wait_for READY >/dev/null\n"
        "zpty -w -n shell $'" +
        line +
        "\\t\\C-e END\\C-a: \\n'\n"
        "zpty -w shell 'print DO\"\"NE'\n"
        "wait_for DONE\n";
    std::string all;
    for (const std::string& part : printed(folder, "zsh -f", script)) all += part + "\n";
    return all;
  };
  CHECK(contains(typed("lookahead so"), "lookahead solve"));
  CHECK(contains(typed("lookahead describe rosenbrock_ch"), "rosenbrock_chained"));
}

TEST_CASE("fish completes commands, options, names, keys and files") {
  if (!has_shell("fish")) return;
  const Folder folder;
  prepare(folder, "fish");
  // What fish offers for a line, without the descriptions.
  const auto in_fish = [&](const std::string& line) {
    Names names;
    for (const std::string& offered : printed(folder, "env HOME=" + folder.path() + " fish --no-config",
                                              "source ./completion\ncomplete -C '" + line + "'\n"))
      names.push_back(offered.substr(0, offered.find('\t')));
    return names;
  };
  CHECK(in_fish("lookahead so") == Names{"solve"});
  CHECK(has(in_fish("lookahead "), "compare"));
  CHECK(in_fish("lookahead solve --resu") == Names{"--resume"});
  CHECK(has(in_fish("lookahead solve --thr"), "--threads"));
  CHECK(in_fish("lookahead --color al") == Names{"always"});
  CHECK(in_fish("lookahead --threads 2 so") == Names{"solve"});
  CHECK(has(in_fish("lookahead --threads 2 solve --che"), "--checkpoint"));
  for (const char* line : {"lookahead init sweep --gat", "lookahead help sweep --gat"})
    CHECK(in_fish(line).empty());
  CHECK(in_fish("lookahead describe rosenbrock_ch") == Names{"rosenbrock_chained"});
  CHECK(in_fish("lookahead list opt") == Names{"optimizers"});
  CHECK(in_fish("lookahead plot runs --kind heat") == Names{"heatmap"});
  CHECK(has(in_fish("lookahead solve pro"), "problem.yaml"));
  CHECK(has(in_fish("lookahead show ru"), "runs/"));
  CHECK(has(in_fish("lookahead solve --set optimizer.l"), "optimizer.lr="));
  CHECK(in_fish("lookahead solve --set precision=s") == Names{"precision=single"});
}

TEST_CASE("names that stand for others of their kind are not offered") {
  const Folder folder;
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const std::string script = run(folder, {"completion", shell}).out;
    for (const char* pattern : {"time_to_T", "evals_to_T", "x_i"}) CHECK_FALSE(contains(script, pattern));
  }
}

TEST_CASE("a shell without completion is refused") {
  const Folder folder;
  const Result result = run(folder, {"completion", "tcsh"});
  CHECK(result.code == 2);
  CHECK(
      contains(result.err, "lookahead completion: error: no completion for 'tcsh' (known: bash, zsh, fish)"));
  CHECK(run(folder, {"completion"}).code == 2);
}

}  // namespace
}  // namespace lookahead::cli
