#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "picture/writers.hpp"

namespace lookahead::picture {
namespace {

// In double quotes, with all that could mean something there or to whoever splits lines as octal numbers.
std::string text_of(const std::string& text) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:()+-=_/";
  std::string out = "\"";
  bool escaped = false;
  for (const char c : visible(text)) {
    const auto byte = static_cast<unsigned char>(c);
    // A digit behind an octal number would belong to it.
    const bool as_it_is = byte >= 0x80 || plain.find(c) != std::string_view::npos;
    escaped = !as_it_is || (escaped && c >= '0' && c <= '7');
    if (!escaped) {
      out += c;
      continue;
    }
    out += '\\';
    for (const int shift : {6, 3, 0}) out += static_cast<char>('0' + ((byte >> shift) & 7));
  }
  return out + "\"";
}

// Labels of ticks are formats.
std::string tick_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '%') out += '%';
    out += c;
  }
  return text_of(out);
}

std::string color_text(unsigned color) {
  std::string out = "'#";
  append_hex(out, color, 6);
  return out + "'";
}

std::string number(double value) { return to_text(value); }
std::string number(Index value) { return to_text(value); }

class Program {
 public:
  Program(const Figure& figure, Format format, const Canvas& canvas)
      : figure_(figure), format_(format), canvas_(canvas) {
    scale_ = std::clamp(static_cast<double>(std::min(canvas.width, canvas.height * 3 / 2)) / 900, 0.6, 4.0);
  }

  std::string text() {
    begin();
    for (std::size_t p = 0; p < figure_.panels.size(); ++p) panel(figure_.panels[p], p);
    line("unset multiplot");
    return std::move(out_);
  }

 private:
  void line(const std::string& text) { out_ += text + "\n"; }
  std::string ink() const { return color_text(canvas_.dark ? 0xe6e6e6 : 0x1a1a1a); }
  std::string faint() const { return color_text(canvas_.dark ? 0x3a3f47 : 0xdcdcdc); }
  std::string ground() const { return color_text(canvas_.dark ? 0x16181d : 0xffffff); }
  // Characters of a usual text that go into so many pixels.
  std::size_t characters(double pixels, double size) const {
    const double points = format_ == Format::svg ? 1 : 1.36;  // pixels of one
    return static_cast<std::size_t>(std::max(12.0, pixels / (0.6 * points * size * scale_)));
  }
  std::string font(double size) const {
    return "font '," + number(std::round(size * scale_ * 10) / 10) + "'";
  }

  void terminal() {
    const std::string size = number(canvas_.width) + "," + number(canvas_.height);
    const std::string usual = number(std::round(12 * scale_ * 10) / 10);
    const std::string lines = " linewidth " + number(scale_);
    if (format_ == Format::svg) {
      line("set terminal svg noenhanced size " + size + " font 'sans-serif," + usual + "'" + lines +
           " background " + ground());
    } else if (format_ == Format::png) {
      line("set terminal pngcairo noenhanced size " + size + " font 'Sans," +
           number(std::round(9 * scale_ * 10) / 10) + "'" + lines + " background " + ground());
    } else {
      const double inch = 100;
      // A point is 1/72 inch, a pixel here 1/100.
      line("set terminal pdfcairo noenhanced size " + number(static_cast<double>(canvas_.width) / inch) +
           "in," + number(static_cast<double>(canvas_.height) / inch) + "in font 'Sans," +
           number(std::round(8.6 * scale_ * 10) / 10) + "'" + lines + " background " + ground());
    }
  }

