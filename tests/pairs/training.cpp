#include "training.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "crew.hpp"
#include "schedules.hpp"
#include "walker.hpp"

namespace lookahead::pairs {
namespace {

constexpr Real too_large = 1e9L;

class Trainer {
 public:
  Trainer(const TrainingSettings& settings, const Course& course, Rounding& rounding, Real unsure_below)
      : s_(settings),
        course_(course),
        network_(*course.network),
        rows_(*course.rows),
        rounding_(rounding),
        unsure_below_(unsure_below),
        too_small_(unsure_below > 1e-6L ? 1e-14L : 1e-100L),
        top_(settings.levels.back(), course.start),
        plateau_(settings.rule.rate) {
    hire();
    length_ = horizon();
    top_.begin_round(0, length_);
    top_.remember(rules());
    for (Walker& walker : walkers_) {
      for (Level& level : walker.levels) {
        level.begin_round(0, length_);
        level.remember({walker.rule.get()});
      }
    }
  }

  Run run() {
    run_.slow = course_.start;
    run_.best_loss = loss(run_.slow);
    limit_ = run_.best_loss + s_.divergence * std::max(Real{1}, std::abs(run_.best_loss));
    if (!by_values()) run_.stop = reason();
    while (run_.stop.empty()) {
      if (epoch_ == 1 && !averaged_ && together_) best(loss(settled()));
      step();
      if (run_.unsure || !run_.stop.empty()) break;
      if (run_.steps % epoch_ == 0) end_epoch();
      if (run_.steps % epoch_ == 0 && by_values()) break;
      run_.stop = reason();
    }
    const Real last = loss(settled());
    if (has_diverged(last)) run_.stop = "divergence";
    best(last);
    run_.slow = settled();
    run_.fast = mean();
    restore();
    return std::move(run_);
  }

 private:
  void hire() {
    const auto count = static_cast<std::size_t>(s_.workers);
    const std::size_t n = rows_.size();
    const Real all = std::accumulate(course_.weights.begin(), course_.weights.end(), Real{0});
    for (std::size_t w = 0; w < count; ++w) {
      Walker walker;
      Real sum = 0;
      for (std::size_t i = 0; i < n; ++i) {
        if (s_.shard && i % count != w) continue;
        walker.rows.push_back(i);
        sum += course_.weights[i];
      }
      walker.share = 1 / static_cast<Real>(count);
      if (s_.shard) {
        walker.share = sum / all;
        // The weights of its rows have the mean of all.
        walker.factor =
            sum > 0 ? static_cast<Real>(walker.rows.size()) * all / static_cast<Real>(n) / sum : 0;
      }
      walker.x = course_.start;
      walker.rule = make_rule(s_.rule, {network_.dimension(), network_.free(), network_.blocks(), n});
      if (s_.sampling != "sequential") walker.sampler.emplace(sampler_of(s_, n, w));
      for (std::size_t l = 0; l + 1 < s_.levels.size(); ++l)
        walker.levels.emplace_back(s_.levels[l], course_.start);
      walkers_.push_back(std::move(walker));
    }
    const std::size_t size = s_.batch == 0 ? n : std::min(s_.batch, n);
    epoch_ = static_cast<long>((walkers_.front().rows.size() + size - 1) / size);
  }

  // The step after a round of this level that begins in `step`, by schedules of k that do not span the run.
  long after_round(std::size_t level, long step) const {
    const long k = std::max(1L, std::lround(scheduled(s_.levels[level].k, step, 0)));
    if (level == 0) return step + k;
    for (long inner = 0; inner < k; ++inner) step = after_round(level - 1, step);
    return step;
  }

  // The least number of steps that any stop rule allows, as far as it is known beforehand.
  long horizon() {
    long least = 0;
    const auto by = [&](long steps) { least = least == 0 ? steps : std::min(least, steps); };
    if (s_.steps) by(*s_.steps);
    if (s_.epochs) by(*s_.epochs * epoch_);
    if (s_.rounds && std::ranges::none_of(s_.levels, spans_run, &LevelSettings::k)) {
      long step = 0;
      for (long round = 0; round < *s_.rounds; ++round) step = after_round(s_.levels.size() - 1, step);
      by(step);
    }
    if (s_.evals) {
      long steps = 0, evals = 0;
      for (; evals < *s_.evals; ++steps)
        for (Walker& walker : walkers_) evals += static_cast<long>(walker.next_size(s_));
      for (Walker& walker : walkers_) walker.position = 0;
      by(steps);
    }
    return least;
  }

