#include "study/sweep/journal.hpp"

#include <filesystem>

#include "input.hpp"
#include "target.hpp"

// The journal of a sweep that goes on, read as it is, and its first line with its checksum put right, so that what
// lies behind it is reached.
namespace lookahead::fuzz {
namespace {

constexpr RunKey known{1, 2};

RunRow row_with(std::string_view text) {
  RunRow row;
  row.cells = {{"status", "finished"}, {"gap", "0.5"}, {"message", std::string(text)}};
  return row;
}

}  // namespace

bool run_journal(std::string_view input) {
  const std::string folder = scratch_folder() + "/journal";
  std::filesystem::create_directories(folder);
  scratch("journal/journal.log", input);
  const auto finished = FinishedRuns::read(folder);
  if (!finished) {
    for (const Fault& fault : finished.faults()) {
      if (fault.kind != FaultKind::output || fault.text.empty()) broken("not a fault of the output");
    }
  }
  const std::string line = journal_line(known, row_with(input));
  const auto entry = read_journal_line(std::string_view(line).substr(0, line.size() - 1));
  if (!entry || entry->key != known || entry->row.cells != row_with(input).cells)
    broken("a line of a journal reads back to another one");
  return finished && finished->find(known) == FinishedRuns::Found::yes;
}

std::vector<std::string> journal_seeds() {
  return {journal_line(known, row_with("a = b %")),
          journal_line({3, 2}, row_with("")) + journal_line(known, {}),
          journal_line(known, row_with("a")) + "0123abcd 00"};
}

std::vector<std::string> journal_tested() { return {"no journal\n" + journal_line(known, row_with("a"))}; }

}  // namespace lookahead::fuzz
