#pragma once
#include <chrono>
#include <limits>
#include <string>
#include <vector>

#include "base/scalar.hpp"

namespace lookahead {

// One row of a trace: the state after a step; of the fast point before any sync of that step, of the slow
// point after it. NaN = not evaluated.
struct Record {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();
  Index step = 0, round = 0, grad_evals = 0;
  Index epoch = -1;    // completed epochs; -1: there are none (functions)
  bool synced = true;  // the outermost level synced in this step
  double time_s = 0, elapsed_s = 0;
  double loss_batch = none, loss_fast = none, loss_slow = none, gap = none, best_loss = none;
  double grad_norm = none, grad_norm_slow = none, grad_sq_mean = none, disagreement = none;
  double lr = none, alpha = none;
  Index k = -1;                    // of the outermost level
  std::vector<double> metrics;     // one per metric column
  std::vector<double> fast, slow;  // trace.points only
  std::string event;               // empty: none
};

// What is fixed for all rows of a trace.
struct TraceLayout {
  std::string run;     // the spec's name
  std::string method;  // of a sweep; otherwise empty
  Index seed = 0;
  bool time = true;                  // whether the columns time_s and elapsed_s are there
  bool single = false;               // points are written as single precision numbers
  std::vector<std::string> metrics;  // train_<metric>, val_loss, val_<metric>; distance, field_norm
  Index points = 0;                  // coordinates per point, 0: no points
};

// One column of a trace, declared once for the header, the rows and the documentation.
struct TraceColumn {
  std::string name;
  std::string sentence;
};

// The columns every trace may have, in order, without metrics and points.
const std::vector<TraceColumn>& trace_columns();

// Where records go.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void put(const Record& record) = 0;
  // Called between pieces of work, with the time: what was put long ago is to be kept.
  virtual void pause(std::chrono::steady_clock::time_point now) { (void)now; }
  // Whether a record was lost; the run then ends.
  virtual bool failed() const { return false; }
};

// Keeps all records.
class MemorySink final : public Sink {
 public:
  void put(const Record& record) override { records.push_back(record); }
  std::vector<Record> records;
};

// The header line and a row as CSV, each with its end of line.
std::string csv_header(const TraceLayout& layout);
std::string csv_row(const TraceLayout& layout, const Record& record);

}  // namespace lookahead
