#include "base/aligned.hpp"
#include "objective/coordinate_values.hpp"
#include "objective/noise_entry.hpp"

namespace lookahead::noises {
namespace {

struct Gaussian {
  CoordinateValues sd;

  Index listed() const { return sd.count(); }
  NoiseFacts facts(Index d) const {
    if (sd.numbers.size() == 1) return {sd[0] * sd[0] * static_cast<double>(d), 0};
    double variance = 0;
    for (Index i = 0; i < d; ++i) variance += sd[i] * sd[i];
    return {variance, 0};
  }
};

template <Scalar T>
class GaussianNoise final : public Noise<T> {
 public:
  GaussianNoise(const Gaussian& parameters, Index dimension)
      : same_(parameters.sd[0]), draws_(static_cast<std::size_t>(dimension)) {
    if (parameters.sd.numbers.size() != 1) each_ = parameters.sd.values(dimension);
  }

  void add(std::span<T> gradient, const Stream& stream, Index step, const Shards& shards) override {
    if (each_.empty()) {
      add_normals(gradient, same_, stream, step, draws_, shards);
    } else {
      add_normals_of(
          gradient, [sd = each_.data()](std::size_t i) { return sd[i]; }, stream, step, draws_, shards);
    }
  }

 private:
  double same_;
  Aligned<double> each_;  // empty: the same of every component
  Aligned<double> draws_;
};

}  // namespace

NoiseEntry gaussian() {
  return noise_entry<GaussianNoise, Gaussian>(
      {"gaussian", "independent normal noise in every component of the gradient",
       "g_i + sd_i z_i with z_i ~ N(0, 1); the total variance is the sum of sd_i^2", "Box and Muller, 1958"},
      {coordinate_param("sd", &Gaussian::sd,
                        "standard deviation of every component, or a list, or scale i^-power", at_least(0))});
}

}  // namespace lookahead::noises
