#pragma once
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/scalar.hpp"

// A picture as plain data, and what all who draw it share: ranges, ticks, colors. Texts may hold anything;
// who draws makes them harmless.
namespace lookahead::picture {

inline constexpr double none = std::numeric_limits<double>::quiet_NaN();
inline constexpr double infinity = std::numeric_limits<double>::infinity();

struct Axis {
  std::string label = {};  // with its unit: "gap", "time (s)"
  bool log = false;
  std::optional<double> low = {}, high = {};  // not given: those of what is drawn
  std::vector<std::string> names = {};        // categories, of which number i stands at i; empty: numbers
};

struct Series {
  enum class Kind { line, points, steps };
  enum class Mark { dot, square, cross, star, up, down };

  std::string name = {};  // in the legend; empty: not there
  Kind kind = Kind::line;
  Index color = 0;        // counted through the palette and then through kinds of lines; -1: grey
  bool dashed = false;    // where the color alone does not say so
  bool thin = false;      // a line that others stand out from
  bool marks = false;     // of a line: also its points
  Mark mark = Mark::dot;  // of points
  std::vector<double> x = {}, y = {};       // as many; a line breaks at NaN
  std::vector<double> low = {}, high = {};  // a band about it, NaN where there is none; empty: none at all
};

// Colored cells, whose numbers are counted along x from the left, then along y from below.
struct Heat {
  Index columns = 0, rows = 0;
  std::vector<double> values = {};  // row by row; NaN: there is none, infinite: diverged
  std::string label = {};
  bool log = false;
  std::optional<double> low = {}, high = {};  // that the scale also holds, so that panels have the same
};

struct Panel {
  std::string title = {};
  Axis x = {}, y = {};
  std::vector<Series> series = {};
  std::optional<Heat> heat = {};  // the axes have names
  bool equal_scales = false;      // a unit of x is as long as one of y
};

struct Figure {
  std::string title = {};
  std::string caption = {};             // what was run
  std::vector<std::string> notes = {};  // what is not to be seen, or not to be believed
  std::vector<Panel> panels = {};
};

// The same, ready to be drawn: every axis has a range, lines and points lie within it or are NaN. Zeros and
// what is below on a logarithmic axis, and infinite values, become marks at the edge, and a note counts them.
Figure settled(Figure figure);

struct Tick {
  double at = 0;
  std::string text;  // empty: a small one
};
// Ticks of a settled axis, about so many with a text.
std::vector<Tick> ticks(const Axis& axis, Index about);
// The scale of a heat map, whose range is that of its finite values, low and high.
Axis scale_of(const Heat& heat);

// Where a value lies on a settled axis: 0 at its low end, 1 at its high one.
double position(const Axis& axis, double value);

// Numbers for people on axes and in cells: six digits at most.
std::string number_text(double value, int digits = 6);

// Colors as 0xRRGGBB: those of Okabe and Ito, which the color-blind can tell apart, in an order that suits a
// light or a dark ground.
unsigned line_color(Index color, bool dark);
inline constexpr Index hues = 7;
// 0: solid, 1: dashed, 2: dotted; lines of one color differ by it.
int dash_of(const Series& series);
// Of a heat map, 0 <= share <= 1, from dark violet to yellow.
unsigned heat_color(double share);

// At most so many characters of UTF-8, the end replaced by "...", nothing a terminal would obey.
std::string shortened(const std::string& text, std::size_t most);
// The text on lines of at most `width` characters, broken at blanks where there are any.
std::vector<std::string> wrapped(const std::string& text, std::size_t width);
// Characters of UTF-8.
std::size_t width_of(const std::string& text);

}  // namespace lookahead::picture
