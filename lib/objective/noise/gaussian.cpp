#include "base/aligned.hpp"
#include "objective/noise_entry.hpp"

namespace lookahead::noises {
namespace {

struct Gaussian {
  double sd = 1;
  NoiseFacts facts(Index d) const { return {sd * sd * static_cast<double>(d), 0}; }
};

template <Scalar T>
class GaussianNoise final : public Noise<T> {
 public:
  GaussianNoise(const Gaussian& parameters, Index dimension)
      : sd_(parameters.sd), draws_(static_cast<std::size_t>(dimension)) {}

  void add(std::span<T> gradient, const Stream& stream, Index step, const Shards& shards) override {
    add_normals(gradient, sd_, stream, step, draws_, shards);
  }

 private:
  double sd_;
  Aligned<double> draws_;
};

}  // namespace

NoiseEntry gaussian() {
  return noise_entry<GaussianNoise, Gaussian>(
      {"gaussian", "independent normal noise in every component of the gradient",
       "g_i + sd z_i with z_i ~ N(0, 1); the total variance is sd^2 n", "Box and Muller, 1958"},
      {param("sd", &Gaussian::sd, "standard deviation of each component", at_least(0))});
}

}  // namespace lookahead::noises
