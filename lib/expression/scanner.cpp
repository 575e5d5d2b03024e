#include "expression/scanner.hpp"

#include <charconv>
#include <cmath>

namespace lookahead::expression {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// The bytes of the UTF-8 character that a text begins with.
std::size_t length_of_character(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && size < 4 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
  return size;
}

}  // namespace

bool is_name(std::string_view text) {
  if (text.empty() || !begins_name(text.front())) return false;
  for (const char c : text) {
    if (!begins_name(c) && !is_digit(c)) return false;
  }
  return true;
}

void Scanner::skip_blanks() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '#') {
      while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++at_;
    } else {
      return;
    }
  }
}

Token Scanner::next() {
  skip_blanks();
  if (at_ >= text_.size()) return {Token::Kind::end, text_.size(), {}, 0};
  const std::size_t begin = at_;
  const char c = text_[begin];
  const char after = begin + 1 < text_.size() ? text_[begin + 1] : '\0';
  if (is_digit(c) || (c == '.' && is_digit(after))) return number();
  const auto token = [&](Token::Kind kind, std::size_t size) {
    at_ = begin + size;
    return Token{kind, begin, text_.substr(begin, size), 0};
  };
  if (begins_name(c)) {
    std::size_t size = 1;
    while (begin + size < text_.size() && (begins_name(text_[begin + size]) || is_digit(text_[begin + size])))
      ++size;
    return token(Token::Kind::name, size);
  }
  if ((c == '<' || c == '>' || c == '=' || c == '!') && after == '=') return token(Token::Kind::sign, 2);
  if (c == '*' && after == '*') return token(Token::Kind::sign, 2);
  constexpr std::string_view signs = "+-*/^()[],;<>=";
  if (signs.find(c) != std::string_view::npos) return token(Token::Kind::sign, 1);
  return token(Token::Kind::unknown, length_of_character(text_.substr(begin)));
}

Token Scanner::number() {
  const std::size_t begin = at_;
  double value = 0;
  const char* first = text_.data() + begin;
  const auto [end, error] = std::from_chars(first, text_.data() + text_.size(), value);
  const auto size = static_cast<std::size_t>(end - first);
  at_ = begin + size;
  Token token{Token::Kind::number, begin, text_.substr(begin, size), value};
  if (error != std::errc{}) token.kind = Token::Kind::unknown;
  return token;
}

}  // namespace lookahead::expression
