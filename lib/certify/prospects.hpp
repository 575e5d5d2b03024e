#pragma once
#include <optional>
#include <vector>

#include "certify/certificate.hpp"

namespace lookahead {

// What the theorem would give this problem with another k and alpha; gamma_best and bound for the planned
// steps.
struct Prospect {
  Index k = 1;
  double alpha = 1;
  double gamma_limit = 0;
  std::optional<double> gamma_best, bound;  // the best rate, and (B1) with it
  std::optional<double> steps;              // for the wanted accuracy, with the best rate for each number
};

// k = 1, 2, 5, 10, ... up to 100 and alpha = 0.2, 0.5, 0.8, 1, and the problem's own; by k, then alpha. Empty
// where the problem has no finite L, or the theorem does not apply. epsilon > 0: the wanted mean of squared
// gradients.
std::vector<Prospect> prospects(const Certificate& certificate, std::optional<double> epsilon);

// The steps for which the mean of squared gradients is proved to be at most epsilon > 0, with the problem's
// rates or with the best learning rate for each number of steps. None where no number is enough, the rates
// change, or there is no bound.
std::optional<double> steps_for_epsilon(const Certificate& certificate, double epsilon);
std::optional<double> steps_for_epsilon_best(const Certificate& certificate, double epsilon);

}  // namespace lookahead
