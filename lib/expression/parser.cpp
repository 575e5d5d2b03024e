#include <utility>

#include "base/text.hpp"
#include "expression/cures.hpp"
#include "expression/operation.hpp"
#include "expression/scanner.hpp"

namespace lookahead::expression {
namespace {

constexpr int deepest = 100;
constexpr std::size_t most_parsed = 100'000;

class Parser {
 public:
  explicit Parser(std::string_view text) : scanner_(text) { advance(); }

  Parsed parsed() {
    while (token_.kind == Token::Kind::name && token_.text == "let") definition();
    if (!fault_) parsed_.result = comparison();
    if (!fault_ && token_.is(";")) advance();
    if (!fault_ && token_.kind != Token::Kind::end) unexpected("an operator or the end");
    return {std::move(parsed_), std::move(fault_)};
  }

 private:
  void advance() {
    last_ = token_;
    token_ = scanner_.next();
  }

  int fail(std::size_t at, std::string text, std::string cure = {}) {
    if (!fault_) fault_ = TextFault{at, std::move(text), std::move(cure)};
    return 0;
  }

  int unexpected(const std::string& wanted) {
    const std::string found = token_.kind == Token::Kind::end ? "the end" : quoted(token_.text);
    return fail(token_.at, "expected " + wanted + ", found " + found, cure_of_unexpected(wanted));
  }

  // What to write instead of the token that stands where something else is expected.
  std::string cure_of_unexpected(const std::string& wanted) const {
    if (std::string cure = unexpected_cure(token_.text); !cure.empty()) return cure;
    const char first = token_.text.empty() ? '\0' : token_.text.front();
    if (token_.text == ".") return "functions and constants are written by their names alone: exp(x[0]), pi";
    if (token_.kind == Token::Kind::unknown && ((first >= '0' && first <= '9') || first == '.'))
      return "beyond the numbers";
    const bool after_operand = wanted.starts_with("an operator");
    if (after_operand && last_.is(";"))
      return "the result is one formula; parts of it have names by let: let a = ...; before it";
    if (after_operand && !bare_function_.empty())
      return "the arguments of " + bare_function_ + " stand in ( ) behind its name: " + bare_function_ +
             "(...)";
    if (token_.is("=")) return cure_of_equals();
    if (token_.is(",") && last_.kind == Token::Kind::number && last_.text.find('.') == std::string_view::npos)
      return "decimals stand behind a point: 0.5";
    const bool operand =
        token_.kind == Token::Kind::name || token_.kind == Token::Kind::number || token_.is("(");
    return after_operand && operand ? "a product is written with *" : "";
  }

  // What stands before the = of an equation is what the formula is called.
  std::string cure_of_equals() const {
    const bool called =
        !parsed_.terms.empty() && parsed_.terms.back().at == 0 && depth_ == 0 &&
        (parsed_.terms.back().kind == Term::Kind::name || parsed_.terms.back().kind == Term::Kind::call);
    if (called) return "write what stands to the right of = alone; a name for later use: let a = ...;";
    return "a comparison is written ==";
  }

  bool expect(std::string_view sign, const std::string& wanted) {
    if (!token_.is(sign)) {
      unexpected(wanted);
      return false;
    }
    advance();
    return true;
  }

  // A term that begins at `begin` and ends with the last token.
  int add(Term term, std::size_t begin) {
    if (fault_) return 0;
    term.all = {begin, last_.at + last_.text.size()};
    if (parsed_.terms.size() >= most_parsed)
      return fail(term.at, "the expression has more than " + std::to_string(most_parsed) + " parts");
    parsed_.terms.push_back(std::move(term));
    return static_cast<int>(parsed_.terms.size()) - 1;
  }

  void definition() {
    advance();
    Definition made{std::string(token_.text), token_.at, 0};
    if (token_.kind != Token::Kind::name) {
      unexpected("a name after let");
      return;
    }
    advance();
    if (!expect("=", "= after the name")) return;
    made.value = comparison();
    if (fault_ || !expect(";", "; at the end of the definition")) return;
    parsed_.definitions.push_back(std::move(made));
  }

