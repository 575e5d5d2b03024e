#pragma once
#include <optional>
#include <utility>

#include "base/fault.hpp"

namespace lookahead {

// A value, or the faults that kept it from being made. Test it before reading the value.
template <class T>
class [[nodiscard]] Checked {
 public:
  Checked(T value) : value_(std::move(value)) {}
  Checked(Fault fault) { faults_.push_back(std::move(fault)); }
  Checked(Faults faults) : faults_(std::move(faults)) {}

  explicit operator bool() const { return value_.has_value(); }
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }
  const Faults& faults() const { return faults_; }

 private:
  std::optional<T> value_;
  Faults faults_;
};

// Success, or the faults.
struct Done {};

}  // namespace lookahead
