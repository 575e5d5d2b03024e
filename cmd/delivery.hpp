#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/checked.hpp"
#include "base/file.hpp"
#include "console.hpp"

// Results that -o sends to a file instead of standard output.
namespace lookahead::cmd {

// What -o means for such a command, in its help.
inline constexpr const char* output_sentence = "write to this file instead of standard output";

// The fault (usage) where the output file is one of the command's inputs: a file, a file of a run directory, or
// standard input for "-". Nothing for no output and for "-".
std::optional<Fault> overwritten_input(const std::string& output, const std::vector<std::string>& inputs);

// A file that is complete or not there: what is appended goes to a file beside it, which takes its place, its
// permissions and that of the file behind a link at the end. Devices and pipes are written in place.
class DeliveredFile {
 public:
  explicit DeliveredFile(const std::string& output);
  DeliveredFile(const DeliveredFile&) = delete;
  DeliveredFile& operator=(const DeliveredFile&) = delete;
  // Without finish() nothing has changed.
  ~DeliveredFile();
  Checked<Done> append(std::string_view text);
  Checked<Done> finish();

 private:
  std::filesystem::path place_, written_;
  std::optional<OutputFile> file_;
};

// Writes the whole text to the output file and says so, or to standard output where there is none or it is "-". The
// exit code: 0, or that of the failure, which is reported.
int deliver(const Console& console, std::string_view text, const std::string& output);

}  // namespace lookahead::cmd