  std::vector<Rule*> rules() {
    std::vector<Rule*> out;
    for (Walker& walker : walkers_) out.push_back(walker.rule.get());
    return out;
  }
  std::vector<Real> shares() const {
    std::vector<Real> out;
    for (const Walker& walker : walkers_) out.push_back(walker.share);
    return out;
  }

  Vector mean() const {
    if (together_) return walkers_.front().x;
    Vector out(course_.start.size(), 0);
    for (const Walker& walker : walkers_)
      for (std::size_t i = 0; i < out.size(); ++i) out[i] += walker.share * walker.x[i];
    return out;
  }
  const Vector& stands() const { return averaged_ ? average_ : top_.slow(); }
  // The point that is told: with l1 a proximal step along the whole gradient, at the largest of the rates, from where
  // the slow agent stands.
  const Vector& settled() {
    if (network_.settings().l1 == 0 || run_.rounds == 0) return stands();
    if (stepped_round_ == run_.rounds) return stepped_;
    stepped_round_ = run_.rounds;
    const Vector slopes = mean_gradient(network_, rows_, course_.weights, stands(), rounding_);
    return stepped_ = network_.proximal_step(stands(), slopes, largest(s_.rule.rate));
  }

  Real loss(const Vector& point) {
    return mean_loss(network_, rows_, course_.weights, point, rounding_) +
           network_.penalty(point, nullptr, rounding_) + network_.absolute_penalty(point);
  }
  bool has_diverged(Real loss) {
    run_.unsure = run_.unsure || std::abs(loss - limit_) <= 1e-3L * limit_;
    return !(loss <= limit_);
  }
  void best(Real loss) { run_.best_loss = std::min(run_.best_loss, loss); }

  void step() {
    const bool plateau = s_.rule.rate.name == "plateau";
    const Real rate = plateau ? plateau_.at(run_.steps) : scheduled(s_.rule.rate, run_.steps, length_);
    // Rates that the program's numbers do not have; adabound divides by them.
    run_.unsure = run_.unsure || (s_.rule.name == "adabound" && rate < too_small_);
    Moment moment;
    moment.rate = rate, moment.k = top_.k(), moment.alpha = top_.alpha();
    for (Walker& walker : walkers_) {
      if (course_.recorded || plateau || s_.patience) {
        const Real loss = batch_loss(walker);
        moment.loss += walker.share * loss;
        if (has_diverged(loss)) run_.stop = "divergence";
      }
    }
    if (!run_.stop.empty()) return;
    if (plateau) run_.unsure = plateau_.observe(moment.loss, unsure_below_) || run_.unsure;
    for (Walker& walker : walkers_) {
      walk(walker, rate);
      for (Real& x : walker.x) {
        x += rounding_.of(std::abs(x));
        run_.unsure = run_.unsure || !(std::abs(x) < too_large);
      }
    }
    together_ = false;
    ++run_.steps;
    const Vector before = stands();
    if (course_.recorded) {
      moment.fast = mean();
      moment.disagreement = distance(moment.fast, top_.slow());
    }
    bool full = true;
    for (Walker& walker : walkers_) full = climb(walker, rate);
    top_.met(rate);
    moment.synced = full && top_.full();
    if (moment.synced) synchronize();
    if (!course_.recorded) return;
    // Between syncs the way goes to the point that is told, which may be a mean of the path.
    if (!moment.synced) moment.disagreement = distance(moment.fast, before);
    moment.slow = settled();
    moment.round = run_.rounds, moment.evals = run_.evals;
    run_.moments.push_back(std::move(moment));
  }

  static Real distance(const Vector& a, const Vector& b) {
    Real square = 0;
    for (std::size_t i = 0; i < a.size(); ++i) square += (a[i] - b[i]) * (a[i] - b[i]);
    return std::sqrt(square);
  }

