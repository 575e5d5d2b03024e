#include "base/text.hpp"
#include "drawing.hpp"
#include "formulas.hpp"

namespace lookahead::pairs {
namespace {

// A formula of the rows of a table, which the plain model knows as a linear model without intercept.
class Terms {
 public:
  Terms(Dice& dice, Problem& p) : dice_(dice), p_(p) {}

  void draw() {
    const int rows =
        dice_.once_in(6) ? dice_.one_of({63, 64, 65, 127, 128, 129, 256, 257, 513}) : dice_.from(12, 48);
    columns_ = dice_.from(1, 4);
    renamed_ = dice_.once_in(4);
    table(rows);
    p_.data.scaling = Scaling::none;
    p_.model.intercept = false;
    p_.formula = true;
    const std::string score = linear();
    const Formula loss = draw_formula(dice_, p_.model.loss, "s", "y", true);
    const std::string text = joined({"let s = ", score, "; ", loss.text, penalties()});
    p_.objective_keys = {joined({"expression: \"", text, "\""}), "dim: " + std::to_string(columns_)};
    if (!loss.constants.empty()) p_.objective_keys.push_back(loss.constants.substr(2));
    if (renamed_) p_.objective_keys.push_back(names());
    if (dice_.once_in(2)) start();
  }

 private:
  static std::string column(int j) { return "x" + std::to_string(j); }
  static std::string weight(int j) { return joined({"w[", std::to_string(j), "]"}); }

  void table(int rows) {
    for (int j = 0; j < columns_; ++j) p_.train += joined({column(j), renamed_ ? " of it," : ","});
    p_.train += "y\n";
    const int middle = dice_.one_of({0, 0, 3});
    for (int i = 0; i < rows; ++i) {
      double score = 0;
      for (int j = 0; j < columns_; ++j) {
        const double x = 2 * dice_.unit();
        score += x;
        p_.train += joined({cell(x), ","});
      }
      p_.train += joined({cell(middle + score + 0.5 * dice_.unit()), "\n"});
    }
  }
  // Of three digits behind the point.
  static std::string cell(double x) {
    return to_text(static_cast<double>(static_cast<int>(x * 1000)) / 1000);
  }

  // The sum of weights times columns, in one of some ways.
  std::string linear() {
    std::string sum;
    const int way = dice_.below(3);
    for (int j = 0; j < columns_; ++j) {
      const std::string plus = sum.empty() ? "" : " + ";
      if (way == 0) sum += joined({plus, weight(j), "*", column(j)});
      if (way == 1) sum = joined({column(j), "*", weight(j), plus, sum});
      if (way == 2) sum += joined({j == 0 ? "0 - (-" : " - (-", column(j), ")*", weight(j)});
    }
    return sum;
  }

  std::string penalties() {
    ModelSettings& m = p_.model;
    std::string text;
    const double l2 = dice_.one_of({0.0, 1e-3, 0.1});
    m.l2 = {l2};
    if (l2 > 0)
      text += joined({" + ", to_text(l2), dice_.once_in(2) ? "*norm2(w)/2" : "/2*sum(i, 0, n-1, w[i]^2)"});
    if (dice_.once_in(4)) {
      const double strength = dice_.one_of({1e-3, 0.1});
      m.penalty = "nonconvex";
      m.strength = strength;
      text += joined({" + sum(i, 0, n-1, ", to_text(strength), "*w[i]^2/(1 + w[i]^2))"});
    }
    return text;
  }

  std::string names() const {
    std::string all;
    for (int j = 0; j < columns_; ++j)
      all += joined({j > 0 ? ", " : "", column(j), ": \"", column(j), " of it\""});
    return joined({"columns: {", all, "}"});
  }

  void start() {
    p_.rest += "start: [";
    for (int j = 0; j < columns_; ++j)
      p_.rest += joined({j > 0 ? ", " : "", to_text(dice_.one_of({0.5, -1.0, 2.0, 0.0}))});
    p_.rest += "]\n";
  }

  Dice& dice_;
  Problem& p_;
  int columns_ = 1;
  bool renamed_ = false;  // whether the columns have names that are none in a formula
};

}  // namespace

void draw_terms(Dice& dice, Problem& problem) { Terms(dice, problem).draw(); }

}  // namespace lookahead::pairs
