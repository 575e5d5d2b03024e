// The law of expressions: what the catalogs have, written as text, has the catalogs' values and gradients.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "expression/expression.hpp"
#include "loss/loss.hpp"
#include "objective/game.hpp"
#include "objective/written/written.hpp"
#include "plain.hpp"
#include "random/stream.hpp"
#include "spec/problem.hpp"
#include "support/temporary_folder.hpp"
#include "support/values.hpp"

namespace lookahead {
namespace {

constexpr std::uint64_t points_per_law = 100;

// Relative to the sum of the magnitudes of all that is added up: in double precision the catalog rounds as
// often as the expression does, some hundred times at most; in single precision gradients are rounded.
constexpr double value_tolerance = 1e-13, gradient_tolerance = 1e-12, single_tolerance = 1e-5;

std::filesystem::path samples() {
  return std::filesystem::path(LOOKAHEAD_SOURCE_DIR) / "samples" / "expressions";
}

Spec spec_from(const std::string& yaml, const std::string& name) {
  const auto spec = read_problem({yaml, name + ".yaml", name, ".", {}});
  std::string faults;
  for (const Fault& fault : spec.faults()) faults += to_string(fault) + "\n";
  REQUIRE_MESSAGE(static_cast<bool>(spec), faults);
  return *spec;
}

template <Scalar T>
double evaluate(const Objective<T>& f, const std::vector<T>& x, std::vector<T>& gradient) {
  const Batch all = Batch::range(0, f.terms());
  std::vector<T> scratch(static_cast<std::size_t>(f.scratch(all.size())));
  gradient.assign(x.size(), std::numeric_limits<T>::quiet_NaN());
  return f.value_and_gradient(x, all, gradient, scratch).value;
}

// Points of the usual domain that both precisions can stand at.
std::vector<double> point_of(const Facts& facts, std::uint64_t number) {
  std::vector<double> x(facts.lower.size());
  Stream(33, Purpose::probe).uniforms(number, x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = facts.lower[i] + (facts.upper[i] - facts.lower[i]) * x[i];
    x[i] = static_cast<double>(static_cast<float>(x[i]));
  }
  return x;
}

// What an expression adds up at a point: for the value and for every component of the gradient.
struct Sizes {
  double value = 0;
  std::vector<double> gradient;
};
Sizes sizes_of(const std::string& text, const expression::Names& names, const std::vector<double>& x) {
  const expression::Parsed parsed = expression::parse(text);
  REQUIRE_FALSE(parsed.fault);
  PlainExpression plain(parsed.syntax, names);
  Sizes sizes;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Dual all = plain.at(x, i);
    sizes.value = static_cast<double>(all.size);
    sizes.gradient.push_back(static_cast<double>(all.slope_size));
  }
  return sizes;
}

// The largest differences of two objectives at all points, relative to the sizes, and to the larger of the
// value and the longest component of the gradient themselves.
struct Differences {
  double value = 0, gradient = 0, plain = 0;
};
template <Scalar T>
void compare(const Objective<T>& written, const Objective<T>& built_in, const std::vector<double>& at,
             const Sizes& sizes, Differences& worst) {
  const std::vector<T> x(at.begin(), at.end());
  std::vector<T> gradient, wanted;
  const double value = evaluate(written, x, gradient), wanted_value = evaluate(built_in, x, wanted);
  const auto grow = [](double& most, double difference, double size) {
    if (difference != 0 || std::isnan(difference))
      most = std::isnan(difference) ? HUGE_VAL : std::max(most, std::abs(difference) / size);
  };
  double longest = std::numeric_limits<double>::min();
  for (const T component : wanted) longest = std::max(longest, std::abs(static_cast<double>(component)));
  grow(worst.value, value - wanted_value, sizes.value);
  grow(worst.plain, value - wanted_value, std::max(std::abs(wanted_value), longest));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double difference = static_cast<double>(gradient[i]) - static_cast<double>(wanted[i]);
    grow(worst.gradient, difference, sizes.gradient[i]);
    grow(worst.plain, difference, longest);
  }
}

