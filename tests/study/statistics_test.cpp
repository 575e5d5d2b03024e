// Every figure of comparisons against numpy, SciPy and R: vectors/make.py made the cases and their results.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <numeric>
#include <sstream>

#include "base/text.hpp"
#include "random/stream.hpp"
#include "study/statistics/bootstrap.hpp"
#include "study/statistics/paired.hpp"
#include "study/statistics/profiles.hpp"
#include "study/statistics/quantiles.hpp"
#include "study/statistics/signed_rank.hpp"
#include "study/statistics/tuning.hpp"

namespace lookahead::statistics {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
// What both sides round differently: a dozen operations on numbers up to some thousands.
constexpr double tolerance = 1e-12;

// The lines of a case by their names; a name may stand several times.
using Case = std::multimap<std::string, std::vector<double>>;

std::vector<Case> cases_with(const std::string& name) {
  std::ifstream file(std::string(LOOKAHEAD_SOURCE_DIR) + "/tests/study/vectors/vectors.txt");
  std::vector<Case> cases(1);
  for (std::string line; std::getline(file, line);) {
    if (line.empty()) {
      cases.emplace_back();
      continue;
    }
    std::istringstream words(line);
    std::string key, word;
    words >> key;
    std::vector<double> numbers;
    while (words >> word) numbers.push_back(parse_number(word).value());
    cases.back().emplace(key, std::move(numbers));
  }
  std::erase_if(cases, [&](const Case& one) { return !one.contains(name); });
  return cases;
}

const std::vector<double>& numbers_of(const Case& one, const std::string& name) {
  return one.find(name)->second;
}

bool near(double a, double b) { return a == b || std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b)); }

void check_near(double ours, double theirs) { CHECK_MESSAGE(near(ours, theirs), ours, " is not ", theirs); }

void check_near(const std::optional<Interval>& ours, const Case& one, const std::string& name) {
  REQUIRE(ours.has_value() == one.contains(name));
  if (!ours) return;
  check_near(ours->low, numbers_of(one, name)[0]);
  check_near(ours->high, numbers_of(one, name)[1]);
}

TEST_CASE("figures of pairs are those of R, SciPy and numpy on 200 random cases") {
  const auto cases = cases_with("ratio");
  REQUIRE(cases.size() == 200);
  int exact = 0, ratios = 0, zeros = 0, infinities = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    CAPTURE(i);
    const Case& one = cases[i];
    const auto &a = numbers_of(one, "a"), &b = numbers_of(one, "b");
    std::vector<SeedValue> left, right;
    for (std::size_t s = 0; s < a.size(); ++s) {
      left.push_back({static_cast<std::int64_t>(s), a[s]});
      right.insert(right.begin(), {static_cast<std::int64_t>(s), b[s]});
    }
    const auto pairs = pairs_of(left, right);
    REQUIRE(pairs.size() == a.size());
    const bool ratio = has_ratios(pairs);
    CHECK(ratio == (numbers_of(one, "ratio")[0] == 1));
    const auto d = differences(pairs, ratio);
    double sum = 0;
    for (const double x : d) sum += std::isfinite(x) ? x : 0;
    check_near(sum, numbers_of(one, "sum")[0]);
    check_near(walsh_median(d), numbers_of(one, "effect")[0]);
    check_near(walsh_interval(d), one, "interval");
    const SignedRankTest test = signed_rank_test(d);
    check_near(test.p, numbers_of(one, "test")[0]);
    CHECK(test.positive == numbers_of(one, "test")[1]);
    CHECK(wins(pairs, false) == doctest::Approx(numbers_of(one, "wins")[0]).epsilon(tolerance));
    const Quartiles of_a = quartiles(a);
    const auto& theirs = numbers_of(one, "quartiles");
    check_near(of_a.least, theirs[0]);
    check_near(of_a.lower, theirs[1]);
    check_near(of_a.median, theirs[2]);
    check_near(of_a.upper, theirs[3]);
    check_near(of_a.most, theirs[4]);
    check_near(median_interval(a), one, "median_interval");
    const auto& best = numbers_of(one, "tuning");
    const TuningCurve curve(a, false);
    const auto tries = static_cast<Index>(best[0]);
    CHECK(curve.median(tries) == best[1]);
    REQUIRE(curve.mean(tries).has_value() == (best.size() == 3));
    if (best.size() == 3) check_near(*curve.mean(tries), best[2]);
    exact += test.exact ? 1 : 0;
    ratios += ratio ? 1 : 0;
    for (const double x : d) {
      zeros += x == 0 ? 1 : 0;
      infinities += std::isinf(x) ? 1 : 0;
    }
  }
  CHECK(exact > 100);
  CHECK(exact < 200);
  CHECK(ratios > 80);
  CHECK(zeros > 100);
  CHECK(infinities > 100);
}

