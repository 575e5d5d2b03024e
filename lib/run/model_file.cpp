#include "run/model_file.hpp"

#include <filesystem>

#include "base/file.hpp"
#include "run/version.hpp"
#include "spec/codecs.hpp"

namespace lookahead {
namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 30;
constexpr int most_depth = 20;  // every level of nodes takes stack

Fault no_model(const std::string& path, const std::string& why) {
  return {FaultKind::data,
          {path, 0, 0},
          "is not a model of this program: " + why,
          "give the run directory of a data problem"};
}

}  // namespace

template <Scalar T>
Json model_json(const Spec& spec, const Encoding& encoding, std::span<const T> weights) {
  Json numbers = Json::array();
  for (const T weight : weights) numbers.push_back(static_cast<double>(weight));
  Json metrics = Json::array();
  for (const auto& metric : spec.metrics)
    metrics.push_back(json_of(Codec<Chosen<MetricEntry>>::write(metric)));
  return {{"format", 1},
          {"version", version()},
          {"name", spec.name},
          {"precision", Codec<Precision>::word(spec.precision)},
          {"model", json_of(Codec<Chosen<ModelEntry>>::write(*spec.model))},
          {"metrics", metrics},
          {"features", encoding.feature_names()},
          {"encoding", json_of(to_node(encoding))},
          {"weights", numbers}};
}

Checked<StoredModel> read_model(const std::string& path) {
  std::error_code error;
  const std::string file = std::filesystem::is_directory(path, error)
                               ? (std::filesystem::path(path) / "model.json").string()
                               : path;
  const auto content = read_file(file, FaultKind::data, most_bytes);
  if (!content) return content.faults();
  bool deep = false;
  const auto shallow = [&](int depth, Json::parse_event_t, Json&) {
    deep = deep || depth > most_depth;
    return !deep;
  };
  const Json json = Json::parse(*content, shallow, false);
  if (deep) return no_model(file, "its brackets are nested too deeply");
  if (!json.is_object()) return no_model(file, "it is not a JSON object");
  for (const char* key : {"format", "precision", "model", "encoding", "weights"}) {
    if (!json.contains(key)) return no_model(file, std::string("the key '") + key + "' is missing");
  }
  if (json["format"] != 1) return no_model(file, "its format is not 1");
  StoredModel stored;
  Report report;
  Node model = node_of(json["model"]);
  const auto chosen = Codec<Chosen<ModelEntry>>::read(model, "model", report);
  const auto precision = Codec<Precision>::read(node_of(json["precision"]), "precision", report);
  if (!chosen || !precision || !report.empty()) return no_model(file, "its model cannot be read");
  stored.model = *chosen;
  stored.precision = *precision;
  for (const Json& metric : json.value("metrics", Json::array())) {
    const auto read = Codec<Chosen<MetricEntry>>::read(node_of(metric), "metrics", report);
    if (!read) return no_model(file, "its metrics cannot be read");
    stored.metrics.push_back(*read);
  }
  const auto encoding = encoding_from(node_of(json["encoding"]));
  if (!encoding) return no_model(file, encoding.faults().front().text);
  stored.encoding = *encoding;
  for (const Json& weight : json["weights"]) {
    if (!weight.is_number()) return no_model(file, "a weight is not a number");
    stored.weights.push_back(weight.get<double>());
  }
  return stored;
}

template Json model_json(const Spec&, const Encoding&, std::span<const float>);
template Json model_json(const Spec&, const Encoding&, std::span<const double>);

}  // namespace lookahead
