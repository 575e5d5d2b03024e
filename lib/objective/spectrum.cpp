#include "objective/spectrum.hpp"

#include <algorithm>

#include "base/counted.hpp"

namespace lookahead {

void check_spectrum(const SpectrumParameters& parameters, const Place& place, const Path& path,
                    Report& report) {
  if (!parameters.spectrum) return;
  if (parameters.condition_given) {
    report.add(place, path + " has both condition and spectrum",
               "keep one of the two: a spectrum has a condition number of its own");
  }
  if (parameters.largest(1) == 0)
    report.add(place, path / "spectrum" + " has no number above 0", "f would be the same everywhere");
}

void check_lists(Index first, const std::string& first_name, Index second, const std::string& second_name,
                 const Place& place, const Path& path, Report& report) {
  if (first == 0 || second == 0 || first == second) return;
  report.add(place,
             path / first_name + " is a list of " + counted(first, "number") + ", " + second_name +
                 " one of " + counted(second, "number"),
             "both have one number per coordinate");
}

}  // namespace lookahead
