#pragma once
#include <string>

#include "objective/knowledge.hpp"

namespace lookahead {

// A constant of the convergence theorem, how sure it is, and where it comes from.
struct Constant {
  double value = 0;  // infinity: there is none
  Knowledge status = Knowledge::estimated;
  std::string reason;  // a clause without an end: "lambda_max of the rows, bounded from above"
};

// What the theorem needs to know of a plan's objective and of the gradients its steps see.
struct ProblemConstants {
  Constant smoothness;         // L of the whole objective
  double met_curvature = 0;    // what was met beyond an L that the user declared; 0: nothing
  Constant variance;           // sigma^2 of one step's gradient of one agent
  Constant relative_variance;  // rho
  Constant infimum;            // f_inf, or any lower bound; -infinity: unbounded or unknown
  Constant heterogeneity;      // zeta^2 between workers that have their own rows; otherwise 0
  bool convex = false;         // known to be
  bool smooth = true;          // false: the gradient has no Lipschitz constant near some point
};

}  // namespace lookahead
