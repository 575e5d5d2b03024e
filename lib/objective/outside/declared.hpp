#pragma once
#include "objective/outside/outside.hpp"

namespace lookahead::outside {

// The parameters that every objective from outside has.
Parameters declared_parameters();

// Faults of those that do not go together.
void check_declared(const Declared& declared, const Place& place, const std::string& path, Report& report);

// What is known of an objective of so many coordinates: what the user says.
Facts facts_of(const Declared& declared, Index dimension);

// A number made of the content of a file; of one that is none, or cannot be read, of its name.
std::uint64_t content_of(const std::string& file);

}  // namespace lookahead::outside
