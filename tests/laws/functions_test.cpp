// The laws of built-in functions, for every entry of the catalog, at several dimensions, in both precisions.
#include <bit>

#include "laws/function_cases.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

// The step of difference quotients along a coordinate with a domain of this width: a power of two, so that
// x + step is exact or nearly so.
double step_for(double width) { return 0x1.0p-10 * std::exp2(std::min(0.0, std::floor(std::log2(width)))); }

// The derivative along coordinate i by central differences of fourth order.
double difference_quotient(const Objective<double>& f, std::vector<double> x, std::size_t i, double step) {
  const double center = x[i];
  const auto along = [&](double offset) {
    x[i] = center + offset;
    return value_at(f, x);
  };
  return (8 * (along(step) - along(-step)) - (along(2 * step) - along(-2 * step))) / (12 * step);
}

// For each component of the gradient at x, sum_j |d2f / dx_i dx_j| |x_j|: what rounding all x_j moves it by,
// in units of the rounding.
std::vector<double> sensitivity(const Objective<double>& f, const std::vector<double>& x) {
  std::vector<double> sums(x.size());
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double step = std::max(0x1.0p-20 * std::abs(x[j]), 0x1.0p-30);
    auto left = x, right = x;
    left[j] -= step;
    right[j] += step;
    const auto low = gradient_at(f, left), high = gradient_at(f, right);
    for (std::size_t i = 0; i < x.size(); ++i) {
      sums[i] += std::abs(high[i] - low[i]) / (right[j] - left[j]) * std::abs(x[j]);
    }
  }
  return sums;
}

}  // namespace

TEST_CASE("every function has a name, a sentence, a formula and a reference") {
  for (const FunctionEntry& entry : function_catalog()) {
    CAPTURE(entry.card.name);
    CHECK_FALSE(entry.card.name.empty());
    CHECK_FALSE(entry.card.summary.empty());
    CHECK(entry.card.summary.find('\n') == std::string::npos);
    CHECK_FALSE(entry.card.formula.empty());
    CHECK_FALSE(entry.card.reference.empty());
    CHECK(function_catalog().find(entry.card.name) == &entry);  // no two of one name
    for (const Parameter& parameter : entry.parameters) CHECK_FALSE(parameter.sentence.empty());
  }
}

TEST_CASE("the dimensions a function admits make sense") {
  for (const FunctionEntry& entry : function_catalog()) {
    CAPTURE(entry.card.name);
    CHECK(entry.least_dimension >= 1);
    CHECK(entry.dimension_step >= 1);
    CHECK((entry.most_dimension == 0 || entry.most_dimension >= entry.least_dimension));
    CHECK(entry.least_dimension % entry.dimension_step == 0);
    CHECK(entry.most_dimension % entry.dimension_step == 0);
    const auto values = entry.defaults();
    CHECK(entry.admits(values, entry.natural_dimension));
    CHECK(entry.usual_dimension(values) == entry.natural_dimension);
  }
}

TEST_CASE("facts fit the dimension: start and minimizers have its length and lie in the domain") {
  for (const Case& c : all_cases()) {
    CAPTURE(c.label);
    const Facts facts = c.facts();
    CHECK(facts.dimension == c.dimension);
    CHECK(c.make<double>()->dimension() == c.dimension);
    CHECK(c.make<float>()->dimension() == c.dimension);
    REQUIRE(std::ssize(facts.lower) == c.dimension);
    REQUIRE(std::ssize(facts.upper) == c.dimension);
    for (std::size_t i = 0; i < facts.lower.size(); ++i) CHECK(facts.lower[i] < facts.upper[i]);
    const auto fits = [&](const std::vector<double>& point) {
      REQUIRE(std::ssize(point) == c.dimension);
      for (std::size_t i = 0; i < point.size(); ++i) {
        CHECK(facts.lower[i] <= point[i]);
        CHECK(point[i] <= facts.upper[i]);
      }
    };
    fits(facts.start);
    for (const auto& minimizer : facts.minimizers) fits(minimizer);
    if (!facts.minimizers.empty()) CHECK(facts.minimum.has_value());
    if (facts.smoothness) CHECK(*facts.smoothness > 0);
    CHECK(std::isfinite(value_at(*c.make<double>(), facts.start)));
  }
}

