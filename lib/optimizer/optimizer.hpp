#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/archive.hpp"
#include "base/inline_list.hpp"
#include "base/scalar.hpp"
#include "options/catalog.hpp"

namespace lookahead {

// What an update rule may ask of its surroundings in a step.
template <Scalar T>
class Oracle {
 public:
  virtual ~Oracle() = default;
  // The gradient at the current point, with noise and clipping, already drawn.
  std::span<const T> gradient() const { return gradient_; }
  // The loss belonging to it.
  double loss() const { return loss_; }
  // Loss and gradient of the same batch, noise and clipping at any other point.
  virtual double value_and_gradient(std::span<const T> x, std::span<T> gradient) = 0;

 protected:
  std::span<const T> gradient_;
  double loss_ = 0;
};

// One vector of an optimizer's memory. Linear ones (moments, momentum) may be averaged and pulled back.
template <Scalar T>
struct Segment {
  const char* name = "";
  std::span<T> values;
  bool linear = true;
};

// One whole number of it, such as the step count.
struct Counter {
  const char* name = "";
  Index* value = nullptr;
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
  for (const Counter& counter : memory.counters) archive.exchange(counter.name, *counter.value);
}

// An optimizer of the catalog: one file of lib/optimizer each, collected by the build.
struct OptimizerEntry : Entry {
  double default_rate = 1e-3;
  std::function<std::unique_ptr<Optimizer<double>>(const void* parameters, Index dimension)> make_double;
  std::function<std::unique_ptr<Optimizer<float>>(const void* parameters, Index dimension)> make_float;

  template <Scalar T>
  std::unique_ptr<Optimizer<T>> make(const void* values, Index dimension) const {
    if constexpr (std::same_as<T, double>) {
      return make_double(values, dimension);
    } else {
      return make_float(values, dimension);
    }
  }
};

const Catalog<OptimizerEntry>& optimizer_catalog();

// The entry of optimizer template O<T>, constructed from (const P&, Index dimension).
template <template <class> class O, class P>
OptimizerEntry optimizer_entry(Card card, Parameters parameters, double default_rate) {
  OptimizerEntry entry{declare<P>(std::move(card), std::move(parameters)), default_rate, {}, {}};
  entry.make_double = [](const void* p, Index d) -> std::unique_ptr<Optimizer<double>> {
    return std::make_unique<O<double>>(*static_cast<const P*>(p), d);
  };
  entry.make_float = [](const void* p, Index d) -> std::unique_ptr<Optimizer<float>> {
    return std::make_unique<O<float>>(*static_cast<const P*>(p), d);
  };
  return entry;
}

}  // namespace lookahead
