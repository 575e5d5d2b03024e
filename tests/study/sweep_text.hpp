#pragma once
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "study/sweep/grid.hpp"

namespace lookahead::test {

inline SweepSource source_of(const std::string& text) {
  SweepSource source;
  source.text = text;
  source.name = "sweep.yaml";
  source.stem = "sweep";
  source.folder = ".";
  return source;
}

// The grid of a sweep that is right.
inline Grid grid_of(const SweepSource& source) {
  auto file = read_sweep(source);
  std::string faults;
  for (const Fault& fault : file.faults()) faults += to_string(fault) + "\n";
  REQUIRE_MESSAGE(static_cast<bool>(file), faults);
  auto grid = Grid::of(std::move(*file), 1e6);
  for (const Fault& fault : grid.faults()) faults += to_string(fault) + "\n";
  REQUIRE_MESSAGE(static_cast<bool>(grid), faults);
  return std::move(*grid);
}
inline Grid grid_of(const std::string& text) { return grid_of(source_of(text)); }

}  // namespace lookahead::test
