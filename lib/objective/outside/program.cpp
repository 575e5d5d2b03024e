#include <filesystem>
#include <fstream>

#include "base/text.hpp"
#include "objective/outside/answers.hpp"
#include "objective/outside/children.hpp"
#include "objective/outside/process_groups.hpp"

namespace lookahead::outside {
namespace {

template <Scalar T>
class ProgramObjective final : public Objective<T> {
 public:
  ProgramObjective(const ProgramParameters& program, Index dimension)
      : dimension_(dimension), children_(program, dimension) {}
  Index dimension() const override { return dimension_; }
  void expect(Index, Index runs) override { children_.expect(runs); }
  Evaluation value(std::span<const T> x, const Batch&, std::span<T>) const override {
    return children_.evaluate<T>(x, {});
  }
  Evaluation value_and_gradient(std::span<const T> x, const Batch&, std::span<T> gradient,
                                std::span<T>) const override {
    return children_.evaluate<T>(x, gradient);
  }

 private:
  Index dimension_;
  mutable Children children_;
};

bool is_script(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return stream.get() == '#' && stream.get() == '!';
}

// The files that are the program: the first word, or what that may be told to read, or both. Not an interpreter of the
// system's, which is another one on the next machine. None: a program of the system's alone.
std::vector<std::string> own_files(const ProgramParameters& program) {
  std::vector<std::string> files;
  for (std::size_t i = 0; i < program.command.size() && files.size() < 2; ++i) {
    const std::string& word = program.command[i];
    if (word.empty() || (i == 0 && word.find('/') == std::string::npos)) continue;
    const std::string file = (std::filesystem::path(program.folder) / word).string();
    std::error_code unknown;
    if (!std::filesystem::is_regular_file(file, unknown)) continue;
    files.push_back(file);
    if (i > 0 || is_script(file)) break;
  }
  const bool of_system =
      files.size() == 2 && (files[0].starts_with("/usr/") || files[0].starts_with("/bin/"));
  if (of_system) files.erase(files.begin());
  return files;
}

FunctionEntry made_program_entry() {
  const Parameters own = {
      param(
          "program", &ProgramParameters::command,
          "the program and its arguments, [python3, -u, mine.py]: it answers lines by lines, without a shell"),
      param("folder", &ProgramParameters::folder, "where it is started; default: the problem file's"),
      param("timeout", &ProgramParameters::timeout, "for every answer; one that takes longer ends the run"),
      param("processes", &ProgramParameters::processes,
            "of the program at once, at most, for workers that are to evaluate side by side", at_least(1),
            at_most(1024))};
  FunctionEntry entry;
  static_cast<Entry&>(entry) = declare<ProgramParameters>(
      {"program", "A program in any language that answers every point by the value and the gradient.",
       "f(x) = what the program says", "samples/outside/README.md"},
      together({own, answer_parameters<ProgramParameters>()}));
  entry.outside = true;
  entry.check = [](const Values& values, const Place& place, const Path& path, Report& report) {
    const auto& program = values.as<ProgramParameters>();
    if (program.command.empty() || program.command.front().empty())
      report.add(place, path / "program" + " names no program",
                 "for example program: [python3, -u, mine.py]");
    for (const std::string& word : program.command) {
      if (word.find('\0') != std::string::npos)
        report.add(place, path / "program" + " has a word with a zero byte", "");
    }
  };
  entry.facts = [](const Values& values, Index dimension) {
    return facts_of(values.as<ProgramParameters>(), dimension);
  };
  entry.content = [](const Values& values) {
    std::uint64_t content = 0;
    for (const std::string& file : own_files(values.as<ProgramParameters>())) {
      const std::uint64_t of_file = content_of(file);
      content = content == 0 ? of_file
                             : hash_of({reinterpret_cast<const char*>(&of_file), sizeof of_file}, content);
    }
    return content;
  };
  entry.make_double = [](const Values& values, Index dimension) -> std::unique_ptr<Objective<double>> {
    return std::make_unique<ProgramObjective<double>>(values.as<ProgramParameters>(), dimension);
  };
  entry.make_float = [](const Values& values, Index dimension) -> std::unique_ptr<Objective<float>> {
    return std::make_unique<ProgramObjective<float>>(values.as<ProgramParameters>(), dimension);
  };
  return entry;
}

}  // namespace

const FunctionEntry& program_entry() {
  static const FunctionEntry entry = made_program_entry();
  return entry;
}

std::string line_of(const ProgramParameters& program) {
  return "runs the program " + joined(program.command, " ") + " in " + program.folder;
}

void kill_all() noexcept { kill_all_groups(); }

}  // namespace lookahead::outside
