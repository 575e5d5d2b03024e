#include <algorithm>
#include <cmath>
#include <limits>

#include "base/aligned.hpp"
#include "optimizer/far_step.hpp"
#include "optimizer/number.hpp"
#include "optimizer/optimizer.hpp"
#include "optimizer/strong_wolfe.hpp"
#include "parallel/sums.hpp"

namespace lookahead {

enum class LineSearch { strong_wolfe, none };
template <>
struct Words<LineSearch> {
  static constexpr std::pair<const char*, LineSearch> table[] = {{"strong_wolfe", LineSearch::strong_wolfe},
                                                                 {"none", LineSearch::none}};
};

namespace optimizers {
namespace {

struct LbfgsParameters : WolfeConditions {
  Index history = 10;
  LineSearch line_search = LineSearch::strong_wolfe;

  std::string caution(double) const {
    const WolfeConditions usual;
    const char* idle = decrease != usual.decrease                   ? "decrease"
                       : curvature != usual.curvature               ? "curvature"
                       : most_evaluations != usual.most_evaluations ? "most_evaluations"
                                                                    : nullptr;
    if (line_search == LineSearch::strong_wolfe || idle == nullptr) return "";
    return std::string(idle) +
           ": it is of the line search, and there is none (line_search: strong_wolfe, or "
           "leave it out)";
  }
};

template <Scalar T>
class Lbfgs final : public Optimizer<T> {
 public:
  Lbfgs(const LbfgsParameters& parameters, const OptimizerSeat& seat)
      : p_(parameters),
        shards_(seat.shards),
        repeatable_(seat.repeatable),
        searches_(p_.line_search == LineSearch::strong_wolfe),
        width_(static_cast<std::size_t>(seat.dimension)),
        least_(searches_ ? 2 : 0),
        steps_(width_ * static_cast<std::size_t>(p_.history + 1)),
        changes_(steps_.size()),
        curvatures_(static_cast<std::size_t>(p_.history + 1)),
        gradient_(width_),
        point_(searches_ ? 0 : width_),
        direction_(width_),
        trial_(width_),
        trial_gradient_(width_),
        best_gradient_(searches_ ? width_ : 0),
        weights_(static_cast<std::size_t>(p_.history + 1)) {}

  bool draws_own() const override { return true; }

  void step(std::span<T> x, Oracle<T>& oracle, double rate) override {
    if (searches_) {
      search(x, oracle, rate);
    } else {
      plain(x, oracle, rate);
    }
  }

  // The gradient at hand belongs to a point that was left; what is known of the curvature stays.
  void moved() override { known_ = -1; }

  Memory<T> memory() override {
    Memory<T> memory{{{"steps", steps_, false},
                      {"gradient_changes", changes_, false},
                      {"curvatures", curvatures_, false},
                      {"gradient", gradient_, false}},
                     {{"pairs", &pairs_}, {"gradient_known", &known_, -1, 1}, loss_.counter("loss")}};
    if (!searches_) memory.segments.push_back({"point", point_, false});
    if (searches_) memory.segments.push_back({"least", least_, false});
    if (searches_) memory.counters.push_back({"fruitless", &fruitless_});
    return memory;
  }

 private:
  using View = std::span<const T>;
  static constexpr Index most_fruitless = 10;  // searches in a row, before only rounding is left

