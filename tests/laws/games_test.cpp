// The laws of built-in games, for every entry of the catalog, in both precisions.
#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "function_cases.hpp"
#include "objective/game.hpp"
#include "random/stream.hpp"
#include "simd/lanes.hpp"
#include "spec/yaml.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

using GameSettings = std::vector<std::pair<std::string, std::string>>;  // values in YAML

Case game_case(const std::string& name, Index dimension, const GameSettings& settings = {}) {
  const FunctionEntry* entry = game_catalog().find(name);
  REQUIRE(entry != nullptr);
  Node node = Node::map();
  std::string label = name + ", n = " + std::to_string(dimension);
  for (const auto& [key, value] : settings) {
    node.add(key, *parse_yaml(value, ""));
    label += ", " + key + " " + value;
  }
  return {entry, values_from(*entry, node), dimension, label};
}

// Every entry with its defaults, and settings that show every branch of a formula.
std::vector<Case> all_games() {
  std::vector<Case> cases;
  for (const FunctionEntry& entry : game_catalog()) {
    cases.push_back(game_case(entry.card.name, entry.natural_dimension));
  }
  for (const Index d : {4, 10, 18, 40}) {
    for (const char* seed : {"0", "7"}) {
      cases.push_back(game_case("bilinear", d, {{"seed", seed}, {"condition", "100"}, {"shift", "-0.75"}}));
      cases.push_back(game_case("quadratic_game", d, {{"seed", seed}, {"convexity", "0.5"}, {"shift", "2"}}));
    }
  }
  cases.push_back(game_case("quadratic_game", 6, {{"concavity", "0"}, {"coupling", "3"}, {"seed", "1"}}));
  for (const char* seed : {"0", "3"})
    cases.push_back(game_case("bilinear", 6, {{"spectrum", "[0.5, 2, 0.25]"}, {"seed", seed}}));
  cases.push_back(game_case("bilinear", 8, {{"spectrum", "{power: 1, scale: 2}"}}));
  cases.push_back(game_case("quadratic_game", 6, {{"convexity", "[0, 1, 0.5]"}, {"coupling", "[1, 2, 3]"}}));
  cases.push_back(game_case("quadratic_game", 8, {{"concavity", "{power: 0.5}"}, {"seed", "2"}}));
  for (const Index d : {2, 18, 40}) {
    cases.push_back(game_case("stochastic_bilinear", d, {{"samples", "7"}, {"spread", "0.5"}}));
    cases.push_back(game_case("stochastic_bilinear", d, {{"spectrum", "{power: 0.5}"}, {"offset", "3"}}));
  }
  cases.push_back(game_case("stochastic_bilinear_unit", 42, {{"seed", "5"}, {"offset", "0.5"}}));
  cases.push_back(game_case("dirac_gan", 2, {{"penalty", "0.3"}}));
  for (const char* kind : {"entropy", "l2"}) {
    cases.push_back(game_case("matching_pennies", 2, {{kind, "0.25"}}));
    cases.push_back(game_case("rock_paper_scissors", 4, {{kind, "0.25"}}));
  }
  cases.push_back(game_case("cyclic", 15, {{"players", "5"}, {"coupling", "-2"}, {"shift", "1.5"}}));
  cases.push_back(game_case("cyclic", 4, {{"players", "4"}}));
  cases.push_back(game_case("cournot", 11, {{"demand", "3"}, {"slope", "0.5"}, {"convexity", "0.25"}}));
  return cases;
}

}  // namespace

