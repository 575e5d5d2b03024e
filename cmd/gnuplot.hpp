#pragma once
#include <string>

#include "base/checked.hpp"
#include "picture/writers.hpp"

namespace lookahead::cmd {

// Lets gnuplot draw a program, which it reads from a pipe; returns the bytes of the picture. Faults (kind
// output) where there is no gnuplot, where it fails, gives something else than the picture, or is not done
// after so many seconds. Between signals::begin() and end() a signal ends it; the picture is then empty. No
// process is left in any case.
Checked<std::string> drawn_by_gnuplot(const std::string& program, picture::Format format, double seconds);

}  // namespace lookahead::cmd
