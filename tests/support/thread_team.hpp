#pragma once
#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "parallel/team.hpp"

// Threads that play the ranks of a team, within a test.
namespace lookahead::test {

// What is on its way between the ranks.
class Mail {
 public:
  explicit Mail(Index size) : size_(size), boxes_(static_cast<std::size_t>(size * size)) {}

  Index size() const { return size_; }
  void put(Index from, Index to, std::span<const char> bytes) {
    const std::lock_guard lock(mutex_);
    box(from, to).emplace_back(bytes.begin(), bytes.end());
    arrived_.notify_all();
  }
  void take(Index from, Index to, std::span<char> bytes) {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return lost_ || !box(from, to).empty(); });
    if (lost_) throw TeamLost("a rank has failed");
    const std::string& message = box(from, to).front();
    if (message.size() != bytes.size()) throw TeamLost("a message has another size");
    std::copy(message.begin(), message.end(), bytes.begin());
    box(from, to).pop_front();
  }
  // Wakes all who wait, as what they wait for does not come.
  void lose() {
    const std::lock_guard lock(mutex_);
    lost_ = true;
    arrived_.notify_all();
  }
  bool lost() const { return lost_; }
  // Whether every message has been received.
  bool empty() const {
    for (const auto& messages : boxes_) {
      if (!messages.empty()) return false;
    }
    return true;
  }

 private:
  std::deque<std::string>& box(Index from, Index to) {
    return boxes_[static_cast<std::size_t>(from * size_ + to)];
  }

  Index size_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<std::deque<std::string>> boxes_;
  bool lost_ = false;
};

// What a rank expects.
class Expected {
 public:
  // Until a message is there its place has numbers that make no sense.
  void add(Index from, std::span<char> bytes) {
    messages_.push_back({from, bytes});
    std::fill(bytes.begin(), bytes.end(), '\x7f');
  }
  void receive(Team& team) {
    for (const Message& message : messages_) team.receive(message.from, message.bytes);
    messages_.clear();
  }

 private:
  struct Message {
    Index from;
    std::span<char> bytes;
  };
  std::vector<Message> messages_;
};

class ThreadTeam final : public Team {
 public:
  ThreadTeam(Mail& mail, Index rank) : mail_(mail), rank_(rank) {}
  Index rank() const override { return rank_; }
  Index size() const override { return mail_.size(); }
  void post(Index to, std::span<const char> bytes) override {
    posted_.push_back({bytes, {bytes.begin(), bytes.end()}});
    mail_.put(rank_, to, bytes);
  }
  void expect(Index from, std::span<char> bytes) override { expected_.add(from, bytes); }
  // Tells of bytes that did not stay as they were posted, which another team may have sent.
  void settle() override {
    expected_.receive(*this);
    for (const Posted& message : posted_) {
      if (!std::equal(message.bytes.begin(), message.bytes.end(), message.were.begin()))
        throw TeamLost("bytes have changed between post() and settle()");
    }
    posted_.clear();
  }
  void receive(Index from, std::span<char> bytes) override { mail_.take(from, rank_, bytes); }
  void broadcast(Index from, std::span<char> bytes) override {
    if (rank_ != from) return mail_.take(from, rank_, bytes);
    for (Index to = 0; to < size(); ++to) {
      if (to != from) mail_.put(from, to, bytes);
    }
  }

 private:
  struct Posted {
    std::span<const char> bytes;
    std::string were;
  };
  Mail& mail_;
  Index rank_;
  Expected expected_;
  std::vector<Posted> posted_;
};

// Calls work(team) on every rank of a team of `size` threads. Returns why one of them failed; empty: none did,
// and all that was sent was received.
template <class Work>
std::string on_team(Index size, const Work& work) {
  Mail mail(size);
  std::vector<std::string> failures(static_cast<std::size_t>(size));
  std::vector<std::thread> ranks;
  for (Index rank = 0; rank < size; ++rank) {
    ranks.emplace_back([&, rank] {
      ThreadTeam team(mail, rank);
      try {
        work(team);
      } catch (const std::exception& error) {
        failures[static_cast<std::size_t>(rank)] = error.what();
        mail.lose();
      }
    });
  }
  for (std::thread& rank : ranks) rank.join();
  for (const std::string& failure : failures) {
    if (!failure.empty() && failure != "a rank has failed") return failure;
  }
  if (mail.lost()) return "a rank has failed";
  return mail.empty() ? "" : "a message was not received";
}

}  // namespace lookahead::test
