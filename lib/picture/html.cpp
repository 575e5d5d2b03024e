#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "picture/writers.hpp"

namespace lookahead::picture {
namespace {

constexpr double letter = 7.2;  // the usual width of a character of 13 pixels

std::string whole(Index value) { return to_text(value); }
// A length in the picture: a tenth of a pixel is not to be seen.
std::string length(double value) { return to_text(std::round(value * 10) / 10); }

std::string hex_color(unsigned color) {
  std::string out = "#";
  append_hex(out, color, 6);
  return out;
}

std::string color_class(const Series& series) {
  return series.color < 0 ? "cn" : "c" + whole(series.color % hues);
}

bool is_open(Series::Mark mark) { return mark == Series::Mark::cross || mark == Series::Mark::star; }
std::string mark_class(Series::Mark mark) { return is_open(mark) ? "line" : "mark"; }

// A mark of radius r as a piece of a path.
std::string mark_path(Series::Mark mark, double x, double y, double r) {
  const std::string size = length(2 * r), half = length(r);
  const std::string corner = "M" + length(x - r) + " " + length(y - r);
  switch (mark) {
    case Series::Mark::dot: {
      const std::string arc = "a" + half + " " + half + " 0 1 0 ";
      return "M" + length(x - r) + " " + length(y) + arc + size + " 0" + arc + "-" + size + " 0";
    }
    case Series::Mark::square:
      return corner + "h" + size + "v" + size + "h-" + size + "z";
    case Series::Mark::cross:
      return corner + "l" + size + " " + size + "m0 -" + size + "l-" + size + " " + size;
    case Series::Mark::star:
      return mark_path(Series::Mark::cross, x, y, r) + "M" + length(x) + " " + length(y - 1.4 * r) + "V" +
             length(y + 1.4 * r);
    case Series::Mark::up:
      return "M" + length(x - r) + " " + length(y + r) + "h" + size + "l-" + half + " -" + size + "z";
    case Series::Mark::down:
      break;
  }
  return corner + "h" + size + "l-" + half + " " + size + "z";
}

class Drawing {
 public:
  Drawing(const Panel& panel, const Canvas& canvas, std::string id)
      : panel_(panel),
        width_(static_cast<double>(canvas.width)),
        height_(static_cast<double>(canvas.height)),
        id_(std::move(id)) {
    const Axis& y = panel_.y;
    about_y_ = std::max<Index>(3, static_cast<Index>(height_ / 50));
    std::size_t longest = 1;
    for (const Tick& tick : ticks(y, about_y_))
      longest = std::max(longest, width_of(shortened(tick.text, most_name)));
    left_ = 34 + letter * static_cast<double>(longest);
    right_ = width_ - (panel.heat ? 84 : 14);
    top_ = panel.title.empty() ? 12 : 30;
    std::size_t longest_x = 1;
    for (const std::string& name : panel.x.names)
      longest_x = std::max(longest_x, width_of(shortened(name, most_name)));
    about_x_ = std::max<Index>(2, static_cast<Index>((right_ - left_) / 80));
    const double each =
        (right_ - left_) / static_cast<double>(std::max<std::size_t>(1, panel.x.names.size()));
    slanted_ = !panel.x.names.empty() && letter * static_cast<double>(longest_x + 1) > each;
    bottom_ = height_ - (slanted_ ? 34 + 0.5 * letter * static_cast<double>(longest_x) : 46);
    if (panel.equal_scales) make_equal();
  }

  std::string svg() {
    out_ = "<svg class=\"plot\" viewBox=\"0 0 " + length(width_) + " " + length(height_) +
           "\" role=\"img\" aria-label=\"" + html_text(panel_.y.label + " over " + panel_.x.label) + "\"" +
           data() + ">\n";
    if (!panel_.title.empty())
      text((left_ + right_) / 2, 18, shortened(panel_.title, fitting(width_)), "middle", " class=\"title\"");
    axes();
    if (panel_.heat) {
      cells();
    } else {
      out_ += "<clipPath id=\"" + id_ + "-clip\"><rect x=\"" + length(left_ - 6) + "\" y=\"" +
              length(top_ - 6) + "\" width=\"" + length(right_ - left_ + 12) + "\" height=\"" +
              length(bottom_ - top_ + 12) + "\"/></clipPath>\n<g clip-path=\"url(#" + id_ + "-clip)\">\n";
      for (std::size_t s = 0; s < panel_.series.size(); ++s) series(panel_.series[s], s);
      out_ += "</g>\n";
    }
    return out_ + "</svg>\n";
  }

