#include "trace/csv_text.hpp"

#include "base/text.hpp"

namespace lookahead {
namespace {

template <class T>
void append_point(std::string& out, T value) {
  const std::size_t begin = out.size();
  append_text(out, value);
  if (out.find_first_not_of("-0123456789", begin) == std::string::npos) out += ".0";
}

}  // namespace

void append_real(std::string& out, double value) { append_point(out, value); }
void append_real(std::string& out, float value) { append_point(out, value); }

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace lookahead
