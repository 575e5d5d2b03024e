#include "study/sweep/target.hpp"

#include "base/text.hpp"

namespace lookahead {

std::string target_name(double value) {
  std::string text = to_text(value);
  std::size_t at = text.find('e');
  if (at == std::string::npos) return text;
  if (text[++at] == '+') {
    text.erase(at, 1);
  } else if (text[at] == '-') {
    ++at;
  }
  while (at + 1 < text.size() && text[at] == '0') text.erase(at, 1);
  return text;
}

}  // namespace lookahead
