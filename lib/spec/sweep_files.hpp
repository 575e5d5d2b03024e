#pragma once
#include <string>

#include "base/scalar.hpp"

// The files of a sweep's folder, beside its journals.
namespace lookahead::sweep_files {

inline constexpr const char* plan = "sweep.yaml";  // the sweep with every value that was tried
inline constexpr std::size_t most_plan_bytes = std::size_t{1} << 28;
inline constexpr const char* runs = "runs.csv";
inline constexpr const char* points = "points.csv";
inline constexpr const char* failures = "failures.csv";  // where runs failed
inline constexpr const char* journal = "journal.log";
inline constexpr const char* kept = "runs";  // the folder of the runs that are kept, 000123 for example

// Of the folder that is kept of the run with this index, which counts from 1: "000123".
std::string kept_name(Index index);

}  // namespace lookahead::sweep_files
