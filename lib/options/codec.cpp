#include "options/codec.hpp"

#include <algorithm>
#include <cmath>

#include "base/letters.hpp"
#include "base/text.hpp"
#include "options/other_notation.hpp"

namespace lookahead {
namespace {

// "010" is 8 to some readers and 10 to others, so it is neither here.
bool has_leading_zero(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9';
}

std::string computed_cure(std::string_view text) {
  constexpr int digits = 12;
  const auto value = percent_or_ratio(text);
  return value ? "write " + short_text(*value, digits) : "";
}

// What is wrong with a number that is none.
std::string number_cure(const Node& node) {
  if (!node.is_scalar()) return "";
  std::string plain = node.text;
  if (node.quoted) {
    return parse_number(plain) ? "without the quotes it is the number " + plain : "";
  }
  if (has_leading_zero(plain)) return "without the leading zero, in decimal";
  if (std::erase(plain, '_') > 0 && parse_number(plain)) return "write " + plain;
  if (const auto comma = plain.find(','); comma != std::string::npos) {
    plain[comma] = '.';
    if (parse_number(plain)) return "decimals stand behind a point: " + plain;
  }
  // Dashes and signs that are longer than a minus, as word processors write them.
  for (const std::string_view dash : {"\xE2\x80\x93", "\xE2\x88\x92", "\xE2\x80\x94"}) {
    if (!plain.starts_with(dash)) continue;
    plain.replace(0, dash.size(), "-");
    if (parse_number(plain)) return "a minus is a hyphen: " + plain;
  }
  // 10k, 2M.
  if (!plain.empty() && std::string_view("kKM").find(plain.back()) != std::string_view::npos) {
    const auto number = parse_number(plain.substr(0, plain.size() - 1));
    const double unit = plain.back() == 'M' ? 1e6 : 1e3;
    if (number && std::abs(*number * unit) < 0x1p53 && std::floor(*number * unit) == *number * unit)
      return "write " + to_text(static_cast<std::int64_t>(*number * unit));
  }
  return computed_cure(node.text);
}

}  // namespace

std::optional<bool> meant_truth(std::string_view word) {
  const std::string small = lower(word);
  if (small == "true" || small == "yes" || small == "on" || small == "1") return true;
  if (small == "false" || small == "no" || small == "off" || small == "0") return false;
  return std::nullopt;
}

bool says_none(const Node& node) { return node.is_scalar() && !node.quoted && node.text == "none"; }

std::optional<double> Codec<double>::read(const Node& node, const Path& path, Report& report) {
  if (node.is_scalar() && !node.quoted && !has_leading_zero(node.text)) {
    const auto value = parse_number(node.text);
    if (value && !std::isfinite(*value)) {
      report.add(node.place, path + " must be finite, got " + node.text);
      return std::nullopt;
    }
    const auto rounded = static_cast<float>(value.value_or(0));
    const bool lost = value && (!std::isfinite(rounded) || (rounded == 0 && *value != 0));
    if (report.single_precision && lost) {
      report.add(
          node.place,
          path + ": " + node.text + " is " + (rounded == 0 ? "0" : "infinite") + " in single precision",
          "set precision: double, or choose another number");
      return std::nullopt;
    }
    if (value) return value;
  }
  report.add(node.place, path + " must be a number, got " + kind_name(node), number_cure(node));
  return std::nullopt;
}

Node Codec<double>::write(double value) { return Node::scalar(to_text(value)); }

std::optional<Index> Codec<Index>::read(const Node& node, const Path& path, Report& report) {
  if (node.is_scalar() && !node.quoted && !has_leading_zero(node.text)) {
    const auto value = parse_integer(node.text);
    if (value) return static_cast<Index>(*value);
    const auto number = parse_number(node.text);
    if (number && std::abs(*number) >= 0x1p63) {
      report.add(node.place, path + " must be below 2^63, got " + node.text);
      return std::nullopt;
    }
    if (number && std::floor(*number) == *number) {
      const auto digits = to_text(static_cast<std::int64_t>(*number));
      report.add(node.place, path + ": from 2^53 on an integer needs all its digits, got " + node.text,
                 "if it is meant, write " + digits);
      return std::nullopt;
    }
  }
  report.add(node.place, path + " must be an integer, got " + kind_name(node), number_cure(node));
  return std::nullopt;
}

Node Codec<Index>::write(Index value) { return Node::scalar(to_text(value)); }

std::optional<bool> Codec<bool>::read(const Node& node, const Path& path, Report& report) {
  if (node.is_scalar() && !node.quoted && node.text == "true") return true;
  if (node.is_scalar() && !node.quoted && node.text == "false") return false;
  std::string cure;
  if (const auto meant = node.is_scalar() ? meant_truth(node.text) : std::nullopt)
    cure = *meant ? "write true" : "write false";
  if (node.quoted && !cure.empty()) cure += ", without quotes";
  report.add(node.place, path + " must be true or false, got " + kind_name(node), cure);
  return std::nullopt;
}

Node Codec<bool>::write(bool value) { return Node::scalar(value ? "true" : "false"); }

std::optional<std::string> Codec<std::string>::read(const Node& node, const Path& path, Report& report) {
  if (node.is_scalar()) return node.text;
  report.add(node.place, path + " must be a text, got " + kind_name(node));
  return std::nullopt;
}

Node Codec<std::string>::write(const std::string& value) { return Node::scalar(value, true); }

std::optional<std::size_t> read_word(const Node& node, const Path& path,
                                     const std::vector<std::string>& words, Report& report) {
  if (node.is_scalar()) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i] == node.text) return i;
    }
  }
  const std::string cure = node.is_scalar() ? suggestion(node.text, words) : "";
  report.add(node.place, path + " must be one of " + joined(words, ", ") + ", got " + kind_name(node), cure);
  return std::nullopt;
}

std::optional<Duration> Codec<Duration>::read(const Node& node, const Path& path, Report& report) {
  const auto seconds = node.is_scalar() ? parse_duration(node.text) : std::nullopt;
  if (seconds) return Duration{*seconds};
  report.add(node.place, path + " must be a duration > 0, got " + kind_name(node),
             "write it with its unit: 500ms, 60s, 5m or 2h");
  return std::nullopt;
}

Node Codec<Duration>::write(const Duration& value) { return Node::scalar(duration_text(value.seconds)); }

}  // namespace lookahead
