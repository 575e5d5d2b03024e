#include <algorithm>

#include "base/aligned.hpp"
#include "base/text.hpp"
#include "objective/written/evaluation_space.hpp"
#include "objective/written/written.hpp"

namespace lookahead::written {
namespace {

expression::Names game_names(const Game& game) {
  expression::Names names;
  names.constants = game.constants.all;
  for (const auto& [name, coordinates] : game.players.all) {
    names.parts.push_back({name, names.dimension, coordinates});
    names.dimension += coordinates;
  }
  return names;
}

const ExpressionText* cost_of(const Game& game, const std::string& player) {
  for (const auto& [name, text] : game.costs.all) {
    if (name == player) return &text;
  }
  return nullptr;
}

template <Scalar T>
class WrittenGame final : public lookahead::Game<T> {
 public:
  explicit WrittenGame(const Game& game) {
    const expression::Names names = game_names(game);
    for (const auto& [name, coordinates] : game.players.all) {
      costs_.push_back(expression::compiled(*cost_of(game, name), names));
      blocks_.push_back((blocks_.empty() ? 0 : blocks_.back()) + coordinates);
      space_ = std::max(space_, costs_.back().space());
    }
  }

  Index dimension() const override { return blocks_.back(); }
  std::vector<Index> blocks() const override { return blocks_; }
  Index scratch(Index) const override { return numbers_for<T>(space_ + 8 + 2 * width()); }
  Evaluation value(std::span<const T> x, const Batch&, std::span<T> scratch) const override {
    return evaluate<false>(x, nullptr, scratch);
  }
  Evaluation value_and_gradient(std::span<const T> x, const Batch&, std::span<T> gradient,
                                std::span<T> scratch) const override {
    return evaluate<true>(x, gradient.data(), scratch);
  }
  double cost(Index player, std::span<const T> x) const override {
    Aligned<T> scratch(static_cast<std::size_t>(this->scratch(1)));
    double* space = doubles_in(std::span<T>(scratch));
    double* point = space + (space_ + 7) / 8 * 8;
    std::copy(x.begin(), x.end(), point);
    expression::Inputs inputs;
    inputs.point = {point, x.size()};
    return costs_[static_cast<std::size_t>(player)].evaluate(inputs, space);
  }

 private:
  std::size_t width() const { return static_cast<std::size_t>(blocks_.back() + 8); }

  template <bool want_gradient>
  double evaluate(std::span<const T> x, T* gradient, std::span<T> scratch) const {
    double* space = doubles_in(scratch);
    double* point = space + (space_ + 7) / 8 * 8;
    double* slopes = point + (x.size() + 7) / 8 * 8;
    std::copy(x.begin(), x.end(), point);
    expression::Inputs inputs;
    inputs.point = {point, x.size()};
    inputs.gradient = slopes;
    FieldWriter<T, want_gradient> writer(gradient);
    Index begin = 0;
    for (std::size_t player = 0; player < costs_.size(); ++player) {
      std::fill_n(slopes, x.size(), 0.0);
      (void)costs_[player].evaluate(inputs, space);
      for (; begin < blocks_[player]; ++begin) writer.put(begin, slopes[begin]);
    }
    return writer.half_squared_norm();
  }

  std::vector<expression::Expression> costs_;
  std::vector<Index> blocks_;
  std::size_t space_ = 0;
};

}  // namespace

bool check_game(const Values& parameters, const Place& place, const Path& path, Report& report) {
  const auto& game = parameters.as<Game>();
  bool right = true;
  for (const auto& [name, text] : game.costs.all) {
    if (std::ranges::find(game.players.all, name, &std::pair<std::string, Index>::first) !=
        game.players.all.end())
      continue;
    report.add(text.origin.place, path / "costs" + " has " + quoted(name) + ", who is no player");
    right = false;
  }
  if (game.minimum && *game.minimum != 0) {
    report.add(place, path / "minimum" + " of a game is 0, as its value is |V|^2/2", "leave it out");
    right = false;
  }
  const expression::Names names = game_names(game);
  for (const auto& [name, coordinates] : game.players.all) {
    const ExpressionText* cost = cost_of(game, name);
    if (cost == nullptr) {
      report.add(place, path / "costs" + " has no expression for the player " + quoted(name));
      right = false;
      continue;
    }
    expression::Expression made;
    if (!expression::compile(*cost, names, path / "costs" / name, report, made)) right = false;
  }
  return right;
}

const FunctionEntry& game_entry() {
  static const FunctionEntry entry = [] {
    FunctionEntry made;
    static_cast<Entry&>(made) = declare<Game>(
        {"players", "a game of your own, as formulas",
         "V_i = the gradient of player i's cost by its own coordinates", "the problem file"},
        together({{param("players", &Game::players, "the players and how many coordinates each has"),
                   param("costs", &Game::costs, "what each pays, a formula of all players' coordinates")},
                  known_parameters<Game>()}));
    made.natural_dimension = 2;
    made.game = true;
    made.facts = [](const Values& p, Index d) {
      Facts facts = declared_facts(p.as<Game>(), d);
      // The value is 1/2 |V|^2, 0 at equilibria.
      facts.minimum = 0;
      const expression::Names names = game_names(p.as<Game>());
      for (const auto& [name, text] : p.as<Game>().costs.all)
        add_kinks(facts, text, expression::compiled(text, names));
      return facts;
    };
    made.make_double = [](const Values& p, Index) -> std::unique_ptr<Objective<double>> {
      return std::make_unique<WrittenGame<double>>(p.as<Game>());
    };
    made.make_float = [](const Values& p, Index) -> std::unique_ptr<Objective<float>> {
      return std::make_unique<WrittenGame<float>>(p.as<Game>());
    };
    return made;
  }();
  return entry;
}

}  // namespace lookahead::written
