#pragma once
#include <bit>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/archive.hpp"
#include "base/inline_list.hpp"
#include "base/range.hpp"
#include "base/scalar.hpp"
#include "options/catalog.hpp"
#include "parallel/shards.hpp"

namespace lookahead {

// What an update rule may ask of its surroundings in a step. Every evaluation is counted in the run's
// grad_evals.
template <Scalar T>
class Oracle {
 public:
  virtual ~Oracle() = default;
  // The gradient at the current point, with noise and clipping, already drawn; empty for rules that draw
  // their own (Optimizer::draws_own).
  std::span<const T> gradient() const { return gradient_; }
  // The loss belonging to it.
  double loss() const { return loss_; }
  // Loss and gradient of the same batch, noise and clipping at any other point.
  virtual double value_and_gradient(std::span<const T> x, std::span<T> gradient) = 0;
  // The same without noise and clipping, for rules that put their gradient together from several; they pass
  // the result through disturb(), which adds the step's noise and clips.
  virtual double exact_value_and_gradient(std::span<const T> x, std::span<T> gradient) {
    return value_and_gradient(x, gradient);
  }
  virtual void disturb(std::span<T> gradient) { (void)gradient; }
  // For rules that draw their own and know the loss at the step's point from the step before (only where
  // seat.repeatable): what the run shall take for the step's loss.
  virtual void recall(double loss) { (void)loss; }
  // The terms (rows) of this step's batch: how many, and the number of the i-th, 0 <= term(i) < seat.terms.
  virtual Index batch_size() const = 0;
  virtual Index term(Index i) const = 0;
  // Loss and gradient of one term, and the mean over all terms: without noise and clipping.
  virtual double term_value_and_gradient(Index term, std::span<const T> x, std::span<T> gradient) = 0;
  virtual double full_value_and_gradient(std::span<const T> x, std::span<T> gradient) = 0;
  // In the outer seat the learning rate of the inner optimizer in the round, the mean of one that changes
  // within it; NaN elsewhere.
  virtual double inner_rate() const { return std::numeric_limits<double>::quiet_NaN(); }

