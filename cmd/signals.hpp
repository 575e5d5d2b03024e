#pragma once

// What signals and closed streams do to the process, the same for every command.
namespace lookahead::cmd::signals {

// At the start of main. Closed standard streams are filled, so that no file is opened in their place; reading
// and writing them fails as before. SIGINT, SIGTERM and SIGHUP end the process with 128 + their number also
// where it is the first one of a container, to which the system would not deliver them; one that is ignored
// stays so. A file beyond the limit (ulimit -f) is a write that fails.
void prepare();

// Between begin() and end() a signal is kept for received() instead. A second one ends the process, but not
// in the second after the first: `timeout` and shells send it twice.
void begin();
void end();

// From here to end() no signal ends the process: what is being written is the result.
void hold();

// The signal that came since begin(), or 0.
int received();

// Keeps signals back as long as it lives, and obeys them then.
class Held {
 public:
  Held();
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held();
};

}  // namespace lookahead::cmd::signals
