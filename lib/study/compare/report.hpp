#pragma once
#include <string>

#include "run/json.hpp"
#include "study/compare/assertion.hpp"
#include "study/compare/comparison.hpp"

namespace lookahead {

// A comparison as text in 80 columns: its tables and sentences, without the notes.
std::string comparison_text(const Comparison& comparison);
// The same as markdown, with the notes.
std::string comparison_markdown(const Comparison& comparison);
// A row for every group of every section, and with several problems one over all of them: the header tells
// what the cells are; empty where there is no such figure, `inf` where it is infinite.
std::string comparison_csv(const Comparison& comparison);
// Everything, numbers in full. Infinite ones are the texts "inf" and "-inf".
Json comparison_json(const Comparison& comparison);

}  // namespace lookahead
