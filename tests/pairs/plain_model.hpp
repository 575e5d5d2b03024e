#pragma once
#include <map>
#include <string>
#include <vector>

// A plain, slow model of a run on data: text -> rows -> encoding -> weights -> loss, penalty, metrics, and
// the steps of gradient descent under Lookahead. It shares no code with the program and computes in long
// double.
namespace lookahead::plain {

using Real = long double;

enum class Kind { linear, logistic, softmax, poisson };

// A file with a header: cells without quotes, separated by commas.
struct File {
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> rows;
};
File file_of(const std::string& text);

struct Settings {
  Kind kind = Kind::linear;
  std::string target = "y";
  std::string weights;             // column of row weights; empty: none
  std::vector<std::string> texts;  // columns of categories
  bool standardize = true, standardize_levels = false, standardize_target = false;
  bool intercept = true;
  Real l2 = 0;
  bool balanced = false;
  std::map<std::string, Real> class_weight;  // of labels; 1 for the others
  Real rate = 0.1, last_rate = 0.1;          // from the first to the last along half a cosine
  Real momentum = 0, weight_decay = 0;
  int k = 1, workers = 1;
  bool shard = false;
  Real alpha = 1;
  int steps = 1;  // what the stop rules allow
};

// Encoded rows. weights: 1 on average, for metrics and for the loss of rows that judge; empty: none.
struct Rows {
  std::vector<std::vector<Real>> features;
  std::vector<Real> targets;  // numbers, or the places of classes
  std::vector<Real> weights;
};

// What is taken from the training rows.
class Encoder {
 public:
  Encoder(const File& training, const Settings& settings);
  Rows encode(const File& file) const;
  const std::vector<std::string>& classes() const { return classes_; }
  Real target_mean() const { return target_mean_; }
  Real target_sd() const { return target_sd_; }

 private:
  struct Feature {
    std::size_t field = 0;
    std::string level;  // of a text column
    bool text = false;
    Real mean = 0, sd = 1;
  };
  Settings settings_;
  std::vector<Feature> features_;
  std::vector<std::string> classes_;
  Real target_mean_ = 0, target_sd_ = 1;
};

// The rows listed, with weights that are 1 on average among them.
Rows part(const Rows& rows, const std::vector<std::size_t>& listed);

using Point = std::vector<Real>;  // the weights, vector after vector of the outputs, then the intercepts

// The loss of training rows: with penalty and the factors of classes.
Real training_loss(const Settings& settings, std::size_t outputs, const std::vector<std::string>& classes,
                   const Rows& rows, const Point& point);
// The mean loss alone.
Real mean_loss(const Settings& settings, std::size_t outputs, const Rows& rows, const Point& point);
// The slow point at the end.
Point trained(const Settings& settings, std::size_t outputs, const std::vector<std::string>& classes,
              const Rows& rows);

// rmse, mae, r2 of numbers (in units of the target), accuracy, log_loss and, of two classes, auc. `margin`:
// how far the closest decision between two classes or two ranks is from a tie.
std::map<std::string, Real> metrics(const Settings& settings, const Encoder& encoder, const Rows& rows,
                                    const Point& point, Real& margin);

}  // namespace lookahead::plain
