#include "run/checkpoint.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>

#include "base/checksum.hpp"
#include "base/counted.hpp"
#include "base/file.hpp"
#include "base/memory.hpp"
#include "base/text.hpp"
#include "spec/metric_names.hpp"

namespace lookahead {
namespace {

constexpr std::string_view first_words = "lookahead checkpoint ";
constexpr std::string_view first_line = "lookahead checkpoint 4\n";

// What stands before the body.
struct Preamble {
  std::uint64_t size = 0;
  std::uint32_t checksum = 0;
  static constexpr std::size_t bytes = first_line.size() + sizeof(size) + sizeof(checksum);

  std::string text() const {
    std::string out(first_line);
    out.append(reinterpret_cast<const char*>(&size), sizeof size);
    out.append(reinterpret_cast<const char*>(&checksum), sizeof checksum);
    return out;
  }
};

Fault no_checkpoint(const std::filesystem::path& file, const std::string& why, const std::string& cure = "") {
  return {FaultKind::output, {file.string(), 0, 0}, why, cure.empty() ? "start the run anew" : cure};
}

Checked<Preamble> preamble_of(const std::filesystem::path& file, std::string_view text) {
  if (!text.starts_with(first_words)) return no_checkpoint(file, "is no checkpoint of this program");
  if (text.size() < Preamble::bytes) return no_checkpoint(file, "is torn: it ends within its first line");
  if (!text.starts_with(first_line)) {
    return no_checkpoint(file, "is a checkpoint of another version of the format",
                         "continue with the version of the program that wrote it");
  }
  Preamble preamble;
  std::memcpy(&preamble.size, text.data() + first_line.size(), sizeof preamble.size);
  std::memcpy(&preamble.checksum, text.data() + first_line.size() + sizeof preamble.size,
              sizeof preamble.checksum);
  return preamble;
}

// A word of its table, as a number.
template <class E>
void exchange_word(Archive& archive, std::string_view name, E& value) {
  auto number = static_cast<Index>(value);
  archive.exchange(name, number);
  const auto& table = Words<E>::table;
  const bool known = std::any_of(std::begin(table), std::end(table),
                                 [&](const auto& word) { return static_cast<Index>(word.second) == number; });
  if (!known) return archive.refuse();
  value = static_cast<E>(number);
}

void exchange_outcome(Archive& archive, Outcome& outcome, const MetricSeat& seat) {
  exchange_word(archive, "fold.status", outcome.status);
  bool stopped = outcome.stop.has_value();
  archive.exchange("fold.stopped", stopped);
  if (stopped) {
    StopReason reason = outcome.stop.value_or(StopReason::steps);
    exchange_word(archive, "fold.stop", reason);
    outcome.stop = reason;
  }
  archive.exchange_count("fold.epochs", outcome.counts.epochs);
  const bool classes = seat.classes > 0;
  if (!classes || !archive.intact()) return;
  if (!outcome.classes) outcome.classes = ClassReport{RowsPart::train, ConfusionCounts({}, seat)};
  exchange_word(archive, "fold.part", outcome.classes->part);
  outcome.classes->counts.exchange(archive);
}

}  // namespace

void CheckpointHead::exchange(Archive& archive) {
  archive.exchange("version", version);
  archive.exchange("id", id);
  archive.exchange("precision", precision);
  archive.exchange("problem", identity.problem);
  archive.exchange("data", identity.data);
  archive.exchange("start", identity.start);
  archive.exchange_count("steps", counts.steps);
  archive.exchange_count("rounds", counts.rounds);
  archive.exchange_count("epochs", counts.epochs);
  archive.exchange_count("grad_evals", counts.grad_evals);
  archive.exchange("seconds", counts.seconds);
  archive.exchange("nearest.excess", nearest.excess);
  archive.exchange("nearest.grad_norm", nearest.grad_norm);
  archive.exchange_count("nearest.without_gain", nearest.epochs_without_gain);
  archive.exchange("nearest.meets_losses", nearest.meets_losses);
  archive.exchange("stop", stop);
  archive.exchange("ended", ended);
  archive.exchange("trace.bytes", trace_bytes);
  archive.exchange("trace.checksum", trace_checksum);
  archive.exchange("facts", facts);
  archive.exchange("result", result_item);
  archive.exchange("model", model);
}

Checked<Done> write_checkpoint(const std::filesystem::path& file, std::span<const char> body) {
  const Preamble preamble{body.size(), checksum_of(body)};
  return write_atomically(file, preamble.text(), {body.data(), body.size()});
}

Checked<Checkpoint> read_checkpoint(const std::filesystem::path& file) {
  std::error_code unknown;
  const auto length = std::filesystem::file_size(file, unknown);
  // As it is read, without its first line, and as it is restored.
  if (!unknown && 3 * static_cast<double>(length) > usable_memory())
    return no_checkpoint(file, needs_text(3 * static_cast<double>(length)), "give it more memory");
  const std::size_t most = unknown ? std::size_t{1} << 30 : static_cast<std::size_t>(length);
  auto content = read_file(file.string(), FaultKind::output, most);
  if (!content) return content.faults();
  const auto preamble = preamble_of(file, *content);
  if (!preamble) return preamble.faults();
  const std::string_view body = std::string_view(*content).substr(Preamble::bytes);
  if (body.size() != preamble->size) return no_checkpoint(file, "is torn: it is not as long as it says");
  if (checksum_of(body) != preamble->checksum) return no_checkpoint(file, "is torn: its checksum is another");
  Checkpoint checkpoint{{}, Archive(std::vector<char>(body.begin(), body.end()))};
  checkpoint.head.exchange(checkpoint.archive);
  if (!checkpoint.archive.intact()) return no_checkpoint(file, "is not what this program writes");
  return checkpoint;
}

std::optional<Index> step_of_checkpoint(const std::filesystem::path& file, std::string_view id) {
  // A pipe can be read only once.
  std::error_code unknown;
  if (!std::filesystem::is_regular_file(file, unknown)) return std::nullopt;
  std::ifstream stream(file, std::ios::binary);
  std::string text(std::size_t{1} << 12, '\0');
  stream.read(text.data(), std::ssize(text));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (!preamble_of(file, text)) return std::nullopt;
  auto rest = std::span<const char>(text).subspan(Preamble::bytes);
  while (const auto item = next_item(rest)) {
    Index step = 0;
    if (item->name == "id" && std::string_view(item->bytes.data(), item->bytes.size()) != id)
      return std::nullopt;
    if (item->name != "steps" || item->bytes.size() != sizeof step) continue;
    std::memcpy(&step, item->bytes.data(), sizeof step);
    return step;
  }
  return std::nullopt;
}

void exchange_folds(Archive& archive, FinishedFolds& folds, const Plan& plan) {
  for (std::optional<FoldResult>& fold : folds) {
    bool finished = fold.has_value();
    archive.exchange("fold.finished", finished);
    if (!archive.intact()) return;
    if (!finished) continue;
    if (!fold) fold.emplace();
    archive.exchange_count("fold.rows", fold->rows);
    archive.exchange("fold.values", fold->values);
    if (fold->values.size() != validation_columns(plan.spec).size()) archive.refuse();
    exchange_outcome(archive, fold->outcome, plan.metric_seat());
  }
}

std::optional<std::vector<double>> numbers_of(const Checkpoint& checkpoint, const std::string& item) {
  auto rest = std::span(checkpoint.archive.bytes()).subspan(checkpoint.archive.position());
  while (const auto one = next_item(rest)) {
    if (one->name != item) continue;
    const auto numbers = [&]<Scalar T>(T) -> std::optional<std::vector<double>> {
      if (one->bytes.size() % sizeof(T) != 0) return std::nullopt;
      std::vector<T> values(one->bytes.size() / sizeof(T));
      if (!values.empty()) std::memcpy(values.data(), one->bytes.data(), one->bytes.size());
      return std::vector<double>(values.begin(), values.end());
    };
    const bool doubles = checkpoint.head.precision == Codec<Precision>::word(Precision::double_precision);
    return doubles ? numbers(double{}) : numbers(float{});
  }
  return std::nullopt;
}

std::string checkpoint_text(const Checkpoint& checkpoint, bool all) {
  const CheckpointHead& head = checkpoint.head;
  std::string text = "checkpoint of run " + head.id + " by version " + head.version + ", " + head.precision +
                     " precision: " + counted(head.counts.steps, "step") + ", " +
                     counted(head.counts.rounds, "round") + ", " + counted(head.counts.epochs, "epoch") +
                     (head.ended ? ", where the run ended" : "") + "\n";
  if (!all) return text;
  // Items of one name are one line: every worker has them.
  struct Sum {
    std::size_t place = 0, bytes = 0;
    Index count = 0;
  };
  std::map<std::string_view, Sum> sums;
  std::span<const char> rest(checkpoint.archive.bytes());
  while (const auto item = next_item(rest)) {
    Sum& sum = sums.try_emplace(item->name, Sum{sums.size(), 0, 0}).first->second;
    sum.bytes += item->bytes.size();
    ++sum.count;
  }
  std::vector<std::string> lines(sums.size());
  for (const auto& [name, sum] : sums) {
    lines[sum.place] = "  " + visible(name) + ": " + bytes_text(static_cast<double>(sum.bytes)) +
                       (sum.count > 1 ? " in " + counted(sum.count, "item") : "") + "\n";
  }
  for (const std::string& line : lines) text += line;
  return text;
}

}  // namespace lookahead