  void begin() {
    line("# A picture by lookahead, for gnuplot 5: gnuplot THIS >picture");
    line("reset");
    line("set encoding utf8");
    terminal();
    line("set border 3 linecolor rgb " + ink());
    line("set tics nomirror textcolor rgb " + ink());
    line("set tics scale 0.6,0.3");
    line("set grid xtics ytics linecolor rgb " + faint() + " linewidth 0.8 dashtype solid");
    line("set key textcolor rgb " + ink());
    const auto height = static_cast<double>(canvas_.height);
    double top = height;
    line("set multiplot");
    int label = 0;
    const auto write = [&](const std::string& text, double y, double size) {
      line("set label " + number(Index{++label}) + " " + text_of(text) + " at screen " +
           number(12 * scale_ / static_cast<double>(canvas_.width)) + ", screen " + number(y / height) +
           " left noenhanced " + font(size) + " textcolor rgb " + ink());
    };
    if (!figure_.title.empty()) {
      top -= 20 * scale_;
      write(shortened(figure_.title, characters(static_cast<double>(canvas_.width), title_size())), top,
            title_size());
      top -= 8 * scale_;
    }
    std::vector<std::string> below =
        wrapped(figure_.caption, characters(static_cast<double>(canvas_.width) - 24 * scale_, small_size()));
    for (const std::string& note : figure_.notes) {
      for (std::string& part : wrapped(
               "Note: " + note, characters(static_cast<double>(canvas_.width) - 24 * scale_, small_size())))
        below.push_back(std::move(part));
    }
    // A small picture is not all caption.
    const auto most = static_cast<std::size_t>(std::max(1.0, height / 3 / (13 * scale_)));
    if (below.size() > most) {
      below.resize(most);
      below.back() += " ...";
    }
    double bottom = 4 * scale_ + 13 * scale_ * static_cast<double>(below.size());
    const double floor = bottom;
    for (const std::string& text : below) {
      bottom -= 13 * scale_;
      write(text, bottom + 4 * scale_, small_size());
    }
    bottom_ = floor / height;
    top_ = top / height;
    labels_ = label;
  }

  double small_size() const { return format_ == Format::svg ? 10 : 7.6; }
  double title_size() const { return format_ == Format::svg ? 14 : 10.6; }

  // Pixels between the names of categories.
  void axis(const char* name, const Axis& axis, Index about, std::size_t tick_width, double between = 0) {
    const std::string n = name;
    line("set " + n + "range [" + number(*axis.low) + ":" + number(*axis.high) + "]");
    line(std::string(axis.log ? "set" : "unset") + " logscale " + n);
    std::string tics;
    for (const Tick& tick : ticks(axis, about)) {
      tics += (tics.empty() ? "" : ", ") + tick_text(shortened(tick.text, tick_width)) + " " +
              number(tick.at) + (tick.text.empty() ? " 1" : " 0");
    }
    const bool slanted =
        n == "x" && !axis.names.empty() &&
        static_cast<double>(std::min(longest(axis), tick_width) + 1) > between / (0.6 * 12 * scale_);
    line("set " + n + "tics " + (slanted ? "rotate by 30 right " : "norotate ") + "(" + tics + ")");
    if (n != "cb") {
      line("set " + n + "label " + text_of(shortened(axis.label, 70)) + " noenhanced textcolor rgb " + ink());
    } else {
      line("set cblabel " + text_of(shortened(axis.label, 50)) + " noenhanced textcolor rgb " + ink());
    }
  }

  static std::size_t longest(const Axis& axis) {
    std::size_t most = 0;
    for (const std::string& name : axis.names) most = std::max(most, width_of(name));
    return most;
  }

  void panel(const Panel& panel, std::size_t p) {
    const std::size_t count = figure_.panels.size();
    const std::size_t columns = count == 1 ? 1 : count <= 4 ? 2 : 3;
    const std::size_t rows = (count + columns - 1) / columns;
    const double width = 1.0 / static_cast<double>(columns);
    const double height = (top_ - bottom_) / static_cast<double>(rows);
    const std::size_t across = p % columns, down = p / columns;
    const auto column = static_cast<double>(across), row = static_cast<double>(down);
    line("set origin " + number(column * width) + "," + number(top_ - (row + 1) * height));
    line("set size " + number(width) + "," + number(height));
    const double pixels = static_cast<double>(canvas_.width) * width;
    line(panel.title.empty()
             ? "unset title"
             : "set title " + text_of(shortened(panel.title, characters(pixels * 0.8, small_size() + 1))) +
                   " noenhanced textcolor rgb " + ink());
    const auto about = [&](double length, double each) {
      return static_cast<Index>(std::max(2.0, length / (each * scale_)));
    };
    const auto names = static_cast<double>(std::max<std::size_t>(1, panel.x.names.size()));
    axis("x", panel.x, about(pixels, 90), 16, pixels * (panel.heat ? 0.7 : 0.85) / names);
    axis("y", panel.y, about(height * static_cast<double>(canvas_.height), 48), 18);
    line(panel.equal_scales ? "set size ratio -1" : "set size noratio");
    if (panel.heat) {
      heat(panel);
    } else {
      lines(panel, p, pixels);
    }
    // The labels at the screen are those of the first plot alone.
    for (int i = 1; p == 0 && i <= labels_; ++i) line("unset label " + number(Index{i}));
  }

