#pragma once
#include <algorithm>
#include <memory>
#include <vector>

#include "expression/text.hpp"
#include "objective/objective.hpp"
#include "objective/written/evaluation_space.hpp"

namespace lookahead::written {

// The mean over the rows of a formula that is a term: of columns, or of a sum that is sampled. Evaluates in double
// precision: coordinates of a point in single precision are widened first.
template <Scalar T>
class WrittenSum final : public Objective<T> {
 public:
  using Columns = std::shared_ptr<const std::vector<std::vector<double>>>;

  // columns: those of the names, in their order; null: the terms are those of the sampled sum.
  WrittenSum(const ExpressionText& text, const expression::Names& names, Columns columns)
      : columns_(std::move(columns)),
        expression_(expression::compiled(text, names)),
        text_(text),
        dimension_(names.dimension),
        rows_(expression_.drawn()) {
    if (columns_ == nullptr) return;
    rows_ = columns_->empty() ? 0 : std::ssize(columns_->front());
    for (const auto& column : *columns_) pointers_.push_back(column.data());
  }

  Index dimension() const override { return dimension_; }
  Index terms() const override { return rows_; }
  Index scratch(Index) const override {
    const std::size_t copies = std::same_as<T, double> ? 0 : 2 * static_cast<std::size_t>(dimension_ + 8);
    return numbers_for<T>(expression_.space() + 8 + copies);
  }
  Evaluation value(std::span<const T> x, const Batch& batch, std::span<T> scratch) const override {
    return evaluate(x, batch, {}, scratch);
  }
  Evaluation value_and_gradient(std::span<const T> x, const Batch& batch, std::span<T> gradient,
                                std::span<T> scratch) const override {
    return evaluate(x, batch, gradient, scratch);
  }

  std::string undefined_at(std::span<const T> x) const override {
    const std::vector<double> point(x.begin(), x.end());
    const Batch batch = Batch::range(0, rows_);
    return undefined_text(text_, expression_.first_not_finite(inputs_at(point, batch)));
  }

 private:
  expression::Inputs inputs_at(std::span<const double> point, const Batch& batch) const {
    expression::Inputs inputs;
    inputs.point = point;
    inputs.columns = pointers_;
    inputs.rows = &batch;
    return inputs;
  }

  double evaluate(std::span<const T> x, const Batch& batch, std::span<T> gradient,
                  std::span<T> scratch) const {
    double* space = doubles_in(scratch);
    const double share = 1 / static_cast<double>(batch.size());
    if constexpr (std::same_as<T, double>) {
      expression::Inputs inputs = inputs_at(x, batch);
      std::fill(gradient.begin(), gradient.end(), 0.0);
      if (!gradient.empty()) inputs.gradient = gradient.data();
      const double value = expression_.evaluate(inputs, space) * share;
      for (double& slope : gradient) slope *= share;
      return value;
    } else {
      double* point = space + (expression_.space() + 7) / 8 * 8;
      double* slopes = point + (x.size() + 7) / 8 * 8;
      std::copy(x.begin(), x.end(), point);
      expression::Inputs inputs = inputs_at({point, x.size()}, batch);
      std::fill_n(slopes, gradient.size(), 0.0);
      if (!gradient.empty()) inputs.gradient = slopes;
      const double value = expression_.evaluate(inputs, space) * share;
      for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] = static_cast<T>(slopes[i] * share);
      return value;
    }
  }

  Columns columns_;
  std::vector<const double*> pointers_;
  expression::Expression expression_;
  ExpressionText text_;
  Index dimension_, rows_;
};

}  // namespace lookahead::written
