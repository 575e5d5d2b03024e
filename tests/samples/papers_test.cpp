#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>

#include "program.hpp"

// The scripts of samples/papers print what they measure beside what theory predicts.
namespace lookahead::test {
namespace {

using Rows = std::vector<std::vector<std::string>>;

// The lines of a script's CSV after its header.
Rows rows_of(const std::string& name) {
  const Folder folder;
  const std::string script = std::string(LOOKAHEAD_SOURCE_DIR) + "/samples/papers/" + name + ".sh";
  const std::string command = "LOOKAHEAD='" + std::string(LOOKAHEAD_BINARY) + "' bash '" + script + "' > '" +
                              folder.path("out") + "' 2> '" + folder.path("err") + "'";
  const int status = std::system(command.c_str());
  CHECK_MESSAGE(status == 0, content_of(folder.path("err")));
  Rows rows;
  std::istringstream lines(content_of(folder.path("out")));
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    rows.emplace_back();
    std::istringstream fields(line);
    for (std::string field; std::getline(fields, field, ',');) rows.back().push_back(field);
  }
  return rows;
}

}  // namespace

TEST_CASE("figure: variances on the noisy quadratic are the predicted ones, and Lookahead's is the smaller") {
  const Rows rows = rows_of("nqm");
  REQUIRE(rows.size() == 3);
  // Five standard errors of a variance of 50,000 Gaussian samples.
  const double tolerance = 5 * std::sqrt(2.0 / 50000);
  for (const auto& row : rows) {
    REQUIRE(row.size() == 5);
    CHECK(std::stod(row[1]) == doctest::Approx(std::stod(row[2])).epsilon(tolerance));
    CHECK(std::stod(row[3]) == doctest::Approx(std::stod(row[4])).epsilon(tolerance));
    CHECK(std::stod(row[3]) < 0.5 * std::stod(row[1]));
  }
}

TEST_CASE(
    "figure: losses on the published noisy quadratic are the exact ones, within three standard errors") {
  const Rows rows = rows_of("nqm-table");
  // By rate, then alpha = 0.2, 0.5, 0.8, 1.
  const std::vector<double> exact = {0.375958197885, 0.171541567239, 0.14568411969,  0.155307181321,
                                     0.13896926066,  0.306937439063, 0.532142118137, 0.71169310689,
                                     0.240579237336, 0.657525531739, 1.18740449383,  1.64217109468};
  REQUIRE(rows.size() == exact.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(i);
    REQUIRE(rows[i].size() == 5);
    CHECK(std::abs(std::stod(rows[i][4]) - exact[i]) <= 1e-10);
    CHECK(std::abs(std::stod(rows[i][2]) - exact[i]) <= 3 * std::stod(rows[i][3]));
  }
}

TEST_CASE("figure: on the stochastic bilinear game Lookahead comes nearer than what it is made of") {
  const Rows rows = rows_of("stochastic-bilinear");
  REQUIRE(rows.size() == 15);
  const auto distance = [&](const std::string& terms, const std::string& method) {
    for (const auto& row : rows) {
      REQUIRE(row.size() >= 3);
      if (row[0] == terms && row[1] == method) return std::stod(row[2]);
    }
    FAIL("no such row");
    return 0.0;
  };
  // All modes are alike: the printed digits agree.
  for (const auto& row : rows) {
    if (row[0] == "all") CHECK(std::stod(row[2]) == doctest::Approx(std::stod(row[3])).epsilon(1e-5));
  }
  for (const std::string terms : {"all", "drawn", "epochs"}) {
    CAPTURE(terms);
    CHECK(distance(terms, "gda") > 14.1);
    for (const std::string method : {"gda", "extragradient"})
      CHECK(distance(terms, "lookahead-" + method) < 0.5 * distance(terms, method));
    // Variance reduction leaves next to nothing of the draws.
    CHECK(distance(terms, "lookahead-svrg") < 1.1);
  }
  CHECK(distance("drawn", "extragradient") > 14.1);
  for (const std::string method : {"extragradient", "lookahead-gda", "lookahead-extragradient"})
    CHECK(distance("epochs", method) < 0.5 * distance("drawn", method));
}

TEST_CASE("figure: heavy ball goes at the predicted rate with and without Lookahead") {
  const Rows rows = rows_of("heavy-ball");
  REQUIRE(rows.size() == 3);
  for (const auto& row : rows) {
    REQUIRE(row.size() == 5);
    // Two thousand steps between windows of eight hundred, in which an oscillation's largest value is met to
    // a factor of two or three: 1 / 2000.
    CHECK(std::abs(std::stod(row[1]) - std::stod(row[2])) <= 7e-4);
    CHECK(std::abs(std::stod(row[3]) - std::stod(row[4])) <= 7e-4);
  }
  CHECK(std::stod(rows[1][3]) < std::stod(rows[1][1]));
  CHECK(std::stod(rows[2][3]) < std::stod(rows[2][1]));
}

TEST_CASE("figure: on the bilinear game Lookahead converges from k = 3 on, at the predicted rate") {
  const Rows rows = rows_of("bilinear");
  REQUIRE(rows.size() == 5);
  for (const auto& row : rows) {
    REQUIRE(row.size() == 3);
    // All directions turn by the same angle and shrink alike: the printed digits agree.
    CHECK(std::stod(row[1]) == doctest::Approx(std::stod(row[2])).epsilon(1e-7));
    const bool converges = row[0] != "none" && std::stoi(row[0]) >= 3;
    CHECK((std::stod(row[1]) < 1) == converges);
  }
}

TEST_CASE("figure: what SlowMo becomes without momentum, and with single steps") {
  const Rows rows = rows_of("slowmo");
  REQUIRE(rows.size() == 2);
  // Rounding alone: 1e-13 a round is asked for, over 60 and 300 rounds.
  CHECK(std::stod(rows[0][1]) <= 60e-13);
  CHECK(std::stod(rows[1][1]) <= 300e-13);
}

TEST_CASE("figure: nested levels have the predicted variances, each below the last") {
  const Rows rows = rows_of("nested");
  REQUIRE(rows.size() == 3);
  for (const auto& row : rows)
    CHECK(std::stod(row[1]) == doctest::Approx(std::stod(row[2])).epsilon(5 * std::sqrt(2.0 / 50000)));
  CHECK(std::stod(rows[1][1]) < 0.6 * std::stod(rows[0][1]));
  CHECK(std::stod(rows[2][1]) < std::stod(rows[1][1]));
}

TEST_CASE("figure: on six spiral valleys a large k ends where the gradient does not vanish") {
  const Rows rows = rows_of("counterexample");
  REQUIRE(rows.size() == 4);
  CHECK(std::stod(rows[0][1]) < 1e-9);
  CHECK(std::stod(rows[1][1]) < 1e-6);
  // The cycle attracts: its gradient norms to three digits.
  CHECK(std::stod(rows[2][1]) == doctest::Approx(4.986).epsilon(1e-3));
  CHECK(std::stod(rows[3][1]) == doctest::Approx(2.366).epsilon(1e-3));
}

}  // namespace lookahead::test
