#pragma once
#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "data/options.hpp"
#include "objective/class_weight.hpp"
#include "objective/knowledge.hpp"
#include "objective/objective.hpp"
#include "options/catalog.hpp"

namespace lookahead {

// What is known of a model's objective at all weights, whatever they are. A row's loss is a function of its
// scores; where they are linear in the weights, (A) the mean loss has a gradient with Lipschitz constant
// curvature * lambda_max(mean of weight x x'), x being the rows with a 1 for the intercept. The mean is the
// sum over the rows divided by their number, whatever the weights sum to, as in the objective.
struct ModelFacts {
  // Bounds of the second derivative of a row's loss by its scores (largest eigenvalue in absolute value), and
  // of its gradient by them (Euclidean norm), for a row of weight 1. Infinity: none, or scores that are not
  // linear.
  double curvature = std::numeric_limits<double>::infinity();
  double steepness = std::numeric_limits<double>::infinity();
  // The same bound of the second derivative of all penalties together by the weights, to be added to (A).
  double penalty_curvature = 0;
  double infimum = -std::numeric_limits<double>::infinity();  // a lower bound of the objective over all rows
  bool convex = false;                                        // known to be
  bool smooth = true;                                         // false: the gradient jumps
  bool intercept = true;                                      // whether the rows of (A) have that 1
  std::vector<std::string> kinks = {};  // of a formula: where one may be, as a place and its text
};

// Units that are linear in what lies below them: unit u has the weights weights + u * inputs and following,
// and the constant at biases + u.
struct UnitLayer {
  Index inputs = 0, units = 0;
  Index weights = 0;
  Index biases = -1;  // -1: there are none
};

// A model of a data set: the objective is the mean loss over its rows + the penalties of its weights,
// intercepts not penalized.
template <Scalar T>
class Model : public Objective<T> {
 public:
  // Numbers predicted per row: 1 for regression, the probability of every class for classification.
  virtual Index outputs() const = 0;
  // Where training with these rows starts: zeros, or random weights that are a function of the seed.
  virtual void start(std::span<T> x, std::uint64_t seed, const Batch& rows) const {
    (void)seed;
    (void)rows;
    std::fill(x.begin(), x.end(), T{0});
  }
  // The layers from the features to the scores; empty: the scores are not made like this.
  virtual std::vector<UnitLayer> layers() const { return {}; }
  // Takes a pass over the targets.
  virtual ModelFacts facts() const { return {}; }
  // Predictions for `batch` of the model's own rows, outputs() per row, at weights x; for classes also the
  // scores whose softmax the probabilities are, where `scores` is not empty. scratch as for value().
  virtual void predict(std::span<const T> x, const Batch& batch, std::span<double> predictions,
                       std::span<double> scores, std::span<T> scratch) const = 0;
  // value(), and beside it the same predictions and scores: in one pass where the model overrides this.
  virtual Evaluation value_and_predictions(std::span<const T> x, const Batch& batch,
                                           std::span<double> predictions, std::span<double> scores,
                                           std::span<T> scratch) const {
    predict(x, batch, predictions, scores, scratch);
    return this->value(x, batch, scratch);
  }
};

// What a model is made for. The data set must outlive the model.
template <Scalar T>
struct ModelSeat {
  const Dataset<T>* rows = nullptr;
  Index classes = 0;                        // 0 for regression
  bool penalized = true;                    // false: the mean loss alone, as on validation and test rows
  const std::vector<T>* weights = nullptr;  // of the rows, in place of their own; must outlive the model

  const std::vector<T>& row_weights() const { return weights == nullptr ? rows->weights : *weights; }
};

// A model of the catalog: one file of lib/objective/models each, collected by the build.
struct ModelEntry : Entry {
  std::optional<Task> task = Task::regression;  // nullopt: both, the data decide
  bool two_classes_only = false;
  std::function<std::unique_ptr<Model<double>>(const Values& parameters, const ModelSeat<double>&)>
      make_double;
  std::function<std::unique_ptr<Model<float>>(const Values& parameters, const ModelSeat<float>&)> make_float;
  bool sparse_rows = false;  // takes two text columns, as sparse one-hot rows with two groups
  double least_target = -std::numeric_limits<double>::infinity();  // regression: smaller ones have no loss
  bool counts = false;  // whether targets are counts and predictions their means
  // Whether it multiplies matrices, whose sums processors without fused multiply-adds round elsewhere.
  bool multiplies = false;
  // Classification: what the parameters say of the classes' weights; empty where they say nothing.
  const ClassWeight* (*class_weight)(const Values& parameters) = nullptr;
  // What the parameters say of the penalty l1 |w|_1, which the model's values leave out; null: nothing.
  double (*l1)(const Values& parameters) = nullptr;
  // The column of exposures that the parameters name, if they do; null: the model has none.
  std::optional<std::string> (*exposure)(const Values& parameters) = nullptr;
  // The parameters with what they leave to the training targets, of this standard deviation, filled in;
  // none where they leave nothing. May be empty.
  std::optional<Values> (*settle)(const Values& parameters, double target_sd) = nullptr;
  // What the user should know of the parameters: "dropout: why (cure)"; empty: nothing. May be null.
  std::string (*caution)(const Values& parameters) = nullptr;

  template <Scalar T>
  std::unique_ptr<Model<T>> make(const Values& values, const ModelSeat<T>& seat) const {
    if constexpr (std::same_as<T, double>) {
      return make_double(values, seat);
    } else {
      return make_float(values, seat);
    }
  }
};

const Catalog<ModelEntry>& model_catalog();

}  // namespace lookahead
