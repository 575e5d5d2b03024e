#pragma once
#include "objective/function.hpp"
#include "simd/lanes.hpp"

namespace lookahead {

// A game of several players as an objective: x is all players' coordinates one after the other, blocks() says
// where each player's end. value_and_gradient writes the vector field V, in which player i's block is the
// gradient of player i's own cost (for min_x max_y f: grad_x f and -grad_y f), and the value is 1/2 |V|^2, so
// that losses, gaps and targets are zero at equilibria and positive elsewhere. V is not the value's gradient.
template <Scalar T>
class Game : public Objective<T> {
 public:
  // What player `player`, from 0, pays at x, in double.
  virtual double cost(Index player, std::span<const T> x) const = 0;
};

// The built-in games: one file of lib/objective/games each, collected by the build. Entries are those of
// functions, with `game` set; facts().minimizers are the equilibria and facts().minimum is 0.
const Catalog<FunctionEntry>& game_catalog();

// Takes a field's components one after the other: writes them where they are wanted and sums their squares in
// fixed lanes.
template <Scalar T, bool want_gradient>
class FieldWriter {
 public:
  explicit FieldWriter(T* field) : field_(field) {}
  void put(Index i, double component) {
    squares_[i % lane_count] += component * component;
    if constexpr (want_gradient) field_[i] = static_cast<T>(component);
  }
  // Components i, ..., i + 7.
  void put(Index i, Lanes components) {
    squares_ += components * components;
    if constexpr (want_gradient) narrow(field_ + i, components);
  }
  double half_squared_norm() const { return 0.5 * total(squares_); }

 private:
  T* field_;
  Lanes squares_{};
};

// A game is given by its kernel, a struct K with
//   K(const P& parameters, Index dimension);
//   static Facts facts(const P& parameters, Index dimension);
//   static std::vector<Index> players(const P& parameters, Index dimension);   ends of the players' blocks
//   template <Scalar T, class Writer> void field(const T* x, Writer& writer, Index dimension) const;
//   template <Scalar T> double cost(Index player, const T* x, Index dimension) const;
// field puts every component of V once, computed in double. The kernel of a game that is a finite sum, the
// mean over terms that are games, has
//   Index terms() const;
//   template <Scalar T, class Writer>
//   void field(const T* x, Writer& writer, Index dimension, const Batch& batch) const;
// in which field puts the mean over the batch, and cost is that of all terms.
template <class K, class P, Scalar T>
class KernelGame final : public Game<T> {
 public:
  KernelGame(const P& parameters, Index dimension)
      : kernel_(parameters, dimension), blocks_(K::players(parameters, dimension)), dimension_(dimension) {}
  Index dimension() const override { return dimension_; }
  Index terms() const override {
    if constexpr (is_sum) return kernel_.terms();
    return 0;
  }
  // No batch is cut: half the squared norm of a mean is not the mean of those of its parts.
  Index shard_size() const override { return is_sum ? Index{1} << 32 : 0; }
  std::vector<Index> blocks() const override { return blocks_; }
  Evaluation value(std::span<const T> x, const Batch& batch, std::span<T>) const override {
    return evaluate<false>(x, nullptr, batch);
  }
  Evaluation value_and_gradient(std::span<const T> x, const Batch& batch, std::span<T> gradient,
                                std::span<T>) const override {
    return evaluate<true>(x, gradient.data(), batch);
  }
  double cost(Index player, std::span<const T> x) const override {
    return kernel_.template cost<T>(player, x.data(), dimension_);
  }

 private:
  static constexpr bool is_sum = requires(const K& kernel) { kernel.terms(); };

  template <bool want_gradient>
  double evaluate(std::span<const T> x, T* gradient, const Batch& batch) const {
    FieldWriter<T, want_gradient> writer(gradient);
    if constexpr (is_sum) {
      kernel_.field(x.data(), writer, dimension_, batch);
    } else {
      kernel_.field(x.data(), writer, dimension_);
    }
    return writer.half_squared_norm();
  }

  K kernel_;
  std::vector<Index> blocks_;
  Index dimension_;
};

// The catalog entry of kernel K; dimensions as in FunctionEntry.
template <class K, class P>
FunctionEntry game_entry(Card card, Parameters parameters, Index natural_dimension, Index least_dimension,
                         Index most_dimension, Index dimension_step = 1) {
  FunctionEntry entry;
  static_cast<Entry&>(entry) = declare<P>(std::move(card), std::move(parameters));
  entry.natural_dimension = natural_dimension;
  entry.least_dimension = least_dimension;
  entry.most_dimension = most_dimension;
  entry.dimension_step = dimension_step;
  entry.game = true;
  entry.finite_sum = requires(const K& kernel) { kernel.terms(); };
  entry.facts = [](const Values& p, Index d) { return K::facts(p.as<P>(), d); };
  entry.make_double = [](const Values& p, Index d) -> std::unique_ptr<Objective<double>> {
    return std::make_unique<KernelGame<K, P, double>>(p.as<P>(), d);
  };
  entry.make_float = [](const Values& p, Index d) -> std::unique_ptr<Objective<float>> {
    return std::make_unique<KernelGame<K, P, float>>(p.as<P>(), d);
  };
  return entry;
}

}  // namespace lookahead
