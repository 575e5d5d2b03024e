#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

// Runs every command of the README in a folder with its problem files and the samples beside it.
namespace {

namespace fs = std::filesystem;

struct Block {
  std::string language, text;
};

std::vector<Block> blocks_of(const fs::path& path) {
  std::ifstream file(path);
  std::vector<Block> blocks;
  std::string line;
  bool open = false;
  while (std::getline(file, line)) {
    if (line.starts_with("```")) {
      if (!open) blocks.push_back({line.substr(3), ""});
      open = !open;
    } else if (open) {
      blocks.back().text += line + "\n";
    }
  }
  return blocks;
}

int status_of(const std::string& command) {
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

}  // namespace

TEST_CASE("every command of the README runs, in its order, on the files the README shows") {
  const fs::path source = LOOKAHEAD_SOURCE_DIR;
  const fs::path folder = fs::temp_directory_path() / ("lookahead-readme-" + std::to_string(getpid()));
  fs::create_directories(folder);
  fs::copy(source / "samples", folder / "samples", fs::copy_options::recursive);
  const std::string path = fs::path(LOOKAHEAD_BINARY).parent_path().string();
  const bool has_mpi = status_of("command -v mpirun > /dev/null") == 0 &&
                       fs::exists(fs::path(path) / "liblookahead_mpi_openmpi.so");
  // Containers run as root, on few processors.
  const std::string container =
      "OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 "
      "OMPI_MCA_btl_vader_single_copy_mechanism=none OMPI_MCA_plm=isolated";
  int commands = 0;
  for (const Block& block : blocks_of(source / "README.md")) {
    if (block.language == "yaml") {
      // The first line names the file.
      REQUIRE(block.text.starts_with("# "));
      std::ofstream(folder / block.text.substr(2, block.text.find('\n') - 2)) << block.text;
    }
    if (block.language != "sh") continue;
    std::istringstream lines(block.text);
    std::string line;
    while (std::getline(lines, line)) {
      CAPTURE(line);
      if (line.starts_with("lookahead plot ") && status_of("command -v gnuplot > /dev/null") != 0) {
        MESSAGE("left out, as gnuplot is missing: " << line);
        continue;
      }
      if (line.starts_with("mpirun ") && !has_mpi) {
        MESSAGE("left out, as mpirun or the plugin is missing: " << line);
        continue;
      }
      const std::string log = (folder / "log").string();
      const int status = status_of("cd '" + folder.string() + "' && " + container + " PATH='" + path +
                                   "':$PATH sh -e -c '" + line + "' > '" + log + "' 2>&1");
      std::ifstream output(log);
      std::stringstream said;
      said << output.rdbuf();
      CHECK_MESSAGE(status == 0, said.str());
      ++commands;
    }
  }
  CHECK(commands >= 8);
  CHECK(fs::exists(folder / "runs" / "valley-001" / "trace.csv"));
  CHECK(fs::exists(folder / "sweeps" / "noisy" / "runs.csv"));
  // What the experiment finds is what the page says of it.
  const std::string found = (folder / "found").string();
  REQUIRE(status_of("cd '" + folder.string() +
                    "' && '" LOOKAHEAD_BINARY "' compare sweeps/noisy --value tail_gap -q > '" + found +
                    "'") == 0);
  std::ifstream sentences(found), page(source / "README.md");
  const std::string said((std::istreambuf_iterator<char>(sentences)), std::istreambuf_iterator<char>());
  const std::string readme((std::istreambuf_iterator<char>(page)), std::istreambuf_iterator<char>());
  const auto begin = readme.find("lookahead ends ");
  REQUIRE(begin != std::string::npos);
  const std::string shown = readme.substr(begin, readme.find("```", begin) - begin);
  CHECK_MESSAGE(said.find(shown) != std::string::npos, said);
  CHECK(fs::exists(folder / "wine" / "model.json"));
  fs::remove_all(folder);
}

TEST_CASE("every command on the page of the commands runs") {
  const fs::path source = LOOKAHEAD_SOURCE_DIR;
  const fs::path folder = fs::temp_directory_path() / ("lookahead-commands-" + std::to_string(getpid()));
  fs::create_directories(folder);
  for (const Block& block : blocks_of(source / "README.md")) {
    if (block.language != "yaml") continue;
    std::ofstream(folder / block.text.substr(2, block.text.find('\n') - 2)) << block.text;
  }
  fs::copy(source / "samples", folder / "samples", fs::copy_options::recursive);
  const std::string path = fs::path(LOOKAHEAD_BINARY).parent_path().string();
  const std::string log = (folder / "log").string();
  const auto status = [&](const std::string& command) {
    return status_of("cd '" + folder.string() + "' && PATH='" + path + "':$PATH sh -e -c \"" + command +
                     "\" > '" + log + "' 2>&1");
  };
  // What the page speaks of.
  REQUIRE(status("lookahead solve wine.yaml -q") == 0);
  for (const char* seed : {"1", "2"}) {
    const std::string words = std::string(" -q -s batch=32 -s stop.epochs=2 --seed ") + seed;
    REQUIRE(status("lookahead solve wine.yaml -o runs/a-" + std::string(seed) + words) == 0);
    REQUIRE(status("lookahead solve wine.yaml -o runs/b-" + std::string(seed) + words +
                   " -s lookahead=false") == 0);
  }
  REQUIRE(status("lookahead sweep noisy.yaml -q") == 0);
  REQUIRE(
      status("lookahead sweep wine.yaml -q -s batch=32 -s stop.epochs=2 -s data.validation=0.2 --seeds 1..6 "
             "--method 'plain={lookahead: false}' --method 'lookahead={lookahead: {k: 5}}' --vary "
             "'optimizer.lr=[0.01, 0.1]'") == 0);
  const bool draws = status_of("command -v gnuplot > /dev/null") == 0;
  std::ifstream page(source / "cmd" / "README.md");
  int commands = 0;
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("    lookahead ")) continue;
    CAPTURE(line);
    if (!draws && line.find(".svg") != std::string::npos) continue;
    const int code = status(line);
    std::ifstream output(log);
    std::stringstream said;
    said << output.rdbuf();
    // What is asserted may be so or not.
    const bool asserted = line.find("--assert") != std::string::npos && code == 7;
    CHECK_MESSAGE((code == 0 || asserted), said.str());
    ++commands;
  }
  CHECK(commands >= 9);
  fs::remove_all(folder);
}

