#include "run/constants.hpp"

#include <algorithm>
#include <cmath>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "engine/evaluator.hpp"
#include "simd/scalar_math.hpp"
#include "spec/problem.hpp"
#include "theory/number.hpp"
#include "theory/pilot.hpp"
#include "theory/smoothness.hpp"
#include "theory/variance.hpp"

namespace lookahead {
namespace {

using namespace theory;

constexpr Index pilot_steps = 32;
// Of the rows and draws that stand for all: the same for every run of a problem.
constexpr std::uint64_t sample_seed = 0;

// Three digits are enough for a reason.
std::string rounded(double value) { return short_text(value, 3); }

// The terms one fast agent draws from, and those of them that stand for all where all take too long.
struct Share {
  std::vector<std::uint32_t> own, sampled;
  Batch all, sample;
};

template <Scalar T>
class Measurement {
 public:
  Measurement(const PlanOf<T>& plan, Pool& pool)
      : plan_(plan), pool_(pool), objective_(plan.objective()), level_(plan.spec.lookahead.outermost()) {
    if (plan.train) model_ = plan.train.model->facts();
    share_out();
  }

  Checked<ProblemConstants> run() {
    ProblemConstants constants;
    constants.smoothness = smoothness();
    known_smoothness_ = constants.smoothness.value;
    if (!plan_.train && plan_.facts().smoothness_declared && !game()) {
      constexpr double noise = 1.05;  // of differences of gradients that may be differences themselves
      const double met = curvature_at_start() / curvature_slack;
      if (met > noise * known_smoothness_) constants.met_curvature = met;
    }
    constants.infimum = infimum();
    constants.variance = variance();
    constants.relative_variance = relative_variance();
    constants.heterogeneity = heterogeneity();
    for (const Share& share : shares()) rest(share);
    constants.convex = plan_.train ? model_.convex : plan_.facts().convex && !game();
    constants.smooth = plan_.train ? model_.smooth : plan_.facts().locally_smooth;
    if (fault_ != nullptr) return *fault_;
    return constants;
  }

 private:
  bool game() const { return is_game(plan_.spec); }
  bool linear() const { return plan_.train && std::isfinite(model_.curvature); }
  bool sharded() const { return plan_.train && level_.workers > 1 && level_.shard; }

  // Numbers that all rows that are evaluated at a point hold, and rows, at most: so few that some hundred
  // evaluations take a fraction of a second.
  Index most_sampled(Index parts) const {
    constexpr Index most_numbers = 30'000'000, most_rows = 10'000, least_rows = 16;
    const Index numbers = most_numbers / std::max<Index>(1, objective_.dimension());
    return std::max(least_rows, std::min(most_rows, numbers) / parts);
  }

  Batch sample_of(Batch rows, Index most, std::vector<std::uint32_t>& space) const {
    if (rows.size() <= most) return rows;
    space = sample_rows(rows, most, sample_seed);
    return Batch::rows(space);
  }

  void share_out() {
    const Batch all = plan_.terms();
    whole_.all = all;
    whole_.sample = sample_of(all, most_sampled(1), whole_.sampled);
    if (!sharded()) return;
    shares_.resize(static_cast<std::size_t>(level_.workers));
    for (Index worker = 0; worker < level_.workers; ++worker) {
      Share& share = shares_[static_cast<std::size_t>(worker)];
      const Division division = plan_.division();
      const Index first = division.first(all.size(), worker), size = division.size(all.size(), worker);
      for (Index i = 0; i < size && !division.sorted; ++i)
        share.own.push_back(static_cast<std::uint32_t>(all[first + i * division.stride()]));
      share.all = division.sorted ? all.part(first, size) : Batch::rows(share.own);
      share.sample = sample_of(share.all, most_sampled(level_.workers), share.sampled);
    }
  }

