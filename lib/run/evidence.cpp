#include "run/evidence.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/file.hpp"
#include "base/text.hpp"
#include "run/trace_file.hpp"
#include "spec/problem.hpp"

namespace lookahead {
namespace {

// Sums of thousands of squares may be off by so much.
constexpr double rounding = 1e-9;

bool fits(const EvidenceRow& row) {
  return !row.bound || row.measured <= row.bound->total() * (1 + rounding);
}

double ratio(const EvidenceRow& row) {
  return row.bound ? row.measured / row.bound->total() : EvidenceRow::none;
}

// What the rows say of the mean of squares over the steps before each: exactly, from the running mean over
// every step; or with squares on straight lines between the recorded steps.
class MeanOfSquares {
 public:
  explicit MeanOfSquares(bool exact) : exact_(exact) {}

  // The mean over t < step; rows in order of their steps, the first one step 0. grad_sq_mean includes this
  // row.
  double at(double step, double grad_norm, double grad_sq_mean) {
    const double square = grad_norm * grad_norm;
    if (exact_) return (grad_sq_mean * (step + 1) - square) / step;
    const double gap = step - step_;
    if (gap > 0) sum_ += gap * square_ + (square - square_) * (gap - 1) / 2;
    step_ = step;
    square_ = square;
    return sum_ / step;
  }

 private:
  bool exact_;
  double step_ = 0, square_ = 0, sum_ = 0;
};

std::vector<EvidenceRow> rows_of(const std::vector<std::vector<double>>& trace, bool exact,
                                 const Certificate& certificate) {
  const auto &steps = trace[0], &synced = trace[1], &losses = trace[2], &norms = trace[3], &means = trace[4];
  const bool comparable = certificate.bound && certificate.constant_rates;
  const theory::Rates rates{certificate.k, certificate.alpha, certificate.gamma};
  std::vector<EvidenceRow> rows;
  MeanOfSquares mean(exact);
  double last = -1;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (std::isnan(norms[i]) || steps[i] <= last) continue;
    last = steps[i];
    EvidenceRow row;
    row.step = static_cast<Index>(steps[i]);
    row.measured = mean.at(steps[i], norms[i], means[i]);
    if (row.step == 0) continue;
    if (comparable) {
      row.bound = theory::bound(certificate.numbers, rates, certificate.workers, steps[i]);
      if (synced[i] == 1) {
        theory::Constants after = certificate.numbers;
        after.gap = certificate.start_loss - losses[i];
        row.posterior = theory::bound(after, rates, certificate.workers, steps[i]).total();
      }
    }
    rows.push_back(row);
  }
  return rows;
}

template <Scalar T>
Checked<Evidence> evidence(const std::filesystem::path& run, const Spec& spec) {
  auto trace =
      read_trace(run / spec.trace.file, {"step", "synced", "loss_slow", "grad_norm", "grad_sq_mean"});
  if (!trace) return trace.faults();
  auto plan = make_plan<T>(spec);
  if (!plan) return plan.faults();
  Evidence evidence;
  evidence.name = plan->spec.name;
  evidence.certificate = certify(*plan);
  evidence.exact = spec.trace.exact;
  evidence.rows = rows_of(*trace, evidence.exact, evidence.certificate);
  return evidence;
}

}  // namespace

const EvidenceRow* Evidence::worst() const {
  const EvidenceRow* worst = nullptr;
  for (const EvidenceRow& row : rows) {
    if (row.bound && (worst == nullptr || ratio(row) > ratio(*worst))) worst = &row;
  }
  return worst;
}

bool Evidence::within() const { return std::all_of(rows.begin(), rows.end(), fits); }

RunVerdict Evidence::verdict() const {
  const Verdict before = certificate.verdict();
  if (before == Verdict::not_covered) return RunVerdict::not_covered;
  if (!within()) return RunVerdict::violated;
  return before == Verdict::heuristic ? RunVerdict::heuristic : RunVerdict::holds;
}

Checked<Evidence> evidence_of(const std::filesystem::path& run, Index threads) {
  constexpr std::size_t most_bytes = std::size_t{1} << 20;
  const std::filesystem::path config = run / "config.yaml";
  if (std::error_code unknown; !std::filesystem::exists(config, unknown)) {
    return Fault{FaultKind::data,
                 {run.string(), 0, 0},
                 "the folder holds no run: there is no config.yaml",
                 "lookahead solve makes one"};
  }
  auto text = read_file(config.string(), FaultKind::data, most_bytes);
  if (!text) return text.faults();
  auto spec = read_problem({std::move(*text), config.string(), "run", run, {}});
  if (!spec) return spec.faults();
  if (threads > 0) spec->threads.count = threads;
  if (spec->precision == Precision::single_precision) return evidence<float>(run, *spec);
  return evidence<double>(run, *spec);
}

Checked<Evidence> mean_of(const std::vector<Evidence>& runs) {
  Evidence mean = runs.front();
  const auto share = 1 / static_cast<double>(runs.size());
  const Certificate& one = mean.certificate;
  for (const Evidence& run : runs) {
    const Certificate& other = run.certificate;
    const bool same = other.k == one.k && other.alpha == one.alpha && other.gamma == one.gamma &&
                      other.workers.count == one.workers.count &&
                      other.numbers.smoothness == one.numbers.smoothness &&
                      other.numbers.variance == one.numbers.variance &&
                      other.numbers.gap == one.numbers.gap && run.exact == mean.exact;
    if (!same) {
      return Fault{
          FaultKind::data,
          {run.name, 0, 0},
          "the runs differ in their constants, rates or traces, so that a mean over them has no bound",
          "give runs of one problem that differ by their seeds"};
    }
  }
  std::map<Index, std::pair<std::size_t, EvidenceRow>> by_step;
  for (const Evidence& run : runs) {
    for (const EvidenceRow& row : run.rows) {
      auto& [count, sum] =
          by_step.try_emplace(row.step, 0, EvidenceRow{row.step, 0, row.bound, 0}).first->second;
      ++count;
      sum.measured += row.measured * share;
      sum.posterior += row.posterior * share;
    }
  }
  mean.runs = static_cast<Index>(runs.size());
  mean.rows.clear();
  for (const auto& [step, entry] : by_step) {
    if (entry.first == runs.size()) mean.rows.push_back(entry.second);
  }
  return mean;
}

std::string certificate_csv(const Evidence& evidence) {
  std::string out =
      "step,measured,bound,bound_start,bound_noise,bound_disagreement,bound_workers,posterior_bound,ratio,"
      "within\n";
  const auto add = [&](double value) {
    out += ',';
    if (!std::isnan(value)) append_text(out, value);
  };
  for (const EvidenceRow& row : evidence.rows) {
    append_text(out, static_cast<std::int64_t>(row.step));
    add(row.measured);
    const theory::BoundTerms none{EvidenceRow::none, EvidenceRow::none, EvidenceRow::none, EvidenceRow::none};
    const theory::BoundTerms terms = row.bound.value_or(none);
    for (const double value : {terms.total(), terms.start, terms.noise, terms.disagreement, terms.workers})
      add(value);
    add(row.posterior);
    add(ratio(row));
    out += row.bound ? (fits(row) ? ",1\n" : ",0\n") : ",\n";
  }
  return out;
}

}  // namespace lookahead
