#include "certify/evidence.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <sstream>

#include "base/file.hpp"
#include "base/text.hpp"
#include "base/within_memory.hpp"
#include "parallel/sums.hpp"
#include "run/proximal_of.hpp"
#include "run/run_summary.hpp"
#include "simd/scalar_math.hpp"
#include "spec/problem.hpp"
#include "spec/run_files.hpp"
#include "spec/sweep_files.hpp"
#include "spec/yaml.hpp"
#include "trace/csv_text.hpp"
#include "trace/trace_file.hpp"

namespace lookahead {
namespace {

// Sums of thousands of squares may be off by so much.
constexpr double sum_rounding = 1e-9;

// A diverged run's mean may be no number, which is within no bound.
bool fits(const EvidenceRow& row) {
  return !row.bound || row.measured <= row.bound->total() * (1 + sum_rounding) + row.slack;
}

double ratio(const EvidenceRow& row) {
  const bool known = row.bound && row.bound->total() > 0;
  return known ? row.measured / row.bound->total() : EvidenceRow::none;
}

// The columns of a trace that matter here.
struct TraceNumbers {
  std::vector<double> steps, synced, losses, norms, means;
  std::vector<std::string> events;

  // Whether the row's point is the one its step led to: at these ends of a run another one is put in its
  // place.
  bool is_of_its_step(std::size_t row) const {
    return events[row] != "restored" && events[row] != "divergence";
  }

  // Whether gradients were left out where losses were evaluated on the way.
  bool lacks_gradients() const {
    for (std::size_t row = 0; row < events.size(); ++row) {
      const bool on_the_way = events[row].empty() || events[row] == "epoch";
      if (on_the_way && std::isnan(norms[row]) && !std::isnan(losses[row])) return true;
    }
    return false;
  }
};

Checked<TraceNumbers> trace_numbers(const std::filesystem::path& file) {
  auto columns = read_trace(file, {"step", "synced", "loss_slow", "grad_norm", "grad_sq_mean"});
  if (!columns) return columns.faults();
  for (const double step : columns->numbers.front()) {
    if (step >= 0 && step <= most_counted && std::floor(step) == step) continue;
    return Fault{FaultKind::data,
                 {file.string(), 0, 0},
                 "column 'step': " + to_text(step) + " is no number of steps",
                 "is it the trace of a run?"};
  }
  auto& all = columns->numbers;
  return TraceNumbers{std::move(all[0]), std::move(all[1]), std::move(all[2]),
                      std::move(all[3]), std::move(all[4]), std::move(columns->events)};
}

// Sum over `count` steps: the first has the square `from`, the one behind the last has `to`.
double sum_between(double from, double to, double count, bool geometric) {
  if (geometric && to == 0) return from;
  if (geometric && from > 0 && to > 0 && from != to) {
    // from q^j with q^count = to / from.
    const double step = math::log(to / from) / count;
    return from * math::expm1(step * count) / math::expm1(step);
  }
  return count * from + (to - from) * (count - 1) / 2;
}

// Means of the squares over the steps before each row, for rows in order of their steps, the first one step
// 0.
class MeanOfSquares {
 public:
  MeanOfSquares(bool exact, bool geometric) : exact_(exact), geometric_(geometric) {}

  // The mean over t < step; grad_sq_mean is over the steps up to this one. NaN where it is lost in rounding.
  double at(double step, double grad_norm, double grad_sq_mean) {
    const double square = grad_norm * grad_norm, count = step - step_;
    double mean = EvidenceRow::none;
    if (!exact_) {
      if (step > 0) sum_ += sum_between(square_, square, count, geometric_);
      mean = sum_ / step;
    } else if (count == 1) {
      mean = mean_;
    } else {
      const double whole = grad_sq_mean * (step + 1), rest = whole - square;
      if (rest > digits_lost * whole) mean = rest / step;
    }
    step_ = step;
    square_ = square;
    mean_ = grad_sq_mean;
    return mean;
  }