TEST_CASE("every game has a name of its own, a sentence, a formula and a reference") {
  CHECK(std::distance(game_catalog().begin(), game_catalog().end()) >= 7);
  for (const FunctionEntry& entry : game_catalog()) {
    CAPTURE(entry.card.name);
    CHECK(entry.game);
    CHECK_FALSE(entry.card.summary.empty());
    CHECK(entry.card.summary.find('\n') == std::string::npos);
    CHECK_FALSE(entry.card.formula.empty());
    CHECK_FALSE(entry.card.reference.empty());
    CHECK(game_catalog().find(entry.card.name) == &entry);
    // A plain name in a problem means a function first: a game of the same name could not be reached by it.
    CHECK(function_catalog().find(entry.card.name) == nullptr);
    for (const Parameter& parameter : entry.parameters) CHECK_FALSE(parameter.sentence.empty());
  }
}

TEST_CASE("facts of games fit the dimension, and the players share out all coordinates") {
  for (const Case& c : all_games()) {
    CAPTURE(c.label);
    const Facts facts = c.facts();
    CHECK(facts.dimension == c.dimension);
    CHECK(facts.minimum == 0.0);
    REQUIRE(std::ssize(facts.lower) == c.dimension);
    REQUIRE(std::ssize(facts.upper) == c.dimension);
    REQUIRE(!facts.minimizers.empty());
    for (const auto& point : facts.minimizers) CHECK(std::ssize(point) == c.dimension);
    REQUIRE(std::ssize(facts.start) == c.dimension);
    for (std::size_t i = 0; i < facts.lower.size(); ++i) {
      CHECK(facts.lower[i] < facts.minimizers.front()[i]);
      CHECK(facts.minimizers.front()[i] < facts.upper[i]);
      CHECK(facts.lower[i] <= facts.start[i]);
      CHECK(facts.start[i] <= facts.upper[i]);
    }
    const auto blocks = c.make<double>()->blocks();
    CHECK(c.make<float>()->blocks() == blocks);
    REQUIRE(blocks.size() >= 2);
    CHECK(blocks.front() > 0);
    CHECK(std::is_sorted(blocks.begin(), blocks.end()));
    CHECK(std::adjacent_find(blocks.begin(), blocks.end()) == blocks.end());
    CHECK(blocks.back() == c.dimension);
  }
}

TEST_CASE("every player's block of the field is the gradient of its own cost") {
  for (const Case& c : all_games()) {
    CAPTURE(c.label);
    const auto objective = c.make<double>();
    const auto* game = dynamic_cast<const Game<double>*>(objective.get());
    REQUIRE(game != nullptr);
    for (const auto& x : points_of(c)) {
      const auto field = gradient_at(*objective, x);
      double worst = 0, most_cost = 0;
      Index player = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        if (static_cast<Index>(i) == game->blocks()[static_cast<std::size_t>(player)]) ++player;
        constexpr double step = 0x1.0p-10;
        const auto along = [&](double offset) {
          auto moved = x;
          moved[i] += offset;
          return game->cost(player, moved);
        };
        const double quotient =
            (8 * (along(step) - along(-step)) - (along(2 * step) - along(-2 * step))) / (12 * step);
        const double gap = std::abs(field[i] - quotient);
        worst = std::isfinite(gap) ? std::max(worst, gap) : std::numeric_limits<double>::infinity();
        most_cost = std::max(most_cost, std::abs(along(0)));
      }
      // 1e-6 of the field for what is left out after the fourth order; the costs' rounding, some eps each, is
      // divided by the step of 1e-3.
      CHECK(worst <= 1e-6 * largest(field) + 1e4 * eps * (most_cost + 1));
    }
  }
}

TEST_CASE_TEMPLATE("a game's value is half the squared norm of its field, with the same bits either way", T,
                   float, double) {
  for (const Case& c : all_games()) {
    CAPTURE(c.label);
    const auto game = c.make<T>();
    auto points = points_of(c);
    for (const auto& equilibrium : c.facts().minimizers) points.push_back(equilibrium);
    for (const auto& point : points) {
      const auto x = as<T>(point);
      std::vector<T> field(x.size());
      const double value = game->value(x, all_of(*game), {}).value;
      const double with = game->value_and_gradient(x, all_of(*game), field, {}).value;
      CHECK(std::bit_cast<std::uint64_t>(value) == std::bit_cast<std::uint64_t>(with));
      // In single precision the components are rounded after their squares were taken.
      const auto unit = static_cast<double>(std::numeric_limits<T>::epsilon());
      CHECK(value == doctest::Approx(0.5 * squared_norm(std::span<const T>(field))).epsilon(4 * unit));
    }
  }
}

