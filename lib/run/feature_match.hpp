#pragma once
#include <span>
#include <string>
#include <vector>

#include "data/encode/encoding.hpp"

namespace lookahead {

// The features of one encoding beside those of another: of tables columns go by their names and levels by
// theirs, of libsvm files features by their indices. The encodings must outlive it.
class FeatureMatch {
 public:
  FeatureMatch(const Encoding& from, const Encoding& to);

  // What is linear in the features of `from`, weights . features + constant, as the same in the raw columns
  // that are in both, by features of `to`; `weights` has from.feature_count() numbers, `out`
  // to.feature_count(). Columns that are in one of them alone count as 0. Returns the constant.
  double carry(std::span<const double> weights, double constant, std::span<double> out) const;

  // Of encodings of text columns alone: the feature of `from` for each feature of `to`, or -1.
  std::vector<Index> features() const;

  // Columns, levels and features that are in one of the two alone: "x", "colour=red".
  const std::vector<std::string>& only_here() const { return only_here_; }
  const std::vector<std::string>& only_there() const { return only_there_; }
  // How many features of `to` have one in `from`.
  Index matched() const { return matched_; }

 private:
  // A column of `to`: its first feature, and the column of `from` with its first feature; null: none.
  struct Pair {
    const Column* to = nullptr;
    const Column* from = nullptr;
    Index to_first = 0, from_first = 0;
    // Of text: for every level of `to`, then its reference, then a text that nobody knows, the feature of
    // `from` that is 1, or -1.
    std::vector<Index> on;
  };

  void match_columns();
  void match_levels(Pair& pair);
  void match_indices();
  double carry_number(const Pair& pair, std::span<const double> weights, std::span<double> out) const;
  double carry_levels(const Pair& pair, std::span<const double> weights, std::span<double> out) const;

  const Encoding& from_;
  const Encoding& to_;
  std::vector<Pair> pairs_;
  std::vector<Index> indices_;  // libsvm: the feature of `from` for each of `to`, or -1
  std::vector<std::string> only_here_, only_there_;
  Index matched_ = 0;
};

}  // namespace lookahead
