#include "study/sweep/sharing.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <limits>
#include <mutex>
#include <thread>

#include "base/checksum.hpp"
#include "base/text.hpp"
#include "run/muster.hpp"
#include "run/version.hpp"
#include "spec/yaml.hpp"
#include "study/sweep/sharing_threads.hpp"
#include "study/sweep/silence.hpp"
#include "study/sweep/sweep_log.hpp"

namespace lookahead {
namespace {

using SharingClock = std::chrono::steady_clock;

// A rank is handed so many seconds of work ahead for each thread, next to which a look is short; and never so
// many runs that it would matter if they took longer than those before.
constexpr double ahead_s = 0.02, most_ahead = 100;

// To the first rank, followed by the text of the rows: for each the run's number, a blank and its journal line.
struct RowsMessage {
  Index threads = 0;                       // of the rank
  Index runs = 0;                          // in the text
  std::uint64_t size = 0;                  // of the text
  double seconds = 0;                      // that they took
  std::int64_t interrupted = 0, left = 0;  // left: the rank's last word
};

// From the first rank: to carry out pending[first], ..., or to end (count 0), which is the last order, or only that
// it lives (count -1). A message of a few bytes, which an MPI sends whether or not the other rank is about to
// receive.
struct RunsMessage {
  Index first = 0, count = 0;
};

class Dealer {
 public:
  Dealer(Team& team, Roster& roster, const std::vector<Index>& pending, const SweepHands& hands,
         SweepLog& log)
      : team_(team),
        roster_(roster),
        pending_(pending),
        hands_(hands),
        log_(log),
        ranks_(static_cast<std::size_t>(team.size())),
        silence_(team) {}

  void serve() {
    SharingThreads own(hands_.threads, ended_, [this] { carry_out(); });
    threads_ = own.count();
    while (left_ < team_.size() - 1) {
      bool idle = true;
      while (const auto rank = team_.next_sender()) {
        take(*rank);
        silence_.end(*rank);
        idle = false;
      }
      if (own.failed()) break;
      look_after_others();
      const bool all = own.done() && next_ >= count() && in_flight_ == 0;
      if (!told_ && (all || log_.wants_end())) end();
      if (idle) std::this_thread::sleep_for(between_looks);
    }
    own.join();
    own.rethrow();
  }

 private:
  struct Rank {
    Index threads = 0, in_flight = 0;
    double mean = std::numeric_limits<double>::infinity();  // seconds of a run, of those that it told last
    bool left = false;                                      // has said its last word
  };

  Index count() const { return std::ssize(pending_); }

  void look_after_others() {
    silence_.look();
    for (Index rank = 1; rank < team_.size(); ++rank) {
      if (!ranks_[static_cast<std::size_t>(rank)].left && silence_.too_long(rank)) throw silence_.lost(rank);
    }
    // An end is the last that is sent.
    if (told_ || !silence_.sign_due()) return;
    RunsMessage sign{0, -1};
    for (Index rank = 1; rank < team_.size(); ++rank) {
      if (!ranks_[static_cast<std::size_t>(rank)].left) post_value(team_, rank, sign);
    }
    team_.settle();
  }

  Index left() const { return std::max<Index>(0, count() - next_); }

  void carry_out() {
    const auto wants_end = [this] { return ended_ || log_.wants_end(); };
    const SweepHands::CarryOut thread = hands_.thread(wants_end);
    for (Index i = next_++; i < count() && !wants_end(); i = next_++) {
      const Index run = pending_[static_cast<std::size_t>(i)];
      const auto row = thread(run);
      if (!row) return;
      log_.add(roster_.key_of(run), *row, run);
    }
  }

