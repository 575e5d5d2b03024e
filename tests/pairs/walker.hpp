#pragma once
#include "crew.hpp"
#include "sampling/sampler.hpp"

namespace lookahead::pairs {

// One fast agent with the levels of its own.
struct Walker {
  std::vector<std::size_t> rows;
  Real factor = 1, share = 1;  // of its rows in its objective, of its point in the mean
  std::size_t position = 0;    // in the rows
  Vector x;
  std::unique_ptr<Rule> rule;
  std::vector<Level> levels;
  std::optional<Sampler> sampler;                 // of rows in random order
  std::optional<std::vector<std::size_t>> ahead;  // the next step's, where they were looked at

  // The rows of the next step, and the same without going on.
  std::vector<std::size_t> next_batch(const TrainingSettings& settings);
  std::vector<std::size_t> look_ahead(const TrainingSettings& settings);
  // How many rows the next step has; goes on in a count of its own, which is the position.
  std::size_t next_size(const TrainingSettings& settings);
};

// The random order of a worker's rows among n: the program's own.
Sampler sampler_of(const TrainingSettings& settings, std::size_t n, std::size_t worker);

}  // namespace lookahead::pairs
