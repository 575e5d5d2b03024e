#pragma once
#include "data/dataset.hpp"
#include "objective/objective.hpp"

namespace lookahead::theory {

// An upper bound of an eigenvalue and where it comes from.
struct EigenvalueBound {
  enum class Method {
    powers,   // traces of powers of the matrix: at most 1 % too large
    lanczos,  // largest Ritz value / (1 - slack) from a random start, see below
    norms     // the least of a few norms: may be too large by a factor as large as the rank
  };
  double value = 0;
  Method method = Method::powers;
  double slack = 0.01;  // powers, lanczos: the eigenvalue is at least (1 - slack) value
};

// The probability, over the random start, that a bound by Method::lanczos is none.
inline constexpr double lanczos_failure = 1e-12;

// How much work a bound may be: numbers multiplied to make a matrix of products, and numbers of the rows that
// Lanczos' method reads. The defaults are a second or two of one processor.
struct BoundEffort {
  double products = 4e10;
  double reads = 2e9;
  Index largest_side = 1024;  // of a matrix of products
};

// Lambda >= lambda_max(M) for M = mean over `rows` of weight x x', x being a row of `data` with a 1 appended
// for the intercept, where there is one. With a loss whose second derivative by the score is at most c in
// absolute value, the gradient of the mean loss is Lipschitz with the constant c Lambda. The same bits for
// any number of threads. Where the products of all pairs of columns, or of rows, are too many, Lanczos'
// method is used, whose largest Ritz value after q steps from a uniformly random direction of R^d is below (1
// - slack) lambda_max with a probability of at most 1.648 sqrt(d) exp(-sqrt(slack) (2q - 1)) (Kuczynski and
// Wozniakowski, SIAM Journal on Matrix Analysis and Applications 13, 1992); q is chosen for lanczos_failure.
template <Scalar T>
EigenvalueBound second_moment_bound(const Dataset<T>& data, Batch rows, Index threads,
                                    const BoundEffort& effort = {}, bool intercept = true);

}  // namespace lookahead::theory
