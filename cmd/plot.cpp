#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

#include "base/letters.hpp"
#include "base/text.hpp"
#include "commands.hpp"
#include "delivery.hpp"
#include "gnuplot.hpp"
#include "picture/kinds.hpp"
#include "picture/writers.hpp"
#include "signals.hpp"

namespace lookahead::cmd {
namespace {

// What is written, and how.
enum class Output { text, script, html, svg, pdf, png };

Fault wrong(const std::string& option, const std::string& why, const std::string& cure = "") {
  return {FaultKind::usage, {option, 0, 0}, why, cure};
}

Checked<Output> output_of(const PlotOptions& options) {
  if (options.ascii && options.script)
    return wrong("--ascii", "is not the gnuplot script that --script asks for");
  const std::string ending = ending_of(options.output);
  const std::pair<const char*, Output> endings[] = {
      {".svg", Output::svg},   {".pdf", Output::pdf},    {".png", Output::png},
      {".html", Output::html}, {".htm", Output::html},   {".txt", Output::text},
      {".gp", Output::script}, {".plt", Output::script}, {".gnuplot", Output::script}};
  for (const auto& [name, output] : endings) {
    if (ending != name) continue;
    if (options.script && output != Output::script) {
      return wrong("-o " + options.output,
                   "its ending is not that of the gnuplot script, which --script asks for",
                   options.output + ".gp holds the script for it; without -o it is printed");
    }
    if (options.ascii && output != Output::text)
      return wrong("-o " + options.output, "its ending is not that of text, which --ascii asks for",
                   "end it with .txt, or leave out --ascii");
    return output;
  }
  if (options.output.empty() || options.ascii || options.script)
    return options.script ? Output::script : Output::text;
  return wrong("-o " + options.output, "its ending does not say what to draw",
               "end it with .svg, .pdf, .png, .html, .txt, or .gp for the gnuplot script");
}

Checked<picture::Canvas> canvas_of(const PlotOptions& options) {
  picture::Canvas canvas;
  canvas.dark = options.dark;
  if (options.size.empty()) return canvas;
  const std::size_t by = options.size.find('x');
  const auto width = parse_integer(options.size.substr(0, by));
  const auto height = by == std::string::npos ? std::nullopt : parse_integer(options.size.substr(by + 1));
  constexpr std::int64_t least = 200, most = 10000;
  if (!width || !height || *width < least || *height < least || *width > most || *height > most)
    return wrong("--size " + options.size, "must be width x height in pixels, each from 200 to 10000",
                 "such as 900x560");
  canvas.width = static_cast<Index>(*width);
  canvas.height = static_cast<Index>(*height);
  return canvas;
}

Checked<picture::Request> request_of(const PlotOptions& options) {
  picture::Request request{.x = options.x, .y = {}, .value = options.value, .log = options.log};
  for (const std::string& list : options.y) {
    for (std::string_view rest = list;;) {
      const std::size_t comma = rest.find(',');
      request.y.emplace_back(trimmed(rest.substr(0, comma)));
      if (request.y.back().empty())
        return wrong("--y " + list, "holds an empty name", "for example --y loss_slow,gap");
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  if (!options.steps.empty()) {
    const auto steps = parse_integer(options.steps);
    if (!steps || *steps < 1) return wrong("--steps " + options.steps, "must be a whole number from 1");
    request.steps = static_cast<Index>(*steps);
  }
  return request;
}

std::vector<std::string> kinds_of_pictures() {
  std::vector<std::string> words;
  for (const auto& [word, kind] : Words<picture::Kind>::table) words.emplace_back(word);
  return words;
}

Checked<picture::Kind> kind_of(const PlotOptions& options, const Study& study) {
  const bool names_axes = !options.x.empty() || !options.y.empty();
  if (options.kind.empty() && names_axes && !study.is_sweep()) return picture::Kind::curve;
  if (options.kind.empty() && !options.y.empty())
    return study.find_key(options.y.front()) ? picture::Kind::heatmap : picture::Kind::curve;
  if (options.kind.empty()) return picture::suggested(study);
  for (const auto& [word, kind] : Words<picture::Kind>::table) {
    if (options.kind != word) continue;
    const bool takes_axes =
        kind == picture::Kind::curve || kind == picture::Kind::heatmap || kind == picture::Kind::sensitivity;
    if (names_axes && !takes_axes)
      return wrong(options.x.empty() ? "--y" : "--x", "is not for --kind " + options.kind,
                   "it is for curve, heatmap and sensitivity");
    if (!options.y.empty() && kind == picture::Kind::sensitivity)
      return wrong("--y", "is not for --kind sensitivity", "it is for curve and heatmap");
    return kind;
  }
  const auto words = kinds_of_pictures();
  const std::string near = suggestion(options.kind, words);
  return wrong("--kind " + options.kind, "must be one of " + joined(words, ", "), near);
}

Index terminal_columns() {
  winsize size{};
  constexpr Index usual = 80, most = 200;
  if (isatty(STDOUT_FILENO) != 1 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return usual;
  return std::min<Index>(most, size.ws_col);
}

int draw(const PlotOptions& options, const picture::Figure& figure, Output output,
         const picture::Canvas& canvas, double seconds, const Console& console) {
  // p.pdf.gp holds the program that draws p.pdf.
  const std::string ending = ending_of(
      output == Output::script ? std::filesystem::path(options.output).stem().string() : options.output);
  const picture::Format format = ending == ".pdf"   ? picture::Format::pdf
                                 : ending == ".png" ? picture::Format::png
                                                    : picture::Format::svg;
  if (output == Output::script)
    return deliver(console, picture::gnuplot_program(figure, format, canvas), options.output);
  if (output == Output::text || options.ascii) {
    const bool to_terminal = options.output.empty() && !options.ascii;
    constexpr Index usual = 80;
    return deliver(console, picture::terminal_text(figure, to_terminal ? terminal_columns() : usual),
                   options.output);
  }
  if (output == Output::html) {
    const picture::Canvas page{.width = 560, .height = 380, .dark = false};
    return deliver(console, picture::html_page(figure.title, picture::html_figure(figure, page, "p")),
                   options.output);
  }
  signals::begin();
  const auto drawn = drawn_by_gnuplot(picture::gnuplot_program(figure, format, canvas), format, seconds);
  const int signal = signals::received();
  signals::end();
  constexpr int ended = 128;
  if (signal != 0) return ended + signal;
  if (!drawn) return console.fail(drawn.faults());
  return deliver(console, *drawn, options.output);
}

}  // namespace

CLI::App* add_plot(CLI::App& app, PlotOptions& options) {
  CLI::App* plot = app.add_subcommand("plot", "draw runs or a sweep")->group("Experiments");
  plot->add_option("RUN|SWEEP", options.targets, "run directories, or one sweep directory")->required();
  plot->add_option("-o,--output", options.output,
                   "file; its ending says what: svg, pdf, png, html, txt, gp; default: text on stdout")
      ->type_name("FILE");
  plot->add_option("--kind", options.kind,
                   "one of " + joined(kinds_of_pictures(), ", ") + "; default: what suits")
      ->type_name("KIND");
  plot->add_option("--x", options.x, "curve: a column; heatmap, sensitivity: a varied key")
      ->type_name("NAME");
  plot->add_option("--y", options.y, "curve: columns; heatmap: a varied key (repeatable)")
      ->type_name("NAME")
      ->allow_extra_args(false);
  plot->add_option("--value", options.value, "column of the results that runs are judged by")
      ->type_name("COLUMN");
  plot->add_option("--log", options.log, "which axes are logarithmic")->type_name("x|y|xy|none");
  plot->add_option("--steps", options.steps, "path: only so many steps from the start")->type_name("N");
  plot->add_option("--size", options.size, "width and height in pixels; default: 900x560")->type_name("WxH");
  plot->add_option("--timeout", options.timeout, "time that gnuplot may take; default: 60s")
      ->type_name("TIME");
  plot->add_flag("--dark", options.dark, "light on a dark ground");
  plot->add_flag("--script", options.script,
                 "the gnuplot script, in place of the picture; -o FILE.gp holds it");
  plot->add_flag("--ascii", options.ascii,
                 "text of 80 columns, in place of the picture; -o FILE.txt holds it");
  plot->footer(
      "svg, pdf and png are drawn by gnuplot (package gnuplot-nox). path and spectrum run a problem again in "
      "memory; bound needs lookahead certify RUN before.\n\n"
      "Examples\n"
      "  lookahead plot runs/problem-001\n"
      "  lookahead plot sweeps/wine --kind sensitivity --value val_loss -o wine.svg");
  return plot;
}

int run_plot(const PlotOptions& options, const Console& console) {
  const auto output = output_of(options);
  if (!output) return console.fail(output.faults());
  const auto canvas = canvas_of(options);
  if (!canvas) return console.fail(canvas.faults());
  const auto request = request_of(options);
  if (!request) return console.fail(request.faults());
  const auto seconds = parse_duration(options.timeout);
  if (!seconds) {
    return console.fail(
        wrong("--timeout " + options.timeout, "must be a time with a unit", "such as 60s or 5m"));
  }
  if (const auto fault = overwritten_input("-o", options.output, options.targets))
    return console.fail(*fault);
  const auto study = read_study(options.targets);
  if (!study) return console.fail(study.faults());
  for (const Note& note : study->notes) console.note(note);
  const auto kind = kind_of(options, *study);
  if (!kind) return console.fail(kind.faults());
  // What only some kinds look at.
  const bool of_path = *kind == picture::Kind::path;
  const bool of_rows = of_path || *kind == picture::Kind::bound || *kind == picture::Kind::spectrum;
  for (const auto& [option, value, unsuited] :
       {std::tuple("--steps ", options.steps, !of_path), {"--value ", options.value, of_rows}}) {
    if (!value.empty() && unsuited)
      return console.fail(wrong(option + value, "is not for --kind " + Codec<picture::Kind>::word(*kind)));
  }
  const auto figure = picture::make_figure(*study, *kind, *request);
  if (!figure) return console.fail(figure.faults());
  return draw(options, *figure, *output, *canvas, *seconds, console);
}

}  // namespace lookahead::cmd
