#include "delivery.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "base/text.hpp"
#include "signals.hpp"
#include "spec/run_files.hpp"

namespace lookahead::cmd {
namespace {

namespace fs = std::filesystem;

// The file that a link leads to, also where it is not there yet.
fs::path behind_links(const std::string& output) {
  std::error_code unknown;
  return fs::is_symlink(output, unknown)
             ? fs::weakly_canonical(
                   fs::absolute(output, unknown).parent_path() / fs::read_symlink(output, unknown), unknown)
             : fs::path(output);
}

bool is_standard_input(const std::string& file) {
  struct stat one {
  }, other{};
  return ::stat(file.c_str(), &one) == 0 && ::fstat(STDIN_FILENO, &other) == 0 &&
         one.st_dev == other.st_dev && one.st_ino == other.st_ino && S_ISREG(one.st_mode);
}

}  // namespace

std::optional<Fault> overwritten_input(const std::string& output, const std::vector<std::string>& inputs) {
  if (output.empty() || output == "-") return std::nullopt;
  std::error_code unknown;
  for (const std::string& input : inputs) {
    bool same = input == "-" ? is_standard_input(output) : fs::equivalent(output, input, unknown);
    for (const char* file : {run_files::model, run_files::checkpoint, run_files::config, run_files::summary})
      same = same || fs::equivalent(output, fs::path(input) / file, unknown);
    if (!same) continue;
    return Fault{FaultKind::usage,
                 {"-o " + output, 0, 0},
                 "is the input " + (input == "-" ? std::string("<stdin>") : quoted(std::string_view(input))) +
                     ", or a part of it",
                 "choose another file"};
  }
  return std::nullopt;
}

DeliveredFile::DeliveredFile(const std::string& output) : place_(behind_links(output)), written_(place_) {
  std::error_code unknown;
  if (!fs::is_other(place_, unknown)) written_ += "." + to_text(std::int64_t{::getpid()}) + "-0.tmp";
}

DeliveredFile::~DeliveredFile() {
  std::error_code unknown;
  if (file_ && written_ != place_) fs::remove(written_, unknown);
}

Checked<Done> DeliveredFile::append(std::string_view text) {
  if (!file_) {
    auto created = OutputFile::create(written_);
    if (!created) {
      Faults faults = created.faults();
      faults.front().place.source = place_.string();
      return faults;
    }
    file_.emplace(std::move(*created));
  }
  return file_->append(text);
}

Checked<Done> DeliveredFile::finish() {
  if (!file_) return Done{};
  if (auto closed = file_->close(); !closed) return closed.faults();
  std::error_code error;
  if (written_ == place_) return Done{};
  if (const auto before = fs::status(place_, error); fs::exists(before))
    fs::permissions(written_, before.permissions(), error);
  fs::rename(written_, place_, error);
  if (!error) return Done{};
  return Fault{FaultKind::output, {place_.string(), 0, 0}, "cannot write: " + error.message(), ""};
}

int deliver(const Console& console, std::string_view text, const std::string& output) {
  if (output.empty() || output == "-") return print_result(console, text);
  const signals::Held held;
  std::error_code unknown;
  const fs::path place = behind_links(output);
  const auto before = fs::status(place, unknown);
  const auto written = write_atomically(place, text);
  if (!written) return console.fail(written.faults());
  if (fs::is_regular_file(before)) fs::permissions(place, before.permissions(), unknown);
  console.note(Note("wrote " + output));
  return 0;
}

}  // namespace lookahead::cmd
