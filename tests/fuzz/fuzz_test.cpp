#include <doctest/doctest.h>

#include "seeds.hpp"
#include "support/damage.hpp"
#include "target.hpp"

namespace lookahead::fuzz {
namespace {

TEST_CASE("damaged inputs of every kind are accepted or refused in due form") {
  for (const Target& target : targets()) {
    CAPTURE(std::string(target.name));
    const std::vector<std::string> seeds = target.seeds();
    REQUIRE(!seeds.empty());
    int accepted = 0;
    for (const std::string& seed : seeds) accepted += target.run(seed) ? 1 : 0;
    // Damage of what is refused anyhow would reach little of the program.
    CHECK(2 * accepted >= static_cast<int>(seeds.size()));
    for (const std::string& input : target.tested()) target.run(input);
    test::Damage damage;
    constexpr std::size_t inputs = 500;
    for (std::size_t i = 0; i < inputs; ++i) target.run(damage(seeds[i % seeds.size()]));
  }
}

TEST_CASE("every beginning of a small input is accepted or refused in due form") {
  for (const Target& target : targets()) {
    CAPTURE(std::string(target.name));
    for (const std::string& seed : target.seeds()) {
      constexpr std::size_t small = 400;
      if (seed.size() > small) continue;
      for (std::size_t size = 0; size < seed.size(); ++size)
        target.run(std::string_view(seed).substr(0, size));
    }
  }
}

TEST_CASE("a model cut short anywhere is refused, but for the end of its last line") {
  const std::string whole = model_seeds().front();
  REQUIRE(run_model(whole));
  REQUIRE(whole.ends_with('\n'));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK(run_model(std::string_view(whole).substr(0, size)) == (size + 1 == whole.size()));
  }
}

TEST_CASE("literals of a source are joined and unescaped as the compiler does, and comments have none") {
  CHECK(literals_in("f(\"a\\n\" // \"no\"\n   \"b\\x41\\0\", '\"', 1'000, \"\\\"\")") ==
        std::vector<std::string>{std::string("a\nbA\0", 5), "\""});
}

}  // namespace
}  // namespace lookahead::fuzz
