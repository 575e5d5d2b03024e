#pragma once
#include <string>

#include "engine/stopping.hpp"

namespace lookahead {

// What the surroundings of a run may see and say while it goes on.
class Watcher {
 public:
  virtual ~Watcher() = default;
  // Told once when everything is read and checked, before the first file is made.
  virtual void begins() {}
  // Told when nothing is left but to write the result: from here on the run is not to be ended.
  virtual void ends() {}
  // Asked between pieces of work, a few times a second at least, of cross-validation from several threads:
  // true ends the run cleanly.
  virtual bool interrupted() { return false; }
  // Told once each: what was guessed about the data, where the run writes to.
  virtual void note(const std::string& text) { (void)text; }
  // Told at the same moments as interrupted() is asked. loss is the last one evaluated at a slow point.
  virtual void progress(const Counts& counts, double loss) {
    (void)counts;
    (void)loss;
  }
};

}  // namespace lookahead
