#include <algorithm>

#include "base/aligned.hpp"
#include "base/text.hpp"
#include "optimizer/optimizer.hpp"
#include "optimizer/stretches.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead::optimizers {
namespace {

struct AsgdParameters {
  double lambd = 1e-4, alpha = 0.75, t0 = 1e6, weight_decay = 0;

  std::string caution(double steps) const {
    return t0 + 3 <= steps
               ? ""
               : "t0: the average of the path begins in step " + to_text(t0 + 3) +
                     ", after the run or its next reset: its result is no average (a smaller t0, or a "
                     "longer run)";
  }
};

template <Scalar T>
class Asgd final : public Optimizer<T> {
 public:
  Asgd(const AsgdParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        stretches_(seat, p_.weight_decay != 0 || p_.lambd != 0),
        mean_(static_cast<std::size_t>(seat.dimension)) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    // The rate and the weight of the average are those the step before has left behind.
    const double before = static_cast<double>(steps_++);
    const double eta = rate / math::pow(1 + p_.lambd * rate * before, p_.alpha);
    const double weight = 1 / std::max(1.0, before - p_.t0);
    const T* g = oracle.gradient().data();
    stretches_.each([=, this](std::size_t at, std::size_t size, bool decays) {
      sweep(x.data() + at, g + at, mean_.data() + at, size,
            {static_cast<T>(eta), static_cast<T>(decays ? 1 - p_.lambd * eta : 1), static_cast<T>(weight),
             static_cast<T>(decays ? p_.weight_decay : 0)});
    });
  }

  // A place, not a direction: what a sync would pull it back to is no place of the path.
  Memory<T> memory() override { return {{{"average", mean_, false}}, {{"steps", &steps_}}}; }
  bool averages() const override { return true; }
  // With a weight of 1 the mean is x itself.
  std::span<const T> average() const override {
    const bool begun = static_cast<double>(steps_ - 1) - p_.t0 > 1;
    return begun ? std::span<const T>(mean_) : std::span<const T>();
  }

 private:
  struct Scales {
    T rate, shrink, weight, decay;
  };

  [[gnu::noinline]] static void sweep(T* __restrict x, const T* __restrict g, T* __restrict mean,
                                      std::size_t n, const Scales s) {
    for (std::size_t i = 0; i < n; ++i) {
      const T gradient = g[i] + s.decay * x[i];
      const T moved = x[i] * s.shrink - s.rate * gradient;
      x[i] = moved;
      mean[i] = s.weight == 1 ? moved : mean[i] + (moved - mean[i]) * s.weight;
    }
  }

  AsgdParameters p_;
  Stretches stretches_;
  Index steps_ = 0;
  Aligned<T> mean_;
};

}  // namespace

OptimizerEntry asgd() {
  using P = AsgdParameters;
  return optimizer_entry<Asgd, P>(
      {"asgd", "sgd with a rate that falls; its result is the average of its path",
       "x = (1 - lambd eta_t) x - eta_t g,  eta_t = lr/(1 + lambd lr (t-1))^alpha\n"
       "average = average + (x - average)/max(1, t - 1 - t0), PyTorch's ax: from step t0 + 3 on what a run\n"
       "reports as its slow point at every sync, which leaves it; the steps go on from x",
       "Polyak and Juditsky, SIAM J. Control Optim. 30, 1992; PyTorch's form"},
      {param("lambd", &P::lambd, "shrinks x and slows the rate", at_least(0)),
       param("alpha", &P::alpha, "power of the rate's fall", at_least(0)),
       param("t0", &P::t0, "the step at which averaging begins", at_least(0)),
       param("weight_decay", &P::weight_decay, "added to the gradient times x", at_least(0))},
      1e-2);
}

}  // namespace lookahead::optimizers
