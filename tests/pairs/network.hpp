#pragma once
#include "encoder.hpp"

namespace lookahead::pairs {

// A model and its objective. A linear model is a network of one layer. The point: for every layer the weights
// of its units, unit after unit, then their intercepts.
class Network {
 public:
  Network(const ModelSettings& settings, std::size_t width, std::size_t classes,
          std::vector<std::size_t> groups);

  std::size_t dimension() const { return dimension_; }
  const ModelSettings& settings() const { return settings_; }
  void set_smoothing(Real smoothing) { settings_.loss.smoothing = smoothing; }
  // Which coordinates are intercepts.
  const std::vector<bool>& free() const { return free_; }
  // Ends of the parts that layer-wise rules scale by themselves, and whether each is one of intercepts.
  struct Block {
    std::size_t from, to;
    bool free;
  };
  const std::vector<Block>& blocks() const { return blocks_; }

  // Scores of a row; `size`: of what the largest of them was made.
  Vector scores(const Vector& point, const Rows& rows, std::size_t row, Rounding& rounding,
                Real* size = nullptr) const;
  // Sum over the listed rows of factor times loss, and its gradient, without penalties.
  Real sum(const Vector& point, const Rows& rows, const std::vector<std::size_t>& listed,
           const Vector& factors, Vector* gradient, Rounding& rounding) const;
  // The penalties; added to the gradient.
  Real penalty(const Vector& point, Vector* gradient, Rounding& rounding) const;
  // The penalty l1 |w|_1, which has no gradient.
  Real absolute_penalty(const Vector& point) const;
  // The proximal step of that penalty: weights are drawn towards 0 by rate * l1.
  void shrink(Vector& point, Real rate) const;
  // Where a step along the slopes and that proximal step lead.
  Vector proximal_step(Vector point, const Vector& slopes, Real rate) const;

 private:
  struct Layer {
    std::size_t inputs, units, weights, intercepts;
    Real l2;
  };
  struct Pass {
    std::vector<Vector> inputs;  // of every layer
    std::vector<Vector> slopes;  // of the hidden units
    Vector scores;
    Real size = 0;
  };
  Pass forward(const Vector& point, const Rows& rows, std::size_t row, Rounding& rounding) const;

  ModelSettings settings_;
  std::vector<Layer> layers_;
  std::vector<std::size_t> groups_;
  std::vector<bool> free_;
  std::vector<Block> blocks_;
  std::size_t dimension_ = 0;
};

// What every row counts in training: its weight times the factor of its class.
Vector loss_weights(const ModelSettings& model, const std::vector<Real>& given, const Rows& rows,
                    std::size_t classes);
// The mean over all rows of weight times loss.
Real mean_loss(const Network& network, const Rows& rows, const Vector& weights, const Vector& point,
               Rounding& rounding);
// Its gradient, with that of the penalties.
Vector mean_gradient(const Network& network, const Rows& rows, const Vector& weights, const Vector& point,
                     Rounding& rounding);
// The norm of that; with l1 the length of a proximal step at the largest of the rates, divided by it.
Real gradient_norm(const Network& network, const Vector& point, const Vector& slopes,
                   const ScheduleSettings& rate);
// A tenth of the standard deviation of the targets by their weights; of a constant target .1.
Real usual_smoothing(const Rows& rows);

}  // namespace lookahead::pairs
