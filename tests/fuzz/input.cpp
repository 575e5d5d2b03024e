#include "input.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "run/plan.hpp"
#include "spec/problem.hpp"

namespace lookahead::fuzz {
namespace {

class Scratch {
 public:
  Scratch() {
    std::error_code none;
    const std::filesystem::path memory = "/dev/shm";
    const bool writable = ::access(memory.c_str(), W_OK) == 0;
    std::string name =
        ((writable ? memory : std::filesystem::temp_directory_path(none)) / "lookahead-fuzz-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) broken("no folder for the inputs: " + name);
    path_ = name;
  }
  ~Scratch() {
    std::error_code none;
    std::filesystem::remove_all(path_, none);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Checked<Spec> problem_of(const std::string& options, const std::string& file) {
  return read_problem(
      {"data: {train: " + file + ", " + options + "}\nmodel: {type: linear, l2: 1e-3}\noptimizer: adam\n",
       "input.yaml",
       "input",
       ".",
       {}});
}

bool planned(const Spec& spec) {
  // What chance writes is not to be run.
  if (spec.objective && spec.objective->function.entry->outside) return false;
  const auto planned = plan_run(spec);
  return planned ? true : refused(planned.faults());
}

}  // namespace

void broken(const std::string& what) {
  std::fprintf(stderr, "broken: %s\n", what.c_str());
  std::abort();
}

bool refused(const Faults& faults) {
  if (faults.empty()) broken("refused without a fault");
  for (const Fault& fault : faults) {
    if (to_string(fault).find(": error: ") == std::string::npos)
      broken("a fault without its form: " + to_string(fault));
    if (fault.kind != FaultKind::usage && fault.kind != FaultKind::problem && fault.kind != FaultKind::data)
      broken("a fault that is not the input's: " + to_string(fault));
  }
  return false;
}

const std::string& scratch_folder() {
  static const Scratch folder;
  return folder.path();
}

std::string scratch(const std::string& name, std::string_view content) {
  std::string path = scratch_folder() + "/" + name;
  std::FILE* file = std::fopen(path.c_str(), "wb");
  const bool written = file != nullptr && (content.empty() || std::fwrite(content.data(), 1, content.size(),
                                                                          file) == content.size());
  if (!written || std::fclose(file) != 0) broken("can not write " + path);
  return path;
}

std::pair<std::string_view, std::string_view> split(std::string_view input, std::string_view mark) {
  const std::size_t at = input.find(mark);
  if (at == std::string_view::npos) return {input, {}};
  return {input.substr(0, at), input.substr(at + mark.size())};
}

bool plan(const Spec& spec) { return planned(spec); }

Spec data_problem(std::string_view options, const std::string& file, const std::string& otherwise) {
  auto spec = problem_of(std::string(options), file);
  if (!spec) spec = problem_of(otherwise, file);
  if (!spec) broken("the options in reserve are refused: " + to_string(spec.faults().front()));
  // The files of the options are the input's own: no other file, no pipe and no standard input is opened.
  spec->data->validation.file.clear();
  if (spec->data->test) spec->data->test->file = file;
  spec->threads.count = 1;
  return std::move(*spec);
}

}  // namespace lookahead::fuzz
