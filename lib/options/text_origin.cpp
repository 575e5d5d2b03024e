#include "options/text_origin.hpp"

#include <algorithm>

namespace lookahead {
namespace {

// Walks through a text in its file.
class Walk {
 public:
  explicit Walk(const TextOrigin& origin) : file_(*origin.file), at_(origin.begin), place_(origin.place) {}

  Place to(std::size_t offset) {
    const char first = at_ < file_.size() ? file_[at_] : '\0';
    if (first == '|' || first == '>') {
      through_block(offset);
    } else if (first == '"' || first == '\'') {
      step();
      through_quotes(first, offset);
    } else {
      through_plain(offset);
    }
    return place_;
  }

 private:
  bool more() const { return at_ < file_.size(); }
  char here() const { return more() ? file_[at_] : '\0'; }

  void step() {
    if (!more()) return;
    if (file_[at_++] == '\n') {
      ++place_.line;
      place_.column = 1;
    } else {
      ++place_.column;
    }
  }

  // Over a line's end, empty lines and the next line's indent: one blank of the text, or a line end for every
  // empty line.
  std::size_t over_fold() {
    std::size_t lines = 0;
    while (more() && (here() == ' ' || here() == '\n' || here() == '\r')) {
      if (here() == '\n') ++lines;
      step();
    }
    return lines <= 1 ? 1 : lines - 1;
  }

  bool at_fold() const {
    std::size_t next = at_;
    while (next < file_.size() && (file_[next] == ' ' || file_[next] == '\r')) ++next;
    return next < file_.size() && file_[next] == '\n';
  }

  void through_plain(std::size_t offset) {
    while (offset > 0 && more()) {
      if (at_fold()) {
        offset -= std::min(offset, over_fold());
      } else {
        step();
        --offset;
      }
    }
  }

  void through_quotes(char quote, std::size_t offset) {
    while (offset > 0 && more()) {
      if (at_fold()) {
        offset -= std::min(offset, over_fold());
        continue;
      }
      if (quote == '"' && here() == '\\') {
        step();
        const std::size_t digits = here() == 'x' ? 2 : here() == 'u' ? 4 : here() == 'U' ? 8 : 0;
        for (std::size_t i = 0; i < digits; ++i) step();
      } else if (quote == '\'' && here() == '\'') {
        step();
      }
      step();
      --offset;
    }
  }

  void through_block(std::size_t offset) {
    while (more() && here() != '\n') step();
    step();
    // The first line that is not empty says how far all are indented.
    std::size_t indent = 0, start = at_;
    for (std::size_t i = at_; i < file_.size(); ++i) {
      if (file_[i] == '\n') {
        start = i + 1;
      } else if (file_[i] != ' ' && file_[i] != '\r') {
        indent = i - start;
        break;
      }
    }
    const auto over_indent = [&] {
      for (std::size_t i = 0; i < indent && here() == ' '; ++i) step();
    };
    over_indent();
    while (offset > 0 && more()) {
      const bool line_end = here() == '\n';
      step();
      --offset;
      if (line_end) over_indent();
    }
  }

  const std::string& file_;
  std::size_t at_;
  Place place_;
};

}  // namespace

Place place_within(const TextOrigin& origin, std::size_t offset) {
  if (origin.file == nullptr) return origin.place;
  return Walk(origin).to(offset);
}

}  // namespace lookahead
