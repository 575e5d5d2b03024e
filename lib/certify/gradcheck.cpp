#include "certify/gradcheck.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

namespace lookahead {
namespace {

// Lanes of the stream for points and those for the choice of coordinates.
constexpr Index agent_of_points = 0, agent_of_coordinates = 1;

struct Derivative {
  double value = std::numeric_limits<double>::quiet_NaN();
  double uncertainty = std::numeric_limits<double>::infinity();
};

// A function along one coordinate: where it was evaluated, rounded to the run's precision, and its value.
struct Sample {
  double position, value;
};

// The derivative at `center` of `along`, which takes an offset and returns a Sample; values have relative
// precision `unit`. Steps fall by halves until rounding alone is much worse than the best estimate.
template <class F>
Derivative derivative(const F& along, double center, double unit) {
  constexpr int most_halvings = 45;
  // Few binary digits, so that center + step and center - step are exact; no power of two, as a periodic
  // function may look the same at every one of those.
  constexpr double first_step = 5.0 / 64;
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  // The root: the shape of a function need not grow with its argument, but the argument's rounding does.
  int exponent = 0;
  std::frexp(std::max(1.0, std::abs(center)), &exponent);
  double step = std::ldexp(first_step, exponent / 2);
  double coarse = none;                      // the last central difference
  double last = none, change_before = none;  // the last extrapolated one and how far it was from its own last
  double least = std::numeric_limits<double>::infinity();
  // Where rounding is coarse, estimates agree by chance as well as by right: more steps have to confirm them.
  const double spare = unit > 1e-10 ? 1024 : 32;
  std::array<Derivative, most_halvings> estimates;
  std::size_t count = 0;
  for (; count < estimates.size(); ++count, step /= 2) {
    const Sample right = along(step), left = along(-step);
    const double width = right.position - left.position;
    const double rounding_error = 2 * unit * std::max(std::abs(right.value), std::abs(left.value)) / step;
    if (!(width > 0) || rounding_error > spare * least) break;
    const double fine = (right.value - left.value) / width;
    const double extrapolated = (4 * fine - coarse) / 3;
    const double change = std::abs(extrapolated - last);
    const double uncertainty = change + change_before + rounding_error;
    if (uncertainty < least) least = uncertainty;
    estimates[count] = {extrapolated, uncertainty};
    coarse = fine;
    last = extrapolated;
    change_before = change;
  }
  // From small steps, inexact but honest, to larger ones that agree with them: those of waves shorter than
  // the step may agree with each other by chance.
  Derivative best;
  while (count-- > 0) {
    const Derivative& next = estimates[count];
    if (!(next.uncertainty < best.uncertainty)) continue;
    const bool first = !std::isfinite(best.uncertainty);
    if (first || std::abs(next.value - best.value) <= 4 * (next.uncertainty + best.uncertainty)) best = next;
  }
  return best;
}

// `count` different numbers below n in rising order, all equally likely (Floyd, 1987).
std::vector<Index> choose(Index n, Index count, const Stream& stream, std::uint64_t step) {
  if (count == n) {
    std::vector<Index> all(static_cast<std::size_t>(n));
    std::iota(all.begin(), all.end(), Index{0});
    return all;
  }
  std::set<Index> chosen;
  for (Index j = n - count; j < n; ++j) {
    const Index drawn = stream.below(step, static_cast<std::uint32_t>(j), j + 1);
    chosen.insert(chosen.count(drawn) == 0 ? drawn : j);
  }
  return {chosen.begin(), chosen.end()};
}

template <Scalar T>
class Check {
 public:
  Check(const PlanOf<T>& plan, Pool& pool, const GradcheckRequest& request)
      : plan_(plan),
        request_(request),
        all_(Batch::range(0, plan.objective().terms())),
        evaluator_(plan.objective(), pool, plan.objective().terms()),
        x_(plan.start),
        gradient_(plan.start.size()),
        nearby_(plan.start.size()) {}

