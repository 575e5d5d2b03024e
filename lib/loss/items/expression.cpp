#include <algorithm>
#include <limits>

#include "expression/text.hpp"
#include "loss/loss.hpp"

namespace lookahead::losses {
namespace {

struct Written {
  ExpressionText expression{"(p - y)^2 / 2", {}};
  ExpressionConstants constants;
};

// Doubles of working space, which stand on the stack.
constexpr std::size_t most_space = 6144;

expression::Names loss_names(const Written& written, bool weighted) {
  expression::Names names;
  names.constants = written.constants.all;
  names.score = "p";
  names.columns = {"y"};
  if (weighted) {
    names.columns.emplace_back();
    names.weights = 1;
  }
  return names;
}

class WrittenLoss final : public Loss {
 public:
  explicit WrittenLoss(const Written& written)
      : plain_(expression::compiled(written.expression, loss_names(written, false))),
        weighted_(expression::compiled(written.expression, loss_names(written, true))),
        kink_(expression::kink_text(written.expression, plain_)) {}

  using Loss::evaluate;
  double evaluate(std::span<const double> scores, std::span<const double> targets,
                  std::span<const double> weights, std::span<double> slopes) const override {
    alignas(64) double space[most_space];
    const Batch rows = Batch::range(0, static_cast<Index>(scores.size()));
    const double* columns[] = {targets.data(), weights.data()};
    expression::Inputs inputs;
    inputs.point = scores;
    inputs.columns = columns;
    inputs.rows = &rows;
    if (!slopes.empty()) {
      std::fill(slopes.begin(), slopes.end(), 0.0);
      inputs.gradient = slopes.data();
    }
    return (weights.empty() ? plain_ : weighted_).evaluate(inputs, space);
  }
  double curvature() const override { return std::numeric_limits<double>::infinity(); }
  double steepness() const override { return std::numeric_limits<double>::infinity(); }
  double least(double) const override { return -std::numeric_limits<double>::infinity(); }
  bool convex() const override { return false; }
  std::string kink() const override { return kink_; }

 private:
  expression::Expression plain_, weighted_;
  std::string kink_;
};

void check(const Values& values, const Place& place, const Path& path, Report& report) {
  const auto& written = values.as<Written>();
  expression::Expression made;
  if (!expression::compile(written.expression, loss_names(written, true), path / "expression", report, made))
    return;
  if (made.space() > most_space)
    report.add(place, path / "expression" + " is too large for the loss of a row");
}

}  // namespace

LossEntry expression() {
  LossEntry entry;
  static_cast<Entry&>(entry) = declare<Written>(
      {"expression", "a loss of your own, as a formula of the prediction p and the target y",
       "the value of the expression; its constants for the theorem are not known", "the problem file"},
      {param("expression", &Written::expression, "the formula of p and y"),
       param("constants", &Written::constants, "numbers and lists that it knows by name")});
  entry.use = LossUse::numbers;
  entry.known = false;
  entry.check = check;
  entry.make = [](const Values& values) -> std::unique_ptr<Loss> {
    return std::make_unique<WrittenLoss>(values.as<Written>());
  };
  return entry;
}

}  // namespace lookahead::losses
