#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "help.hpp"
#include "run/version.hpp"

namespace lookahead::cmd {
namespace {

// A text as it stands in a page for man: nothing in it is a request or an escape.
std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '\'') {
      out += "\\(aq";
    } else if (c == '`') {
      out += "\\(ga";
    } else if (c == '^') {
      out += "\\(ha";
    } else if (c == '~') {
      out += "\\(ti";
    } else {
      if (c == '.' && (out.empty() || out.back() == '\n')) out += "\\&";
      out += c;
    }
  }
  return out;
}

// Paragraphs, and lines that begin with two blanks as they are.
std::string roff_paragraphs(const std::string& text, bool first = false) {
  std::string out;
  // The first one needs no request behind a title.
  bool verbatim = false, paragraph = !first;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    const bool kept = line.starts_with("  ");
    if (kept != verbatim) out += kept ? ".PP\n.nf\n.RS 4\n" : ".RE\n.fi\n";
    if (!kept && !line.empty() && (paragraph || verbatim)) out += ".PP\n";
    paragraph = line.empty();
    if (!line.empty()) out += roff(kept ? line.substr(2) : line) + "\n";
    verbatim = kept;
    at = end + 1;
  }
  if (verbatim) out += ".RE\n.fi\n";
  return out;
}

std::string roff_options(const std::vector<const CLI::Option*>& options) {
  std::string out;
  for (const CLI::Option* option : options) {
    std::string names = shown_names(*option);
    std::string value;
    if (const auto blank = names.rfind(' ');
        blank != std::string::npos && !option->get_positional() && option->get_items_expected_max() > 0) {
      value = " \\fI" + roff(names.substr(blank + 1)) + "\\fR";
      names = names.substr(0, blank);
    }
    const char* font = option->get_positional() ? "\\fI" : "\\fB";
    out += ".TP\n" + (font + roff(names)) + "\\fR" + value + "\n" + roff(option->get_description()) + "\n";
  }
  return out;
}

std::string roff_command(const CLI::App& command) {
  std::string out = ".SS " + roff(usage_line(command).substr(std::string("lookahead ").size())) + "\n";
  out += roff(capitalized(command.get_description())) + ".\n";
  out += roff_options(options_of(command, "")) + roff_options(options_of(command, "Options"));
  return out + roff_paragraphs(command.get_footer());
}

}  // namespace

std::string manual_page(const CLI::App& app) {
  std::string out = ".TH LOOKAHEAD 1 \"\" \"lookahead " + version() + "\" \"User Commands\"\n";
  out += ".SH NAME\nlookahead \\- a laboratory for two\\-time\\-scale optimization\n";
  out += ".SH SYNOPSIS\n.B lookahead\n[\\fIOPTIONS\\fR] \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]\n";
  out +=
      ".SH DESCRIPTION\n" +
      roff_paragraphs(
          "Minimizes functions, and models of data in CSV files, by Lookahead around an optimizer: k fast steps, "
          "then one slow step. It writes what happened as CSV, contrasts methods seed by seed, and checks runs "
          "against the convergence theorem.\n\n" +
              app.get_footer(),
          true);
  out += ".SH OPTIONS\nThese options stand before or after the command.\n" +
         roff_options(options_of(app, "Options")) + roff_options(options_of(app, "Common options"));
  out += ".SH COMMANDS\n";
  for (const CLI::App* command : commands_of(app)) out += roff_command(*command);
  for (const Topic& topic : topics()) {
    std::string title = topic.name;
    for (char& c : title) c = c == '-' ? ' ' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    out += ".SH " + title + "\n";
    bool first = true;
    for (const Topic::Part& part : topic.parts()) {
      out += roff_paragraphs(part.text, first);
      first = false;
      for (const auto& [name, meaning] : part.rows)
        out += ".TP\n.B " + roff(name) + "\n" + roff(meaning) + "\n";
    }
  }
  out += ".SH FILES\n" +
         roff_paragraphs(
             "runs/NAME-NNN/ is a run directory: trace.csv, config.yaml, run.json, solution.csv or "
             "model.json, checkpoint.bin. sweeps/NAME/ is that of a sweep.",
             true);
  out += ".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nno color in messages, as with TERM=dumb\n";
  return out;
}

}  // namespace lookahead::cmd
