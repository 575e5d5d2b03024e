#include "delivery.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/file.hpp"
#include "base/letters.hpp"
#include "base/text.hpp"
#include "run/run_summary.hpp"
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

// Whether one of the files of a run's or sweep's folder is such a one.
template <class Is>
bool any_file(const Is& is) {
  const auto of_sweep = {sweep_files::plan, sweep_files::runs, sweep_files::points, sweep_files::failures,
                         sweep_files::journal};
  return std::ranges::any_of(run_files::all, is) || std::ranges::any_of(of_sweep, is);
}

// Whether the output is a file of the run or sweep that an input is the folder of, or a file.
bool is_beside(const std::string& output, const fs::path& input) {
  std::error_code unknown;
  const bool is_file = any_file([&](const char* file) { return input.filename() == file; });
  const fs::path folder = is_file ? input.parent_path() : input;
  // A run that lost its summary has the usual trace, if any.
  const auto summary = read_summary(folder);
  const std::string trace = (summary ? summary->trace : std::nullopt).value_or(run_files::usual_trace);
  if (fs::equivalent(output, folder / trace, unknown)) return true;
  return any_file([&](const char* file) { return fs::equivalent(output, folder / file, unknown); });
}

}  // namespace

std::string ending_of(const std::string& file) { return lower(fs::path(file).extension().string()); }

std::optional<Fault> overwritten_input(const std::string& option, const std::string& output,
                                       const std::vector<std::string>& inputs) {
  if (output.empty() || output == "-") return std::nullopt;
  const auto is_output = [&](const std::string& input) {
    std::error_code unknown;
    if (input.empty()) return false;
    if (input == "-") return is_standard_input(output);
    return fs::equivalent(output, input, unknown) || is_beside(output, input);
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
  // A link to a pipe, such as /dev/stdout, names no file.
  if (!fs::is_symlink(output, unknown) || fs::is_other(output, unknown)) return output;
  const fs::path link = fs::absolute(output, unknown);
  const fs::path file = fs::weakly_canonical(link.parent_path() / fs::read_symlink(link, unknown), unknown);
  return file.empty() ? fs::path(output) : file;
}

Checked<Done> write_output(std::string_view text, const std::string& output) {
  const fs::path file = behind_links(output);
  std::error_code unknown;
  // Who reads from a pipe may never come, and there is nothing to be kept whole.
  std::optional<signals::Held> held;
  if (!fs::is_other(file, unknown)) held.emplace();
  return write_atomically(file, text);
}

int deliver(const Console& console, std::string_view text, const std::string& output) {
  if (output.empty() || output == "-") return print_result(console, text);
  const auto written = write_output(text, output);
  if (!written) return console.fail(written.faults());
  console.note(Note("wrote " + output));
  return 0;
}

}  // namespace lookahead::cmd