void check(const Differences& both, const Differences& single) {
  CHECK(both.value <= value_tolerance);
  CHECK(both.gradient <= gradient_tolerance);
  // So that no size of high powers hides another formula.
  CHECK(both.plain <= 1e-9);
  CHECK(single.value <= single_tolerance);
  CHECK(single.gradient <= single_tolerance);
}

bool draws(const FunctionEntry& entry) {
  return std::any_of(entry.parameters.begin(), entry.parameters.end(),
                     [](const Parameter& parameter) { return parameter.name == "seed"; });
}

struct WrittenGame {
  std::string name;
  std::vector<std::string> players, costs;
  Index width;  // coordinates of a player
  const char* constants = "{}";
};
const WrittenGame games[] = {
    {"bilinear",
     {"x", "y"},
     {"sum(i, 0, 1, a[i]*x[i]*y[i])", "-sum(i, 0, 1, a[i]*x[i]*y[i])"},
     2,
     "{a: [0.5, 1]}"},
    {"cournot",
     {"x", "y", "z"},
     {"-x[0]*(1 - x[0] - y[0] - z[0])", "-y[0]*(1 - x[0] - y[0] - z[0])", "-z[0]*(1 - x[0] - y[0] - z[0])"},
     1},
    {"cyclic",
     {"x", "y", "z"},
     {"c/2*x[0]^2 + x[0]*(y[0] - z[0])", "c/2*y[0]^2 + y[0]*(z[0] - x[0])",
      "c/2*z[0]^2 + z[0]*(x[0] - y[0])"},
     1,
     "{c: 0.1}"},
    {"dirac_gan", {"x", "y"}, {"-log1p(exp(-x[0]*y[0])) - log(2)", "log1p(exp(-x[0]*y[0])) + log(2)"}, 1},
    {"forsaken",
     {"x", "y"},
     {"x[0]*(y[0] - 0.45) + x[0]^2/4 - x[0]^4/2 + x[0]^6/6 - (y[0]^2/4 - y[0]^4/2 + y[0]^6/6)",
      "-x[0]*(y[0] - 0.45) - (x[0]^2/4 - x[0]^4/2 + x[0]^6/6) + y[0]^2/4 - y[0]^4/2 + y[0]^6/6"},
     1},
    {"matching_pennies",
     {"x", "y"},
     {"(2*sigmoid(x[0]) - 1)*(2*sigmoid(y[0]) - 1)", "-(2*sigmoid(x[0]) - 1)*(2*sigmoid(y[0]) - 1)"},
     1},
    {"quadratic_game",
     {"x", "y"},
     {"sum(i, 0, 1, b[i]*x[i]^2/2 + a[i]*x[i]*y[i] - b[i]*y[i]^2/2)",
      "sum(i, 0, 1, b[i]*y[i]^2/2 - a[i]*x[i]*y[i] - b[i]*x[i]^2/2)"},
     2,
     "{a: [0.5, 1], b: [0.1, 0.05]}"},
    {"rock_paper_scissors",
     {"x", "y"},
     {"(exp(x[0])*(exp(y[1]) - 1) + exp(x[1])*(1 - exp(y[0])) + exp(y[0]) - exp(y[1]))"
      "/((exp(x[0]) + exp(x[1]) + 1)*(exp(y[0]) + exp(y[1]) + 1))",
      "-(exp(x[0])*(exp(y[1]) - 1) + exp(x[1])*(1 - exp(y[0])) + exp(y[0]) - exp(y[1]))"
      "/((exp(x[0]) + exp(x[1]) + 1)*(exp(y[0]) + exp(y[1]) + 1))"},
     2},
};

std::string yaml_of(const WrittenGame& game) {
  std::string players, costs;
  for (std::size_t i = 0; i < game.players.size(); ++i) {
    const std::string comma = i == 0 ? "" : ", ";
    players += comma + game.players[i] + ": " + std::to_string(game.width);
    costs += comma + game.players[i] + ": \"" + game.costs[i] + "\"";
  }
  return "objective: {players: {" + players + "}, costs: {" + costs + "}, constants: " + game.constants +
         "}\noptimizer: sgd\n";
}

