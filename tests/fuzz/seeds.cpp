#include "seeds.hpp"

#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "input.hpp"

namespace lookahead::fuzz {
namespace {

namespace fs = std::filesystem;

const fs::path root = LOOKAHEAD_SOURCE_DIR;

// The beginning of a file, unpacked where it is gzip, which zlib finds out.
std::string beginning(const fs::path& path, std::size_t most) {
  std::string text(most, '\0');
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) broken("can not read " + path.string());
  const int got = gzread(file, text.data(), static_cast<unsigned>(most));
  gzclose(file);
  if (got < 0) broken("can not read " + path.string());
  text.resize(static_cast<std::size_t>(got));
  return text;
}

std::string whole(const fs::path& path) {
  constexpr std::size_t most = std::size_t{1} << 22;
  return beginning(path, most);
}

// The files of a folder and below, or the file itself, sorted.
std::vector<fs::path> files_at(const fs::path& place) {
  std::vector<fs::path> files;
  if (fs::is_regular_file(place)) files.push_back(place);
  if (fs::is_directory(place)) {
    for (const auto& entry : fs::recursive_directory_iterator(place)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
  }
  if (files.empty()) broken("no file at " + place.string());
  std::sort(files.begin(), files.end());
  return files;
}

// Reads one literal that opens at `at`, which then stands behind its end.
std::string literal(std::string_view source, std::size_t& at) {
  std::string text;
  for (++at; at < source.size() && source[at] != '"'; ++at) {
    if (source[at] != '\\' || at + 1 >= source.size()) {
      text += source[at];
      continue;
    }
    const char c = source[++at];
    constexpr std::string_view names = "ntrfvab", values = "\n\t\r\f\v\a\b";
    if (const std::size_t known = names.find(c); known != std::string_view::npos) {
      text += values[known];
    } else if (c == 'x' || (c >= '0' && c <= '7')) {
      const int base = c == 'x' ? 16 : 8;
      const std::string digits(source.substr(c == 'x' ? at + 1 : at, base == 16 ? 2 : 3));
      std::size_t used = 0;
      // A literal is no hexadecimal or octal number only in a source that does not compile.
      const int value = std::stoi(digits, &used, base);
      text += static_cast<char>(value);
      at += used - (c == 'x' ? 0 : 1);
    } else {
      text += c;
    }
  }
  ++at;
  return text;
}

}  // namespace

std::vector<std::string> source_files(const std::string& folder, const std::vector<std::string>& endings) {
  std::vector<std::string> contents;
  for (const fs::path& path : files_at(root / folder)) {
    const auto fits = [&](const std::string& ending) { return path.string().ends_with(ending); };
    if (std::none_of(endings.begin(), endings.end(), fits)) continue;
    std::string text = beginning(path, most_input + 1);
    if (text.size() > most_input) text.resize(text.rfind('\n', most_input - 1) + 1);
    contents.push_back(std::move(text));
  }
  return contents;
}

std::vector<std::string> fenced(const std::string& readme, std::string_view language) {
  const std::string text = whole(root / readme), opening = "```" + std::string(language) + "\n";
  std::vector<std::string> blocks;
  for (std::size_t at = text.find(opening); at != std::string::npos; at = text.find(opening, at)) {
    at += opening.size();
    const std::size_t end = text.find("```", at);
    blocks.push_back(text.substr(at, end - at));
  }
  return blocks;
}

std::vector<std::string> literals(const std::vector<std::string>& places, std::string_view characters) {
  std::set<std::string> all;
  for (const std::string& place : places) {
    for (const fs::path& path : files_at(root / "tests" / place)) {
      if (path.extension() != ".cpp") continue;
      for (std::string& text : literals_in(whole(path))) {
        if (text.size() <= most_input && text.find_first_of(characters) != std::string::npos)
          all.insert(std::move(text));
      }
    }
  }
  return {all.begin(), all.end()};
}

std::vector<std::string> literals_in(std::string_view source) {
  std::vector<std::string> all;
  bool adjacent = false;
  for (std::size_t at = 0; at < source.size();) {
    const char c = source[at];
    if (c == '"') {
      std::string text = literal(source, at);
      if (adjacent) {
        all.back() += text;
      } else {
        all.push_back(std::move(text));
      }
      adjacent = true;
      continue;
    }
    if (c == '\'') {
      // A character, or a mark between digits.
      const bool digits = at > 0 && std::isalnum(static_cast<unsigned char>(source[at - 1])) != 0;
      if (!digits) at = std::min(source.find('\'', at + (source[at + 1] == '\\' ? 3 : 2)), source.size() - 1);
    } else if (source.substr(at, 2) == "//") {
      at = std::min(source.find('\n', at), source.size() - 1);
    } else if (std::isspace(static_cast<unsigned char>(c)) == 0) {
      adjacent = false;
    }
    ++at;
  }
  return all;
}

}  // namespace lookahead::fuzz