  // The loss that a walker's next step meets where it stands.
  Real batch_loss(Walker& walker) { return loss_of(walker, walker.look_ahead(s_), walker.x); }
  Real loss_of(const Walker& walker, const std::vector<std::size_t>& batch, const Vector& x) {
    Vector factors;
    for (const std::size_t row : batch)
      factors.push_back(walker.factor * course_.weights[row] / static_cast<Real>(batch.size()));
    return network_.sum(x, rows_, batch, factors, nullptr, rounding_) +
           network_.penalty(x, nullptr, rounding_) + network_.absolute_penalty(x);
  }

  void walk(Walker& walker, Real rate) {
    Oracle oracle;
    oracle.batch = walker.next_batch(s_);
    oracle.terms = rows_.size();
    const auto of = [&](const std::vector<std::size_t>& listed, const Vector& x, Real factor) {
      Vector g(x.size(), 0), factors;
      for (const std::size_t row : listed)
        factors.push_back(factor * course_.weights[row] / static_cast<Real>(listed.size()));
      network_.sum(x, rows_, listed, factors, &g, rounding_);
      network_.penalty(x, &g, rounding_);
      run_.evals += static_cast<long>(listed.size());
      // Numbers whose squares leave the range of the program's precision are not followed.
      Real most = 0;
      for (const Real slope : g) most = std::max(most, std::abs(slope));
      for (const Real slope : g) {
        const Real size = std::abs(slope);
        run_.unsure = run_.unsure || size > 1 / too_small_ || (slope != 0 && size < too_small_);
        // What is nothing but rounding has a sign all the same, which many rules follow.
        run_.unsure = run_.unsure || (rounding_.epsilon() == 0 && slope != 0 && size < 1e-9L * most);
      }
      return g;
    };
    oracle.exact = [&](const Vector& x) { return of(oracle.batch, x, walker.factor); };
    oracle.full = [&](const Vector& x) { return of(walker.rows, x, walker.factor); };
    oracle.term = [&](std::size_t term, const Vector& x) { return of({term}, x, walker.factor); };
    oracle.clip = [&](Vector& g) { clip(g); };
    oracle.loss = [&](const Vector& x) { return loss_of(walker, oracle.batch, x); };
    // The rules' coefficients, of double precision, lose digits in 1 - beta^t, and more of them in the
    // difference of two long averages.
    const Real lost = (s_.rule.name == "radam" ? 0x1p20L : 0x1p13L) * 0x1p-53L;
    const Real near = rounding_.epsilon() == 0 ? 0 : rounding_.of(lost / rounding_.epsilon());
    walker.rule->step(walker.x, oracle, rate * (1 + near));
    if (network_.settings().l1 > 0) network_.shrink(walker.x, rate);
    run_.unsure = run_.unsure || walker.rule->unsure();
  }

  void clip(Vector& g) const {
    if (const auto& most = s_.rule.clip_value) {
      for (Real& slope : g) slope = std::clamp(slope, -*most, *most);
    }
    if (const auto& most = s_.rule.clip_norm) {
      Real square = 0;
      for (const Real slope : g) square += slope * slope;
      const Real scale = *most / (std::sqrt(square) + 1e-6L);
      for (Real& slope : g) slope *= std::min(Real{1}, scale);
    }
  }

  // The syncs of a walker's own levels; whether the uppermost of them was one.
  bool climb(Walker& walker, Real rate) {
    for (Level& level : walker.levels) level.met(rate);
    for (std::size_t l = 0; l < walker.levels.size(); ++l) {
      Level& level = walker.levels[l];
      if (!level.full()) return false;
      const bool moved = level.synchronize(walker.x);
      for (std::size_t below = 0; below < l; ++below) walker.levels[below].adopt(walker.x);
      if (moved) walker.rule->moved();
      level.treat({walker.rule.get()}, {1});
      for (std::size_t below = 0; below < l; ++below) walker.levels[below].remember({walker.rule.get()});
      level.begin_round(run_.steps, length_);
    }
    return true;
  }

  void synchronize() {
    Vector x = mean();
    const bool moved = top_.synchronize(x) || walkers_.size() > 1;
    averaged_ = walkers_.front().rule->average() != nullptr;
    average_.assign(averaged_ ? x.size() : 0, 0);
    for (Walker& walker : walkers_) {
      if (averaged_) {
        for (std::size_t i = 0; i < x.size(); ++i) average_[i] += walker.share * (*walker.rule->average())[i];
      }
      walker.x = x;
      for (Level& level : walker.levels) level.adopt(x);
      if (moved) walker.rule->moved();
    }
    top_.treat(rules(), shares());
    for (Walker& walker : walkers_) {
      for (Level& level : walker.levels) level.remember({walker.rule.get()});
    }
    ++run_.rounds;
    together_ = true;
    top_.begin_round(run_.steps, length_);
  }

