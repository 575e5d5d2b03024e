#include <doctest/doctest.h>

#include "samples/program.hpp"

// The pictures of the README are those of the program as it is.
namespace lookahead::test {

TEST_CASE("the numbers behind the pictures are those that samples/pictures/draw.sh would draw") {
  const std::filesystem::path samples = std::filesystem::path(LOOKAHEAD_SOURCE_DIR) / "samples";
  const std::filesystem::path pictures = samples / "pictures";
  const Folder folder;
  const auto made = [&](const std::vector<std::string>& words) {
    const Ended ended = run_program(folder, words);
    REQUIRE_MESSAGE(ended.code == 0, ended.err);
    return ended.out;
  };
  const std::string sweep = folder.path("noisy-quadratic"), run = folder.path("path");
  made({"sweep", "-q", (samples / "experiments" / "noisy-quadratic.yaml").string(), "-o", sweep});
  CHECK(made({"plot", "-q", sweep, "--kind", "sensitivity", "--value", "tail_gap", "--script"}) ==
        content_of(pictures / "noisy-quadratic.gp"));
  made({"solve", "-q", (pictures / "path.yaml").string(), "-o", run});
  CHECK(made({"plot", "-q", run, "--kind", "path", "--script"}) == content_of(pictures / "path.gp"));
  for (const char* picture : {"noisy-quadratic.svg", "path.svg"})
    CHECK(content_of(pictures / picture).find("<svg") != std::string::npos);
}

}  // namespace lookahead::test
