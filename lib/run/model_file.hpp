#pragma once
#include "data/prepare.hpp"
#include "run/json.hpp"

namespace lookahead {

// model.json but for its weights: encoding and standardization, all else that predict needs. `id` is the
// run's.
Json model_head(const Spec& spec, const Encoding& encoding, const std::string& id);
// The text of model.json.
template <Scalar T>
std::string model_text(const Json& head, std::span<const T> weights) {
  return text_of(head, "weights", weights);
}

// A model read back.
struct StoredModel {
  Chosen<ModelEntry> model;
  Encoding encoding;
  Precision precision = Precision::double_precision;
  std::vector<double> weights;
  std::vector<Chosen<MetricEntry>> metrics;  // of the run
  std::string note;                          // for the user: where it comes from, if not from model.json
};

// Reads `file`, a model.json, a checkpoint.bin or the run directory that holds them: of a run that has not
// ended the model of its last checkpoint. Faults are of kind data.
Checked<StoredModel> read_model(const std::string& file);

}  // namespace lookahead