  void take(Index from) {
    const RowsMessage report = receive_value<RowsMessage>(team_, from);
    std::string text(report.size, '\0');
    if (report.size > 0) team_.receive(from, text);
    for_each_row(from, text,
                 [this](Index run, const JournalEntry& entry) { log_.add(entry.key, entry.row, run); });
    Rank& rank = ranks_[static_cast<std::size_t>(from)];
    threads_ += report.threads - rank.threads;
    rank.threads = report.threads;
    rank.in_flight -= report.runs;
    if (report.runs > 0) rank.mean = std::max(report.seconds / static_cast<double>(report.runs), 1e-9);
    in_flight_ -= report.runs;
    rank.left = report.left != 0;
    left_ += report.left;
    if (report.interrupted != 0 && !told_) log_.interrupt();
    if (!told_) deal(from, rank);
  }

  // Hands out what keeps the rank's threads busy, and of what is left never more than a fair part ahead.
  void deal(Index to, Rank& rank) {
    const double fair = static_cast<double>(left()) / (4 * static_cast<double>(threads_));
    const auto ahead = static_cast<Index>(std::min({ahead_s / rank.mean, fair, most_ahead}));
    const Index wanted = rank.threads * (1 + ahead) - rank.in_flight;
    if (wanted <= 0 || left() == 0) return;
    RunsMessage order{next_.fetch_add(wanted), wanted};
    order.count = std::clamp<Index>(count() - order.first, 0, wanted);
    if (order.count == 0) return;
    rank.in_flight += order.count;
    in_flight_ += order.count;
    for (Index i = order.first; i < order.first + order.count; ++i)
      roster_.problems().leave(roster_.problem_of(pending_[static_cast<std::size_t>(i)]));
    post_value(team_, to, order);
    team_.settle();
  }

  void end() {
    told_ = true;
    ended_ = true;
    RunsMessage order;
    for (Index rank = 1; rank < team_.size(); ++rank) post_value(team_, rank, order);
    team_.settle();
  }

  Team& team_;
  Roster& roster_;
  const std::vector<Index>& pending_;
  const SweepHands& hands_;
  SweepLog& log_;
  std::vector<Rank> ranks_;
  Silence silence_;
  std::atomic<Index> next_{0};  // of pending_
  std::atomic<bool> ended_{false};
  bool told_ = false;      // that it ends
  Index threads_ = 0;      // of all ranks that have said it
  Index in_flight_ = 0;    // handed to other ranks
  std::int64_t left_ = 0;  // ranks that have said their last word
};

class Taker {
 public:
  Taker(Team& team, Roster& roster, const std::vector<Index>& pending, const SweepHands& hands)
      : team_(team), roster_(roster), pending_(pending), hands_(hands) {}

  void serve(const std::function<bool()>& interrupted) {
    SharingThreads own(hands_.threads, ended_, [this] { carry_out(); });
    Silence silence(team_);
    RowsMessage report;
    report.threads = own.count();
    say(report, "");
    bool told = false;
    while (report.left == 0 && !own.failed()) {
      silence.look();
      while (team_.next_sender()) {
        take();
        silence.end(0);
      }
      if (!ended_ && silence.too_long(0)) throw silence.lost(0);
      report.interrupted = !told && interrupted() ? 1 : 0;
      told = told || report.interrupted != 0;
      // In this order: rows that come later are told later.
      report.left = ended_ && own.done() ? 1 : 0;
      std::string text;
      {
        std::unique_lock lock(mutex_);
        const auto finished = [this] { return finished_.runs > 0; };
        if (report.left == 0 && report.interrupted == 0) changed_.wait_for(lock, between_looks, finished);
        text.swap(finished_text_);
        report.runs = std::exchange(finished_.runs, 0);
        report.seconds = std::exchange(finished_.seconds, 0.0);
      }
      const bool sign = silence.sign_due();
      if (sign || report.runs > 0 || report.left != 0 || report.interrupted != 0) say(report, text);
    }
    own.join();
    own.rethrow();
  }

 private:
  void say(RowsMessage& report, const std::string& text) {
    report.size = text.size();
    post_value(team_, 0, report);
    if (!text.empty()) team_.post(0, text);
    team_.settle();
  }

