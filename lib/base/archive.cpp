#include "base/archive.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace lookahead {
namespace {

struct ItemHead {
  std::string_view name;
  std::size_t size = 0;    // of the item's bytes,
  std::size_t length = 0;  // and of the head itself
};

// The head at the beginning of `bytes`, where there is one and its item lies within them.
std::optional<ItemHead> head_at(std::span<const char> bytes) {
  constexpr std::size_t longest = 200;
  const std::string_view text(bytes.data(), std::min(bytes.size(), longest));
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto end = text.find(';', colon);
  if (end == std::string_view::npos) return std::nullopt;
  ItemHead head{text.substr(0, colon), 0, end + 1};
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, text.data() + end, head.size);
  if (error != std::errc() || stop != text.data() + end) return std::nullopt;
  if (head.size > bytes.size() - head.length) return std::nullopt;
  return head;
}

}  // namespace

void Archive::begin_item(std::string_view name, std::size_t size) {
  char digits[24];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), size).ptr;
  if (counting_) {
    counted_ += name.size() + static_cast<std::size_t>(end - digits) + 2;
    return;
  }
  bytes_.insert(bytes_.end(), name.begin(), name.end());
  bytes_.push_back(':');
  bytes_.insert(bytes_.end(), std::begin(digits), end);
  bytes_.push_back(';');
}

void Archive::append(std::span<const char> items) {
  if (counting_) counted_ += items.size();
  if (!counting_) bytes_.insert(bytes_.end(), items.begin(), items.end());
}

std::size_t Archive::enter(std::string_view name) {
  const auto head = head_at(std::span<const char>(bytes_).subspan(position_));
  intact_ = intact_ && head && head->name == name;
  if (!intact_) return position_;
  position_ += head->length;
  return position_ + head->size;
}

void Archive::exchange_bytes(std::string_view name, char* data, std::size_t size) {
  if (!loading_) {
    begin_item(name, size);
    append({data, size});
    return;
  }
  intact_ = intact_ && size_of_next(name) == size;
  const auto from = take(name);
  if (from && size > 0) std::memcpy(data, from->data(), size);
}

std::optional<std::size_t> Archive::size_of_next(std::string_view name) const {
  const auto head = head_at(std::span(bytes_).subspan(position_));
  if (!head || head->name != name) return std::nullopt;
  return head->size;
}

std::optional<std::span<const char>> Archive::take(std::string_view name) {
  const auto rest = std::span<const char>(bytes_).subspan(position_);
  const auto head = head_at(rest);
  intact_ = intact_ && head && head->name == name;
  if (!intact_) return std::nullopt;
  position_ += head->length + head->size;
  return rest.subspan(head->length, head->size);
}

void Archive::skip(std::string_view name) { static_cast<void>(take(name)); }

void Archive::exchange(std::string_view name, std::string& text) {
  if (!loading_) return exchange_bytes(name, text.data(), text.size());
  if (const auto bytes = take(name)) text.assign(bytes->begin(), bytes->end());
}

std::optional<ArchiveItem> next_item(std::span<const char>& bytes) {
  const auto head = head_at(bytes);
  if (!head) return std::nullopt;
  const ArchiveItem item{head->name, bytes.subspan(head->length, head->size)};
  bytes = bytes.subspan(head->length + head->size);
  return item;
}

}  // namespace lookahead
