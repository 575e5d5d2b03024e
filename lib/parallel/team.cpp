#include "parallel/team.hpp"

#include <cstdint>

#include "base/text.hpp"

namespace lookahead {
namespace {

class Alone final : public Team {
 public:
  Index rank() const override { return 0; }
  Index size() const override { return 1; }
  void post(Index, std::span<const char>) override {}
  void expect(Index, std::span<char>) override {}
  void settle() override {}
  void receive(Index, std::span<char>) override {}
  void broadcast(Index, std::span<char>) override {}
};

Index first_of(Index rank, Index count, Index size) { return count * rank / size; }

}  // namespace

std::string Team::name_of(Index rank) const { return "rank " + to_text(rank); }

Team& alone() {
  static Alone team;
  return team;
}

ItemRange items_of_rank(Index count, Index ranks, Index rank) {
  const Index first = first_of(rank, count, ranks);
  return {first, first_of(rank + 1, count, ranks) - first};
}

ItemRange items_of_rank(Index count, const Team& team) {
  return items_of_rank(count, team.size(), team.rank());
}

Index owner_of(Index item, Index count, const Team& team) {
  Index rank = item * team.size() / count;
  while (first_of(rank + 1, count, team.size()) <= item) ++rank;
  return rank;
}

void post_text(Team& team, Index to, const std::string& text) {
  std::uint64_t size = text.size();
  team.post(to, bytes_of(std::span<std::uint64_t>(&size, 1)));
  if (size > 0) team.post(to, text);
  team.settle();
}

std::string receive_text(Team& team, Index from) {
  std::uint64_t size = 0;
  team.receive(from, bytes_of(std::span<std::uint64_t>(&size, 1)));
  std::string text(size, '\0');
  if (size > 0) team.receive(from, text);
  return text;
}

std::string broadcast_text(Team& team, Index from, std::string text) {
  if (team.alone()) return text;
  std::uint64_t size = text.size();
  broadcast(team, from, size);
  text.resize(size);
  if (size > 0) team.broadcast(from, text);
  return text;
}

Fault broadcast_fault(Team& team, Index from, Fault fault) {
  if (team.alone()) return fault;
  if (team.rank() == from)
    fault.place.source = team.name_of(from) + (fault.place.source.empty() ? "" : ": " + fault.place.source);
  broadcast(team, from, fault.kind);
  broadcast(team, from, fault.place.line);
  broadcast(team, from, fault.place.column);
  for (std::string* text : {&fault.place.source, &fault.text, &fault.cure})
    *text = broadcast_text(team, from, std::move(*text));
  return fault;
}

std::vector<std::string> gather(Team& team, std::string text) {
  if (!team.first()) {
    post_text(team, 0, text);
    return {};
  }
  std::vector<std::string> texts;
  texts.reserve(static_cast<std::size_t>(team.size()));
  texts.push_back(std::move(text));
  for (Index rank = 1; rank < team.size(); ++rank) texts.push_back(receive_text(team, rank));
  return texts;
}

}  // namespace lookahead
