#include "spec/sweep_files.hpp"

#include "base/text.hpp"

namespace lookahead::sweep_files {

std::string kept_name(Index index) {
  constexpr std::size_t digits = 6;
  std::string name = to_text(index);
  if (name.size() < digits) name.insert(0, digits - name.size(), '0');
  return name;
}

}  // namespace lookahead::sweep_files
