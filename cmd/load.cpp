#include <filesystem>

#include "base/file.hpp"
#include "certify/certificate.hpp"
#include "commands.hpp"
#include "data/read/source.hpp"
#include "ticker.hpp"

namespace lookahead::cmd {
namespace {

// Whether the path stands for an open stream, beside which no data lie.
bool is_stream(const std::string& file) {
  return file == "-" || file == "/dev/stdin" || file.starts_with("/dev/fd/") ||
         file.starts_with("/proc/self/fd/");
}

// The data's files that are the same pipe as the problem, which was read to its end.
std::optional<Fault> read_already(const std::string& file, const DataOptions& data) {
  std::vector<std::string> paths = data.train.paths;
  if (!data.validation.file.empty()) paths.push_back(data.validation.file);
  if (data.test) paths.push_back(data.test->file);
  for (const std::string& path : paths) {
    if (!read_twice({file, path})) continue;
    return Fault{FaultKind::usage,
                 {file == "-" ? "<stdin>" : file, 0, 0},
                 (file == "-" ? "standard input" : file) + " cannot be both the problem and the data",
                 "put one of them in a file"};
  }
  return std::nullopt;
}

}  // namespace

Checked<Spec> load_problem(const std::string& file, const std::vector<std::string>& set,
                           const Console& console) {
  constexpr std::size_t most_bytes = std::size_t{1} << 20;
  auto text = read_file(file, FaultKind::problem, most_bytes);
  if (!text) {
    Faults faults = text.faults();
    for (const char* ending : {".yaml", ".yml"}) {
      std::error_code unknown;
      const auto kind = std::filesystem::status(file, unknown).type();
      const bool no_file =
          kind == std::filesystem::file_type::not_found || kind == std::filesystem::file_type::directory;
      if (no_file && std::filesystem::exists(file + ending, unknown))
        faults.front().cure = "did you mean '" + file + ending + "'?";
    }
    return faults;
  }
  const bool stream = is_stream(file);
  const std::filesystem::path path(file);
  ProblemSource source{std::move(*text), file == "-" ? "<stdin>" : file,
                       stream ? "stdin" : path.stem().string(),
                       stream ? std::filesystem::path(".") : path.parent_path(), set};
  auto spec = read_problem(source);
  if (!spec) return spec;
  if (const auto threads = console.threads()) spec->threads.count = *threads;
  if (spec->data) {
    if (const auto fault = read_already(file, *spec->data)) return *fault;
  }
  return spec;
}

Checked<PlannedRun> plan_with_notes(const Spec& spec, const Console& console) {
  auto planned = [&] {
    const Reading reading(console, spec.data ? spec.data->train.text() : spec.name);
    return plan_run(spec);
  }();
  if (!planned) return planned;
  for (const Note& note : planned->plan->notes) console.note(note);
  if (planned->plan->constants) {
    for (const Note& note : rate_notes(certificate_of_rate(*planned->plan))) console.note(note);
  }
  return planned;
}

}  // namespace lookahead::cmd
