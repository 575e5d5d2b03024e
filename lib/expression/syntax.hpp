#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/scalar.hpp"

namespace lookahead::expression {

// A part of a text, in bytes from its beginning.
struct TextPart {
  std::size_t begin = 0, end = 0;
};

// What is wrong with a text: where, as a number of bytes from its beginning, what, and what to do about it.
struct TextFault {
  std::size_t at = 0;
  std::string text;
  std::string cure;
};

// A piece of an expression as it was written. Chains a + b - c and a * b / c are one term each, so that terms
// are no deeper than brackets are.
struct Term {
  enum class Kind {
    number,      // number
    name,        // name
    element,     // name [ parts[0] ]
    call,        // name ( parts )
    negation,    // - parts[0]
    sum,         // parts, each added, or subtracted where `inverse`
    product,     // parts, each multiplied, or divided by where `inverse`
    power,       // parts[0] ^ parts[1]
    comparison,  // parts[0] name parts[1], name: < <= > >= == !=
  };
  Kind kind = Kind::number;
  std::size_t at = 0;
  double number = 0;
  std::string name = {};
  std::vector<int> parts = {};
  std::vector<bool> inverse = {};
  TextPart all = {};  // with the brackets around it
};

// let name = value;
struct Definition {
  std::string name;
  std::size_t at = 0;
  int value = 0;
};

// A text, taken apart.
struct Syntax {
  std::vector<Term> terms;
  std::vector<Definition> definitions;
  int result = -1;
};

// Reads a text. Grammar, from what binds least:
//   text        { let name = comparison ; } comparison
//   comparison  sum [ (< | <= | > | >= | == | !=) sum ]
//   sum         product { (+ | -) product }
//   product     sign { (* | /) sign }
//   sign        (- | +) sign | power
//   power       primary [ ^ sign ]
//   primary     number | name | name [ sum ] | name ( comparison {, comparison} ) | ( comparison )
// Blanks and line ends separate, # begins a comment that ends with its line. Faults: what does not fit the
// grammar, more than 100 brackets or signs within one another, more than 100,000 terms.
struct Parsed {
  Syntax syntax;
  std::optional<TextFault> fault;
};
Parsed parse(std::string_view text);

// Whether `text` can be a name: a letter or _, then letters, digits and _.
bool is_name(std::string_view text);

}  // namespace lookahead::expression
