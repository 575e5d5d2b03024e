#include "trace/csv_sink.hpp"

namespace lookahead {

Checked<CsvSink> CsvSink::create(const std::filesystem::path& path, TraceLayout layout) {
  auto file = OutputFile::create(path);
  if (!file) return file.faults();
  CsvSink sink(std::move(*file), std::move(layout));
  sink.keep(sink.file_.append(csv_header(sink.layout_)));
  // A trace that cannot be written at all must be known before the run.
  sink.keep(sink.file_.flush());
  if (sink.failure_) return *sink.failure_;
  return sink;
}

Checked<CsvSink> CsvSink::reopen(const std::filesystem::path& path, TraceLayout layout, std::size_t size,
                                 std::uint32_t checksum) {
  auto file = OutputFile::reopen(path, size, checksum);
  if (!file) return file.faults();
  return CsvSink(std::move(*file), std::move(layout));
}

void CsvSink::flush() {
  if (failure_) return;
  keep(file_.flush());
  flushed_ = std::chrono::steady_clock::now();
}

void CsvSink::put(const Record& record) {
  if (failure_) return;
  keep(file_.append(csv_row(layout_, record)));
  pause(std::chrono::steady_clock::now());
}

void CsvSink::pause(std::chrono::steady_clock::time_point now) {
  if (now - flushed_ >= std::chrono::seconds(1)) flush();
}

Checked<Done> CsvSink::close() {
  keep(file_.close());
  if (failure_) return *failure_;
  return Done{};
}

void CsvSink::keep(const Checked<Done>& outcome) {
  if (!outcome && !failure_) failure_ = outcome.faults().front();
}

}  // namespace lookahead
