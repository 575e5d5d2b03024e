#include "engine/descent.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "engine/stopping.hpp"
#include "engine/take_note.hpp"
#include "parallel/sums.hpp"

namespace lookahead {
namespace {

template <Scalar T>
class Descent final : public Agent<T> {
 public:
  explicit Descent(DescentParts<T> parts)
      : parts_(std::move(parts)),
        gradient_(static_cast<std::size_t>(parts_.evaluator->objective().dimension())),
        oracle_(*this),
        draws_own_(parts_.optimizer->draws_own()),
        rate_observes_(parts_.rate->observes()),
        rate_varies_(!parts_.rate->constant()),
        leaves_steps_(may_leave_steps()) {
    told_.agent = parts_.agent;
  }

  Index advance(std::span<T> x, Index steps) override {
    for (Index done = 0; done < steps; ++done) {
      if (leaves_steps_) done += leave_steps(x, steps - done - 1, done == 0);
      const Sampler::Draw draw = parts_.sampler.next();
      oracle_.batch = (draw.all ? Batch::range(draw.first, draw.first + draw.size)
                                : Batch::rows(draw.rows).followed_by(draw.upcoming))
                          .drawn({parts_.seed, parts_.agent, told_.steps});
      if (parts_.term_weight != 1) oracle_.batch = oracle_.batch.weighed(parts_.term_weight);
      oracle_.begin_step(x.data());
      if (parts_.proximal) penalty_ = parts_.proximal->value(x);
      if (!draws_own_) {
        oracle_.draw(x, gradient_);
        if (!accept(oracle_.loss(), true, done == 0)) return done;
      }
      set_rate(parts_.rate->at(told_.steps));
      if (!before_.empty()) parts_.evaluator->shards().copy(x, before_);
      parts_.optimizer->step(x, oracle_, told_.rate);
      if (parts_.proximal) parts_.proximal->shrink(x, told_.rate);
      const bool well = !draws_own_ || accept(oracle_.step_loss(), oracle_.at_point(), done == 0);
      if (oracle_.fault != nullptr) {
        // The rule has moved by what was no gradient.
        static_cast<void>(take_note(told_, Evaluation(*oracle_.fault)));
        std::fill(x.begin(), x.end(), std::numeric_limits<T>::quiet_NaN());
        return done;
      }
      // What was met elsewhere than at the step's point says nothing against that point: the step counts.
      if (!well && oracle_.at_point()) return done;
      if (rate_observes_) parts_.rate->observe(told_.loss_batch);
      ++told_.steps;
      if (!well) return done + 1;
    }
    told_.rounds = told_.steps;
    return steps;
  }

  std::span<const T> settled(std::span<const T> x) const override { return x; }
  // A rule that draws on its own tells whether a step is made only when it has moved.
  bool keep_point_before(std::span<T> point) override {
    if (!draws_own_) before_ = point;
    return !draws_own_;
  }
  void adopt(std::span<const T>, bool moved) override {
    if (moved) parts_.optimizer->moved();
  }
  void retreat(std::span<T>) override {}
  Index steps_until(Index rounds, Index) const override { return rounds; }
  void mean_point(std::span<const T> x, std::span<T> y) const override {
    parts_.evaluator->shards().copy(x, y);
  }
  Memory<T> memory(Index) override { return parts_.optimizer->memory(); }
  std::uint64_t fingerprint() override { return lookahead::fingerprint(parts_.optimizer->memory()); }
  bool averages() const override { return parts_.optimizer->averages(); }
  bool average_path(std::span<T> out) const override {
    const std::span<const T> mean = parts_.optimizer->average();
    if (mean.empty()) return false;
    parts_.evaluator->shards().copy(mean, out);
    return true;
  }
  void restart_optimizers() override { parts_.optimizer->restart(); }
  Evaluation value_and_gradient(std::span<const T> at, std::span<T> gradient) override {
    // The last step's noise, not the next one's.
    --told_.steps;
    const double loss = oracle_.value_and_gradient(at, gradient);
    ++told_.steps;
    return take_note(told_, oracle_.fault == nullptr ? Evaluation(loss) : Evaluation(*oracle_.fault));
  }
  const Telemetry& telemetry() const override { return told_; }

  void exchange(Archive& archive) override {
    told_.exchange(archive);
    refuse_apart(archive, told_, told_.steps, told_.steps);
    parts_.sampler.exchange(archive);
    parts_.rate->exchange(archive);
    lookahead::exchange(archive, parts_.optimizer->memory());
  }