  // One data block of a series: x y, or x low high.
  void block(const std::string& name, const Series& series, bool band) {
    line("$" + name + " << EOD");
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      const double a = band ? series.low[i] : series.y[i], b = band ? series.high[i] : 0;
      // An empty line breaks a line.
      if (std::isnan(series.x[i]) || std::isnan(a) || std::isnan(b)) {
        if (!out_.ends_with("\n\n") && !out_.ends_with("EOD\n")) line("");
        continue;
      }
      line(number(series.x[i]) + " " + number(a) + (band ? " " + number(b) : ""));
    }
    // Nothing at all would be an error.
    if (out_.ends_with("<< EOD\n")) line(band ? "NaN NaN NaN" : "NaN NaN");
    line("EOD");
  }

  void key(const Panel& panel, double pixels, std::size_t& most) {
    std::size_t named = 0, longest_name = 0;
    for (const Series& series : panel.series) {
      if (series.name.empty()) continue;
      ++named;
      longest_name = std::max(longest_name, width_of(visible(series.name)));
    }
    const std::size_t across = characters(pixels, small_size());
    if (named == 0) {
      line("set key off");
      return;
    }
    const bool beside = named > 6 && pixels > 500 * scale_;
    most = beside ? std::max<std::size_t>(12, across / 4) : std::max<std::size_t>(12, across * 2 / 5);
    const std::size_t each = std::min(longest_name, most) + 7;
    const std::size_t per_row = std::max<std::size_t>(1, std::min(named, across * 9 / 10 / each));
    line(beside ? "set key on outside right top vertical Left reverse noenhanced samplen 2 " +
                      font(small_size() * (named > 16 ? 0.85 : 1)) + " maxcols 1 maxrows " +
                      number(static_cast<Index>(named))
                : "set key on outside top center horizontal Left reverse noenhanced samplen 2 width 1 " +
                      font(small_size()) + " maxcols " + number(static_cast<Index>(per_row)) + " maxrows " +
                      number(static_cast<Index>((named + per_row - 1) / per_row)));
  }

  std::string stroke(const Series& series) const {
    constexpr const char* dashes[] = {"solid", "(8,4)", "(2,3)"};
    return " lc rgb " + color_text(line_color(series.color, canvas_.dark)) + " lw " +
           (series.thin ? "0.7" : "1.6") + " dt " + dashes[dash_of(series)];
  }

  std::string symbol(const Series& series) const {
    constexpr int types[] = {7, 5, 2, 3, 9, 11};
    constexpr double sizes[] = {0.6, 0.9, 0.7, 1.3, 1.1, 1.1};
    const auto mark = static_cast<int>(series.mark);
    constexpr double thin = 0.3;
    return " pt " + number(Index{types[mark]}) + " ps " + number((series.thin ? thin : sizes[mark]) * scale_);
  }

  void lines(const Panel& panel, std::size_t p, double pixels) {
    std::vector<std::string> parts;
    std::size_t most = 0;
    key(panel, pixels, most);
    for (std::size_t s = 0; s < panel.series.size(); ++s) {
      const Series& series = panel.series[s];
      const std::string name = "p" + number(static_cast<Index>(p)) + "s" + number(static_cast<Index>(s));
      if (!series.low.empty()) {
        block(name + "b", series, true);
        parts.push_back("$" + name + "b using 1:2:3 with filledcurves notitle fs transparent solid 0.18 " +
                        "noborder fc rgb " + color_text(line_color(series.color, canvas_.dark)));
      }
    }
    for (std::size_t s = 0; s < panel.series.size(); ++s) {
      const Series& series = panel.series[s];
      const std::string name = "p" + number(static_cast<Index>(p)) + "s" + number(static_cast<Index>(s));
      block(name, series, false);
      const char* kind = series.kind == Series::Kind::points  ? "points"
                         : series.kind == Series::Kind::steps ? "steps"
                         : series.marks                       ? "linespoints"
                                                              : "lines";
      const bool points = series.kind == Series::Kind::points;
      parts.push_back(
          "$" + name + " using 1:2 with " + kind +
          (points ? " lc rgb " + color_text(line_color(series.color, canvas_.dark)) : stroke(series)) +
          (points || series.marks ? symbol(series) : "") +
          (series.name.empty() ? " notitle"
                               : " title " + text_of(shortened(series.name, most)) + " noenhanced"));
    }
    // A plot of nothing is an error.
    if (parts.empty()) parts.emplace_back("NaN notitle");
    line("plot " + joined(parts, ", \\\n  "));
  }

  void heat(const Panel& panel) {
    const Heat& heat = *panel.heat;
    const Axis scale = scale_of(heat);
    axis("cb", scale, 5, 12);
    line("set key off");
    line("unset grid");
    std::string stops;
    for (int i = 0; i <= 8; ++i)
      stops += (i == 0 ? "" : ", ") + number(Index{i}) + " " + color_text(heat_color(i / 8.0));
    line("set palette defined (" + stops + ")");
    const bool with_text = heat.columns <= 12 && heat.rows <= 12;
    int label = labels_;
    line("$heat << EOD");
    for (Index r = 0; r < heat.rows; ++r) {
      for (Index c = 0; c < heat.columns; ++c) {
        const double value = heat.values[static_cast<std::size_t>(r * heat.columns + c)];
        const bool shown = std::isfinite(value) && (!scale.log || value > 0);
        const auto x = static_cast<double>(c), y = static_cast<double>(r);
        if (shown || value == 0) {
          line(number(x) + " " + number(y) + " " + number(x - 0.5) + " " + number(x + 0.5) + " " +
               number(y - 0.5) + " " + number(y + 0.5) + " " +
               number(shown ? std::clamp(value, *scale.low, *scale.high) : *scale.low));
        }
      }
    }
    line("NaN NaN NaN NaN NaN NaN NaN");
    line("EOD");
    for (Index r = 0; with_text && r < heat.rows; ++r) {
      for (Index c = 0; c < heat.columns; ++c) {
        const double value = heat.values[static_cast<std::size_t>(r * heat.columns + c)];
        if (std::isnan(value)) continue;
        const bool bright = std::isfinite(value) && position(scale, value) > 0.6;
        line("set label " + number(Index{++label}) + " " + text_of(number_text(value, 3)) + " at first " +
             number(c) + ", first " + number(r) + " center noenhanced front " +
             font(small_size() * (heat.columns > 8 ? 0.75 : 0.95)) + " textcolor rgb " +
             (std::isinf(value) ? ink() : color_text(bright ? 0x000000 : 0xffffff)));
      }
    }
    line("plot $heat using 1:2:3:4:5:6:7 with boxxyerror fs solid noborder lc palette notitle");
    for (int i = labels_ + 1; i <= label; ++i) line("unset label " + number(Index{i}));
    line("set grid xtics ytics linecolor rgb " + faint() + " linewidth 0.8 dashtype solid");
  }

  const Figure& figure_;
  Format format_;
  Canvas canvas_;
  double scale_ = 1, top_ = 1, bottom_ = 0;
  int labels_ = 0;
  std::string out_;
};

}  // namespace

std::string gnuplot_program(const Figure& figure, Format format, const Canvas& canvas) {
  return Program(figure, format, canvas).text();
}

bool is_whole(std::string_view picture, Format format) {
  while (!picture.empty() && (picture.back() == '\n' || picture.back() == '\r')) picture.remove_suffix(1);
  switch (format) {
    case Format::svg:
      return picture.starts_with("<?xml") && picture.ends_with("</svg>");
    case Format::pdf:
      return picture.starts_with("%PDF-") && picture.ends_with("%%EOF");
    case Format::png:
      break;
  }
  constexpr std::string_view begin = "\x89PNG", end = "IEND\xae\x42\x60\x82";
  return picture.starts_with(begin) && picture.ends_with(end);
}

}  // namespace lookahead::picture
