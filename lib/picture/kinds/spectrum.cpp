#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/text.hpp"
#include "linear/decompositions.hpp"
#include "optimizer/optimizer.hpp"
#include "picture/kinds/parts.hpp"
#include "run/plan.hpp"
#include "run/run_summary.hpp"
#include "simd/scalar_math.hpp"
#include "theory/powers.hpp"
#include "theory/spectral.hpp"

// What a step and a round multiply small deviations from the minimum or equilibrium by.
namespace lookahead::picture {
namespace {

using theory::Complex;

constexpr Index most_dimension = 400;

Fault not_of(const std::string& why) {
  return unsuited("--kind spectrum", why, "--kind curve draws any run");
}

// The matrix [[a, b], [c, d]] of a mode and its memory.
struct ComplexMatrix {
  Complex a = 1, b = 0, c = 0, d = 1;
};
ComplexMatrix operator*(const ComplexMatrix& l, const ComplexMatrix& r) {
  return {l.a * r.a + l.b * r.c, l.a * r.b + l.b * r.d, l.c * r.a + l.d * r.c, l.c * r.b + l.d * r.d};
}

Complex square_root(Complex z) {
  const double size = std::sqrt(theory::modulus(z)), angle = math::atan2(z.imag(), z.real()) / 2;
  return {size * math::cos(angle), size * math::sin(angle)};
}

std::pair<Complex, Complex> eigenvalues_of(const ComplexMatrix& m) {
  const Complex half = (m.a + m.d) / 2.0, root = square_root((m.a - m.d) * (m.a - m.d) / 4.0 + m.b * m.c);
  return {half + root, half - root};
}

// The inner optimizer's step on a mode of curvature nu.
struct StepRule {
  double rate = 0;
  LinearStep step;

  bool has_memory() const { return step.momentum != 0; }
  ComplexMatrix on(Complex nu) const {
    const double momentum = step.momentum;
    Complex h = rate * nu;
    h -= step.ahead * h * h;
    if (!has_memory()) return {1.0 - h, 0, 0, 0};
    if (step.nesterov) return {1.0 - h * (1 + momentum), momentum * momentum, -h, momentum};
    return {1.0 - h, momentum, -h, momentum};
  }
};

Checked<StepRule> rule_of(const Spec& spec) {
  const auto rate = spec.optimizer.rate.value.schedule.entry != nullptr
                        ? spec.optimizer.rate.value.constant_value()
                        : std::nullopt;
  if (!rate) return not_of("a learning rate that changes has no one spectrum");
  if (spec.optimizer.clip.norm || spec.optimizer.clip.value)
    return not_of("clipped steps are not linear: leave out optimizer.clip");
  const auto& rule = spec.optimizer.rule;
  const auto step =
      rule.entry->linear_step != nullptr ? rule.entry->linear_step(rule.values) : std::optional<LinearStep>();
  if (!step)
    return not_of("is known of sgd with momentum or Nesterov's, of gda and extragradient, not of this " +
                  rule.entry->card.name);
  return StepRule{*rate, *step};
}

struct Level {
  Index k = 1;
  double alpha = 1;
  AtSync at_sync = AtSync::keep;
};

Checked<std::vector<Level>> levels_of(const Spec& spec) {
  std::vector<Level> levels;
  if (!spec.lookahead.enabled) return levels;
  for (const LevelSpec& level : spec.lookahead.levels) {
    const auto k = level.k.constant_value();
    const bool settled = level.alpha.value.schedule.entry != nullptr;
    const auto alpha = settled ? level.alpha.value.constant_value() : std::optional<double>(0.5);
    if (!k || !alpha || level.alpha.adaptive) return not_of("k and alpha that change have no one spectrum");
    if (!level.outer.entry->plain_slow_step)
      return not_of("is known of the plain outer optimizer, not of " + level.outer.entry->card.name);
    levels.push_back({static_cast<Index>(*k), *alpha, level.at_sync});
  }
  return levels;
}

// One round of all levels.
ComplexMatrix round_of(const ComplexMatrix& step, const std::vector<Level>& levels) {
  ComplexMatrix round = step;
  for (const Level& level : levels) {
    const ComplexMatrix inner = theory::power(round, level.k, ComplexMatrix{});
    const double a = level.alpha, rest = 1 - level.alpha;
    switch (level.at_sync) {
      case AtSync::keep:
      case AtSync::average:
        round = {rest + a * inner.a, a * inner.b, inner.c, inner.d};
        break;
      case AtSync::reset:
        round = {rest + a * inner.a, 0, 0, 0};
        break;
      case AtSync::pullback:
        round = {rest + a * inner.a, a * inner.b, a * inner.c, rest + a * inner.d};
        break;
    }
  }
  return round;
}

// The eigenvalues of the field's Jacobian at a point, by central differences: exact but for rounding where
// the field is linear.
struct Linearized {
  std::vector<Complex> eigenvalues;
  bool linear = true;  // the field is, as far as another point tells
};

Checked<std::vector<double>> jacobian(const PlanOf<double>& plan, const std::vector<double>& point) {
  const auto& objective = plan.objective();
  const std::size_t n = point.size();
  std::vector<double> x = point, up(n), down(n), matrix(n * n);
  std::vector<double> scratch(static_cast<std::size_t>(objective.scratch(plan.terms().size())));
  for (std::size_t j = 0; j < n; ++j) {
    constexpr double small = 1e-4;
    const double h = small * std::max(1.0, std::abs(point[j]));
    x[j] = point[j] + h;
    const Evaluation right = objective.value_and_gradient(x, plan.terms(), up, scratch);
    x[j] = point[j] - h;
    const Evaluation left = objective.value_and_gradient(x, plan.terms(), down, scratch);
    if (right.fault != nullptr) return *right.fault;
    if (left.fault != nullptr) return *left.fault;
    x[j] = point[j];
    for (std::size_t i = 0; i < n; ++i) matrix[i * n + j] = (up[i] - down[i]) / (2 * h);
  }
  return matrix;
}

Checked<Linearized> linearized(Spec spec) {
  spec.precision = Precision::double_precision;
  const auto planned = plan_run(spec);
  if (!planned) return planned.faults();
  const auto& plan = static_cast<const PlanOf<double>&>(*planned->plan);
  const auto& function = spec.objective->function;
  const Facts facts = function.entry->facts(function.values, spec.objective->dimension);
  std::vector<double> point(plan.start.begin(), plan.start.end());
  const bool known = !facts.minimizers.empty();
  std::vector<double> there = known ? facts.minimizers.front() : point;
  // Lists are cut to what repeats.
  if (there.size() < point.size() && !there.empty()) {
    const std::size_t period = there.size();
    for (std::size_t i = period; i < point.size(); ++i) there.push_back(there[i % period]);
  }
  std::vector<double> moved = there;
  for (std::size_t i = 0; i < moved.size(); ++i) moved[i] += i % 2 == 0 ? 0.37 : -0.29;
  const auto here = jacobian(plan, there), elsewhere = jacobian(plan, moved);
  if (!here) return here.faults();
  if (!elsewhere) return elsewhere.faults();
  const std::vector<double>&matrix = *here, &other = *elsewhere;
  Linearized result;
  double size = 0, off = 0;
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    if (!std::isfinite(matrix[i])) return not_of("the gradient has no derivative at the point");
    size = std::max(size, std::abs(matrix[i]));
    off = std::max(off, std::abs(matrix[i] - other[i]));
  }
  constexpr double rounding = 1e-6;
  result.linear = off <= rounding * std::max(size, 1e-300);
  if (!result.linear && !known)
    return not_of("needs a quadratic, or a function or game whose minimum or equilibrium is known");
  result.eigenvalues = eigenvalues(matrix, std::ssize(there));
  return result;
}

void add_points(Series& series, Complex z) {
  series.x.push_back(z.real());
  series.y.push_back(z.imag());
}

}  // namespace

