#pragma once
#include <string>
#include <utility>
#include <vector>

#include "objective/declared.hpp"
#include "options/codec.hpp"

// Objectives that are no part of this program: a program that answers lines, a library that is loaded. Source:
// the protocol in samples/outside/README.md; the signature of NLopt (nlopt_func).
namespace lookahead::outside {

// What an evaluation is answered by.
enum class Gives { gradient, value };

// What is said of any objective from outside.
struct Answers : Declared {
  Gives gives = Gives::gradient;  // value: gradients are central differences
};

struct ProgramParameters : Answers {
  std::vector<std::string> command;  // the program and its arguments
  std::string folder;                // where it is started; relative until the problem's place is known
  Duration timeout{10};              // for every answer
  Index processes = 1;               // of the program, at most, for each run
};

struct LibraryParameters : Answers {
  std::string file;  // relative until the problem's place is known
  std::string symbol = "f";
  bool threadsafe = false;  // several threads may call at once
};

// The entries of an objective's own (ObjectiveSpec::own); their values are the structs above.
const FunctionEntry& program_entry();
const FunctionEntry& library_entry();

// What a user is told before it runs: "runs the program python3 mine.py in /home/me".
std::string line_of(const ProgramParameters& program);
std::string line_of(const LibraryParameters& library);

// Ends every program that is running, with all that it has started, at once: for handlers of signals, before
// the process ends without its destructors.
void kill_all() noexcept;

}  // namespace lookahead::outside

namespace lookahead {
template <>
struct Words<outside::Gives> {
  static constexpr std::pair<const char*, outside::Gives> table[] = {{"gradient", outside::Gives::gradient},
                                                                     {"value", outside::Gives::value}};
};
}  // namespace lookahead
