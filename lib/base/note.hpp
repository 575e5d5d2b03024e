#pragma once
#include <string>
#include <string_view>
#include <utility>

namespace lookahead {

// What a user should know and what is no fault.
struct Note {
  enum class Kind {
    information,  // what was guessed, where files are
    rate,         // what lr: auto has chosen, and from which constants
    warning       // the work goes on, and may not do what was meant
  };

  Kind kind = Kind::information;
  std::string text;

  Note(std::string words) : text(std::move(words)) {}
  Note(const char* words) : text(words) {}
  Note(Kind of_kind, std::string words) : kind(of_kind), text(std::move(words)) {}

  friend bool operator==(const Note&, const Note&) = default;
};

inline Note warning(std::string text) { return {Note::Kind::warning, std::move(text)}; }

// The text; a warning says that it is one.
inline std::string to_string(const Note& note) {
  return note.kind == Note::Kind::warning ? "warning: " + note.text : note.text;
}

// The note that has this text.
inline Note note_of(const std::string& text) {
  constexpr std::string_view mark = "warning: ";
  return text.starts_with(mark) ? warning(text.substr(mark.size())) : Note(text);
}

}  // namespace lookahead
