#pragma once
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/scalar.hpp"

namespace lookahead {

// The state of a run as bytes. One function of a type, exchange(Archive&), both writes its state and reads it
// back, so that the two can not drift apart. Every item carries its name; reading checks it.
class Archive {
 public:
  // An archive to be written.
  Archive() = default;
  // An archive to be read from the bytes of an earlier one.
  explicit Archive(std::vector<char> bytes) : bytes_(std::move(bytes)), loading_(true) {}

  bool loading() const { return loading_; }
  // False once an item was missing, misnamed or of another size; nothing is changed from there on.
  bool intact() const { return intact_; }
  // Whether everything has been read.
  bool exhausted() const { return position_ == bytes_.size(); }
  const std::vector<char>& bytes() const { return bytes_; }

  template <class T>
  void exchange(std::string_view name, std::span<T> values) {
    static_assert(std::is_trivially_copyable_v<T>);
    const std::string header = std::string(name) + ":" + std::to_string(values.size_bytes()) + ";";
    if (!loading_) {
      bytes_.insert(bytes_.end(), header.begin(), header.end());
      const char* from = reinterpret_cast<const char*>(values.data());
      bytes_.insert(bytes_.end(), from, from + values.size_bytes());
      return;
    }
    const std::size_t size = header.size() + values.size_bytes();
    intact_ = intact_ && bytes_.size() - position_ >= size &&
              std::memcmp(bytes_.data() + position_, header.data(), header.size()) == 0;
    if (!intact_) return;
    if (!values.empty())
      std::memcpy(values.data(), bytes_.data() + position_ + header.size(), values.size_bytes());
    position_ += size;
  }

  template <class T>
  requires std::is_trivially_copyable_v<T>
  void exchange(std::string_view name, T& value) { exchange(name, std::span<T>(&value, 1)); }

 private:
  std::vector<char> bytes_;
  std::size_t position_ = 0;
  bool loading_ = false;
  bool intact_ = true;
};

}  // namespace lookahead
