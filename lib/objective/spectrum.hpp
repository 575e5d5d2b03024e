#pragma once
#include "objective/coordinate_values.hpp"
#include "objective/function.hpp"

namespace lookahead {

// The eigenvalues (or singular values, or variances) of a problem made for a purpose: log-spaced from
// 1/condition to 1, or chosen one by one.
struct SpectrumParameters {
  double condition = 10;
  bool condition_given = false;
  std::optional<CoordinateValues> spectrum;

  // How many values the spectrum is for; 0: any number.
  Index count() const { return spectrum ? spectrum->count() : 0; }
  double largest(Index number) const { return spectrum ? spectrum->largest(number) : 1; }
};

// "condition" and "spectrum", of any struct P that inherits SpectrumParameters. `value`: what is spread; below
// `least` it is refused for `reason`. Where there is a spectrum, condition is not written.
template <class P>
Parameters spectrum_parameters(const std::string& value, Limit least, std::string reason) {
  Parameter condition = param("condition", static_cast<double P::*>(&P::condition),
                              "largest " + value + " over the smallest", at_least(1));
  condition.read = [read = condition.read](ValuesTarget target, const Node& node, const Path& path,
                                           Report& report) {
    read(target, node, path, report);
    target.as<P>().condition_given = true;
  };
  condition.write = [write = condition.write](ValuesView values) {
    return values.as<P>().spectrum ? Node{} : write(values);
  };
  return {std::move(condition),
          coordinate_param("spectrum", static_cast<std::optional<CoordinateValues> P::*>(&P::spectrum),
                           "every " + value +
                               " in the place of condition: a list, one number for all, or "
                               "scale i^-power",
                           least, std::move(reason))};
}
template <class P>
Parameters eigenvalue_parameters() {
  return spectrum_parameters<P>("eigenvalue", at_least(0),
                                "along an eigenvector of a negative one f has no lower bound");
}

// Faults of both given, and of nothing but zeros.
void check_spectrum(const SpectrumParameters& parameters, const Place& place, const Path& path,
                    Report& report);

// Has a list in the spectrum decide the dimension, `coordinates` for every number of it.
template <class P>
void follow_spectrum(FunctionEntry& entry, Index coordinates = 1) {
  entry.listed_dimension = [coordinates](const Values& values) {
    return coordinates * values.as<P>().count();
  };
  entry.check = [](const Values& values, const Place& place, const Path& path, Report& report) {
    check_spectrum(values.as<P>(), place, path, report);
  };
}

// Fault of two lists, of which `first` and `second` tell how many numbers they have (0: no list), that do not
// go together.
void check_lists(Index first, const std::string& first_name, Index second, const std::string& second_name,
                 const Place& place, const Path& path, Report& report);

}  // namespace lookahead
