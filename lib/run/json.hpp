#pragma once
#include <nlohmann/json.hpp>
#include <span>

#include "base/checked.hpp"
#include "base/note.hpp"
#include "options/node.hpp"
#include "run/outcome.hpp"
#include "spec/spec.hpp"

namespace lookahead {

using Json = nlohmann::ordered_json;  // for writing: the keys stay in order, each is looked for among all
using JsonRead = nlohmann::json;      // what was read, whose keys are found quickly however many there are

// A number, or null where there is none (NaN, infinities): JSON has no others.
Json number_or_null(double value);

// Nodes as JSON: quoted scalars and words are strings, the rest numbers, true, false or null; and back.
Json json_of(const Node& node);
Node node_of(const JsonRead& json);
// Their texts.
Json json_of(const std::vector<Note>& notes);

// The object in a JSON file of at most `most_bytes`, which should be `what` ("a model"). A fault of kind data
// where it is none, or nested so deeply that whoever goes down in it might run out of stack.
Checked<JsonRead> read_json(const std::string& file, std::size_t most_bytes, const std::string& what,
                            const std::string& cure);
// The same of what was read of the file.
Checked<JsonRead> json_object(const std::string& content, const std::string& file, const std::string& what,
                              const std::string& cure);

// The object in a text, its keys in their order; nothing where there is none, or one that is nested too deeply.
std::optional<Json> ordered_object(const std::string& content);

// What run.json says besides the outcome.
struct RunFacts {
  std::string started;  // ISO 8601, UTC
  std::vector<Note> warnings;
  Index threads = 1;
  Index rows = 0, columns = 0, parameters = 0;  // data; parameters: coordinates of the point
  // Seconds to make the plan: the data read and prepared, the objective evaluated at the start.
  double read_s = 0;
  std::vector<std::string> classes;      // their names, where there are any
  Json certificate = nullptr;            // where the problem says lr: auto
  std::string id = {};                   // of the run
  std::string trace = {};                // its trace's file; empty: it writes none
  std::optional<Index> checkpoint = {};  // the step of the last one on the disk
};

// JSON for people: indented by two blanks, lists of numbers and short ones of texts on one line; with an end
// of line.
std::string text_of(const Json& json);

// The same of an object with one member more, a list of numbers, which may be too long to be held as JSON:
// that takes memory even to be given back.
std::string text_of(const Json& object, const std::string& key, std::span<const float> numbers);
std::string text_of(const Json& object, const std::string& key, std::span<const double> numbers);

// The whole of run.json.
Json run_json(const Spec& spec, const Outcome& outcome, const RunFacts& facts);

}  // namespace lookahead
