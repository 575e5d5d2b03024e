#include "run/checkpoint.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <map>

#include "base/checksum.hpp"
#include "base/counted.hpp"
#include "base/file.hpp"
#include "base/memory.hpp"
#include "base/text.hpp"

namespace lookahead {
namespace {

constexpr std::string_view first_words = "lookahead checkpoint ";
constexpr std::string_view first_line = "lookahead checkpoint 1\n";

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

void exchange_outcome(Archive& archive, Outcome& outcome, const MetricSeat& seat) {
  archive.exchange("fold.status", outcome.status);
  auto stop = static_cast<Index>(outcome.stop ? static_cast<int>(*outcome.stop) : -1);
  archive.exchange("fold.stop", stop);
  outcome.stop.reset();
  if (stop >= 0) outcome.stop = static_cast<StopReason>(stop);
  archive.exchange("fold.epochs", outcome.counts.epochs);
  bool has_classes = outcome.classes.has_value();
  archive.exchange("fold.has_classes", has_classes);
  if (!has_classes || !archive.intact()) return;
  if (!outcome.classes) outcome.classes = ClassReport{RowsPart::train, ConfusionCounts({}, seat)};
  archive.exchange("fold.part", outcome.classes->part);
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
  archive.exchange("steps", counts.steps);
  archive.exchange("rounds", counts.rounds);
  archive.exchange("epochs", counts.epochs);
  archive.exchange("grad_evals", counts.grad_evals);
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
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return no_checkpoint(file, "cannot be read");
  std::array<char, Preamble::bytes> begin{};
  stream.read(begin.data(), begin.size());
  const auto preamble = preamble_of(file, {begin.data(), static_cast<std::size_t>(stream.gcount())});
  if (!preamble) return preamble.faults();
  std::error_code error;
  const auto length = std::filesystem::file_size(file, error);
  if (error || length < Preamble::bytes || length - Preamble::bytes != preamble->size)
    return no_checkpoint(file, "is torn: it is not as long as it says");
  if (static_cast<double>(length) > usable_memory())
    return no_checkpoint(file, needs_text(static_cast<double>(length)));
  std::vector<char> body(static_cast<std::size_t>(preamble->size));
  stream.read(body.data(), static_cast<std::streamsize>(body.size()));
  if (static_cast<std::size_t>(stream.gcount()) != body.size() || checksum_of(body) != preamble->checksum)
    return no_checkpoint(file, "is torn: its checksum is another");
  Checkpoint checkpoint{{}, Archive(std::move(body))};
  checkpoint.head.exchange(checkpoint.archive);
  if (!checkpoint.archive.intact()) return no_checkpoint(file, "is not what this program writes");
  return checkpoint;
}

void exchange_folds(Archive& archive, FinishedFolds& folds, const Plan& plan) {
  for (std::optional<FoldResult>& fold : folds) {
    bool finished = fold.has_value();
    archive.exchange("fold.finished", finished);
    if (!archive.intact()) return;
    if (!finished) continue;
    if (!fold) fold.emplace();
    archive.exchange("fold.rows", fold->rows);
    archive.exchange("fold.values", fold->values);
    exchange_outcome(archive, fold->outcome, plan.metric_seat());
  }
}

std::optional<std::vector<double>> numbers_of(Checkpoint checkpoint, const std::string& item) {
  const auto items = items_of(std::span(checkpoint.archive.bytes()).subspan(checkpoint.archive.position()));
  if (!items) return std::nullopt;
  for (const ArchiveItem& one : *items) {
    if (one.name != item) {
      checkpoint.archive.skip(one.name);
      continue;
    }
    if (checkpoint.head.precision == Codec<Precision>::word(Precision::double_precision)) {
      std::vector<double> numbers;
      checkpoint.archive.exchange(item, numbers);
      return checkpoint.archive.intact() ? std::optional(std::move(numbers)) : std::nullopt;
    }
    std::vector<float> numbers;
    checkpoint.archive.exchange(item, numbers);
    if (!checkpoint.archive.intact()) return std::nullopt;
    return std::vector<double>(numbers.begin(), numbers.end());
  }
  return std::nullopt;
}

std::string checkpoint_text(const Checkpoint& checkpoint) {
  const CheckpointHead& head = checkpoint.head;
  std::string text = "checkpoint of run " + head.id + " by version " + head.version + ", " + head.precision +
                     " precision: " + counted(head.counts.steps, "step") + ", " +
                     counted(head.counts.rounds, "round") + ", " + counted(head.counts.epochs, "epoch") +
                     (head.ended ? ", where the run ended" : "") + "\n";
  // Items of one name are told together: every worker has them.
  std::vector<std::pair<std::string, std::pair<Index, std::size_t>>> sums;
  for (const ArchiveItem& item : items_of(checkpoint.archive.bytes()).value_or(std::vector<ArchiveItem>{})) {
    auto found =
        std::find_if(sums.begin(), sums.end(), [&](const auto& sum) { return sum.first == item.name; });
    if (found == sums.end()) found = sums.insert(sums.end(), {item.name, {0, 0}});
    ++found->second.first;
    found->second.second += item.size;
  }
  for (const auto& [name, sum] : sums) {
    text += "  " + visible(name) + ": " + bytes_text(static_cast<double>(sum.second)) +
            (sum.first > 1 ? " in " + counted(sum.first, "item") : "") + "\n";
  }
  return text;
}

}  // namespace lookahead
