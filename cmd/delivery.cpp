#include "delivery.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/file.hpp"
#include "base/text.hpp"
#include "signals.hpp"
#include "spec/run_files.hpp"
#include "spec/sweep_files.hpp"

namespace lookahead::cmd {
namespace {

namespace fs = std::filesystem;

bool is_standard_input(const std::string& file) {
  struct stat one {
  }, other{};
  return ::stat(file.c_str(), &one) == 0 && ::fstat(STDIN_FILENO, &other) == 0 &&
         one.st_dev == other.st_dev && one.st_ino == other.st_ino && S_ISREG(one.st_mode);
}

bool is_file_of(const std::string& output, const fs::path& folder) {
  std::error_code unknown;
  const auto is = [&](const char* file) { return fs::equivalent(output, folder / file, unknown); };
  const auto of_sweep = {sweep_files::plan, sweep_files::runs, sweep_files::points, sweep_files::failures,
                         sweep_files::journal};
  return std::ranges::any_of(run_files::all, is) || std::ranges::any_of(of_sweep, is);
}

}  // namespace

std::optional<Fault> overwritten_input(const std::string& option, const std::string& output,
                                       const std::vector<std::string>& inputs) {
  if (output.empty() || output == "-") return std::nullopt;
  const auto is_output = [&](const std::string& input) {
    std::error_code unknown;
    if (input.empty()) return false;
    if (input == "-") return is_standard_input(output);
    return fs::equivalent(output, input, unknown) || is_file_of(output, input);
  };
  const auto found = std::ranges::find_if(inputs, is_output);
  if (found == inputs.end()) return std::nullopt;
  return Fault{FaultKind::usage,
               {option + " " + output, 0, 0},
               "is the input " + (*found == "-" ? std::string("<stdin>") : quoted(std::string_view(*found))) +
                   ", or a part of it",
               "choose another file"};
}

fs::path behind_links(const std::string& output) {
  std::error_code unknown;
  if (!fs::is_symlink(output, unknown)) return output;
  const fs::path link = fs::absolute(output, unknown);
  return fs::weakly_canonical(link.parent_path() / fs::read_symlink(link, unknown), unknown);
}

int deliver(const Console& console, std::string_view text, const std::string& output) {
  if (output.empty() || output == "-") return print_result(console, text);
  const signals::Held held;
  const auto written = write_atomically(behind_links(output), text);
  if (!written) return console.fail(written.faults());
  console.note(Note("wrote " + output));
  return 0;
}

}  // namespace lookahead::cmd
