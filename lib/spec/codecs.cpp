#include "spec/codecs.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "data/read/cell.hpp"
#include "objective/outside/outside.hpp"
#include "spec/block.hpp"
#include "spec/run_files.hpp"

namespace lookahead {
namespace {

// What a run can count without leaving the range of its counters.
constexpr double most_steps = most_counted;
constexpr double most_epochs = 1e9;

const Parameters& optimizer_parameters() {
  static const Parameters all = {param("lr", &OptimizerSpec::rate,
                                       "learning rate: a number, a schedule, or auto, the step of the "
                                       "convergence theorem (sgd); default: the "
                                       "optimizer's own",
                                       above(0)),
                                 param("clip", &OptimizerSpec::clip, "gradient clipping; default none")};
  return all;
}

const Parameters& clip_parameters() {
  static const Parameters all = {
      param("norm", &Clip::norm,
            "largest Euclidean norm c of the gradient g, which is scaled by min(1, c / (|g| + 1e-6))",
            above(0)),
      param("value", &Clip::value, "largest absolute value of a component", above(0))};
  return all;
}

const Parameters& patience_parameters() {
  static const Parameters all = {
      param("metric", &PatienceSpec::metric, "val_loss, val_<metric> or train_<metric>"),
      param("epochs", &PatienceSpec::epochs,
            "epochs without a better value that end the run; those without a slow step do not count",
            at_least(1), at_most(most_epochs)),
      param("min_delta", &PatienceSpec::min_delta,
            "a value counts as better where it is so by more than this", at_least(0))};
  return all;
}

const Parameters& stop_parameters() {
  static const Parameters all = {
      param("steps", &StopSpec::steps, "inner steps", at_least(1), at_most(most_steps)),
      param("rounds", &StopSpec::rounds, "slow steps", at_least(1), at_most(most_steps)),
      param("epochs", &StopSpec::epochs, "passes over the training rows (data)", at_least(1),
            at_most(most_epochs)),
      param("evals", &StopSpec::evals, "gradient evaluations: rows on data, oracle calls on functions",
            at_least(1), at_most(most_steps)),
      param("target", &StopSpec::target, "loss_slow - f* (functions) or loss_slow (data) at or below this"),
      param("grad_norm", &StopSpec::grad_norm, "norm of the gradient at the slow point at or below this",
            at_least(0)),
      param("time", &StopSpec::time, "wall-clock time since the program started"),
      param("patience", &StopSpec::patience, "no better metric for some epochs (data)"),
      param("divergence", &StopSpec::divergence,
            "diverged at a loss this times max(1, |f(start)|) above the start's", above(0))};
  return all;
}

const Parameters& trace_parameters() {
  static const Parameters all = {
      param("every", &TraceSpec::every, "which steps get a row"),
      param("points", &TraceSpec::points, "write the coordinates of the fast and the slow point"),
      param("time", &TraceSpec::time, "write the columns time_s and elapsed_s"),
      param("exact", &TraceSpec::exact,
            "grad_sq_mean over every step instead of the recorded rows: a full gradient more per step"),
      param("fast", &TraceSpec::fast,
            "data: loss_fast at every epoch end, not in the first and the last row alone: one more pass"),
      param("gradients", &TraceSpec::gradients,
            "data: the columns of gradients at every epoch end too: one or two more passes"),
      param("file", &TraceSpec::file, "name of the trace in the run directory")};
  return all;
}

}  // namespace

bool is_file_name(const std::string& text) {
  const auto odd = [](char c) { return c == '/' || c == 0x7F || static_cast<unsigned char>(c) < 0x20; };
  // Of two bytes in UTF-8, C2 80 to C2 9F.
  const auto control = [](char lead, char c) {
    return lead == '\xC2' && static_cast<unsigned char>(c) < 0xA0;
  };
  return !text.empty() && text.size() <= 100 && text.front() != '.' && trimmed(text) == text &&
         is_utf8(text) && std::none_of(text.begin(), text.end(), odd) &&
         std::adjacent_find(text.begin(), text.end(), control) == text.end();
}

const std::vector<Section>& sections() {
  static const std::vector<Section> all = {
      {"objective", &objective_parameters(), Values::of(ObjectiveSpec{})},
      {"program", &outside::program_entry().parameters, outside::program_entry().defaults()},
      {"library", &outside::library_entry().parameters, outside::library_entry().defaults()},
      {"data", &data_parameters(), Values::of(DataOptions{})},
      {"optimizer", &optimizer_parameters(), {}},
      {"optimizer.clip", &clip_parameters(), Values::of(Clip{})},
      {"lookahead", &level_parameters(), Values::of(LookaheadSpec().outermost())},
      {"stop", &stop_parameters(), Values::of(StopSpec{})},
      {"stop.patience", &patience_parameters(), Values::of(PatienceSpec{})},
      {"trace", &trace_parameters(), Values::of(TraceSpec{})}};
  return all;
}

std::optional<Chosen<ModelEntry>> Codec<Chosen<ModelEntry>>::read(const Node& node, const Path& path,
                                                                  Report& report) {
  return read_named(model_catalog(), "model", "type", node, path, {}, {}, report);
}

Node Codec<Chosen<ModelEntry>>::write(const Chosen<ModelEntry>& model) { return write_named(model, "type"); }

Inside Codec<Chosen<ModelEntry>>::inside(Node& node, const std::string& key) {
  return inside_named(model_catalog(), "type", {}, node, key);
}

std::optional<Chosen<MetricEntry>> Codec<Chosen<MetricEntry>>::read(const Node& node, const Path& path,
                                                                    Report& report) {
  return read_named(metric_catalog(), "metric", "name", node, path, {}, {}, report);
}

Node Codec<Chosen<MetricEntry>>::write(const Chosen<MetricEntry>& metric) {
  if (metric.entry->parameters.empty()) return Node::scalar(metric.entry->card.name);
  Node map = Node::map();
  map.add("name", Node::scalar(metric.entry->card.name));
  write_members(map, metric.entry->parameters, metric.values);
  return map;
}

Inside Codec<Chosen<MetricEntry>>::inside(Node& node, const std::string& key) {
  return inside_named(metric_catalog(), "name", {}, node, key);
}

std::optional<DataOptions> Codec<DataOptions>::read(const Node& node, const Path& path, Report& report) {
  auto options = read_block<DataOptions>(data_parameters(), node, path, report);
  if (options->test == TestFile{}) options->test.reset();
  options->place = node.place;
  if (node.is_map()) check_data_options(*options, report);
  return options;
}

Node Codec<DataOptions>::write(const DataOptions& options) { return write_block(data_parameters(), options); }

Inside Codec<DataOptions>::inside(Node&, const std::string& key) {
  return inside_member({&data_parameters()}, key);
}

std::optional<StartSpec> Codec<StartSpec>::read(const Node& node, const Path& path, Report& report) {
  StartSpec spec;
  if (node.is_list()) {
    spec.kind = StartSpec::Kind::point;
    const auto point = Codec<std::vector<double>>::read(node, path, report);
    if (!point) return std::nullopt;
    spec.point = *point;
    return spec;
  }
  if (node.is_scalar() && node.text == "default") return spec;
  if (node.is_scalar() && node.text == "random") {
    spec.kind = StartSpec::Kind::random;
    return spec;
  }
  const bool one_key = node.is_map() && node.members.size() == 1;
  if (const Node* run = one_key ? node.find("run") : nullptr; run != nullptr) {
    const auto directory = Codec<std::string>::read(*run, path / "run", report);
    if (!directory) return std::nullopt;
    if (directory->empty()) {
      report.add(run->place, path / "run" + " is empty", "name a run directory");
      return std::nullopt;
    }
    spec.kind = StartSpec::Kind::run;
    spec.run = *directory;
    return spec;
  }
  const Node* range = one_key ? node.find("uniform") : nullptr;
  if (range == nullptr) {
    report.add(node.place, path +
                               " must be default, random, {uniform: [low, high]}, {run: directory} or a list "
                               "of numbers, got " +
                               kind_name(node));
    return std::nullopt;
  }
  const auto ends = Codec<std::vector<double>>::read(*range, path / "uniform", report);
  if (!ends) return std::nullopt;
  if (ends->size() != 2 || (*ends)[0] > (*ends)[1]) {
    report.add(range->place, path / "uniform" + " must be [low, high] with low <= high");
    return std::nullopt;
  }
  spec.kind = StartSpec::Kind::uniform;
  spec.low = (*ends)[0];
  spec.high = (*ends)[1];
  return spec;
}

Node Codec<StartSpec>::write(const StartSpec& spec) {
  Node map = Node::map();
  switch (spec.kind) {
    case StartSpec::Kind::standard:
      return Node::scalar("default");
    case StartSpec::Kind::random:
      return Node::scalar("random");
    case StartSpec::Kind::point:
      return Codec<std::vector<double>>::write(spec.point);
    case StartSpec::Kind::run:
      map.add("run", Codec<std::string>::write(spec.run));
      return map;
    case StartSpec::Kind::uniform:
      break;
  }
  map.add("uniform", Codec<std::vector<double>>::write({spec.low, spec.high}));
  return map;
}

std::optional<OptimizerSpec> Codec<OptimizerSpec>::read(const Node& node, const Path& path, Report& report) {
  OptimizerSpec spec;
  auto chosen = read_named(optimizer_catalog(), "optimizer", "name", node, path,
                           {{&optimizer_parameters(), ValuesTarget::of(spec)}}, {}, report);
  if (!chosen) return std::nullopt;
  spec.rule = std::move(*chosen);
  if (spec.rate.value.schedule.entry == nullptr) {
    spec.rate.value = Scheduled::constant(spec.rule.entry->default_rate);
  }
  return spec;
}

Node Codec<OptimizerSpec>::write(const OptimizerSpec& spec) {
  Node map = Node::map();
  map.add("name", Node::scalar(spec.rule.entry->card.name));
  write_members(map, optimizer_parameters(), ValuesView::of(spec));
  write_members(map, spec.rule.entry->parameters, spec.rule.values);
  return map;
}

Inside Codec<OptimizerSpec>::inside(Node& node, const std::string& key) {
  return inside_named(optimizer_catalog(), "name", optimizer_parameters(), node, key);
}

std::optional<RateSpec> Codec<RateSpec>::read(const Node& node, const Path& path, Report& report) {
  RateSpec spec;
  spec.automatic = node.is_scalar() && node.text == "auto";
  if (spec.automatic) return spec;
  auto value = Codec<Scheduled>::read(node, path, report);
  if (!value) return std::nullopt;
  spec.value = std::move(*value);
  return spec;
}

Node Codec<RateSpec>::write(const RateSpec& spec) {
  return spec.automatic ? Node::scalar("auto") : Codec<Scheduled>::write(spec.value);
}

Inside Codec<RateSpec>::inside(Node& node, const std::string& key) {
  return Codec<Scheduled>::inside(node, key);
}

std::optional<Clip> Codec<Clip>::read(const Node& node, const Path& path, Report& report) {
  if (says_none(node)) return Clip{};
  const auto clip = read_block<Clip>(clip_parameters(), node, path, report);
  if (node.is_map() && node.members.size() != 1) {
    report.add(node.place, path + " must be {norm: number} or {value: number}");
  }
  return clip;
}

Node Codec<Clip>::write(const Clip& clip) {
  Node map = write_block(clip_parameters(), clip);
  return map.members.empty() ? Node{} : map;
}

Inside Codec<Clip>::inside(Node& node, const std::string& key) {
  if (says_none(node)) node = Node{};
  return inside_member({&clip_parameters()}, key);
}

std::optional<Chosen<NoiseEntry>> Codec<Chosen<NoiseEntry>>::read(const Node& node, const Path& path,
                                                                  Report& report) {
  return read_one_key(noise_catalog(), "noise", node, path, report);
}

Node Codec<Chosen<NoiseEntry>>::write(const Chosen<NoiseEntry>& noise) { return write_one_key(noise); }

Inside Codec<Chosen<NoiseEntry>>::inside(Node& node, const std::string& key) {
  return inside_one_key(noise_catalog(), node, key);
}

std::optional<PatienceSpec> Codec<PatienceSpec>::read(const Node& node, const Path& path, Report& report) {
  return read_block<PatienceSpec>(patience_parameters(), node, path, report);
}

Node Codec<PatienceSpec>::write(const PatienceSpec& spec) { return write_block(patience_parameters(), spec); }

Inside Codec<PatienceSpec>::inside(Node&, const std::string& key) {
  return inside_member({&patience_parameters()}, key);
}

std::optional<StopSpec> Codec<StopSpec>::read(const Node& node, const Path& path, Report& report) {
  const OnlyCompared numbers(report);
  auto spec = read_block<StopSpec>(stop_parameters(), node, path, report);
  const bool ends = spec->steps || spec->rounds || spec->epochs || spec->evals || spec->target ||
                    spec->grad_norm || spec->time || spec->patience;
  if (node.is_map() && !ends && report.empty()) {
    report.add(node.place, path + " has no condition that ends a run", "give for example steps: 10000");
  }
  return spec;
}

Node Codec<StopSpec>::write(const StopSpec& spec) { return write_block(stop_parameters(), spec); }

Inside Codec<StopSpec>::inside(Node&, const std::string& key) {
  return inside_member({&stop_parameters()}, key);
}

std::optional<BatchSpec> Codec<BatchSpec>::read(const Node& node, const Path& path, Report& report) {
  if (node.is_scalar() && node.text == "full") return BatchSpec{0, true};
  const auto size = Codec<Index>::read(node, path, report);
  if (!size) return std::nullopt;
  if (*size < 1 || *size > BatchSpec::most) {
    report.add(node.place,
               path + " must be full or >= 1 and <= " + to_text(BatchSpec::most) + ", got " + node.text);
    return std::nullopt;
  }
  return BatchSpec{*size, false};
}

Node Codec<BatchSpec>::write(const BatchSpec& spec) {
  return spec.full ? Node::scalar("full") : Codec<Index>::write(spec.size);
}

std::optional<ThreadsSpec> Codec<ThreadsSpec>::read(const Node& node, const Path& path, Report& report) {
  if (node.is_scalar() && node.text == "auto") return ThreadsSpec{};
  const auto count = Codec<Index>::read(node, path, report);
  if (!count) return std::nullopt;
  if (*count < 1 || *count > ThreadsSpec::most) {
    report.add(node.place,
               path + " must be auto or >= 1 and <= " + to_text(ThreadsSpec::most) + ", got " + node.text);
    return std::nullopt;
  }
  return ThreadsSpec{*count};
}

Node Codec<ThreadsSpec>::write(const ThreadsSpec& spec) {
  return spec.count == 0 ? Node::scalar("auto") : Codec<Index>::write(spec.count);
}

std::optional<TraceSpec> Codec<TraceSpec>::read(const Node& node, const Path& path, Report& report) {
  auto spec = read_block<TraceSpec>(trace_parameters(), node, path, report);
  const std::string& file = spec->file;
  if (!is_file_name(file) || file.ends_with(".tmp") ||
      std::find(run_files::all.begin(), run_files::all.end(), file) != run_files::all.end()) {
    report.add(node.find("file")->place,
               path / "file" + " must be a plain file name of its own, got " + quoted(file));
  }
  return spec;
}

Node Codec<TraceSpec>::write(const TraceSpec& spec) { return write_block(trace_parameters(), spec); }

Inside Codec<TraceSpec>::inside(Node&, const std::string& key) {
  return inside_member({&trace_parameters()}, key);
}

}  // namespace lookahead
