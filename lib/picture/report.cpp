#include "picture/report.hpp"

#include <algorithm>
#include <cmath>

#include "base/file.hpp"
#include "base/text.hpp"
#include "picture/kinds/parts.hpp"
#include "picture/writers.hpp"
#include "spec/run_files.hpp"
#include "study/compare/report.hpp"
#include "study/statistics/quantiles.hpp"

namespace lookahead::picture {
namespace {

constexpr std::size_t most_rows = 1000;       // of the table
constexpr std::size_t most_problem = 20'000;  // bytes of the problem's text
constexpr const char* style = R"(
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .6rem;border-bottom:1px solid var(--faint);text-align:left;white-space:nowrap;
 max-width:24rem;overflow:hidden;text-overflow:ellipsis}
td.n{text-align:right}
th{padding:0}th button{font:inherit;font-weight:600;color:inherit;background:none;border:0;
 padding:.25rem .6rem;cursor:pointer;width:100%;text-align:left}
th[aria-sort=ascending] button::after{content:' \25b2'}th[aria-sort=descending] button::after{content:' \25bc'}
pre{background:var(--soft);padding:.7rem;overflow-x:auto;font-size:.85rem;border-radius:.3rem}
.best{font-weight:600}summary{cursor:pointer}
@media print{.scroll{overflow:visible}pre{white-space:pre-wrap}th,td{white-space:normal}}
)";
constexpr const char* script = R"(
for (const table of document.querySelectorAll('table.sorts')) {
  const heads = Array.from(table.tHead.rows[0].cells), body = table.tBodies[0];
  const value = (row, i) => {
    const cell = row.cells[i], v = cell.dataset.v;
    if (v === undefined) return cell.textContent;
    return v === '' ? NaN : Number(v.replace('inf', 'Infinity'));
  };
  heads.forEach((head, i) => head.firstElementChild.addEventListener('click', () => {
    const down = head.getAttribute('aria-sort') === 'ascending';
    for (const other of heads) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    const rows = Array.from(body.rows);
    rows.sort((a, b) => {
      const x = value(a, i), y = value(b, i);
      if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y);
      const order = typeof x === 'number' && typeof y === 'number'
        ? (x === y ? 0 : x - y) : String(x).localeCompare(String(y), undefined, {numeric: true});
      return down ? -order : order;
    });
    body.append(...rows);
  }));
}
)";

// A table whose heads sort it.
class Table {
 public:
  explicit Table(const std::vector<std::string>& heads) {
    out_ = "<div class=\"scroll\"><table class=\"sorts\"><thead><tr>";
    for (const std::string& head : heads)
      out_ +=
          "<th scope=\"col\"><button type=\"button\">" + html_text(shortened(head, 60)) + "</button></th>";
    out_ += "</tr></thead><tbody>\n";
  }
  void begin(bool best) { out_ += best ? "<tr class=\"best\">" : "<tr>"; }
  void text(const std::string& words) {
    out_ += "<td title=\"" + html_text(words) + "\">" + html_text(shortened(words, 60)) + "</td>";
  }
  void number(double value) {
    const bool there = !std::isnan(value);
    out_ += "<td class=\"n\" data-v=\"" + (there ? number_text(value, 17) : std::string()) + "\">" +
            (there ? number_text(value) : std::string("-")) + "</td>";
  }
  void count(std::int64_t value) {
    const std::string digits = to_text(value);
    out_ += "<td class=\"n\" data-v=\"" + digits + "\">" + digits + "</td>";
  }
  void end() { out_ += "</tr>\n"; }
  std::string html() { return std::move(out_) + "</tbody></table></div>\n"; }

 private:
  std::string out_;
};

std::string paragraph(const std::string& words) { return "<p>" + html_text(words) + "</p>\n"; }

// Line ends are the text's own; all else is shown as it is.
std::string preformatted(const std::string& text) {
  std::string html;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    html += html_text(rest.substr(0, end)) + "\n";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return "<pre>" + html + "</pre>\n";
}

