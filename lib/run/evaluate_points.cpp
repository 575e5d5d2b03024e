#include "run/evaluate_points.hpp"

#include <algorithm>
#include <cmath>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "engine/evaluator.hpp"
#include "parallel/pool.hpp"
#include "run/proximal_of.hpp"
#include "trace/csv_text.hpp"

namespace lookahead {
namespace {

constexpr double most_points = 1e6;

Fault unfit(const std::string& text, const std::string& cure = {}) {
  return {FaultKind::usage, {}, text, cure};
}

template <Scalar T>
class PointTable {
 public:
  PointTable(const ProblemOf<T>& problem, const PointsRequest& request, Pool& pool)
      : request_(request),
        objective_(problem.train ? *problem.train.model : *problem.function),
        rows_(problem.train ? problem.train.rows() : Batch::range(0, objective_.terms())),
        evaluator_(objective_, pool, rows_.size()),
        proximal_(proximal_of(problem.model, objective_, evaluator_.shards())),
        x_(static_cast<std::size_t>(objective_.dimension())),
        gradient_(x_.size()),
        beside_(x_.size()) {}

  // Why an evaluation could not be made; null: all were.
  const Fault* fault() const { return fault_; }

  std::string header() const {
    std::string out;
    for (std::size_t i = 0; i < x_.size(); ++i) out += "x_" + std::to_string(i) + ",";
    out += "value";
    for (std::size_t i = 0; i < x_.size() && request_.gradient; ++i) out += ",gradient_" + std::to_string(i);
    if (!request_.direction.empty()) out += ",curvature";
    return out + "\n";
  }

  void add(const std::vector<double>& point, std::string& out) {
    for (std::size_t i = 0; i < x_.size(); ++i) {
      x_[i] = static_cast<T>(point[i]);
      append_real(out, x_[i]);
      out += ',';
    }
    const bool slopes = request_.gradient || !request_.direction.empty();
    const Evaluation evaluation =
        slopes ? evaluator_.value_and_gradient(x_, rows_, gradient_) : evaluator_.value(x_, rows_);
    note(evaluation);
    const std::span<const T> here(x_);
    append_real(out, proximal_ ? evaluation.value + proximal_->value(here) : evaluation.value);
    if (proximal_ && slopes) proximal_->add_subgradient(here, gradient_);
    for (std::size_t i = 0; i < x_.size() && request_.gradient; ++i) {
      out += ',';
      append_real(out, gradient_[i]);
    }
    if (!request_.direction.empty()) {
      out += ',';
      append_real(out, curvature());
    }
    out += '\n';
  }

 private:
  // The difference of the slopes on both sides, which is exact to the square of their distance.
  double curvature() {
    // By a power of two, which rounds nothing, so that no square of its coordinates is 0 or infinite.
    std::vector<double> v = request_.direction;
    double largest = 0;
    for (const double part : v) largest = std::max(largest, std::abs(part));
    int exponent = 0;
    (void)std::frexp(largest, &exponent);
    for (double& part : v) part = std::ldexp(part, -exponent);
    double length = 0, size = 1;
    for (std::size_t i = 0; i < v.size(); ++i) {
      length += v[i] * v[i];
      size = std::max(size, std::abs(static_cast<double>(x_[i])));
    }
    length = std::sqrt(length);
    constexpr double share = std::same_as<T, double> ? 1e-5 : 1e-2;
    const double step = share * size / length;
    const Aligned<T> here = x_;
    double difference = 0;
    for (const double side : {1.0, -1.0}) {
      for (std::size_t i = 0; i < v.size(); ++i)
        x_[i] = static_cast<T>(static_cast<double>(here[i]) + side * step * v[i]);
      note(evaluator_.value_and_gradient(x_, rows_, beside_));
      for (std::size_t i = 0; i < v.size(); ++i) difference += side * static_cast<double>(beside_[i]) * v[i];
    }
    x_ = here;
    return difference / (2 * step * length * length);
  }

  void note(const Evaluation& evaluation) {
    if (evaluation.fault != nullptr) fault_ = evaluation.fault;
  }

  const PointsRequest& request_;
  const Objective<T>& objective_;
  Batch rows_;
  Evaluator<T> evaluator_;
  std::optional<Proximal<T>> proximal_;
  Aligned<T> x_, gradient_, beside_;
  const Fault* fault_ = nullptr;
};

template <Scalar T>
Checked<std::string> table_of(const ProblemOf<T>& problem, const PointsRequest& request, Pool& pool) {
  const auto width = static_cast<std::size_t>(problem.dimension());
  const std::string wanted = "the objective has " + counted(problem.dimension(), "coordinate");
  for (const auto& point : request.points) {
    if (point.size() != width)
      return unfit("a point has " + counted(std::ssize(point), "coordinate") + ", " + wanted);
  }
  if (!request.direction.empty()) {
    if (request.direction.size() != width)
      return unfit("the direction has " + counted(std::ssize(request.direction), "coordinate") + ", " +
                   wanted);
    if (std::ranges::all_of(request.direction, [](double v) { return v == 0; }))
      return unfit("the direction is zero in every coordinate");
  }
  PointTable<T> table(problem, request, pool);
  std::string out = table.header();
  for (const auto& point : request.points) {
    table.add(point, out);
    if (table.fault() != nullptr) return *table.fault();
  }
  if (!request.grid) return out;
  const PointsRequest::Axis& axis = *request.grid;
  double points = 1;
  for (std::size_t i = 0; i < width && points <= most_points; ++i) points *= static_cast<double>(axis.count);
  if (points > most_points) {
    return unfit("a grid of " + to_text(axis.count) + " points along each of " +
                     to_text(problem.dimension()) + " coordinates has more than a million points",
                 "--points takes chosen ones");
  }
  std::vector<Index> at(width);
  std::vector<double> point(width);
  for (;;) {
    for (std::size_t i = 0; i < width; ++i) {
      const double share =
          axis.count == 1 ? 0 : static_cast<double>(at[i]) / static_cast<double>(axis.count - 1);
      const double length = axis.high - axis.low;
      point[i] =
          std::isfinite(length) ? axis.low + length * share : axis.low * (1 - share) + axis.high * share;
    }
    table.add(point, out);
    if (table.fault() != nullptr) return *table.fault();
    std::size_t turn = width;
    while (turn > 0 && ++at[turn - 1] == axis.count) at[--turn] = 0;
    if (turn == 0) return out;
  }
}

}  // namespace

Checked<std::string> evaluate_points(const Problem& problem, const PointsRequest& request, Pool& pool) {
  if (problem.precision == Precision::double_precision)
    return table_of(dynamic_cast<const ProblemOf<double>&>(problem), request, pool);
  return table_of(dynamic_cast<const ProblemOf<float>&>(problem), request, pool);
}

}  // namespace lookahead
