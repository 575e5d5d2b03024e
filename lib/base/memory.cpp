#include "base/memory.hpp"

#if __has_include(<malloc.h>)
#include <malloc.h>
#endif
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <limits>

#include "base/control_groups.hpp"
#include "base/text.hpp"

namespace lookahead {
namespace {

double least_limit() {
  double least =
      static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  // Where a sandbox hides it.
  if (least <= 0) least = std::numeric_limits<double>::infinity();
  for (const auto resource : {RLIMIT_AS, RLIMIT_DATA}) {
    rlimit limit{};
    if (::getrlimit(resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
      least = std::min(least, static_cast<double>(limit.rlim_cur));
  }
  return std::min(least, least_memory_limit(control_groups("memory")));
}

// Takes the next number off a text of words; 0 where there is none.
double next_number(std::string_view& text) {
  constexpr std::string_view blanks = " \t";
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(blanks));
  text.remove_prefix(word.size());
  return parse_number(word).value_or(0);
}

}  // namespace

double usable_memory() {
  static const double bytes = least_limit();
  return bytes;
}

double peak_memory() {
  // Not getrusage: its figure is at least that of the process that started this one.
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (!line.starts_with("VmHWM:")) continue;
    std::string_view text = line;
    text.remove_prefix(line.find(':') + 1);
    return 1024 * next_number(text);
  }
  return resident_memory();
}

double resident_memory() {
  // Pages: of the address space, then of those in memory.
  const std::string line = first_line("/proc/self/statm");
  std::string_view text = line;
  next_number(text);
  return next_number(text) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

void trim_memory() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

std::string bytes_text(double bytes) {
  constexpr std::array<const char*, 5> units = {" bytes", " kB", " MB", " GB", " TB"};
  std::size_t unit = 0;
  for (; unit + 1 < units.size() && bytes >= 999.5; ++unit) bytes /= 1000;
  return (bytes < 9.95 && unit > 0 ? short_text(bytes, 2)
                                   : to_text(static_cast<std::int64_t>(std::round(bytes)))) +
         units[unit];
}

std::string needs_text(double bytes) {
  if (!std::isfinite(usable_memory())) return "needs more memory than there is";
  const std::string there = bytes_text(usable_memory());
  return bytes > 0 ? "needs " + bytes_text(bytes) + " of memory, there are " + there
                   : "needs more memory than the " + there + " there are";
}

}  // namespace lookahead