  // What every fast agent draws from.
  std::span<const Share> shares() const {
    return sharded() ? std::span<const Share>(shares_) : std::span<const Share>(&whole_, 1);
  }
  std::string over_workers() const {
    return sharded() ? "; the largest of " + counted(level_.workers, "worker") + "' own rows" : "";
  }
  std::string sampled_from(const Share& share) const {
    return share.sample.size() < share.all.size()
               ? " on " + counted(share.sample.size(), "term") + " chosen at random"
               : "";
  }

  // The value; of a measurement that met a fault nothing else counts.
  double seen(Evaluation evaluation) const {
    if (evaluation.fault != nullptr) fault_ = evaluation.fault;
    return evaluation.value;
  }

  // Rows that lie on disk leave the memory: a process will need few of them again.
  void rest(const Share& share) const {
    if (plan_.division().sorted) let_go(*plan_.train.data, share.all[0], share.all.size());
  }

  Differentiable<T> function_of(const Share& share, Evaluator<T>& evaluator) const {
    return [this, &evaluator, rows = share.sample](std::span<const T> x, std::span<T> gradient) {
      return seen(evaluator.value_and_gradient(x, rows, gradient));
    };
  }

  Constant smoothness() const {
    if (linear()) return linear_smoothness();
    if (!plan_.train && plan_.facts().smoothness && plan_.facts().smoothness_declared)
      return {*plan_.facts().smoothness, plan_.facts().smoothness_status, "declared by the user"};
    if (!plan_.train && plan_.facts().smoothness)
      return {*plan_.facts().smoothness, plan_.facts().smoothness_status,
              plan_.facts().smoothness_status == Knowledge::exact ? "known of the function"
              : plan_.facts().smoothness_status == Knowledge::certified
                  ? "a bound known of the function"
                  : "the largest curvature met on a grid"};
    double largest = 0;
    for (const Share& share : shares()) {
      Evaluator<T> evaluator(objective_, pool_, share.sample.size());
      const auto f = function_of(share, evaluator);
      const double curvature = curvature_at<T>(f, plan_.start);
      largest = std::max(largest, curvature);
      // The field of a game is no gradient that a descent could follow.
      if (!game())
        largest = std::max(largest, pilot_descent<T>(f, plan_.start, curvature, pilot_steps).smoothness);
    }
    return {largest, Knowledge::estimated,
            (game() ? "the field's derivative at the start, by power iteration"
                    : "curvature at the start and along " + counted(pilot_steps, "step") +
                          " of gradient descent, a local value") +
                sampled_from(shares().front()) + over_workers()};
  }

  double curvature_at_start() const {
    Evaluator<T> evaluator(objective_, pool_, whole_.sample.size());
    return curvature_at<T>(function_of(whole_, evaluator), plan_.start);
  }

  Constant linear_smoothness() const {
    const auto parts = static_cast<double>(shares().size());
    BoundEffort effort;
    effort.products /= parts;
    effort.reads /= parts;
    // The powers of the matrices are taken once for every worker.
    constexpr double most_powers = 8e9;
    effort.largest_side = std::min(effort.largest_side, static_cast<Index>(math::cbrt(most_powers / parts)));
    EigenvalueBound largest;
    for (const Share& share : shares()) {
      const EigenvalueBound bound =
          second_moment_bound(*plan_.train.data, share.all, plan_.threads, effort, model_.intercept);
      if (bound.value >= largest.value) largest = bound;
      rest(share);
    }
    std::string reason = "curvature " + rounded(model_.curvature) +
                         " of the loss times lambda_max of the rows' second moments";
    switch (largest.method) {
      case EigenvalueBound::Method::powers:
        reason += ", at most 1 % too large";
        break;
      case EigenvalueBound::Method::lanczos:
        reason += ", at most " + rounded(100 * largest.slack / (1 - largest.slack)) +
                  " % too large; Lanczos' method from a random start, wrong with a probability below " +
                  to_text(lanczos_failure);
        break;
      case EigenvalueBound::Method::norms:
        reason += ", bounded by norms of the rows";
        break;
    }
    if (model_.penalty_curvature > 0)
      reason += ", plus " + rounded(model_.penalty_curvature) + " of the penalties";
    return {model_.curvature * largest.value + model_.penalty_curvature, Knowledge::certified,
            reason + over_workers()};
  }