// What compare finds; nothing where there are no two sides.
Checked<std::string> verdict_html(const Study& study, const ReportRequest& request) {
  const bool asked = !request.select_seeds.empty() || !request.at.empty();
  if (study.methods.size() < 2 && !asked) return std::string();
  CompareOptions options;
  options.value = request.value;
  options.select_seeds = request.select_seeds;
  options.at = request.at;
  const auto comparison = compare(study, options);
  if (!comparison) {
    if (asked) return comparison.faults();
    return "<h2>Comparison</h2>\n" + paragraph("None: " + comparison.faults().front().text + ".");
  }
  std::string html = "<h2>Comparison</h2>\n" + preformatted(comparison_text(*comparison));
  for (const Note& note : comparison->notes)
    html += "<p class=\"note\">Note: " + html_text(note.text) + "</p>\n";
  return html;
}

// As a word for a shell.
std::string shell_word(const std::string& word) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+=:,@%";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string commands_html(const Study& study, const ReportRequest& request, const std::vector<Kind>& kinds) {
  std::string text, targets;
  for (const std::string& target : request.targets) targets += " " + shell_word(target);
  if (!request.value.empty()) targets += " --value " + shell_word(request.value);
  if (study.is_sweep()) {
    text +=
        "# again, from the sweep's own plan\nlookahead sweep " +
        shell_word((study.folder / sweep_files::plan).string()) +
        " -o again\n# a contrast of the methods (again in its place: of what was run anew)\nlookahead compare" +
        targets;
    if (!request.select_seeds.empty()) text += " --select-seeds " + shell_word(request.select_seeds);
    for (const std::string& at : request.at) text.append(" --at ").append(shell_word(at));
    text += "\n";
  } else {
    for (Index run = 0; run < std::ssize(study.runs) && run < 50; ++run)
      text += "lookahead solve " + shell_word((study.folder_of(run) / run_files::config).string()) + "\n";
  }
  text += "# the pictures\n";
  for (const Kind kind : kinds) {
    for (const auto& [word, each] : Words<Kind>::table) {
      if (each == kind) text += "lookahead plot" + targets + " --kind " + word + " -o " + word + ".svg\n";
    }
  }
  return "<h2>Again</h2>\n" + preformatted(text);
}

std::string problem_html(const std::filesystem::path& file) {
  const auto text = read_file(file.string(), FaultKind::data, run_files::most_config_bytes);
  if (!text) return "";
  std::string shown = *text;
  if (shown.size() > most_problem) {
    shown.resize(shown.rfind('\n', most_problem) + 1);
    shown += "# and " + to_text(std::ssize(*text) - std::ssize(shown)) + " bytes more\n";
  }
  return "<h2>" + std::string(file.filename() == run_files::config ? "The problem" : "The sweep") +
         "</h2>\n<details open><summary>" + html_text(file.filename().string()) + "</summary>" +
         preformatted(shown) + "</details>\n";
}

std::string points_html(const Study& study, Index column) {
  const StudyColumn& values = study.columns[at(column)];
  std::vector<std::string> heads = {"method"};
  const bool problems = study.problems.size() > 1;
  if (problems) heads.emplace_back("problem");
  std::vector<Index> keys;
  for (Index key = 0; key < std::ssize(study.keys); ++key) {
    if (study.keys[at(key)].of_problem) continue;
    keys.push_back(key);
    heads.push_back(study.keys[at(key)].name);
  }
  for (const char* head : {"runs", "diverged"}) heads.emplace_back(head);
  heads.push_back("median " + values.name);
  for (const char* head : {"lower quartile", "upper quartile", "least", "most"}) heads.emplace_back(head);
  const auto best = best_points(study, column);
  const auto is_best = [&](const StudyPoint& point) {
    return std::any_of(best.begin(), best.end(), [&](const StudyPoint& one) {
      return one.method == point.method && one.problem == point.problem && one.settings == point.settings;
    });
  };
  const auto points = study.points();
  Table table(heads);
  for (std::size_t i = 0; i < points.size() && i < most_rows; ++i) {
    const StudyPoint& point = points[i];
    table.begin(is_best(point));
    table.text(study.methods[at(point.method)]);
    if (problems) table.text(study.problems[at(point.problem)].label);
    for (const Index key : keys) {
      const Index setting = point.settings[at(key)];
      const StudyKey& k = study.keys[at(key)];
      if (setting != StudyRun::unset && !k.numbers.empty()) {
        table.number(k.numbers[at(setting)]);
      } else {
        table.text(setting == StudyRun::unset ? "" : k.values[at(setting)]);
      }
    }
    const auto list = values_of(study, point, column);
    table.count(std::ssize(list));
    table.count(std::count_if(point.runs.begin(), point.runs.end(), [&](Index run) {
      return study.runs[at(run)].status == StudyStatus::diverged;
    }));
    const auto q =
        list.empty() ? statistics::Quartiles{none, none, none, none, none} : statistics::quartiles(list);
    for (const double value : {q.median, q.lower, q.upper, q.least, q.most}) table.number(value);
    table.end();
  }
  std::string out = "<h2>Settings</h2>\n" +
                    paragraph(
                        "Each row is a setting, its values are over the runs that differ by their seeds; the "
                        "best median of each method is bold. A head sorts.") +
                    table.html();
  if (points.size() > most_rows)
    out += paragraph("The first " + to_text(most_rows) + " of " + to_text(std::ssize(points)) +
                     " settings; points.csv has all.");
  return out;
}

