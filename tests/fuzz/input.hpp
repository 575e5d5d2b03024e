#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/fault.hpp"
#include "spec/spec.hpp"

// What the targets share.
namespace lookahead::fuzz {

// Ends the process with a message, as a sanitizer would: the input shows a fault of the program.
[[noreturn]] void broken(const std::string& what);

// Every fault has a text, and a kind that the exit codes know; broken otherwise. False, for a target to
// return.
bool refused(const Faults& faults);

// A folder of the process's own in memory where there is one, removed at its end.
const std::string& scratch_folder();
// Writes a file of that folder; its path.
std::string scratch(const std::string& name, std::string_view content);

// Between the parts of an input.
constexpr std::string_view mark = "\n---\n";
// The input up to the first occurrence of the mark, and what follows it (nothing if it does not occur).
std::pair<std::string_view, std::string_view> split(std::string_view input, std::string_view mark);

// Reads and encodes the training file of a data problem, builds its objective and evaluates it once, in the
// problem's precision. Whether it was accepted.
bool plan(const Spec& spec);

// The problem {data: {train: FILE, options}, model: ...}. The first line of an input holds the options, in
// YAML's flow style without braces; where they are not accepted, those of `otherwise` serve, so that few
// inputs end here.
Spec data_problem(std::string_view options, const std::string& file, const std::string& otherwise);

}  // namespace lookahead::fuzz
