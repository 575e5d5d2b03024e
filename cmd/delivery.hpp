#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/checked.hpp"
#include "base/fault.hpp"
#include "console.hpp"

// Results that -o sends to a file instead of standard output.
namespace lookahead::cmd {

// What -o means for such a command, in its help.
inline constexpr const char* output_sentence = "write to this file instead of standard output";

// ".svg" of "a/b.SVG", in small letters.
std::string ending_of(const std::string& file);

// The fault (usage) where the file that an option names is one of the command's inputs: a file, a file of a run or
// sweep directory, or standard input for "-". Nothing for no output and for "-"; inputs that are empty are none.
std::optional<Fault> overwritten_input(const std::string& option, const std::string& output,
                                       const std::vector<std::string>& inputs);

// The file that is to be written: behind a link the one that it leads to, also where it is not there yet.
std::filesystem::path behind_links(const std::string& output);

// Writes the whole text to a file that an option names: behind links, all of it or none, and in place where it is a pipe
// or a device, for whose reader a signal ends the waiting.
Checked<Done> write_output(std::string_view text, const std::string& output);

// Writes the whole text to the output file, which holds all of it or stays as it was unless it is a pipe or a device, and
// says so; to standard output where there is none or it is "-". The exit code: 0, or that of the failure, which is reported.
int deliver(const Console& console, std::string_view text, const std::string& output);

}  // namespace lookahead::cmd
