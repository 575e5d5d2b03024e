#include "trace/record.hpp"

#include <cmath>
#include <functional>

#include "base/text.hpp"
#include "trace/csv_text.hpp"

namespace lookahead {
namespace {

using Write = std::function<void(std::string&, const TraceLayout&, const Record&)>;

struct Column : TraceColumn {
  Write write;
  bool is_time = false;
};

void put(std::string& out, double value) {
  if (!std::isnan(value)) append_real(out, value);
}

Column number(std::string name, double Record::*member, std::string sentence) {
  return {{std::move(name), std::move(sentence)},
          [member](std::string& out, const TraceLayout&, const Record& r) { put(out, r.*member); }};
}

Column count(std::string name, Index Record::*member, std::string sentence) {
  return {{std::move(name), std::move(sentence)},
          [member](std::string& out, const TraceLayout&, const Record& r) {
            if (r.*member >= 0) append_text(out, static_cast<std::int64_t>(r.*member));
          }};
}

const std::vector<Column>& columns() {
  static const std::vector<Column> all = [] {
    std::vector<Column> c;
    c.push_back(
        {{"run", "the problem's name"},
         [](std::string& out, const TraceLayout& layout, const Record&) { out += csv_cell(layout.run); }});
    c.push_back(
        {{"method", "the method's label in a sweep, otherwise empty"},
         [](std::string& out, const TraceLayout& layout, const Record&) { out += csv_cell(layout.method); }});
    c.push_back({{"seed", "the run's seed"}, [](std::string& out, const TraceLayout& layout, const Record&) {
                   append_text(out, static_cast<std::int64_t>(layout.seed));
                 }});
    c.push_back(count("step", &Record::step, "inner steps done; row 0 is the start"));
    c.push_back(count("round", &Record::round, "syncs done"));
    c.push_back({{"synced", "1 where the outermost level synced in this step, and at the start"},
                 [](std::string& out, const TraceLayout&, const Record& r) { out += r.synced ? '1' : '0'; }});
    c.push_back(count("epoch", &Record::epoch, "completed epochs; empty for functions"));
    c.push_back(count("grad_evals", &Record::grad_evals,
                      "gradients of rows on data, of terms on finite sums, oracle calls on other functions"));
    c.push_back(
        number("time_s", &Record::time_s, "optimizer time in seconds, without the trace's own evaluations"));
    c.push_back(number("elapsed_s", &Record::elapsed_s, "seconds on the wall since the program's start"));
    c[c.size() - 1].is_time = c[c.size() - 2].is_time = true;
    c.push_back(number("loss_batch", &Record::loss_batch, "what the step saw, before it moved"));
    c.push_back(number("loss_fast", &Record::loss_fast,
                       "full noise-free objective at the fast point, before any sync of the step; on data "
                       "in the first and the last row, with trace.fast wherever loss_slow is"));
    c.push_back(number("loss_slow", &Record::loss_slow, "the same at the slow point, after the sync"));
    c.push_back(number("gap", &Record::gap, "loss_slow - f*, where f* is known"));
    c.push_back(number("best_loss", &Record::best_loss,
                       "smallest loss_slow at syncs (minibatches: epoch ends) so far"));
    c.push_back(number(
        "grad_norm", &Record::grad_norm,
        "norm of the full gradient at (1-alpha) slow + alpha fast, where fast of an outer level is such "
        "a point of the level inside it; after a sync at the slow point; on data in the first and "
        "the last row, with trace.gradients wherever loss_slow is"));
    c.push_back(number("grad_norm_slow", &Record::grad_norm_slow,
                       "norm of the full gradient at the slow point; on data as grad_norm"));
    c.push_back(
        number("grad_sq_mean", &Record::grad_sq_mean,
               "mean of grad_norm^2 over the rows so far that have one; with trace.exact over every step"));
    c.push_back(
        number("disagreement", &Record::disagreement, "|fast - slow|, both before any sync of the step"));
    c.push_back(number("lr", &Record::lr, "learning rate just used"));
    c.push_back(count("k", &Record::k, "fast steps per slow step of the round just worked on, outermost"));
    c.push_back(number("alpha", &Record::alpha, "slow step size of that round"));
    return c;
  }();
  return all;
}

}  // namespace

const std::vector<TraceColumn>& trace_columns() {
  static const std::vector<TraceColumn> all = [] {
    std::vector<TraceColumn> list(columns().begin(), columns().end());
    list.push_back({"train_<metric>", "data: a metric on the training rows, at the slow point"});
    list.push_back({"val_loss", "data with validation: mean loss on the validation rows, without penalty"});
    list.push_back({"val_<metric>", "data with validation: a metric on the validation rows"});
    list.push_back({"distance",
                    "games of the catalog: Euclidean distance of the slow point to the nearest equilibrium"});
    list.push_back({"field_norm", "games: norm of the vector field at the slow point"});
    list.push_back(
        {"fast_i", "trace.points: coordinate i of the fast point, before any sync of the step; from 0"});
    list.push_back({"slow_i", "trace.points: coordinate i of the slow point, after it"});
    list.push_back(
        {"event",
         "what happened: start, epoch, why the run ended, or restored: the best weights of patience "
         "are the result, shown in the slow columns"});
    return list;
  }();
  return all;
}

std::string csv_header(const TraceLayout& layout) {
  std::string out;
  for (const Column& column : columns()) {
    if (!column.is_time || layout.time) out += column.name + ",";
  }
  for (const std::string& metric : layout.metrics) out += metric + ",";
  for (const char* kind : {"fast_", "slow_"}) {
    for (Index i = 0; i < layout.points; ++i) out += kind + to_text(i) + ",";
  }
  return out + "event\n";
}

std::string csv_row(const TraceLayout& layout, const Record& record) {
  std::string out;
  for (const Column& column : columns()) {
    if (column.is_time && !layout.time) continue;
    column.write(out, layout, record);
    out += ',';
  }
  for (std::size_t m = 0; m < layout.metrics.size(); ++m) {
    if (m < record.metrics.size()) put(out, record.metrics[m]);
    out += ',';
  }
  for (const std::vector<double>* point : {&record.fast, &record.slow}) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(layout.points); ++i) {
      if (i < point->size() && layout.single) {
        append_real(out, static_cast<float>((*point)[i]));
      } else if (i < point->size()) {
        append_real(out, (*point)[i]);
      }
      out += ',';
    }
  }
  return out + record.event + "\n";
}

}  // namespace lookahead
