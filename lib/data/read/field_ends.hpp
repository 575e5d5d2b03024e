#pragma once
#include <bit>
#include <cstdint>
#include <cstring>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace lookahead {

// Finds the separators and line ends of a text, 64 characters at a time. As many bytes must be readable
// beyond the last one that is looked for.
class FieldEnds {
 public:
  // From `begin` on. `blanks`: tabs count beside the separator.
  FieldEnds(const char* begin, char separator, bool blanks)
      : separator_(separator), other_(blanks ? '\t' : separator), at_(begin), marks_(marks_of(begin)) {}

  // The next one; there has to be one.
  const char* next() {
    while (marks_ == 0) {
      at_ += width;
      marks_ = marks_of(at_);
    }
    const char* const found = at_ + std::countr_zero(marks_);
    marks_ &= marks_ - 1;
    return found;
  }

  // Goes on behind `place`, which is not before the last one found.
  void skip(const char* place) {
    at_ = place + 1;
    marks_ = marks_of(at_);
  }

 private:
  static constexpr int width = 64;

  std::uint64_t marks_of(const char* at) const {
    std::uint64_t marks = 0;
#ifdef __SSE2__
    for (int i = 0; i < width; i += 16) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + i));
      const __m128i found = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(separator_)),
                                                      _mm_cmpeq_epi8(bytes, _mm_set1_epi8(other_))),
                                         _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')),
                                                      _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r'))));
      marks |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(found))) << i;
    }
#else
    for (int i = 0; i < width; ++i) {
      const char c = at[i];
      const bool found = (c == separator_) | (c == other_) | (c == '\n') | (c == '\r');
      marks |= static_cast<std::uint64_t>(found) << i;
    }
#endif
    return marks;
  }

  char separator_, other_;
  const char* at_;
  std::uint64_t marks_;
};

}  // namespace lookahead
