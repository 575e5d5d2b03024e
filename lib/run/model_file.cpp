#include "run/model_file.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "base/text.hpp"
#include "base/within_memory.hpp"
#include "run/checkpoint.hpp"
#include "run/directory.hpp"
#include "run/patience.hpp"
#include "run/run_summary.hpp"
#include "run/version.hpp"
#include "spec/codecs.hpp"
#include "spec/run_files.hpp"
#include "spec/sweep_files.hpp"

namespace lookahead {
namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 30;
constexpr const char* no_model_cure = "give the run directory of a data problem";

Fault no_model(const std::string& file, const std::string& why) {
  return {FaultKind::data, {file, 0, 0}, "is not a model of this program: " + why, no_model_cure};
}

// What keeps a model from working on rows of an encoding; empty where nothing does. The weights were counted
// in memory that was given already, so that a model with as many coordinates fits too.
template <Scalar T>
std::string misfit(const StoredModel& stored) {
  const ModelEntry& entry = *stored.model.entry;
  const Encoding& encoding = stored.encoding;
  const Index classes = std::ssize(encoding.classes);
  if (entry.task && *entry.task != encoding.task)
    return "the model " + entry.card.name + " is not one of " + Codec<Task>::word(encoding.task);
  if (entry.two_classes_only && classes != 2)
    return "the model " + entry.card.name + " takes two classes, the encoding has " + std::to_string(classes);
  const bool pairs = encoding.sparse && encoding.groups().size() == 2;
  if (entry.sparse_rows != encoding.sparse || (entry.sparse_rows && !pairs))
    return "the model " + entry.card.name + " does not fit the encoding's columns";
  std::optional<std::string> exposure;
  if (entry.exposure != nullptr) exposure = entry.exposure(stored.model.values);
  if (exposure != encoding.exposure) return "the model's exposure is not that of the encoding";
  const auto rows = without_rows<T>(encoding);
  const auto model = entry.template make<T>(stored.model.values, ModelSeat<T>{&rows, classes, false});
  if (model->dimension() != std::ssize(stored.weights)) {
    return "the model has " + std::to_string(stored.weights.size()) + " weights, its encoding needs " +
           std::to_string(model->dimension());
  }
  constexpr auto most = static_cast<double>(std::numeric_limits<T>::max());
  const auto fits = [](double weight) { return std::abs(weight) <= most; };
  if (!std::all_of(stored.weights.begin(), stored.weights.end(), fits))
    return "a weight is beyond the range of its precision";
  return "";
}

// The model in `json`; its weights too, unless they are given.
Checked<StoredModel> model_of(const JsonRead& json, const std::string& file,
                              std::optional<std::vector<double>> weights = {}) {
  std::vector<const char*> keys = {"format", "precision", "model", "encoding"};
  if (!weights) keys.push_back("weights");
  for (const char* key : keys) {
    if (!json.contains(key)) return no_model(file, std::string("the key '") + key + "' is missing");
  }
  if (json["format"] != 1) return no_model(file, "its format is not 1");
  StoredModel stored;
  Report report;
  const Node model = node_of(json["model"]);
  const auto chosen = Codec<Chosen<ModelEntry>>::read(model, Path("model"), report);
  const auto precision = Codec<Precision>::read(node_of(json["precision"]), Path("precision"), report);
  if (!chosen || !precision || !report.empty()) {
    return no_model(file, report.empty() ? "its model cannot be read" : report.faults().front().text);
  }
  stored.model = *chosen;
  stored.precision = *precision;
  for (const JsonRead& metric : json.value("metrics", JsonRead::array())) {
    const auto metric_read = Codec<Chosen<MetricEntry>>::read(node_of(metric), Path("metrics"), report);
    if (!metric_read || !report.empty()) return no_model(file, "its metrics cannot be read");
    stored.metrics.push_back(*metric_read);
  }
  const auto encoding = encoding_from(node_of(json["encoding"]));
  if (!encoding) return no_model(file, encoding.faults().front().text);
  stored.encoding = *encoding;
  if (weights) {
    stored.weights = std::move(*weights);
  } else {
    if (!json["weights"].is_array()) return no_model(file, "its weights are no list");
    for (const JsonRead& weight : json["weights"]) {
      if (!weight.is_number()) return no_model(file, "a weight is not a number");
      stored.weights.push_back(weight.get<double>());
    }
  }
  const std::string wrong =
      stored.precision == Precision::single_precision ? misfit<float>(stored) : misfit<double>(stored);
  if (!wrong.empty()) return no_model(file, wrong);
  return stored;
}

// The model of the state in a checkpoint.
Checked<StoredModel> model_of_checkpoint(const std::string& file) {
  auto checkpoint = read_checkpoint(file);
  if (!checkpoint) return as_data(checkpoint.faults());
  const CheckpointHead& head = checkpoint->head;
  if (head.model.empty()) return no_model(file, "it is the checkpoint of a function");
  const auto json = json_object(head.model, file, "a model of this program", no_model_cure);
  if (!json) return json.faults();
  const std::string step = to_text(head.counts.steps);
  auto weights = numbers_of(*checkpoint, head.result_item);
  if (!weights) return no_model(file, "its weights are missing");
  auto stored = model_of(*json, file, std::move(weights));
  const bool best = head.result_item == best_weights_item;
  if (stored)
    stored->note = file +
                   (best ? ": the best model by stop.patience up to the checkpoint at step "
                         : ": the model of the checkpoint at step ") +
                   step;
  return stored;
}

// The fault of a folder that holds a run, or runs, and no model; nothing where it may hold one.
std::optional<Fault> none_in_run(const std::filesystem::path& run, const Checked<RunSummary>& summary) {
  std::error_code unknown;
  const auto holds = [&](const char* file) { return std::filesystem::exists(run / file, unknown); };
  if (holds(run_files::model)) return std::nullopt;
  const auto fault = [&](const std::string& what) {
    return Fault{FaultKind::data, {run.string(), 0, 0}, what, no_model_cure};
  };
  if (summary && summary->json.contains("data") && summary->json["data"].is_null())
    return fault("is a run of a function and has no model");
  if (holds(sweep_files::runs) || holds(sweep_files::plan))
    return fault(
        "is a sweep directory, each of whose runs has a model of its own where it says keep: everything");
  if (!holds(run_files::config) && !holds(run_files::summary)) return fault("the folder holds no run");
  return std::nullopt;
}

// A run's own model, or that of its last checkpoint where it has not ended.
Checked<StoredModel> model_of_run(const std::filesystem::path& run) {
  const std::filesystem::path file = run / run_files::model, state = run / run_files::checkpoint;
  const auto found = running_state(run);
  if (!found) return as_data(found.faults());
  const std::optional<RunningState>& running = *found;
  const auto summary = read_summary(run);
  std::error_code unknown;
  const bool kept = std::filesystem::exists(state, unknown), made = std::filesystem::exists(file, unknown);
  // A run that failed may have left the model of an earlier sitting.
  const bool failed = summary && summary->status == Status::failed && kept &&
                      (!made || std::filesystem::last_write_time(file, unknown) <
                                    std::filesystem::last_write_time(state, unknown));
  if ((running || failed) && kept) {
    auto stored = model_of_checkpoint(state.string());
    if (stored && running) stored->note += "; the run " + text_of(*running, run);
    return stored;
  }
  if (running && !made) return no_model(run.string(), "the run " + text_of(*running, run));
  if (auto fault = none_in_run(run, summary)) return *fault;
  const auto json = read_json(file.string(), most_bytes, "a model of this program", no_model_cure);
  if (!json) return json.faults();
  const auto id = json->find("run");
  if (summary && id != json->end() && summary->json.contains("id") && summary->json["id"] != *id)
    return no_model(file.string(), "it is of another run than run.json beside it");
  auto stored = model_of(*json, file.string());
  if (stored && running) {
    stored->note = file.string() + ": the model of the run before; the run " + text_of(*running, run);
  }
  return stored;
}

}  // namespace

Json model_head(const Spec& spec, const Encoding& encoding, const std::string& id) {
  Json metrics = Json::array();
  for (const auto& metric : spec.metrics)
    metrics.push_back(json_of(Codec<Chosen<MetricEntry>>::write(metric)));
  return {{"format", 1},
          {"version", version()},
          {"run", id},
          {"name", spec.name},
          {"precision", Codec<Precision>::word(spec.precision)},
          {"model", json_of(Codec<Chosen<ModelEntry>>::write(*spec.model))},
          {"metrics", metrics},
          {"features", encoding.feature_names()},
          {"encoding", json_of(to_node(encoding))}};
}

Checked<StoredModel> read_model(const std::string& file) {
  const auto read = [&]() -> Checked<StoredModel> {
    std::error_code error;
    if (std::filesystem::is_directory(file, error)) return model_of_run(file);
    if (std::filesystem::path(file).filename() == run_files::checkpoint) return model_of_checkpoint(file);
    const auto json = read_json(file, most_bytes, "a model of this program", no_model_cure);
    return json ? model_of(*json, file) : json.faults();
  };
  return within_memory(
      read, [&](const std::string& needs) -> Checked<StoredModel> { return no_model(file, "it " + needs); });
}

}  // namespace lookahead
