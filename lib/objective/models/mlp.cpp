#include <cmath>
#include <numbers>
#include <string>

#include "base/sizes.hpp"
#include "linear/dense_rows.hpp"
#include "linear/matrix_product.hpp"
#include "objective/activation.hpp"
#include "objective/cross_entropy.hpp"
#include "objective/dropout.hpp"
#include "objective/model.hpp"
#include "objective/penalty.hpp"

namespace lookahead::models {
namespace {

// Rows done together: their activations stay in the cache between the passes. Of networks so wide that none
// would, fewer, so that a thread's working space stays at so many numbers or one row.
constexpr Index block_size = 128;
constexpr Index most_working_space = Index{1} << 23;

// Wider layers than memory has room for between two of them, deeper networks than can be trained.
constexpr double most_units = 1e6;
constexpr std::size_t most_layers = 1000;

enum class WeightScale { automatic, he, glorot };

}  // namespace
}  // namespace lookahead::models

namespace lookahead {
template <>
struct Words<models::WeightScale> {
  static constexpr std::pair<const char*, models::WeightScale> table[] = {
      {"auto", models::WeightScale::automatic},
      {"he", models::WeightScale::he},
      {"glorot", models::WeightScale::glorot}};
};
}  // namespace lookahead

namespace lookahead::models {
namespace {

struct MlpParameters : L1Parameters {
  std::vector<Index> hidden = {64};
  Activation activation = Activation::relu;
  WeightScale init = WeightScale::automatic;
  double dropout = 0;
  std::vector<double> l2 = {0};
  ClassWeight class_weight;
};

// Coordinates: for every layer a weight vector for each of its units, unit after unit, then their biases.
template <Scalar T>
class Mlp final : public Model<T> {
 public:
  Mlp(const MlpParameters& parameters, const ModelSeat<T>& seat)
      : rows_(seat.rows),
        weights_(&seat.row_weights()),
        classes_(seat.classes),
        activation_(parameters.activation),
        he_(parameters.init == WeightScale::he ||
            (parameters.init == WeightScale::automatic && parameters.activation != Activation::tanh)),
        drops_(parameters.dropout > 0 && !parameters.hidden.empty()),
        dropout_(parameters.dropout) {
    Index inputs = rows_->columns;
    row_width_ = inputs;
    const std::size_t count = parameters.hidden.size() + 1;
    for (std::size_t l = 0; l < count; ++l) {
      const bool last = l + 1 == count;
      Layer layer;
      layer.inputs = inputs;
      layer.units = last ? outputs() : parameters.hidden[l];
      layer.weights = dimension_;
      layer.biases = sum_of_sizes({layer.weights, product_of_sizes({layer.inputs, layer.units})});
      layer.activations_at = row_width_;
      layer.slopes_at = row_width_ + layer.units;
      if (seat.penalized) layer.l2 = parameters.l2.size() == 1 ? parameters.l2.front() : parameters.l2[l];
      dimension_ = sum_of_sizes({layer.biases, layer.units});
      row_width_ = sum_of_sizes({row_width_, layer.units, last ? 0 : layer.units});
      inputs = layer.units;
      layers_.push_back(layer);
    }
    block_rows_ = std::clamp<Index>(most_working_space / std::max<Index>(1, row_width_), 1, block_size);
  }

  Index dimension() const override { return dimension_; }
  Index terms() const override { return rows_->rows; }
  Index outputs() const override { return classes_ > 0 ? classes_ : 1; }
  bool randomized() const override { return drops_; }
  Index shard_size() const override { return block_size / 2; }
  Index scratch(Index batch_size) const override {
    return product_of_sizes({std::min(batch_size, block_rows_), row_width_});
  }

  std::vector<Index> blocks() const override {
    std::vector<Index> ends;
    for (const Layer& layer : layers_) {
      ends.push_back(layer.biases);
      ends.push_back(layer.biases + layer.units);
    }
    return ends;
  }

  std::vector<Range> intercepts() const override {
    std::vector<Range> biases;
    for (const Layer& layer : layers_) biases.push_back({layer.biases, layer.biases + layer.units});
    return biases;
  }

