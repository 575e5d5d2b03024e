#pragma once
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/checked.hpp"
#include "objective/knowledge.hpp"
#include "objective/objective.hpp"
#include "options/catalog.hpp"

namespace lookahead {

// What is known of a function of a given dimension and parameters.
struct Facts {
  Index dimension = 0;
  // The usual search domain, an interval per coordinate, and the conventional starting point; or their first entries,
  // where those repeat.
  std::vector<double> lower, upper, start;
  std::optional<double> minimum;                // f*; see unbounded_outside
  std::vector<std::vector<double>> minimizers;  // the known global minimizers, or equilibria; may be empty
  std::optional<double> smoothness;  // global Lipschitz constant of the gradient, where there is one
  Knowledge smoothness_status = Knowledge::exact;
  bool smoothness_declared = false;   // by the user, on whose word it is
  std::optional<double> lower_bound;  // of f everywhere, where the minimum itself is not known
  bool unbounded_outside = false;     // the minimum is that of the domain: outside f has no lower bound
  bool convex = false;
  bool smooth_at_minimum = true;  // false: a cusp or kink at x*, exempt from the gradient law there
  // false: the gradient has no Lipschitz constant near some point: a kink, a cusp, a jump or a pole.
  bool locally_smooth = true;
  std::vector<std::string> kinks = {};  // of a formula: where one may be, as a place and its text
  std::vector<std::string> notes = {};  // what a user is to know of it before a run

  // The domain's interval and the start of coordinate i; lower, and start, must not be empty.
  std::pair<double, double> domain_of(std::size_t i) const {
    return {lower[i % lower.size()], upper[i % upper.size()]};
  }
  double start_of(std::size_t i) const { return start[i % start.size()]; }
  // The best known lower bound of f over all points; none where f has none, or none is known.
  std::optional<double> infimum() const {
    if (unbounded_outside) return std::nullopt;
    return minimum ? minimum : lower_bound;
  }
};

// A built-in function: one file of lib/objective/functions each, collected by the build.
struct FunctionEntry : Entry {
  Index natural_dimension = 2;
  // Which dimensions the function takes: a multiple of `dimension_step` from `least_dimension` to
  // `most_dimension` (0 = no upper end).
  Index least_dimension = 1, most_dimension = 0, dimension_step = 1;
  std::function<Facts(const Values& parameters, Index dimension)> facts;
  std::function<std::unique_ptr<Objective<double>>(const Values& parameters, Index dimension)> make_double;
  std::function<std::unique_ptr<Objective<float>>(const Values& parameters, Index dimension)> make_float;
  // The parameters together with what they leave to a file, which is read; before facts and objectives are made of
  // them. Empty: there is no file. Faults: those of reading it, of kind data.
  std::function<Checked<Values>(const Values& parameters, Index dimension, Index threads)> load{};
  bool game = false;        // an entry of game_catalog() (objective/game.hpp)
  bool finite_sum = false;  // whether its objectives have terms
  // Where the parameters decide what the dimension is a multiple of: that number, in place of dimension_step;
  // the least dimension is then `least_units` of them at least.
  std::function<Index(const Values& parameters)> dimension_unit{};
  Index least_units = 1;
  // Where lists among the parameters decide the dimension: that one; 0 where they do not. Empty: never.
  std::function<Index(const Values& parameters)> listed_dimension{};

  // Whether its objectives run a program, or load a library, that is no part of this one.
  bool outside = false;
  // A number made of the content of the files that an objective consists of beside its parameters, once these are
  // loaded. Empty: there are none.
  std::function<std::uint64_t(const Values& parameters)> content{};

  Index step(const Values& values) const { return dimension_unit ? dimension_unit(values) : dimension_step; }
  Index least(const Values& values) const {
    const Index repeated = repeated_list ? repeated_list(values) : 0;
    return std::max({least_dimension, least_units * step(values), repeated});
  }
  // Where a list among the parameters is repeated over the coordinates: how many it has at least. Empty: none is.
  std::function<Index(const Values& parameters)> repeated_list{};
  Index listed(const Values& values) const { return listed_dimension ? listed_dimension(values) : 0; }
  bool admits(const Values& values, Index dimension) const {
    return dimension >= least(values) && (most_dimension == 0 || dimension <= most_dimension) &&
           dimension % step(values) == 0 && (listed(values) == 0 || dimension == listed(values));
  }
  // The dimension where none is chosen: that of the lists, or the natural one, rounded up to the step.
  Index usual_dimension(const Values& values) const {
    if (const Index own = listed(values); own > 0) return own;
    const Index unit = step(values);
    return (std::max(natural_dimension, least(values)) + unit - 1) / unit * unit;
  }

  template <Scalar T>
  std::unique_ptr<Objective<T>> make(const Values& values, Index dimension) const {
    if constexpr (std::same_as<T, double>) {
      return make_double(values, dimension);
    } else {
      return make_float(values, dimension);
    }
  }
};

const Catalog<FunctionEntry>& function_catalog();

// A function is given by its kernel, a struct K with
//   K(const P& parameters, Index dimension);
//   static Facts facts(const P& parameters, Index dimension);
// and one of
//   template <Scalar T, bool want_gradient> double evaluate(const T* x, T* gradient, Index dimension) const;
//   template <Scalar T, bool want_gradient>
//   double part(const T* x, T* gradient, Index from, Index to, Index dimension) const;
//   template <Scalar T, bool want_gradient>
//   double evaluate(const T* x, T* gradient, Index dimension, const Shards& shards) const;
// evaluate returns f(x), computed in double, and writes the gradient if it is wanted; both instances must
// return the same bits. part() does so for a function that is a sum over coordinates: it returns the terms of
// coordinates from, ..., to - 1 and writes their components of the gradient, and may read all of x; several
// threads call it. Ranges begin at multiples of 64. The last form shares its own loops out, for functions of
// a few sums over all coordinates. Both are called with all coordinates at once where these are few.
// kernel_entry (objective/kernel.hpp) makes the catalog entry of it. For finite sums see
// objective/finite_sum.hpp.

}  // namespace lookahead
