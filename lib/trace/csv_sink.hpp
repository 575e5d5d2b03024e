#pragma once
#include <chrono>

#include "base/file.hpp"
#include "trace/record.hpp"

namespace lookahead {

// Writes a trace as CSV, whole lines only, flushed every 64 KiB or second. The first failure is kept for the
// caller to look at; later records are dropped.
class CsvSink final : public Sink {
 public:
  static Checked<CsvSink> create(const std::filesystem::path& path, TraceLayout layout);
  void put(const Record& record) override;
  bool failed() const override { return failure_.has_value(); }
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