  std::vector<UnitLayer> layers() const override {
    std::vector<UnitLayer> layers;
    for (const Layer& layer : layers_)
      layers.push_back({layer.inputs, layer.units, layer.weights, layer.biases});
    return layers;
  }

  // Normal weights of the standard deviation sqrt(2 / inputs) (He et al., ICCV 2015) or
  // sqrt(2 / (inputs + units)) (Glorot and Bengio, AISTATS 2010); biases 0.
  void start(std::span<T> x, std::uint64_t seed, const Batch&) const override {
    std::fill(x.begin(), x.end(), T{0});
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      const Layer& layer = layers_[l];
      std::vector<double> normals(static_cast<std::size_t>(layer.inputs * layer.units));
      Stream(seed, Purpose::start, static_cast<Index>(l)).normals(0, normals);
      const Index fan = he_ ? layer.inputs : layer.inputs + layer.units;
      const double scale = std::sqrt(2 / static_cast<double>(fan));
      for (std::size_t i = 0; i < normals.size(); ++i) {
        x[static_cast<std::size_t>(layer.weights) + i] = static_cast<T>(scale * normals[i]);
      }
    }
  }

  Evaluation value(std::span<const T> x, const Batch& batch, std::span<T> scratch) const override {
    return evaluate(x, batch, {}, scratch);
  }
  Evaluation value_and_gradient(std::span<const T> x, const Batch& batch, std::span<T> gradient,
                                std::span<T> scratch) const override {
    return evaluate(x, batch, gradient, scratch);
  }
  Evaluation value_and_predictions(std::span<const T> x, const Batch& batch, std::span<double> predictions,
                                   std::span<double> class_scores, std::span<T> scratch) const override {
    return evaluate(x, batch, {}, scratch, predictions, class_scores);
  }

  // Without hidden layers the scores are linear in the weights, with what is known of the losses.
  ModelFacts facts() const override {
    ModelFacts facts;
    for (const Layer& layer : layers_) facts.penalty_curvature = std::max(facts.penalty_curvature, layer.l2);
    facts.infimum = 0;
    facts.convex = layers_.size() == 1;
    facts.smooth = facts.convex || activation_ == Activation::tanh || activation_ == Activation::gelu ||
                   activation_ == Activation::softplus;
    if (facts.convex) {
      facts.curvature = classes_ > 0 ? 0.5 : 1;
      if (classes_ > 0) facts.steepness = std::numbers::sqrt2;
    }
    return facts;
  }

  void predict(std::span<const T> x, const Batch& batch, std::span<double> predictions,
               std::span<double> class_scores, std::span<T> scratch) const override {
    for (Index from = 0; from < batch.size(); from += block_rows_) {
      const Batch block = batch.part(from, std::min(block_rows_, batch.size() - from));
      forward(x.data(), block, scratch.data(), false);
      const T* scores = scratch.data() + block.size() * layers_.back().activations_at;
      predict_from(scores, block.size(), from, predictions, class_scores);
    }
  }

 private:
  struct Layer {
    Index inputs = 0, units = 0;
    Index weights = 0, biases = 0;            // first coordinate of each
    Index activations_at = 0, slopes_at = 0;  // in the working space, in numbers per row of the block
    double l2 = 0;
  };

  // Fills the working space up to the scores and, if wanted, the slopes of the hidden units.
  const T* forward(const T* x, const Batch& block, T* space, bool want_slopes) const {
    const Index count = block.size();
    const T* features = dense_rows(*rows_, block, space);
    const T* inputs = features;
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      const Layer& layer = layers_[l];
      T* units = space + count * layer.activations_at;
      T* slopes = want_slopes ? space + count * layer.slopes_at : nullptr;
      for (Index i = 0; i < count; ++i) std::copy_n(x + layer.biases, layer.units, units + i * layer.units);
      add_product(units, layer.units, by_rows(inputs, layer.inputs),
                  transposed(by_rows(x + layer.weights, layer.inputs)), count, layer.inputs, layer.units);
      if (l + 1 == layers_.size()) break;
      const auto size = static_cast<std::size_t>(count * layer.units);
      activate(activation_, std::span(units, size), want_slopes ? std::span(slopes, size) : std::span<T>());
      if (drops_ && block.draw().step >= 0) drop(block, static_cast<Index>(l), layer.units, units, slopes);
      inputs = units;
    }
    return features;
  }

