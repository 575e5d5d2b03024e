#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "metric_rows.hpp"
#include "random/stream.hpp"

// Metrics of targets and errors near the ends of the numbers.
using namespace lookahead;
using namespace lookahead::test;

TEST_CASE("errors whose squares are no doubles have the metrics of any other unit, in parts and merged") {
  const Rows plain = {0, {1, 2, 4, 4}, {1, 3, 2, 5}, {1, 2, 0.5, 1}};
  for (const double unit : {0x1p-700, 0x1p-1000, 0x1p700, 0x1p1000}) {
    CAPTURE(unit);
    Rows rows = plain;
    for (double& prediction : rows.predictions) prediction *= unit;
    for (double& target : rows.targets) target *= unit;
    CHECK(value_of("rmse", rows) == doctest::Approx(value_of("rmse", plain) * unit).epsilon(1e-14));
    CHECK(value_of("rmse", rows) > 0);
    CHECK(value_of("r2", rows) == doctest::Approx(value_of("r2", plain)).epsilon(1e-14));
    for (const char* name : {"rmse", "r2"}) {
      const auto first = metric_of(*metric_catalog().find(name), {0, false});
      const auto second = first->fresh(), none = first->fresh();
      first->add(rows.part(0, 1));
      second->add(rows.part(1, 3));
      none->merge(*first);
      none->merge(*second);
      CHECK(none->value() == doctest::Approx(value_of(name, rows)).epsilon(1e-14));
    }
  }
  const Rows exact = {0, {1e-200, 2e-200}, {1e-200, 2e-200}};
  CHECK(value_of("rmse", exact) == 0);
  CHECK(value_of("r2", exact) == 1);
  CHECK(std::isnan(value_of("rmse", {0, {std::nan(""), 1}, {1, 1}})));
}

TEST_CASE("a Poisson deviance near a perfect fit and far from one has the digits of its formula") {
  // 2 (y log(y/m) - y + m), computed in 60 digits.
  const struct {
    double mean, count, deviance;
  } known[] = {{1000000.0034, 1000000, 1.156000028031422e-11},
               {1.01, 1, 9.9338293663834479e-5},
               {1.03, 1, 8.8239551691119609e-4},
               {2, 3, 0.43279064864898629},
               {1e30, 1e-300, 2e30},
               {1e-300, 1e30, 1.5177061613760702e33}};
  for (const auto& [mean, count, expected] : known) {
    CAPTURE(mean);
    // Away from 0 and 1 the difference loses digits.
    CHECK(value_of("deviance", {0, {mean}, {count}}, "poisson") == doctest::Approx(expected).epsilon(1e-12));
  }
  for (double mean = 0.9; mean < 1.1; mean += 0.0003)
    CHECK(value_of("deviance", {0, {mean}, {1}}, "poisson") >= 0);
}

TEST_CASE("targets whose sum is no number have the r2 of any other unit") {
  Rows rows{0, {}, {}};
  std::vector<double> normals(800);
  Stream(3, Purpose::probe).normals(0, normals);
  for (std::size_t i = 0; i < 400; ++i) {
    rows.targets.push_back(1 + 0.1 * normals[2 * i]);
    rows.predictions.push_back(1 + 0.02 * normals[2 * i + 1]);
  }
  const double plain = value_of("r2", rows);
  for (double& target : rows.targets) target *= 0x1p1020;
  for (double& prediction : rows.predictions) prediction *= 0x1p1020;
  // A mean is rounded for every row.
  CHECK(value_of("r2", rows) == doctest::Approx(plain).epsilon(1e-12));
  const Rows widest = {0, {0, 0}, {1.7e308, -1.7e308}};
  CHECK(value_of("r2", widest) == 0);
  // Of parts whose means are that far apart nothing is known.
  const auto first = metric_of(*metric_catalog().find("r2"), {0, false});
  const auto second = first->fresh();
  first->add(widest.part(0, 1));
  second->add(widest.part(1, 1));
  first->merge(*second);
  CHECK(std::isnan(first->value()));
}
