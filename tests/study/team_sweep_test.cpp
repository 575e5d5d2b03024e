#include <doctest/doctest.h>

#include <condition_variable>
#include <deque>
#include <fstream>
#include <mutex>
#include <thread>

#include "base/text.hpp"
#include "run/muster.hpp"
#include "study/folder.hpp"
#include "study/sweep/journal.hpp"
#include "study/sweep/roster.hpp"
#include "study/sweep/sharing.hpp"
#include "study/sweep/sweep.hpp"
#include "study/sweep_text.hpp"
#include "support/problem.hpp"
#include "support/temporary_folder.hpp"
#include "support/thread_team.hpp"

// A sweep that the ranks of a team share out, which threads play here.
namespace lookahead::test {
namespace {

// What is on its way between the ranks.
struct Post {
  explicit Post(Index ranks) : size(ranks), boxes(static_cast<std::size_t>(ranks * ranks)) {}

  const Index size;
  std::mutex mutex;
  std::condition_variable arrived;
  std::vector<std::deque<std::string>> boxes;
  bool lost = false;
  double patience_s = Team::default_patience_s;

  std::deque<std::string>& box(Index from, Index to) {
    return boxes[static_cast<std::size_t>(from * size + to)];
  }
};

class PostTeam final : public Team {
 public:
  PostTeam(Post& post, Index rank) : post_(post), rank_(rank) {}
  Index rank() const override { return rank_; }
  Index size() const override { return post_.size; }
  double patience_s() const override { return post_.patience_s; }
  void post(Index to, std::span<const char> bytes) override {
    const std::lock_guard lock(post_.mutex);
    post_.box(rank_, to).emplace_back(bytes.begin(), bytes.end());
    post_.arrived.notify_all();
  }
  void expect(Index from, std::span<char> bytes) override { expected_.add(from, bytes); }
  void settle() override { expected_.receive(*this); }
  void receive(Index from, std::span<char> bytes) override {
    std::unique_lock lock(post_.mutex);
    auto& box = post_.box(from, rank_);
    post_.arrived.wait(lock, [&] { return post_.lost || !box.empty(); });
    if (box.empty()) throw TeamLost("another rank has failed");
    if (box.front().size() != bytes.size()) throw TeamLost("a message has another size");
    std::copy(box.front().begin(), box.front().end(), bytes.begin());
    box.pop_front();
  }
  std::optional<Index> next_sender() override {
    const std::lock_guard lock(post_.mutex);
    if (post_.lost) throw TeamLost("another rank has failed");
    for (Index from = 0; from < size(); ++from) {
      if (!post_.box(from, rank_).empty()) return from;
    }
    return std::nullopt;
  }
  void broadcast(Index from, std::span<char> bytes) override {
    if (rank_ != from) return receive(from, bytes);
    for (Index to = 0; to < size(); ++to) {
      if (to != from) post(to, bytes);
    }
  }

 private:
  Post& post_;
  Index rank_;
  Expected expected_;
};

// What a rank has come to: its result, or why it has none.
struct RankEnd {
  std::optional<SweepResult> result;
  std::string failure;
};

// Wants the end after so many questions.
class EndsAfter final : public SweepWatcher {
 public:
  explicit EndsAfter(int looks) : looks_(looks) {}
  bool interrupted() override { return looks_ >= 0 && --looks_ < 0; }

 private:
  std::atomic<int> looks_;  // below 0: never
};

struct Sharing {
  std::vector<const Grid*> grids;  // of each rank
  std::vector<std::string> folders;
  SweepRequest request;  // of all ranks, but for the folder
  Index interrupted_rank = -1;
  int looks = 0;