TEST_CASE("resampled figures are those of numpy on the same index lists") {
  const auto cases = cases_with("resampled");
  REQUIRE(cases.size() == 20);
  for (const Case& one : cases) {
    std::vector<std::vector<double>> problems;
    const auto [first, last] = one.equal_range("differences");
    for (auto each = first; each != last; ++each) problems.push_back(each->second);
    const auto seed = static_cast<std::uint64_t>(numbers_of(one, "seed")[0]);
    constexpr Index draws = 60;
    check_near(bootstrap_interval(problems, walsh_median, seed, draws), one, "resampled");
    const auto share = [](const std::vector<double>& d) {
      double positive = 0;
      for (const double x : d) positive += x > 0 ? 1 : 0;
      return positive / static_cast<double>(d.size());
    };
    check_near(bootstrap_interval(problems, share, seed, draws), one, "shares");
  }
}

TEST_CASE("p values corrected by Holm are those of R") {
  const auto cases = cases_with("holm");
  REQUIRE(cases.size() == 5);
  for (const Case& one : cases) {
    const auto corrected = holm(numbers_of(one, "p"));
    const auto& theirs = numbers_of(one, "holm");
    REQUIRE(corrected.size() == theirs.size());
    for (std::size_t i = 0; i < theirs.size(); ++i) check_near(corrected[i], theirs[i]);
  }
}

TEST_CASE("pairs are of the same seed, in whatever order the seeds stand") {
  const auto pairs = pairs_of({{3, 1.0}, {1, 2.0}, {7, 3.0}}, {{7, 30.0}, {2, 40.0}, {3, 10.0}});
  REQUIRE(pairs.size() == 2);
  CHECK(pairs[0].seed == 3);
  CHECK(pairs[0].b == 10.0);
  CHECK(pairs[1].a == 3.0);
  CHECK(pairs[1].b == 30.0);
}

TEST_CASE("differences turn their sign with the sides, to the bit, near and far from overflow") {
  const std::vector<Pair> pairs = {
      {1, 1, 3}, {2, 1e300, 1e-300}, {3, 5e-324, 1e308}, {4, infinite, 1}, {5, 2, 2}};
  std::vector<Pair> turned;
  for (const Pair& pair : pairs) turned.push_back({pair.seed, pair.b, pair.a});
  for (const bool ratio : {true, false}) {
    const auto d = differences(pairs, ratio), back = differences(turned, ratio);
    for (std::size_t i = 0; i < d.size(); ++i) CHECK(d[i] == -back[i]);
  }
  const auto d = differences(pairs, true);
  CHECK(d[1] == doctest::Approx(600 * std::log(10.0)).epsilon(1e-14));
  CHECK(d[3] == infinite);
  CHECK(d[4] == 0);
  // What overflows is not taken for a run that diverged.
  const std::vector<Pair> far = {{1, 1.5e308, -1.5e308}};
  CHECK(differences(far, false)[0] == std::numeric_limits<double>::max());
}

TEST_CASE("the averages of Walsh are the same when they are searched for as when they are sorted") {
  // More differences than are sorted: the search against the sorted averages of the same numbers.
  for (const std::size_t n : {33U, 40U, 111U}) {
    std::vector<double> d(n);
    Stream(5, Purpose::resampling).normals(n, d);
    d[3] = -infinite;
    d[4] = d[5] = infinite;
    d[6] = d[7];
    std::vector<double> all;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = i; j < n; ++j) all.push_back(middle(d[i], d[j]));
    }
    CHECK(walsh_median(d) == median(all));
  }
}

