#pragma once
#include <string>
#include <vector>

namespace lookahead {

// Tables of texts for people: of compare, show and report. The first columns hold names and are aligned to the
// left, the others to the right.
struct TextTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> notes;  // by row; a line below it, may be empty
  std::size_t left = 1;            // columns aligned to the left
};

// With columns side by side and every line indented by `indent` blanks; lines fit into `width` characters: a
// name that is too long for its column gets a line of its own, and is broken where it must be.
std::string plain_text(const TextTable& table, std::size_t indent = 2, std::size_t width = 80);

// As a table of GitHub's markdown; what would mean something in it is escaped.
std::string markdown(const TextTable& table);
std::string markdown_escaped(const std::string& text);

// The text in lines of at most `width` characters, broken at blanks where it can be; the first line and the
// others indented by so many blanks. With an end of line.
std::string wrapped(const std::string& text, std::size_t first_indent, std::size_t indent,
                    std::size_t width = 80);

// How many characters a terminal shows of a text in UTF-8: its code points.
std::size_t shown_width(const std::string& text);
// So many of its characters, from the first.
std::string first_characters(const std::string& text, std::size_t count);

}  // namespace lookahead