 private:
  static constexpr Index most_left = 64;  // steps that are left to the objective at once

  // Whether the objective can make steps on its own, as nothing comes between its gradients and the steps.
  bool may_leave_steps() const {
    return parts_.plain_descent && parts_.evaluator->objective().descends() && !draws_own_ &&
           !rate_observes_ && !parts_.noise && !parts_.clip.norm && !parts_.clip.value &&
           !parts_.check_gradients && !parts_.proximal && parts_.term_weight == 1;
  }

  // Leaves up to `most` steps to the objective and returns how many it has made; `first`: of an advance(). One
  // has to follow that is made here: it tells what is only known of the last one, and of divergence.
  Index leave_steps(std::span<T> x, Index most, bool first) {
    // The rule makes the first of all steps, from which its memory is what it stays.
    if (told_.steps == 0) return 0;
    const Sampler::Draw draw = parts_.sampler.single_rows(std::min(most, most_left));
    if (draw.size == 0) return 0;
    const std::span<double> rates = std::span(rates_).first(static_cast<std::size_t>(draw.size));
    if (rate_varies_) {
      for (Index step = told_.steps; double& rate : rates) rate = parts_.rate->at(step++);
    } else {
      std::fill(rates.begin(), rates.end(), parts_.rate->at(told_.steps));
    }
    const auto [made, first_loss] = parts_.evaluator->objective().descend(
        x, Batch::rows(draw.rows).followed_by(draw.upcoming), rates, parts_.loss_limit, before_);
    for (const double rate : rates.first(static_cast<std::size_t>(made))) set_rate(rate);
    if (first && made > 0) told_.first_loss = first_loss;
    told_.grad_evals += made;
    told_.steps += made;
    parts_.sampler.skip(made);
    return made;
  }

  // Takes note of the step's rate; their sum is kept to twice the precision (Knuth's two-sum), so that
  // differences of it are good even where the rate has fallen far.
  void set_rate(double rate) {
    if (rate_varies_) {
      told_.same_rates = rate == told_.rate ? told_.same_rates + 1 : 1;
      const double sum = told_.rate_sum + rate, part = sum - told_.rate_sum;
      told_.rate_rest += (told_.rate_sum - (sum - part)) + (rate - part);
      told_.rate_sum = sum;
    }
    told_.rate = rate;
  }

  // Takes note of the step's loss; false where it means divergence.
  bool accept(double loss, bool at_point, bool first) {
    if (parts_.proximal) loss += penalty_;
    told_.loss_batch = loss;
    if (first) told_.first_loss = at_point ? loss : std::numeric_limits<double>::quiet_NaN();
    told_.gradient_finite = oracle_.gradient_finite();
    told_.diverged = has_diverged(loss, parts_.loss_limit) || !told_.gradient_finite;
    if (told_.diverged) told_.fault = oracle_.fault;
    if (told_.diverged && !oracle_.undefined.empty()) told_.undefined = &oracle_.undefined;
    return !told_.diverged;
  }

  struct Draw final : Oracle<T> {
    explicit Draw(Descent& descent) : owner(descent) {}

    // `from` is where the step starts: the first coordinate of the run's point.
    void begin_step(const T* from) {
      here = from;
      losses = 0;
      sum = 0;
      met_here = false;
      finite = true;
      if (!undefined.empty()) undefined.clear();
    }
    // The loss of the step: the first one the optimizer met, or the mean of those of its terms at the point.
    double step_loss() const { return sum / static_cast<double>(losses); }
    // Whether that is the loss at the point the step started from.
    bool at_point() const { return met_here; }
    // Whether the gradient that came with the first loss is finite. Those of later points of a step may be
    // trials of the rule, those of single terms show in the next loss.
    bool gradient_finite() const { return finite; }

    double value_and_gradient(std::span<const T> x, std::span<T> gradient) override {
      const double loss = exact_value_and_gradient(x, gradient);
      disturb(gradient);
      return loss;
    }

    double exact_value_and_gradient(std::span<const T> x, std::span<T> gradient) override {
      const Evaluation loss = owner.parts_.evaluator->value_and_gradient(x, batch, gradient);
      check(gradient);
      if (!std::isfinite(loss.value) && loss.fault == nullptr && undefined.empty())
        undefined = owner.parts_.evaluator->objective().undefined_at(x);
      return count(batch, x, loss);
    }

