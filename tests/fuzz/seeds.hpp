#pragma once
#include <string>
#include <string_view>
#include <vector>

// Inputs to begin with, out of the source tree: samples, data, examples of the pages, and the texts that
// tests of wrong input feed in.
namespace lookahead::fuzz {

// The longest input that is mutated.
inline constexpr std::size_t most_input = 4096;

// The contents of all files with one of these endings in a folder of the source tree and below, in the order
// of their names, each cut behind its last whole line within most_input; unpacked where it is gzip.
std::vector<std::string> source_files(const std::string& folder, const std::vector<std::string>& endings);

// The fenced blocks of a page in this language.
std::vector<std::string> fenced(const std::string& readme, std::string_view language);

// The string literals of the C++ sources in these folders and files of tests/ that have one of the given
// characters, without those too long to be an input.
std::vector<std::string> literals(const std::vector<std::string>& places, std::string_view characters);

// The string literals of one C++ text, adjacent ones joined as the compiler does.
std::vector<std::string> literals_in(std::string_view source);

}  // namespace lookahead::fuzz
