#include "study/sweep/halving.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <optional>
#include <thread>

#include "study/statistics/quantiles.hpp"
#include "study/sweep/halving_check.hpp"
#include "study/sweep/rung_share.hpp"
#include "study/sweep/sharing.hpp"
#include "study/sweep/sharing_threads.hpp"
#include "study/sweep/silence.hpp"

namespace lookahead {
namespace {

// From the first rank; where it is `go`, the points follow that go on, to `rung`. Of a few bytes, as are the
// points where others may be sending.
struct RungOrder {
  enum Kind : Index { sign, go, end } kind = sign;
  Index points = 0;
  std::int64_t begins = 0;  // whether they are all points of another method
  double rung = 0;          // 0: to their ends
};

// To the first rank; where it is `there`, standings follow and a text of rows.
struct RungReport {
  enum Kind : Index { sign, interrupted, there, left } kind = sign;
  std::int64_t all = 0;  // no run was interrupted
  Index standings = 0;
  std::uint64_t size = 0;  // of the text
};

// The points in the order of their medians, ties in that of the grid.
std::vector<Index> ranked(const std::vector<RungStanding>& standings, Index seeds) {
  std::map<Index, std::vector<double>> values;
  for (const RungStanding& standing : standings) values[standing.run / seeds].push_back(standing.value);
  std::vector<std::pair<double, Index>> medians;
  medians.reserve(values.size());
  for (auto& [point, list] : values) medians.emplace_back(statistics::median(std::move(list)), point);
  std::stable_sort(medians.begin(), medians.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Index> order;
  order.reserve(medians.size());
  for (const auto& [median, point] : medians) order.push_back(point);
  return order;
}

class FirstRank {
 public:
  FirstRank(Team& team, Roster& roster, Index threads, SweepLog& log)
      : team_(team),
        roster_(roster),
        threads_(threads),
        log_(log),
        left_(static_cast<std::size_t>(team.size()), false),
        silence_(team) {}

  // Carries out one method on one problem; false where the sweep is to end.
  bool halve(const std::vector<Index>& all) {
    const Halving& halving = *roster_.grid().file().halving;
    share_.emplace(roster_, all, team_);
    rows_.clear();
    std::vector<Index> points = all;
    auto rung = static_cast<double>(halving.first);
    bool begins = true;
    for (;;) {
      if (!advance({RungOrder::go, std::ssize(points), begins ? 1 : 0, rung}, points)) return false;
      begins = false;
      const bool all_ended = std::all_of(standings_.begin(), standings_.end(),
                                         [](const RungStanding& standing) { return standing.ended != 0; });
      if (all_ended) return true;
      points = ranked(standings_, roster_.grid().seeds());
      if (points.size() == 1) {
        rung = 0;
        continue;
      }
      points.resize(static_cast<std::size_t>(points_going_on(halving, std::ssize(points))));
      rung /= halving.keep;
    }
  }

  const std::map<Index, RunRow>& rows() const { return rows_; }

  // The others are told to end, and have ended.
  void end() {
    RungOrder order{RungOrder::end, 0, 0, 0};
    for (Index rank = 1; rank < team_.size(); ++rank) post_value(team_, rank, order);
    team_.settle();
    told_end_ = true;
    while (std::count(left_.begin(), left_.end(), true) < team_.size() - 1) serve_and_rest();
  }

 private:
  bool advance(RungOrder order, std::vector<Index>& points) {
    standings_.clear();
    all_ = true;
    there_ = 0;
    for (Index rank = 1; rank < team_.size(); ++rank) {
      post_value(team_, rank, order);
      team_.post(rank, bytes_of(std::span<Index>(points)));
    }
    team_.settle();
    const auto wants_end = [this] { return log_.wants_end(); };
    const std::function<void()> none;
    const bool all = share_->advance(
        points, order.rung, threads_, wants_end, team_.alone() ? none : [this] { serve(); });
    for (const RungStanding& standing : share_->standings()) standings_.push_back(standing);
    for (const PausedRun* run : share_->new_rows()) rows_.emplace(run->number(), *run->row());
    while (there_ < team_.size() - 1 && !log_.wants_end()) serve_and_rest();
    return all && all_ && there_ == team_.size() - 1;
  }

  void serve_and_rest() {
    serve();
    std::this_thread::sleep_for(between_looks);
  }

  void serve() {
    while (const auto rank = team_.next_sender()) {
      take(*rank);
      silence_.end(*rank);
    }
    silence_.look();
    const bool sign_due = !told_end_ && silence_.sign_due();
    for (Index rank = 1; rank < team_.size(); ++rank) {
      if (left_[static_cast<std::size_t>(rank)]) continue;
      if (silence_.too_long(rank)) throw silence_.lost(rank);
      if (sign_due) post_value(team_, rank, sign_);
    }
    if (sign_due) team_.settle();
  }

  void take(Index from) {
    const auto report = receive_value<RungReport>(team_, from);
    if (report.kind == RungReport::left) left_[static_cast<std::size_t>(from)] = true;
    if (report.kind == RungReport::interrupted) log_.interrupt();
    if (report.kind != RungReport::there) return;
    std::vector<RungStanding> standings(static_cast<std::size_t>(report.standings));
    if (!standings.empty()) team_.receive(from, bytes_of(std::span<RungStanding>(standings)));
    std::string text(report.size, '\0');
    if (!text.empty()) team_.receive(from, text);
    standings_.insert(standings_.end(), standings.begin(), standings.end());
    for_each_row(from, text,
                 [this](Index run, JournalEntry entry) { rows_.emplace(run, std::move(entry.row)); });
    all_ = all_ && report.all != 0;
    ++there_;
  }

  Team& team_;
  Roster& roster_;
  Index threads_;
  SweepLog& log_;
  std::optional<RungShare> share_;
  std::vector<RungStanding> standings_;  // of all ranks, at this rung
  std::map<Index, RunRow> rows_;         // of the method, by the numbers of the runs
  bool all_ = true;                      // of all ranks that are there
  Index there_ = 0;                      // ranks that have come to the rung, beside this one
  bool told_end_ = false;
  std::vector<char> left_;  // ranks that have said their last word
  Silence silence_;
  RungOrder sign_;
};

class OtherRank {
 public:
  OtherRank(Team& team, Roster& roster, Index threads, const std::function<bool()>& interrupted)
      : team_(team), roster_(roster), threads_(threads), interrupted_(interrupted), silence_(team) {}

  void follow() {
    const auto serve = [this] { this->serve(); };
    for (;;) {
      while (!ordered_ && !ended_) {
        serve();
        std::this_thread::sleep_for(between_looks);
      }
      if (ended_) break;
      ordered_ = false;
      if (order_.begins != 0) share_.emplace(roster_, points_, team_);
      const std::vector<Index> points = points_;
      const bool all = share_->advance(
          points, order_.rung, threads_, [this] { return ended_.load(); }, serve);
      if (ended_) break;
      report(all);
    }
    RungReport last{RungReport::left, 0, 0, 0};
    post_value(team_, 0, last);
    team_.settle();
  }

 private:
  void report(bool all) {
    std::vector<RungStanding> standings = share_->standings();
    std::string text;
    for (const PausedRun* run : share_->new_rows())
      text += row_line(run->number(), roster_.key_of(run->number()), *run->row());
    RungReport report{RungReport::there, all ? 1 : 0, std::ssize(standings), text.size()};
    post_value(team_, 0, report);
    if (!standings.empty()) team_.post(0, bytes_of(std::span<RungStanding>(standings)));
    if (!text.empty()) team_.post(0, text);
    team_.settle();
  }

  void serve() {
    while (!ended_ && team_.next_sender()) {
      take();
      silence_.end(0);
    }
    silence_.look();
    if (ended_) return;
    if (silence_.too_long(0)) throw silence_.lost(0);
    RungReport word;
    if (!told_interrupted_ && interrupted_()) {
      told_interrupted_ = true;
      word.kind = RungReport::interrupted;
    } else if (!silence_.sign_due()) {
      return;
    }
    post_value(team_, 0, word);
    team_.settle();
  }

  void take() {
    const auto order = receive_value<RungOrder>(team_, 0);
    if (order.kind == RungOrder::end) ended_ = true;
    if (order.kind != RungOrder::go) return;
    order_ = order;
    ordered_ = true;
    points_.resize(static_cast<std::size_t>(order.points));
    team_.receive(0, bytes_of(std::span<Index>(points_)));
  }

  Team& team_;
  Roster& roster_;
  Index threads_;
  const std::function<bool()>& interrupted_;
  std::optional<RungShare> share_;
  RungOrder order_;
  std::vector<Index> points_;
  bool ordered_ = false, told_interrupted_ = false;
  std::atomic<bool> ended_{false};
  Silence silence_;
};

}  // namespace

void run_halving(Team& team, Roster& roster, const std::vector<Index>& pending, Index threads,
                 const FinishedRuns& finished, SweepLog& log) {
  const Grid& grid = roster.grid();
  std::map<Contest, std::vector<Index>> contests;
  std::map<Contest, bool> wanted;
  for (Index number = 0; number < grid.points(); ++number)
    contests[contest_of(grid, grid.point(number))].push_back(number);
  for (const Index run : pending) wanted[contest_of(grid, grid.point(run / grid.seeds()))] = true;
  FirstRank first(team, roster, threads, log);
  for (const auto& [contest, points] : contests) {
    if (!wanted[contest]) continue;
    if (!first.halve(points)) break;
    for (const auto& [run, row] : first.rows()) {
      const RunKey key = roster.key_of(run);
      if (finished.find(key) != FinishedRuns::Found::yes) log.add(key, row, run);
    }
  }
  first.end();
}

void follow_halving(Team& team, Roster& roster, Index threads, const std::function<bool()>& interrupted) {
  OtherRank(team, roster, threads, interrupted).follow();
}

}  // namespace lookahead
