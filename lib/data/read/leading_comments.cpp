#include "data/read/leading_comments.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

namespace lookahead {
namespace {

// How often a character that may separate fields stands in a line, whichever does most often.
std::ptrdiff_t fields_in(std::string_view line) {
  std::ptrdiff_t most = 0;
  for (const char separator : {',', ';', '\t', '|'})
    most = std::max(most, std::ranges::count(line, separator));
  return most;
}

}  // namespace

bool begins_with_comments(InputFile& file) {
  auto source = file.open(false);
  if (!source) return false;
  constexpr std::size_t head_size = std::size_t{1} << 16;
  std::string head(head_size, '\0');
  const auto got = source->read(head);
  if (!got) return false;
  head.resize(static_cast<std::size_t>(*got));
  std::istringstream lines(head);
  std::ptrdiff_t most = 0;
  bool any = false, behind = false, fits = false;
  for (std::string line; std::getline(lines, line);) {
    const bool comment = line.starts_with('#');
    // Rows that begin so, too, are no comments.
    if (comment && behind) return false;
    if (comment) {
      most = std::max(most, fields_in(line));
      any = true;
    } else if (!std::exchange(behind, true)) {
      // A header may be one name short.
      fits = any && fields_in(line) > 0 && (most == 0 || fields_in(line) > most + 1);
    }
  }
  return fits;
}

}  // namespace lookahead