  std::vector<RankEnd> carry_out() const {
    const Index size = std::ssize(grids);
    Post post(size);
    std::vector<RankEnd> ends(grids.size());
    std::vector<std::thread> ranks;
    for (Index rank = 0; rank < size; ++rank) {
      ranks.emplace_back([&, rank] {
        const auto i = static_cast<std::size_t>(rank);
        PostTeam team(post, rank);
        Muster muster(team);
        SweepRequest own = request;
        own.directory = folders[i];
        own.muster = &muster;
        // Not all of them have as many threads.
        own.threads = request.threads + rank % 2;
        EndsAfter watcher(rank == interrupted_rank ? looks : -1);
        try {
          auto result = sweep(*grids[i], own, watcher);
          if (result) ends[i].result = *result;
          if (!result) ends[i].failure = to_string(result.faults().front());
          if (!result && !muster.answered()) static_cast<void>(muster.answer(result.faults(), ""));
          if (muster.under_way()) throw TeamLost(ends[i].failure);
        } catch (const std::exception& error) {
          ends[i].failure = error.what();
          const std::lock_guard lock(post.mutex);
          post.lost = true;
          post.arrived.notify_all();
        }
      });
    }
    for (std::thread& rank : ranks) rank.join();
    for (const auto& box : post.boxes) CHECK((post.lost || box.empty()));
    return ends;
  }
};

// Ranks with the same sweep; the result of the first one.
SweepResult shared_out(const Grid& grid, const std::string& folder, Index size, Sharing sharing = {}) {
  sharing.grids.assign(static_cast<std::size_t>(size), &grid);
  sharing.folders.assign(static_cast<std::size_t>(size), folder);
  const auto ends = sharing.carry_out();
  for (const RankEnd& end : ends) CHECK(end.failure.empty());
  REQUIRE(ends[0].result);
  return *ends[0].result;
}

void carried_out_alone(const Grid& grid, const std::string& folder) {
  SweepRequest request;
  request.directory = folder;
  SweepWatcher watcher;
  REQUIRE(sweep(grid, request, watcher));
}

// The rows of the journals in a folder, without times, in the order of their text.
std::vector<std::string> journal_rows(const std::string& folder) {
  const std::string text = content_of(folder + "/journal.log");
  std::vector<std::string> rows;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    const auto entry = read_journal_line(std::string_view(text).substr(begin, end - begin));
    REQUIRE(entry);
    std::string row = to_text(entry->key.run % 1000000007U);
    for (const auto& [name, cell] : entry->row.cells) {
      if (!name.starts_with("time_")) row += ' ' + name + '=' + cell;
    }
    rows.push_back(row);
    begin = end + 1;
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

const std::vector<std::string> shared_kinds = {
    "problem: {objective: {function: quadratic_diag, dim: 20, noise: {gaussian: 0.1}}, optimizer: {name: sgd, lr: "
    "0.01}, stop: {steps: 60}}\nvary: {optimizer.lr: [0.01, 0.001, 5]}\nseeds: 1..5\ntargets: [1]\n",
    "problem: {data: {train: " + data_folder() +
        "points.csv, target: y, validation: {folds: 3}}, model: linear, optimizer: {name: sgd, lr: 0.01}, batch: 7, stop: "
        "{epochs: 3}}\nvary: {model.l2: [0, 0.1]}\nmethods: {plain: {lookahead: false}, la: {lookahead: {k: 3}}}\n"
        "seeds: 1..2\n",
    "problems: {a: {objective: rosenbrock, optimizer: lbfgs, stop: {steps: 10}}, b: {objective: {function: sphere, "
    "dim: 2}, start: [1e200, 1e200], optimizer: {name: sgd, lr: 0.1}, stop: {steps: 10}}}\nseeds: 1..4\n",
    // Some diverge, some are dropped at each of three rungs; more ranks than runs have nothing to do.
    "problem: {objective: {function: quadratic_diag, dim: 10, noise: {gaussian: 0.5}}, optimizer: {name: sgd, lr: "
    "0.1}, stop: {steps: 90}}\nmethods: {plain: {lookahead: false}, la: {lookahead: {k: 3, workers: 2}}}\n"
    "vary: {optimizer.lr: {log: [1e-4, 300], points: 9}}\nseeds: 1..3\ntargets: [1]\n"
    "halving: {from: {steps: 10}, keep: 0.34}\n",
    // The last run of a method goes on to its folds; a problem whose runs fail, and one with a single point.
    "problems: {a: {data: {train: " + data_folder() +
        "points.csv, target: y, validation: {folds: 3}}, model: linear, optimizer: {name: sgd, lr: 0.01}, batch: 7, stop: "
        "{epochs: 5}}, b: {objective: {function: sphere, dim: 2}, start: [1e200, 1e200], optimizer: {name: sgd, lr: "
        "0.1}, stop: {steps: 10}}}\nvary: {optimizer.momentum: [0, 0.5, 0.9]}\nhalving: {by: loss_slow, from: "
        "{steps: 3}, keep: 0.5}\n",
};

}  // namespace

TEST_CASE("any number of ranks leaves the rows of one process, each once") {
  for (const std::string& kind : shared_kinds) {
    CAPTURE(kind);
    const StudyFolderOfTest folder;
    const Grid grid = grid_of(kind);
    carried_out_alone(grid, folder.path("one"));
    const auto rows = journal_rows(folder.path("one"));
    CHECK(std::ssize(rows) == grid.runs());
    for (const Index size : {1, 2, 3, 5}) {
      CAPTURE(size);
      const std::string own = folder.path(to_text(size));
      const SweepResult result = shared_out(grid, own, size);
      CHECK(result.counts.done == grid.runs());
      CHECK(journal_rows(own) == rows);
      for (const char* file : {"/points.csv", "/sweep.yaml", "/failures.csv"}) {
        const std::string one = folder.path("one") + file;
        // Not every kind of sweep writes each of them.
        REQUIRE(std::filesystem::exists(own + file) == std::filesystem::exists(one));
        if (std::filesystem::exists(one)) CHECK(content_of(own + file) == content_of(one));
      }
      CHECK(shared_out(grid, own, size).counts.before == grid.runs());
      CHECK(journal_rows(own) == rows);
    }
  }
}

TEST_CASE("runs of microseconds, many of which are handed out at once, are carried out once each") {
  const StudyFolderOfTest folder;
  const Grid grid = grid_of(
      "problem: {objective: sphere, optimizer: {name: sgd, lr: 0.1}, stop: {steps: 3}}\n"
      "vary: {optimizer.lr: {log: [0.1, 0.5], points: 50}}\nseeds: 1..60\n");
  carried_out_alone(grid, folder.path("one"));
  Sharing sharing;
  sharing.request.threads = 2;
  const SweepResult result = shared_out(grid, folder.path("four"), 4, sharing);
  CHECK(result.counts.done == 3000);
  CHECK(journal_rows(folder.path("four")) == journal_rows(folder.path("one")));
}

TEST_CASE("ranks keep the folders of the runs that they carry out") {
  const StudyFolderOfTest folder;
  const Grid grid = grid_of(
      "problem: {objective: rosenbrock, optimizer: {name: adam, lr: 0.01}, stop: {steps: 20}}\n"
      "vary: {optimizer.lr: [0.01, 0.1]}\nseeds: 1..3\nkeep: everything\n");
  carried_out_alone(grid, folder.path("one"));
  shared_out(grid, folder.path("three"), 3);
  for (const char* run : {"1", "2", "3", "4", "5", "6"}) {
    for (const char* file : {"solution.csv", "config.yaml", "sweep.id"}) {
      const std::string name = "/runs/00000" + std::string(run) + "/" + file;
      CHECK_FALSE(content_of(folder.path("one") + name).empty());
      CHECK(content_of(folder.path("three") + name) == content_of(folder.path("one") + name));
    }
  }
  // Nothing is lost of what another number of ranks has kept.
  CHECK(shared_out(grid, folder.path("three"), 2).counts.before == 6);
  Sharing apart;
  apart.grids = {&grid, &grid};
  apart.folders = {folder.path("here"), folder.path("there")};
  const auto ends = apart.carry_out();
  CHECK(ends[1].failure.find("is not seen here, where the folders of runs are to be kept") !=
        std::string::npos);
}

TEST_CASE("an interrupt of any rank ends a shared sweep, which goes on with another number of ranks") {
  for (const std::string& kind : shared_kinds) {
    const StudyFolderOfTest folder;
    const Grid grid = grid_of(kind);
    carried_out_alone(grid, folder.path("one"));
    const auto rows = journal_rows(folder.path("one"));
    for (const Index rank : {0, 2}) {
      const std::string own = folder.path("rank-" + to_text(rank));
      Sharing sharing;
      sharing.interrupted_rank = rank;
      Index before = 0;
      for (sharing.looks = 0; sharing.looks < 100; sharing.looks += 1 + sharing.looks) {
        const SweepResult result = shared_out(grid, own, 3, sharing);
        CHECK((result.interrupted || result.counts.before + result.counts.done == grid.runs()));
        CHECK(result.counts.before == before);
        before += result.counts.done;
        CHECK(std::ssize(journal_rows(own)) == before);
      }
      CHECK(shared_out(grid, own, 2).counts.before == before);
      CHECK(journal_rows(own) == rows);
    }
  }
}

TEST_CASE("a rank that gives no sign of life ends the sweep of the other one, which keeps what is finished") {
  for (const std::size_t kind : {0, 3}) {
    CAPTURE(kind);
    const bool halving = shared_kinds[kind].find("halving") != std::string::npos;
    const Grid grid = grid_of(shared_kinds[kind]);
    const StudyFolderOfTest folder;
    carried_out_alone(grid, folder.path("one"));
    for (const Index silent : {0, 1}) {
      CAPTURE(silent);
      const std::string own = folder.path("without-" + to_text(silent));
      Post post(2);
      post.patience_s = 0.2;
      std::string failure;
      std::thread other([&] {
        PostTeam team(post, 1 - silent);
        Muster muster(team);
        SweepRequest request;
        request.directory = own;
        request.muster = &muster;
        SweepWatcher watcher;
        try {
          static_cast<void>(sweep(grid, request, watcher));
        } catch (const TeamLost& lost) {
          failure = lost.what();
        }
      });
      // Begins with the other one, and says nothing after that.
      PostTeam team(post, silent);
      Muster muster(team);
      const auto roster = Roster::of(grid, 1);
      REQUIRE(roster);
      CHECK(muster.answer({}, common_lines(**roster)));
      CHECK(muster.begin(true));
      Index count = 0;
      broadcast(team, 0, count);
      other.join();
      CHECK_MESSAGE(
          failure.starts_with("rank " + to_text(silent) + " hangs: it has given no sign of life for 0.2"),
          failure);
      // A method with halving needs all ranks for its first row.
      if (silent == 1) CHECK(journal_rows(own).empty() == halving);
      CHECK(shared_out(grid, own, 2).interrupted == false);
      CHECK(journal_rows(own) == journal_rows(folder.path("one")));
    }
  }
}

TEST_CASE("ranks of another sweep write nothing") {
  const StudyFolderOfTest folder;
  const auto refusals = [&](const std::string& first, const std::string& second) {
    const Grid one = grid_of(first), other = grid_of(second);
    Sharing sharing;
    sharing.grids = {&one, &other};
    sharing.folders = {folder.path("s"), folder.path("s")};
    const auto ends = sharing.carry_out();
    CHECK_FALSE(std::filesystem::exists(folder.path("s")));
    CHECK_FALSE(ends[0].result.has_value());
    CHECK_FALSE(ends[1].result.has_value());
    return ends[0].failure;
  };
  const std::string sphere =
      "problem: {objective: sphere, optimizer: {name: sgd, lr: 0.1}, stop: {steps: 3}}\n";
  CHECK(refusals(sphere + "seeds: 1..3\n", sphere + "seeds: 1..4\n").find("has another sweep: ") !=
        std::string::npos);
}

}  // namespace lookahead::test
