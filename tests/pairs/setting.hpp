#pragma once
#include "drawing.hpp"
#include "judge.hpp"
#include "training.hpp"

namespace lookahead::pairs {

// A problem's rows and model, as the plain model has them.
struct Setting {
  Setting(const Problem& problem, std::uint64_t split_seed);

  Rows train, validation, test;
  std::vector<std::vector<std::size_t>> inside, outside;  // of every fold
  Vector class_factors;                                   // given ones; empty: none
  std::size_t top_k = 1;
  // Why the program has to refuse the problem; empty: it has to take it.
  std::string refused;
  Cells cells, judged, tested;  // the files
  std::optional<Encoder> encoder;
  std::optional<Network> network;

 private:
  void read(const Problem& problem);
  void split(const Problem& problem, std::uint64_t split_seed);
};

}  // namespace lookahead::pairs
