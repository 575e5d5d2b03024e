#include "options/path.hpp"

namespace lookahead {

Path Path::operator/(std::string_view key) const {
  if (top()) return Path(std::string(key));
  return Path(std::string(text_).append(1, '.').append(key));
}

Path Path::operator[](Index item) const {
  return Path(std::string(text_).append(1, '[').append(std::to_string(item)).append(1, ']'));
}

std::string operator+(const Path& path, std::string_view text) {
  return std::string(path.text()).append(text);
}

std::string operator+(std::string_view text, const Path& path) {
  return std::string(text).append(path.text());
}

}  // namespace lookahead