TEST_CASE("a game in float agrees with double to float precision") {
  for (const Case& c : all_games()) {
    CAPTURE(c.label);
    const auto wide = c.make<double>();
    const auto narrow = c.make<float>();
    for (const auto& x : points_of(c)) {
      CHECK(narrow->value(as<float>(x), all_of(*narrow), {}).value ==
            wide->value(x, all_of(*wide), {}).value);
      const auto field = gradient_at(*wide, x);
      const auto rounded = gradient_at(*narrow, as<float>(x));
      bool equal = true;
      for (std::size_t i = 0; i < x.size(); ++i) equal = equal && rounded[i] == static_cast<float>(field[i]);
      CHECK(equal);
    }
  }
}

TEST_CASE("the field vanishes at every equilibrium, and there alone in its neighbourhood") {
  for (const Case& c : all_games()) {
    CAPTURE(c.label);
    const auto game = c.make<double>();
    for (const auto& equilibrium : c.facts().minimizers) {
      // The equilibrium is rounded to double; none of the fields has derivatives above 12 there.
      CHECK(largest(gradient_at(*game, equilibrium)) <= 12 * eps * std::max(1.0, largest(equilibrium)));
      for (const auto& x : points_of(c)) {
        auto near = equilibrium;
        for (std::size_t i = 0; i < near.size(); ++i) near[i] += 1e-3 * (x[i] - equilibrium[i]);
        double distance = std::sqrt(squared_distance<double>(near, equilibrium));
        // The flattest linearization of the cases: a singular value of 0.01 of the bilinear game.
        CHECK(largest(gradient_at(*game, near)) >= 1e-3 * distance);
      }
    }
  }
}

TEST_CASE_TEMPLATE("terms of a game average to the whole, batch by batch and one by one", T, float, double) {
  for (const Case& c : all_games()) {
    const auto game = c.make<T>();
    const Index terms = game->terms();
    CHECK((terms > 0) == c.entry->finite_sum);
    if (terms == 0) continue;
    CAPTURE(c.label);
    for (const auto& point : points_of(c)) {
      const auto x = as<T>(point);
      const auto whole = gradient_at(*game, x);
      std::vector<double> one_by_one(x.size());
      std::vector<T> part(x.size());
      for (Index i = 0; i < terms; ++i) {
        static_cast<void>(game->value_and_gradient(x, Batch::range(i, i + 1), part, {}));
        for (std::size_t j = 0; j < x.size(); ++j)
          one_by_one[j] += static_cast<double>(part[j]) / static_cast<double>(terms);
      }
      // All terms as a list, backwards: not the way the whole is taken.
      std::vector<std::uint32_t> rows;
      for (Index i = terms; i-- > 0;) rows.push_back(static_cast<std::uint32_t>(i));
      const double value = game->value_and_gradient(x, Batch::rows(rows), part, {}).value;
      double worst = 0, square = 0, most = 1;
      for (std::size_t j = 0; j < x.size(); ++j) {
        worst = std::max({worst, std::abs(one_by_one[j] - static_cast<double>(whole[j])),
                          std::abs(static_cast<double>(part[j]) - static_cast<double>(whole[j]))});
        square += static_cast<double>(part[j]) * static_cast<double>(part[j]);
        most = std::max(most, std::abs(one_by_one[j]));
      }
      // Sums of up to 100 terms, each of up to 40 products and several times as large as their mean; of a
      // single precision's gradients every one is rounded.
      CHECK(worst <= 1e3 * static_cast<double>(std::numeric_limits<T>::epsilon()) * most);
      CHECK(value == doctest::Approx(square / 2).epsilon(8 * std::numeric_limits<T>::epsilon()));
    }
  }
}

