#include "optimizer/schedule_free.hpp"

namespace lookahead::optimizers {
namespace {

template <Scalar T>
class ScheduleFreeSgd final : public ScheduleFreeRule<T> {
 public:
  ScheduleFreeSgd(const ScheduleFreeParameters& parameters, const OptimizerSeat& seat)
      : ScheduleFreeRule<T>(parameters, seat), decay_(static_cast<T>(parameters.weight_decay)) {}

 private:
  double scaled(double rate, Index) override { return rate; }
  void turn(std::span<T> gradient, std::span<const T> y) override {
    this->stretches().each([=, this](std::size_t at, std::size_t size, bool decays) {
      if (decays) add(gradient.data() + at, y.data() + at, size, decay_);
    });
  }
  [[gnu::noinline]] static void add(T* __restrict g, const T* __restrict y, std::size_t n, T decay) {
    for (std::size_t i = 0; i < n; ++i) g[i] += decay * y[i];
  }

  T decay_;
};

}  // namespace

OptimizerEntry schedule_free_sgd() {
  OptimizerEntry entry = optimizer_entry<ScheduleFreeSgd, ScheduleFreeParameters>(
      {"schedule_free_sgd", "SGD whose steps are averaged, with the gradient drawn between both: no schedule",
       "y = (1-beta) z + beta x;  z = z - lr (g(y) + weight_decay y);  x = (1-c) x + c z\n"
       "c = w_t / sum_i w_i, w_t = t^step_power (largest lr so far)^weight_power;  z_0 = x_0\n"
       "a sync that moves x moves z with it",
       "Defazio et al., The road less scheduled, NeurIPS 2024"},
      schedule_free_parameters("beta"), 1.0);
  entry.outer_seat = false;
  entry.working_vectors = 2;
  return entry;
}

}  // namespace lookahead::optimizers
