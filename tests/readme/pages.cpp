#include "readme/pages.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <regex>
#include <sstream>

#include "support/temporary_folder.hpp"

namespace lookahead::test {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(std::move(line));
  return lines;
}

// GitHub's anchor of a heading: lower case, blanks as hyphens, no other punctuation.
std::string slug_of(const std::string& heading) {
  std::string slug;
  for (const char character : heading) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte >= 0x80 || std::isalnum(byte) != 0 || character == '-' || character == '_') {
      slug += static_cast<char>(byte < 0x80 ? std::tolower(byte) : byte);
    } else if (character == ' ') {
      slug += '-';
    }
  }
  return slug;
}

}  // namespace

std::vector<fs::path> pages() {
  const fs::path source = LOOKAHEAD_SOURCE_DIR;
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(source)) {
    if (entry.path().extension() == ".md") found.push_back(entry.path().filename());
  }
  for (const char* folder : {".github", "cmd", "lib", "samples", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(source / folder)) {
      if (entry.path().extension() == ".md") found.push_back(fs::relative(entry.path(), source));
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string content_of_page(const fs::path& page) {
  return test::content_of(fs::path(LOOKAHEAD_SOURCE_DIR) / page);
}

std::vector<Block> blocks_of(const std::string& text) {
  std::vector<Block> blocks;
  bool open = false;
  for (const std::string& line : lines_of(text)) {
    if (line.starts_with("```")) {
      if (!open) blocks.push_back({line.substr(3), ""});
      open = !open;
    } else if (open) {
      blocks.back().text += line + "\n";
    }
  }
  return blocks;
}

std::string name_of(const Block& block) {
  std::smatch name;
  const std::string first = block.text.substr(0, block.text.find('\n'));
  return std::regex_match(first, name, std::regex(R"(# ([\w./-]+\.\w+))")) ? name[1].str() : std::string();
}

std::vector<std::string> commands_of(const Block& block) {
  std::vector<std::string> commands;
  std::string command;
  for (const std::string& line : lines_of(block.text)) {
    command += line;
    if (!command.empty() && command.back() == '\\') {
      command += '\n';
    } else if (!command.empty()) {
      commands.push_back(std::move(command));
      command.clear();
    }
  }
  return commands;
}

std::string prose_of(const std::string& text) {
  std::string prose;
  bool fenced = false;
  for (const std::string& line : lines_of(text)) {
    if (line.starts_with("```")) {
      fenced = !fenced;
    } else if (!fenced && !line.starts_with("    ")) {
      prose += std::regex_replace(line, std::regex("`[^`]*`"), "``") + "\n";
    }
  }
  return prose;
}

std::vector<std::string> anchors_of(const std::string& text) {
  std::vector<std::string> anchors;
  std::map<std::string, int> seen;
  bool fenced = false;
  const std::regex heading("#{1,6} (.*)");
  for (const std::string& line : lines_of(text)) {
    if (line.starts_with("```")) fenced = !fenced;
    std::smatch match;
    if (fenced || !std::regex_match(line, match, heading)) continue;
    std::string slug = slug_of(match[1].str());
    const int before = seen[slug]++;
    if (before > 0) slug.append("-").append(std::to_string(before));
    anchors.push_back(std::move(slug));
  }
  return anchors;
}

}  // namespace lookahead::test