// Losses of the prediction p and the target y, at the catalog's usual parameters.
struct WrittenLoss {
  std::string name, text;
};
const WrittenLoss losses[] = {
    {"squared", "(p - y)^2/2"},
    {"huber", "if(abs(p - y) <= 1, (p - y)^2/2, abs(p - y) - 0.5)"},
    {"pseudo_huber", "sqrt(1 + (p - y)^2) - 1"},
    {"log_cosh", "log(cosh(p - y))"},
    {"cauchy", "log1p((p - y)^2)/2"},
    {"geman_mcclure", "(p - y)^2/2/(1 + (p - y)^2)"},
    {"welsch", "(1 - exp(-(p - y)^2))/2"},
    {"log_loss", "softplus(p) - y*p"},
    {"sigmoid", "sigmoid(-(2*y - 1)*p)"},
    {"smoothed_hinge", "let m = relu(1 - (2*y - 1)*p); if(m > 1, m - 0.5, m^2/2)"},
    {"poisson", "exp(p) - y*p"},
    {"quantile", "0.5*(y - p) + 0.1*softplus(-(y - p)/0.1)"},
};

}  // namespace

TEST_CASE("every function that draws nothing is a sample of an expression") {
  std::set<std::string> functions, files;
  for (const FunctionEntry& entry : function_catalog()) {
    if (!draws(entry)) functions.insert(entry.card.name);
  }
  for (const auto& file : std::filesystem::directory_iterator(samples()))
    files.insert(file.path().stem().string());
  CHECK(files == functions);
  CHECK(files.size() >= 60);
}

TEST_CASE("law: a function's expression has the value and the gradient of the function") {
  for (const auto& file : std::filesystem::directory_iterator(samples())) {
    const std::string name = file.path().stem().string();
    CAPTURE(name);
    const Spec spec = spec_from(test::content_of(file.path()), name);
    const FunctionEntry* const entry = function_catalog().find(name);
    REQUIRE(entry != nullptr);
    REQUIRE(spec.objective->own != nullptr);
    const Index d = spec.objective->dimension;
    const Values parameters = entry->defaults();
    REQUIRE(entry->admits(parameters, d));
    const Facts facts = entry->facts(parameters, d);

    const auto& function = spec.objective->function.values.as<written::Function>();
    expression::Names names;
    names.dimension = d;
    names.parts = {{"x", 0, d}};
    names.constants = function.constants.all;
    const auto written = spec.objective->own->make<double>(spec.objective->function.values, d);
    const auto built_in = entry->make<double>(parameters, d);
    const auto written_single = spec.objective->own->make<float>(spec.objective->function.values, d);
    const auto built_in_single = entry->make<float>(parameters, d);
    Differences both, single;
    for (std::uint64_t i = 0; i < points_per_law; ++i) {
      const std::vector<double> x = point_of(facts, i);
      const Sizes sizes = sizes_of(function.expression.text, names, x);
      compare(*written, *built_in, x, sizes, both);
      compare(*written_single, *built_in_single, x, sizes, single);
    }
    check(both, single);
    // What the file declares is what the catalog knows.
    const Facts declared = spec.objective->own->facts(spec.objective->function.values, d);
    CHECK(declared.minimum.has_value() == facts.minimum.has_value());
    if (facts.minimum && declared.minimum)
      CHECK(*declared.minimum == doctest::Approx(*facts.minimum).epsilon(1e-15));
    if (declared.smoothness) CHECK(*declared.smoothness == facts.smoothness.value());
  }
}