  void search(std::span<T> x, Oracle<T>& oracle, double rate) {
    double loss = loss_.get();
    const bool moved = known_ == -1;
    if (known_ == 1 && repeatable_) {
      oracle.recall(loss);
    } else {
      loss = oracle.value_and_gradient(x, gradient_);
    }
    known_ = 0;
    if (!std::isfinite(loss)) return;
    if (repeatable_ && at_rest(loss, moved)) {
      loss_.set(loss);
      known_ = 1;
      return;
    }
    const Descent descent = descend();
    const LinePoint start{0, loss, descent.slope};
    if (!(start.slope < 0)) {
      loss_.set(loss);
      known_ = 1;
      return;
    }
    const auto evaluate = [&](double t) {
      go(trial_, x, direction_, static_cast<T>(t));
      LinePoint point{t, 0, 0};
      point.value = oracle.value_and_gradient(trial_, trial_gradient_);
      point.slope = dot<T>(shards_, trial_gradient_, direction_);
      return point;
    };
    const auto keep = [&] { trial_gradient_.swap(best_gradient_); };
    Sight<T> sight(start);
    const auto look = [&](double t) {
      const LinePoint point = evaluate(t);
      sight.see(point);
      return point;
    };
    LinePoint end = strong_wolfe(start, rate * descent.unit, p_, look, keep);
    const bool too_near = sight.too_near(end);
    if (guesses() && (too_near || sight.too_far(end))) {
      if (const LinePoint far = far_step(start, sight, too_near, p_, evaluate); far.t > 0) {
        end = far;
        keep();
      }
    }
    if (end.t == 0) {
      give_up(x);
      return;
    }
    go(trial_, x, direction_, static_cast<T>(end.t));
    learn(trial_, x, best_gradient_, gradient_);
    shards_.copy(trial_, x);
    shards_.copy(best_gradient_, std::span(gradient_));
    loss_.set(end.value);
    // A gradient that is not finite is for the next step to meet and to tell.
    known_ = std::isfinite(end.slope) ? 1 : 0;
  }

  // Whether neither the loss nor the gradient has become smaller than ever in so many steps in a row that
  // rounding is all that is left. Only where the same point always has the same loss does that say anything.
  bool at_rest(double loss, bool moved) {
    constexpr double rounding = 16 * std::numeric_limits<T>::epsilon();
    const T norm = static_cast<T>(gradient_norm());
    const T value = static_cast<T>(loss);
    // A sync that led to another height begins a descent of its own.
    if (moved && begun() && loss - static_cast<double>(least_[0]) > rounding * std::abs(loss)) fruitless_ = 0;
    if (!begun() || value < least_[0] || norm < least_[1]) {
      least_[0] = begun() ? std::min(value, least_[0]) : value;
      least_[1] = begun() ? std::min(norm, least_[1]) : norm;
      fruitless_ = 1;
    } else if (fruitless_ <= most_fruitless) {
      ++fruitless_;
    }
    return fruitless_ > most_fruitless;
  }
  bool begun() const { return fruitless_ > 0; }

  void plain(std::span<T> x, Oracle<T>& oracle, double rate) {
    oracle.value_and_gradient(x, trial_gradient_);
    if (known_ == 1) learn(x, point_, trial_gradient_, gradient_);
    shards_.copy(x, std::span(point_));
    shards_.copy(trial_gradient_, std::span(gradient_));
    known_ = 1;
    const Descent descent = descend();
    if (!(descent.slope < 0)) return;
    go(x, point_, direction_, static_cast<T>(rate * descent.unit));
  }

  // Whether the length of the step that is tried first is but a guess, and the search worth a second one: at
  // the start of a descent, and before it is taken for the end of one.
  bool guesses() const { return pairs_ == 0 && (fruitless_ <= 1 || fruitless_ == most_fruitless); }

  struct Descent {
    double slope = 0;  // not below zero only where the gradient vanishes
    double unit = 1;   // the step that is one
  };
  // Writes the direction at the current gradient.
  Descent descend() {
    face_downhill();
    const double norm = gradient_norm();
    if (norm == 0) return {};
    if (pairs_ > 0) {
      two_loops();
      const double slope = dot<T>(shards_, gradient_, direction_);
      if (slope < 0) return {slope};
      pairs_ = 0;
      face_downhill();
    }
    // Nothing is known of the scale yet: no step longer than one. A direction as short as a gradient whose
    // square vanishes would have no slope.
    const bool lengthen = norm < 1 && !std::isnormal(norm * norm);
    const double scale = std::min(lengthen ? std::numeric_limits<double>::max() : 1.0, 1 / norm);
    each([&](std::size_t i, std::size_t size) {
      for (T& d : std::span(direction_).subspan(i, size)) d = static_cast<T>(scale * static_cast<double>(d));
    });
    return {-scale * norm * norm, lengthen ? 1 / scale : 1};
  }
  double gradient_norm() const { return norm(shards_, View(gradient_)); }

