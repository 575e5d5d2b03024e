#pragma once
#include <utility>
#include <vector>

#include "expression/text.hpp"
#include "objective/declared.hpp"
#include "objective/game.hpp"

namespace lookahead {

// The players of a game in their order, each with its number of coordinates.
struct Players {
  std::vector<std::pair<std::string, Index>> all;

  Index dimension() const;
};
template <>
struct Codec<Players> {
  static std::string type() { return "{player: coordinates}"; }
  static std::optional<Players> read(const Node& node, const Path& path, Report& report);
  static Node write(const Players& value);
  static Inside inside(Node& node, const std::string& key);
};

// What the players pay, by their names.
struct PlayersCosts {
  std::vector<std::pair<std::string, ExpressionText>> all;
};
template <>
struct Codec<PlayersCosts> {
  static std::string type() { return "{player: expression}"; }
  static std::optional<PlayersCosts> read(const Node& node, const Path& path, Report& report);
  static Node write(const PlayersCosts& value);
  static Inside inside(Node& node, const std::string& key);
};

namespace written {

// What is said of an objective beside its formulas.
struct Known : Declared {
  ExpressionConstants constants;
};

// A function of the point x.
struct Function : Known {
  ExpressionText expression;
  bool sampled = false;
};

// A game: every player minimizes an expression of all players' coordinates, which go by the players' names.
struct Game : Known {
  Players players;
  PlayersCosts costs;
};

// A problem's own functions as entries of no catalog. Their `check` compiles the expressions and reports their
// faults; objectives and facts are made of parameters that it found to be right.
const FunctionEntry& function_entry();
const FunctionEntry& sampled_entry();  // the same, whose objectives are finite sums
const FunctionEntry& game_entry();

// Compiles what the parameters hold for a point of so many coordinates; false: with faults in the report.
bool check_function(const Values& parameters, Index dimension, const Path& path, Report& report);
bool check_game(const Values& parameters, const Place& place, const Path& path, Report& report);

// The keys of Known, of any struct P that inherits it.
template <class P>
Parameters known_parameters() {
  return together({{param("constants", static_cast<ExpressionConstants P::*>(&P::constants),
                          "numbers and lists that the expression knows by name")},
                   declared_parameters()});
}
// Takes note of where a formula's gradient may have no Lipschitz constant.
void add_kinks(Facts& facts, const ExpressionText& text, const expression::Expression& compiled);

}  // namespace written
}  // namespace lookahead