 private:
  static constexpr std::size_t most_name = 18;

  static std::size_t fitting(double pixels) {
    return static_cast<std::size_t>(std::max(8.0, pixels / letter));
  }

  void make_equal() {
    const double unit = std::min((right_ - left_) / (*panel_.x.high - *panel_.x.low),
                                 (bottom_ - top_) / (*panel_.y.high - *panel_.y.low));
    const double wide = unit * (*panel_.x.high - *panel_.x.low),
                 high = unit * (*panel_.y.high - *panel_.y.low);
    const double spare = (right_ - left_ - wide) / 2;
    left_ += spare;
    right_ -= spare;
    bottom_ = top_ + high;
  }

  double at_x(double value) const { return left_ + position(panel_.x, value) * (right_ - left_); }
  double at_y(double value) const { return bottom_ - position(panel_.y, value) * (bottom_ - top_); }

  // What the script turns a place under the cursor into values by.
  std::string data() const {
    const auto axis = [](const char* name, const Axis& a) {
      const std::string n = std::string(" data-") + name;
      return n + "a=\"" + to_text(*a.low) + "\"" + n + "b=\"" + to_text(*a.high) + "\"" + n + "log=\"" +
             (a.log ? "1" : "0") + "\"";
    };
    if (panel_.heat) return "";
    return axis("x", panel_.x) + axis("y", panel_.y) + " data-box=\"" + length(left_) + " " + length(top_) +
           " " + length(right_) + " " + length(bottom_) + "\"";
  }

  void text(double x, double y, const std::string& words, const char* anchor, const std::string& more = "") {
    out_ += "<text x=\"" + length(x) + "\" y=\"" + length(y) + "\" text-anchor=\"" + anchor + "\"" + more +
            ">" + html_text(words) + "</text>\n";
  }

  void line(double x1, double y1, double x2, double y2, const char* kind) {
    out_ += "<line class=\"" + std::string(kind) + "\" x1=\"" + length(x1) + "\" y1=\"" + length(y1) +
            "\" x2=\"" + length(x2) + "\" y2=\"" + length(y2) + "\"/>\n";
  }

  void axes() {
    double free_from = 0;
    for (const Tick& tick : ticks(panel_.x, about_x_)) {
      const double x = at_x(tick.at);
      if (!panel_.heat && !tick.text.empty()) line(x, top_, x, bottom_, "grid");
      line(x, bottom_, x, bottom_ + (tick.text.empty() ? 3 : 5), "axis");
      const std::string name = shortened(tick.text, most_name);
      const double half = letter * static_cast<double>(width_of(name)) / 2;
      if (slanted_) {
        text(x, bottom_ + 16, name, "start",
             " transform=\"rotate(28 " + length(x) + " " + length(bottom_ + 16) + ")\"");
      } else if (x - half >= free_from && !name.empty()) {
        text(x, bottom_ + 19, name, "middle");
        free_from = x + half + 4;
      }
    }
    for (const Tick& tick : ticks(panel_.y, about_y_)) {
      const double y = at_y(tick.at);
      if (!panel_.heat && !tick.text.empty()) line(left_, y, right_, y, "grid");
      line(left_ - (tick.text.empty() ? 3 : 5), y, left_, y, "axis");
      if (!tick.text.empty()) text(left_ - 8, y + 4.5, shortened(tick.text, most_name), "end");
    }
    line(left_, bottom_, right_, bottom_, "axis");
    line(left_, top_, left_, bottom_, "axis");
    text((left_ + right_) / 2, height_ - 6, shortened(panel_.x.label, fitting(right_ - left_)), "middle",
         " class=\"label\"");
    const double middle = (top_ + bottom_) / 2;
    text(15, middle, shortened(panel_.y.label, fitting(bottom_ - top_)), "middle",
         " class=\"label\" transform=\"rotate(-90 15 " + length(middle) + ")\"");
  }