  Constant infimum() const {
    if (game()) return {-infinity, Knowledge::exact, "a game has no f"};
    if (!plan_.train && plan_.facts().infimum()) {
      const bool least = plan_.facts().minimum.has_value();
      return {*plan_.facts().infimum(), least ? Knowledge::exact : Knowledge::certified,
              !least                                 ? "a lower bound of the function"
              : plan_.spec.objective->own != nullptr ? "the minimum declared by the user"
                                                     : "the known minimum"};
    }
    if (plan_.train && std::isfinite(model_.infimum))
      return {model_.infimum, Knowledge::certified, "a lower bound of the loss and the penalties"};
    const bool declared = !plan_.train && plan_.spec.objective->own != nullptr;
    return {-infinity, Knowledge::estimated,
            plan_.facts().unbounded_outside ? "f is unbounded outside its domain"
            : declared                      ? "not known; objective.minimum gives one"
                                            : "not known"};
  }

  Constant relative_variance() const {
    if (!plan_.train && plan_.spec.objective->noise) {
      const auto& noise = *plan_.spec.objective->noise;
      if (noise.entry->facts)
        return {noise.entry->facts(noise.values, objective_.dimension()).relative_variance, Knowledge::exact,
                noise.entry->card.name + " noise"};
    }
    return {0, Knowledge::exact, "the noise does not grow with the gradient"};
  }

  Constant variance() {
    if (plan_.train) return objective_.randomized() ? randomized_variance() : row_variance();
    const auto& noise = plan_.spec.objective->noise;
    if (!noise || (noise->entry->terms_drawn && plan_.drawn == 0))
      return {0, Knowledge::exact, "steps see the whole gradient"};
    if (plan_.drawn > 0) {
      const double largest = largest_term_variance(whole_);
      return {variance_of_mean(largest, plan_.terms().size(), plan_.drawn, plan_.replacement),
              Knowledge::estimated,
              (game() ? "at the start"
                      : "largest at " + counted(std::ssize(points()), "point") + " of a gradient descent") +
                  sampled_from(whole_) + ", " + counted(plan_.drawn, "term") + " per step"};
    }
    if (!noise->entry->facts) return {infinity, Knowledge::estimated, "not known"};
    const NoiseFacts facts = noise->entry->facts(noise->values, objective_.dimension());
    const std::string name = noise->entry->card.name + " noise";
    return {facts.variance, Knowledge::exact,
            std::isfinite(facts.variance) ? name + ", over all coordinates" : name + " has no variance"};
  }

  // Whether a step of an agent that draws from so many rows sees all of them.
  bool whole_batch(Index rows) const { return plan_.batch >= rows; }

  double of_batch(double term_variance, Index rows) const {
    if (whole_batch(rows)) return 0;
    return variance_of_mean(term_variance, rows, plan_.batch, plan_.spec.sampling == Sampling::replacement);
  }

  Constant row_variance() {
    const auto sees_all = [&](const Share& share) { return whole_batch(share.all.size()); };
    if (std::ranges::all_of(shares(), sees_all)) return {0, Knowledge::exact, "every step sees all rows"};
    double measured = 0, bound = 0;
    for (const Share& share : shares()) {
      measured = std::max(measured, of_batch(largest_term_variance(share), share.all.size()));
      if (std::isfinite(model_.steepness))
        bound = std::max(bound, of_batch(model_.steepness * model_.steepness *
                                             mean_square_row(*plan_.train.data, share.all),
                                         share.all.size()));
      rest(share);
    }
    const std::string at = "at " + counted(std::ssize(points()), "point") + " of a gradient descent" +
                           sampled_from(shares().front());
    if (std::isfinite(model_.steepness))
      return {bound, Knowledge::certified,
              "slope " + rounded(model_.steepness) + " of the loss squared times the rows' mean square, " +
                  counted(plan_.batch, "row") + " per step; measured at most " + rounded(measured) + " " +
                  at + over_workers()};
    return {measured, Knowledge::estimated,
            "largest " + at + ", " + counted(plan_.batch, "row") + " per step" + over_workers()};
  }