Checked<Figure> spectrum_figure(const Study& study, const Request&) {
  if (study.is_sweep() || study.runs.size() != 1)
    return unsuited("--kind spectrum", "is of one run", "give the folder of one run");
  const auto spec = read_spec(study.folder_of(0));
  if (!spec) return spec.faults();
  if (!spec->objective) return not_of("is of quadratics and games, not of data");
  if (spec->objective->dimension > most_dimension)
    return not_of("is drawn up to " + to_text(most_dimension) + " coordinates");
  const auto rule = rule_of(*spec);
  if (!rule) return rule.faults();
  const auto levels = levels_of(*spec);
  if (!levels) return levels.faults();
  const auto field = linearized(*spec);
  if (!field) return field.faults();

  Panel panel;
  panel.equal_scales = true;
  panel.x.label = "real part";
  panel.y.label = "imaginary part";
  Series circle{.name = "unit circle", .color = -1};
  for (int i = 0; i <= 180; ++i) {
    const double angle = 2 * std::numbers::pi * i / 180;
    circle.x.push_back(math::cos(angle));
    circle.y.push_back(math::sin(angle));
  }
  Series step{.name = "a step of the inner optimizer",
              .kind = Series::Kind::points,
              .color = 1,
              .mark = Series::Mark::cross};
  Series round{.name = "a round of Lookahead", .kind = Series::Kind::points, .color = 0};
  double step_radius = 0, round_radius = 0;
  Index fixed = 0;
  for (const Complex nu : field->eigenvalues) {
    // Directions in which every point is a minimum or equilibrium.
    if (theory::modulus(nu) < 1e-9) ++fixed;
    const auto put = [&](Series& series, const ComplexMatrix& matrix, double& radius) {
      const auto [a, b] = eigenvalues_of(matrix);
      add_points(series, rule->has_memory() ? a : matrix.a);
      if (rule->has_memory()) add_points(series, b);
      if (theory::modulus(nu) < 1e-9) return;
      radius = std::max(radius, rule->has_memory() ? std::max(theory::modulus(a), theory::modulus(b))
                                                   : theory::modulus(matrix.a));
    };
    const ComplexMatrix one = rule->on(nu);
    put(step, one, step_radius);
    if (!levels->empty()) put(round, round_of(one, *levels), round_radius);
  }
  Index steps = 1;
  for (const Level& level : *levels) steps *= level.k;
  panel.series = {std::move(circle), std::move(step)};
  if (!levels->empty()) panel.series.push_back(std::move(round));
  const auto verdict = [](double radius) {
    return radius < 1 ? " (converges)" : radius > 1 ? " (diverges)" : " (neither converges nor diverges)";
  };
  Figure figure;
  figure.panels.push_back(std::move(panel));
  figure.title = study.name + ": eigenvalues of a step and of a round";
  figure.caption =
      caption_of(study) + " Largest modulus of a step " + number_text(step_radius) + verdict(step_radius);
  if (!levels->empty()) {
    figure.caption += "; of a round of " + to_text(steps) + " steps " + number_text(round_radius) +
                      verdict(round_radius) + ", " + number_text(theory::per_step(round_radius, steps)) +
                      " per step";
  }
  figure.caption += field->linear
                        ? "."
                        : ". Taken at the known minimum or equilibrium, where they tell of small deviations.";
  if (fixed > 0)
    figure.notes.push_back(to_text(fixed) +
                           " directions do not change the gradient, and are left out of the moduli");
  if (spec->objective->noise) figure.notes.emplace_back("noise is left out: these are the means");
  return figure;
}

}  // namespace lookahead::picture
