#include <cmath>

#include "base/aligned.hpp"
#include "objective/noise_entry.hpp"
#include "parallel/sums.hpp"

namespace lookahead::noises {
namespace {

struct Relative {
  double sigma = 1;
  double rho = 0;
  NoiseFacts facts(Index) const { return {sigma * sigma, rho}; }
  std::string caution() const {
    return rho > 0
               ? ""
               : "rho is 0, so the noise does not grow with the gradient (relative: {sigma: 0, rho: 0.25} does)";
  }
};

template <Scalar T>
class RelativeNoise final : public Noise<T> {
 public:
  RelativeNoise(const Relative& parameters, Index dimension)
      : variance_(parameters.sigma * parameters.sigma),
        rho_(parameters.rho),
        draws_(static_cast<std::size_t>(dimension)) {}

  void add(std::span<T> gradient, const Stream& stream, Index step, const Shards& shards) override {
    const double total = variance_ + rho_ * squared_norm(shards, std::span<const T>(gradient));
    const double sd = std::sqrt(total / static_cast<double>(draws_.size()));
    add_normals(gradient, sd, stream, step, draws_, shards);
  }

 private:
  double variance_, rho_;
  Aligned<double> draws_;
};

}  // namespace

NoiseEntry relative() {
  return noise_entry<RelativeNoise, Relative>(
      {"relative",
       "normal noise whose total variance grows with the gradient, with equality in assumption A2",
       "g + n, n ~ N(0, (sigma^2 + rho |g|^2) / dim I), so that E|n|^2 = sigma^2 + rho |g|^2",
       "Bottou, Curtis, Nocedal, SIAM Review 60, 2018, assumption 4.3"},
      {param("sigma", &Relative::sigma, "deviation of the whole noise where the gradient is zero",
             at_least(0)),
       param("rho", &Relative::rho, "part of |g|^2 that is added to the noise's variance", at_least(0))});
}

}  // namespace lookahead::noises
