#include "theory/pilot.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "objective/function.hpp"

using namespace lookahead;
using namespace lookahead::theory;

namespace {

// A function of the catalog with its default parameters.
template <Scalar T>
struct Case {
  explicit Case(const std::string& name, Index dimension) {
    const FunctionEntry& entry = *function_catalog().find(name);
    const auto parameters = entry.defaults();
    facts = entry.facts(parameters, dimension);
    objective = entry.make<T>(parameters, dimension);
    for (const double x : facts.start) start.push_back(static_cast<T>(x));
  }
  Differentiable<T> f() const {
    return [this](std::span<const T> x, std::span<T> gradient) {
      return objective->value_and_gradient(x, Batch::range(0, objective->terms()), gradient, {}).value;
    };
  }
  Facts facts;
  std::unique_ptr<Objective<T>> objective;
  Aligned<T> start;
};

// sum_i a_i x_i^2 / 2 with curvatures of both signs.
template <Scalar T>
double saddle(std::span<const T> x, std::span<T> gradient) {
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double a = i == 0 ? -3 : 2 / static_cast<double>(i), here = static_cast<double>(x[i]);
    sum += a * here * here / 2;
    gradient[i] = static_cast<T>(a * here);
  }
  return sum;
}

}  // namespace

TEST_CASE_TEMPLATE("the curvature at a point is that of the largest eigenvalue by size", T, float, double) {
  const Aligned<T> x = {1, -2, 0.5, 0, 3};
  const double curvature = curvature_at<T>(saddle<T>, x);
  CHECK(curvature >= 3);
  CHECK(curvature <= 3.16);  // 5 % above
  CHECK(curvature == curvature_at<T>(saddle<T>, x));
}

TEST_CASE_TEMPLATE("what a pilot descent measures is below the known smoothness and near it", T, float,
                   double) {
  for (const std::string name :
       {"rational", "quadratic", "rastrigin", "griewank", "least_squares", "sigmoid_loss"}) {
    CAPTURE(name);
    const Case<T> known(name, 4);
    const double limit = known.facts.smoothness.value();
    const double curvature = curvature_at<T>(known.f(), known.start);
    const Pilot<T> pilot = pilot_descent<T>(known.f(), known.start, curvature, 32);
    // Backtracking may double once more than needed; 5 % are added to the curvature.
    CHECK(curvature <= 1.06 * limit);
    CHECK(pilot.smoothness <= 2.1 * limit);
    CHECK(std::max(curvature, pilot.smoothness) >= 0.1 * limit);
    CHECK(pilot.points.size() >= 2);
    CHECK(pilot.points.size() <= 8);
    CHECK(pilot.points.front() == known.start);
    Aligned<T> gradient(known.start.size());
    const auto f = known.f();
    CHECK(f(pilot.points.back(), gradient) < f(pilot.points.front(), gradient));
  }
}

TEST_CASE("a descent finds its way from a wrong guess") {
  const Case<double> rosenbrock("rosenbrock", 2);
  for (const double guess : {0.0, 1e-6, 1e6}) {
    CAPTURE(guess);
    const Pilot<double> pilot = pilot_descent<double>(rosenbrock.f(), rosenbrock.start, guess, 32);
    CHECK(std::isfinite(pilot.smoothness));
    CHECK(pilot.smoothness >= 100);  // the curvature across the valley is at least 200
  }
}

TEST_CASE_TEMPLATE("flat and stationary points end a pilot where it began", T, float, double) {
  const Aligned<T> x = {1, 2};
  const auto constant = [](std::span<const T>, std::span<T> gradient) {
    std::fill(gradient.begin(), gradient.end(), T{0});
    return 3.0;
  };
  CHECK(curvature_at<T>(constant, x) == 0);
  const Pilot<T> nowhere = pilot_descent<T>(constant, x, 0, 10);
  CHECK(nowhere.smoothness == 0);
  CHECK(nowhere.points.size() == 1);
  const Aligned<T> origin = {0, 0, 0};
  CHECK(curvature_at<T>(saddle<T>, origin) == doctest::Approx(3.15).epsilon(0.01));  // 5 % above 3
  CHECK(pilot_descent<T>(saddle<T>, origin, 3, 10).points.size() == 1);
  // Undefined off the point: nothing is measured, nothing breaks.
  const auto undefined = [](std::span<const T>, std::span<T> gradient) {
    std::fill(gradient.begin(), gradient.end(), std::numeric_limits<T>::quiet_NaN());
    return std::numeric_limits<double>::quiet_NaN();
  };
  CHECK(curvature_at<T>(undefined, x) == 0);
  CHECK(pilot_descent<T>(undefined, x, 0, 10).points.size() == 1);
}