  Checked<GradcheckReport> run() {
    const auto dimension = static_cast<Index>(x_.size());
    report_ = {dimension,
               request_.points + 1,
               std::min(dimension, request_.most),
               request_.tolerance.value_or(default_tolerance<T>()),
               {}};
    const auto seed = static_cast<std::uint64_t>(plan_.spec.seed);
    const Stream coordinates(seed, Purpose::probe, agent_of_coordinates);
    for (Index point = 0; point <= request_.points; ++point) {
      if (point > 0) move_to(point);
      seen(evaluator_.value_and_gradient(x_, all_, gradient_));
      for (const Index i :
           choose(dimension, report_.coordinates, coordinates, static_cast<std::uint64_t>(point))) {
        report_.components.push_back(component(point, i));
        if (fault_ != nullptr) return *fault_;
      }
    }
    std::stable_sort(report_.components.begin(), report_.components.end(), [](const auto& a, const auto& b) {
      return a.kink != b.kink ? b.kink : a.relative_error > b.relative_error;
    });
    return std::move(report_);
  }

 private:
  double seen(Evaluation evaluation) {
    if (evaluation.fault != nullptr) fault_ = evaluation.fault;
    return evaluation.value;
  }
  double value_here() { return seen(evaluator_.value(x_, all_)); }

  static constexpr int pieces = 32;  // of a stretch beside a point

  // Uniform in a box around the start, of a tenth of the coordinates' sizes; smaller where the objective is
  // not defined that far.
  void move_to(Index point) {
    std::vector<double> draws(x_.size());
    const Stream points(static_cast<std::uint64_t>(plan_.spec.seed), Purpose::probe, agent_of_points);
    points.uniforms(static_cast<std::uint64_t>(point), draws);
    for (double radius = 0.1; radius > 1e-6; radius /= 2) {
      for (std::size_t i = 0; i < x_.size(); ++i) {
        const double start = static_cast<double>(plan_.start[i]);
        x_[i] = static_cast<T>(start + radius * std::max(1.0, std::abs(start)) * (2 * draws[i] - 1));
      }
      if (std::isfinite(value_here())) return;
    }
    x_ = plan_.start;
  }

  GradientComponent component(Index point, Index coordinate) {
    T& moving = x_[static_cast<std::size_t>(coordinate)];
    const T here = moving;
    const auto along = [&](double offset) {
      moving = static_cast<T>(static_cast<double>(here) + offset);
      return Sample{static_cast<double>(moving), value_here()};
    };
    const Derivative numeric =
        derivative(along, static_cast<double>(here), static_cast<double>(std::numeric_limits<T>::epsilon()));
    moving = here;
    const double analytic = static_cast<double>(gradient_[static_cast<std::size_t>(coordinate)]);
    // Below its smallest normal number T has no digits to be judged by either.
    const double resolved = std::max(numeric.uncertainty, static_cast<double>(std::numeric_limits<T>::min()));
    const double size =
        std::max({std::abs(analytic), std::abs(numeric.value), resolved / default_tolerance<T>()});
    const double difference = std::abs(analytic - numeric.value);
    double error = difference == 0 ? 0 : difference / size;
    if (!std::isfinite(error) || !std::isfinite(numeric.uncertainty)) {
      error = std::numeric_limits<double>::infinity();
    }
    // A tolerance finer than the differences are shows no kinks.
    const bool kink = error > std::max(report_.tolerance, default_tolerance<T>()) &&
                      is_kink(coordinate, analytic, std::abs(analytic - numeric.value));
    return {point, coordinate, analytic, numeric.value, error, kink};
  }

  // The integral of one component of the gradient over a stretch of its coordinate, by the midpoint rule, and
  // how much the component varies there.
  struct Stretch {
    double integral = 0, variation = 0;
  };

