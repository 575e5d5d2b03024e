#pragma once
#include <nlohmann/json.hpp>

#include "options/node.hpp"
#include "run/session.hpp"

namespace lookahead {

using Json = nlohmann::ordered_json;

// A number, or null where there is none (NaN, infinities): JSON has no others.
Json number_or_null(double value);

// Nodes as JSON: quoted scalars and words are strings, the rest numbers, true, false or null; and back.
Json json_of(const Node& node);
Node node_of(const Json& json);

// What run.json says besides the outcome.
struct RunFacts {
  std::string started;  // ISO 8601, UTC
  std::vector<std::string> warnings;
  Index threads = 1;
  Index rows = 0, columns = 0, parameters = 0;  // data; parameters: coordinates of the point
  // Seconds to make the plan: the data read and prepared, the objective evaluated at the start.
  double read_s = 0;
  std::vector<std::string> classes;  // their names, where there are any
  Json certificate = nullptr;        // where the problem says lr: auto
};

// JSON for people: indented by two blanks, lists of numbers and short ones of texts on one line; with an end
// of line.
std::string text_of(const Json& json);

// The whole of run.json.
Json run_json(const Spec& spec, const Outcome& outcome, const RunFacts& facts);

}  // namespace lookahead
