#pragma once
#include <utility>

#include "options/codec.hpp"

namespace lookahead {

// How sure a constant of a function is.
enum class Knowledge {
  exact,      // it is this number
  certified,  // it is proved to be no worse than this number: an upper bound of L or sigma^2, a lower one of
              // f_inf
  estimated   // measured at some points; elsewhere it may be worse
};
template <>
struct Words<Knowledge> {
  static constexpr std::pair<const char*, Knowledge> table[] = {
      {"exact", Knowledge::exact}, {"certified", Knowledge::certified}, {"estimated", Knowledge::estimated}};
};

}  // namespace lookahead
