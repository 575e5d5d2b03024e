#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "comparison.hpp"

// Random problems over all options at once, each run by the program and by the plain model, figure by figure:
// how the run went, everything that is told at its end, of every fold, and what the model predicts.
// LOOKAHEAD_PAIRS in the environment is the number of problems, LOOKAHEAD_PAIRS_SEED the one to run alone,
// whose files are kept.
namespace lookahead::pairs {
namespace {

// Runs a problem; tells of one that fails, with all that it takes to run it again.
void compare(std::uint64_t seed, const Wanted& wanted, const Folder& folder, Tally& tally) {
  constexpr int most_told = 10;
  const Problem problem = drawn(seed, wanted);
  std::string wrong;
  try {
    wrong = problem.single ? Comparison<float>(problem, folder, tally).run()
                           : Comparison<double>(problem, folder, tally).run();
  } catch (const std::exception& error) {
    wrong = error.what();
  }
  if (wrong.empty() || ++tally.failed > most_told) return;
  const auto shown = [](const std::string& name, const std::string& text) {
    constexpr std::size_t most = 4000;
    return text.empty() ? ""
                        : "--- " + name + "\n" + text.substr(0, most) + (text.size() > most ? "...\n" : "");
  };
  FAIL_CHECK("problem " << seed << "\n"
                        << problem.yaml("") << shown("train.csv", problem.train)
                        << shown("more.csv", problem.more) << shown("validation.csv", problem.validation)
                        << shown("test.csv", problem.test) << "--- what is wrong\n"
                        << wrong);
}

std::uint64_t number_from(const char* variable, std::uint64_t usual) {
  const char* text = std::getenv(variable);
  return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

TEST_CASE("random problems over all options have the figures of the plain model") {
  Folder folder;
  Tally tally;
  Wanted usual;
  usual.quick = false;
  const std::uint64_t only = number_from("LOOKAHEAD_PAIRS_SEED", 0),
                      count = number_from("LOOKAHEAD_PAIRS", 2000);
  folder.kept = only > 0;
  if (folder.kept) MESSAGE("its files are in " << folder.path());
  constexpr std::uint64_t of_sizes = 1'000'000;  // from here on the seeds are those of the other test
  if (only > of_sizes) return;
  for (std::uint64_t seed = only > 0 ? only : 1; seed <= (only > 0 ? only : count); ++seed)
    compare(seed, usual, folder, tally);
  MESSAGE(tally.problems << " problems, " << tally.formulas << " with formulas, " << tally.refused
                         << " refused, " << tally.diverged << " diverged, " << tally.paths << " paths, "
                         << tally.figures << " figures, " << tally.loose << " of them loosely, "
                         << tally.failed << " wrong");
  CHECK(tally.failed == 0);
  if (only > 0) return;
  CHECK(tally.refused * 5 < tally.problems);
  CHECK(tally.formulas * 20 > tally.problems);
  CHECK(tally.paths * 3 > tally.problems);
  CHECK(tally.figures > 20 * tally.problems);
  // Where the tolerance is wide nothing is compared.
  CHECK(tally.loose * 50 < tally.figures);
}

TEST_CASE("sizes around the ends of blocks, shards and batches have the figures of the plain model") {
  Folder folder;
  Tally tally;
  std::uint64_t seed = 1'000'000;
  // Of the usual number of problems the largest few are as long as all others together.
  const std::uint64_t count = number_from("LOOKAHEAD_PAIRS", 2000);
  const std::uint64_t only = number_from("LOOKAHEAD_PAIRS_SEED", 0);
  const int greatest = count < 1000 ? 3000 : count < 10'000 ? 13'000 : 100'000;
  folder.kept = only > seed;
  const auto at = [&](const Wanted& wanted, bool always = false) {
    ++seed;
    const bool small = std::max(wanted.rows, wanted.columns) <= greatest;
    if (only > 0 ? seed == only : small || always) compare(seed, wanted, folder, tally);
  };
  for (const int end : {8, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536}) {
    for (const int rows : {end - 1, end, end + 1}) at({rows, 2});
  }
  at({100'000, 2});
  for (const int end : {8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096}) {
    for (const int columns : {end - 1, end, end + 1}) at({14, columns});
  }
  for (const int columns : {32'767, 32'768, 32'769, 47'236, 65'536, 65'537, 100'000})
    at({14, columns, true}, columns == 32'769);
  // More parameters than a shard of a batch has numbers.
  for (const int columns : {8191, 8192, 8193, 12'000}) at({70, columns, false, Kind::softmax});
  for (const int columns : {16'384, 20'000, 32'767}) at({70, columns, true, Kind::softmax});
  MESSAGE(tally.problems << " problems, " << tally.refused << " refused, " << tally.paths << " paths, "
                         << tally.figures << " figures, " << tally.failed << " wrong");
  CHECK(tally.failed == 0);
}

}  // namespace
}  // namespace lookahead::pairs
