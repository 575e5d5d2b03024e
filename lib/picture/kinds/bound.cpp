#include <algorithm>
#include <cmath>

#include "base/file.hpp"
#include "base/text.hpp"
#include "picture/kinds/parts.hpp"
#include "spec/run_files.hpp"

// What certify has measured against the convergence theorem.
namespace lookahead::picture {
namespace {

struct CertificateTable {
  std::vector<std::string> names;
  std::vector<std::vector<double>> columns;

  const std::vector<double>* find(const std::string& name) const {
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? nullptr : &columns[static_cast<std::size_t>(found - names.begin())];
  }
};

std::vector<std::string_view> cells_of(std::string_view line) {
  std::vector<std::string_view> cells;
  for (;;) {
    const std::size_t comma = line.find(',');
    cells.push_back(line.substr(0, comma));
    if (comma == std::string_view::npos) return cells;
    line.remove_prefix(comma + 1);
  }
}

// certificate.csv has numbers alone.
Checked<CertificateTable> read_certificate(const std::filesystem::path& folder) {
  const std::string file = (folder / run_files::certificate).string();
  if (std::error_code unknown; !std::filesystem::exists(file, unknown)) {
    return Fault{FaultKind::data,
                 {folder.string(), 0, 0},
                 std::string("there is no ") + run_files::certificate + " in it",
                 "lookahead certify " + quoted(folder.string()) + " writes it"};
  }
  constexpr std::size_t most = std::size_t{1} << 28;
  const auto text = read_file(file, FaultKind::data, most);
  if (!text) return text.faults();
  CertificateTable table;
  int number = 0;
  for (std::string_view rest = *text; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = trimmed(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    ++number;
    const auto cells = cells_of(line);
    if (number == 1) {
      for (const auto cell : cells) table.names.emplace_back(cell);
      table.columns.resize(cells.size());
      continue;
    }
    for (std::size_t i = 0; i < cells.size() && cells.size() == table.names.size(); ++i) {
      const auto value = cells[i].empty() ? none : parse_number(cells[i]);
      if (!value) {
        return Fault{FaultKind::data,
                     {file, number, static_cast<int>(i) + 1},
                     "column " + quoted(std::string_view(table.names[i])) + ": " + quoted(cells[i]) +
                         " is not a number",
                     "lookahead certify writes the file anew"};
      }
      table.columns[i].push_back(*value);
    }
    if (cells.size() != table.names.size()) {
      return Fault{FaultKind::data,
                   {file, number, 0},
                   "the row has another number of cells than the header",
                   "lookahead certify writes the file anew"};
    }
  }
  for (const char* name : {"step", "measured", "bound"}) {
    if (table.find(name) == nullptr)
      return Fault{FaultKind::data,
                   {file, 1, 0},
                   "there is no column " + quoted(std::string_view(name)),
                   "lookahead certify writes the file anew"};
  }
  return table;
}

void add_line(Panel& panel, const CertificateTable& table, const std::string& column, const std::string& name,
              Index color, bool dashed, bool thin) {
  const auto* values = table.find(column);
  if (values == nullptr ||
      std::all_of(values->begin(), values->end(), [](double v) { return std::isnan(v) || v == 0; }))
    return;
  Series series;
  series.name = name;
  series.color = color;
  series.dashed = dashed;
  series.thin = thin;
  // Of rows between syncs some have no value: a line goes on over them.
  const auto& steps = *table.find("step");
  for (std::size_t i = 0; i < values->size(); ++i) {
    if (std::isnan((*values)[i])) continue;
    series.x.push_back(steps[i]);
    series.y.push_back((*values)[i]);
  }
  panel.series.push_back(std::move(series));
}

}  // namespace

Checked<Figure> bound_figure(const Study& study, const Request&) {
  if (auto fault = lacks_folders(study, "bound")) return *fault;
  Figure figure;
  for (Index run = 0; run < std::ssize(study.runs); ++run) {
    if (study.is_sweep() && kind_of_folder(study.folder_of(run)) != StudyFolder::run) continue;
    const auto table = read_certificate(study.folder_of(run));
    if (!table) return table.faults();
    Panel panel;
    panel.x = {.label = "inner steps T", .log = true};
    panel.y = {.label = "mean of |grad f(y)|^2 up to T", .log = true};
    if (study.runs.size() > 1)
      panel.title =
          study.methods[at(study.runs[at(run)].method)] + ", seed " + to_text(study.runs[at(run)].seed);
    add_line(panel, *table, "measured", "measured", 0, false, false);
    add_line(panel, *table, "bound", "bound (B1)", 1, false, false);
    add_line(panel, *table, "posterior_bound", "a posteriori bound", 4, true, false);
    add_line(panel, *table, "bound_start", "of the bound: start", -1, false, true);
    add_line(panel, *table, "bound_noise", "of the bound: noise", 2, false, true);
    add_line(panel, *table, "bound_disagreement", "of the bound: disagreement", 3, false, true);
    add_line(panel, *table, "bound_workers", "of the bound: workers", 5, false, true);
    const auto* within = table->find("within");
    const auto beyond = within == nullptr ? 0 : std::count(within->begin(), within->end(), 0.0);
    if (beyond > 0) {
      figure.notes.push_back("above its bound in " + to_text(beyond) + " of " + to_text(within->size()) +
                             " rows" + (panel.title.empty() ? "" : " of " + panel.title));
    }
    if (table->find("bound")->empty() ||
        std::all_of(table->find("bound")->begin(), table->find("bound")->end(),
                    [](double v) { return std::isnan(v); }))
      figure.notes.emplace_back("there is no bound: the theorem does not cover this run");
    figure.panels.push_back(std::move(panel));
  }
  figure.title = study.name + ": measured against the bound of the convergence theorem";
  figure.caption =
      caption_of(study) +
      " The bound is one of the mean over seeds: a single run may lie above it. lookahead certify says "
      "whether it is proved here.";
  return figure;
}

}  // namespace lookahead::picture