  void take() {
    const auto order = receive_value<RunsMessage>(team_, 0);
    if (order.count < 0) return;
    const std::lock_guard lock(mutex_);
    if (order.count == 0) ended_ = true;
    for (Index i = order.first; i < order.first + order.count; ++i) {
      // What is handed to others comes no more.
      for (; passed_ < i; ++passed_) roster_.problems().leave(problem_of(passed_));
      ++passed_;
      handed_.push_back(pending_[static_cast<std::size_t>(i)]);
    }
    work_.notify_all();
  }

  std::size_t problem_of(Index i) const { return roster_.problem_of(pending_[static_cast<std::size_t>(i)]); }

  std::optional<Index> next() {
    std::unique_lock lock(mutex_);
    // Whatever ends them has no need to wake them.
    const auto called = [this] { return ended_ || !handed_.empty(); };
    while (!work_.wait_for(lock, std::chrono::milliseconds(50), called)) {
    }
    if (ended_) return std::nullopt;
    const Index run = handed_.front();
    handed_.pop_front();
    return run;
  }

  void carry_out() {
    const SweepHands::CarryOut thread = hands_.thread([this] { return ended_.load(); });
    while (const auto run = next()) {
      const auto begin = SharingClock::now();
      const auto row = thread(*run);
      if (!row) return;
      const std::chrono::duration<double> took = SharingClock::now() - begin;
      const std::string line = row_line(*run, roster_.key_of(*run), *row);
      {
        const std::lock_guard lock(mutex_);
        finished_text_ += line;
        ++finished_.runs;
        finished_.seconds += took.count();
      }
      changed_.notify_one();
    }
  }

  Team& team_;
  Roster& roster_;
  const std::vector<Index>& pending_;
  const SweepHands& hands_;
  Index passed_ = 0;  // of pending_, up to what was handed to this rank last
  std::atomic<bool> ended_{false};
  std::mutex mutex_;  // of what follows
  std::condition_variable work_, changed_;
  std::deque<Index> handed_;
  std::string finished_text_;
  RowsMessage finished_;
};

}  // namespace

std::string row_line(Index run, const RunKey& key, const RunRow& row) {
  std::string line = to_text(run);
  line += ' ';
  line += journal_line(key, row);
  return line;
}

void for_each_row(Index from, std::string_view text,
                  const std::function<void(Index run, JournalEntry entry)>& take) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::size_t blank = std::min(line.find(' '), line.size());
    const auto run = parse_integer(std::string(line.substr(0, blank)));
    auto entry = read_journal_line(line.substr(std::min(blank + 1, line.size())));
    if (!run || !entry) throw TeamLost("rank " + to_text(from) + " sends no rows");
    take(static_cast<Index>(*run), std::move(*entry));
  }
}

void deal_runs(Team& team, Roster& roster, const std::vector<Index>& pending, const SweepHands& hands,
               SweepLog& log) {
  Dealer(team, roster, pending, hands, log).serve();
}

void take_runs(Team& team, Roster& roster, const std::vector<Index>& pending, const SweepHands& hands,
               const std::function<bool()>& interrupted) {
  Taker(team, roster, pending, hands).serve(interrupted);
}

std::string common_lines(const Roster& roster) {
  const Grid& grid = roster.grid();
  std::uint64_t runs = hash_of(to_yaml(to_node(grid.file()))), contents = hash_of("");
  for (Index point = 0; point < grid.points(); ++point) {
    const RunKey key = roster.key_of(point * grid.seeds());
    const auto mix = [](std::uint64_t& hash, const std::uint64_t& number) {
      hash = hash_of({reinterpret_cast<const char*>(&number), sizeof number}, hash);
    };
    mix(runs, key.run);
    mix(contents, key.content);
  }
  std::string lines = "version: " + version() + "\n";
  if (roster.multiplies()) lines += level_line();
  lines += "sweep: " + std::to_string(runs) + "\n";
  lines += "data: " + std::to_string(contents) + "\n";
  return lines;
}

}  // namespace lookahead
