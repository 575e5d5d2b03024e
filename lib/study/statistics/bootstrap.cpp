#include "study/statistics/bootstrap.hpp"

#include <algorithm>

#include "random/stream.hpp"

namespace lookahead::statistics {

void resample(std::uint64_t seed, Index problem, Index draw, std::span<std::uint32_t> out) {
  const Stream stream(seed, Purpose::resampling, problem);
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::uint32_t>(
        stream.below(static_cast<std::uint64_t>(draw), static_cast<std::uint32_t>(i), std::ssize(out)));
  }
}

std::vector<double> resampled(const std::vector<std::vector<double>>& problems, const Figure& figure,
                              std::uint64_t seed, Index draws) {
  std::vector<double> figures, drawn;
  std::vector<std::uint32_t> chosen;
  figures.reserve(static_cast<std::size_t>(draws));
  for (Index draw = 0; draw < draws; ++draw) {
    drawn.clear();
    for (std::size_t p = 0; p < problems.size(); ++p) {
      chosen.resize(problems[p].size());
      resample(seed, static_cast<Index>(p), draw, chosen);
      for (const std::uint32_t i : chosen) drawn.push_back(problems[p][i]);
    }
    figures.push_back(figure(drawn));
  }
  return figures;
}

Interval bootstrap_interval(const std::vector<std::vector<double>>& problems, const Figure& figure,
                            std::uint64_t seed, Index draws) {
  constexpr double tail = 0.025;
  auto figures = resampled(problems, figure, seed, draws);
  std::sort(figures.begin(), figures.end());
  return {quantile(figures, tail), quantile(figures, 1 - tail)};
}

}  // namespace lookahead::statistics