  void cells() {
    const Heat& heat = *panel_.heat;
    const Axis scale = scale_of(heat);
    const double wide = (right_ - left_) / static_cast<double>(heat.columns),
                 high = (bottom_ - top_) / static_cast<double>(heat.rows);
    for (Index r = 0; r < heat.rows; ++r) {
      for (Index c = 0; c < heat.columns; ++c) {
        const double value = heat.values[static_cast<std::size_t>(r * heat.columns + c)];
        if (std::isnan(value)) continue;
        const double x = left_ + static_cast<double>(c) * wide,
                     y = bottom_ - static_cast<double>(r + 1) * high;
        const double share = std::isfinite(value) ? position(scale, value) : 0;
        out_ += "<rect x=\"" + length(x) + "\" y=\"" + length(y) + "\" width=\"" + length(wide) +
                "\" height=\"" + length(high) + "\"" +
                (std::isinf(value) ? " class=\"beyond\"" : " fill=\"" + hex_color(heat_color(share)) + "\"") +
                "><title>" +
                html_text(panel_.x.names[static_cast<std::size_t>(c)] + ", " +
                          panel_.y.names[static_cast<std::size_t>(r)] + ": " + number_text(value)) +
                "</title></rect>\n";
        const std::string words = number_text(value, 3);
        if (wide < letter * static_cast<double>(words.size()) || high < 16) continue;
        text(x + wide / 2, y + high / 2 + 4.5, words, "middle",
             std::isinf(value) ? ""
             : share > 0.6     ? " style=\"fill:#000\""
                               : " style=\"fill:#fff\"");
      }
    }
    constexpr int steps = 32;
    const double tall = (bottom_ - top_) / steps, x = right_ + 12;
    for (int i = 0; i < steps; ++i)
      out_ += "<rect x=\"" + length(x) + "\" y=\"" + length(bottom_ - (i + 1) * tall) +
              "\" width=\"12\" height=\"" + length(tall + 0.6) + "\" fill=\"" +
              hex_color(heat_color((i + 0.5) / steps)) + "\"/>\n";
    for (const Tick& tick : ticks(scale, 5)) {
      if (!tick.text.empty())
        text(x + 16, bottom_ - position(scale, tick.at) * (bottom_ - top_) + 4.5, shortened(tick.text, 7),
             "start");
    }
  }

  // The line's path; points nearer than half a pixel to the one before are left out.
  std::string path(const std::vector<double>& xs, const std::vector<double>& ys, bool steps) const {
    std::string d;
    bool pen = false;
    double last_x = 0, last_y = 0;
    for (std::size_t i = 0; i < xs.size(); ++i) {
      if (std::isnan(xs[i]) || std::isnan(ys[i])) {
        pen = false;
        continue;
      }
      const double x = at_x(xs[i]), y = at_y(ys[i]);
      const bool end = i + 1 == xs.size() || std::isnan(xs[i + 1]) || std::isnan(ys[i + 1]);
      if (pen && !end && std::abs(x - last_x) < 0.5 && std::abs(y - last_y) < 0.5) continue;
      if (pen && steps) d += "H" + length(x);
      d += (pen ? "L" : "M") + length(x) + " " + length(y);
      pen = true;
      last_x = x;
      last_y = y;
    }
    return d;
  }

  std::string band(const Series& series) const {
    std::string d;
    for (std::size_t i = 0; i < series.x.size();) {
      const auto there = [&](std::size_t at) {
        return at < series.x.size() && !std::isnan(series.x[at]) && !std::isnan(series.low[at]) &&
               !std::isnan(series.high[at]);
      };
      if (!there(i)) {
        ++i;
        continue;
      }
      std::size_t end = i;
      while (there(end)) ++end;
      std::string back;
      double last = -infinity;
      for (std::size_t j = i; j < end; ++j) {
        const double x = at_x(series.x[j]);
        if (j > i && j + 1 < end && x - last < 0.5) continue;
        last = x;
        d += (j == i ? "M" : "L") + length(x) + " " + length(at_y(series.high[j]));
        back.insert(0, "L" + length(x) + " " + length(at_y(series.low[j])));
      }
      d += back + "Z";
      i = end;
    }
    return d;
  }

