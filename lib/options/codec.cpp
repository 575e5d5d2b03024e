#include "options/codec.hpp"

#include <cmath>

#include "base/text.hpp"

namespace lookahead {
namespace {

// "010" is 8 to some readers and 10 to others, so it is neither here.
bool has_leading_zero(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9';
}

}  // namespace

std::optional<double> Codec<double>::read(const Node& node, const std::string& path, Report& report) {
  if (node.is_scalar() && !node.quoted && !has_leading_zero(node.text)) {
    const auto value = parse_number(node.text);
    if (value && std::isfinite(*value)) return value;
    if (value) {
      report.add(node.place, path + " must be finite, got " + node.text);
      return std::nullopt;
    }
  }
  report.add(node.place, path + " must be a number, got " + kind_name(node));
  return std::nullopt;
}

Node Codec<double>::write(double value) { return Node::scalar(to_text(value)); }

std::optional<Index> Codec<Index>::read(const Node& node, const std::string& path, Report& report) {
  if (node.is_scalar() && !node.quoted && !has_leading_zero(node.text)) {
    const auto value = parse_integer(node.text);
    if (value) return static_cast<Index>(*value);
    if (const auto number = parse_number(node.text); number && std::abs(*number) >= 0x1p63) {
      report.add(node.place, path + " must be below 2^63, got " + node.text);
      return std::nullopt;
    }
  }
  report.add(node.place, path + " must be an integer, got " + kind_name(node));
  return std::nullopt;
}

Node Codec<Index>::write(Index value) { return Node::scalar(to_text(static_cast<std::int64_t>(value))); }

std::optional<bool> Codec<bool>::read(const Node& node, const std::string& path, Report& report) {
  if (node.is_scalar() && !node.quoted && node.text == "true") return true;
  if (node.is_scalar() && !node.quoted && node.text == "false") return false;
  report.add(node.place, path + " must be true or false, got " + kind_name(node));
  return std::nullopt;
}

Node Codec<bool>::write(bool value) { return Node::scalar(value ? "true" : "false"); }

std::optional<std::string> Codec<std::string>::read(const Node& node, const std::string& path,
                                                    Report& report) {
  if (node.is_scalar()) return node.text;
  report.add(node.place, path + " must be a text, got " + kind_name(node));
  return std::nullopt;
}

Node Codec<std::string>::write(const std::string& value) { return Node::scalar(value, true); }

std::optional<std::size_t> read_word(const Node& node, const std::string& path,
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

std::optional<Duration> Codec<Duration>::read(const Node& node, const std::string& path, Report& report) {
  const auto seconds = node.is_scalar() ? parse_duration(node.text) : std::nullopt;
  if (seconds) return Duration{*seconds};
  report.add(node.place, path + " must be a duration > 0, got " + kind_name(node),
             "write it with its unit: 500ms, 60s, 5m or 2h");
  return std::nullopt;
}

Node Codec<Duration>::write(const Duration& value) { return Node::scalar(duration_text(value.seconds)); }

}  // namespace lookahead
