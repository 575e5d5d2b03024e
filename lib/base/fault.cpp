#include "base/fault.hpp"

#include "base/text.hpp"

namespace lookahead {

std::string to_string(const Place& place) {
  std::string text = place.source;
  if (place.line > 0) text.append(":").append(std::to_string(place.line));
  if (place.line > 0 && place.column > 0) text.append(":").append(std::to_string(place.column));
  return text;
}

std::string to_string(const Fault& fault) {
  std::string text = to_string(fault.place);
  if (!text.empty()) text += ": ";
  text += "error: " + fault.text;
  if (!fault.cure.empty()) text += " (" + fault.cure + ")";
  return visible(text);
}

}  // namespace lookahead
