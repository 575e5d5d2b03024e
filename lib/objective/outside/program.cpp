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

// Whether an interpreter may be told to read the file: it says so itself, or by its name.
bool is_script(const std::filesystem::path& file) {
  for (const char* ending : {".py", ".sh", ".R", ".r", ".jl", ".rb", ".pl", ".js", ".m", ".lua"}) {
    if (file.extension() == ending) return true;
  }
  std::ifstream stream(file, std::ios::binary);
  return stream.get() == '#' && stream.get() == '!';
}

// The file that is the program: the first word, or the script that it, as an interpreter, is to read, wherever that
// interpreter lies. Empty: a program of the system's alone.
std::string own_file(const ProgramParameters& program) {
  std::string first;
  for (std::size_t i = 0; i < program.command.size(); ++i) {
    const std::string& word = program.command[i];
    if (word.empty() || (i == 0 && word.find('/') == std::string::npos)) continue;
    std::string file = (std::filesystem::path(program.folder) / word).string();
    std::error_code unknown;
    if (!std::filesystem::is_regular_file(file, unknown)) continue;
    if (first.empty() && (i > 0 || is_script(file))) return file;
    if (!first.empty() && is_script(file)) return file;
    if (first.empty()) first = file;
  }
  return first;
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
    const std::string file = own_file(values.as<ProgramParameters>());
    return file.empty() ? 0 : content_of(file);
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