  void series(const Series& one, std::size_t s) {
    out_ += "<g class=\"" + color_class(one) + "\" data-s=\"" + id_ + "-" +
            whole(static_cast<Index>(legend_of(s))) + "\">";
    if (!one.low.empty()) out_ += "<path class=\"band\" d=\"" + band(one) + "\"/>";
    constexpr const char* dashes[] = {"", " stroke-dasharray=\"8 4\"", " stroke-dasharray=\"2 3\""};
    if (one.kind != Series::Kind::points)
      out_ += std::string("<path class=\"") + (one.thin ? "thin" : "line") + "\"" + dashes[dash_of(one)] +
              " d=\"" + path(one.x, one.y, one.kind == Series::Kind::steps) + "\"/>";
    if (one.kind == Series::Kind::points || one.marks) points(one);
    out_ += "</g>\n";
  }

  void points(const Series& one) {
    const double r = one.thin ? 1.8 : 3.4;
    std::string d;
    double last_x = -infinity, last_y = -infinity;
    for (std::size_t i = 0; i < one.x.size(); ++i) {
      if (std::isnan(one.x[i]) || std::isnan(one.y[i])) continue;
      const double x = at_x(one.x[i]), y = at_y(one.y[i]);
      if (std::abs(x - last_x) < 0.5 && std::abs(y - last_y) < 0.5) continue;
      last_x = x;
      last_y = y;
      d += mark_path(one.mark, x, y, r);
    }
    out_ += "<path class=\"" + mark_class(one.mark) + "\" d=\"" + d + "\"/>";
  }

  // Marks at the edges go with the line of their color.
  std::size_t legend_of(std::size_t s) const {
    if (!panel_.series[s].name.empty()) return s;
    for (std::size_t other = 0; other < panel_.series.size(); ++other) {
      if (!panel_.series[other].name.empty() && panel_.series[other].color == panel_.series[s].color)
        return other;
    }
    return s;
  }

  const Panel& panel_;
  double width_, height_, left_ = 0, right_ = 0, top_ = 0, bottom_ = 0;
  Index about_x_ = 5, about_y_ = 5;
  bool slanted_ = false;
  std::string id_, out_;
};

std::string legend_of(const Panel& panel, const std::string& id) {
  std::string out;
  for (std::size_t s = 0; s < panel.series.size(); ++s) {
    const Series& series = panel.series[s];
    if (series.name.empty()) continue;
    constexpr const char* dashes[] = {"", " stroke-dasharray=\"8 4\"", " stroke-dasharray=\"2 3\""};
    out += "<button type=\"button\" aria-pressed=\"true\" data-for=\"" + id + "-" +
           whole(static_cast<Index>(s)) + "\"><svg class=\"" + color_class(series) +
           "\" viewBox=\"0 0 26 10\" width=\"26\" height=\"10\">" +
           (series.kind == Series::Kind::points
                ? "<path class=\"" + mark_class(series.mark) + "\" d=\"" +
                      mark_path(series.mark, 13, 5, 3.4) + "\"/>"
                : std::string("<path class=\"") + (series.thin ? "thin" : "line") + "\"" +
                      dashes[dash_of(series)] + " d=\"M0 5H26\"/>") +
           "</svg>" + html_text(shortened(series.name, 80)) + "</button>\n";
  }
  return out.empty() ? out : "<div class=\"legend\">\n" + out + "</div>\n";
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  for (const char c : visible(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string html_figure(const Figure& figure, const Canvas& canvas, const std::string& id) {
  std::string out = "<figure id=\"" + id + "\">\n";
  if (!figure.title.empty()) out += "<h3>" + html_text(figure.title) + "</h3>\n";
  out += "<div class=\"panels\">\n";
  for (std::size_t p = 0; p < figure.panels.size(); ++p) {
    const std::string panel = id + "-" + whole(static_cast<Index>(p));
    out += "<div class=\"panel\">\n" + Drawing(figure.panels[p], canvas, panel).svg() +
           legend_of(figure.panels[p], panel) + "<output></output></div>\n";
  }
  out += "</div>\n<figcaption>" + html_text(figure.caption);
  for (const std::string& note : figure.notes) out += "<p class=\"note\">Note: " + html_text(note) + "</p>";
  return out + "</figcaption>\n</figure>\n";
}

}  // namespace lookahead::picture
