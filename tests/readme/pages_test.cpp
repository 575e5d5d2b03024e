// The pages hold together: their links lead somewhere, they are as wide as an editor, and name what there is.
#include "readme/pages.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

#include "support/temporary_folder.hpp"

using namespace lookahead::test;

namespace {

namespace fs = std::filesystem;

const fs::path source = LOOKAHEAD_SOURCE_DIR;

std::size_t columns_of(const std::string& line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char character) {
    return (static_cast<unsigned char>(character) & 0xC0U) != 0x80U;
  }));
}

}  // namespace

TEST_CASE("every link of a page leads to a file that is there, and to a heading of it") {
  int links = 0, anchors = 0;
  const std::regex link(R"(\]\(([^)\s]+)\))");
  for (const fs::path& page : pages()) {
    CAPTURE(page);
    const std::string prose = prose_of(content_of_page(page));
    for (std::sregex_iterator match(prose.begin(), prose.end(), link), end; match != end; ++match) {
      const std::string target = (*match)[1].str();
      if (target.find("://") != std::string::npos) continue;
      const std::size_t hash = target.find('#');
      const std::string file = target.substr(0, hash);
      const fs::path named = file.empty() ? page : (page.parent_path() / file).lexically_normal();
      CHECK_MESSAGE(fs::exists(source / named), target);
      ++links;
      if (hash == std::string::npos) continue;
      const std::vector<std::string> headings = anchors_of(content_of_page(named));
      const bool found =
          std::find(headings.begin(), headings.end(), target.substr(hash + 1)) != headings.end();
      CHECK_MESSAGE(found, target);
      ++anchors;
    }
  }
  CHECK(links > 100);
  CHECK(anchors > 5);
}

TEST_CASE("the README is read in some minutes, and no line of a page is wider than 120 columns") {
  const std::string readme = content_of_page("README.md");
  CHECK(std::count(readme.begin(), readme.end(), '\n') <= 200);
  for (const fs::path& page : pages()) {
    CAPTURE(page);
    std::istringstream lines(content_of_page(page));
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
      ++number;
      // A row of a table is one line.
      CHECK_MESSAGE((columns_of(line) <= 120 || line.starts_with("|")), number, ": ", line);
    }
  }
}

TEST_CASE("the page of the tests names every folder of them and no file that is not there") {
  const fs::path tests = source / "tests";
  const std::string page = content_of_page("tests/README.md");
  for (const auto& entry : fs::directory_iterator(tests)) {
    if (!entry.is_directory()) continue;
    const std::string name = entry.path().filename().string();
    CHECK_MESSAGE(page.find('`' + name + '`') != std::string::npos, name);
  }
  int files = 0;
  const std::regex script(R"((?:^|\s)(?:\./|bash )(\S+))");
  for (std::sregex_iterator match(page.begin(), page.end(), script), end; match != end; ++match, ++files)
    CHECK_MESSAGE(fs::exists(source / (*match)[1].str()), (*match)[1].str());
  CHECK(files >= 6);
  // Programs of tests/, and what ctest may be asked for.
  const std::regex program(R"((\w+)_tests\b|-R (\w+))");
  for (std::sregex_iterator match(page.begin(), page.end(), program), end; match != end; ++match) {
    const std::string name = (*match)[1].matched ? (*match)[1].str() : (*match)[2].str();
    CHECK_MESSAGE(fs::is_directory(tests / name), name);
  }
}

TEST_CASE("the scripts that the pages begin with are there and can be run") {
  for (const char* script : {"cmd/run.sh", "tests/run.sh"})
    CHECK(access((source / script).c_str(), X_OK) == 0);
}

TEST_CASE("the templates of lib/README.md are the files that tests/extension compiles") {
  const std::vector<Block> blocks = blocks_of(content_of_page("lib/README.md"));
  int templates = 0;
  for (const auto& entry : fs::directory_iterator(source / "tests" / "extension")) {
    if (entry.path().extension() != ".in") continue;
    const std::string content = lookahead::test::content_of(entry.path());
    const bool shown = std::any_of(blocks.begin(), blocks.end(), [&](const Block& block) {
      return block.language == "cpp" && block.text == content;
    });
    CHECK_MESSAGE(shown, entry.path());
    ++templates;
  }
  CHECK(templates >= 2);
}

TEST_CASE("the reference names every model, loss, penalty, noise and slow rule, and every kind of them") {
  std::string reference;
  for (const fs::path& page : pages())
    if (page.parent_path() == "cmd") reference += content_of_page(page);
  const lookahead::test::TemporaryFolder folder;
  const std::string listed = folder.path("list");
  const std::string command = "'" LOOKAHEAD_BINARY "' list > '" + listed + "'";
  REQUIRE(std::system(command.c_str()) == 0);
  std::istringstream list(lookahead::test::content_of(listed));
  const std::vector<std::string> named = {"models", "losses", "penalties", "noises", "outer"};
  std::string kind;
  int items = 0;
  // A kind stands alone on its line, its items below it are indented.
  for (std::string line; std::getline(list, line);) {
    if (line.empty()) continue;
    if (line.front() != ' ') {
      kind = line;
      CHECK_MESSAGE(reference.find(kind) != std::string::npos, kind);
      continue;
    }
    if (std::find(named.begin(), named.end(), kind) == named.end()) continue;
    const std::string name = line.substr(2, line.find(' ', 2) - 2);
    CHECK_MESSAGE(reference.find(name) != std::string::npos, kind << " " << name);
    ++items;
  }
  CHECK(items > 20);
}

TEST_CASE("a page is taken apart as it is written") {
  const std::string page =
      "# A page\n\n```yaml\n# a.yaml\nx: 1\n```\nSee `[no](link)`, [one](b.md#c).\n\n## A page\n"
      "## k, alpha (2)\n```sh\nfirst \\\n  more\nsecond\n# not a heading\n```\n    [no](link)\n";
  const std::vector<Block> blocks = blocks_of(page);
  REQUIRE(blocks.size() == 2);
  CHECK(name_of(blocks[0]) == "a.yaml");
  CHECK(name_of(blocks[1]).empty());
  CHECK(commands_of(blocks[1]) == std::vector<std::string>{"first \\\n  more", "second", "# not a heading"});
  CHECK(prose_of(page).find("[one](b.md#c)") != std::string::npos);
  CHECK(prose_of(page).find("[no]") == std::string::npos);
  CHECK(anchors_of(page) == std::vector<std::string>{"a-page", "a-page-1", "k-alpha-2"});
}
