#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/scalar.hpp"

namespace lookahead {

// The state of a run as bytes. One function of a type, exchange(Archive&), both writes its state and reads it
// back, so that the two cannot drift apart. An item is its name and size in bytes as text, "name:size;", and
// then its bytes as they stand in memory (little endian). Reading checks every name and size.
class Archive {
 public:
  // An archive to be written.
  Archive() = default;
  // An archive to be read from the bytes of an earlier one.
  explicit Archive(std::vector<char> bytes) : bytes_(std::move(bytes)), loading_(true) {}

  // An archive that only counts what would be written.
  static Archive counting() {
    Archive archive;
    archive.counting_ = true;
    return archive;
  }

  bool loading() const { return loading_; }
  // Bytes written, or counted.
  std::size_t size() const { return counting_ ? counted_ : bytes_.size(); }
  // False once an item was missing, misnamed or of another size; nothing is changed from there on.
  bool intact() const { return intact_; }
  // What was read is not what it could be: the archive is not intact.
  void refuse() { intact_ = false; }
  // Whether everything has been read.
  bool exhausted() const { return position_ == bytes_.size(); }
  const std::vector<char>& bytes() const { return bytes_; }
  // Where the next item is read.
  std::size_t position() const { return position_; }

  std::size_t capacity() const { return bytes_.capacity(); }
  // Makes room for so many bytes in all.
  void reserve(std::size_t size) { bytes_.reserve(size); }
  // Takes back what was written after the first `size` bytes; the memory is kept for what comes.
  void cut(std::size_t size) { bytes_.resize(size); }

  template <class T>
  void exchange(std::string_view name, std::span<T> values) {
    static_assert(std::is_trivially_copyable_v<T>);
    exchange_bytes(name, reinterpret_cast<char*>(values.data()), values.size_bytes());
  }

  template <class T>
  requires std::is_trivially_copyable_v<T>
  void exchange(std::string_view name, T& value) { exchange(name, std::span<T>(&value, 1)); }
  void exchange(std::string_view name, bool& value) {
    char byte = value ? 1 : 0;
    exchange_bytes(name, &byte, 1);
    intact_ = intact_ && (byte == 0 || byte == 1);
    value = byte == 1;
  }

  // A whole number that counts. One that is read and not from `least` to `most` is refused: sums of a few
  // such counts, and many steps beyond them, are within the type.
  static constexpr Index most_count = Index{1} << 56;
  void exchange_count(std::string_view name, Index& count, Index least = 0, Index most = most_count) {
    exchange(name, count);
    if (count < least || count > most) refuse();
  }

  // A text of any length.
  void exchange(std::string_view name, std::string& text);
  // An item that is made of others, which exchange_content(Archive&) writes or reads.
  template <class F>
  void section(std::string_view name, const F& exchange_content) {
    if (loading_) {
      const std::size_t end = enter(name);
      if (intact_) exchange_content(*this);
      intact_ = intact_ && position_ == end;
    } else {
      Archive size = counting();
      exchange_content(size);
      begin_item(name, size.size());
      if (counting_) counted_ += size.size();
      if (!counting_) exchange_content(*this);
    }
  }
  // Writes items that another archive holds.
  void append(std::span<const char> items);
  // A list of any length.
  template <class T>
  void exchange(std::string_view name, std::vector<T>& list) {
    static_assert(std::is_trivially_copyable_v<T> && !std::is_same_v<T, bool>);
    if (loading_) {
      const std::optional<std::size_t> size = size_of_next(name);
      intact_ = intact_ && size && *size % sizeof(T) == 0;
      if (!intact_) return;
      list.resize(*size / sizeof(T));
    }
    exchange(name, std::span<T>(list));
  }
  // Passes over an item that is being read.
  void skip(std::string_view name);
  // The bytes of the next item that is being read, which has this name, and passes over it; valid as long as
  // the archive. Nothing where it has another name.
  std::optional<std::span<const char>> take(std::string_view name);

 private:
  void exchange_bytes(std::string_view name, char* data, std::size_t size);
  // Writes the name and the size of an item, or counts them.
  void begin_item(std::string_view name, std::size_t size);
  // Passes over the head of the item of this name that is read, and returns where the item ends.
  std::size_t enter(std::string_view name);
  // The size of the item that begins at the position, where it has this name and lies within the bytes.
  std::optional<std::size_t> size_of_next(std::string_view name) const;

  std::vector<char> bytes_;
  std::size_t position_ = 0;
  std::size_t counted_ = 0;
  bool loading_ = false, counting_ = false;
  bool intact_ = true;
};

// An item of an archive.
struct ArchiveItem {
  std::string_view name;
  std::span<const char> bytes;
};

// The item that `bytes` begin with, which are cut to what follows it; nothing where they begin with none.
std::optional<ArchiveItem> next_item(std::span<const char>& bytes);

}  // namespace lookahead
