#pragma once

// The files of a sweep's folder, beside its journals.
namespace lookahead::sweep_files {

inline constexpr const char* plan = "sweep.yaml";  // the sweep with every value that was tried
inline constexpr const char* runs = "runs.csv";
inline constexpr const char* points = "points.csv";
inline constexpr const char* failures = "failures.csv";  // where runs failed
inline constexpr const char* journal = "journal.log";
inline constexpr const char* kept = "runs";  // the folder of the runs that are kept, 000123 for example

}  // namespace lookahead::sweep_files
