#include "objective/outside/answers.hpp"

#include <filesystem>

#include "base/checksum.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace lookahead::outside {

Facts facts_of(const Answers& answers, Index dimension) {
  Facts facts = declared_facts(answers, dimension);
  if (answers.gives == Gives::value) {
    facts.notes.push_back("objective.gives: value: gradients are central differences, each of " +
                          to_text(2 * dimension + 1) + " evaluations, and right to about 10 digits at best");
  }
  return facts;
}

std::uint64_t content_of(const std::string& file) {
  constexpr std::size_t most = std::size_t{1} << 28;
  std::error_code unknown;
  if (std::filesystem::is_regular_file(file, unknown)) {
    if (const auto content = read_file(file, FaultKind::data, most)) return hash_of(*content);
  }
  return hash_of(file);
}

}  // namespace lookahead::outside
