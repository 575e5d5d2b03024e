#pragma once
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/scalar.hpp"
#include "options/form.hpp"
#include "options/inside.hpp"
#include "options/node.hpp"
#include "options/path.hpp"
#include "options/report.hpp"

namespace lookahead {

// How a type of parameter is read from a node and written back. A specialization has
//   static std::string type();                                        its name in help texts
//   static std::optional<T> read(const Node&, const Path&, Report&);  the value, or a fault in the report
//   static Node write(const T&);                                      reading it back gives the same value
//   static std::optional<double> number(const T&);                    (numbers only) what limits apply to
//   static Inside inside(Node&, const std::string& key);              (where it has keys) see Inside
//   static Form form();                                               (where type() does not say it) see Form
template <class T>
struct Codec;

template <class T>
Inside inside_of() {
  if constexpr (requires(Node & node, const std::string& key) { Codec<T>::inside(node, key); }) {
    return {&Codec<T>::inside};
  } else {
    return {};
  }
}

// What values of the type look like in a file.
template <class T>
Form form_of() {
  if constexpr (requires { Codec<T>::form(); }) {
    return Codec<T>::form();
  } else {
    return form_of_type(Codec<T>::type());
  }
}

template <>
struct Codec<double> {
  static std::string type() { return "number"; }
  static std::optional<double> read(const Node& node, const Path& path, Report& report);
  static Node write(double value);
  static std::optional<double> number(double value) { return value; }
};

template <>
struct Codec<Index> {
  static std::string type() { return "integer"; }
  static std::optional<Index> read(const Node& node, const Path& path, Report& report);
  static Node write(Index value);
  static std::optional<double> number(Index value) { return static_cast<double>(value); }
};

template <>
struct Codec<bool> {
  static std::string type() { return "true | false"; }
  static std::optional<bool> read(const Node& node, const Path& path, Report& report);
  static Node write(bool value);
};

template <>
struct Codec<std::string> {
  static std::string type() { return "text"; }
  static std::optional<std::string> read(const Node& node, const Path& path, Report& report);
  static Node write(const std::string& value);
};

// A list; a single item may stand without brackets.
template <class T>
struct Codec<std::vector<T>> {
  static std::string type() { return "list of " + Codec<T>::type(); }
  static std::optional<std::vector<T>> read(const Node& node, const Path& path, Report& report) {
    std::vector<T> values;
    const std::span<const Node> items =
        node.is_list() ? std::span<const Node>(node.items) : std::span(&node, 1);
    for (const Node& item : items) {
      auto value = Codec<T>::read(item, path, report);
      if (!value) return std::nullopt;
      values.push_back(std::move(*value));
    }
    return values;
  }
  static Node write(const std::vector<T>& values) {
    Node list = Node::list({});
    for (const T& value : values) list.items.push_back(Codec<T>::write(value));
    return list;
  }
  static Inside inside(Node& node, const std::string& key) {
    if (node.is_list()) return inside_of<T>();
    if (is_item_number(key)) {
      Node list = Node::list({});
      list.place = node.place;
      if (node.kind != Node::Kind::empty) list.items.push_back(std::move(node));
      node = std::move(list);
      return inside_of<T>();
    }
    const Inside only = inside_of<T>();
    return only.enter ? only.enter(node, key) : Inside{};
  }
  static Form form() { return Form::either({form_of<T>(), Form::list(form_of<T>())}); }
};

// What a word is meant to say that is true or false in other versions of YAML; nothing for other words.
std::optional<bool> meant_truth(std::string_view word);

// Whether a node says none, which leaves a value away that may be absent.
bool says_none(const Node& node);

// A value that may be absent: none, unless that is one of its values, or not there. A text that says none stands in
// quotes.
template <class T>
struct Codec<std::optional<T>> {
  static std::string type() { return Codec<T>::type(); }
  static std::optional<std::optional<T>> read(const Node& node, const Path& path, Report& report) {
    if (says_none(node)) {
      if constexpr (std::is_same_v<T, std::string>) return std::optional<T>();
      Report of_value;
      auto value = Codec<T>::read(node, path, of_value);
      // A codec may return what it has read beside its faults.
      return value && of_value.empty() ? std::optional<T>(std::move(*value)) : std::optional<T>();
    }
    auto value = Codec<T>::read(node, path, report);
    if (!value) return std::nullopt;
    return std::optional<T>(std::move(*value));
  }
  static Node write(const std::optional<T>& value) { return value ? Codec<T>::write(*value) : Node{}; }
  static Inside inside(Node& node, const std::string& key) {
    if (says_none(node)) node = Node{};
    const Inside of_value = inside_of<T>();
    return of_value.enter ? of_value.enter(node, key) : Inside{};
  }
  static Form form() { return Form::either({form_of<T>(), Form::word("none")}); }
  static std::optional<double> number(const std::optional<T>& value) requires requires(const T& t) {
    Codec<T>::number(t);
  }
  { return value ? Codec<T>::number(*value) : std::nullopt; }
};

// The words of an enumeration in a file: specialize with a static `table` of (word, value).
template <class E>
struct Words;

// Finds `node`'s text among `words`; its index, or a fault with the words and a suggestion.
std::optional<std::size_t> read_word(const Node& node, const Path& path,
                                     const std::vector<std::string>& words, Report& report);

template <class E>
requires std::is_enum_v<E>
struct Codec<E> {
  static std::vector<std::string> words() {
    std::vector<std::string> words;
    for (const auto& row : Words<E>::table) words.emplace_back(row.first);
    return words;
  }
  static std::string type() {
    std::string text;
    for (const auto& row : Words<E>::table) text += (text.empty() ? "" : " | ") + std::string(row.first);
    return text;
  }
  static std::optional<E> read(const Node& node, const Path& path, Report& report) {
    const auto index = read_word(node, path, words(), report);
    if (!index) return std::nullopt;
    return std::begin(Words<E>::table)[*index].second;
  }
  static std::string word(E value) {
    for (const auto& row : Words<E>::table) {
      if (row.second == value) return std::string(row.first);
    }
    return {};
  }
  // What the word means; nothing where it is none of them.
  static std::optional<E> meaning(std::string_view word) {
    for (const auto& row : Words<E>::table) {
      if (row.first == word) return row.second;
    }
    return std::nullopt;
  }
  static Node write(E value) { return Node::scalar(word(value)); }
};

// A span of time, in seconds; in a file with its unit: 500ms, 60s, 5m, 2h.
struct Duration {
  double seconds = 0;
};
template <>
struct Codec<Duration> {
  static std::string type() { return "duration"; }
  static std::optional<Duration> read(const Node& node, const Path& path, Report& report);
  static Node write(const Duration& value);
};

}  // namespace lookahead
