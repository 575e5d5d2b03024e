#include "base/fault.hpp"

#include "base/text.hpp"

namespace lookahead {

std::string to_string(const Place& place) {
  // A path is shown in full; what is longer than any can be is not one.
  constexpr std::size_t most_shown = 4096;
  std::string text = place.source.substr(0, most_shown);
  if (place.source.size() > most_shown) text += "...";
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

Faults as_data(Faults faults) {
  for (Fault& fault : faults) {
    if (fault.kind == FaultKind::problem) fault.kind = FaultKind::data;
  }
  return faults;
}

}  // namespace lookahead
