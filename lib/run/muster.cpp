#include "run/muster.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "run/version.hpp"

namespace lookahead {
namespace {

// What a rank says of itself, as a text.
struct Answer {
  bool well = true;
  FaultKind kind = FaultKind::problem;
  std::string host, text;
};

std::string sent_text(const Answer& answer) {
  return (answer.well ? "+" : to_text(static_cast<std::int64_t>(answer.kind))) + answer.host + "\n" +
         answer.text;
}

Answer answer_of(const std::string& text) {
  Answer answer;
  answer.well = text.front() == '+';
  if (!answer.well) answer.kind = static_cast<FaultKind>(text.front() - '0');
  const std::size_t end = text.find('\n');
  answer.host = text.substr(1, end - 1);
  answer.text = text.substr(end + 1);
  return answer;
}

std::string name_of(std::size_t rank, const Answer& answer) {
  return "rank " + std::to_string(rank) + " on " + answer.host;
}

// The lines of a text.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    lines.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return lines;
}

// What another rank's lines differ in.
Fault difference(const Answer& first, const Answer& other, std::size_t rank) {
  const auto ours = lines_of(first.text), theirs = lines_of(other.text);
  std::string what = "something";
  std::string values;
  for (std::size_t i = 0; i < std::min(ours.size(), theirs.size()); ++i) {
    if (ours[i] == theirs[i]) continue;
    const auto colon = ours[i].find(": ");
    what = ours[i].substr(0, colon);
    values = ": " + theirs[i].substr(std::min(colon + 2, theirs[i].size())) + ", on rank 0 " +
             ours[i].substr(colon + 2);
    break;
  }
  return {FaultKind::usage,
          {name_of(rank, other), 0, 0},
          "has another " + what + values,
          "start all ranks with the same program, files and options"};
}

}  // namespace

std::string level_line() {
  const bool fused = compiled_level() != "x86-64" && compiled_level() != "x86-64-v2";
  return std::string("level of instructions: ") + (fused ? "x86-64-v3 or higher\n" : "below x86-64-v3\n");
}

Checked<Done> Muster::answer(const Faults& faults, const std::string& lines) {
  answered_ = true;
  if (team_.alone()) return faults.empty() ? Checked<Done>(Done{}) : Checked<Done>(faults);
  Answer own{faults.empty(), faults.empty() ? FaultKind::problem : faults.front().kind, host_name(), lines};
  if (!own.well) own.text = to_string(faults.front());
  const std::vector<std::string> texts = gather(team_, sent_text(own));
  Faults all = faults;
  for (std::size_t rank = 1; rank < texts.size() && faults.empty(); ++rank) {
    const Answer other = answer_of(texts[rank]);
    if (!other.well) all.push_back({other.kind, {name_of(rank, other), 0, 0}, other.text, ""});
    if (other.well && other.text != own.text) all.push_back(difference(own, other, rank));
  }
  bool well = all.empty();
  broadcast(team_, 0, well);
  // The first one counts on the others from here on, and they wait for its word.
  under_way_ = well && !team_.first();
  if (well) return Done{};
  if (all.empty()) all.push_back({FaultKind::usage, {"rank 0", 0, 0}, "has not begun", ""});
  return all;
}

bool Muster::begin(bool ready) {
  broadcast(team_, 0, ready);
  under_way_ = ready && !team_.alone();
  if (under_way_) team_.begins();
  return ready;
}

Beginning::~Beginning() {
  try {
    if (muster_ != nullptr) muster_->begin(false);
  } catch (const TeamLost&) {
    // Nobody is left to be told.
  }
}

void Beginning::ready() {
  if (muster_ != nullptr) muster_->begin(true);
  muster_ = nullptr;
}

}  // namespace lookahead