  // direction := H direction (Nocedal and Wright 2006, algorithm 7.4).
  void two_loops() {
    const Index last = pairs_ - 1, first = std::max<Index>(0, pairs_ - p_.history);
    for (Index pair = last; pair >= first; --pair) {
      const double weight = dot(shards_, row(steps_, pair), View(direction_)) / curvature(pair);
      weights_[slot(pair)] = weight;
      go(direction_, row(changes_, pair), static_cast<T>(-weight));
    }
    const T scale = static_cast<T>(latest_scale());
    each([&](std::size_t i, std::size_t size) {
      for (T& d : std::span(direction_).subspan(i, size)) d *= scale;
    });
    for (Index pair = first; pair <= last; ++pair) {
      const double weight = dot(shards_, row(changes_, pair), View(direction_)) / curvature(pair);
      go(direction_, row(steps_, pair), static_cast<T>(weights_[slot(pair)] - weight));
    }
  }

  // The inverse of the curvature along the last step.
  double latest_scale() const {
    const View change = row(changes_, pairs_ - 1);
    const double square = squared_norm(shards_, change);
    if (std::isnormal(square)) return curvature(pairs_ - 1) / square;
    const double length = norm(shards_, change);
    return curvature(pairs_ - 1) / length / length;
  }

  // Remembers a step and how it changed the gradient, if the curvature along it was positive.
  void learn(View to, View from, View gradient_to, View gradient_from) {
    T* s = steps_.data() + slot(pairs_) * width_;
    T* y = changes_.data() + slot(pairs_) * width_;
    each([&](std::size_t i, std::size_t size) {
      subtract(s + i, to.data() + i, from.data() + i, size);
      subtract(y + i, gradient_to.data() + i, gradient_from.data() + i, size);
    });
    const View step(s, width_), change(y, width_);
    double along_step = dot(shards_, step, change);
    if (!std::isnormal(along_step) || !std::isfinite(static_cast<T>(along_step))) {
      // The pair times any number is worth the same.
      const double length = std::sqrt(norm(shards_, step)) * std::sqrt(norm(shards_, change));
      if (!(length > 0) || !std::isfinite(length)) return;
      const int exponent = -std::ilogb(length);
      each([&](std::size_t i, std::size_t size) {
        for (std::size_t j = i; j < i + size; ++j) {
          s[j] = std::ldexp(s[j], exponent);
          y[j] = std::ldexp(y[j], exponent);
        }
      });
      along_step = dot(shards_, step, change);
    }
    const double lengths = 1e-10 * norm(shards_, step) * norm(shards_, change);
    if (!(along_step > lengths)) return;
    curvatures_[slot(pairs_)] = static_cast<T>(along_step);
    ++pairs_;
  }

  // No decrease along the direction: what was learned misleads, or rounding is all that is left.
  void give_up(std::span<T> x) {
    const double scale = pairs_ > 0 ? latest_scale() : std::min(1.0, 1 / gradient_norm());
    go(x, gradient_, static_cast<T>(-1e-3 * scale));
    pairs_ = 0;
  }

  std::size_t slot(Index pair) const { return static_cast<std::size_t>(pair % (p_.history + 1)); }
  View row(const Aligned<T>& table, Index pair) const {
    return View(table).subspan(slot(pair) * width_, width_);
  }
  double curvature(Index pair) const { return static_cast<double>(curvatures_[slot(pair)]); }

