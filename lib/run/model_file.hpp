#pragma once
#include "data/prepare.hpp"
#include "run/json.hpp"

namespace lookahead {

// The text of model.json: weights, encoding and standardization, all that predict needs.
template <Scalar T>
std::string model_text(const Spec& spec, const Encoding& encoding, std::span<const T> weights);

// A model read back.
struct StoredModel {
  Chosen<ModelEntry> model;
  Encoding encoding;
  Precision precision = Precision::double_precision;
  std::vector<double> weights;
  std::vector<Chosen<MetricEntry>> metrics;  // of the run
};

// Reads `path`, a model.json or the run directory that holds one. Faults are of kind data.
Checked<StoredModel> read_model(const std::string& path);

}  // namespace lookahead
