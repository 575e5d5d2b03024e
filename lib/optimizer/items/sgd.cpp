#include "base/aligned.hpp"
#include "optimizer/optimizer.hpp"
#include "optimizer/stretches.hpp"
#include "simd/packs.hpp"

namespace lookahead::optimizers {
namespace {

struct SgdParameters {
  double momentum = 0, dampening = 0, weight_decay = 0;
  bool nesterov = false;

  std::string caution(double) const {
    return momentum > 0 || dampening == 0
               ? ""
               : "dampening: it is a part of momentum, which is 0 (set momentum, or leave out dampening)";
  }
};

// PyTorch's form: the rate stands outside the buffer b.
template <Scalar T>
class Sgd final : public Optimizer<T> {
 public:
  Sgd(const SgdParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        stretches_(seat, p_.weight_decay != 0),
        buffer_(p_.momentum != 0 ? static_cast<std::size_t>(seat.dimension) : 0) {}

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    const bool first = begun_ == 0;
    begun_ = 1;
    const T lr = static_cast<T>(rate);
    const T* g = oracle.gradient().data();
    if (p_.momentum == 0) {
      stretches_.each([=, this](std::size_t at, std::size_t size, bool decays) {
        const auto sweep = decays ? &plain<true> : &plain<false>;
        sweep(x.data() + at, g + at, size, lr, static_cast<T>(p_.weight_decay));
      });
      return;
    }
    // The first buffer is the gradient itself, without dampening.
    const T keep = first ? T{0} : static_cast<T>(p_.momentum);
    const T take = first ? T{1} : static_cast<T>(1 - p_.dampening);
    const T ahead = static_cast<T>(p_.momentum);
    const auto sweep = p_.nesterov ? &heavy<true> : &heavy<false>;
    stretches_.each([=, this](std::size_t at, std::size_t size, bool decays) {
      sweep(x.data() + at, g + at, buffer_.data() + at, size, lr,
            static_cast<T>(decays ? p_.weight_decay : 0), keep, take, ahead);
    });
  }

  Memory<T> memory() override {
    Memory<T> memory{{}, {{"begun", &begun_}}};
    if (!buffer_.empty()) memory.segments.push_back({"momentum", buffer_, true});
    return memory;
  }

 private:
  template <bool decays>
  [[gnu::noinline]] static void plain(T* __restrict x, const T* __restrict g, std::size_t n, T rate,
                                      T decay) {
    packs::for_each<T>(n, [=](auto width, std::size_t i) {
      const auto here = packs::load<T, width()>(x + i);
      auto gradient = packs::load<T, width()>(g + i);
      if constexpr (decays) gradient += decay * here;
      packs::store<T, width()>(x + i, here - rate * gradient);
    });
  }

  template <bool nesterov>
  [[gnu::noinline]] static void heavy(T* __restrict x, const T* __restrict g, T* __restrict b, std::size_t n,
                                      T rate, T decay, T keep, T take, T ahead) {
    for (std::size_t i = 0; i < n; ++i) {
      const T gradient = g[i] + decay * x[i];
      const T moved = keep * b[i] + take * gradient;
      b[i] = moved;
      x[i] -= rate * (nesterov ? gradient + ahead * moved : moved);
    }
  }

  SgdParameters p_;
  Stretches stretches_;
  Index begun_ = 0;  // whether a step was made; a count would be a state that never comes to rest
  Aligned<T> buffer_;
};

}  // namespace

OptimizerEntry sgd() {
  using P = SgdParameters;
  OptimizerEntry entry = optimizer_entry<Sgd, P>(
      {"sgd", "stochastic gradient descent, with heavy-ball or Nesterov momentum",
       "g = g + weight_decay x;  b = g at the first step, then b = momentum b + (1-dampening) g\n"
       "x = x - lr b;  nesterov: x = x - lr (g + momentum b);  without momentum b = g",
       "Robbins and Monro, 1951; Polyak, 1964; Sutskever et al., ICML 2013"},
      {param("momentum", &P::momentum, "share of the last step that is kept", at_least(0), below(1)),
       param("dampening", &P::dampening, "share of the gradient that momentum leaves out", at_least(0),
             at_most(1)),
       param("nesterov", &P::nesterov, "look ahead along the momentum (Nesterov)"),
       param("weight_decay", &P::weight_decay, "added to the gradient times x", at_least(0))},
      1e-3);
  entry.check = [](const Values& parameters, const Place& place, const Path& path, Report& report) {
    const P& p = parameters.as<P>();
    if (p.nesterov && (p.momentum == 0 || p.dampening != 0)) {
      report.add(place, path / "nesterov" + " needs momentum > 0 and dampening = 0");
    }
  };
  entry.steps_along = [](const Values& parameters) { return parameters.as<P>().momentum == 0; };
  entry.plain_descent = [](const Values& parameters) {
    const P& p = parameters.as<P>();
    return p.momentum == 0 && p.weight_decay == 0;
  };
  entry.linear_step = [](const Values& parameters) -> std::optional<LinearStep> {
    const P& p = parameters.as<P>();
    if (p.dampening != 0 || p.weight_decay != 0) return std::nullopt;
    return LinearStep{.momentum = p.momentum, .nesterov = p.nesterov};
  };
  return entry;
}

}  // namespace lookahead::optimizers
