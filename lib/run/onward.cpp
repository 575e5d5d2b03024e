#include "run/onward.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "spec/codecs.hpp"
#include "spec/problem.hpp"
#include "spec/run_files.hpp"

namespace lookahead {
namespace {

// Why a run of so many steps cannot become longer; empty where it can.
std::string bound_to_length(const RunSummary& summary, const std::filesystem::path& run) {
  if (const auto certificate = summary.json.find("certificate");
      certificate != summary.json.end() && !certificate->is_null())
    return "optimizer.lr: auto was chosen for the run's length";
  const std::filesystem::path file = run / run_files::config;
  const auto text = read_file(file.string(), FaultKind::output, run_files::most_config_bytes);
  if (!text) return "";
  const auto spec = read_problem({*text, file.string(), "run", run, {}});
  if (!spec) return "";
  const auto key = spanning_schedule(*spec);
  return key ? *key + " is a schedule over the whole run" : "";
}

// The number that stands under these keys of a map, as text; empty where there is none.
std::string number_in(const JsonRead& map, const char* key, const char* inner = nullptr) {
  if (!map.is_object()) return "";
  const auto found = map.find(key);
  if (found == map.end()) return "";
  if (inner != nullptr) return number_in(*found, inner);
  return found->is_number() ? to_text(found->get<double>()) : "";
}

}  // namespace

std::optional<Onward> onward_of(const RunSummary& summary, const std::filesystem::path& run) {
  if (summary.status != Status::finished) return std::nullopt;
  const auto stop = summary.json.find("stop");
  if (stop == summary.json.end() || !stop->is_string()) return std::nullopt;
  const auto word = stop->get<std::string>();
  const auto reason = Codec<StopReason>::meaning(word);
  if (!reason) return std::nullopt;
  Onward onward{word, "stop." + word + "=N", "", ""};
  const auto ends = summary.json.find("ends");
  const JsonRead& had = ends == summary.json.end() ? summary.json : *ends;
  const auto bounded = [&](const char* letter, const char* relation, const std::string& number) {
    if (!number.empty()) onward.range = std::string(letter) + " " + relation + " " + number;
  };
  switch (*reason) {
    case StopReason::steps:
    case StopReason::rounds:
    case StopReason::epochs:
      onward.obstacle = bound_to_length(summary, run);
      break;
    case StopReason::evals:
      break;
    case StopReason::time:
      onward.setting = "stop.time=T";
      break;
    case StopReason::target:
    case StopReason::grad_norm:
      onward.setting = "stop." + word + "=X";
      bounded("X", "<", number_in(had, word.c_str()));
      break;
    case StopReason::patience:
      onward.setting = "stop.patience.epochs=N";
      bounded("N", ">", number_in(had, "patience", "epochs"));
      break;
    case StopReason::stalled:
      onward.obstacle = "nothing can change any more";
      break;
    case StopReason::divergence:
    case StopReason::signal:
    case StopReason::evaluation:
      return std::nullopt;
  }
  return onward;
}

std::optional<std::string> spanning_schedule(const Spec& spec) {
  const auto spans = [](const Scheduled& value) {
    return value.schedule.entry != nullptr && value.schedule.entry->needs_horizon;
  };
  if (spans(spec.optimizer.rate.value)) return "optimizer.lr";
  for (const LevelSpec& level : spec.lookahead.levels) {
    if (spans(level.k)) return "lookahead.k";
    if (spans(level.alpha.value)) return "lookahead.alpha";
  }
  return std::nullopt;
}

}  // namespace lookahead
