#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "options/limit.hpp"
#include "options/node.hpp"
#include "options/path.hpp"

namespace lookahead {

// What may stand in a place of a problem file, for whoever writes one with the help of an editor or a shell.
// Whatever is read without a fault has the form; not everything that has the form is read without a fault.
struct Form {
  enum class Kind {
    anything,
    number,   // within the limits
    integer,  // within the limits
    boolean,
    text,  // any scalar: plain numbers, true and false are texts too
    word,  // the text `text`
    list,  // of the form parts[0], from `least` to `most` of them
    map,   // of the members, from `least` to `most` keys; further keys have the form parts[0] if there is one
    either,  // any of the parts
  };
  struct Member;

  Kind kind = Kind::anything;
  // Word: itself. Text: the regular expression it matches. Map: that of further keys. Empty: any.
  std::string text = {};
  std::string sentence = {};        // what a word, or the name of a part, means; may be empty
  std::vector<Limit> limits = {};   // number, integer
  std::vector<Form> parts = {};     // list, map, either
  std::vector<Member> members;      // map
  std::size_t least = 0, most = 0;  // most 0: any number
  // Map: exactly one of these groups of keys has to be there in full; empty: none has to.
  std::vector<std::vector<std::string>> groups = {};
  // The name of a form that stands in many places; all forms of that name are the same.
  std::string shared = {};

  static Form of(Kind kind);
  static Form word(std::string text, std::string sentence = {});
  static Form matching(std::string regular_expression);
  static Form list(Form item, std::size_t least = 0, std::size_t most = 0);
  static Form map();
  // A map of any keys to values of that form.
  static Form map_to(Form value);
  static Form either(std::vector<Form> parts);
  // {key: form}, nothing else.
  static Form one_key(std::string key, Form form, std::string sentence = {});
};

struct Form::Member {
  std::string key;
  Form form;
  std::string sentence = {};
  std::string type = {};  // in words: "number or schedule, > 0"
  Node standard = {};     // what stands there where the key is left out; empty: not known
  bool required = false;
};

// The form that the name of a type in help texts says: "auto | number", "list of text",
// "{fraction | folds, stratify}". What it does not say is anything.
Form form_of_type(std::string_view type);

// The form whose numbers, by themselves, as a choice or as items of a list, keep to the limits.
Form limited(Form form, const std::vector<Limit>& limits);

// A key that a setting can name, and what it can be set to.
struct SettableKey {
  Path path;                       // "optimizer.lr"
  std::string sentence;            // may be empty
  std::vector<std::string> words;  // values that are names or words; there may be others
};

// The keys of a map and of the maps in it, each once, sorted.
std::vector<SettableKey> settable_keys(const Form& map);

}  // namespace lookahead