TEST_CASE("an interval needs six pairs, and thousands of pairs have one at once") {
  CHECK_FALSE(walsh_interval({1, 2, 3, 4, 5}));
  const auto six = walsh_interval({1, 2, 3, 4, 5, 6});
  REQUIRE(six);
  CHECK(*six == Interval{1, 6});
  CHECK_FALSE(median_interval({1, 2, 3, 4, 5}));
  CHECK(*median_interval({6, 5, 4, 3, 2, 1}) == Interval{1, 6});
  std::vector<double> many(20'000);
  Stream(1, Purpose::resampling).normals(0, many);
  const auto interval = walsh_interval(many);
  REQUIRE(interval);
  // The estimate's deviation is about sqrt(pi / 3) / sqrt(n) = 0.0072.
  CHECK(interval->high - interval->low == doctest::Approx(2 * 1.96 * 0.00723).epsilon(0.05));
  const auto of_median = median_interval(many);
  REQUIRE(of_median);
  CHECK(of_median->high - of_median->low == doctest::Approx(2 * 1.96 * 0.00886).epsilon(0.1));
}

TEST_CASE("the distribution of signed ranks is that of R") {
  // psignrank(sum, n)
  CHECK(signed_rank_probability(0, 6) == 1.0 / 64);
  CHECK(signed_rank_probability(3, 5) == 5.0 / 32);
  CHECK(signed_rank_probability(52, 20) == doctest::Approx(0.024220466613769531).epsilon(1e-14));
  CHECK(signed_rank_probability(210, 20) == doctest::Approx(1).epsilon(1e-14));
}

TEST_CASE("a performance profile counts what is missed as never reached") {
  CHECK(performance_ratios(std::vector<double>{2, 1, infinite}) == std::vector<double>{2, 1, infinite});
  CHECK(performance_ratios(std::vector<double>{0, 0, 1}) == std::vector<double>{1, 1, infinite});
  CHECK(performance_ratios(std::vector<double>{infinite, infinite}) ==
        std::vector<double>{infinite, infinite});
  const auto steps = distribution_steps({1, infinite, 1, 4});
  CHECK(steps == std::vector<Step>{{1, 0.5}, {4, 0.75}});
  CHECK(share_at(steps, 0.5) == 0);
  CHECK(share_at(steps, 1) == 0.5);
  CHECK(share_at(steps, 3.9) == 0.5);
  CHECK(share_at(steps, 1e9) == 0.75);
  CHECK(distribution_steps({}).empty());
}

TEST_CASE("the average runtime counts the evaluations of those that missed") {
  CHECK(average_runtime(std::vector<Attempt>{{true, 10}, {false, 100}, {true, 30}}) == 70);
  CHECK(average_runtime(std::vector<Attempt>{{false, 100}}) == infinite);
  CHECK(is_solved(10, 1.9, 1, 0.1));
  CHECK_FALSE(is_solved(10, 1.91, 1, 0.1));
  const auto targets = usual_targets();
  CHECK(targets.size() == 51);
  CHECK(targets.front() == 100);
  CHECK(targets[10] == 1);
  CHECK(targets.back() == 1e-8);
}

TEST_CASE("the best of more tries is never worse") {
  const TuningCurve curve({3, 1, infinite, 2}, false);
  CHECK(curve.median(1) == 3);
  CHECK(curve.median(2) == 2);
  CHECK(curve.median(100) == 1);
  CHECK_FALSE(curve.mean(2));
  const TuningCurve accuracy({0.5, 0.9}, true);
  CHECK(accuracy.median(1) == 0.5);
  CHECK(accuracy.median(2) == 0.9);
  CHECK(*accuracy.mean(1) == doctest::Approx(0.7));
}

// Studies of n differences that are symmetric around a centre, whatever their distribution.
struct Simulated {
  double covered = 0, alarms = 0, asserted = 0;
};
Simulated simulate(Index n, Index kind) {
  constexpr Index studies = 5000;
  constexpr double centre = 0.25;
  Simulated shares;
  std::vector<double> d(static_cast<std::size_t>(n)), u(d.size());
  for (Index study = 0; study < studies; ++study) {
    const Stream stream(static_cast<std::uint64_t>(1000 * kind + n), Purpose::probe);
    stream.normals(static_cast<std::uint64_t>(study), d);
    stream.uniforms(static_cast<std::uint64_t>(study), u, 1000);
    for (std::size_t i = 0; i < d.size(); ++i) {
      if (kind == 1) d[i] = 2 * u[i] - 1;              // uniform
      if (kind == 2) d[i] = d[i] / (0.1 + u[i]);       // heavy tails
      if (kind == 3) d[i] = std::round(2 * d[i]) / 2;  // ties and zeros
    }
    const SignedRankTest test = signed_rank_test(d);
    shares.alarms += test.p <= 0.05 ? 1 : 0;
    const auto around_zero = walsh_interval(d);
    shares.asserted += around_zero->high < 0 ? 1 : 0;
    for (double& x : d) x += centre;
    const auto interval = walsh_interval(d);
    shares.covered += interval->low <= centre && centre <= interval->high ? 1 : 0;
  }
  shares.covered /= studies;
  shares.alarms /= studies;
  shares.asserted /= studies;
  return shares;
}

TEST_CASE(
    "intervals hold the truth in 95 % of simulated studies, tests and assertions raise no more than 5 % of false alarms") {
  // Of 5,000 studies a share of 0.95 has the standard deviation 0.0031; 0.945 is what is asked for.
  for (const Index kind : {0, 1, 2, 3}) {
    for (const Index n : {6, 8, 10, 20}) {
      CAPTURE(kind);
      CAPTURE(n);
      const Simulated shares = simulate(n, kind);
      INFO("kind ", kind, ", n = ", n, ": covered ", shares.covered, ", alarms ", shares.alarms,
           ", assertions ", shares.asserted);
      CHECK(shares.covered >= 0.945);
      CHECK(shares.alarms <= 0.05 + 0.005);
      CHECK(shares.asserted <= 0.025 + 0.005);
    }
  }
}

}  // namespace
}  // namespace lookahead::statistics