TEST_CASE("the gradient agrees with difference quotients") {
  for (const Case& c : all_cases()) {
    CAPTURE(c.label);
    const auto f = c.make<double>();
    const Facts facts = c.facts();
    for (const auto& x : points_of(c)) {
      const auto gradient = gradient_at(*f, x);
      // 1e-6 of the gradient for what is left out after the fourth order; the values' rounding, about eps |f|
      // each and up to ten eps per term, is divided by the step. Polynomials of high degree need shorter
      // steps.
      double worst = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        double best = std::numeric_limits<double>::infinity();
        for (const double part : {1.0, 0x1.0p-4, 0x1.0p-7}) {
          const double step = part * step_for(facts.upper[i] - facts.lower[i]);
          const double rounding = 10 * eps * std::abs(value_at(*f, x)) / step;
          const double gap = std::abs(gradient[i] - difference_quotient(*f, x, i, step));
          if (std::isfinite(gap)) best = std::min(best, gap / (1e-6 * largest(gradient) + rounding + 1e-10));
          if (best <= 1) break;
        }
        worst = std::max(worst, best);
      }
      CHECK(worst <= 1);
    }
  }
}

TEST_CASE_TEMPLATE("the value is the same to the last bit with and without the gradient", T, float, double) {
  for (const Case& c : all_cases()) {
    CAPTURE(c.label);
    const auto f = c.make<T>();
    auto points = points_of(c);
    for (const auto& minimizer : c.facts().minimizers) points.push_back(minimizer);
    for (const auto& point : points) {
      const auto x = as<T>(point);
      std::vector<T> gradient(x.size());
      const double with = f->value_and_gradient(x, Batch::range(0, f->terms()), gradient, {}).value;
      CHECK(std::bit_cast<std::uint64_t>(value_at(*f, x)) == std::bit_cast<std::uint64_t>(with));
    }
  }
}

TEST_CASE("float agrees with double to float precision") {
  for (const Case& c : all_cases()) {
    CAPTURE(c.label);
    const auto f = c.make<double>();
    const auto narrow = c.make<float>();
    for (const auto& x : points_of(c)) {
      // The points are floats and the sums are double in both: the values are the same, and each component of
      // the gradient is rounded to float once, or twice; that of a finite sum once per term, which may each
      // be larger than what is left of them.
      CHECK(value_at(*narrow, as<float>(x)) == value_at(*f, x));
      const auto gradient = gradient_at(*f, x);
      const auto rounded = gradient_at(*narrow, as<float>(x));
      const double of_terms = static_cast<double>(f->terms()) * std::max(1.0, largest(gradient));
      bool close = true;
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double gap = std::abs(static_cast<double>(rounded[i]) - gradient[i]);
        const auto unit = static_cast<double>(std::numeric_limits<float>::epsilon());
        close = close && gap <= unit * (std::abs(gradient[i]) + of_terms) +
                                    static_cast<double>(std::numeric_limits<float>::min());
      }
      CHECK(close);
    }
  }
}

