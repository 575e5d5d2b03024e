#pragma once
#include <string_view>

#include "expression/syntax.hpp"

namespace lookahead::expression {

// The smallest pieces of a text.
struct Token {
  enum class Kind { end, number, name, sign, unknown };
  Kind kind = Kind::end;
  std::size_t at = 0;
  std::string_view text;
  double number = 0;

  bool is(std::string_view sign) const { return kind == Kind::sign && text == sign; }
};

// Cuts a text into tokens, one after the other.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  // An unknown character, or a number too large, is a token of kind `unknown`.
  Token next();

 private:
  Token number();
  void skip_blanks();

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace lookahead::expression
