#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "data/dataset.hpp"
#include "objective/objective.hpp"

namespace lookahead::theory {

// Mean over `rows` of weight^2 (|x|^2 + 1), x being a row of `data` and the 1 that of the intercept: where
// the derivative of a row's loss by its scores is at most s for weight 1, s^2 times this is at or above the
// variance of one row's gradient.
template <Scalar T>
double mean_square_row(const Dataset<T>& data, Batch rows);

// sigma_1^2 at x of the sum over `terms`: their mean of |grad f_i - grad f|^2. The same bits for any
// number of threads. The objective's fault, where it has one.
template <Scalar T>
Evaluation term_variance(const Objective<T>& objective, Batch terms, std::span<const T> x, Index threads);

// The variance of the mean of `size` of `terms` terms, given that of one, drawn independently or all
// different; 0 for all of them at once.
double variance_of_mean(double term_variance, Index terms, Index size, bool independent);

// The variance of `size` of `terms` drawn anew, with what randomness the objective has itself, at x: over
// `draws` >= 2 steps that are a function of the seed. The objective's fault, where it has one.
template <Scalar T>
Evaluation drawn_variance(const Objective<T>& objective, Batch terms, Index size, std::span<const T> x,
                          Index draws, std::uint64_t seed);

// Mean over the vectors, given one after the other, of |g - their mean|^2.
template <Scalar T>
double spread(std::span<const T> vectors, Index count);

// At most `most` of `rows`, chosen at random as a function of the seed, ascending by position.
std::vector<std::uint32_t> sample_rows(Batch rows, Index most, std::uint64_t seed);

}  // namespace lookahead::theory
