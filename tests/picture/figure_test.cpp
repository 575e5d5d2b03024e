#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "figures.hpp"

// Ranges, ticks, edges, colors: what all who draw share.
namespace lookahead::picture {
namespace {

Figure of_values(std::vector<double> y, bool log) {
  Panel panel;
  panel.y.log = log;
  Series series{.name = "a"};
  for (std::size_t i = 0; i < y.size(); ++i) series.x.push_back(static_cast<double>(i));
  series.y = std::move(y);
  panel.series = {series};
  return settled({"", "", {}, {panel}});
}

bool is_noted(const Figure& figure, const std::string& part) {
  return std::any_of(figure.notes.begin(), figure.notes.end(),
                     [&](const std::string& note) { return note.find(part) != std::string::npos; });
}

TEST_CASE("zeros and infinite values of a logarithmic axis become marks at its edges, and are counted") {
  const Figure figure = of_values({1, 0, 1e-300, infinity, -2, none, 0}, true);
  const Panel& panel = figure.panels.front();
  REQUIRE(panel.series.size() == 3);
  const Series& line = panel.series[0];
  CHECK(line.y[0] == 1);
  CHECK(line.y[2] == 1e-300);
  for (const std::size_t i : {1, 3, 4, 5, 6}) CHECK(std::isnan(line.y[i]));
  CHECK(panel.series[1].mark == Series::Mark::up);
  CHECK(panel.series[1].x == std::vector<double>{3});
  CHECK(panel.series[2].mark == Series::Mark::down);
  CHECK(panel.series[2].x == std::vector<double>{1, 4, 6});
  for (const Series& marks : {panel.series[1], panel.series[2]}) {
    for (const double y : marks.y) {
      CHECK(y > *panel.y.low);
      CHECK(y < *panel.y.high);
    }
  }
  CHECK(is_noted(figure, "2 values of 0 stand at the lower edge"));
  CHECK(is_noted(figure, "1 value below 0 stands at the lower edge"));
  CHECK(is_noted(figure, "1 value of divergence or of a target not reached stands at the upper edge"));
}

TEST_CASE("a linear axis has room for zeros and negative values, which no note mentions") {
  const Figure figure = of_values({-1, 0, 1}, false);
  CHECK(figure.notes.empty());
  CHECK(figure.panels.front().series.front().y == std::vector<double>{-1, 0, 1});
}

TEST_CASE("an axis has a range whatever is drawn: nothing, one value, the least and the greatest numbers") {
  constexpr double greatest = std::numeric_limits<double>::max(), least = 5e-324;
  const std::vector<std::vector<double>> all = {{},
                                                {none},
                                                {0},
                                                {1},
                                                {1, 1},
                                                {-3},
                                                {infinity},
                                                {-infinity},
                                                {greatest, -greatest},
                                                {least},
                                                {least, greatest},
                                                {1e300, 1e300},
                                                {1, 1 + 1e-15},
                                                {1e-300, 0, infinity}};
  for (const bool log : {false, true}) {
    for (const auto& values : all) {
      CAPTURE(log);
      CAPTURE(values.size());
      const Figure figure = of_values(values, log);
      const Axis& y = figure.panels.front().y;
      REQUIRE(y.low.has_value());
      REQUIRE(y.high.has_value());
      CHECK(std::isfinite(*y.low));
      CHECK(std::isfinite(*y.high));
      CHECK(*y.low < *y.high);
      if (log) CHECK(*y.low > 0);
      for (const Tick& tick : ticks(y, 6)) CHECK(std::isfinite(tick.at));
      for (const Series& series : figure.panels.front().series) {
        for (const double value : series.y) {
          if (std::isnan(value)) continue;
          CHECK(position(y, value) >= -1e-9);  // rounding of logarithms
          CHECK(position(y, value) <= 1 + 1e-9);
        }
      }
    }
  }
  CHECK(is_noted(of_values({none}, true), "nothing to draw"));
}

TEST_CASE("ticks lie on their axis, rise, and are few") {
  for (const double low : {-1e6, -3.0, 0.0, 1e-12, 0.001, 7.0, 1e5}) {
    for (const double span : {1e-9, 0.02, 1.0, 37.0, 1e4, 1e12}) {
      for (const bool log : {false, true}) {
        if (log && low <= 0) continue;
        CAPTURE(low);
        CAPTURE(span);
        CAPTURE(log);
        const Axis axis{.log = log, .low = low, .high = low + span};
        const auto all = ticks(axis, 6);
        const double rounding = 1e-9 * (std::abs(low) + span);
        Index named = 0;
        for (std::size_t i = 0; i < all.size(); ++i) {
          CHECK(all[i].at >= low - rounding);
          CHECK(all[i].at <= low + span + rounding);
          if (i > 0) CHECK(all[i].at > all[i - 1].at);
          named += all[i].text.empty() ? 0 : 1;
        }
        CHECK(named <= 15);
      }
    }
  }
}

TEST_CASE("ticks of decades are short, over 3 decades as over 600") {
  const auto texts = [](double low, double high) {
    std::vector<std::string> all;
    for (const Tick& tick : ticks(Axis{.log = true, .low = low, .high = high}, 6)) {
      if (!tick.text.empty()) all.push_back(tick.text);
    }
    return all;
  };
  CHECK(texts(0.009, 11) == std::vector<std::string>{"0.01", "0.1", "1", "10"});
  CHECK(texts(1e-8, 1e-4) == std::vector<std::string>{"1e-8", "1e-7", "1e-6", "1e-5", "1e-4"});
  CHECK(texts(1e-4, 10) == std::vector<std::string>{"1e-4", "1e-3", "1e-2", "1e-1", "1", "1e1"});
  CHECK(texts(0.9, 7) == std::vector<std::string>{"1", "2", "5"});
  CHECK(texts(1e-300, 1e300).size() == 7);
}

TEST_CASE("texts are cut and broken between characters, not bytes") {
  const std::string name = "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe3\x81\xae\xe5\x90\x8d\xe5\x89\x8d";
  CHECK(width_of(name) == 6);
  CHECK(shortened(name, 6) == name);
  CHECK(shortened(name, 5) == "\xe6\x97\xa5\xe6\x9c\xac...");
  for (const std::string& line : wrapped(name + " " + name + " two words", 7)) CHECK(width_of(line) <= 7);
  CHECK(wrapped("one two three", 8) == std::vector<std::string>{"one two", "three"});
  CHECK(wrapped("", 8).empty());
  CHECK(shortened("a\x1b[31m", 20) == "a\\x1b[31m");
}

TEST_CASE("twenty-one lines differ by color or dash, on either ground") {
  for (const bool dark : {false, true}) {
    std::vector<std::pair<unsigned, int>> all;
    for (Index i = 0; i < 21; ++i) {
      const Series series{.color = i};
      all.emplace_back(line_color(i, dark), dash_of(series));
    }
    std::sort(all.begin(), all.end());
    CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
  }
}

TEST_CASE("colors of a heat map get brighter from low to high") {
  double before = -1;
  for (int i = 0; i <= 40; ++i) {
    const unsigned color = heat_color(i / 40.0);
    // Rec. 709's weights of red, green and blue.
    const double brightness =
        0.2126 * (color >> 16) + 0.7152 * ((color >> 8) & 0xffu) + 0.0722 * (color & 0xffu);
    CHECK(brightness > before);
    before = brightness;
  }
  CHECK(heat_color(none) == heat_color(0));
}

}  // namespace
}  // namespace lookahead::picture
