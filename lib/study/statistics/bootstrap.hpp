#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/scalar.hpp"
#include "study/statistics/quantiles.hpp"

namespace lookahead::statistics {

inline constexpr Index usual_draws = 10'000;

// Which of a problem's `out.size()` seeds a draw takes, with replacement: a function of (seed, purpose,
// problem, draw) alone, so that whatever is resampled takes the same.
void resample(std::uint64_t seed, Index problem, Index draw, std::span<std::uint32_t> out);

// A figure of some numbers, those of all problems one after the other.
using Figure = std::function<double(const std::vector<double>&)>;

// The figure of every draw: of each problem as many of its numbers as it has, with replacement.
std::vector<double> resampled(const std::vector<std::vector<double>>& problems, const Figure& figure,
                              std::uint64_t seed, Index draws = usual_draws);

// The percentile interval: the quantiles at 0.025 and 0.975 of the figure over the draws (Efron and Tibshirani
// 1993, 13; stratified by problems as Agarwal et al. 2021).
Interval bootstrap_interval(const std::vector<std::vector<double>>& problems, const Figure& figure,
                            std::uint64_t seed, Index draws = usual_draws);

}  // namespace lookahead::statistics
