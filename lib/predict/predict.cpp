#include "predict/predict.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "base/within_memory.hpp"
#include "data/row_stream.hpp"
#include "engine/metrics.hpp"
#include "predict/skipped_lines.hpp"
#include "run/model_file.hpp"
#include "trace/csv_text.hpp"

namespace lookahead {
namespace {

using Write = std::function<Checked<Done>(std::string_view)>;

constexpr Index block = 256;       // rows predicted at once
constexpr Index part_rows = 4096;  // rows of a thread's task, about

// The columns of the result and their cells.
class Sheet {
 public:
  static Checked<Sheet> of(const Encoding& encoding, const PredictRequest& request, bool has_target) {
    Sheet sheet(encoding, request.ids);
    const PredictColumns wish = request.columns;
    const std::string& file = request.data;
    const bool classes = !encoding.classes.empty(), all = wish == PredictColumns::all;
    const auto refuse = [&](const std::string& text, const std::string& cure) {
      return Fault{FaultKind::usage, {"--columns " + Codec<PredictColumns>::word(wish), 0, 0}, text, cure};
    };
    if (wish == PredictColumns::probabilities && !classes)
      return refuse("the model is one of regression and has no probabilities", "leave it out");
    if (wish == PredictColumns::residuals && classes)
      return refuse("the model is one of classification and has no residuals", "leave it out");
    if (wish == PredictColumns::residuals && !has_target) {
      return refuse(file + " has no target column " + quoted(encoding.target),
                    "residuals need the target beside the features");
    }
    sheet.prediction_ = wish != PredictColumns::probabilities;
    sheet.probabilities_ =
        classes && (all || wish == PredictColumns::automatic || wish == PredictColumns::probabilities);
    sheet.target_ = all && has_target;
    sheet.residual_ = !classes && has_target && (all || wish == PredictColumns::residuals);
    std::set<std::string> taken;
    for (const std::string& name : sheet.names()) {
      if (taken.insert(name).second) continue;
      const bool twice = std::count(request.ids.begin(), request.ids.end(), name) > 1;
      return Fault{FaultKind::usage,
                   {"--id " + name, 0, 0},
                   twice ? "the column is named twice" : "the result has a column of that name of its own",
                   twice ? "leave one of them out"
                         : "rename the column of " + file + ", or leave the other out with --columns"};
    }
    return sheet;
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names = ids_;
    if (prediction_) names.emplace_back("prediction");
    for (std::size_t c = 0; probabilities_ && c < encoding_->classes.size(); ++c)
      names.push_back("p_" + encoding_->classes[c]);
    if (target_) names.emplace_back("target");
    if (residual_) names.emplace_back("residual");
    return names;
  }

  std::string header() const {
    std::vector<std::string> cells = names();
    for (std::string& cell : cells) cell = csv_cell(cell);
    return joined(cells, ",") + "\n";
  }

  // The cells that are passed through of record i.
  void append_ids(std::string& out, const std::vector<std::string>& passed, Index i) const {
    const auto first = static_cast<std::size_t>(i) * ids_.size();
    for (std::size_t k = 0; k < ids_.size(); ++k) out += csv_cell(passed[first + k]) + ',';
  }

  // Readers skip empty lines, and then the rows no longer match.
  std::string empty_line() const {
    const std::size_t fields = (prediction_ ? 1 : 0) + (probabilities_ ? encoding_->classes.size() : 0) +
                               (target_ ? 1 : 0) + (residual_ ? 1 : 0);
    return (fields == 1 && ids_.empty() ? "\"\"" : std::string(fields - 1, ',')) + "\n";
  }

  // `target` as the data set has it; NaN where it is not known.
  void append(std::string& out, std::span<const double> row, double target) const {
    const Encoding& encoding = *encoding_;
    const std::size_t begin = out.size();
    const auto next = [&] {
      if (out.size() > begin) out += ',';
    };
    const auto value = [&](double scaled) { return scaled * encoding.target_sd + encoding.target_mean; };
    const bool classes = !encoding.classes.empty();
    if (prediction_) {
      if (classes) {
        out += csv_cell(encoding.classes[most_probable(row)]);
      } else {
        append_real(out, value(row[0]));
      }
    }
    for (std::size_t c = 0; probabilities_ && c < row.size(); ++c) {
      next();
      append_real(out, row[c]);
    }
    if (target_) {
      out += ',';
      if (!std::isnan(target) && classes) out += csv_cell(encoding.classes[static_cast<std::size_t>(target)]);
      if (!std::isnan(target) && !classes) append_real(out, value(target));
    }
    if (residual_) {
      out += ',';
      if (!std::isnan(target)) append_real(out, value(target) - value(row[0]));
    }
    out += '\n';
  }

 private:
  Sheet(const Encoding& encoding, std::vector<std::string> ids)
      : encoding_(&encoding), ids_(std::move(ids)) {}

