#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "spec/spec.hpp"

namespace lookahead {

// Whether the model weighs the rows by their classes.
bool weighs_classes(const Chosen<ModelEntry>& model);

// Multiplies the rows' weights by those the model gives to their classes, and keeps those without for the
// metrics. `file` is the place of faults: labels that are no classes, or a target that has none.
template <Scalar T>
Checked<Done> weigh_classes(Dataset<T>& rows, const Chosen<ModelEntry>& model,
                            const std::vector<std::string>& classes, const std::string& file);

// The fold, 0 <= fold < data.validation.folds, of every training row; classes: 0 for regression.
template <Scalar T>
std::vector<std::uint32_t> folds_of(const Spec& spec, const Dataset<T>& rows, Index classes);

// A fault where all rows of a fold have the weight 0.
template <Scalar T>
Checked<Done> check_folds(const Spec& spec, const Dataset<T>& rows, Index classes);

// The weights of all rows in the run of a fold, as in one of two files: those of its own rows, which judge,
// are 1 on average; those of all others, which train, are too and then have the factors of their classes,
// which come from them alone. Empty: all are 1.
template <Scalar T>
std::vector<T> fold_weights(const Dataset<T>& rows, const Chosen<ModelEntry>& model,
                            const std::vector<std::string>& classes,
                            const std::vector<std::uint32_t>& fold_of, std::uint32_t fold);

}  // namespace lookahead