  // What scores mean for `count` rows from number `from` of a batch on.
  void predict_from(const T* scores, Index count, Index from, std::span<double> predictions,
                    std::span<double> class_scores) const {
    double* out = predictions.data() + from * outputs();
    if (classes_ == 0) {
      std::copy_n(scores, count, out);
      return;
    }
    class_probabilities(scores, count, classes_, out);
    if (!class_scores.empty()) std::copy_n(scores, count * classes_, class_scores.data() + from * classes_);
  }

  void drop(const Batch& block, Index layer, Index width, T* units, T* slopes) const {
    for (Index i = 0; i < block.size(); ++i) {
      dropout_.apply(block.draw(), block[i], layer,
                     std::span(units + i * width, static_cast<std::size_t>(width)),
                     slopes == nullptr ? nullptr : slopes + i * width);
    }
  }

  // The sum of the block's losses; the scores are replaced by `share` times its derivatives if wanted. What
  // is predicted goes to `predictions`, if it is not null.
  double loss(const Batch& block, T* scores, double share, bool want_slopes, double* predictions) const {
    if (classes_ > 0) {
      return cross_entropy(*rows_, *weights_, block, scores, classes_, share, want_slopes, predictions);
    }
    if (predictions != nullptr) std::copy_n(scores, block.size(), predictions);
    double sum = 0;
    for (Index i = 0; i < block.size(); ++i) {
      const auto row = static_cast<std::size_t>(block[i]);
      const double weight = weight_at(*weights_, row);
      if (weight == 0) {
        // The row is not there, whatever its target.
        if (want_slopes) scores[i] = T{0};
        continue;
      }
      const double residual = static_cast<double>(scores[i]) - static_cast<double>(rows_->targets[row]);
      sum += weight * (residual * residual / 2);
      if (want_slopes) scores[i] = static_cast<T>(weight * share * residual);
    }
    return sum;
  }

  static void add_to(T* __restrict sums, const T* __restrict numbers, Index count) {
    for (Index i = 0; i < count; ++i) sums[i] += numbers[i];
  }
  static void multiply_by(T* __restrict products, const T* __restrict factors, Index count) {
    for (Index i = 0; i < count; ++i) products[i] *= factors[i];
  }

  // From the scores' derivatives back to the first layer's; adds to the gradient, or begins it.
  void backward(const T* x, const T* features, Index count, T* space, T* gradient, bool begins) const {
    for (std::size_t l = layers_.size(); l-- > 0;) {
      const Layer& layer = layers_[l];
      const T* scores = space + count * layer.activations_at;
      const MatrixView<T> slopes = by_rows<T>(scores, layer.units);
      T* weights = gradient + layer.weights;
      T* biases = gradient + layer.biases;
      const T* inputs = l > 0 ? space + count * layers_[l - 1].activations_at : features;
      if (begins) {
        set_product(weights, layer.inputs, transposed(slopes), by_rows(inputs, layer.inputs), layer.units,
                    count, layer.inputs);
        std::fill_n(biases, layer.units, T{0});
      } else {
        add_product(weights, layer.inputs, transposed(slopes), by_rows(inputs, layer.inputs), layer.units,
                    count, layer.inputs);
      }
      for (Index i = 0; i < count; ++i) add_to(biases, scores + i * layer.units, layer.units);
      if (l == 0) return;
      // The activations below are no longer needed: their place takes the derivatives.
      const Layer& below = layers_[l - 1];
      T* derivatives = space + count * below.activations_at;
      set_product(derivatives, below.units, slopes, by_rows(x + layer.weights, layer.inputs), count,
                  layer.units, below.units);
      multiply_by(derivatives, space + count * below.slopes_at, count * below.units);
    }
  }

