#include "base/aligned.hpp"
#include "optimizer/kernels.hpp"
#include "optimizer/optimizer.hpp"

namespace lookahead::optimizers {
namespace {

struct GdaParameters {
  bool alternating = false;
  double momentum = 0;
};

template <Scalar T>
class Gda final : public Optimizer<T> {
 public:
  Gda(const GdaParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        shards_(seat.shards),
        ends_(seat.blocks),
        field_(p_.alternating ? static_cast<std::size_t>(seat.dimension) : 0),
        buffer_(p_.momentum != 0 ? static_cast<std::size_t>(seat.dimension) : 0) {
    if (ends_.empty()) ends_.push_back(seat.dimension);
  }

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    const bool first = begun_ == 0;
    begun_ = 1;
    const T lr = static_cast<T>(rate);
    const T keep = first ? T{0} : static_cast<T>(p_.momentum);
    if (!p_.alternating) {
      move(x, oracle.gradient(), 0, x.size(), lr, keep);
      return;
    }
    std::span<const T> field = oracle.gradient();
    std::size_t from = 0;
    for (const Index end : ends_) {
      if (from != 0) {
        oracle.value_and_gradient(x, field_);
        field = field_;
      }
      const auto to = static_cast<std::size_t>(end);
      move(x, field, from, to - from, lr, keep);
      from = to;
    }
  }

  Memory<T> memory() override {
    Memory<T> memory{{}, {{"begun", &begun_}}};
    if (!buffer_.empty()) memory.segments.push_back({"momentum", buffer_, true});
    return memory;
  }

 private:
  // Moves the n coordinates from `from` on.
  void move(std::span<T> x, std::span<const T> field, std::size_t from, std::size_t n, T rate, T keep) {
    shards_.each(n, [&](std::size_t at, std::size_t size) {
      const std::size_t i = from + at;
      if (buffer_.empty()) {
        descend(x.data() + i, field.data() + i, size, rate);
      } else {
        heavy(x.data() + i, field.data() + i, buffer_.data() + i, size, rate, keep);
      }
    });
  }

  [[gnu::noinline]] static void heavy(T* __restrict x, const T* __restrict v, T* __restrict b, std::size_t n,
                                      T rate, T keep) {
    for (std::size_t i = 0; i < n; ++i) {
      const T moved = keep * b[i] + v[i];
      b[i] = moved;
      x[i] -= rate * moved;
    }
  }

  GdaParameters p_;
  Shards shards_;
  std::vector<Index> ends_;  // of the players' blocks
  Index begun_ = 0;          // whether a step was made; a count would be a state that never comes to rest
  Aligned<T> field_, buffer_;
};

}  // namespace

OptimizerEntry gda() {
  using P = GdaParameters;
  OptimizerEntry entry = optimizer_entry<Gda, P>(
      {"gda", "gradient descent ascent: every player of a game descends on its own cost",
       "simultaneous: x = x - lr b,  b = V(x) at the first step, then b = momentum b + V(x)\n"
       "alternating: player after player, each with the field at the point that those before have moved;\n"
       "then a step costs as many evaluations as there are players",
       "Arrow, Hurwicz and Uzawa, 1958; Gidel et al., AISTATS 2019 (alternating, negative momentum)"},
      {param("alternating", &P::alternating, "players move one after the other"),
       param("momentum", &P::momentum, "share of the last step that is kept; below 0 it helps in some games",
             above(-1), below(1))},
      1e-1);
  entry.needs = Needs::game;
  entry.outer_seat = false;
  entry.evaluations_with = [](const Values& parameters) -> Index {
    return parameters.as<P>().alternating ? 0 : 1;
  };
  entry.linear_step = [](const Values& parameters) -> std::optional<LinearStep> {
    const P& p = parameters.as<P>();
    if (p.alternating) return std::nullopt;
    return LinearStep{.momentum = p.momentum};
  };
  return entry;
}

}  // namespace lookahead::optimizers
