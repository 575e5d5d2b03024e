#pragma once
#include <chrono>

#include "base/file.hpp"
#include "trace/record.hpp"

namespace lookahead {

// Writes a trace as CSV, whole lines only, flushed every 64 KiB or second, also while no record comes. The first failure is kept for the
// caller to look at; later records are dropped.
class CsvSink final : public Sink {
 public:
  static Checked<CsvSink> create(const std::filesystem::path& path, TraceLayout layout);
  // Goes on behind the first `size` bytes of an earlier trace; see OutputFile::reopen.
  static Checked<CsvSink> reopen(const std::filesystem::path& path, TraceLayout layout, std::size_t size,
                                 std::uint32_t checksum);
  void put(const Record& record) override;
  void pause(std::chrono::steady_clock::time_point now) override;
  bool failed() const override { return failure_.has_value(); }
  // Takes back what follows those bytes.
  Checked<Done> cut_back() { return file_.cut_back(); }
  // Hands everything to the system; what has been written since then is told by file().
  void flush();
  const OutputFile& file() const { return file_; }
  // Brings everything to the disk. Also returns a failure that happened earlier.
  Checked<Done> close();
  const std::optional<Fault>& failure() const { return failure_; }

 private:
  CsvSink(OutputFile file, TraceLayout layout) : file_(std::move(file)), layout_(std::move(layout)) {}
  void keep(const Checked<Done>& outcome);

  OutputFile file_;
  TraceLayout layout_;
  std::optional<Fault> failure_;
  std::chrono::steady_clock::time_point flushed_ = std::chrono::steady_clock::now();
};

}  // namespace lookahead
