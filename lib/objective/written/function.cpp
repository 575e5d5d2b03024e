#include <algorithm>
#include <limits>

#include "base/text.hpp"
#include "objective/written/evaluation_space.hpp"
#include "objective/written/written.hpp"
#include "objective/written/written_sum.hpp"

namespace lookahead::written {
namespace {

expression::Names function_names(const Function& function, Index dimension) {
  expression::Names names;
  names.dimension = dimension;
  names.parts = {{"x", 0, dimension}};
  names.constants = function.constants.all;
  names.sampled = function.sampled;
  return names;
}

// Evaluates in double precision: coordinates of a point in single precision are widened first.
template <Scalar T>
class WrittenFunction final : public Objective<T> {
 public:
  WrittenFunction(const Function& function, Index dimension)
      : expression_(expression::compiled(function.expression, function_names(function, dimension))),
        text_(function.expression),
        dimension_(dimension) {}

  Index dimension() const override { return dimension_; }
  Index scratch(Index) const override {
    const std::size_t copies = std::same_as<T, double> ? 0 : 2 * static_cast<std::size_t>(dimension_ + 8);
    return numbers_for<T>(expression_.space() + copies);
  }
  Evaluation value(std::span<const T> x, const Batch& batch, std::span<T> scratch) const override {
    return value_over(Shards(), x, batch, scratch);
  }
  Evaluation value_and_gradient(std::span<const T> x, const Batch& batch, std::span<T> gradient,
                                std::span<T> scratch) const override {
    return value_and_gradient_over(Shards(), x, batch, gradient, scratch);
  }
  Evaluation value_over(const Shards& shards, std::span<const T> x, const Batch&,
                        std::span<T> scratch) const override {
    return evaluate(shards, x, {}, scratch);
  }
  Evaluation value_and_gradient_over(const Shards& shards, std::span<const T> x, const Batch&,
                                     std::span<T> gradient, std::span<T> scratch) const override {
    return evaluate(shards, x, gradient, scratch);
  }

  std::string undefined_at(std::span<const T> x) const override {
    const std::vector<double> point(x.begin(), x.end());
    expression::Inputs inputs;
    inputs.point = point;
    return undefined_text(text_, expression_.first_not_finite(inputs));
  }

 private:
  double evaluate(const Shards& shards, std::span<const T> x, std::span<T> gradient,
                  std::span<T> scratch) const {
    double* space = doubles_in(scratch);
    expression::Inputs inputs;
    inputs.shards = shards;
    const auto clear = [&](double* to) {
      shards.each(x.size(), [to](std::size_t from, std::size_t size) { std::fill_n(to + from, size, 0.0); });
      inputs.gradient = to;
    };
    if constexpr (std::same_as<T, double>) {
      inputs.point = x;
      if (!gradient.empty()) clear(gradient.data());
      return expression_.evaluate(inputs, space);
    } else {
      double* point = space + (expression_.space() + 7) / 8 * 8;
      double* slopes = point + (x.size() + 7) / 8 * 8;
      shards.each(x.size(), [&](std::size_t from, std::size_t size) {
        std::copy_n(x.data() + from, size, point + from);
      });
      inputs.point = {point, x.size()};
      if (!gradient.empty()) clear(slopes);
      const double value = expression_.evaluate(inputs, space);
      if (!gradient.empty()) {
        shards.each(x.size(), [&](std::size_t from, std::size_t size) {
          for (std::size_t i = from; i < from + size; ++i) gradient[i] = static_cast<T>(slopes[i]);
        });
      }
      return value;
    }
  }

  expression::Expression expression_;
  ExpressionText text_;
  Index dimension_;
};

}  // namespace

void add_kinks(Facts& facts, const ExpressionText& text, const expression::Expression& compiled) {
  std::string kink = expression::kink_text(text, compiled);
  if (kink.empty()) return;
  facts.locally_smooth = false;
  facts.kinks.push_back(std::move(kink));
}

bool check_function(const Values& parameters, Index dimension, const Path& path, Report& report) {
  const auto& function = parameters.as<Function>();
  expression::Expression made;
  return expression::compile(function.expression, function_names(function, dimension), path / "expression",
                             report, made);
}

namespace {

template <Scalar T>
std::unique_ptr<Objective<T>> made_function(const Values& values, Index dimension) {
  const auto& function = values.as<Function>();
  if (!function.sampled) return std::make_unique<WrittenFunction<T>>(function, dimension);
  return std::make_unique<WrittenSum<T>>(function.expression, function_names(function, dimension), nullptr);
}

FunctionEntry made_entry(bool sampled) {
  FunctionEntry made;
  static_cast<Entry&>(made) = declare<Function>(
      {"expression", "a function of your own, as a formula", "f(x) = the expression", "the problem file"},
      together(
          {{param("expression", &Function::expression, "the formula of x[0] to x[n-1]"),
            param(
                "sampled", &Function::sampled,
                "the terms of its first sum are drawn like those of a finite sum: for batches, svrg, saga")},
           known_parameters<Function>()}));
  made.natural_dimension = 1;
  made.finite_sum = sampled;
  made.facts = [](const Values& p, Index d) {
    const auto& function = p.as<Function>();
    Facts facts = declared_facts(function, d);
    add_kinks(facts, function.expression,
              expression::compiled(function.expression, function_names(function, d)));
    return facts;
  };
  made.make_double = made_function<double>;
  made.make_float = made_function<float>;
  return made;
}

}  // namespace

const FunctionEntry& function_entry() {
  static const FunctionEntry entry = made_entry(false);
  return entry;
}

const FunctionEntry& sampled_entry() {
  static const FunctionEntry entry = made_entry(true);
  return entry;
}

}  // namespace lookahead::written
