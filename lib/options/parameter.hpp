#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "options/codec.hpp"
#include "options/limit.hpp"
#include "options/node.hpp"
#include "options/report.hpp"
#include "options/values.hpp"

namespace lookahead {

// The most that a run counts: steps, rows, windows. Sums and products of two such counts with a few more stay
// within 64 bits, or exact in a double.
inline constexpr double most_counted = 1e15;

// Whether a number read from `node` is within its limits; a fault in the report if not. No number, no limits.
bool within(std::span<const Limit> limits, std::optional<double> number, const Node& node, const Path& path,
            Report& report);

// A parameter, declared once: reading with range check, writing, and all that help, lists and schema show.
struct Parameter {
  std::string name;
  std::string sentence;
  std::string type;           // "number", "integer", "true | false", "keep | reset | pullback", ...
  std::vector<Limit> limits;  // of a number or a list of numbers
  std::function<void(ValuesTarget, const Node&, const Path& path, Report&)> read;
  std::function<Node(ValuesView)> write;  // empty where the parameter has no value
  Inside inside = {};
  Form (*form)() = nullptr;  // without the limits
};
using Parameters = std::vector<Parameter>;

// Whether `node` says a whole number in another way than by its digits, 1e20, that is not within the limits: a
// fault in the report then.
bool is_whole_beyond(std::span<const Limit> limits, const Node& node, const Path& path, Report& report);

// The value that `node` says, where it is one within the limits.
template <class T>
std::optional<T> read_within(const std::vector<Limit>& limits, const Node& node, const Path& path,
                             Report& report) {
  if constexpr (std::is_same_v<T, Index> || std::is_same_v<T, std::optional<Index>>) {
    if (is_whole_beyond(limits, node, path, report)) return std::nullopt;
  }
  std::optional<T> value = Codec<T>::read(node, path, report);
  if (!value) return value;
  if constexpr (requires { Codec<T>::number(*value); }) {
    if (!within(limits, Codec<T>::number(*value), node, path, report)) return std::nullopt;
  } else if constexpr (requires { Codec<typename T::value_type>::number(value->front()); }) {
    for (std::size_t i = 0; i < value->size(); ++i) {
      const Node& item = node.is_list() ? node.items[i] : node;
      if (!within(limits, Codec<typename T::value_type>::number((*value)[i]), item, path, report))
        return std::nullopt;
    }
  }
  return value;
}

// Declares `member` of the plain struct P; its default is the struct's own.
template <class P, class T>
Parameter declare_member(std::string name, T P::*member, std::string sentence, std::vector<Limit> limits) {
  Parameter parameter{std::move(name), std::move(sentence), Codec<T>::type(), limits, {}, {},
                      inside_of<T>(),  &form_of<T>};
  parameter.read = [member, limits = std::move(limits)](ValuesTarget target, const Node& node,
                                                        const Path& path, Report& report) {
    if (auto value = read_within<T>(limits, node, path, report)) target.as<P>().*member = std::move(*value);
  };
  parameter.write = [member](ValuesView values) { return Codec<T>::write(values.as<P>().*member); };
  return parameter;
}
template <class P, class T, class... L>
Parameter param(std::string name, T P::*member, std::string sentence, L... limits) {
  return declare_member(std::move(name), member, std::move(sentence), {limits...});
}

// Parameters together with the struct they belong to.
struct Bound {
  const Parameters* parameters;
  ValuesTarget target;
};

// Reads the members of map `node` into the bound structs; a member that none of them declares and that is not
// in `also` is a fault with a suggestion. Members of `also` are left to the caller.
void read_members(const Node& node, const Path& path, std::span<const Bound> bound,
                  std::span<const std::string> also, Report& report);

// What to advise where `text`, a whole key or value, is "key:value" or "key = value": to YAML that is one
// text. Empty where it is neither.
std::string separation_cure(const std::string& text);

// The way into the value of `key`, declared in one of the lists; empty where none of them knows it.
Inside inside_member(std::initializer_list<const Parameters*> declared, const std::string& key);

// Appends one member per parameter that has a value.
void write_members(Node& map, const Parameters& parameters, ValuesView values);

// What values the parameter takes.
Form form_of(const Parameter& parameter);

// Several declarations one after the other.
Parameters together(std::vector<Parameters> parts);

}  // namespace lookahead