  template <class F>
  void each(const F& visit) const {
    shards_.each(width_, visit);
  }
  void face_downhill() {
    each([&](std::size_t from, std::size_t size) {
      for (std::size_t i = from; i < from + size; ++i) direction_[i] = -gradient_[i];
    });
  }
  // out := from + t way, and x := x + t way.
  void go(std::span<T> out, View from, View way, T t) const {
    each([&](std::size_t i, std::size_t size) {
      along(out.data() + i, from.data() + i, way.data() + i, size, t);
    });
  }
  void go(std::span<T> x, View way, T t) const {
    each([&](std::size_t i, std::size_t size) { along(x.data() + i, way.data() + i, size, t); });
  }
  [[gnu::noinline]] static void along(T* __restrict out, const T* __restrict from, const T* __restrict way,
                                      std::size_t n, T t) {
    for (std::size_t i = 0; i < n; ++i) out[i] = from[i] + t * way[i];
  }
  [[gnu::noinline]] static void along(T* __restrict x, const T* __restrict way, std::size_t n, T t) {
    for (std::size_t i = 0; i < n; ++i) x[i] += t * way[i];
  }
  [[gnu::noinline]] static void subtract(T* __restrict out, const T* __restrict a, const T* __restrict b,
                                         std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) out[i] = a[i] - b[i];
  }

  LbfgsParameters p_;
  Shards shards_;
  bool repeatable_, searches_;
  std::size_t width_;
  Index pairs_ = 0;  // learned so far; the last `history` of them are in the tables
  // 1: gradient_ (and, without a search, point_) is that of where the last step ended; 0: it is not; -1: nor
  // is x there, since a sync moved it.
  Index known_ = 0;
  Number loss_;  // at the same point
  // Steps since the loss or the gradient was smaller than ever before, this one counted; 0: none was made.
  Index fruitless_ = 0;
  Aligned<T> least_;                         // that loss, and that gradient's norm
  Aligned<T> steps_, changes_, curvatures_;  // with room for one pair more, until it is known to be good
  Aligned<T> gradient_, point_;
  Aligned<T> direction_, trial_, trial_gradient_, best_gradient_;  // working space
  std::vector<double> weights_;                                    // working space
};

}  // namespace

OptimizerEntry lbfgs() {
  using P = LbfgsParameters;
  OptimizerEntry entry = optimizer_entry<Lbfgs, P>(
      {"lbfgs", "limited-memory BFGS, a quasi-Newton method, with a line search",
       "p = -H g, H from the last `history` pairs s, y of steps and gradient changes;  x = x + t p\n"
       "strong_wolfe: f(x+tp) <= f + decrease t g'p and |g(x+tp)'p| <= curvature |g'p|, first t = lr;\n"
       "none: t = lr. First step: p = -min(1, 1/|g|) g; where all of the search's t were too short or long\n"
       "by far, up to 40 evaluations more find its power of ten. Without decrease: a small gradient step,\n"
       "history dropped. On batches the search and its pair stay with the step's batch. A sync that moves x\n"
       "keeps the history; no pair spans it. Without noise and batches it rests once rounding is all that is "
       "left",
       "Nocedal, Math. Comp. 35, 1980; Nocedal and Wright, 2006, algorithms 7.4, 3.5, 3.6"},
      {param("history", &P::history, "pairs that are remembered", at_least(1), at_most(1000)),
       param("line_search", &P::line_search, "how long a step is made"),
       param("decrease", &P::decrease, "strong_wolfe: share of the predicted decrease that is enough",
             above(0), below(0.5)),
       param("curvature", &P::curvature, "strong_wolfe: share of the slope that may be left; above decrease",
             above(0), below(1)),
       param("most_evaluations", &P::most_evaluations, "strong_wolfe: of the gradient in a search",
             at_least(1), at_most(1000))},
      1.0);
  entry.check = [](const Values& parameters, const Place& place, const Path& path, Report& report) {
    const P& p = parameters.as<P>();
    if (!(p.decrease < p.curvature)) report.add(place, path / "decrease" + " must be below curvature");
  };
  entry.outer_seat = false;
  entry.on_fields = false;
  entry.compares = true;
  entry.hides_infinity = true;
  entry.evaluations = 0;
  entry.numbers = [](const Values& parameters, Index dimension, Index) {
    return 2.0 * static_cast<double>(parameters.as<P>().history) * static_cast<double>(dimension);
  };
  return entry;
}

}  // namespace optimizers
}  // namespace lookahead
