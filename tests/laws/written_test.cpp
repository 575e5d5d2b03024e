// The laws of functions, for objectives and losses that are written as formulas, in both precisions.
#include <algorithm>
#include <cmath>
#include <limits>

#include "laws/written_problems.hpp"
#include "random/stream.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

// An optimizer that the problem admits.
std::string with_rule(const std::string& problem) {
  return problem + (problem == written_game() ? "optimizer: extragradient\n" : "optimizer: adam\n");
}

template <Scalar T>
struct Evaluated {
  double value;
  std::vector<T> gradient;
};

// The objective of a trial as a function of points.
template <Scalar T>
class Asked {
 public:
  explicit Asked(const Trial<T>& trial) : f_(trial.plan->objective()), all_(trial.plan->terms()) {
    scratch_.resize(static_cast<std::size_t>(f_.scratch(std::max<Index>(1, all_.size()))));
  }
  Evaluated<T> at(const std::vector<double>& point) { return at(point, all_); }
  Evaluated<T> at(const std::vector<double>& point, const Batch& batch) {
    const std::vector<T> x(point.begin(), point.end());
    // Poisoned, so that a component nobody writes is seen.
    Evaluated<T> done{0, std::vector<T>(x.size(), std::numeric_limits<T>::quiet_NaN())};
    done.value = f_.value_and_gradient(x, batch, done.gradient, scratch_).value;
    CHECK(f_.value(x, batch, scratch_).value == done.value);
    return done;
  }
  const Batch& all() const { return all_; }

 private:
  const Objective<T>& f_;
  Batch all_;
  Aligned<T> scratch_;
};

// Points around the start that single precision has too.
std::vector<std::vector<double>> points_around(const Aligned<double>& start) {
  std::vector<std::vector<double>> points;
  std::vector<double> draws(start.size());
  for (std::uint64_t i = 0; i < 10; ++i) {
    Stream(14, Purpose::probe).normals(i, draws);
    points.emplace_back(start.begin(), start.end());
    for (std::size_t j = 0; j < draws.size(); ++j) {
      double& x = points.back()[j];
      x = static_cast<double>(static_cast<float>(x + draws[j]));
    }
  }
  return points;
}

double size_of(const std::vector<double>& x) {
  double most = 1;
  for (const double value : x) most = std::max(most, std::abs(value));
  return most;
}

}  // namespace

TEST_CASE("law: the gradient of a formula is that of its value, and single precision agrees") {
  for (const std::string& problem : written_problems()) {
    CAPTURE(problem);
    Trial<double> trial(with_rule(problem));
    const Trial<float> narrow_trial(with_rule(problem) + "precision: single\n");
    Asked<double> f(trial);
    Asked<float> narrow(narrow_trial);
    for (std::vector<double> x : points_around(trial.plan->start)) {
      const Evaluated<double> here = f.at(x);
      const Evaluated<float> in_single = narrow.at(x);
      const double scale = std::max(size_of(here.gradient), std::abs(here.value));
      // Data are rounded to single precision before, so that a hundred units of its last place are no fault.
      CHECK(std::abs(in_single.value - here.value) <= 1e-5 * scale);
      for (std::size_t i = 0; i < x.size(); ++i) {
        CHECK(std::abs(static_cast<double>(in_single.gradient[i]) - here.gradient[i]) <= 1e-5 * scale);
        constexpr double step = 0x1p-10;
        const double middle = x[i];
        const auto along = [&](double offset) {
          x[i] = middle + offset;
          return f.at(x).value;
        };
        const double slope =
            (8 * (along(step) - along(-step)) - (along(2 * step) - along(-2 * step))) / (12 * step);
        x[i] = middle;
        // The step to the fourth power times derivatives up to some thousands, beside rounding over the step.
        CHECK(std::abs(slope - here.gradient[i]) <= 1e-8 * scale);
      }
    }
  }
}

TEST_CASE("law: the field of a written game is each player's own derivative, and single precision agrees") {
  Trial<double> trial(with_rule(written_game()));
  const Trial<float> narrow_trial(with_rule(written_game()) + "precision: single\n");
  Asked<double> game(trial);
  Asked<float> narrow(narrow_trial);
  for (const std::vector<double>& p : points_around(trial.plan->start)) {
    const Evaluated<double> here = game.at(p);
    const Evaluated<float> in_single = narrow.at(p);
    const double x0 = p[0], x1 = p[1], y = p[2], z0 = p[3], z1 = p[4];
    const double field[] = {y + 0.2 * x0, -z0 + 0.2 * x1, std::tanh(y - 1) - x0, 2 * (z0 - x0 * y),
                            2 * (z1 - x1 * y)};
    double square = 0;
    for (std::size_t i = 0; i < 5; ++i) {
      // A few roundings of numbers below 100.
      CHECK(std::abs(here.gradient[i] - field[i]) <= 1e-13);
      CHECK(std::abs(static_cast<double>(in_single.gradient[i]) - field[i]) <= 1e-5);
      square += field[i] * field[i];
    }
    CHECK(here.value == doctest::Approx(0.5 * square).epsilon(1e-13));
    CHECK(in_single.value == doctest::Approx(0.5 * square).epsilon(1e-5));
  }
}

TEST_CASE("law: the terms of a formula average to the whole, one by one, in parts, and as lists of rows") {
  int sums = 0;
  for (const std::string& problem : written_problems()) {
    CAPTURE(problem);
    Trial<double> trial(with_rule(problem));
    Asked<double> f(trial);
    const Index n = f.all().size();
    if (n == 0) continue;
    ++sums;
    const std::vector<double> x = points_around(trial.plan->start).front();
    const Evaluated<double> whole = f.at(x);
    std::vector<std::uint32_t> order(static_cast<std::size_t>(n));
    shuffle(Stream(5, Purpose::shuffle), 0, order);
    for (const Index size : {Index{1}, Index{7}, Index{16}, n}) {
      double value = 0;
      std::vector<double> gradient(x.size());
      for (Index from = 0; from < n; from += size) {
        const Batch rows = Batch::rows(order).part(from, std::min(size, n - from));
        const double share = static_cast<double>(rows.size()) / static_cast<double>(n);
        const Evaluated<double> part = f.at(x, rows);
        value += share * part.value;
        for (std::size_t i = 0; i < x.size(); ++i) gradient[i] += share * part.gradient[i];
      }
      // The rounding of at most 60 terms in another order.
      const double scale = std::max(size_of(whole.gradient), std::abs(whole.value));
      CHECK(std::abs(value - whole.value) <= 1e-13 * scale);
      for (std::size_t i = 0; i < x.size(); ++i)
        CHECK(std::abs(gradient[i] - whole.gradient[i]) <= 1e-12 * scale);
    }
  }
  CHECK(sums == 5);
}
