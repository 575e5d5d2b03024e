// The pages' commands do what the pages say. In a page
//   ```yaml    is a file, where its first line is `# NAME`, for the commands after it;
//   ```sh      is run, a line a command, in one folder for each page with samples/ beside its files; a command
//              ends with exit code 0, or with N where `# exit code N` stands behind it;
//   ```output  is what the block of commands before it prints: every line but `...`, in this order, times aside.
// Of a workflow of GitHub Actions the lines of `run:` that begin with lookahead are commands too. All else, indented
// code among it, is not run.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

#include "readme/pages.hpp"

using namespace lookahead::test;

namespace {

namespace fs = std::filesystem;

int status_of(const std::string& command) {
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

// Times, which differ from run to run, as one mark, and lines without the blanks that pad them.
std::string comparable(const std::string& line) {
  std::string text = std::regex_replace(line, std::regex(R"(\b[0-9.]+(e-?[0-9]+)? s\b)"), "TIME s");
  text = std::regex_replace(text, std::regex(" +"), " ");
  return text;
}

// The first line that is shown and not said in its place; empty: there is none.
std::string missing_in(const std::string& said, const std::string& shown) {
  std::istringstream lines(shown), output(said);
  for (std::string line, found; std::getline(lines, line);) {
    if (line.empty() || line.find_first_not_of(" .") == std::string::npos) continue;
    const std::string wanted = comparable(line);
    do {
      if (!std::getline(output, found)) return line;
    } while (comparable(found) != wanted);
  }
  return {};
}

// A folder for the commands of one page.
class Desk {
 public:
  explicit Desk(const std::string& name)
      : folder_(fs::temp_directory_path() / ("lookahead-" + name + "-" + std::to_string(getpid()))),
        script_(folder_.string() + ".sh"),
        log_(folder_.string() + ".log") {
    fs::create_directories(folder_);
    fs::copy(fs::path(LOOKAHEAD_SOURCE_DIR) / "samples", folder_ / "samples", fs::copy_options::recursive);
  }
  ~Desk() {
    fs::remove_all(folder_);
    fs::remove(script_);
    fs::remove(log_);
  }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }

  // The exit code of a command, and what it says on both streams.
  int run(const std::string& command, std::string& said) const {
    const std::string path = fs::path(LOOKAHEAD_BINARY).parent_path().string();
    // Containers run as root, on few processors.
    const std::string container =
        "OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 "
        "OMPI_MCA_btl_vader_single_copy_mechanism=none OMPI_MCA_plm=isolated";
    std::ofstream(script_) << "set -e\n" << command << "\n";
    const int status = status_of("cd '" + folder_.string() + "' && " + container + " PATH='" + path +
                                 "':$PATH sh '" + script_ + "' > '" + log_ + "' 2>&1");
    std::ifstream output(log_);
    said.assign(std::istreambuf_iterator<char>(output), std::istreambuf_iterator<char>());
    return status;
  }

 private:
  fs::path folder_;
  std::string script_, log_;
};

// Why a command can not be tried here; empty: it can.
std::string left_out(const std::string& command) {
  static const bool draws = status_of("command -v gnuplot > /dev/null") == 0;
  static const bool has_mpi =
      status_of("command -v mpirun > /dev/null") == 0 &&
      fs::exists(fs::path(LOOKAHEAD_BINARY).parent_path() / "liblookahead_mpi_openmpi.so");
  if (!draws && std::regex_search(command, std::regex(R"(-o \S+\.(svg|pdf|png))"))) return "gnuplot";
  if (!has_mpi && command.starts_with("mpirun ")) return "mpirun or its plugin";
  return {};
}

int wanted_code(const std::string& command) {
  std::smatch code;
  return std::regex_search(command, code, std::regex("# exit code ([0-9]+)")) ? std::stoi(code[1]) : 0;
}

std::vector<std::string> commands_of_workflow(const std::string& text) {
  std::vector<std::string> commands;
  std::istringstream lines(std::regex_replace(text, std::regex(R"(\\\n *)"), ""));
  const std::regex command(R"( *(?:- )?(?:run: )?(lookahead .*))");
  std::smatch match;
  for (std::string line; std::getline(lines, line);)
    if (std::regex_match(line, match, command)) commands.push_back(match[1].str());
  return commands;
}

}  // namespace

TEST_CASE("every command of every page runs, on the files the page shows, and prints what the page shows") {
  int commands = 0, outputs = 0;
  std::vector<std::string> with_commands;
  for (const fs::path& page : pages()) {
    CAPTURE(page);
    const std::vector<Block> blocks = blocks_of(content_of_page(page));
    const bool any =
        std::any_of(blocks.begin(), blocks.end(), [](const Block& block) { return block.language == "sh"; });
    if (!any) continue;
    with_commands.push_back(page.string());
    const Desk desk(std::regex_replace(page.string(), std::regex("[/.]"), "-"));
    std::string said;
    bool is_left_out = false;
    for (const Block& block : blocks) {
      const std::string name = name_of(block);
      if (block.language == "output") {
        if (!is_left_out)
          CHECK_MESSAGE(missing_in(said, block.text).empty(), missing_in(said, block.text), "\nin\n", said);
        ++outputs;
        continue;
      }
      if (!name.empty() && block.language == "yaml") desk.write(name, block.text);
      const bool workflow = name.starts_with(".github/workflows/");
      if (block.language != "sh" && !workflow) continue;
      said.clear();
      is_left_out = false;
      for (const std::string& command : workflow ? commands_of_workflow(block.text) : commands_of(block)) {
        CAPTURE(command);
        const std::string missing = left_out(command);
        if (!missing.empty()) {
          MESSAGE("left out, as there is no ", missing, ": ", command);
          is_left_out = true;
          continue;
        }
        std::string output;
        CHECK_MESSAGE(desk.run(command, output) == wanted_code(command), output);
        said += output;
        ++commands;
      }
    }
  }
  CHECK(commands >= 60);
  CHECK(outputs >= 5);
  for (const char* page : {"README.md", "cmd/README.md", "cmd/PROBLEM.md", "cmd/DATA.md", "cmd/MACHINES.md",
                           "lib/theory/README.md", "samples/README.md"}) {
    const bool has = std::find(with_commands.begin(), with_commands.end(), page) != with_commands.end();
    CHECK_MESSAGE(has, page);
  }
}

TEST_CASE("what a page shows is held against what is said, line by line, but for times") {
  CHECK(missing_in("a\nb 0.1 s\nc\n", "b 3.25e-05 s\n  ...\n\nc\n").empty());
  CHECK(missing_in("a\nb\n", "b\na\n") == "a");
  CHECK(missing_in("loss  0.25\n", "loss 0.26\n") == "loss 0.26");
  CHECK(wanted_code("lookahead check x.yaml  # exit code 3") == 3);
  CHECK(wanted_code("lookahead check x.yaml") == 0);
  CHECK(commands_of_workflow(
            "  - run: lookahead solve a\n    lookahead b \\\n      -c\n  - uses: lookahead\n") ==
        std::vector<std::string>{"lookahead solve a", "lookahead b -c"});
}