  const Encoding* encoding_;
  std::vector<std::string> ids_;
  bool prediction_ = false, probabilities_ = false, target_ = false, residual_ = false;
};

// A model on its way through a file.
template <Scalar T>
class Predictor {
 public:
  Predictor(const StoredModel& stored, const Sheet& sheet, Index threads)
      : stored_(stored), sheet_(sheet), pool_(threads), classes_(std::ssize(stored.encoding.classes)) {
    for (const double weight : stored.weights) weights_.push_back(static_cast<T>(weight));
  }

  // Every metric of the model's task, as in the run where that had it, otherwise at its own defaults.
  void add_metrics() {
    const MetricSeat seat = metric_seat(stored_.model, classes_);
    for (const MetricEntry& entry : metric_catalog()) {
      if (entry.for_classes != (classes_ > 0)) continue;
      const auto used = std::find_if(stored_.metrics.begin(), stored_.metrics.end(),
                                     [&](const auto& metric) { return metric.entry == &entry; });
      const auto& chosen = used == stored_.metrics.end() ? Chosen<MetricEntry>::of(entry) : *used;
      metrics_.push_back(entry.make(chosen.values, seat));
      names_.push_back(entry.card.name);
    }
  }

  // One piece of the file's rows.
  Checked<Done> add(const Encoded<T>& rows, const Write& write) {
    const auto model =
        stored_.model.entry->make<T>(stored_.model.values, ModelSeat<T>{&rows.data, classes_, false});
    // Nothing is written of a file whose beginning is wrong.
    if (records_ == 0) {
      if (auto begun = write(sheet_.header()); !begun) return begun;
    }
    const Index parts = std::max<Index>(1, rows.data.rows / part_rows);
    texts_.resize(static_cast<std::size_t>(parts));
    pool_.run(parts, [&](Index part, Index) {
      write_part(*model, rows, rows.data.rows * part / parts, rows.data.rows * (part + 1) / parts,
                 texts_[static_cast<std::size_t>(part)]);
    });
    for (const std::string& text : texts_) {
      if (auto written = write(text); !written) return written;
    }
    records_ += rows.records;
    unlabeled_ += rows.unlabeled;
    if (metrics_.empty()) return Done{};
    known_.clear();
    const std::vector<T>& weights = rows.data.weights_in_metrics();
    const auto least = static_cast<T>(stored_.model.entry->least_target);
    for (std::size_t i = 0; i < rows.data.targets.size(); ++i) {
      if (std::isnan(rows.data.targets[i])) continue;
      labeled_ = true;
      const T weight = weights.empty() ? T{1} : weights[i];
      counted_ = counted_ || weight > 0;
      if (weight > 0 && rows.data.targets[i] < least) ++below_;
      if (std::isnan(weight))
        ++unweighed_;
      else
        known_.push_back(static_cast<std::uint32_t>(i));
    }
    if (!known_.empty()) add_to_metrics<T>(*model, rows.data, Batch::rows(known_), weights_, metrics_, pool_);
    return Done{};
  }

  std::vector<std::pair<std::string, double>> values() {
    std::vector<std::pair<std::string, double>> values;
    for (std::size_t m = 0; labeled_ && m < metrics_.size(); ++m)
      values.emplace_back(names_[m], counted_ ? metrics_[m]->value(pool_, {}) : std::nan(""));
    return values;
  }

  // What is to be said of rows that have no part in the metrics.
  std::vector<std::string> notes(const std::string& file) const {
    std::vector<std::string> notes;
    const auto leave_out = [&](Index rows, const std::string& what) {
      if (rows == 0) return;
      notes.push_back(file + ": " + std::to_string(rows) + " of " + counted(records_, "row") +
                      (rows == 1 ? " has " : " have ") + what + "; the metrics leave " +
                      (rows == 1 ? "it" : "them") + " out");
    };
    leave_out(unlabeled_, "a target that is missing or unknown");
    if (metrics_.empty()) return notes;
    leave_out(unweighed_, "no weight");
    if (below_ > 0) {
      const ModelEntry& model = *stored_.model.entry;
      const std::string& column = stored_.encoding.target;
      notes.push_back(
          file + ": " + std::to_string(below_) + " of " + counted(records_, "row") +
          (below_ == 1 ? " has a value" : " have values") + " below " + to_text(model.least_target) + " in " +
          (column.empty() ? std::string("the target") : "column " + quoted(column)) + ", which the model " +
          model.card.name + " does not take; the metrics count " + (below_ == 1 ? "it" : "them"));
    }
    if (labeled_ && !counted_) {
      notes.push_back(file +
                      ": no row with a target has a weight above 0, so that the metrics are undefined");
    }
    return notes;
  }

