#include "objective/outside/declared.hpp"

#include <cmath>
#include <filesystem>

#include "base/checksum.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace lookahead::outside {

Parameters declared_parameters() {
  return {
      param("gives", &Declared::gives,
            "what an evaluation gives: with value alone gradients are central differences"),
      param("domain", &Declared::domain,
            "[low, high] of every coordinate, for start: random; the start is its middle; default none, "
            "and the start is 0"),
      param("minimum", &Declared::minimum, "f*, for the gap, stop.target and polyak; default not known"),
      param("lipschitz", &Declared::lipschitz,
            "a Lipschitz constant of the gradient, for certify and lr: auto; default estimated", above(0))};
}

void check_declared(const Declared& declared, const Place& place, const std::string& path, Report& report) {
  if (!declared.domain) return;
  const std::vector<double>& ends = *declared.domain;
  if (ends.size() == 2 && std::isfinite(ends[0]) && std::isfinite(ends[1]) && ends[0] <= ends[1]) return;
  report.add(place, path + ".domain must be [low, high] with low <= high", "for example domain: [-5, 5]");
}

Facts facts_of(const Declared& declared, Index dimension) {
  const auto size = static_cast<std::size_t>(dimension);
  Facts facts;
  facts.dimension = dimension;
  facts.start.assign(size, 0.0);
  if (declared.domain) {
    const double low = declared.domain->front(), high = declared.domain->back();
    facts.lower.assign(size, low);
    facts.upper.assign(size, high);
    facts.start.assign(size, low / 2 + high / 2);
  }
  facts.minimum = declared.minimum;
  facts.smoothness = declared.lipschitz;
  facts.smoothness_declared = declared.lipschitz.has_value();
  if (declared.gives == Gives::value) {
    facts.notes.push_back("objective.gives: value: gradients are central differences, each of " +
                          to_text(static_cast<std::int64_t>(2 * dimension + 1)) +
                          " evaluations, and right to about 10 digits at best");
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
