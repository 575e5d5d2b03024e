#include "run/run_summary.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "spec/problem.hpp"
#include "spec/run_files.hpp"

namespace lookahead {
namespace {

constexpr const char* rerun_cure = "run the problem again";

}  // namespace

Checked<RunSummary> read_summary(const std::filesystem::path& run) {
  const std::string file = (run / run_files::summary).string();
  auto json = read_json(file, run_files::most_summary_bytes, "the summary of a run", rerun_cure);
  if (!json) return json.faults();
  const auto refuse = [&](const std::string& text) {
    return Fault{FaultKind::data, {file, 0, 0}, text, rerun_cure};
  };
  RunSummary summary;
  const auto status = json->find("status");
  if (status == json->end() || !status->is_string()) return refuse("status is missing, or no text");
  const auto word = status->get<std::string>();
  const auto meaning = Codec<Status>::meaning(word);
  if (!meaning) {
    return refuse("status is " + quoted(std::string_view(word)) + ", not one of " +
                  joined(Codec<Status>::words(), ", "));
  }
  summary.status = *meaning;
  if (const auto data = json->find("data"); data != json->end() && !data->is_null()) {
    const auto rows = data->is_object() ? data->find("rows") : data->end();
    if (!data->is_object() || rows == data->end() || !rows->is_number_integer())
      return refuse("data.rows is missing, or no integer");
    summary.rows = rows->get<Index>();
  }
  if (const auto trace = json->find("trace"); trace != json->end()) {
    if (trace->is_null()) summary.trace.reset();
    if (trace->is_string()) summary.trace = trace->get<std::string>();
  }
  summary.json = std::move(*json);
  return summary;
}

Checked<Spec> read_spec(const std::filesystem::path& run) {
  const std::string file = (run / run_files::config).string();
  auto text = read_file(file, FaultKind::data, run_files::most_config_bytes);
  if (!text) return text.faults();
  auto spec = read_problem({std::move(*text), file, "run", run, {}});
  if (!spec) return as_data(spec.faults());
  return spec;
}

std::optional<Fault> mismatch(const RunSummary& summary, const Spec& spec,
                              const std::filesystem::path& config) {
  const Node resolved = echo(spec);
  for (const char* key : {"seed", "precision", "optimizer", "lookahead"}) {
    const auto then = summary.json.find(key);
    const Node* now = resolved.find(key);
    if (then == summary.json.end() || now == nullptr) continue;
    if (*then == JsonRead::parse(json_of(*now).dump(-1, ' ', false, Json::error_handler_t::replace)))
      continue;
    return Fault{
        FaultKind::data,
        {config.string(), 0, 0},
        std::string(key) + " is another than in run.json: one of the files was changed since the run",
        rerun_cure};
  }
  return std::nullopt;
}

}  // namespace lookahead
