#pragma once
#include <optional>
#include <string>
#include <vector>

#include "certify/evidence.hpp"

// What `certify` says, for people: lines of at most page_width columns, as far as names allow.
namespace lookahead::cmd {

// Of a problem before its run; epsilon: also the steps to a mean of squared gradients of so much.
std::string certificate_text(const std::string& name, const Certificate& c, std::optional<double> epsilon);

// Of runs, whose folders are `runs`.
std::string evidence_text(const Evidence& evidence, const std::vector<std::string>& runs,
                          std::optional<double> epsilon);

// A table over k and alpha.
std::string grid_text(const Certificate& c, std::optional<double> epsilon);

// Why an undecided run is so.
std::string undecided_text(const Evidence& evidence);

}  // namespace lookahead::cmd