 protected:
  std::span<const T> gradient_;
  double loss_ = 0;
};

// One vector of an optimizer's memory. Linear ones (moments, momentum) may be averaged and pulled back; of squares,
// which are never below 0, a pullback beyond that ends there.
template <Scalar T>
struct Segment {
  const char* name = "";
  std::span<T> values;
  bool linear = true;
  bool squares = false;
};

// One whole number of it, such as the step count, and what it may be.
struct Counter {
  const char* name = "";
  Index* value = nullptr;
  Index least = 0, most = Archive::most_count;
};

// Everything an optimizer remembers between steps, as views into it: keep, reset, pullback, averaging and
// checkpoints are written once, on this. Asking for it does not allocate.
template <Scalar T>
struct Memory {
  InlineList<Segment<T>, 8> segments;
  InlineList<Counter, 4> counters;
};

// An update rule. The same type sits in the inner and in the outer seat.
template <Scalar T>
class Optimizer {
 public:
  virtual ~Optimizer() = default;
  // Moves x by one step at learning rate `rate`. No allocation.
  virtual void step(std::span<T> x, Oracle<T>& oracle, double rate) = 0;
  virtual Memory<T> memory() { return {}; }
  // The mean of the path, of rules whose result it is and not the point where they stand: whether there will
  // be one, and the mean, empty until it begins.
  virtual bool averages() const { return false; }
  virtual std::span<const T> average() const { return {}; }
  // Whether step() evaluates where it needs to and makes no use of the gradient at x, which is then not
  // drawn. It must ask for a loss, or recall one, in every step: the first is the step's, and the loss at x
  // if it was asked for with step()'s own x, not with a copy.
  virtual bool draws_own() const { return false; }
  // A sync has moved x: what was learned of the last step's neighbourhood no longer holds.
  virtual void moved() {}
  // Back to the state of a new optimizer, bit for bit: all segments and counters zero, unless a rule says
  // otherwise.
  virtual void restart() {
    const Memory<T> all = memory();
    for (const Segment<T>& segment : all.segments)
      std::fill(segment.values.begin(), segment.values.end(), T{0});
    for (const Counter& counter : all.counters) *counter.value = 0;
  }
};

// Writes or reads all of a memory.
template <Scalar T>
void exchange(Archive& archive, const Memory<T>& memory) {
  for (const Segment<T>& segment : memory.segments) archive.exchange(segment.name, segment.values);
  for (const Counter& counter : memory.counters)
    archive.exchange_count(counter.name, *counter.value, counter.least, counter.most);
}

// A number made of all bits of a memory: equal memories have equal numbers, and others hardly ever.
template <Scalar T>
std::uint64_t fingerprint(const Memory<T>& memory) {
  std::uint64_t print = 0;
  const auto add = [&](std::uint64_t bits) {
    print = (print ^ bits) * 0x9E3779B97F4A7C15U;
    print ^= print >> 32;
  };
  for (const Segment<T>& segment : memory.segments) {
    for (const T value : segment.values) {
      if constexpr (sizeof(T) == 8) {
        add(std::bit_cast<std::uint64_t>(value));
      } else {
        add(std::bit_cast<std::uint32_t>(value));
      }
    }
  }
  for (const Counter& counter : memory.counters) add(static_cast<std::uint64_t>(*counter.value));
  return print;
}

// What an optimizer is made for.
struct OptimizerSeat {
  Index dimension = 0;
  Index terms = 0;            // of a finite sum; 0: the objective is none
  std::vector<Index> blocks;  // ends of the parts of x: a model's layers, a game's players; empty: one part
  std::optional<double> minimum;  // f*, where it is known
  bool repeatable = false;        // the same point has the same gradient in every step: no noise, no batches
  std::vector<Range> intercepts = {};  // coordinates, rising, without weight decay and trust ratios
  Shards shards = {};                  // what a step shares its coordinates out with
};

// A step that is linear in the point x, the gradient g and one memory b, which begins as 0:
// b := momentum b + g,  x := x - rate b, or with nesterov x := x - rate (g + momentum b).
struct LinearStep {
  double momentum = 0;
  bool nesterov = false;
  // The gradient is that at x - ahead rate g(x), and not at x. 0: it is that at x.
  double ahead = 0;
};

// What an optimizer can not do without.
enum class Needs { gradients, finite_sum, minimum, game };

// An optimizer of the catalog: one file of lib/optimizer/items each, collected by the build.
struct OptimizerEntry : Entry {
  double default_rate = 1e-3;
  std::function<std::unique_ptr<Optimizer<double>>(const Values& parameters, const OptimizerSeat&)>
      make_double;
  std::function<std::unique_ptr<Optimizer<float>>(const Values& parameters, const OptimizerSeat&)> make_float;
  Needs needs = Needs::gradients;
  bool outer_seat = true;  // whether the rule makes sense on the slow agent's differences too
  bool on_fields = true;   // whether the rule makes sense on a game's field, which is no loss's gradient
  // Whether a step compares losses or gradients with each other, so that it goes wrong where some are clipped
  // and others are not.
  bool compares = false;
  // Whether the rule with these parameters is x := x - rate * gradient and nothing else, computed in T, with a
  // memory that is after many steps what it is after one: an objective may then make steps in its place
  // (Objective::descend). Empty: it is not.
  bool (*plain_descent)(const Values& parameters) = nullptr;
  // Whether a step of the rule with these parameters is x := x - rate * direction, so that a proximal step may follow
  // it: where the direction is zero on average, x rests. Empty: it is not.
  bool (*steps_along)(const Values& parameters) = nullptr;
  // The step of the rule with these parameters, where it is such a one. Empty: it never is.
  std::optional<LinearStep> (*linear_step)(const Values& parameters) = nullptr;
  // As a slow optimizer: the plain slow step z - alpha (z - x), which the engine computes as the mixture
  // alpha x + (1 - alpha) z.
  bool plain_slow_step = false;
  // Whether a gradient that is not finite may leave the point finite, so that the next loss does not tell: of
  // rules that take signs or do not move where a search fails.
  bool hides_infinity = false;
  // Gradients of its batch a step asks for; 0: it differs from step to step, or from game to game.
  Index evaluations = 1;
  // The same where its parameters decide. Empty: they do not.
  Index (*evaluations_with)(const Values& parameters) = nullptr;
  // Vectors of the dimension that it works with and does not remember.
  Index working_vectors = 1;
  // Numbers remembered beyond a few vectors of the dimension: what could be more than the memory. May be
  // empty.
  std::function<double(const Values& parameters, Index dimension, Index terms)> numbers = {};
  // Steps that a new or restarted rule makes before it follows what it has met, where there are such. May be
  // empty.
  std::function<Index(const Values& parameters)> adapts_after = {};
  // Whether the rate of the first step alone counts, of a new or restarted rule.
  bool rate_once = false;
  // What the user should know of the parameters in a run of so many steps without a restart, infinity where nobody
  // knows: "t0: why (cure)". The text may be empty, the function too.
  std::function<std::string(const Values& parameters, double steps)> caution = {};

  template <Scalar T>
  std::unique_ptr<Optimizer<T>> make(const Values& values, const OptimizerSeat& seat) const {
    if constexpr (std::same_as<T, double>) {
      return make_double(values, seat);
    } else {
      return make_float(values, seat);
    }
  }
};

// Gradients of its batch that a step of the rule asks for; 0: nobody knows beforehand.
inline Index evaluations_of(const Chosen<OptimizerEntry>& rule) {
  return rule.entry->evaluations_with != nullptr ? rule.entry->evaluations_with(rule.values)
                                                 : rule.entry->evaluations;
}

const Catalog<OptimizerEntry>& optimizer_catalog();

// Slow optimizers: rules for the slow point z whose gradient is the pseudo-gradient z - x of a round and
// whose rate is alpha; one file of lib/optimizer/outer each. Rules of optimizer_catalog() with outer_seat
// serve too.
const Catalog<OptimizerEntry>& outer_catalog();

// The one of them that a level has where nothing else is said: the plain slow step.
const OptimizerEntry& plain_slow_step();

// The entry of optimizer template O<T>, constructed from (const P&, const OptimizerSeat&).
template <template <class> class O, class P>
OptimizerEntry optimizer_entry(Card card, Parameters parameters, double default_rate) {
  OptimizerEntry entry{declare<P>(std::move(card), std::move(parameters)), default_rate, {}, {}};
  entry.make_double = [](const Values& p, const OptimizerSeat& seat) -> std::unique_ptr<Optimizer<double>> {
    return std::make_unique<O<double>>(p.as<P>(), seat);
  };
  entry.make_float = [](const Values& p, const OptimizerSeat& seat) -> std::unique_ptr<Optimizer<float>> {
    return std::make_unique<O<float>>(p.as<P>(), seat);
  };
  if constexpr (requires(const P& p, double steps) { p.caution(steps); })
    entry.caution = [](const Values& p, double steps) { return p.as<P>().caution(steps); };
  return entry;
}

}  // namespace lookahead
