#pragma once
#include <string>
#include <vector>

#include "picture/figure.hpp"

namespace lookahead::picture::test {

// Names of people who mean no good, and of people who do.
inline const std::vector<std::string> hostile = {
    "plain'; system('id') #",
    "\"; system(\"id\"); \"",
    "`id` $HOME @macro ${x} \\",
    "<img src=x onerror=alert(1)></svg><script>alert(1)</script>",
    "\\047\\134n %s %d {/Bold x} ^2 _3 'a''b'''",
    "two\nlines\r\x1b[31mred\t\x7f",
    "na\xc3\xafve \xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e \xff\xfe",
    "&amp;5&#39;05"};

// A figure whose every text is the given one.
inline Figure figure_of(const std::string& text) {
  Panel lines;
  lines.title = text;
  lines.x.label = lines.y.label = text;
  lines.y.log = true;
  Series line{.name = text, .x = {0, 1, none, 2, 3}, .y = {1, 0.1, none, 0, infinity}};
  Series points{.name = text, .kind = Series::Kind::points, .x = {0.5, 1.5}, .y = {1, 2}};
  line.low = {0.5, 0.05, none, 0, 1};
  line.high = {2, 0.2, none, 0, infinity};
  lines.series = {line, points};
  Panel cells;
  cells.title = cells.x.label = cells.y.label = text;
  cells.x.names = {text, text + "2"};
  cells.y.names = {text};
  cells.heat = Heat{2, 1, {1, none}, text, true};
  return settled({text, text, {text}, {lines, cells}});
}

}  // namespace lookahead::picture::test
