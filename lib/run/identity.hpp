#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "data/prepare.hpp"
#include "spec/spec.hpp"

namespace lookahead {

// What a run's state is a function of, as numbers: a state means something to a run of the same identity only.
struct Identity {
  std::uint64_t problem = 0;  // the settled problem without stop, trace.every, threads and paths
  std::uint64_t data = 0;     // the data as they were encoded; 0: there are none
  std::uint64_t start = 0;    // the point where the run starts

  bool operator==(const Identity&) const = default;
};

// The run's id, which its files carry: 16 hexadecimal digits. Runs that are to have the same bits have the
// same.
std::string id_text(const Identity& identity);

// The hash of a problem in which nothing is left open, without what a resumed run may change and without the
// paths of its data.
std::uint64_t hash_of_fixed(const Spec& spec);

// The hash of prepared data, all rows and the names of features and classes; the same for any number of threads (>= 1).
template <Scalar T>
std::uint64_t hash_of_data(const Prepared<T>& data, Index threads);

}  // namespace lookahead