  void end_epoch() {
    ++run_.epochs;
    if (epoch_ > 1 || averaged_) best(loss(settled()));
    if (!s_.patience || watched_round_ == run_.rounds) return;
    watched_round_ = run_.rounds;
    ++without_gain_;
    const auto [low, high] = course_.watched(settled());
    const auto gain = [&](Real than) { return course_.larger_is_better ? low - than : than - low; };
    const auto close = [&](Real difference) {
      return difference != 0 && std::abs(difference) <= unsure_below_ * (std::abs(low) + 1);
    };
    // Infinite only in numbers of the program's.
    run_.unsure = run_.unsure || std::isinf(low) || std::abs(low) > 1e200L;
    if (std::isinf(low) || std::isnan(low)) return;
    run_.unsure = run_.unsure || high - low > unsure_below_;
    if (reference_) {
      const Real difference = gain(*reference_) - s_.patience->min_delta;
      // A gain of just min_delta is none.
      run_.unsure = run_.unsure || close(difference) || close(gain(run_.best_metric)) ||
                    (difference == 0 && s_.patience->min_delta > 0);
    }
    if (!reference_ || gain(*reference_) > s_.patience->min_delta) {
      reference_ = low;
      without_gain_ = 0;
    }
    if (run_.best_epoch && !(gain(run_.best_metric) > 0)) return;
    run_.best_epoch = run_.epochs;
    run_.best_metric = low;
    best_point_ = run_.best = settled();
    best_round_ = run_.rounds;
  }

  // The weights of the best epoch are the result.
  void restore() {
    if (!run_.best_epoch || best_round_ == run_.rounds) return;
    // Zeros that are exact may come back.
    if (network_.settings().l1 > 0 && best_point_ == settled()) return;
    run_.slow = run_.fast = best_point_;
    best(loss(best_point_));
  }

  // Whether the loss or its gradient is as small as it shall be, at a slow point that moved.
  bool by_values() {
    if ((!s_.target && !s_.grad_norm) || judged_round_ == run_.rounds) return false;
    judged_round_ = run_.rounds;
    const Real value = loss(settled());
    best(value);
    const auto met = [&](Real figure, Real most, const char* name) {
      run_.unsure = run_.unsure || std::abs(figure - most) <= unsure_below_ * (std::abs(most) + 1);
      if (figure <= most) run_.stop = name;
      return figure <= most;
    };
    if (s_.target && met(value, *s_.target, "target")) return true;
    if (!s_.grad_norm) return false;
    const Vector slopes = mean_gradient(network_, rows_, course_.weights, settled(), rounding_);
    return met(gradient_norm(network_, settled(), slopes, s_.rule.rate), *s_.grad_norm, "grad_norm");
  }

  std::string reason() const {
    if (s_.steps && run_.steps >= *s_.steps) return "steps";
    if (s_.rounds && run_.rounds >= *s_.rounds) return "rounds";
    if (s_.epochs && run_.epochs >= *s_.epochs) return "epochs";
    if (s_.evals && run_.evals >= *s_.evals) return "evals";
    if (s_.patience && without_gain_ >= s_.patience->epochs) return "patience";
    return "";
  }

  const TrainingSettings& s_;
  const Course& course_;
  const Network& network_;
  const Rows& rows_;
  Rounding& rounding_;
  Real unsure_below_, too_small_;
  Level top_;
  std::vector<Walker> walkers_;
  Run run_;
  Plateau plateau_;
  Real limit_ = 0;  // of the loss, above which the run has diverged
  Vector average_, best_point_, stepped_;
  long stepped_round_ = -1;
  bool averaged_ = false, together_ = true;
  long epoch_ = 1, length_ = 0, watched_round_ = 0, judged_round_ = -1, best_round_ = -1, without_gain_ = 0;
  std::optional<Real> reference_;
};

}  // namespace

Run train(const TrainingSettings& settings, const Course& course, Rounding& rounding, Real unsure_below) {
  return Trainer(settings, course, rounding, unsure_below).run();
}

}  // namespace lookahead::pairs
