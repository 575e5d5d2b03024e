#pragma once
#include <string>
#include <vector>

#include "support/problem.hpp"

// What is written as a formula, as the laws see it.
namespace lookahead::test {

// A game whose players pay what formulas say.
inline std::string written_game() {
  return "objective: {players: {x: 2, y: 1, z: 2}, domain: [-2, 2], costs: {x: \"x[0]*y[0] - x[1]*z[0] + "
         "0.1*norm2(x)\", y: \"log(cosh(y[0] - 1)) - x[0]*y[0]\", z: \"sum(i, 0, 1, (z[i] - "
         "x[i]*y[0])^2)\"}}\n";
}

// A formula of every kind that is minimized: of the point, with noise, a sum whose terms are drawn, one of
// the rows of a table, one whose rows are drawn in epochs, and losses of a model.
inline std::vector<std::string> written_problems() {
  const std::string points = data_folder() + "points.csv";
  const std::string term =
      "objective: {terms: " + points +
      ", expression: \"(w[0]*a + w[1]*b/5 + w[2] - y)^2/2 + 0.01*norm2(w)\", dim: 3, domain: [-2, 2]";
  return {
      "objective: {expression: \"sum(i, 0, n-2, a*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2) + log(1 + norm2(x))\", "
      "dim: 9, domain: [-2, 2], constants: {a: 20}}\n",
      "objective: {expression: \"let s = dot(c, x); sqrt(1 + s^2) + logsumexp(i, 0, n-1, x[i]) + norm2(x)\", "
      "dim: 5, domain: [-3, 2], constants: {c: [1, -2, 0.5, 3, 1]}, noise: {gaussian: 0.3}}\n",
      "objective: {expression: \"sum(i, 0, 29, log(cosh(x[mod(i, n)] - sin(i))))/30 + 0.05*norm2(x)\", "
      "dim: 6, domain: [-2, 1], sampled: true, noise: {minibatch: 4}}\n",
      term + "}\n",
      term + ", noise: {minibatch: {size: 4, replacement: false}}}\n",
      "data: {train: " + points +
          ", target: y}\nmodel: {type: linear, l2: 0.01, loss: {expression: "
          "\"log(cosh(p - y))\"}}\nbatch: 7\n",
      "data: {train: " + points +
          ", target: y}\nmodel: {type: linear, loss: {expression: \"sqrt(q^2 + (p - y)^2) - q\", "
          "constants: {q: 0.5}}}\nbatch: full\n"};
}

}  // namespace lookahead::test
