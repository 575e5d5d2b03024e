#pragma once
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/scalar.hpp"

namespace lookahead {

// What a cell's text is, read as a number. A plain number is written the way number_text() writes it, so that
// its text need not be kept.
enum class CellKind { plain, number, text };

// Reads a trimmed cell; `value` is set unless it is a text (it may be infinite or NaN). `decimal` is '.' or
// ','.
CellKind parse_cell(std::string_view text, char decimal, double& value);

// The text of a plain number: the shortest decimal notation without an exponent.
std::string number_text(double value, char decimal);

// Whether the bytes are UTF-8.
bool is_utf8(std::string_view text);

// A cell in memory is a double. What is no plain number is a NaN that carries the number of its text.
inline double box(std::uint32_t id) { return std::bit_cast<double>(0x7FF8'0001'0000'0000ULL | id); }
inline bool is_boxed(double cell) { return std::isnan(cell); }
inline std::uint32_t unbox(double cell) {
  return static_cast<std::uint32_t>(std::bit_cast<std::uint64_t>(cell));
}

}  // namespace lookahead