std::string runs_html(const Study& study) {
  std::vector<std::string> heads = {"run", "method", "seed", "status", "stop"};
  std::vector<Index> columns;
  for (Index column = 0; column < std::ssize(study.columns); ++column) {
    const auto& cells = study.columns[at(column)].cells;
    if (std::all_of(cells.begin(), cells.end(), [](double cell) { return std::isnan(cell); })) continue;
    columns.push_back(column);
    heads.push_back(study.columns[at(column)].name);
  }
  Table table(heads);
  for (Index run = 0; run < std::ssize(study.runs) && at(run) < most_rows; ++run) {
    const StudyRun& one = study.runs[at(run)];
    table.begin(false);
    table.text(study.is_sweep() ? to_text(one.index) : study.folder_of(run).string());
    table.text(study.methods[at(one.method)]);
    table.count(static_cast<std::int64_t>(one.seed));
    table.text(Codec<StudyStatus>::word(one.status));
    table.text(one.stop);
    for (const Index column : columns) table.number(study.columns[at(column)].cells[at(run)]);
    table.end();
  }
  return "<h2>Runs</h2>\n" + table.html();
}

// What suits a study, the most telling first.
std::vector<Kind> kinds_of(const Study& study) {
  if (study.is_sweep())
    return {Kind::sensitivity, Kind::heatmap, Kind::profile, Kind::ecdf, Kind::tuning, Kind::curve};
  if (study.runs.size() > 1) return {Kind::curve, Kind::path, Kind::sensitivity};
  return {Kind::curve, Kind::path, Kind::bound, Kind::spectrum};
}

}  // namespace

Checked<std::string> report_page(const Study& study, const ReportRequest& request) {
  const auto column = study.column(request.value, "--value");
  if (!column) return column.faults();
  const auto verdict = verdict_html(study, request);
  if (!verdict) return verdict.faults();
  std::string body =
      "<h1>" + html_text(shortened(study.name, 200)) + "</h1>\n" + paragraph(caption_of(study));
  Figure status;
  add_status_notes(study, status);
  for (const std::string& note : status.notes)
    body += "<p class=\"note\">Note: " + html_text(note) + "</p>\n";
  std::vector<Kind> drawn;
  std::string pictures;
  for (const Kind kind : kinds_of(study)) {
    // A picture that the runs do not give is left out.
    const auto figure = make_figure(study, kind, {.x = {}, .y = {}, .value = request.value, .log = {}});
    if (!figure) continue;
    drawn.push_back(kind);
    constexpr Canvas page{.width = 560, .height = 380, .dark = false};
    pictures += html_figure(*figure, page, "f" + to_text(std::ssize(drawn)));
  }
  body += *verdict;
  if (!pictures.empty()) body += "<h2>Pictures</h2>\n" + pictures;
  body += points_html(study, *column);
  if (!study.is_sweep()) body += runs_html(study);
  body += problem_html(study.is_sweep() ? study.folder / sweep_files::plan
                                        : study.folder_of(0) / run_files::config);
  body += commands_html(study, request, drawn);
  body += "<footer>" + paragraph("Made by lookahead " + request.version + ".") + "</footer>\n";
  return html_page(study.name, body, style, script);
}

}  // namespace lookahead::picture
