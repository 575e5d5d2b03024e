#include "picture/writers.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <regex>
#include <sstream>

#include "figures.hpp"

// The programs, pages and texts that figures become: complete, and deaf to what names say.
namespace lookahead::picture {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST_CASE("no text of a figure becomes a command of gnuplot") {
  const std::string harmless = gnuplot_program(test::figure_of("x"), Format::svg, {});
  const std::regex texts("\"[^\"]*\"");
  const auto skeleton = [&](const std::string& program) { return std::regex_replace(program, texts, "T"); };
  // Widths and places follow the length of a text; all else is the same.
  const std::regex numbers(R"(-?[0-9][0-9.e+-]*)");
  const auto form = [&](const std::string& program) {
    std::vector<std::string> all;
    for (const std::string& line : lines_of(std::regex_replace(skeleton(program), numbers, "N"))) {
      if (!line.starts_with("set label") && !line.starts_with("unset label") &&
          !line.starts_with("set key") && !line.starts_with("set xtics"))
        all.push_back(line);
    }
    return all;
  };
  for (const std::string& name : test::hostile) {
    CAPTURE(name);
    const std::string program = gnuplot_program(test::figure_of(name), Format::svg, {});
    const std::string outside = skeleton(program);
    for (const char* word : {"`", "\"", "$HOME", "@", "\\0", "\x1b", "\r", "\t", "system", "alert"})
      CHECK_FALSE(contains(outside, word));
    for (std::sregex_iterator text(program.begin(), program.end(), texts), end; text != end; ++text) {
      const std::string inside = text->str();
      CHECK(inside.find_first_of("`'$@%{}<>&;#\n") == std::string::npos);
      // A backslash begins an octal number of three digits, behind which no fourth one stands.
      const std::string rest = std::regex_replace(inside, std::regex(R"(\\[0-3][0-7][0-7](?![0-7]))"), "");
      CHECK_FALSE(contains(rest, "\\"));
    }
    CHECK(form(program) == form(harmless));
  }
}

TEST_CASE("a program holds its data, broken where there is none, and asks for no file") {
  const std::string program =
      gnuplot_program(test::figure_of("x"), Format::png, {.width = 640, .height = 480});
  CHECK(contains(program, "set terminal pngcairo noenhanced size 640,480"));
  CHECK(contains(program, "$p0s0 << EOD\n0 1\n1 0.1\n\nEOD\n"));
  CHECK(contains(program, "$p0s0b << EOD\n0 0.5 2\n1 0.05 0.2\n\nEOD\n"));
  CHECK_FALSE(contains(program, "set output"));
  CHECK(
      contains(gnuplot_program(test::figure_of("x"), Format::pdf, {}), "pdfcairo noenhanced size 9in,5.6in"));
  CHECK(contains(gnuplot_program(test::figure_of("x"), Format::svg, {.dark = true}), "background '#16181d'"));
  // A figure of nothing is a program too.
  CHECK(contains(gnuplot_program(settled({"", "", {}, {Panel{}}}), Format::svg, {}), "plot NaN notitle"));
}

TEST_CASE("a picture is whole with its beginning and its end alone") {
  const std::string png = "\x89PNG....IEND\xae\x42\x60\x82";
  CHECK(is_whole("<?xml ...</svg>\n\n", Format::svg));
  CHECK(is_whole("%PDF-1.5 ...%%EOF\n", Format::pdf));
  CHECK(is_whole(png, Format::png));
  for (const Format format : {Format::svg, Format::pdf, Format::png}) {
    CHECK_FALSE(is_whole("", format));
    CHECK_FALSE(is_whole("<?xml ...", format));
    CHECK_FALSE(is_whole("%PDF-1.5", format));
    CHECK_FALSE(is_whole(png.substr(0, png.size() - 1), format));
    CHECK_FALSE(is_whole("gnuplot: command not found\n", format));
  }
}

TEST_CASE("no text of a figure becomes an element of a page") {
  const auto page_of = [](const std::string& name) {
    return html_page(name, html_figure(test::figure_of(name), {.width = 560, .height = 380}, "p"));
  };
  const std::string harmless = page_of("x");
  const std::regex tag(R"(<[A-Za-z/!][^>]*>)");
  for (const std::string& name : test::hostile) {
    CAPTURE(name);
    const std::string page = page_of(name);
    for (const char* what :
         {"<script", "</script", "<svg", "</svg", "<img", "<button", "<text", "onerror=alert(1)>"})
      CHECK(count_of(page, what) == count_of(harmless, what));
    CHECK(page.find_first_of("\x1b\x7f\r\t") == std::string::npos);
    CHECK(std::distance(std::sregex_iterator(page.begin(), page.end(), tag), std::sregex_iterator()) ==
          std::distance(std::sregex_iterator(harmless.begin(), harmless.end(), tag), std::sregex_iterator()));
  }
}

TEST_CASE("a page asks for nothing beyond itself, and forbids it") {
  const std::string page =
      html_page("t", html_figure(test::figure_of("x"), {.width = 560, .height = 380}, "p"));
  CHECK(contains(page, "default-src 'none'"));
  for (const char* part :
       {"http:", "https:", "src=", "@import", "fetch(", "XMLHttpRequest", "innerHTML", "eval("})
    CHECK_FALSE(contains(page, part));
  CHECK(count_of(page, "url(") == count_of(page, "url(#"));
  CHECK(contains(page, "prefers-color-scheme: dark"));
  CHECK(contains(page, "@media print"));
  CHECK(contains(page, "name=\"viewport\""));
  CHECK(page.size() < 30'000);
}

TEST_CASE("a page's legend and lines belong together, marks at the edge too") {
  const std::string html = html_figure(test::figure_of("x"), {.width = 560, .height = 380}, "p");
  CHECK(count_of(html, "data-for=\"p-0-0\"") == 1);
  CHECK(count_of(html, "data-s=\"p-0-0\"") == 3);  // the line, both triangles
  CHECK(contains(html, "data-ylog=\"1\""));
  CHECK(contains(html, "Note: 1 value of 0"));
}

TEST_CASE("text for a terminal keeps to its columns and obeys no name") {
  for (const Index columns : {40, 80, 120}) {
    for (const std::string& name : test::hostile) {
      const std::string text = terminal_text(test::figure_of(name + name + name), columns);
      for (const std::string& line : lines_of(text)) {
        CHECK_MESSAGE(width_of(line) <= static_cast<std::size_t>(columns), line);
        CHECK_FALSE(line.ends_with(' '));
      }
      CHECK(text.find_first_of("\x1b\x7f\r\t") == std::string::npos);
    }
  }
}

TEST_CASE("a line in a terminal goes from where it begins to where it ends") {
  Panel panel;
  panel.x.label = "inner steps";
  panel.y.label = "gap";
  panel.y.log = true;
  panel.series = {Series{.name = "falls", .x = {0, 10}, .y = {1, 1e-6}}};
  const auto lines = lines_of(terminal_text(settled({"title", "what was run", {}, {panel}}), 80));
  REQUIRE(lines.size() > 25);
  CHECK(lines[0] == "title");
  CHECK(lines[2] == "  gap");
  std::size_t before = 0, rows = 0;
  for (const std::string& line : lines) {
    const std::size_t place = line.find_first_of("|+");
    const std::size_t star = line.find('*', 2);
    if (place == std::string::npos || star == std::string::npos) continue;
    CHECK(star >= before);
    before = star;
    ++rows;
  }
  CHECK(rows >= 18);  // of 20, as there is some room above and below
  CHECK(lines.back() == "what was run");
}

TEST_CASE("steps in a terminal keep their height up to the next one") {
  Panel panel;
  panel.series = {Series{.name = "share", .kind = Series::Kind::steps, .x = {0, 5, 10}, .y = {0, 1, 1}}};
  const auto lines = lines_of(terminal_text(settled({"title", "what was run", {}, {panel}}), 80));
  // In the rows between the two heights stands the rise alone.
  int rises = 0, levels = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t place = lines[i].find_first_of("|+");
    if (place == std::string::npos || lines[i].find('*', place) == std::string::npos) continue;
    const auto stars = std::count(lines[i].begin(), lines[i].end(), '*');
    rises += stars == 1 ? 1 : 0;
    levels += stars > 20 ? 1 : 0;
  }
  CHECK(levels == 2);
  CHECK(rises >= 14);
}

TEST_CASE("a heat map in a terminal is a table of its numbers, and of many cells one of shades") {
  Panel panel;
  panel.x = {.label = "optimizer.lr", .names = {"0.01", "0.1"}};
  panel.y = {.label = "batch", .names = {"32", "64"}};
  panel.heat = Heat{2, 2, {1, infinity, 0.25, none}, "gap", true};
  const std::string text = terminal_text(settled({"", "", {}, {panel}}), 80);
  CHECK(contains(text, "64     0.25        -\n32        1      inf\n"));
  CHECK(contains(text, "1 cell is infinite"));
  Panel wide;
  for (int i = 0; i < 40; ++i) wide.x.names.push_back(std::to_string(i));
  wide.y.names = {"a"};
  wide.heat = Heat{40, 1, {}, "gap", false};
  for (int i = 0; i < 40; ++i) wide.heat->values.push_back(i);
  CHECK(contains(terminal_text(settled({"", "", {}, {wide}}), 80), "a |@@@@%%%%####"));
}

}  // namespace
}  // namespace lookahead::picture
