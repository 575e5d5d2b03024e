#include "run/directory.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "spec/codecs.hpp"
#include "spec/yaml.hpp"

namespace lookahead {
namespace {

namespace fs = std::filesystem;

Fault cannot(const fs::path& path, const std::string& what, const std::error_code& error) {
  return {FaultKind::output,
          {path.string(), 0, 0},
          what + ": " + error.message(),
          "choose another place with -o"};
}

std::string number_text(int number) {
  std::string digits = to_text(static_cast<std::int64_t>(number));
  return digits.size() < 3 ? std::string(3 - digits.size(), '0') + digits : digits;
}

// The highest number among the folders `name`-NNN, so that a thousand runs need no thousand tries.
int highest_number(const fs::path& base, const std::string& name) {
  int highest = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(base, error)) {
    const std::string file = entry.path().filename().string();
    if (!file.starts_with(name + "-")) continue;
    const auto number = parse_integer(file.substr(name.size() + 1));
    if (number && *number > highest && *number < 1000000000) highest = static_cast<int>(*number);
  }
  return highest;
}

// The name of an earlier run's trace, by its config.yaml.
std::string earlier_trace(const fs::path& path) {
  constexpr std::size_t most = std::size_t{1} << 20;
  std::string usual = "trace.csv";
  const fs::path config = path / "config.yaml";
  std::error_code error;
  if (!fs::exists(config, error)) return usual;
  const auto text = read_file(config.string(), FaultKind::output, most);
  if (!text) return usual;
  const auto root = parse_yaml(*text, config.string());
  const Node* trace = root && root->is_map() ? root->find("trace") : nullptr;
  const Node* file = trace != nullptr && trace->is_map() ? trace->find("file") : nullptr;
  return file != nullptr && file->is_scalar() && is_file_name(file->text) ? file->text : usual;
}

}  // namespace

Checked<RunDirectory> RunDirectory::next(const fs::path& base, const std::string& name) {
  std::error_code error;
  fs::create_directories(base, error);
  if (error) return cannot(base, "cannot make the folder", error);
  for (int number = highest_number(base, name) + 1;; ++number) {
    const fs::path path = base / (name + "-" + number_text(number));
    // create_directory is one system call that tells whether the folder is new: no other run can have it too.
    if (fs::create_directory(path, error)) return RunDirectory(path);
    if (error) return cannot(path, "cannot make the folder", error);
  }
}

std::optional<Fault> RunDirectory::in_use(const fs::path& path, bool force) {
  std::error_code error;
  if (!fs::exists(path, error)) return std::nullopt;
  if (!fs::is_directory(path, error)) {
    return Fault{FaultKind::output, {path.string(), 0, 0}, "is not a folder", "choose another place with -o"};
  }
  const bool empty = fs::is_empty(path, error);
  if (error) return cannot(path, "cannot read the folder", error);
  if (empty) return std::nullopt;
  if (force && fs::exists(path / "run.json", error)) return std::nullopt;
  if (force) {
    return Fault{FaultKind::output,
                 {path.string(), 0, 0},
                 "the folder is not empty and holds no earlier run that --force could replace",
                 "choose another place with -o"};
  }
  return Fault{FaultKind::output,
               {path.string(), 0, 0},
               "the folder is not empty",
               "--force replaces an earlier run there"};
}

Checked<RunDirectory> RunDirectory::at(const fs::path& path, bool force, const std::string& trace_file) {
  if (auto fault = in_use(path, force)) return *fault;
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return cannot(path, "cannot make the folder", error);
  // run.json last: a folder without one is no run's any more.
  for (const std::string& name :
       {earlier_trace(path), trace_file, std::string("trace.csv"), std::string("config.yaml"),
        std::string("solution.csv"), std::string("model.json"), std::string("folds.csv"),
        std::string("certificate.csv"), std::string("checkpoint.bin"), std::string("run.json")}) {
    fs::remove(path / name, error);
    if (error) return cannot(path / name, "cannot replace the file", error);
  }
  return RunDirectory(path);
}

}  // namespace lookahead
