#pragma once
#include "objective/outside/outside.hpp"

namespace lookahead::outside {

// The parameters that every objective from outside has, of any struct P that inherits Answers.
template <class P>
Parameters answer_parameters() {
  return together({{param("gives", static_cast<Gives P::*>(&P::gives),
                          "what an evaluation gives: with value alone gradients are central differences")},
                   declared_parameters()});
}

// What is known of an objective of so many coordinates: what the user says.
Facts facts_of(const Answers& answers, Index dimension);

// A number made of the content of a file; of one that is none, or cannot be read, of its name.
std::uint64_t content_of(const std::string& file);

}  // namespace lookahead::outside