  // predictions, class_scores: empty where they are not wanted.
  double evaluate(std::span<const T> x, const Batch& batch, std::span<T> gradient, std::span<T> scratch,
                  std::span<double> predictions = {}, std::span<double> class_scores = {}) const {
    const bool want_gradient = !gradient.empty();
    const double share = batch.share();
    double sum = 0;
    for (Index from = 0; from < batch.size(); from += block_rows_) {
      const Batch block = batch.part(from, std::min(block_rows_, batch.size() - from));
      const T* features = forward(x.data(), block, scratch.data(), want_gradient);
      T* scores = scratch.data() + block.size() * layers_.back().activations_at;
      const Index first = from * outputs();
      if (!class_scores.empty()) std::copy_n(scores, block.size() * classes_, class_scores.data() + first);
      sum += loss(block, scores, share, want_gradient,
                  predictions.empty() ? nullptr : predictions.data() + first);
      if (want_gradient)
        backward(x.data(), features, block.size(), scratch.data(), gradient.data(), from == 0);
    }
    double value = sum * share;
    for (const Layer& layer : layers_) {
      const auto first = static_cast<std::size_t>(layer.weights);
      const auto count = static_cast<std::size_t>(layer.biases - layer.weights);
      value = add_l2<T>(value, layer.l2, x.subspan(first, count),
                        want_gradient ? gradient.subspan(first, count) : gradient);
    }
    return value;
  }

  const Dataset<T>* rows_;
  const std::vector<T>* weights_;  // of the rows
  Index classes_;
  Activation activation_;
  bool he_, drops_;
  Dropout dropout_;
  std::vector<Layer> layers_;
  Index dimension_ = 0;
  Index row_width_ = 0;  // numbers of working space for a row of a block
  Index block_rows_ = block_size;
};

template <Scalar T>
std::unique_ptr<Model<T>> make_mlp(const Values& p, const ModelSeat<T>& seat) {
  return std::make_unique<Mlp<T>>(p.as<MlpParameters>(), seat);
}

void check(const Values& p, const Place& place, const Path& path, Report& report) {
  const auto& parameters = p.as<MlpParameters>();
  const std::size_t layers = parameters.hidden.size() + 1;
  if (parameters.hidden.size() > most_layers) {
    report.add(place, path / "hidden" + " has " + std::to_string(parameters.hidden.size()) +
                          " layers, a network has at most " + std::to_string(most_layers));
  }
  if (parameters.l2.size() != 1 && parameters.l2.size() != layers) {
    report.add(place,
               path / "l2" + " has " + std::to_string(parameters.l2.size()) + " numbers, the model has " +
                   std::to_string(layers) + " layers",
               "give one number for all layers, or one for each");
  }
}

}  // namespace

ModelEntry mlp() {
  ModelEntry entry{
      declare<MlpParameters>(
          {"mlp", "a network of fully connected layers, for classes and for numbers",
           "s = W_L a_{L-1} + b_L, a_l = activation(W_l a_{l-1} + b_l), a_0 = x\n"
           "classification: mean [log sum_k e^{s_k} - s_y] + sum_l [(l2_l/2)|W_l|^2 + l1 |W_l|_1]\n"
           "regression: mean (s - y)^2/2 + sum_l [(l2_l/2)|W_l|^2 + l1 |W_l|_1]",
           "Rumelhart, Hinton and Williams, Nature 323, 1986"},
          together(
              {{param("hidden", &MlpParameters::hidden, "units of each hidden layer", at_least(1),
                      at_most(most_units)),
                param("activation", &MlpParameters::activation, "what the hidden units do with their inputs"),
                param("init", &MlpParameters::init,
                      "spread of the random weights at the start; auto: glorot for tanh, he otherwise"),
                param("dropout", &MlpParameters::dropout,
                      "probability of leaving out a hidden unit, for every row of a step", at_least(0),
                      below(1)),
                param("l2", &MlpParameters::l2,
                      "strength of the penalty (l2/2)|W|^2: a number, or one for each layer; biases are free",
                      at_least(0))},
               l1_parameters<MlpParameters>(),
               class_weight_parameters<MlpParameters>()})),
      std::nullopt, false, make_mlp<double>, make_mlp<float>};
  entry.check = check;
  entry.l1 = l1_of<MlpParameters>;
  entry.class_weight = class_weight_of<MlpParameters>;
  entry.multiplies = true;
  entry.caution = [](const Values& parameters) -> std::string {
    const auto& p = parameters.as<MlpParameters>();
    return p.dropout > 0 && p.hidden.empty() ? "dropout: there are no hidden units to leave out (set hidden)"
                                             : "";
  };
  return entry;
}

}  // namespace lookahead::models
