#include <doctest/doctest.h>

#include <map>

#include "program.hpp"

// predict on a run's own training file tells the figures that the run ended with.
using namespace lookahead::test;

namespace {

std::map<std::string, double> told(const std::string& err) {
  std::map<std::string, double> metrics;
  std::istringstream text(err);
  for (std::string line; std::getline(text, line);) {
    const auto blank = line.find(' ');
    if (blank == std::string::npos || line.find(' ', blank + 1) != std::string::npos) continue;
    if (line.substr(blank + 1) != "undefined") metrics[line.substr(0, blank)] = std::stod(line.substr(blank));
  }
  return metrics;
}

}  // namespace

TEST_CASE("law: predict tells the metrics of every sample's run on its training rows") {
  const std::filesystem::path samples = std::filesystem::path(LOOKAHEAD_SOURCE_DIR) / "samples";
  int metrics = 0;
  for (const auto& entry : std::filesystem::directory_iterator(samples)) {
    const std::string problem = content_of(entry.path());
    if (entry.path().extension() != ".yaml" || problem.find("\ndata:") == std::string::npos) continue;
    const auto at = problem.find("train: ") + 7;
    const std::string train = (samples / problem.substr(at, problem.find_first_of(",}", at) - at)).string();
    for (const std::string precision : {"double", "single"}) {
      CAPTURE(entry.path().filename().string());
      CAPTURE(precision);
      const Folder folder;
      const Ended solved = run_program(
          folder, {"solve", entry.path().string(), "-q", "-o", folder.path("run"), "--json", "--set",
                   "data.validation=none", "--set", "precision=" + precision, "--set", "stop={epochs: 3}"});
      REQUIRE_MESSAGE(solved.code == 0, solved.err);
      const auto result = nlohmann::json::parse(solved.out).at("result");
      const Ended predicted = run_program(folder, {"predict", "-m", folder.path("run"), train});
      REQUIRE_MESSAGE(predicted.code == 0, predicted.err);
      const auto values = told(predicted.err);
      // Products of matrices round by how many rows they have, which predict chooses otherwise.
      const bool network = problem.find("type: mlp") != std::string::npos;
      const double tolerance = !network ? 0 : precision == "double" ? 1e-13 : 1e-6;
      for (const auto& [key, value] : result.items()) {
        if (!key.starts_with("train_") || value.is_null()) continue;
        const auto& the_key = key;
        CAPTURE(the_key);
        REQUIRE(values.contains(key.substr(6)));
        const double run = value.get<double>(), here = values.at(key.substr(6));
        CHECK(std::abs(run - here) <= tolerance * std::abs(run));
        ++metrics;
      }
    }
  }
  CHECK(metrics > 30);
}