 private:
  static constexpr double digits_lost = 1e-6;
  bool exact_, geometric_;
  double step_ = 0, square_ = 0, mean_ = 0, sum_ = 0;
};

std::vector<EvidenceRow> rows_of(const TraceNumbers& trace, bool exact, const Certificate& certificate) {
  const theory::Constants& numbers = certificate.numbers;
  const bool comparable = certificate.applies && certificate.constant_rates && certificate.gamma_limit > 0 &&
                          std::isfinite(numbers.variance) && std::isfinite(numbers.gap);
  const theory::Rates rates{certificate.k, certificate.alpha, certificate.gamma};
  std::vector<EvidenceRow> rows;
  MeanOfSquares mean(exact, numbers.deterministic());
  double last = -1;
  for (std::size_t i = 0; i < trace.steps.size(); ++i) {
    const double step = trace.steps[i];
    if (std::isnan(trace.norms[i]) || step <= last || !trace.is_of_its_step(i)) continue;
    last = step;
    EvidenceRow row;
    row.step = static_cast<Index>(step);
    row.measured = mean.at(step, trace.norms[i], trace.means[i]);
    if (row.step == 0) continue;
    if (std::isnan(row.measured)) continue;
    if (comparable) {
      row.bound = theory::bound(numbers, rates, certificate.workers, step);
      row.slack = 2 * certificate.gap_rounding / (certificate.alpha * certificate.gamma * step);
      if (trace.synced[i] == 1) {
        theory::Constants after = numbers;
        after.gap = certificate.start_loss - trace.losses[i];
        row.posterior = theory::bound(after, rates, certificate.workers, step).total();
      }
    }
    rows.push_back(row);
  }
  return rows;
}

// "2.5, now it is 3": with as many digits as tell them apart, six at least.
std::string then_and_now(double then, double now) {
  constexpr int least = 6, most = 17;
  int digits = least;
  while (digits < most && then != now && short_text(then, digits) == short_text(now, digits)) ++digits;
  return short_text(then, digits) + ", now it is " + short_text(now, digits);
}

// A run that went below f_inf shows that this is no lower bound: of a minimum that was declared wrongly.
void refute_bound(Certificate& certificate, const std::vector<double>& losses) {
  const double infimum = certificate.constants.infimum.value;
  double least = infimum;
  for (const double loss : losses) least = loss < least ? loss : least;
  if (!(least < infimum - 1e4 * certificate.gap_rounding)) return;  // of a sum of many terms, rounded too
  for (Assumption& assumption : certificate.assumptions) {
    if (assumption.name != "bounded_below") continue;
    assumption.holds = false;
    assumption.reason = "the run has met f = " + short_text(least, 6) + ", below " + short_text(infimum, 6) +
                        ", which is not the minimum";
  }
}

// A fault where loss and gradient at the start are others than in the trace.
template <Scalar T>
std::optional<Fault> changed_since(const PlanOf<T>& plan, Pool& pool, const TraceNumbers& trace) {
  if (trace.steps.empty() || trace.steps.front() != 0) return std::nullopt;
  Evaluator<T> evaluator(plan.objective(), pool, plan.terms().size());
  Aligned<T> gradient(plan.start.size());
  const Evaluation start = evaluator.value_and_gradient(plan.start, plan.terms(), gradient);
  if (start.fault != nullptr) return *start.fault;
  const auto proximal = proximal_of(plan.spec.model, plan.objective(), evaluator.shards());
  const double norm = proximal ? proximal->step_norm(plan.start, gradient, settling_rate(plan.spec))
                               : lookahead::norm(evaluator.shards(), std::span<const T>(gradient));
  // Other processors may round elsewhere.
  constexpr double tolerance = std::same_as<T, double> ? 1e-8 : 1e-3;
  const auto differs = [&](double then, double now) {
    return std::abs(then - now) > tolerance * std::max(std::abs(then), std::abs(now)) + 1e-30;
  };
  const bool same = !differs(trace.losses.front(), plan.start_loss) && !differs(trace.norms.front(), norm);
  if (same) return std::nullopt;
  return Fault{FaultKind::data,
               {plan.spec.data ? plan.spec.data->train.text() : plan.spec.name, 0, 0},
               "the problem has changed since the run: at its start the loss was " +
                   then_and_now(trace.losses.front(), plan.start_loss) + ", the gradient's norm was " +
                   then_and_now(trace.norms.front(), norm),
               "run the problem again"};
}

Checked<Evidence> evidence(const std::filesystem::path& run, const Spec& spec, const RunSummary& summary) {
  if (!summary.trace) return no_trace(run);
  const auto trace = trace_numbers(run / spec.trace.file);
  if (!trace) return trace.faults();
  const auto planned = plan_run(spec);
  if (!planned) return planned.faults();
  const Plan& plan = *planned->plan;
  Pool& pool = *planned->pool;
  const auto changed =
      in_precision(plan, [&](const auto& typed) { return changed_since(typed, pool, *trace); });
  if (changed) return *changed;
  if (spec.data && summary.rows && *summary.rows != plan.rows()) {
    return Fault{FaultKind::data,
                 {spec.data->train.text(), 0, 0},
                 "the data have changed since the run: " + to_text(*summary.rows) + " training rows then, " +
                     to_text(plan.rows()) + " now",
                 "run the problem again"};
  }
  Evidence evidence;
  evidence.name = plan.spec.name;
  evidence.status = summary.status;
  evidence.seed = spec.seed;
  Spec alike = plan.spec;
  alike.name = "run";
  alike.seed = 0;
  alike.threads = {};
  evidence.problem = to_yaml(echo(alike));
  auto certificate = certify(plan, pool);
  if (!certificate) return certificate.faults();
  evidence.certificate = std::move(*certificate);
  refute_bound(evidence.certificate, trace->losses);
  evidence.exact = spec.trace.exact;
  evidence.lacks_gradients = trace->lacks_gradients();
  if (!evidence.lacks_gradients) evidence.rows = rows_of(*trace, evidence.exact, evidence.certificate);
  return evidence;
}

// How bad an end is: the larger, the worse.
int severity(Status status) {
  constexpr std::array order = {Status::finished, Status::interrupted, Status::running, Status::failed,
                                Status::diverged};
  return static_cast<int>(std::find(order.begin(), order.end(), status) - order.begin());
}

// The first line of `one` that `other` does not have at its place, and what `other` has there.
std::string first_differing_line(const std::string& one, const std::string& other) {
  std::istringstream a(one), b(other);
  for (std::string left, right; std::getline(a, left) && std::getline(b, right);) {
    if (left != right) return std::string(trimmed(left)) + " here, " + std::string(trimmed(right)) + " there";
  }
  return "one has keys that the other lacks";
}

}  // namespace

bool Evidence::compared() const {
  return std::any_of(rows.begin(), rows.end(), [](const EvidenceRow& row) { return row.bound.has_value(); });
}

const EvidenceRow* Evidence::worst() const {
  const EvidenceRow* worst = nullptr;
  for (const EvidenceRow& row : rows) {
    if (!std::isnan(ratio(row)) && (worst == nullptr || ratio(row) > ratio(*worst))) worst = &row;
  }
  return worst;
}

const EvidenceRow* Evidence::last_posterior() const {
  const auto known = [](const EvidenceRow& row) { return !std::isnan(row.posterior); };
  const auto last = std::find_if(rows.rbegin(), rows.rend(), known);
  return last == rows.rend() ? nullptr : &*last;
}

RunVerdict Evidence::verdict() const {
  const Verdict before = certificate.verdict();
  if (before == Verdict::not_covered) return RunVerdict::not_covered;
  if (!compared()) return RunVerdict::undecided;
  if (!std::all_of(rows.begin(), rows.end(), fits))
    return exact ? RunVerdict::violated : RunVerdict::undecided;
  // How its mean went on is not known: the run ended before its time, or has not ended.
  if (status == Status::diverged || status == Status::running || status == Status::failed)
    return RunVerdict::undecided;
  return before == Verdict::heuristic ? RunVerdict::heuristic : RunVerdict::holds;
}

namespace {

// The fault of a folder without a problem.
Fault no_run(const std::filesystem::path& folder) {
  std::error_code unknown;
  const bool sweep = std::filesystem::exists(folder / sweep_files::plan, unknown);
  const bool kept = std::filesystem::is_directory(folder / sweep_files::kept, unknown);
  if (!sweep)
    return {FaultKind::data,
            {folder.string(), 0, 0},
            "the folder holds no run: there is no config.yaml",
            "lookahead solve makes one"};
  return {FaultKind::data,
          {folder.string(), 0, 0},
          "is a sweep directory, and certify takes runs",
          kept ? "give folders of runs/ in it, that differ by their seeds"
               : "a sweep with keep: everything has folders of runs"};
}

Checked<Evidence> read_evidence(const std::filesystem::path& run, Index threads) {
  const std::filesystem::path config = run / run_files::config;
  if (std::error_code error; !std::filesystem::exists(config, error) && !error) {
    return no_run(run);
  }
  auto spec = read_spec(run);
  if (!spec) return spec.faults();
  const auto summary = read_summary(run);
  if (!summary) return summary.faults();
  if (auto other = mismatch(*summary, *spec, config)) return *other;
  if (threads > 0) spec->threads.count = threads;
  if (spec->data && spec->data->train.from_stdin()) {
    return Fault{FaultKind::data,
                 {config.string(), 0, 0},
                 "the run read its data from standard input, which is not there any more",
                 "put the data into a file"};
  }
  const auto read = [&] { return evidence(run, *spec, *summary); };
  return within_memory(read, [&](const std::string& needs) -> Checked<Evidence> {
    return Fault{FaultKind::data, {run.string(), 0, 0}, "what the run left " + needs, ""};
  });
}

}  // namespace

Checked<Evidence> evidence_of(const std::filesystem::path& run, Index threads) {
  auto evidence = read_evidence(run, threads);
  if (evidence) return evidence;
  return as_data(evidence.faults());
}

Checked<Evidence> mean_of(const std::vector<Evidence>& runs) {
  // The certificate is that of the run with the worst verdict; starts that differ have their mean gap.
  const auto worse = [](const Evidence& a, const Evidence& b) {
    return a.certificate.verdict() < b.certificate.verdict();
  };
  Evidence mean = *std::max_element(runs.begin(), runs.end(), worse);
  const auto share = 1 / static_cast<double>(runs.size());
  std::set<Index> seeds;
  const auto refuse = [](const Evidence& run, const std::string& why) {
    return Fault{
        FaultKind::data, {run.name, 0, 0}, why, "give runs of one problem that differ by their seeds"};
  };
  mean.certificate.numbers.gap = 0;
  std::map<Index, std::pair<std::size_t, EvidenceRow>> by_step;
  for (const Evidence& run : runs) {
    if (run.problem != mean.problem)
      return refuse(run,
                    "the runs are of different problems: " + first_differing_line(run.problem, mean.problem));
    if (!seeds.insert(run.seed).second)
      return refuse(run, "two of the runs have the seed " + to_text(run.seed));
    if (severity(run.status) > severity(mean.status)) mean.status = run.status;
    mean.lacks_gradients = mean.lacks_gradients || run.lacks_gradients;
    mean.certificate.numbers.gap += run.certificate.numbers.gap * share;
    for (const EvidenceRow& row : run.rows) {
      auto& [count, sum] = by_step.try_emplace(row.step, 0, EvidenceRow{row.step, 0, {}, 0, 0}).first->second;
      ++count;
      sum.measured += row.measured * share;
      sum.posterior += row.posterior * share;
      sum.slack += row.slack * share;
      if (row.bound) sum.bound = sum.bound.value_or(theory::BoundTerms{}).plus(*row.bound, share);
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
    if (!std::isnan(value)) append_real(out, value);
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
