#include "run/predict.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "engine/metrics.hpp"
#include "engine/threads.hpp"
#include "run/model_file.hpp"

namespace lookahead {
namespace {

using Write = std::function<Checked<Done>(std::string_view)>;

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

// Lines of predictions for all records, the dropped ones with empty fields.
template <Scalar T>
Checked<Done> write_rows(const Model<T>& model, const Encoding& encoding, const Encoded<T>& rows,
                         std::span<const T> weights, const Write& write) {
  const auto outputs = static_cast<std::size_t>(model.outputs());
  const bool classes = !encoding.classes.empty();
  std::string text = "prediction";
  for (const std::string& name : encoding.classes) text += "," + csv_field("p_" + name);
  text += '\n';
  constexpr Index block = 256;
  Aligned<T> scratch(static_cast<std::size_t>(model.scratch(block)));
  std::vector<double> predictions(static_cast<std::size_t>(block) * outputs);
  auto dropped = rows.dropped.begin();
  Index record = 0;
  const auto skip_dropped = [&] {
    for (; dropped != rows.dropped.end() && *dropped == record; ++dropped, ++record) {
      // Readers skip empty lines, and then the rows no longer match.
      text += classes ? std::string(encoding.classes.size(), ',') : "\"\"";
      text += '\n';
    }
  };
  for (Index from = 0; from < rows.data.rows; from += block) {
    const Index count = std::min(block, rows.data.rows - from);
    model.predict(weights, Batch::range(from, from + count), predictions, scratch);
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      skip_dropped();
      const auto row = std::span<const double>(predictions).subspan(i * outputs, outputs);
      if (classes) {
        text += csv_field(
            encoding
                .classes[static_cast<std::size_t>(std::max_element(row.begin(), row.end()) - row.begin())]);
        for (const double probability : row) text += "," + to_text(probability);
      } else {
        text += to_text(row[0] * encoding.target_sd + encoding.target_mean);
      }
      text += '\n';
      ++record;
    }
    if (auto written = write(text); !written) return written.faults();
    text.clear();
  }
  skip_dropped();
  return write(text);
}

// All metrics of the model's task, over the rows whose target is known.
template <Scalar T>
std::vector<std::pair<std::string, double>> metrics_of(const StoredModel& stored, const Model<T>& model,
                                                       const Dataset<T>& data, std::span<const T> weights) {
  const auto classes = static_cast<Index>(stored.encoding.classes.size());
  std::vector<std::uint32_t> known;
  for (std::size_t i = 0; i < data.targets.size(); ++i) {
    if (!std::isnan(data.targets[i])) known.push_back(static_cast<std::uint32_t>(i));
  }
  if (known.empty()) return {};
  std::vector<Chosen<MetricEntry>> metrics;
  for (const MetricEntry& entry : metric_catalog()) {
    if (entry.for_classes == (classes > 0)) metrics.push_back(Chosen<MetricEntry>::of(entry));
  }
  Pool pool(usable_threads());
  const auto values = evaluate_metrics<T>(model, data, Batch::rows(known), weights, metrics,
                                          metric_seat(stored.model, classes), pool);
  std::vector<std::pair<std::string, double>> named;
  for (std::size_t i = 0; i < values.size(); ++i) named.emplace_back(metrics[i].entry->card.name, values[i]);
  return named;
}

template <Scalar T>
Checked<Predictions> predict_in(const StoredModel& stored, const std::string& path, const Write& write) {
  auto rows = encode_file<T>(stored.encoding, TestFile{path, 0, ""}, TargetNeed::optional, usable_threads());
  if (!rows) return rows.faults();
  const auto classes = static_cast<Index>(stored.encoding.classes.size());
  const auto model =
      stored.model.entry->make<T>(stored.model.parameters.get(), ModelSeat<T>{&rows->data, classes, false});
  if (model->dimension() != static_cast<Index>(stored.weights.size())) {
    return Fault{FaultKind::data,
                 {path, 0, 0},
                 "the model has " + std::to_string(stored.weights.size()) + " weights, its encoding needs " +
                     std::to_string(model->dimension()),
                 "the model file is damaged"};
  }
  Aligned<T> weights;
  for (const double weight : stored.weights) weights.push_back(static_cast<T>(weight));
  if (auto written = write_rows<T>(*model, stored.encoding, *rows, weights, write); !written)
    return written.faults();
  Predictions predictions;
  predictions.notes = rows->notes;
  if (rows->unlabeled > 0) {
    predictions.notes.push_back(path + ": " + std::to_string(rows->unlabeled) + " of " +
                                std::to_string(rows->records) +
                                " rows have a target that is missing or unknown; the metrics leave them out");
  }
  if (rows->has_target) predictions.metrics = metrics_of<T>(stored, *model, rows->data, weights);
  return predictions;
}

}  // namespace

Checked<Predictions> predict(const std::string& model, const std::string& data, const Write& write) {
  const auto stored = read_model(model);
  if (!stored) return stored.faults();
  if (stored->precision == Precision::single_precision) return predict_in<float>(*stored, data, write);
  return predict_in<double>(*stored, data, write);
}

}  // namespace lookahead
