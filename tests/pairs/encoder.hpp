#pragma once
#include "cells.hpp"
#include "rounding.hpp"

namespace lookahead::pairs {

// Rows ready for a model.
struct Rows {
  std::vector<Vector> features;
  std::vector<Vector> sizes;  // of the numbers that each feature was made of, as they cancel in it
  Vector targets;             // numbers, or the places of classes; NaN: none
  Vector target_sizes;
  Vector weights;  // 1 on average; empty: all are 1
  Vector offsets;  // added to the scores; empty: none

  std::size_t size() const { return features.size(); }
  Real weight(std::size_t row) const { return weights.empty() ? 1 : weights[row]; }
  // Whether no row counts.
  bool empty_weights() const;
};

// The rows listed, with weights that are 1 on average among them.
Rows part(const Rows& rows, const std::vector<std::size_t>& listed);
// The same rows with errors of rounding: of features, targets and weights. `single`: features and targets are
// kept in single precision. `classes`: targets are places of classes.
Rows rounded(const Rows& rows, Rounding& rounding, bool single, bool classes);

// The records of a file that are used: by the policy for missing cells. `labels`: whether the target has to
// be there.
std::vector<std::size_t> used_records(const Cells& cells, const DataSettings& settings, bool labels = true);

// What is learned from the training rows, and how rows become numbers.
class Encoder {
 public:
  Encoder(const Cells& cells, const std::vector<std::size_t>& training, const DataSettings& settings,
          bool classes);
  Rows encode(const Cells& cells, const std::vector<std::size_t>& records, bool test_file = false) const;
  std::size_t width() const { return features_.size(); }
  const std::vector<Name>& classes() const { return classes_; }
  // Ends of the features of each column.
  const std::vector<std::size_t>& groups() const { return groups_; }
  Real target_mean() const { return target_mean_; }
  Real target_sd() const { return target_sd_; }
  // Whether a column holds no number in the training rows.
  bool empty() const { return empty_; }
  // Whether single precision can not tell the numbers of an unscaled column or target apart: it has less than
  // 1024 steps for a standard deviation.
  bool unresolved() const { return unresolved_; }
  // The place of a class; classes().size(): none.
  std::size_t class_of(const std::string& label) const;

 private:
  struct Feature {
    std::size_t column = 0;  // among columns_
    bool text = false, others = false;
    Name level;
    Real mean = 0, sd = 1, size = 0;  // size: mean of the absolute values
  };
  struct Column {
    std::string name;
    bool text = false;
    Real fill = 0;
    std::set<Name> known;  // levels with a feature or none, not the rare ones
    bool others = false;   // whether levels that are not known are a group
  };
  void add_text(const Cells& cells, const std::vector<std::size_t>& training, Column& column);
  void add_number(const Cells& cells, const std::vector<std::size_t>& training, Column& column);

  DataSettings settings_;
  std::vector<Column> columns_;
  std::vector<Feature> features_;
  std::vector<Name> classes_;
  std::vector<std::size_t> groups_;
  bool empty_ = false, unresolved_ = false;
  Vector counts_;  // of the training rows that count: how often they do
  Real all_ = 0;   // their sum
  Real target_mean_ = 0, target_sd_ = 1, target_size_ = 0;
};

}  // namespace lookahead::pairs
