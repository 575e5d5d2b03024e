#pragma once
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "base/fault.hpp"
#include "base/scalar.hpp"

namespace lookahead {

// The processes that carry out one run together, seen from one of them. All of them ("ranks", from 0) run the
// same program and make the same calls in the same order; what a call does is complete only when all have made
// it. A call throws TeamLost where the others cannot be reached any more.
class Team {
 public:
  virtual ~Team() = default;
  virtual Index rank() const = 0;
  virtual Index size() const = 0;
  // Sends bytes to another rank, which receives what one rank sends it in the order of sending. The bytes stay
  // as they are until settle() returns.
  virtual void post(Index to, std::span<const char> bytes) = 0;
  // Fills all of `bytes` with what `from` posted to this rank, of the same size: until settle() returns.
  virtual void expect(Index from, std::span<char> bytes) = 0;
  // Returns when everything that was posted is on its way, and everything that was expected is there.
  virtual void settle() = 0;
  // The same as expect(), at once. What was expected of `from` comes before.
  virtual void receive(Index from, std::span<char> bytes) = 0;
  // A rank from which receive() need not wait, as something that it has posted is there; nothing where there is
  // none yet. Returns at once. A team whose ranks only wait for each other need not know.
  virtual std::optional<Index> next_sender() { return std::nullopt; }
  // Gives all ranks the bytes of rank `from`.
  virtual void broadcast(Index from, std::span<char> bytes) = 0;

  // What messages call a rank: "rank 2 on node7" where its machine is known.
  virtual std::string name_of(Index rank) const;
  // A rank that owes a sign of life and gives none for so many seconds hangs.
  virtual double patience_s() const { return default_patience_s; }
  // The common work begins; how long anything took before says nothing of it.
  virtual void begins() {}

  static constexpr double default_patience_s = 120;

  bool alone() const { return size() == 1; }
  bool first() const { return rank() == 0; }
  bool last() const { return rank() == size() - 1; }
};

// Why a team cannot go on.
class TeamLost final : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The team of one process that runs alone.
Team& alone();

// Neighbouring items, from number `first` on.
struct ItemRange {
  Index first = 0, count = 0;
};

// The items of `count`, numbered from 0, that a rank of a team has; the ranks have them in their order, each at
// least one where there are as many.
ItemRange items_of_rank(Index count, Index ranks, Index rank);
ItemRange items_of_rank(Index count, const Team& team);
// The rank that has item `item` of `count`.
Index owner_of(Index item, Index count, const Team& team);

template <class T>
std::span<char> bytes_of(std::span<T> values) {
  static_assert(std::is_trivially_copyable_v<T>);
  return {reinterpret_cast<char*>(values.data()), values.size_bytes()};
}

template <class T>
void broadcast(Team& team, Index from, T& value) {
  if (!team.alone()) team.broadcast(from, bytes_of(std::span<T>(&value, 1)));
}

// Sends a value, which must not change until settle() returns. receive_value() receives it.
template <class T>
void post_value(Team& team, Index to, T& value) {
  team.post(to, bytes_of(std::span<T>(&value, 1)));
}

template <class T>
T receive_value(Team& team, Index from) {
  T value;
  team.receive(from, bytes_of(std::span<T>(&value, 1)));
  return value;
}

// Sends a text, which may change afterwards; receives one that was sent so.
void post_text(Team& team, Index to, const std::string& text);
std::string receive_text(Team& team, Index from);

// The text of rank `from`, on all ranks.
std::string broadcast_text(Team& team, Index from, std::string text);

// The fault of rank `from`, on all ranks, with that rank's name beside its place.
Fault broadcast_fault(Team& team, Index from, Fault fault);

// The texts of all ranks, in their order, on rank 0; elsewhere none.
std::vector<std::string> gather(Team& team, std::string text);

// Few items. Each rank has made its own, items_of_rank(); afterwards every rank has all. Every rank sends to every
// other one, so that the time is that of one message, not of one after the other. No allocation.
template <class T>
void share(Team& team, std::span<T> items) {
  if (team.alone()) return;
  const auto bytes_from = [&](Index rank) {
    const ItemRange own = items_of_rank(std::ssize(items), team.size(), rank);
    return bytes_of(items.subspan(static_cast<std::size_t>(own.first), static_cast<std::size_t>(own.count)));
  };
  for (Index rank = 0; rank < team.size(); ++rank) {
    if (rank != team.rank()) team.expect(rank, bytes_from(rank));
  }
  for (Index step = 1; step < team.size(); ++step)
    team.post((team.rank() + step) % team.size(), bytes_from(team.rank()));
  team.settle();
}

// Puts one small value of each rank together, merge(all, next) with the value of the first one as `all` and those
// of the others as `next`, in their order: all get the same. Of one process it is its value. No allocation.
template <class T, class Merge>
void merge_all(Team& team, T& value, const Merge& merge) {
  if (team.alone()) return;
  T own = value;
  for (Index step = 1; step < team.size(); ++step) post_value(team, (team.rank() + step) % team.size(), own);
  for (Index rank = 0; rank < team.size(); ++rank) {
    const T next = rank == team.rank() ? own : receive_value<T>(team, rank);
    if (rank == 0) {
      value = next;
    } else {
      merge(value, next);
    }
  }
  team.settle();
}

// pass(value) of the first rank, then of the second one with what the first has made of it, and so on: a sum
// in the order of the ranks, whatever their number. All get what the last one has made. `value` counts on the
// first rank alone. Of one process it is pass(value).
template <class T, class Pass>
void chain(Team& team, T& value, const Pass& pass) {
  if (team.alone()) return pass(value);
  const std::span<char> bytes = bytes_of(std::span<T>(&value, 1));
  if (!team.first()) team.receive(team.rank() - 1, bytes);
  pass(value);
  if (!team.last()) {
    team.post(team.rank() + 1, bytes);
    team.settle();
  }
  team.broadcast(team.size() - 1, bytes);
}

// The same with a text of any length.
template <class Pass>
void chain_text(Team& team, std::string& text, const Pass& pass) {
  if (!team.first()) text = receive_text(team, team.rank() - 1);
  pass(text);
  if (!team.last()) post_text(team, team.rank() + 1, text);
  text = broadcast_text(team, team.size() - 1, std::move(text));
}

}  // namespace lookahead
