#include <filesystem>

#include "base/file.hpp"
#include "certify/certificate.hpp"
#include "commands.hpp"
#include "data/read/source.hpp"
#include "spec/run_files.hpp"
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
  for (const std::string& other : paths) {
    if (!read_twice({file, other})) continue;
    return Fault{FaultKind::usage,
                 {file == "-" ? "<stdin>" : file, 0, 0},
                 (file == "-" ? "standard input" : file) + " cannot be both the problem and the data",
                 "put one of them in a file"};
  }
  return std::nullopt;
}

// The first bytes of a file, unpacked where it is gzip; empty where it is no regular file.
std::string head_of(const std::string& file) {
  constexpr std::size_t enough = 4096;
  std::error_code unknown;
  if (!std::filesystem::is_regular_file(file, unknown)) return {};
  auto source = ByteSource::open(file);
  if (!source) return {};
  std::string head(enough, '\0');
  const auto size = source->read(head);
  head.resize(size ? static_cast<std::size_t>(*size) : 0);
  return head;
}

// Whether a file that is no problem is a table of data: by its name, or as fields stand in its first line and
// no key of a map.
bool is_table(const std::string& file) {
  const std::string head = head_of(file);
  if (head.empty()) return false;
  const std::string line = head.substr(0, head.find_first_of("\r\n"));
  if (line.find(": ") != line.npos || line.find(":\t") != line.npos || line.ends_with(':')) return false;
  for (const char* end : {".csv", ".tsv", ".csv.gz", ".tsv.gz", ".svm", ".libsvm", ".data"}) {
    if (file.ends_with(end)) return true;
  }
  constexpr std::string_view other = "#-[{";  // a comment, a list or a map on one line
  return !line.empty() && other.find(line.front()) == other.npos && line.find_first_of(",;\t|") != line.npos;
}

// A table in the place of a problem: what makes a problem of it.
Fault table_for_problem(const std::string& file) {
  const std::string stem = std::filesystem::path(file).stem().stem().string();
  return {FaultKind::problem,
          {file, 0, 0},
          "this is a table of data, and no problem",
          "lookahead init --data " + file + " --target COLUMN >" + stem + ".yaml makes one of it"};
}

// By its name.
bool is_problem(const std::string& file) { return file.ends_with(".yaml") || file.ends_with(".yml"); }

}  // namespace

Checked<Spec> load_problem(const std::string& file, const std::vector<std::string>& set,
                           const Console& console) {
  constexpr std::size_t most_bytes = std::size_t{1} << 20;
  auto text = read_file(file, FaultKind::problem, most_bytes);
  if (!text) {
    if (is_table(file)) return table_for_problem(file);
    Faults faults = text.faults();
    if (std::error_code unknown;
        std::filesystem::exists(std::filesystem::path(file) / run_files::summary, unknown))
      faults.front().cure =
          "lookahead show " + file + " shows the run, solve --resume " + file + " continues it";
    for (const char* ending : {".yaml", ".yml"}) {
      std::error_code unknown;
      const auto kind = std::filesystem::status(file, unknown).type();
      const bool no_file =
          kind == std::filesystem::file_type::not_found || kind == std::filesystem::file_type::directory;
      if (no_file && std::filesystem::exists(file + ending, unknown))
        faults.front().cure = "did you mean '" + file + ending + "'?";
      const std::filesystem::path sibling = std::filesystem::path(file).replace_extension(ending);
      if (no_file && is_problem(file) && std::filesystem::exists(sibling, unknown))
        faults.front().cure = "did you mean '" + sibling.string() + "'?";
    }
    return faults;
  }
  const bool stream = is_stream(file);
  const std::filesystem::path path(file);
  ProblemSource source{std::move(*text), file == "-" ? "<stdin>" : file,
                       stream ? "stdin" : path.stem().string(),
                       stream ? std::filesystem::path(".") : path.parent_path(), set};
  auto spec = read_problem(source);
  if (!spec && is_table(file)) return table_for_problem(file);
  if (!spec) return spec;
  if (const auto threads = console.threads()) {
    spec->threads.count = *threads;
    warn_of_replaced(set, "threads", "--threads", console);
  }
  if (spec->data) {
    if (const auto fault = read_already(file, *spec->data)) return *fault;
  }
  return spec;
}

Fault no_input(const std::string& thing) {
  return {FaultKind::usage,
          {"<stdin>", 0, 0},
          "only the first of several processes has a standard input",
          "put the " + thing + " into a file, or start lookahead without the launcher"};
}

void warn_of_replaced(const std::vector<std::string>& set, const std::string& key, const std::string& option,
                      const Console& console) {
  const std::string beginning = key + "=";
  for (const std::string& assignment : set) {
    if (!assignment.starts_with(beginning)) continue;
    std::string text = "--set ";
    text.append(assignment).append(" has no effect beside ").append(option);
    console.warn(text);
  }
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
