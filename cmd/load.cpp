#include <filesystem>

#include "base/file.hpp"
#include "commands.hpp"

namespace lookahead::cmd {

Checked<Spec> load_problem(const std::string& file, const std::vector<std::string>& set,
                           const Console& console) {
  constexpr std::size_t most_bytes = std::size_t{1} << 20;
  auto text = read_file(file, FaultKind::problem, most_bytes);
  if (!text) return text.faults();
  const bool from_stdin = file == "-";
  const std::filesystem::path path(file);
  ProblemSource source{std::move(*text), from_stdin ? "<stdin>" : file,
                       from_stdin ? "stdin" : path.stem().string(),
                       from_stdin ? std::filesystem::path(".") : path.parent_path(), set};
  auto spec = read_problem(source);
  if (!spec) return spec;
  if (const auto threads = console.threads()) spec->threads.count = *threads;
  if (from_stdin && spec->data && spec->data->train.from_stdin()) {
    return Fault{FaultKind::usage,
                 {"<stdin>", 0, 0},
                 "standard input cannot be both the problem and the data",
                 "put one of them in a file"};
  }
  return spec;
}

}  // namespace lookahead::cmd
