#include <doctest/doctest.h>

#include "samples/program.hpp"

// The sweeps of samples/experiments show what their page says.
namespace lookahead::test {
namespace {

const std::filesystem::path experiments =
    std::filesystem::path(LOOKAHEAD_SOURCE_DIR) / "samples" / "experiments";

struct Finding {
  std::string sweep, value, claim;
  std::vector<std::string> more = {};
};

}  // namespace

TEST_CASE("every experiment finds what samples/README.md says of it") {
  const std::vector<Finding> findings = {
      {"noisy-quadratic", "tail_gap", "ratio(lookahead, plain) < 0.85"},
      {"exact-quadratic", "tail_gap", "lookahead > plain"},
      {"adam-rates", "val_loss", "ratio(lookahead, plain) < 0.95"},
      {"adam-rates", "val_loss", "ratio(lookahead, plain) < 0.9", {"--at", "optimizer.lr=1"}},
      {"k-alpha", "tail_gap", "ratio(10, 1) < 0.85", {"--by", "lookahead.k"}},
      {"outer", "tail_gap", "ratio(nesterov, average) < 0.97"},
      {"outer", "tail_gap", "nesterov < slowmo"},
  };
  const Folder folder;
  for (const Finding& finding : findings) {
    CAPTURE(finding.sweep);
    const std::string place = folder.path(finding.sweep);
    const Ended swept =
        run_program(folder, {"sweep", "-q", (experiments / (finding.sweep + ".yaml")).string(), "-o", place});
    REQUIRE(swept.code == 0);
    std::vector<std::string> words = {"compare",     "-q",       place,        "--value",
                                      finding.value, "--assert", finding.claim};
    words.insert(words.end(), finding.more.begin(), finding.more.end());
    const Ended compared = run_program(folder, words);
    CHECK_MESSAGE(compared.code == 0, (compared.out + compared.err));
  }
}

TEST_CASE("the catalog's experiment runs every function with every optimizer") {
  const Folder folder;
  const std::string place = folder.path("catalog");
  const Ended swept =
      run_program(folder, {"sweep", "-q", "--json", (experiments / "catalog.yaml").string(), "-o", place});
  REQUIRE(swept.code == 0);
  const auto json = nlohmann::json::parse(swept.out);
  CHECK(json["failed"] == 0);
  std::size_t functions = 0;
  const std::filesystem::path folder_of_functions = experiments.parent_path() / "functions";
  for (const auto& entry : std::filesystem::directory_iterator(folder_of_functions))
    functions += entry.path().extension() == ".yaml" ? 1 : 0;
  // Six optimizers at four rates.
  CHECK(json["runs"] == functions * 24);
}

}  // namespace lookahead::test
