#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "picture/writers.hpp"

namespace lookahead::picture {
namespace {

// What stands for a series: the line of number i is drawn with character i.
constexpr std::string_view symbols = "*o+x#@%&abcdefghijklmnpqrstuvwyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t mine = width_of(text);
  return mine < width ? std::string(width - mine, ' ') + text : text;
}

// A field of characters, row 0 above.
class Field {
 public:
  Field(Index width, Index height)
      : width_(width),
        rows_(static_cast<std::size_t>(height), std::string(static_cast<std::size_t>(width), ' ')) {}
  Index width() const { return width_; }
  Index height() const { return std::ssize(rows_); }
  // From the left and from below.
  void put(Index column, Index row, char c, bool over = true) {
    if (column < 0 || column >= width_ || row < 0 || row >= height()) return;
    char& place = rows_[static_cast<std::size_t>(height() - 1 - row)][static_cast<std::size_t>(column)];
    if (over || place == ' ') place = c;
  }
  const std::string& row(Index from_above) const { return rows_[static_cast<std::size_t>(from_above)]; }

 private:
  Index width_;
  std::vector<std::string> rows_;
};

Index place_of(const Axis& axis, double value, Index count) {
  return std::clamp<Index>(static_cast<Index>(std::floor(position(axis, value) * static_cast<double>(count))),
                           0, count - 1);
}

void draw_band(Field& field, const Panel& panel, const Series& series) {
  for (std::size_t i = 0; i < series.low.size(); ++i) {
    if (std::isnan(series.x[i]) || std::isnan(series.low[i]) || std::isnan(series.high[i])) continue;
    const Index column = place_of(panel.x, series.x[i], field.width());
    const Index low = place_of(panel.y, series.low[i], field.height()),
                high = place_of(panel.y, series.high[i], field.height());
    for (Index row = low; row <= high; ++row) field.put(column, row, '.', false);
  }
}

void draw_line(Field& field, const Panel& panel, const Series& series, char symbol) {
  Index last_column = -1, last_row = -1;
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (std::isnan(series.x[i]) || std::isnan(series.y[i])) {
      last_column = -1;
      continue;
    }
    const Index column = place_of(panel.x, series.x[i], field.width()),
                row = place_of(panel.y, series.y[i], field.height());
    if (last_column >= 0 && series.kind == Series::Kind::steps) {
      for (Index c = last_column + 1; c < column; ++c) field.put(c, last_row, symbol);
      for (Index r = std::min(row, last_row); r <= std::max(row, last_row); ++r) field.put(column, r, symbol);
    } else if (last_column >= 0 && series.kind != Series::Kind::points) {
      const Index steps = std::max(std::abs(column - last_column), std::abs(row - last_row));
      for (Index s = 1; s < steps; ++s)
        field.put(last_column + (column - last_column) * s / steps, last_row + (row - last_row) * s / steps,
                  symbol);
    }
    field.put(column, row, symbol);
    last_column = column;
    last_row = row;
  }
}

char symbol_of(const Series& series, std::size_t named) {
  if (series.name.empty() && series.mark == Series::Mark::up) return '^';
  if (series.name.empty() && series.mark == Series::Mark::down) return 'v';
  if (series.name.empty() || series.color < 0) return '.';
  return symbols[named % symbols.size()];
}

