#pragma once
#include <string>
#include <vector>

namespace lookahead::fuzz {

// Words that inputs are made of: the keys of problem files, names and parameters of every catalog, the words
// of choices, columns of traces, and what readers stumble over. None twice, none longer than libFuzzer
// inserts.
std::vector<std::string> words();

// The names within these texts: runs of letters, digits and _ that begin with a letter.
std::vector<std::string> words_in(const std::vector<std::string>& texts);

// Words in the form of libFuzzer's -dict, one a line.
std::string dictionary(const std::vector<std::string>& words);

}  // namespace lookahead::fuzz