  Constant randomized_variance() {
    constexpr Index draws = 24;
    double largest = 0;
    for (const Share& share : shares()) {
      const Index rows = share.all.size(), sampled = share.sample.size();
      const Index batch = std::min(plan_.batch, rows);
      // Fewer rows than a step has stand for them; they vary as much more as they are fewer.
      const Index drawn = batch == rows ? sampled : std::min(batch, std::max<Index>(1, sampled / 2));
      const double factor = static_cast<double>(drawn) / static_cast<double>(batch);
      for (const Aligned<T>& point : points())
        largest = std::max(largest, factor * seen(drawn_variance<T>(objective_, share.sample, drawn, point,
                                                                    draws, sample_seed)));
    }
    return {largest, Knowledge::estimated,
            "largest of " + counted(draws, "step") + " at " + counted(std::ssize(points()), "point") +
                " of a gradient descent" + sampled_from(shares().front()) + over_workers()};
  }

  // The start and points of a gradient descent on all rows; of a game the start.
  const std::vector<Aligned<T>>& points() {
    if (points_.empty() && game()) points_ = {plan_.start};
    if (points_.empty()) {
      Evaluator<T> evaluator(objective_, pool_, whole_.sample.size());
      const double known = std::isfinite(known_smoothness_) ? known_smoothness_ : 0;
      points_ = pilot_descent<T>(function_of(whole_, evaluator), plan_.start, known, pilot_steps).points;
    }
    return points_;
  }

  // sigma_1^2 at the worst of the points.
  double largest_term_variance(const Share& share) {
    const auto rows = static_cast<double>(share.all.size()),
               sampled = static_cast<double>(share.sample.size());
    // A sample's own mean is nearer to it than that of all.
    const double correction = 1 < sampled && sampled < rows ? sampled / (sampled - 1) * (rows - 1) / rows : 1;
    double largest = 0;
    for (const Aligned<T>& point : points())
      largest = std::max(largest, seen(term_variance<T>(objective_, share.sample, point, plan_.threads)));
    return correction * largest;
  }

  Constant heterogeneity() {
    if (!sharded()) return {0, Knowledge::exact, "all agents see the same function"};
    const std::size_t width = plan_.start.size();
    Aligned<T> gradients(width * shares_.size());
    double largest = 0;
    for (const Aligned<T>& point : points()) {
      for (std::size_t worker = 0; worker < shares_.size(); ++worker) {
        Evaluator<T> evaluator(objective_, pool_, shares_[worker].sample.size());
        seen(evaluator.value_and_gradient(point, shares_[worker].sample,
                                          std::span(gradients).subspan(worker * width, width)));
      }
      largest = std::max(largest, spread<T>(gradients, level_.workers));
    }
    return {largest, Knowledge::estimated,
            "largest at " + counted(std::ssize(points()), "point") + " of a gradient descent" +
                sampled_from(shares_.front())};
  }

  const PlanOf<T>& plan_;
  Pool& pool_;
  const Objective<T>& objective_;
  const LevelSpec& level_;
  ModelFacts model_;  // data
  Share whole_;
  std::vector<Share> shares_;  // sharded: one per worker
  std::vector<Aligned<T>> points_;
  double known_smoothness_ = 0;
  mutable const Fault* fault_ = nullptr;
};

}  // namespace

Checked<ProblemConstants> problem_constants(const Plan& plan, Pool& pool) {
  return in_precision(plan,
                      [&]<Scalar T>(const PlanOf<T>& typed) { return Measurement<T>(typed, pool).run(); });
}

}  // namespace lookahead
