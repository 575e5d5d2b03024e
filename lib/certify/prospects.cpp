#include "certify/prospects.hpp"

#include <cmath>
#include <set>

namespace lookahead {
namespace {

bool finite(const Certificate& c) {
  return c.applies && c.numbers.smoothness > 0 && std::isfinite(c.numbers.smoothness) &&
         std::isfinite(c.numbers.variance) && std::isfinite(c.numbers.gap);
}

}  // namespace

std::vector<Prospect> prospects(const Certificate& certificate, std::optional<double> epsilon) {
  std::vector<Prospect> table;
  if (!finite(certificate)) return table;
  std::set<Index> ks = {1, 2, 5, 10, 20, 50, 100, certificate.k};
  std::set<double> alphas = {0.2, 0.5, 0.8, 1, certificate.alpha};
  for (const Index k : ks) {
    for (const double alpha : alphas) {
      Prospect row{k,  alpha, theory::gamma_limit(certificate.numbers, k, alpha, certificate.workers),
                   {}, {},    {}};
      if (certificate.steps) {
        row.gamma_best =
            theory::gamma_best(certificate.numbers, k, alpha, certificate.workers, *certificate.steps);
        row.bound = theory::bound(certificate.numbers, {k, alpha, *row.gamma_best}, certificate.workers,
                                  *certificate.steps)
                        .total();
      }
      if (epsilon)
        row.steps = theory::steps_for_best(certificate.numbers, k, alpha, certificate.workers, *epsilon);
      table.push_back(row);
    }
  }
  return table;
}

std::optional<double> steps_for_epsilon(const Certificate& c, double epsilon) {
  if (!finite(c) || !c.constant_rates) return std::nullopt;
  return theory::steps_for(c.numbers, {c.k, c.alpha, c.gamma / (1 + rate_rounding)}, c.workers, epsilon);
}

std::optional<double> steps_for_epsilon_best(const Certificate& c, double epsilon) {
  if (!finite(c) || !c.constant_rates) return std::nullopt;
  return theory::steps_for_best(c.numbers, c.k, c.alpha, c.workers, epsilon);
}

}  // namespace lookahead