TEST_CASE("the page of the tests names every folder of them and no file that is not there") {
  const fs::path tests = fs::path(LOOKAHEAD_SOURCE_DIR) / "tests";
  std::ifstream file(tests / "README.md");
  const std::string page((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  for (const auto& entry : fs::directory_iterator(tests)) {
    if (!entry.is_directory()) continue;
    const std::string name = entry.path().filename().string();
    CHECK_MESSAGE(page.find('`' + name + '`') != std::string::npos, name);
  }
  int files = 0;
  const std::regex link(R"(\]\(([^):]+)\)|(?:^|\s)(?:\./|bash )(\S+))");
  for (std::sregex_iterator match(page.begin(), page.end(), link), end; match != end; ++match, ++files) {
    const bool is_link = (*match)[1].matched;
    const fs::path named = is_link ? tests / (*match)[1].str() : tests.parent_path() / (*match)[2].str();
    CHECK_MESSAGE(fs::exists(named), named);
  }
  CHECK(files >= 6);
  // Programs of tests/, and what ctest may be asked for.
  const std::regex program(R"((\w+)_tests\b|-R (\w+))");
  for (std::sregex_iterator match(page.begin(), page.end(), program), end; match != end; ++match) {
    const std::string name = (*match)[1].matched ? (*match)[1].str() : (*match)[2].str();
    CHECK_MESSAGE(fs::is_directory(tests / name), name);
  }
}

TEST_CASE("the scripts the README starts with are there and can be run") {
  for (const char* script : {"cmd/run.sh", "tests/run.sh"}) {
    CHECK(access((fs::path(LOOKAHEAD_SOURCE_DIR) / script).c_str(), X_OK) == 0);
  }
}

TEST_CASE("the README names every model, loss, penalty, noise and slow rule, and every kind of them") {
  std::ifstream file(fs::path(LOOKAHEAD_SOURCE_DIR) / "README.md");
  std::stringstream readme;
  readme << file.rdbuf();
  const std::string listed =
      (fs::temp_directory_path() / ("lookahead-list-" + std::to_string(getpid()))).string();
  REQUIRE(status_of("'" LOOKAHEAD_BINARY "' list > '" + listed + "'") == 0);
  std::ifstream list(listed);
  const std::vector<std::string> named = {"models", "losses", "penalties", "noises", "outer"};
  std::string kind;
  int items = 0;
  // A kind stands alone on its line, its items below it are indented.
  for (std::string line; std::getline(list, line);) {
    if (line.empty()) continue;
    if (line.front() != ' ') {
      kind = line;
      CHECK_MESSAGE(readme.str().find(kind) != std::string::npos, kind);
      continue;
    }
    if (std::find(named.begin(), named.end(), kind) == named.end()) continue;
    const std::string name = line.substr(2, line.find(' ', 2) - 2);
    CHECK_MESSAGE(readme.str().find(name) != std::string::npos, kind << " " << name);
    ++items;
  }
  CHECK(items > 20);
  fs::remove(listed);
}
