// The laws of built-in functions, for every entry of the catalog, at several dimensions, in both precisions.
#include <bit>

#include "laws/function_cases.hpp"

using namespace lookahead;
using namespace lookahead::test;

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
    CHECK(entry.admits(values.get(), entry.natural_dimension));
    CHECK(entry.usual_dimension(values.get()) == entry.natural_dimension);
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
    for (const auto& x : points_of(c)) {
      const auto gradient = gradient_at(*f, x);
      // 1e-6 of the gradient for what is left out after the fourth order; the values' rounding, about eps |f|
      // each and up to eps per term, is divided by the step of 1e-3.
      const double tolerance = 1e-6 * largest(gradient) + 1e4 * eps * std::abs(value_at(*f, x)) + 1e-10;
      double worst = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        // Powers of two: x + step is exact or nearly so. The shorter one is for waves shorter than the other.
        double gap = std::abs(gradient[i] - difference_quotient(*f, x, i, 0x1.0p-10));
        if (gap > tolerance) gap = std::abs(gradient[i] - difference_quotient(*f, x, i, 0x1.0p-14));
        worst = std::isfinite(gap) ? std::max(worst, gap) : std::numeric_limits<double>::infinity();
      }
      CHECK(worst <= tolerance);
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
      const double with = f->value_and_gradient(x, Batch::range(0, f->terms()), gradient, {});
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
      // The gradient feels it to first order, times second derivatives: none of the catalog is above 1e3 n at
      // x*.
      if (!facts.smooth_at_minimum) continue;
      CHECK(largest(gradient_at(*f, minimizer)) <= 1e3 * rounding * std::max(1.0, largest(minimizer)));
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

TEST_CASE("the values at the start are those of the literature") {
  const auto start_value = [](const char* name, Index d) {
    const FunctionEntry& entry = entry_of(name);
    const auto parameters = entry.defaults();
    return value_at(*entry.make<double>(parameters.get(), d), entry.facts(parameters.get(), d).start);
  };
  // More, Garbow, Hillstrom 1981; exact but for the rounding of -1.2 and of a few operations.
  CHECK(start_value("rosenbrock", 2) == doctest::Approx(24.2).epsilon(8 * eps));
  CHECK(start_value("rosenbrock_extended", 10) == doctest::Approx(5 * 24.2).epsilon(8 * eps));
  CHECK(start_value("rosenbrock_chained", 2) == doctest::Approx(24.2).epsilon(8 * eps));
  CHECK(start_value("powell_singular", 4) == 215);
  CHECK(start_value("powell_singular", 12) == 3 * 215);
  CHECK(start_value("wood", 4) == 19192);
  CHECK(start_value("beale", 2) == 14.203125);
  CHECK(start_value("himmelblau", 2) == 26);
  CHECK(start_value("rational", 6) == 3);
  CHECK(start_value("sphere", 3) == 75);
  CHECK(start_value("rastrigin", 2) == doctest::Approx(18).epsilon(8 * eps));
  // By hand: (1 + 0.49 * 23.47) (30 - 3.61 * 1.57), 2 - 1.05 + 1/6 + 2, 1 - 1e-6 + 1e-12 / 4.
  CHECK(start_value("goldstein_price", 2) == doctest::Approx(12.5003 * 24.3323).epsilon(8 * eps));
  CHECK(start_value("three_hump_camel", 2) == doctest::Approx(3 + 7.0 / 60).epsilon(8 * eps));
  CHECK(start_value("saddle", 2) == doctest::Approx(1 - 1e-6 + 0.25e-12).epsilon(8 * eps));
}

TEST_CASE("functions of fixed size or of blocks admit nothing else") {
  const auto takes = [](const char* name, Index d) {
    const FunctionEntry& entry = entry_of(name);
    return entry.admits(entry.defaults().get(), d);
  };
  for (const char* name : {"rosenbrock", "beale", "himmelblau"}) CHECK((takes(name, 2) && !takes(name, 4)));
  CHECK((takes("wood", 4) && !takes("wood", 8)));
  CHECK((takes("rosenbrock_extended", 4) && !takes("rosenbrock_extended", 3)));
  CHECK((takes("powell_singular", 8) && !takes("powell_singular", 6)));
}

TEST_CASE("a rotated quadratic has the eigenvalues of the diagonal one, whatever the seed") {
  constexpr Index d = 13;
  // The matrix, column by column, as gradients at the unit vectors.
  const auto matrix_of = [&](const char* seed) {
    const auto parameters = parameters_of(entry_of("quadratic"), {{"condition", "100"}, {"seed", seed}});
    const auto f = entry_of("quadratic").make<double>(parameters.get(), d);
    std::vector<std::vector<double>> columns;
    for (std::size_t i = 0; i < d; ++i) {
      std::vector<double> unit(d);
      unit[i] = 1;
      columns.push_back(gradient_at(*f, unit));
    }
    return columns;
  };
  // The traces of A, A^2, A^3, A^4: sums of powers of the eigenvalues.
  const auto traces_of = [](const std::vector<std::vector<double>>& a) {
    std::vector<double> traces;
    auto power = a;
    for (int k = 0; k < 4; ++k) {
      double trace = 0;
      for (std::size_t i = 0; i < d; ++i) trace += power[i][i];
      traces.push_back(trace);
      auto next = power;
      for (std::size_t i = 0; i < d; ++i) {
        for (std::size_t j = 0; j < d; ++j) {
          next[i][j] = 0;
          for (std::size_t l = 0; l < d; ++l) next[i][j] += power[l][j] * a[i][l];
        }
      }
      power = next;
    }
    return traces;
  };
  const auto diagonal = matrix_of("0");
  CHECK(diagonal[0][0] == doctest::Approx(0.01).epsilon(1e-15));  // pow() is exact to an ulp or two
  CHECK(diagonal[d - 1][d - 1] == 1);
  const auto expected = traces_of(diagonal);
  for (const char* seed : {"1", "2", "123456789012"}) {
    const auto matrix = matrix_of(seed);
    for (std::size_t i = 0; i < d; ++i) {
      for (std::size_t j = 0; j < i; ++j) CHECK(matrix[i][j] == matrix[j][i]);  // to the last bit
    }
    const auto traces = traces_of(matrix);
    // 12 reflections and a matrix product: some tens of roundings of numbers up to 1.
    for (std::size_t k = 0; k < 4; ++k) CHECK(traces[k] == doctest::Approx(expected[k]).epsilon(1e-13));
  }
  CHECK(matrix_of("1") != matrix_of("2"));
}