TEST_CASE("forsaken has no zero of its field but its equilibrium") {
  const Case c = game_case("forsaken", 2);
  const auto game = c.make<double>();
  const auto equilibrium = c.facts().minimizers.front();
  // On a grid over more than the domain |V| is at least 0.05 away from the equilibrium; with steps of 0.01
  // and derivatives below 10 no zero fits between.
  for (double x = -1.6; x <= 1.6; x += 0.01) {
    for (double y = -1.6; y <= 1.6; y += 0.01) {
      const double away = std::hypot(x - equilibrium[0], y - equilibrium[1]);
      if (away > 0.2)
        CHECK(game->value(std::vector<double>{x, y}, all_of(*game), {}).value > 0.5 * 0.05 * 0.05);
    }
  }
}

TEST_CASE("a game said to be monotone is, and the couplings of the bilinear one conserve") {
  for (const char* name : {"bilinear", "quadratic_game", "cyclic", "cournot", "stochastic_bilinear",
                           "stochastic_bilinear_unit"}) {
    const Case c =
        game_case(name, 12, name == std::string("cyclic") ? GameSettings{{"players", "4"}} : GameSettings{});
    CAPTURE(c.label);
    const auto game = c.make<double>();
    const auto points = points_of(c);
    for (std::size_t p = 1; p < points.size(); ++p) {
      const auto a = gradient_at(*game, points[p]), b = gradient_at(*game, points[p - 1]);
      double product = 0;
      for (std::size_t i = 0; i < a.size(); ++i) product += (a[i] - b[i]) * (points[p][i] - points[p - 1][i]);
      // A dozen products of numbers up to a hundred, rounded.
      CHECK(product >= -1e-11);
      if (name == std::string("bilinear") || c.entry->finite_sum) CHECK(std::abs(product) <= 1e-11);
    }
  }
}

TEST_CASE("a rotated bilinear game has the singular values it is said to have") {
  constexpr Index n = 9;
  const auto gram_traces = [&](const char* seed) {
    const auto game = game_case("bilinear", 2 * n, {{"seed", seed}, {"condition", "50"}}).make<double>();
    // V at (0, e_j) is column j of A in the first block.
    std::vector<std::vector<double>> columns;
    for (std::size_t j = 0; j < n; ++j) {
      std::vector<double> unit(2 * n);
      unit[n + j] = 1;
      const auto field = gradient_at(*game, unit);
      columns.emplace_back(field.begin(), field.begin() + n);
    }
    // Traces of A'A and (A'A)^2.
    double first = 0, second = 0;
    for (const auto& a : columns) {
      for (const auto& b : columns) {
        const double product = dot<double>(a, b);
        if (&a == &b) first += product;
        second += product * product;
      }
    }
    return std::pair{first, second};
  };
  const auto [first, second] = gram_traces("0");
  for (const char* seed : {"1", "2", "99"}) {
    const auto [rotated_first, rotated_second] = gram_traces(seed);
    // 16 reflections of numbers up to 1.
    CHECK(rotated_first == doctest::Approx(first).epsilon(1e-13));
    CHECK(rotated_second == doctest::Approx(second).epsilon(1e-13));
  }
}

TEST_CASE("a quadratic game without curvature is the bilinear one") {
  for (const char* seed : {"0", "5"}) {
    const auto quadratic = game_case(
        "quadratic_game", 12, {{"convexity", "0"}, {"concavity", "0"}, {"seed", seed}, {"condition", "9"}});
    const auto bilinear = game_case("bilinear", 12, {{"seed", seed}, {"condition", "9"}});
    const auto a = quadratic.make<double>(), b = bilinear.make<double>();
    for (const auto& x : points_of(bilinear)) CHECK(gradient_at(*a, x) == gradient_at(*b, x));
  }
}