  // From offset 0 to `length`; `analytic` is the component at 0.
  Stretch stretch(Index coordinate, double length, double analytic) {
    T& moving = x_[static_cast<std::size_t>(coordinate)];
    const T here = moving;
    Stretch result;
    double before = analytic;
    for (int i = 0; i < pieces; ++i) {
      moving = static_cast<T>(static_cast<double>(here) + length * (i + 0.5) / pieces);
      seen(evaluator_.value_and_gradient(x_, all_, nearby_));
      const auto slope = static_cast<double>(nearby_[static_cast<std::size_t>(coordinate)]);
      result.integral += slope * length / pieces;
      result.variation += std::abs(slope - before);
      before = slope;
    }
    moving = here;
    return result;
  }

  // Whether a gradient that is `difference` away from the numeric one is right on both sides of the point and
  // jumps between. A wrong formula is wrong beside the point too.
  bool is_kink(Index coordinate, double analytic, double difference) {
    if (!std::isfinite(analytic) || !std::isfinite(difference)) return false;
    T& moving = x_[static_cast<std::size_t>(coordinate)];
    const T here = moving;
    const double unit = std::numeric_limits<T>::epsilon();
    // As long as the first steps of the differences where those must be long, or else short: few kinks.
    const double longest = 5.0 / 64 * std::sqrt(std::max(1.0, std::abs(static_cast<double>(here))));
    const double wanted = std::same_as<T, double> ? longest / 1024 : longest;
    const double value = value_here();
    double variation = 0;
    for (const double sign : {1.0, -1.0}) {
      moving = static_cast<T>(static_cast<double>(here) + sign * wanted);
      const double length = static_cast<double>(moving) - static_cast<double>(here);
      const double change = value_here() - value;
      moving = here;
      const Stretch side = stretch(coordinate, length, analytic);
      variation += side.variation;
      const double size = std::max(std::abs(change / length), side.variation);
      // The midpoint rule misses at most half a piece at every jump.
      const double allowed = std::abs(length) * (default_tolerance<T>() * size + side.variation / pieces) +
                             4 * unit * std::abs(value);
      if (!(std::abs(change - side.integral) <= allowed)) return false;
    }
    return 4 * variation >= difference;
  }

  const PlanOf<T>& plan_;
  const GradcheckRequest& request_;
  Batch all_;
  Evaluator<T> evaluator_;
  Aligned<T> x_, gradient_, nearby_;
  GradcheckReport report_;
  const Fault* fault_ = nullptr;
};

}  // namespace

Index GradcheckReport::above() const {
  return std::count_if(components.begin(), components.end(), [&](const GradientComponent& c) {
    return !c.kink && !(c.relative_error <= tolerance);
  });
}

Index GradcheckReport::coarse() const {
  double largest = 0;
  for (const GradientComponent& c : components) largest = std::max(largest, std::abs(c.analytic));
  return std::ranges::count_if(components, [&](const GradientComponent& c) {
    const double difference = std::abs(c.analytic - c.numeric);
    const double size = std::max(std::abs(c.analytic), std::abs(c.numeric));
    return !c.kink && std::isfinite(size) && difference > tolerance * largest &&
           2 * c.relative_error * size < difference;
  });
}

Index GradcheckReport::kinks() const {
  return std::count_if(components.begin(), components.end(),
                       [](const GradientComponent& c) { return c.kink; });
}

Checked<GradcheckReport> gradcheck(const Plan& plan, Pool& pool, const GradcheckRequest& request) {
  return in_precision(plan, [&]<Scalar T>(const PlanOf<T>& typed) -> Checked<GradcheckReport> {
    // Of the objectives that are no models only games consist of blocks: their players.
    if (!typed.train && !typed.objective().blocks().empty()) {
      return Fault{FaultKind::problem, plan.spec.start_place,
                   "gradcheck compares the gradient of one function, a game has one for every player", ""};
    }
    return Check<T>(typed, pool, request).run();
  });
}

}  // namespace lookahead