    void disturb(std::span<T> gradient) override {
      DescentParts<T>& parts = owner.parts_;
      // Noise belongs to the step, so every point the optimizer asks for within a step meets the same noise.
      if (parts.noise) parts.noise->add(gradient, parts.noise_stream, owner.told_.steps, shards());
      if (parts.clip.norm || parts.clip.value) clip(gradient);
    }

    void recall(double loss) override {
      if (losses > 0) return;
      sum = loss;
      losses = 1;
      met_here = true;
      terms_only = false;
    }

    Index batch_size() const override { return batch.size(); }
    Index term(Index i) const override {
      const auto rows = owner.parts_.rows;
      if (rows.empty()) return batch[i];
      return std::lower_bound(rows.begin(), rows.end(), static_cast<std::uint32_t>(batch[i])) - rows.begin();
    }

    double term_value_and_gradient(Index term, std::span<const T> x, std::span<T> gradient) override {
      const auto rows = owner.parts_.rows;
      const Index row = rows.empty() ? term : static_cast<Index>(rows[static_cast<std::size_t>(term)]);
      const Batch one = Batch::range(row, row + 1).drawn(batch.draw());
      return count(one, x, owner.parts_.evaluator->value_and_gradient(x, one, gradient), true);
    }

    double full_value_and_gradient(std::span<const T> x, std::span<T> gradient) override {
      Evaluator<T>& evaluator = *owner.parts_.evaluator;
      const auto rows = owner.parts_.rows;
      const Batch all = (rows.empty() ? Batch::range(0, evaluator.objective().terms()) : Batch::rows(rows))
                            .drawn(batch.draw());
      const Evaluation loss = evaluator.value_and_gradient(x, all, gradient);
      check(gradient);
      return count(all, x, loss);
    }

    void check(std::span<const T> gradient) {
      if (losses == 0 && owner.parts_.check_gradients) finite = all_finite(shards(), gradient);
    }

    void draw(std::span<const T> x, std::span<T> gradient) {
      this->loss_ = value_and_gradient(x, gradient);
      this->gradient_ = gradient;
    }

    const Shards& shards() const { return owner.parts_.evaluator->shards(); }

    void clip(std::span<T> gradient) const {
      const Clip& clip = owner.parts_.clip;
      if (clip.value) {
        const T most = static_cast<T>(*clip.value);
        shards().each(gradient.size(), [&](std::size_t from, std::size_t size) {
          for (T& g : gradient.subspan(from, size)) g = std::clamp(g, -most, most);
        });
      }
      if (clip.norm) {
        const double norm = lookahead::norm(shards(), std::span<const T>(gradient));
        const double scale = *clip.norm / (norm + 1e-6);
        if (scale >= 1) return;
        shards().each(gradient.size(), [&](std::size_t from, std::size_t size) {
          for (T& g : gradient.subspan(from, size)) g = static_cast<T>(static_cast<double>(g) * scale);
        });
      }
    }

    // A rule sees no fault: the step that it is part of does not count.
    double count(const Batch& used, std::span<const T> x, Evaluation evaluation, bool is_term = false) {
      const double loss = evaluation.value;
      if (evaluation.fault != nullptr) fault = evaluation.fault;
      owner.told_.grad_evals += std::max<Index>(1, used.size());
      const bool now_here = x.data() == here;
      if (losses == 0) {
        met_here = now_here;
        terms_only = is_term;
      } else if (!(is_term && terms_only && met_here && now_here)) {
        return loss;
      }
      sum += loss;
      ++losses;
      return loss;
    }

    Descent& owner;
    Batch batch;
    std::string undefined;  // why a loss of this step is no finite number
    const T* here = nullptr;
    double sum = 0;
    const Fault* fault = nullptr;  // of any evaluation so far
    Index losses = 0;              // in `sum`; 0: none met in this step
    bool met_here = false, terms_only = false, finite = true;
  };

  DescentParts<T> parts_;
  Aligned<T> gradient_;
  std::span<T> before_;  // where the point before the last step is kept; empty: nowhere
  Draw oracle_;
  bool draws_own_, rate_observes_, rate_varies_, leaves_steps_;
  std::array<double, most_left> rates_{};  // of steps that are left to the objective
  double penalty_ = 0;                     // of parts_.proximal, at the step's point
  Telemetry told_;
};

}  // namespace

template <Scalar T>
std::unique_ptr<Agent<T>> descent(DescentParts<T> parts) {
  return std::make_unique<Descent<T>>(std::move(parts));
}

template std::unique_ptr<Agent<float>> descent(DescentParts<float>);
template std::unique_ptr<Agent<double>> descent(DescentParts<double>);

}  // namespace lookahead
