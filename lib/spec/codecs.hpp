#pragma once
#include "spec/spec.hpp"

namespace lookahead {

// Whether the text can be the name of a file or folder: UTF-8 of 1 to 100 bytes, not hidden, no '/', no
// control characters, no blanks at its ends.
bool is_file_name(const std::string& text);

// The keys of an objective beside its name and own parameters.
const Parameters& objective_parameters();

// That an objective has two keys that exclude each other; `given` is the value of the second.
void refuse_both(const Node& given, const Path& path, const std::string& one, const std::string& other,
                 Report& report);

// What a problem file holds.
Form problem_form();

// The keys of a level of Lookahead.
const Parameters& level_parameters();

// How the blocks of a problem file are read and written.

template <>
struct Codec<ObjectiveSpec> {
  static std::string type() { return "function name, game name or map"; }
  static std::optional<ObjectiveSpec> read(const Node& node, const Path& path, Report& report);
  static Node write(const ObjectiveSpec& spec);
  static Inside inside(Node& node, const std::string& key);
  static Form form();
};
template <>
struct Codec<Chosen<ModelEntry>> {
  static std::string type() { return "model name or map"; }
  static std::optional<Chosen<ModelEntry>> read(const Node& node, const Path& path, Report& report);
  static Node write(const Chosen<ModelEntry>& model);
  static Inside inside(Node& node, const std::string& key);
  static Form form();
};
template <>
struct Codec<Chosen<MetricEntry>> {
  static std::string type() { return "metric names or maps"; }
  static std::optional<Chosen<MetricEntry>> read(const Node& node, const Path& path, Report& report);
  static Node write(const Chosen<MetricEntry>& metric);
  static Inside inside(Node& node, const std::string& key);
  static Form form();
};
template <>
struct Codec<DataOptions> {
  static std::string type() { return "map"; }
  static std::optional<DataOptions> read(const Node& node, const Path& path, Report& report);
  static Node write(const DataOptions& options);
  static Inside inside(Node& node, const std::string& key);
  static Form form();
};
template <>
struct Codec<StartSpec> {
  static std::string type() {
    return "default | random | {uniform: [low, high]} | {run: directory} | [numbers]";
  }
  static std::optional<StartSpec> read(const Node& node, const Path& path, Report& report);
  static Node write(const StartSpec& spec);
  static Form form();
};
template <>
struct Codec<OptimizerSpec> {
  static std::string type() { return "optimizer name or map"; }
  static std::optional<OptimizerSpec> read(const Node& node, const Path& path, Report& report);
  static Node write(const OptimizerSpec& spec);
  static Inside inside(Node& node, const std::string& key);
  static Form form();
};
template <>
struct Codec<RateSpec> {
  static std::string type() { return "number, schedule or auto"; }
  static std::optional<RateSpec> read(const Node& node, const Path& path, Report& report);
  static Node write(const RateSpec& spec);
  static Inside inside(Node& node, const std::string& key);
  static std::optional<double> number(const RateSpec& spec) {
    return spec.automatic ? std::nullopt : spec.value.constant_value();
  }
  static Form form();
};
template <>
struct Codec<Clip> {
  static std::string type() { return "{norm: number} | {value: number}"; }
  static std::optional<Clip> read(const Node& node, const Path& path, Report& report);
  static Node write(const Clip& clip);
  static Inside inside(Node& node, const std::string& key);
  static Form form();
};
template <>
struct Codec<Chosen<NoiseEntry>> {
  static std::string type() { return "{name: parameters}"; }
  static std::optional<Chosen<NoiseEntry>> read(const Node& node, const Path& path, Report& report);
  static Node write(const Chosen<NoiseEntry>& noise);
  static Inside inside(Node& node, const std::string& key);
  static Form form();
};
template <>
struct Codec<AlphaSpec> {
  static std::string type() { return "number, schedule or {adaptive: {low, high}}"; }
  static std::optional<AlphaSpec> read(const Node& node, const Path& path, Report& report);
  static Node write(const AlphaSpec& spec);
  static Inside inside(Node& node, const std::string& key);
  static std::optional<double> number(const AlphaSpec& spec) { return spec.value.constant_value(); }
  static Form form();
};
// The slow optimizer: of the outer catalog, or of the optimizers' where the rule serves in that seat.
template <>
struct Codec<Chosen<OptimizerEntry>> {
  static std::string type() { return "outer optimizer's name or map"; }
  static std::optional<Chosen<OptimizerEntry>> read(const Node& node, const Path& path, Report& report);
  static Node write(const Chosen<OptimizerEntry>& outer);
  static Inside inside(Node& node, const std::string& key);
  static Form form();
};
template <>
struct Codec<LookaheadSpec> {
  static std::string type() { return "map | list of maps | false"; }
  static std::optional<LookaheadSpec> read(const Node& node, const Path& path, Report& report);
  static Node write(const LookaheadSpec& spec);
  static Inside inside(Node& node, const std::string& key);
  static Form form();
};
template <>
struct Codec<PatienceSpec> {
  static std::string type() { return "map"; }
  static std::optional<PatienceSpec> read(const Node& node, const Path& path, Report& report);
  static Node write(const PatienceSpec& spec);
  static Inside inside(Node& node, const std::string& key);
  static Form form();
};
template <>
struct Codec<StopSpec> {
  static std::string type() { return "map"; }
  static std::optional<StopSpec> read(const Node& node, const Path& path, Report& report);
  static Node write(const StopSpec& spec);
  static Inside inside(Node& node, const std::string& key);
  static Form form();
};
template <>
struct Codec<BatchSpec> {
  static std::string type() { return "integer | full"; }
  static std::optional<BatchSpec> read(const Node& node, const Path& path, Report& report);
  static Node write(const BatchSpec& spec);
  static Form form();
};
template <>
struct Codec<ThreadsSpec> {
  static std::string type() { return "integer | auto"; }
  static std::optional<ThreadsSpec> read(const Node& node, const Path& path, Report& report);
  static Node write(const ThreadsSpec& spec);
  static Form form();
};
template <>
struct Codec<TraceSpec> {
  static std::string type() { return "map"; }
  static std::optional<TraceSpec> read(const Node& node, const Path& path, Report& report);
  static Node write(const TraceSpec& spec);
  static Inside inside(Node& node, const std::string& key);
  static Form form();
};

}  // namespace lookahead
