#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "picture/figure.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::picture {
namespace {

// "0.001", "1", "1000"; on an axis that goes beyond that "1e-3", "1", "1e3".
std::string decade_text(int exponent, int first, int last) {
  constexpr int least = -3, most = 4;
  if (exponent != 0 && (first < least || last > most)) return "1e" + to_text(exponent);
  return number_text(math::pow(10, exponent));
}

// Linear ticks at multiples of 1, 2 or 5 times a power of ten.
std::vector<Tick> even_ticks(double low, double high, Index about) {
  const double span = high / 2 - low / 2, rough = span / (static_cast<double>(std::max<Index>(1, about)) / 2);
  const double power = math::pow(10, std::floor(math::log10(rough)));
  if (!(power > 0) || !std::isfinite(power)) return {{low, number_text(low)}, {high, number_text(high)}};
  const double ratio = rough / power;
  const double step = power * (ratio < 1.5 ? 1 : ratio < 3.5 ? 2 : ratio < 7.5 ? 5 : 10);
  const double size = std::max(std::abs(low), std::abs(high));
  const int digits = std::clamp(static_cast<int>(std::ceil(math::log10(size / step))) + 1, 6, 15);
  std::vector<Tick> all;
  const double first = std::ceil(low / step);
  for (double i = first; i * step <= high && all.size() < 100; ++i)
    all.push_back({i * step, i == 0 ? "0" : number_text(i * step, digits)});
  return all;
}

std::vector<Tick> decade_ticks(double low, double high, Index about) {
  const double from = math::log10(low), to = math::log10(high);
  const int first = static_cast<int>(std::ceil(from - 1e-12)),
            last = static_cast<int>(std::floor(to + 1e-12));
  const int decades = last - first + 1;
  constexpr double few_decades = 2;
  if (to - from < few_decades) {
    std::vector<Tick> all;
    for (int exponent = first - 1; exponent <= last; ++exponent) {
      for (const int factor : {1, 2, 5}) {
        const double at = factor * math::pow(10, exponent);
        if (at >= low && at <= high) all.push_back({at, number_text(at)});
      }
    }
    constexpr std::size_t enough = 3;
    if (all.size() < enough) all = even_ticks(low, high, about);
    std::erase_if(all, [&](const Tick& tick) { return tick.at < low || tick.at > high; });
    return all;
  }
  int every = 1;
  for (const int step : {1, 2, 3, 5, 10, 20, 25, 50, 100, 200}) {
    every = step;
    if (decades <= step * static_cast<int>(std::max<Index>(2, about) + 1)) break;
  }
  std::vector<Tick> all;
  for (int exponent = first; exponent <= last; ++exponent) {
    const bool has_text = exponent % every == 0;
    if (has_text || every <= 10)
      all.push_back({math::pow(10, exponent), has_text ? decade_text(exponent, first, last) : std::string()});
  }
  constexpr int most_with_small = 4;
  for (int exponent = first - 1; exponent <= last && decades <= most_with_small; ++exponent) {
    for (const int factor : {2, 5}) {
      const double at = factor * math::pow(10, exponent);
      if (at >= low && at <= high) all.push_back({at, ""});
    }
  }
  std::sort(all.begin(), all.end(), [](const Tick& a, const Tick& b) { return a.at < b.at; });
  return all;
}

unsigned mixed(unsigned from, unsigned to, double share) {
  unsigned color = 0;
  for (const int shift : {16, 8, 0}) {
    const double a = (from >> shift) & 0xffu, b = (to >> shift) & 0xffu;
    color |= static_cast<unsigned>(std::lround(a + (b - a) * share)) << shift;
  }
  return color;
}

// The bytes of the character of UTF-8 that begins here, in a text that is valid.
std::size_t character_at(const std::string& text, std::size_t at) {
  std::size_t size = 1;
  while (at + size < text.size() && (static_cast<unsigned char>(text[at + size]) & 0xc0u) == 0x80u) ++size;
  return size;
}

}  // namespace

std::string number_text(double value, int digits) {
  if (value == infinity) return "inf";
  if (value == -infinity) return "-inf";
  return short_text(value == 0 ? 0.0 : value, digits);
}

std::vector<Tick> ticks(const Axis& axis, Index about) {
  if (!axis.names.empty()) {
    std::vector<Tick> all;
    const Index every = std::max<Index>(1, (std::ssize(axis.names) + 2 * about - 1) / (2 * about));
    for (Index i = 0; i < std::ssize(axis.names); ++i) {
      if (i % every == 0) all.push_back({static_cast<double>(i), axis.names[static_cast<std::size_t>(i)]});
    }
    return all;
  }
  return axis.log ? decade_ticks(*axis.low, *axis.high, about) : even_ticks(*axis.low, *axis.high, about);
}

unsigned line_color(Index color, bool dark) {
  // Okabe and Ito 2008; yellow cannot be seen on white, nor dark blue on black.
  static constexpr unsigned on_light[hues] = {0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7,
                                              0xe69f00, 0x56b4e9, 0x000000};
  static constexpr unsigned on_dark[hues] = {0x56b4e9, 0xe69f00, 0x009e73, 0xcc79a7,
                                             0xf0e442, 0xd55e00, 0xffffff};
  if (color < 0) return dark ? 0x6a7078 : 0x9a9a9a;
  const unsigned* const colors = dark ? on_dark : on_light;
  return colors[color % hues];
}

int dash_of(const Series& series) {
  if (series.color < 0) return series.dashed ? 1 : 0;
  return static_cast<int>((series.color / hues + (series.dashed ? 1 : 0)) % 3);
}

unsigned heat_color(double share) {
  // Nine stops of viridis (van der Walt and Smith 2015).
  constexpr unsigned stops[] = {0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c,
                                0x28ae80, 0x5ec962, 0xaddc30, 0xfde725};
  constexpr int last = 8;
  if (!(share > 0)) return stops[0];
  if (share >= 1) return stops[last];
  const int at = static_cast<int>(share * last);
  return mixed(stops[at], stops[at + 1], share * last - at);
}

std::size_t width_of(const std::string& text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size(); i += character_at(text, i)) ++width;
  return width;
}

std::string shortened(const std::string& text, std::size_t most) {
  std::string clean = visible(text);
  if (width_of(clean) <= most) return clean;
  constexpr std::size_t dots = 3;
  std::size_t end = 0;
  for (std::size_t count = 0; count + dots < most; ++count) end += character_at(clean, end);
  return clean.substr(0, end) + "...";
}

std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
  const std::string clean = visible(text);
  std::vector<std::string> lines;
  std::size_t begin = 0;
  while (begin < clean.size()) {
    std::size_t end = begin, blank = begin, count = 0;
    while (end < clean.size() && count < width) {
      if (clean[end] == ' ') blank = end;
      end += character_at(clean, end);
      ++count;
    }
    if (end < clean.size() && clean[end] != ' ' && blank > begin) end = blank;
    lines.push_back(clean.substr(begin, end - begin));
    begin = end;
    while (begin < clean.size() && clean[begin] == ' ') ++begin;
  }
  return lines;
}

}  // namespace lookahead::picture
