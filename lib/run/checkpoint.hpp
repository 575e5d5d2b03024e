#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/archive.hpp"
#include "base/checked.hpp"
#include "run/folds.hpp"

namespace lookahead {

// checkpoint.bin: the state of a run from which it goes on with the same bits. The file is the line
// "lookahead checkpoint 4", whose number is the version of the format; then the length of the body in bytes
// (8 bytes, little endian) and its CRC-32 (4 bytes); then the body, an archive (base/archive.hpp): the items
// of CheckpointHead, the state as Run::exchange() writes it, and the folds that are finished.
struct CheckpointHead {
  std::string version;    // of the program that wrote it
  std::string id;         // the run's
  std::string precision;  // as in a problem file
  Identity identity;
  Counts counts;
  Nearest nearest;
  std::string stop;    // the problem's, as it stood in --set stop=...; the folds are trained by it
  bool ended = false;  // the run has ended here, or its folds are being trained
  // The trace up to this state: its bytes and their checksum; -1: the run writes none.
  std::int64_t trace_bytes = -1;
  std::uint32_t trace_checksum = 0;
  std::string facts;        // JSON: what run.json says beside the outcome and cannot be found again
  std::string result_item;  // of the state: the slow point, its average, or the best weights by stop.patience
  std::string model;        // of data: model.json without its weights

  void exchange(Archive& archive);
};

// A checkpoint that was read. `archive` stands behind the head.
struct Checkpoint {
  CheckpointHead head;
  Archive archive;
};

// Writes a body: whole or not at all, with everything on the disk. Faults are of kind output.
Checked<Done> write_checkpoint(const std::filesystem::path& file, std::span<const char> body);

// Faults (kind output): a file that cannot be read, is none, is torn, or is of another version of the format.
// Asks for no more memory than three times the file.
Checked<Checkpoint> read_checkpoint(const std::filesystem::path& file);

// The step of the state in such a file, from its first bytes alone; nothing where that cannot be told, or
// where it is of another run than `id`.
std::optional<Index> step_of_checkpoint(const std::filesystem::path& file, std::string_view id);

// The folds of a run so far, as the last items of the body. `plan` is that of the whole run.
void exchange_folds(Archive& archive, FinishedFolds& folds, const Plan& plan);

// The numbers of an item of the state: those of the first one that has the name; nothing where there is none
// of the head's precision.
std::optional<std::vector<double>> numbers_of(const Checkpoint& checkpoint, const std::string& item);

// Whose checkpoint it is and how far the run had come, for people, a line; `all`: also what it holds, a line
// for every item of the state.
std::string checkpoint_text(const Checkpoint& checkpoint, bool all);

}  // namespace lookahead