std::string panel_lines(const Panel& panel, Index columns) {
  std::size_t margin = 0;
  const auto y_ticks = ticks(panel.y, 6);
  constexpr std::size_t most = 14;
  for (const Tick& tick : y_ticks) margin = std::max(margin, width_of(shortened(tick.text, most)));
  const Index width = columns - static_cast<Index>(margin) - 3, height = 20;
  Field field(width, height);
  std::vector<std::string> legend;
  for (const Series& series : panel.series) draw_band(field, panel, series);
  for (const bool named : {false, true}) {
    for (const Series& series : panel.series) {
      const bool edge = series.name.empty() && series.mark != Series::Mark::dot;
      const bool above = edge || (!series.name.empty() && series.color >= 0);
      if (above != named) continue;
      draw_line(field, panel, series, symbol_of(series, legend.size()));
      if (!series.name.empty())
        legend.push_back(std::string("  ") + symbol_of(series, legend.size()) + "  " +
                         shortened(series.name, static_cast<std::size_t>(columns) - 6));
    }
  }
  std::string text = "  " + shortened(panel.y.label, static_cast<std::size_t>(columns) - 2) + "\n";
  for (Index r = 0; r < height; ++r) {
    std::string label;
    for (const Tick& tick : y_ticks) {
      if (place_of(panel.y, tick.at, height) == height - 1 - r && !tick.text.empty())
        label = shortened(tick.text, most);
    }
    text += padded(label, margin) + (label.empty() ? " |" : " +") + field.row(r);
    text.erase(text.find_last_not_of(' ') + 1);
    text += "\n";
  }
  std::string line(static_cast<std::size_t>(width), '-'), labels(static_cast<std::size_t>(columns), ' ');
  std::size_t free_from = 0;
  for (const Tick& tick : ticks(panel.x, width / 12)) {
    const std::string name = shortened(tick.text, most);
    const auto place = static_cast<std::size_t>(place_of(panel.x, tick.at, width));
    line[place] = '+';
    const std::size_t begin = margin + 2 + place - std::min(margin + 2 + place, name.size() / 2);
    // Names of other alphabets would shift what follows.
    if (name.empty() || name.size() != width_of(name) || begin < free_from ||
        begin + name.size() > labels.size())
      continue;
    labels.replace(begin, name.size(), name);
    free_from = begin + name.size() + 1;
  }
  labels.erase(labels.find_last_not_of(' ') + 1);
  text += std::string(margin, ' ') + " +" + line + "\n" + labels + "\n";
  const std::string label = shortened(panel.x.label, static_cast<std::size_t>(width));
  text +=
      std::string(margin + 2 + (static_cast<std::size_t>(width) - width_of(label)) / 2, ' ') + label + "\n";
  for (const std::string& each : legend) text += each + "\n";
  return text;
}

// A table of numbers where it has room, or of shades.
std::string heat_lines(const Panel& panel, Index columns) {
  const Heat& heat = *panel.heat;
  std::size_t margin = 0;
  for (const std::string& name : panel.y.names) margin = std::max(margin, width_of(shortened(name, 20)));
  constexpr std::size_t cell = 9;
  const bool numbers =
      margin + cell * static_cast<std::size_t>(heat.columns) <= static_cast<std::size_t>(columns);
  const Axis scale = scale_of(heat);
  constexpr std::string_view shades = "@%#*+=-:. ";  // dark is low, as in the other pictures
  std::string text = "  " +
                     shortened(heat.label + " over " + panel.x.label + " (across) and " + panel.y.label,
                               static_cast<std::size_t>(columns) - 2) +
                     "\n";
  for (Index r = heat.rows - 1; r >= 0; --r) {
    text += padded(shortened(panel.y.names[static_cast<std::size_t>(r)], 20), margin);
    if (!numbers) text += " |";
    for (Index c = 0; c < heat.columns; ++c) {
      const double value = heat.values[static_cast<std::size_t>(r * heat.columns + c)];
      if (numbers) {
        text += padded(std::isnan(value) ? "-" : number_text(value, 3), cell);
      } else {
        const auto shade = [&] { return shades[static_cast<std::size_t>(place_of(scale, value, 10))]; };
        text += std::isnan(value) ? '?' : std::isinf(value) ? '!' : shade();
      }
    }
    text.erase(text.find_last_not_of(' ') + 1);
    text += "\n";
  }
  if (numbers) {
    text += std::string(margin, ' ');
    for (const std::string& name : panel.x.names) text += padded(shortened(name, cell - 1), cell);
    return text + "\n";
  }
  text += std::string(margin, ' ') + " |" + std::string(static_cast<std::size_t>(heat.columns), '-') + "\n";
  text += std::string(margin + 2, ' ') + shortened(panel.x.names.front(), 20) + " ... " +
          shortened(panel.x.names.back(), 20) + "\n";
  return text + "  '@' is " + number_text(*scale.low, 3) + ", ' ' is " + number_text(*scale.high, 3) +
         ", '?' is missing, '!' infinite\n";
}

}  // namespace

std::string terminal_text(const Figure& figure, Index columns) {
  columns = std::max<Index>(40, columns);
  std::string text;
  const auto add = [&](const std::string& what) {
    for (const std::string& line : wrapped(what, static_cast<std::size_t>(columns))) text += line + "\n";
  };
  add(figure.title);
  for (const Panel& panel : figure.panels) {
    if (!text.empty()) text += "\n";
    if (!panel.title.empty()) add(panel.title);
    text += panel.heat ? heat_lines(panel, columns) : panel_lines(panel, columns);
  }
  if (!figure.caption.empty() || !figure.notes.empty()) text += "\n";
  add(figure.caption);
  for (const std::string& note : figure.notes) add("Note: " + note);
  return text;
}

}  // namespace lookahead::picture
