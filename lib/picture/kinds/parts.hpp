#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "picture/kinds.hpp"
#include "spec/spec.hpp"

// What the kinds of pictures share; for make_figure() alone.
namespace lookahead::picture {

Checked<Figure> curve_figure(const Study& study, const Request& request);
Checked<Figure> path_figure(const Study& study, const Request& request);
Checked<Figure> heatmap_figure(const Study& study, const Request& request);
Checked<Figure> sensitivity_figure(const Study& study, const Request& request);
Checked<Figure> bound_figure(const Study& study, const Request& request);
Checked<Figure> profile_figure(const Study& study, const Request& request);
Checked<Figure> ecdf_figure(const Study& study, const Request& request);
Checked<Figure> tuning_figure(const Study& study, const Request& request);
Checked<Figure> spectrum_figure(const Study& study, const Request& request);

inline std::size_t at(Index i) { return static_cast<std::size_t>(i); }

// A fault of the command line, at "--kind WORD" or another option.
Fault unsuited(const std::string& option, const std::string& why, const std::string& cure = "");

// What was run, in a sentence.
std::string caption_of(const Study& study);
// "12 runs diverged", "3 runs failed" as notes. with_unfinished: those are drawn as far as they came.
void add_status_notes(const Study& study, Figure& figure, bool with_unfinished = false);

// A folder of each run that is to be looked into. A sweep that kept none is a fault.
std::optional<Fault> lacks_folders(const Study& study, const std::string& kind);

// The values of a point's runs that have one, in the order of the seeds.
std::vector<double> values_of(const Study& study, const StudyPoint& point, Index column);
// Their median; NaN where no run has one.
double median_of(const Study& study, const StudyPoint& point, Index column);
// Whether `a` is better than `b`; NaN is worse than all.
bool is_better(double a, double b, bool larger);

// Every (method, problem) and its point of the best median.
std::vector<StudyPoint> best_points(const Study& study, Index column);

// A point as a name in a legend: its method where there are several, its settings, its problem.
std::string name_of(const Study& study, const StudyPoint& point, bool settings = true);

// A column as the label of an axis, with its unit: "gap: f - f*".
std::string column_label(const std::string& column);
// Whether a column is drawn on a logarithmic axis unless somebody says otherwise.
bool is_log_column(const std::string& column, const std::vector<double>& values);

// Panels one below the other have no room for more.
inline constexpr std::size_t most_panels = 9;
// Lines that can be told apart.
inline constexpr std::size_t most_lines = 3 * hues;

}  // namespace lookahead::picture