  int comparison() {
    const std::size_t begin = token_.at;
    const int left = sum();
    for (const std::string_view sign : {"<", "<=", ">", ">=", "==", "!="}) {
      if (fault_ || !token_.is(sign)) continue;
      const std::size_t at = token_.at;
      advance();
      const int right = sum();
      return add({Term::Kind::comparison, at, 0, std::string(sign), {left, right}, {}}, begin);
    }
    return left;
  }

  // A chain of parts that are joined by `plus` or `minus`.
  template <class Part>
  int chain(Term::Kind kind, std::string_view plus, std::string_view minus, Part part) {
    const std::size_t at = token_.at;
    const int first = part();
    if (fault_ || (!token_.is(plus) && !token_.is(minus))) return first;
    Term term{kind, at, 0, {}, {first}, {false}};
    while (!fault_ && (token_.is(plus) || token_.is(minus))) {
      term.inverse.push_back(token_.is(minus));
      advance();
      term.parts.push_back(part());
    }
    return add(std::move(term), at);
  }
  int sum() {
    return chain(Term::Kind::sum, "+", "-", [this] { return product(); });
  }
  int product() {
    return chain(Term::Kind::product, "*", "/", [this] { return sign(); });
  }

  int sign() {
    if (depth_ > deepest) return fail(token_.at, "brackets or signs are nested too deeply");
    ++depth_;
    int result = 0;
    if (token_.is("-") || token_.is("+")) {
      const bool minus = token_.is("-");
      const std::size_t at = token_.at;
      advance();
      result = sign();
      if (minus && !fault_) result = add({Term::Kind::negation, at, 0, {}, {result}, {}}, at);
    } else {
      result = power();
    }
    --depth_;
    return result;
  }

  int power() {
    const std::size_t begin = token_.at;
    const int base = primary();
    if (fault_ || !token_.is("^")) return base;
    const std::size_t at = token_.at;
    advance();
    const int exponent = sign();
    return add({Term::Kind::power, at, 0, {}, {base, exponent}, {}}, begin);
  }

  int primary() {
    const Token token = token_;
    if (token.kind == Token::Kind::number) {
      advance();
      return add({Term::Kind::number, token.at, token.number, {}, {}, {}}, token.at);
    }
    if (token.kind == Token::Kind::name) {
      advance();
      if (token_.is("(")) return call(token);
      if (token_.is("[")) return element(token);
      if (find_function(token.text) != nullptr && bare_function_.empty()) bare_function_ = token.text;
      return add({Term::Kind::name, token.at, 0, std::string(token.text), {}, {}}, token.at);
    }
    if (token.is("(")) {
      advance();
      const int inner = comparison();
      if (!fault_ && expect(")", "an operator or )"))
        parsed_.terms[static_cast<std::size_t>(inner)].all = {token.at, last_.at + last_.text.size()};
      return inner;
    }
    return unexpected("a number, a name or (");
  }

  int element(const Token& name) {
    advance();
    const int index = sum();
    if (fault_ || !expect("]", "an operator or ]")) return 0;
    return add({Term::Kind::element, name.at, 0, std::string(name.text), {index}, {}}, name.at);
  }

  int call(const Token& name) {
    advance();
    Term term{Term::Kind::call, name.at, 0, std::string(name.text), {}, {}};
    if (!token_.is(")")) {
      term.parts.push_back(comparison());
      while (!fault_ && token_.is(",")) {
        advance();
        term.parts.push_back(comparison());
      }
    }
    if (fault_) return 0;
    const bool index = token_.is("=") && term.parts.size() == 1 && takes_index(term.name);
    if (index) return unexpected_index(term.name);
    if (!expect(")", "an operator, a comma or )")) return 0;
    return add(std::move(term), name.at);
  }

  static bool takes_index(std::string_view name) {
    const Function* const function = find_function(name);
    return function != nullptr && function->arguments.find("i, from") != std::string_view::npos;
  }

  int unexpected_index(const std::string& name) {
    return fail(token_.at, "expected a comma, found '='",
                "an index and its range are written " + name + "(i, from, to, e)");
  }

  Scanner scanner_;
  Token token_, last_;         // the one to be read, and the one before it
  std::string bare_function_;  // the first function without ( behind its name
  Syntax parsed_;
  std::optional<TextFault> fault_;
  int depth_ = 0;
};

}  // namespace

Parsed parse(std::string_view text) { return Parser(text).parsed(); }

}  // namespace lookahead::expression
