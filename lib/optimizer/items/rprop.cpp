#include <algorithm>

#include "base/aligned.hpp"
#include "optimizer/optimizer.hpp"

namespace lookahead::optimizers {
namespace {

struct RpropParameters {
  double eta_minus = 0.5, eta_plus = 1.2, step_min = 1e-6, step_max = 50;
};

template <Scalar T>
class Rprop final : public Optimizer<T> {
 public:
  Rprop(const RpropParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        shards_(seat.shards),
        previous_(static_cast<std::size_t>(seat.dimension)),
        length_(static_cast<std::size_t>(seat.dimension)) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    // The learning rate is the length of the first step; the lengths then go their own way.
    if (begun_ == 0) std::fill(length_.begin(), length_.end(), static_cast<T>(rate));
    begun_ = 1;
    const T* g = oracle.gradient().data();
    shards_.each(x.size(), [&](std::size_t at, std::size_t size) {
      sweep(x.data() + at, g + at, previous_.data() + at, length_.data() + at, size,
            {static_cast<T>(p_.eta_minus), static_cast<T>(p_.eta_plus), static_cast<T>(p_.step_min),
             static_cast<T>(p_.step_max)});
    });
  }

  Memory<T> memory() override {
    return {{{"previous_gradient", previous_, false}, {"step_length", length_, false}}, {{"begun", &begun_}}};
  }

 private:
  struct Scales {
    T minus, plus, least, most;
  };

  [[gnu::noinline]] static void sweep(T* __restrict x, const T* __restrict g, T* __restrict before,
                                      T* __restrict length, std::size_t n, const Scales s) {
    for (std::size_t i = 0; i < n; ++i) {
      const T agreement = g[i] * before[i];
      const T factor = agreement > 0 ? s.plus : (agreement < 0 ? s.minus : T{1});
      T step = length[i] * factor;
      step = step < s.least ? s.least : (step > s.most ? s.most : step);
      // After a change of sign x rests for a step.
      const T gradient = agreement < 0 ? T{0} : g[i];
      length[i] = step;
      before[i] = gradient;
      x[i] -= gradient > 0 ? step : (gradient < 0 ? -step : T{0});
    }
  }

  RpropParameters p_;
  Shards shards_;
  Index begun_ = 0;  // whether a step was made
  Aligned<T> previous_, length_;
};

}  // namespace

OptimizerEntry rprop() {
  using P = RpropParameters;
  OptimizerEntry entry = optimizer_entry<Rprop, P>(
      {"rprop", "steps by the sign of the gradient, longer while it stays and shorter when it changes",
       "g g_before > 0: length = min(eta_plus length, step_max)\n"
       "g g_before < 0: length = max(eta_minus length, step_min), g = 0\n"
       "x = x - sign(g) length;  lr is the first length, within\n"
       "step_min and step_max. For full gradients, not for noisy ones",
       "Riedmiller and Braun, IEEE ICNN, 1993; Igel and Huesken, 2000 (iRprop-)"},
      {param("eta_minus", &P::eta_minus, "factor of the length after a change of sign", above(0), below(1)),
       param("eta_plus", &P::eta_plus, "factor of the length while the sign stays", above(1)),
       param("step_min", &P::step_min, "the least length", above(0)),
       param("step_max", &P::step_max, "the largest length", above(0))},
      1e-2);
  entry.check = [](const Values& parameters, const Place& place, const Path& path, Report& report) {
    const P& p = parameters.as<P>();
    if (p.step_min > p.step_max) report.add(place, path / "step_min" + " must be <= step_max");
  };
  entry.hides_infinity = true;
  entry.rate_once = true;
  return entry;
}

}  // namespace lookahead::optimizers