 private:
  // Lines of the rows [first, last) and of the records dropped before each of them; the part that ends with
  // the last row also has those dropped behind it.
  void write_part(const Model<T>& model, const Encoded<T>& rows, Index first, Index last,
                  std::string& text) const {
    text.clear();
    const auto outputs = static_cast<std::size_t>(model.outputs());
    Aligned<T> scratch(static_cast<std::size_t>(model.scratch(block)));
    std::vector<double> predictions(static_cast<std::size_t>(block) * outputs);
    const std::vector<Index>& dropped = rows.dropped;
    std::size_t d = 0;
    // The row that the d-th dropped record stands before: as many rows as records that were kept.
    const auto next_row = [&] { return dropped[d] - static_cast<Index>(d); };
    while (d < dropped.size() && next_row() < first) ++d;
    for (Index from = first; from < last; from += block) {
      const Index count = std::min(block, last - from);
      model.predict(weights_, Batch::range(from, from + count), predictions, {}, scratch);
      for (Index i = 0; i < count; ++i) {
        for (; d < dropped.size() && next_row() == from + i; ++d) append_dropped(text, rows, dropped[d]);
        sheet_.append_ids(text, rows.passed, from + i + static_cast<Index>(d));
        const auto row = static_cast<std::size_t>(from + i);
        const double target =
            rows.data.targets.empty() ? std::nan("") : static_cast<double>(rows.data.targets[row]);
        sheet_.append(text, std::span(predictions).subspan(static_cast<std::size_t>(i) * outputs, outputs),
                      target);
      }
    }
    for (; last == rows.data.rows && d < dropped.size(); ++d) append_dropped(text, rows, dropped[d]);
  }

  void append_dropped(std::string& text, const Encoded<T>& rows, Index record) const {
    sheet_.append_ids(text, rows.passed, record);
    text += sheet_.empty_line();
  }

  const StoredModel& stored_;
  const Sheet& sheet_;
  Pool pool_;
  Index classes_;
  Aligned<T> weights_;
  std::vector<std::unique_ptr<Metric>> metrics_;
  std::vector<std::string> names_;
  std::vector<std::string> texts_;
  std::vector<std::uint32_t> known_;
  Index records_ = 0, unlabeled_ = 0;
  Index below_ = 0;      // rows that count, with targets below those the model has a loss for
  Index unweighed_ = 0;  // rows with a target, but without a weight where the file has weights
  bool labeled_ = false, counted_ = false;  // there is a row with a target, and one with a weight above 0
};

// As its rows are called in messages.
std::string name_of(const PredictRequest& request) { return request.data == "-" ? "<stdin>" : request.data; }

template <Scalar T>
Checked<RowStream<T>> open_rows(const Encoding& encoding, const PredictRequest& request, Index threads,
                                std::vector<std::string>& notes) {
  InputFile file(request.data);
  const auto open = [&](Index skip_lines, bool last) {
    return RowStream<T>::open(encoding, file.open(last),
                              TestFile{request.data, skip_lines, encoding.test_strip}, TargetNeed::optional,
                              threads, 0, request.ids);
  };
  // Whether the beginning of the file can be read so.
  const auto fits = [&](Index skip_lines) {
    auto stream = open(skip_lines, false);
    return stream && stream->next();
  };
  const Index lines = encoding.test_skip_lines, usual = encoding.skip_lines;
  if (lines == usual || fits(usual) || !fits(lines)) return open(usual, true);
  notes.push_back(name_of(request) + ": " + skipped_text(lines));
  return open(lines, true);
}

template <Scalar T>
Checked<Predictions> predict_in(const StoredModel& stored, const PredictRequest& request, Index threads,
                                const Write& write) {
  std::vector<std::string> notes;
  auto stream = open_rows<T>(stored.encoding, request, threads, notes);
  if (!stream) return stream.faults();
  const auto sheet = Sheet::of(stored.encoding, request, stream->has_target());
  if (!sheet) return sheet.faults();
  Predictor<T> predictor(stored, *sheet, threads);
  if (stream->has_target()) predictor.add_metrics();
  while (true) {
    const auto rows = stream->next();
    if (!rows) return rows.faults();
    if (rows->records == 0) break;
    if (const auto added = predictor.add(*rows, write); !added) return added.faults();
  }
  Predictions predictions;
  predictions.notes = std::move(notes);
  const auto more = stream->notes();
  predictions.notes.insert(predictions.notes.end(), more.begin(), more.end());
  const auto left_out = predictor.notes(name_of(request));
  predictions.notes.insert(predictions.notes.end(), left_out.begin(), left_out.end());
  predictions.metrics = predictor.values();
  constexpr std::size_t event = 1;
  if (stored.encoding.classes.size() == 2) predictions.event = stored.encoding.classes[event];
  return predictions;
}

}  // namespace

Checked<Predictions> predict(const std::string& model, const PredictRequest& request, Index threads,
                             const Write& write) {
  const auto stored = read_model(model);
  if (!stored) return stored.faults();
  const auto predicted = [&]() -> Checked<Predictions> {
    if (stored->precision == Precision::single_precision)
      return predict_in<float>(*stored, request, threads, write);
    return predict_in<double>(*stored, request, threads, write);
  };
  auto predictions = within_memory(predicted, [&](const std::string& needs) -> Checked<Predictions> {
    return Fault{FaultKind::data, {request.data, 0, 0}, "the prediction " + needs, ""};
  });
  if (predictions && !stored->note.empty())
    predictions->notes.insert(predictions->notes.begin(), stored->note);
  return predictions;
}

}  // namespace lookahead