TEST_CASE("the known minimum is attained at every known minimizer, and the gradient vanishes there") {
  for (const Case& c : all_cases()) {
    CAPTURE(c.label);
    const Facts facts = c.facts();
    const auto f = c.make<double>();
    for (const auto& minimizer : facts.minimizers) {
      // The minimizer is rounded to double, which the value of a smooth function feels to second order only;
      // what is left is the rounding of n coordinates and all terms, of the size of f* or of 1.
      const double rounding = eps * roundings(c);
      CHECK(std::abs(value_at(*f, minimizer) - *facts.minimum) <=
            4 * rounding * std::max(1.0, std::abs(*facts.minimum)));
      // The gradient feels it to first order, times second derivatives; its own terms round alike. Terms that
      // vanish at x* = 0 leave eps each.
      if (!facts.smooth_at_minimum) continue;
      const auto gradient = gradient_at(*f, minimizer);
      const auto moved = sensitivity(*f, minimizer);
      double worst = 0;
      for (std::size_t i = 0; i < gradient.size(); ++i) {
        worst = std::max(worst, std::abs(gradient[i]) / (8 * eps * moved[i] + 4 * rounding));
      }
      CHECK(worst <= 1);
    }
  }
}

TEST_CASE("no point of the domain is below the known minimum") {
  for (const Case& c : all_cases()) {
    CAPTURE(c.label);
    const Facts facts = c.facts();
    if (!facts.minimum) continue;
    const auto f = c.make<double>();
    for (const auto& x : points_of(c)) CHECK(value_at(*f, x) >= *facts.minimum);
    // Close to the minimizer, where a wrong figure shows: up to rounding, as above.
    const double slack = 4 * eps * roundings(c) * std::max(1.0, std::abs(*facts.minimum));
    for (const auto& minimizer : facts.minimizers) {
      for (auto x : points_of(c, 2)) {
        for (std::size_t i = 0; i < x.size(); ++i) x[i] = minimizer[i] + 1e-5 * x[i];
        CHECK(value_at(*f, x) >= *facts.minimum - slack);
      }
    }
  }
}

TEST_CASE("the claimed smoothness bounds the change of the gradient") {
  for (const Case& c : all_cases()) {
    CAPTURE(c.label);
    const Facts facts = c.facts();
    if (!facts.smoothness) continue;
    const auto f = c.make<double>();
    // Also from the minimizers: some functions are most curved there.
    auto from = points_of(c, 3);
    auto towards = points_of(c, 4);
    from.insert(from.end(), facts.minimizers.begin(), facts.minimizers.end());
    towards.insert(towards.end(), facts.minimizers.size(), towards.back());
    for (std::size_t p = 1; p < from.size(); ++p) {
      for (const double length : {1.0, 0.1, 1e-3}) {
        std::vector<double> to = from[p];
        for (std::size_t i = 0; i < to.size(); ++i) to[i] += length * (towards[p][i] - from[p][i]);
        const double change = distance(gradient_at(*f, from[p]), gradient_at(*f, to));
        // The bound is attained by quadratics: rounding may pass it by some eps, amplified by steps of 1e-3.
        CHECK(change <= *facts.smoothness * distance(from[p], to) * (1 + 1e-10));
      }
    }
  }
}

TEST_CASE("a function said to be convex lies below its chords, and above its tangents") {
  for (const Case& c : all_cases()) {
    CAPTURE(c.label);
    if (!c.facts().convex) continue;
    const auto f = c.make<double>();
    const auto a = points_of(c, 5);
    const auto b = points_of(c, 6);
    for (std::size_t p = 0; p < a.size(); ++p) {
      std::vector<double> middle(a[p].size());
      for (std::size_t i = 0; i < middle.size(); ++i) middle[i] = 0.5 * (a[p][i] + b[p][i]);
      const double ends = 0.5 * (value_at(*f, a[p]) + value_at(*f, b[p]));
      // Equality on straight pieces, up to the rounding of n terms.
      const double slack = 4 * eps * roundings(c) * std::abs(ends);
      CHECK(value_at(*f, middle) <= ends + slack);
      const auto gradient = gradient_at(*f, a[p]);
      double tangent = value_at(*f, a[p]);
      for (std::size_t i = 0; i < middle.size(); ++i) tangent += gradient[i] * (b[p][i] - a[p][i]);
      CHECK(value_at(*f, b[p]) >= tangent - slack - 4 * eps * std::abs(tangent));
    }
  }
}
