#include "theory/outer.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "theory/spectral.hpp"

// The ranges in which slow momentum is stable, against the radii of its rounds and against walks.
using namespace lookahead;
using namespace lookahead::theory;

TEST_CASE("the ranges of stable pulls are those of the matrices' radii") {
  int checked = 0;
  for (int b = 0; b < 40; ++b) {
    const double momentum = b / 40.0;
    for (int i = -20; i < 500; ++i) {
      // Off the edges by more than rounding.
      const double pull = i / 100.0 + 0.0037;
      const bool heavy = pull > 0 && pull < heavy_ball_limit(momentum);
      const bool nesterov = pull > 0 && pull < nesterov_limit(momentum);
      checked += (spectral_radius(heavy_ball_round(pull, momentum)) < 1) == heavy;
      checked += (spectral_radius(nesterov_round(pull, momentum)) < 1) == nesterov;
    }
  }
  CHECK(checked == 2 * 40 * 520);
}

TEST_CASE("just inside the edges slow momentum is stable, just outside not, also with its inner factor") {
  for (const double momentum : {0.0, 0.3, 0.9, 0.99}) {
    for (const double relative : {-1e-6, 1e-6}) {
      const double heavy = heavy_ball_limit(momentum) * (1 + relative);
      const double nesterov = nesterov_limit(momentum) * (1 + relative);
      CHECK((spectral_radius(heavy_ball_round(heavy, momentum)) < 1) == (relative < 0));
      CHECK((spectral_radius(nesterov_round(nesterov, momentum)) < 1) == (relative < 0));
    }
    const double edge = smallest_inner_factor(nesterov_limit(momentum), 0.7);
    CHECK(outer_pull(0.7, edge) == doctest::Approx(nesterov_limit(momentum)).epsilon(1e-14));
  }
  CHECK(smallest_inner_factor(nesterov_limit(0.9), 0.7) == doctest::Approx(-0.939).epsilon(1e-3));
}

TEST_CASE("the matrices are the rules: SlowMo with its buffer, Nesterov's in PyTorch's form") {
  for (const double momentum : {0.0, 0.4, 0.9}) {
    for (const double p : {-0.5, 0.2, 0.95}) {
      const double step = 0.7, gamma = 0.3, pull = outer_pull(step, p);
      CAPTURE(momentum);
      CAPTURE(p);
      // SlowMo: u' = beta u + (z - p z) / gamma, z' = z - alpha gamma u'.
      double z = 1, before = 1, u = 0;
      for (int r = 0; r < 30; ++r) {
        const Matrix2 m = heavy_ball_round(pull, momentum);
        const double expected = m.a * z + m.b * before;
        u = momentum * u + (z - p * z) / gamma;
        before = z;
        z -= step * gamma * u;
        // Rounding of numbers of size 1.
        CHECK(std::abs(z - expected) < 1e-13);
      }
      // b' = mu b + D, z' = z - a (D + mu b'); without the momentum ahead w = z + a mu b.
      z = 1;
      before = 1;
      double buffer = 0, w = 1;
      for (int r = 0; r < 30; ++r) {
        const Matrix2 m = nesterov_round(pull, momentum);
        const double expected = m.a * w + m.b * before;
        const double difference = z - p * z;
        buffer = momentum * buffer + difference;
        z -= step * (difference + momentum * buffer);
        before = w;
        w = z + step * momentum * buffer;
        CHECK(std::abs(w - expected) < 1e-13);
      }
    }
  }
}

TEST_CASE("momentum alone has the edges of slow momentum, with gamma a as the pull") {
  for (const double beta : {0.0, 0.5, 0.9}) {
    for (int i = 1; i < 450; ++i) {
      const double pull = i / 100.0 + 0.0037;
      CHECK((spectral_radius(momentum_step(1, pull, {beta})) < 1) == (pull < heavy_ball_limit(beta)));
      CHECK((spectral_radius(momentum_step(1, pull, {beta, true})) < 1) == (pull < nesterov_limit(beta)));
    }
  }
}
