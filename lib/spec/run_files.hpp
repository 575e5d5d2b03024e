#pragma once
#include <array>
#include <cstddef>

// The files of a run directory beside its trace, whose name the problem gives.
namespace lookahead::run_files {

inline constexpr const char* config = "config.yaml";           // the problem, nothing left open
inline constexpr const char* summary = "run.json";             // how it went
inline constexpr const char* solution = "solution.csv";        // of a function or game
inline constexpr const char* model = "model.json";             // of data
inline constexpr const char* folds = "folds.csv";              // of cross-validation
inline constexpr const char* certificate = "certificate.csv";  // of `certify`
inline constexpr const char* checkpoint = "checkpoint.bin";

inline constexpr const char* usual_trace = "trace.csv";  // where the problem gives no other name

// All of them but the trace. The summary comes last: a folder that lost it is no run any more.
inline constexpr std::array all = {config, solution, model, folds, certificate, checkpoint, summary};

// The most bytes that they are read with; a problem's lists of numbers take more room in config.yaml.
inline constexpr std::size_t most_config_bytes = std::size_t{1} << 26;
inline constexpr std::size_t most_summary_bytes = std::size_t{1} << 28;

}  // namespace lookahead::run_files
