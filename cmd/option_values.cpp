#include "option_values.hpp"

#include "base/text.hpp"

namespace lookahead::cmd {

Checked<std::uint64_t> read_seed(const std::string& text, const std::string& cure) {
  const auto seed = parse_integer(text);
  if (!seed || *seed < 0)
    return Fault{FaultKind::usage, {"--seed " + text, 0, 0}, "must be an integer >= 0 and < 2^63", cure};
  return static_cast<std::uint64_t>(*seed);
}

}  // namespace lookahead::cmd
