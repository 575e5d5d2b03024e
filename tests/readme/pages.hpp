#pragma once
#include <filesystem>
#include <string>
#include <vector>

// The pages of the tree, in Markdown, and what they show.
namespace lookahead::test {

// A fenced block of a page: the word behind the fence, and the lines.
struct Block {
  std::string language, text;
};

// All pages of the source tree, relative to it, in the order of their names.
std::vector<std::filesystem::path> pages();

std::string content_of_page(const std::filesystem::path& page);
std::vector<Block> blocks_of(const std::string& text);

// The file that a block is the content of, `# NAME` in its first line; empty: it is a part of one.
std::string name_of(const Block& block);

// The commands of a block of the language sh; a backslash at a line's end joins it with the next one.
std::vector<std::string> commands_of(const Block& block);

// The text of a page without its fenced blocks and without code in the line.
std::string prose_of(const std::string& text);

// The anchors of a page as GitHub makes them of its headings.
std::vector<std::string> anchors_of(const std::string& text);

}  // namespace lookahead::test
