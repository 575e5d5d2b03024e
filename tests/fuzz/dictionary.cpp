#include "dictionary.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "loss/loss.hpp"
#include "objective/game.hpp"
#include "objective/noise.hpp"
#include "objective/penalty.hpp"
#include "spec/problem.hpp"
#include "support/damage.hpp"
#include "trace/record.hpp"

namespace lookahead::fuzz {
namespace {

constexpr std::size_t most_letters = 64;

void add_names(std::set<std::string>& words, const std::string& text) {
  const auto is_part = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (auto at = text.begin(); at != text.end();) {
    const auto begin = std::find_if(at, text.end(), is_part);
    at = std::find_if_not(begin, text.end(), is_part);
    const std::string word(begin, at);
    const bool name = word.size() > 1 && std::isdigit(static_cast<unsigned char>(word.front())) == 0;
    if (name && word.size() <= most_letters) words.insert(word);
  }
}

// Keys, and the words of their types.
void add(std::set<std::string>& words, const Parameters& parameters) {
  for (const Parameter& parameter : parameters) {
    words.insert(parameter.name + ": ");
    add_names(words, parameter.name);
    add_names(words, parameter.type);
  }
}

template <class E>
void add(std::set<std::string>& words, const Catalog<E>& catalog) {
  for (const E& entry : catalog) {
    words.insert(entry.card.name);
    add(words, entry.parameters);
  }
}

}  // namespace

std::vector<std::string> words() {
  const std::vector<std::string>& pieces = test::Damage::pieces();
  std::set<std::string> words(pieces.begin(), pieces.end());
  words.insert({"1e-308",
                "5e-324",
                "1.7976931348623157e308",
                "9223372036854775807",
                "-9223372036854775808",
                "18446744073709551616",
                "4294967296",
                "2147483648",
                "1e18",
                "0.1",
                "true",
                "false",
                "60s",
                "1,234.5",
                "1.234,5",
                "50%",
                "$5",
                "2020-01-31",
                "1/31/2020",
                "31 Jan 2020",
                "12:30:00",
                "NA",
                "?",
                "qid:1 ",
                "1:1 ",
                "+1 "});
  add(words, problem_parameters());
  for (const Section& section : sections()) add(words, *section.parameters);
  add(words, function_catalog());
  add(words, game_catalog());
  add(words, model_catalog());
  add(words, loss_catalog());
  add(words, penalty_catalog());
  add(words, optimizer_catalog());
  add(words, outer_catalog());
  add(words, schedule_catalog());
  add(words, metric_catalog());
  add(words, noise_catalog());
  for (const TraceColumn& column : trace_columns()) words.insert(column.name);
  return {words.begin(), words.end()};
}

std::vector<std::string> words_in(const std::vector<std::string>& texts) {
  std::set<std::string> words;
  for (const std::string& text : texts) add_names(words, text);
  return {words.begin(), words.end()};
}

std::string dictionary(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += '"';
    for (const char c : word) {
      constexpr std::string_view hex = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(c);
      if (byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\') {
        text += c;
      } else {
        text += {'\\', 'x', hex[byte >> 4], hex[byte & 15]};
      }
    }
    text += "\"\n";
  }
  return text;
}

}  // namespace lookahead::fuzz