TEST_CASE("law: a game's expressions have the costs and the field of the game") {
  std::set<std::string> names_of_games;
  for (const FunctionEntry& entry : game_catalog()) {
    if (!entry.finite_sum) names_of_games.insert(entry.card.name);
  }
  for (const WrittenGame& game : games) {
    CAPTURE(game.name);
    CHECK(names_of_games.erase(game.name) == 1);
    const Spec spec = spec_from(yaml_of(game), game.name);
    REQUIRE(spec.objective->own != nullptr);
    const FunctionEntry& entry = *game_catalog().find(game.name);
    const Values parameters = entry.defaults();
    const Index d = spec.objective->dimension;
    REQUIRE(entry.admits(parameters, d));
    const Facts facts = entry.facts(parameters, d);

    expression::Names names;
    names.dimension = d;
    Index offset = 0;
    for (const std::string& player : game.players) {
      names.parts.push_back({player, offset, game.width});
      offset += game.width;
    }
    names.constants = spec.objective->function.values.as<written::Game>().constants.all;
    const auto written = spec.objective->own->make<double>(spec.objective->function.values, d);
    const auto built_in = entry.make<double>(parameters, d);
    const auto written_single = spec.objective->own->make<float>(spec.objective->function.values, d);
    const auto built_in_single = entry.make<float>(parameters, d);
    CHECK(written->blocks() == built_in->blocks());
    const auto& written_game = dynamic_cast<const Game<double>&>(*written);
    const auto& built_in_game = dynamic_cast<const Game<double>&>(*built_in);
    Differences both, single;
    for (std::uint64_t i = 0; i < points_per_law; ++i) {
      const std::vector<double> x = point_of(facts, i);
      // The field of a player is the gradient of the own cost; the value is half its square.
      Sizes sizes;
      for (std::size_t player = 0; player < game.players.size(); ++player) {
        const Sizes own = sizes_of(game.costs[player], names, x);
        const auto number = static_cast<Index>(player);
        const double paid = written_game.cost(number, x), wanted = built_in_game.cost(number, x);
        CHECK(std::abs(paid - wanted) <= value_tolerance * own.value);
        for (Index j = number * game.width; j < (number + 1) * game.width; ++j) {
          const double size = own.gradient[static_cast<std::size_t>(j)];
          sizes.gradient.push_back(size);
          sizes.value += size * size / 2;
        }
      }
      compare(*written, *built_in, x, sizes, both);
      compare(*written_single, *built_in_single, x, sizes, single);
    }
    check(both, single);
    CHECK(both.gradient <= value_tolerance);
  }
  CHECK(names_of_games.empty());
}

TEST_CASE("law: a loss's expression has the value and the slope of the loss") {
  std::set<std::string> names_of_losses;
  for (const LossEntry& entry : loss_catalog()) names_of_losses.insert(entry.card.name);
  const LossEntry& own = *loss_catalog().find("expression");
  names_of_losses.erase(own.card.name);
  for (const WrittenLoss& written : losses) {
    CAPTURE(written.name);
    CHECK(names_of_losses.erase(written.name) == 1);
    const LossEntry& entry = *loss_catalog().find(written.name);
    const auto built_in = entry.make_default();
    Node node = Node::map();
    node.add("expression", Node::scalar(written.text));
    const auto loss = own.make(values_from(own, node));
    // The plain reading knows points only: x[0] for the prediction, x[1] for the target.
    expression::Names plain;
    plain.dimension = 2;
    plain.parts = {{"x", 0, 2}};
    const std::string text = "let p = x[0]; let y = x[1]; " + written.text;

    std::vector<double> scores(points_per_law), targets(points_per_law);
    Stream(34, Purpose::probe).uniforms(0, scores);
    Stream(34, Purpose::probe).uniforms(1, targets);
    for (double& score : scores) score = 12 * score - 6;
    for (double& target : targets) {
      if (entry.use == LossUse::two_classes) target = target < 0.5 ? 0 : 1;
      if (entry.use == LossUse::counts) target = std::floor(5 * target);
      if (entry.use == LossUse::numbers) target = 2 * target - 1;
    }
    std::vector<double> slopes(points_per_law), wanted_slopes(points_per_law);
    loss->evaluate(scores, targets, slopes);
    built_in->evaluate(scores, targets, wanted_slopes);
    Differences worst;
    for (std::size_t i = 0; i < points_per_law; ++i) {
      const Sizes sizes = sizes_of(text, plain, {scores[i], targets[i]});
      const double value = loss->evaluate({&scores[i], 1}, {&targets[i], 1}, {});
      const double wanted = built_in->evaluate({&scores[i], 1}, {&targets[i], 1}, {});
      worst.value = std::max(worst.value, std::abs(value - wanted) / sizes.value);
      // Slopes that go to zero far out are made of the value's terms.
      const double slope_size = sizes.gradient.front() + sizes.value;
      worst.gradient = std::max(worst.gradient, std::abs(slopes[i] - wanted_slopes[i]) / slope_size);
    }
    CHECK(worst.value <= value_tolerance);
    CHECK(worst.gradient <= value_tolerance);
  }
  CHECK(names_of_losses.empty());
}

}  // namespace lookahead
