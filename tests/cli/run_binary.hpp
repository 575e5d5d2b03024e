#pragma once
#include <sys/resource.h>

#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "support/temporary_folder.hpp"

// The program as its users meet it: a process with arguments, streams, an exit code and files.
namespace lookahead::cli {

// A fresh folder in which the program runs, which every user may enter.
class Folder : public test::TemporaryFolder {
 public:
  Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder();

  nlohmann::json json(const std::string& name) const;
  // Everything in the folder and below, sorted, "runs/a-001/run.json" for example.
  std::vector<std::string> names() const;
};

// What surrounds a run of the program beside its arguments.
struct Surroundings {
  std::optional<std::string> input;                // standard input, through a pipe; default: nothing
  std::map<std::string, std::string> environment;  // added to what the tests have
  std::string stdout_to;                           // a device such as /dev/full, instead of being captured
  rlim_t most_file_bytes = RLIM_INFINITY;          // as with ulimit -f
  rlim_t most_memory = RLIM_INFINITY;              // of addresses, as with ulimit -v
  rlim_t most_descriptors = RLIM_INFINITY;         // as with ulimit -n
  std::optional<mode_t> mask;                      // as with umask
  std::vector<int> closed;                         // descriptors of streams, as with 2>&-
  std::vector<int> unread;                         // those behind which is a pipe that nobody reads any more
  std::vector<int> ignored;                        // signals, as nohup and scripts do
  bool as_nobody = false;                          // where the tests run as root
  bool deleted_directory = false;                  // the current one is gone
  std::vector<std::string> launcher;               // its path and words, of what starts the program
  double seconds = 120;                            // then it is killed
  std::string program;                             // another file than that of the build
};

struct Result {
  int code = -1;          // the exit code; -1 where a signal ended the program
  int signal = 0;         // that signal
  double peak_bytes = 0;  // the most memory at once; at least that of the tests
  std::string out, err;
};

// A running program.
class Process {
 public:
  Process(const Folder& folder, const std::vector<std::string>& arguments,
          const Surroundings& surroundings = {});
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  void signal(int number) const;
  int pid() const { return pid_; }
  bool running() const;
  // Waits for the end; kills the program at its time limit, which a test sees as signal 9.
  Result wait();

 private:
  int pid_ = -1, descriptor_ = -1, out_ = -1, err_ = -1;
  double seconds_;
  bool waited_ = false;
};

// The program's file.
std::string program_file();

// From start to end.
Result run(const Folder& folder, const std::vector<std::string>& arguments,
           const Surroundings& surroundings = {});

// The same of `solve -q` with these arguments.
Result solve_quietly(const Folder& folder, std::vector<std::string> arguments);

// Lets the processor go until `holds` does or the time is over; whether it did.
bool eventually(double seconds, const std::function<bool()>& holds);

// A CSV file without quotes as its header and rows.
struct Csv {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  // The column's cells.
  std::vector<std::string> column(const std::string& name) const;
};
Csv parse_csv(const std::string& text);

// The lines of a text, without their ends.
std::vector<std::string> lines(const std::string& text);

bool contains(const std::string& text, const std::string& part);

// Whether a command of the shell ends well; what it prints is let go.
bool works(const std::string& command);

// A data set of 40 rows: x1, x2, a text column, a numeric target y and classes `two` and `three`.
std::string table();

}  // namespace lookahead::cli
