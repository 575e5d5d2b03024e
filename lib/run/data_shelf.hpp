#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/checked.hpp"
#include "data/prepare.hpp"
#include "metric/metric.hpp"

namespace lookahead {

// Data that were read, before any model weighs their classes.
template <Scalar T>
struct ReadData {
  Prepared<T> prepared;
  std::uint64_t content = 0;  // hash_of_data()
};

// Reads and prepares the data, and takes their hash. Faults as those of prepare().
template <Scalar T>
Checked<std::shared_ptr<ReadData<T>>> read_data(const DataOptions& options, std::optional<Task> imposed,
                                                Index threads);

// Keeps what was read for all problems with the same data options, task and precision. Any number of threads
// may ask; those that ask for the same data wait for the one that reads them.
class DataShelf {
 public:
  // As read_data(), faults too: they are kept like the data.
  template <Scalar T>
  Checked<std::shared_ptr<const ReadData<T>>> find(const DataOptions& options, std::optional<Task> imposed,
                                                   Index threads);

 private:
  template <Scalar T>
  struct Slot {
    std::mutex mutex;
    std::optional<Checked<std::shared_ptr<const ReadData<T>>>> data;
  };
  template <Scalar T>
  using Slots = std::map<std::string, std::shared_ptr<Slot<T>>>;

  std::mutex mutex_;  // of the maps
  Slots<float> single_;
  Slots<double> double_;
};

}  // namespace lookahead
