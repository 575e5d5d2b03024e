#pragma once
#include <string>

#include "base/note.hpp"
#include "engine/stopping.hpp"

namespace lookahead {

// What the surroundings of a run may see and say while it goes on.
class Watcher {
 public:
  virtual ~Watcher() = default;
  // Called once when everything is read and checked, before the first file is made.
  virtual void begins() {}
  // Called when nothing is left but to write the result: from here on the run is not to be ended.
  virtual void ends() {}
  // Called between pieces of work, a few times a second at least, of cross-validation from several threads:
  // true ends the run cleanly.
  virtual bool interrupted() { return false; }
  // Called once for each: what was guessed about the data, where the run writes to, warnings.
  virtual void note(const Note& note) { (void)note; }
  // Called at the same moments as interrupted(). loss is the last one evaluated at a slow point.
  virtual void progress(const Counts& counts, double loss) {
    (void)counts;
    (void)loss;
  }
};

}  // namespace lookahead
