#pragma once
#include <string>
#include <string_view>

#include "picture/figure.hpp"

// Who draws settled figures: as text, as a program for gnuplot, as SVG for web pages. No text of a figure can
// become a command, an element or a control character in what they write.
namespace lookahead::picture {

// How large, in pixels (of PDF: hundredths of an inch), and on what ground.
struct Canvas {
  Index width = 900, height = 560;
  bool dark = false;
};

// What gnuplot makes of a program.
enum class Format { svg, pdf, png };

// A program for gnuplot 5 that holds all data and writes the picture to its standard output.
std::string gnuplot_program(const Figure& figure, Format format, const Canvas& canvas);
// Whether these are all the bytes of such a picture.
bool is_whole(std::string_view picture, Format format);

// For a terminal of so many columns, at least 40: plain ASCII but for the names in it.
std::string terminal_text(const Figure& figure, Index columns);

// An <svg> element for each panel with its legend, whose colors are those of `page_style`; `id` tells the
// figures of a page apart.
std::string html_figure(const Figure& figure, const Canvas& canvas, const std::string& id);
// What a page with such figures has in <style> and in <script>: light and dark, legends that switch lines
// off, the coordinates under the cursor.
extern const char* const page_style;
extern const char* const page_script;
// A whole page that asks for nothing beyond itself.
std::string html_page(const std::string& title, const std::string& body, const std::string& more_style = {},
                      const std::string& more_script = {});
// A text in a page.
std::string html_text(std::string_view text);

}  // namespace lookahead::picture
