#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace lookahead {

// What other programs and libraries call the keys and items of problem files: the one place that knows.

// A word without case, hyphens, underscores and blanks: "Learning-Rate" is "learningrate".
std::string bare_word(std::string_view word);

// The last parts of the keys that a key known elsewhere stands for: {"lr"} for learning_rate, {"beta1", "beta2"}
// for betas. Empty: none is known.
std::vector<std::string> keys_for(std::string_view word);

// What to write for a key that other programs, or sweeps, have in a block of that kind ("model"; "": at the top), where
// the same word is another key of ours or none; empty: none is known.
std::string key_cure(std::string_view block, std::string_view word);

// What to write for an item of that kind ("optimizer", "noise") that is known elsewhere; empty: none is known.
std::string item_cure(std::string_view kind, std::string_view word);

// The path of the key of a problem that a name stands for, also as other programs call it: itself, or the optimizer's, or
// of those that end so the one nearest to the top; empty where there is none.
std::string key_named(const std::string& word);

}  // namespace lookahead
