// What the literature says of single functions.
#include "laws/function_cases.hpp"

using namespace lookahead;
using namespace lookahead::test;

TEST_CASE("the values at the start are those of the literature") {
  const auto start_value = [](const char* name, Index d) {
    const FunctionEntry* entry = function_catalog().find(name);
    REQUIRE(entry != nullptr);
    const auto parameters = entry->defaults();
    return value_at(*entry->make<double>(parameters, d), entry->facts(parameters, d).start);
  };
  // More, Garbow, Hillstrom 1981; exact but for the rounding of -1.2 and of a few operations.
  CHECK(start_value("rosenbrock", 2) == doctest::Approx(24.2).epsilon(8 * eps));
  CHECK(start_value("rosenbrock_extended", 10) == doctest::Approx(5 * 24.2).epsilon(8 * eps));
  CHECK(start_value("rosenbrock_chained", 2) == doctest::Approx(24.2).epsilon(8 * eps));
  CHECK(start_value("freudenstein_roth", 2) == 400.5);
  CHECK(start_value("powell_badly_scaled", 2) == doctest::Approx(1.13526171734838).epsilon(1e-13));
  CHECK(start_value("brown_badly_scaled", 2) == doctest::Approx(999998000003.).epsilon(1e-11));
  CHECK(start_value("helical_valley", 3) == 2500);
  CHECK(start_value("bard", 3) == doctest::Approx(41.6817).epsilon(1e-5));
  CHECK(start_value("brown_dennis", 4) == doctest::Approx(7926693.33699743).epsilon(1e-12));
  CHECK(start_value("kowalik", 4) == doctest::Approx(5.31361e-3).epsilon(1e-5));
  CHECK(start_value("penalty1", 4) == doctest::Approx(885.063).epsilon(1e-5));
  CHECK(start_value("biggs6", 6) == doctest::Approx(0.77907).epsilon(1e-5));
  CHECK(start_value("box3d", 3) == doctest::Approx(1031.15).epsilon(1e-5));
  CHECK(start_value("watson", 6) == 30);
  CHECK(start_value("sum_squares", 4) == 1000);
  CHECK(start_value("booth", 2) == 34 * 34 + 32 * 32);
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
    return entry.admits(entry.defaults(), d);
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
    const auto f = entry_of("quadratic").make<double>(parameters, d);
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
