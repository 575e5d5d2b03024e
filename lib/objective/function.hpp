#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "objective/objective.hpp"
#include "options/catalog.hpp"

namespace lookahead {

// What is known of a function of a given dimension and parameters.
struct Facts {
  Index dimension = 0;
  std::vector<double> lower, upper;             // the usual search domain, one interval per coordinate
  std::vector<double> start;                    // the conventional starting point
  std::optional<double> minimum;                // f*
  std::vector<std::vector<double>> minimizers;  // the known global minimizers, or equilibria; may be empty
  std::optional<double> smoothness;  // global Lipschitz constant of the gradient, where there is one
  bool convex = false;
  bool smooth_at_minimum = true;  // false: a cusp or kink at x*, exempt from the gradient law there
};

// A built-in function: one file of lib/objective/functions each, collected by the build.
struct FunctionEntry : Entry {
  Index natural_dimension = 2;
  // Which dimensions the function takes: a multiple of `dimension_step` from `least_dimension` to
  // `most_dimension` (0 = no upper end).
  Index least_dimension = 1, most_dimension = 0, dimension_step = 1;
  std::function<Facts(const void* parameters, Index dimension)> facts;
  std::function<std::unique_ptr<Objective<double>>(const void* parameters, Index dimension)> make_double;
  std::function<std::unique_ptr<Objective<float>>(const void* parameters, Index dimension)> make_float;
  bool game = false;  // an entry of game_catalog() (objective/game.hpp)
  // Where the parameters decide what the dimension is a multiple of: that number, which is the least and the
  // natural dimension too.
  std::function<Index(const void* parameters)> dimension_unit{};
  bool finite_sum = false;  // whether its objectives have terms

  template <Scalar T>
  std::unique_ptr<Objective<T>> make(const void* values, Index dimension) const {
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
//   template <Scalar T, bool want_gradient> double evaluate(const T* x, T* gradient, Index dimension) const;
// evaluate returns f(x), computed in double, and writes the gradient if it is wanted; both instances must
// return the same bits. kernel_entry (objective/kernel.hpp) makes the catalog entry of it.

}  // namespace lookahead
