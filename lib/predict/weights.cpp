#include "predict/weights.hpp"

#include "base/text.hpp"
#include "base/within_memory.hpp"
#include "predict/importance.hpp"
#include "run/feature_match.hpp"
#include "run/model_file.hpp"
#include "trace/csv_text.hpp"

namespace lookahead {
namespace {

// An encoding of the same features that leaves their numbers as they are.
Encoding unscaled(Encoding encoding) {
  for (Column& column : encoding.columns) {
    column.mean = 0;
    column.sd = 1;
    column.level_means.clear();
    column.level_sds.clear();
  }
  encoding.scales.clear();
  return encoding;
}

// Mean and standard deviation of every feature, as the model sees it.
struct Scales {
  std::vector<double> means, sds;
};

Scales scales_of(const Encoding& encoding) {
  Scales scales;
  for (Index i = 0; i < encoding.sparse_features; ++i) {
    scales.means.push_back(0);
    scales.sds.push_back(encoding.scales.empty() ? 1 : encoding.scales[static_cast<std::size_t>(i)]);
  }
  for (const Column& column : encoding.columns) {
    for (Index i = 0; i < column.width(); ++i) {
      const bool number = column.kind == ColumnKind::numeric, scaled = !column.level_sds.empty();
      const auto level = static_cast<std::size_t>(i);
      scales.means.push_back(number ? column.mean : scaled ? column.level_means[level] : 0);
      scales.sds.push_back(number ? column.sd : scaled ? column.level_sds[level] : 1);
    }
  }
  return scales;
}

// The class whose score unit `unit` of `units` is.
std::string class_of(const Encoding& encoding, Index unit, Index units) {
  if (encoding.classes.empty()) return "";
  return encoding.classes[static_cast<std::size_t>(units == 1 ? 1 : unit)];
}

void append_row(std::string& csv, const std::string& feature, const std::string& name, double weight,
                double raw) {
  csv += csv_cell(feature) + "," + csv_cell(name) + ",";
  append_real(csv, weight);
  csv += ',';
  append_real(csv, raw);
}

Checked<WeightsTable> coefficients(const StoredModel& stored, const std::string& file) {
  const Encoding& encoding = stored.encoding;
  const auto rows = without_rows<double>(encoding);
  const auto model = stored.model.entry->make<double>(
      stored.model.values, ModelSeat<double>{&rows, std::ssize(encoding.classes), false});
  const std::vector<UnitLayer> layers = model->layers();
  if (layers.size() != 1) {
    return Fault{FaultKind::usage,
                 {file, 0, 0},
                 "the model " + stored.model.entry->card.name + " has no weight of its own for each feature",
                 "--data FILE tells how much each column counts for rows with a target"};
  }
  const UnitLayer& layer = layers.front();
  const Encoding raw = unscaled(encoding);
  const FeatureMatch match(encoding, raw);
  const std::vector<std::string> names = encoding.feature_names();
  const Scales scales = scales_of(encoding);
  WeightsTable table;
  table.csv = "feature,class,weight,raw_weight,mean,sd\n";
  std::vector<double> raw_weights(names.size());
  for (Index unit = 0; unit < layer.units; ++unit) {
    const std::span<const double> weights =
        std::span<const double>(stored.weights)
            .subspan(static_cast<std::size_t>(layer.weights + unit * layer.inputs), names.size());
    const double bias = layer.biases < 0 ? 0 : stored.weights[static_cast<std::size_t>(layer.biases + unit)];
    const double constant = match.carry(weights, bias, raw_weights);
    const std::string of = class_of(encoding, unit, layer.units);
    for (std::size_t i = 0; i < names.size(); ++i) {
      append_row(table.csv, names[i], of, weights[i], raw_weights[i] * encoding.target_sd);
      table.csv += ',';
      append_real(table.csv, scales.means[i]);
      table.csv += ',';
      append_real(table.csv, scales.sds[i]);
      table.csv += '\n';
    }
    append_row(table.csv, "(intercept)", of, bias, constant * encoding.target_sd + encoding.target_mean);
    table.csv += ",,\n";
  }
  return table;
}

}  // namespace

Checked<WeightsTable> weights_of(const std::string& model, const WeightsRequest& request, Index threads) {
  const auto stored = read_model(model);
  if (!stored) return stored.faults();
  const auto work = [&]() -> Checked<WeightsTable> {
    if (request.data.empty()) return coefficients(*stored, model);
    return importance(*stored, request, threads);
  };
  auto table = within_memory(work, [&](const std::string& needs) -> Checked<WeightsTable> {
    return Fault{
        FaultKind::data, {request.data.empty() ? model : request.data, 0, 0}, "the table " + needs, ""};
  });
  if (table && !stored->note.empty()) table->notes.insert(table->notes.begin(), stored->note);
  return table;
}

}  // namespace lookahead
