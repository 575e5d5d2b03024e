#include <cmath>
#include <limits>
#include <numbers>

#include "base/aligned.hpp"
#include "objective/noise_entry.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::noises {
namespace {

struct Student {
  double scale = 1;
  double df = 3;
  NoiseFacts facts(Index d) const {
    const double each = df > 2 ? scale * scale * (df / (df - 2)) : std::numeric_limits<double>::infinity();
    return {scale == 0 ? 0 : each * static_cast<double>(d), 0};
  }
};

template <Scalar T>
class StudentNoise final : public Noise<T> {
 public:
  StudentNoise(const Student& parameters, Index dimension)
      : scale_(parameters.scale), df_(parameters.df), draws_(2 * static_cast<std::size_t>(dimension)) {}

  // The polar form: with u, v uniform, sqrt(df (u^(-2/df) - 1)) cos(2 pi v) has Student's distribution for
  // any df > 0. The root is taken of its two factors, so that very heavy tails do not overflow early.
  void add(std::span<T> gradient, const Stream& stream, Index step, const Shards& shards) override {
    // Very heavy tails reach infinity, and 0 times that is no number.
    if (scale_ == 0) return;
    shards.each(gradient.size(), [&](std::size_t from, std::size_t size) {
      stream.uniforms(static_cast<std::uint64_t>(step), std::span(draws_).subspan(2 * from, 2 * size),
                      2 * from);
      for (std::size_t i = from; i < from + size; ++i) {
        const double half = -math::log1p(-draws_[2 * i]) / df_;
        const double radius = math::exp(half) * std::sqrt(-df_ * math::expm1(-2 * half));
        const double draw = radius * math::cos(2 * std::numbers::pi * draws_[2 * i + 1]);
        gradient[i] = static_cast<T>(static_cast<double>(gradient[i]) + scale_ * draw);
      }
    });
  }

 private:
  double scale_, df_;
  Aligned<double> draws_;
};

}  // namespace

NoiseEntry student() {
  return noise_entry<StudentNoise, Student>(
      {"student", "independent heavy-tailed noise in every component of the gradient",
       "g_i + scale t_i, t_i of Student's distribution with df degrees of freedom; df = 1 is Cauchy's\n"
       "total variance scale^2 n df / (df - 2) for df > 2, infinite otherwise: then the theorem is silent",
       "Bailey, Mathematics of Computation 62, 1994 (the polar method)"},
      {param("scale", &Student::scale, "factor of each component's noise", at_least(0)),
       param("df", &Student::df, "degrees of freedom; smaller is heavier in the tails", above(0))});
}

}  // namespace lookahead::noises
