#include <algorithm>
#include <utility>
#include <vector>

#include "base/aligned.hpp"
#include "optimizer/kernels.hpp"
#include "optimizer/optimizer.hpp"

namespace lookahead::optimizers {
namespace {

struct SagaParameters {
  bool fill = true;
};

template <Scalar T>
class Saga final : public Optimizer<T> {
 public:
  Saga(const SagaParameters& parameters, const OptimizerSeat& seat)
      : shards_(seat.shards),
        fill_(parameters.fill),
        terms_(seat.terms),
        table_(static_cast<std::size_t>(seat.dimension * seat.terms)),
        mean_(static_cast<std::size_t>(seat.dimension)),
        here_(mean_.size()),
        change_(mean_.size()),
        entered_change_(mean_.size()),
        sums_(mean_.size()),
        drawn_(static_cast<std::size_t>(seat.terms)) {}

  bool draws_own() const override { return true; }

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    const Index batch = oracle.batch_size();
    std::fill(change_.begin(), change_.end(), T{0});
    bool repeats = false;
    const bool fills = steps_++ == 0 && fill_;
    if (fills) {
      for (Index term = 0; term < terms_; ++term) oracle.term_value_and_gradient(term, x, row(term));
      average_table();
    } else {
      for (Index i = 0; i < batch; ++i) {
        Index& times = drawn_[static_cast<std::size_t>(oracle.term(i))];
        repeats = ++times > 1 || repeats;
      }
      if (repeats) std::fill(entered_change_.begin(), entered_change_.end(), T{0});
      for (Index i = 0; i < batch; ++i) {
        const Index term = oracle.term(i);
        oracle.term_value_and_gradient(term, x, here_);
        // A term that was drawn several times counts so often, and is entered once.
        const Index times = std::exchange(drawn_[static_cast<std::size_t>(term)], 0);
        if (times == 0) continue;
        const std::span<T> entry = row(term);
        shards_.each(x.size(), [&](std::size_t at, std::size_t size) {
          if (repeats) add_change(entered_change_.data() + at, entry.data() + at, here_.data() + at, size);
          enter(entry.data() + at, change_.data() + at, here_.data() + at, size, static_cast<T>(times));
        });
      }
    }
    const std::span<const T> entered = repeats ? entered_change_ : change_;
    shards_.each(x.size(), [&](std::size_t at, std::size_t size) {
      combine(here_.data() + at, change_.data() + at, entered.data() + at, mean_.data() + at, size,
              static_cast<T>(1.0 / static_cast<double>(batch)),
              static_cast<T>(1.0 / static_cast<double>(terms_)));
    });
    // Rounding gathers in a mean that is only updated, so that it is made anew after every pass.
    entered_ += fills ? 0 : batch;
    if (entered_ >= terms_) average_table();
    oracle.disturb(here_);
    shards_.each(x.size(), [&](std::size_t at, std::size_t size) {
      descend(x.data() + at, here_.data() + at, size, static_cast<T>(rate));
    });
  }

  Memory<T> memory() override {
    return {{{"table", table_, false}, {"mean", mean_, false}},
            {{"steps", &steps_}, {"since_average", &entered_}}};
  }

 private:
  std::span<T> row(Index term) {
    return std::span<T>(table_).subspan(static_cast<std::size_t>(term) * mean_.size(), mean_.size());
  }

  // The table's mean, term after term in double.
  void average_table() {
    std::fill(sums_.begin(), sums_.end(), 0.0);
    for (Index term = 0; term < terms_; ++term) add(sums_.data(), row(term).data(), sums_.size());
    for (std::size_t i = 0; i < mean_.size(); ++i) {
      mean_[i] = static_cast<T>(sums_[i] / static_cast<double>(terms_));
    }
    entered_ = 0;
  }

  [[gnu::noinline]] static void add(double* __restrict sums, const T* __restrict row, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) sums[i] += static_cast<double>(row[i]);
  }
  [[gnu::noinline]] static void enter(T* __restrict row, T* __restrict change, const T* __restrict here,
                                      std::size_t n, T times) {
    for (std::size_t i = 0; i < n; ++i) {
      change[i] += times * (here[i] - row[i]);
      row[i] = here[i];
    }
  }
  [[gnu::noinline]] static void add_change(T* __restrict change, const T* __restrict row,
                                           const T* __restrict here, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) change[i] += here[i] - row[i];
  }
  // `entered` may be `change`.
  [[gnu::noinline]] static void combine(T* __restrict v, const T* change, const T* entered,
                                        T* __restrict mean, std::size_t n, T per_batch, T per_terms) {
    for (std::size_t i = 0; i < n; ++i) {
      v[i] = per_batch * change[i] + mean[i];
      mean[i] += per_terms * entered[i];
    }
  }

  Shards shards_;
  bool fill_;
  Index terms_;
  Index steps_ = 0;
  Index entered_ = 0;  // terms entered since the mean was made from the table
  Aligned<T> table_;   // the last gradient of every term, one after the other
  Aligned<T> mean_;
  Aligned<T> here_, change_;   // working space
  Aligned<T> entered_change_;  // working space: change_ with every term once, where a batch has one twice
  Aligned<double> sums_;       // working space
  std::vector<Index> drawn_;   // working space: how often the batch has each term; 0 between steps
};

}  // namespace

OptimizerEntry saga() {
  using P = SagaParameters;
  OptimizerEntry entry = optimizer_entry<Saga, P>(
      {"saga", "stochastic gradients corrected by a table of the last gradient of every term",
       "v = 1/b sum over the batch of (g_i(x) - a_i) + mean(a);  a_i = g_i(x);  x = x - lr v\n"
       "(a term that a batch holds twice counts twice, with the same a_i)\n"
       "the first step draws all n terms into the table (fill: false starts from zeros); every other costs "
       "its\n"
       "batch. Remembers terms x dimension numbers. Noise and clipping act on v. A sync leaves the table: "
       "still\n"
       "right, only older; at_sync: reset empties it, and the next step fills it again",
       "Defazio, Bach and Lacoste-Julien, NeurIPS 2014"},
      {param("fill", &P::fill, "draw all terms in the first step")}, 1e-2);
  entry.steps_along = [](const Values&) { return true; };
  entry.needs = Needs::finite_sum;
  entry.outer_seat = false;
  entry.evaluations = 0;
  entry.numbers = [](const Values&, Index dimension, Index terms) {
    return static_cast<double>(dimension) * static_cast<double>(terms);
  };
  return entry;
}

}  // namespace lookahead::optimizers
