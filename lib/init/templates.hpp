#pragma once
#include <span>
#include <string_view>

namespace lookahead {

// A commented problem file of a kind, as an example to start from. Its lines have at most 80 columns.
struct Template {
  std::string_view kind;
  const char* about;  // "a built-in function"
  const char* text;
};
std::span<const Template> problem_templates();

}  // namespace lookahead
