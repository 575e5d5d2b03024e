#pragma once
#include <string>
#include <utility>
#include <vector>

#include "picture/figure.hpp"
#include "study/table.hpp"

// The kinds of pictures that are made of runs and sweeps.
namespace lookahead::picture {

enum class Kind { curve, path, heatmap, sensitivity, bound, profile, ecdf, tuning, spectrum };

// What is asked for beyond the runs. Empty: what suits them.
struct Request {
  std::string x = {};               // curve: a column; heatmap, sensitivity: a varied key
  std::vector<std::string> y = {};  // curve: columns; heatmap: a varied key
  std::string value = {};           // the column that runs are judged by
  std::string log = {};             // logarithmic axes: "x", "y", "xy", "none"
  Index steps = 0;                  // path: the first so many alone; 0: all
};

// What a study suggests: of runs a path or a curve, of a sweep what its varied keys allow.
Kind suggested(const Study& study);

// A settled figure. Faults: what the study lacks for this kind, or what of the request it does not know; of
// kind usage where the command line is to be changed, of kind data where the runs or their files are.
Checked<Figure> make_figure(const Study& study, Kind kind, const Request& request);

}  // namespace lookahead::picture

namespace lookahead {
template <>
struct Words<picture::Kind> {
  using Kind = picture::Kind;
  static constexpr std::pair<const char*, Kind> table[] = {
      {"curve", Kind::curve}, {"path", Kind::path},       {"heatmap", Kind::heatmap},
      {"bound", Kind::bound}, {"profile", Kind::profile}, {"sensitivity", Kind::sensitivity},
      {"ecdf", Kind::ecdf},   {"tuning", Kind::tuning},   {"spectrum", Kind::spectrum}};
};
}  // namespace lookahead
