#pragma once
#include <new>
#include <string>

namespace lookahead {

// Bytes this process may use: this machine's memory, or less where control groups or a limit of the process
// (ulimit -v, -d) say so. A system that promises more than it has ends the program that believes it, so
// requests beyond this are refused before they are made.
double usable_memory();

// The most bytes that have been in this machine's memory for this process at once.
double peak_memory();
// The same at this moment.
double resident_memory();
// Hands back to the system what is free and kept for later requests.
void trim_memory();

// What is thrown in place of a request beyond usable_memory().
class MoreThanMemory : public std::bad_alloc {
 public:
  explicit MoreThanMemory(double bytes) : bytes_(bytes) {}
  double bytes() const { return bytes_; }
  const char* what() const noexcept override { return "more than the memory"; }

 private:
  double bytes_;
};

// "3.6 GB", "25 MB", "300 kB": for people.
std::string bytes_text(double bytes);

// "needs 12 GB of memory, there are 8 GB"; not positive: a number of bytes that is not known.
std::string needs_text(double bytes);

}  // namespace lookahead
