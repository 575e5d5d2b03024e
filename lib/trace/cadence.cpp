#include "trace/cadence.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead {
namespace {

constexpr Index most_per_decade = 1000000;

// The first of the steps floor(10^(i/n)), i = 0, 1, ..., that is larger than `step`.
Index next_of_decades(Index step, Index n) {
  const auto count = static_cast<double>(n);
  // Just before 10^(i/n) passes step + 1, so that the way there is short even for very many rows a decade.
  const double about = step <= 0 ? 0 : math::log10(static_cast<double>(step) + 1) * count - 2;
  Index i = static_cast<Index>(std::max(0.0, about));
  while (true) {
    const double candidate = std::floor(math::pow(10.0, static_cast<double>(i) / count));
    if (candidate >= 9e18) return std::numeric_limits<Index>::max();
    if (static_cast<Index>(candidate) > step) return static_cast<Index>(candidate);
    ++i;
  }
}

}  // namespace

Index Cadence::next(Index step) const {
  switch (kind) {
    case Kind::automatic:
      return step < 100 ? step + 1 : next_of_decades(step, 200);
    case Kind::every:
      return (step / count + 1) * count;
    case Kind::per_decade:
      return next_of_decades(step, count);
    case Kind::sync:
      break;
  }
  return std::numeric_limits<Index>::max();
}

std::optional<Cadence> Codec<Cadence>::read(const Node& node, const Path& path, Report& report) {
  if (node.is_scalar() && node.text == "auto") return Cadence{};
  if (node.is_scalar() && node.text == "sync") return Cadence{Cadence::Kind::sync, 0};
  Cadence cadence{Cadence::Kind::every, 0};
  const Node* number = &node;
  if (node.is_map() && node.members.size() == 1 && node.members.front().key == "per_decade") {
    cadence.kind = Cadence::Kind::per_decade;
    number = &node.members.front().value;
  } else if (!node.is_scalar() || node.text.find_first_of("0123456789") == std::string::npos) {
    report.add(node.place,
               path + " must be auto, sync, a number of steps or {per_decade: N}, got " + kind_name(node));
    return std::nullopt;
  }
  const bool per_decade = cadence.kind == Cadence::Kind::per_decade;
  const Path own = per_decade ? path / "per_decade" : path;
  const auto count = Codec<Index>::read(*number, own, report);
  if (!count) return std::nullopt;
  if (*count < 1 || (per_decade && *count > most_per_decade)) {
    report.add(number->place, own + " must be >= 1" +
                                  (per_decade ? " and <= " + to_text(most_per_decade) : std::string()) +
                                  ", got " + number->text);
    return std::nullopt;
  }
  cadence.count = *count;
  return cadence;
}

Node Codec<Cadence>::write(const Cadence& cadence) {
  switch (cadence.kind) {
    case Cadence::Kind::automatic:
      return Node::scalar("auto");
    case Cadence::Kind::sync:
      return Node::scalar("sync");
    case Cadence::Kind::every:
      return Codec<Index>::write(cadence.count);
    case Cadence::Kind::per_decade:
      break;
  }
  Node map = Node::map();
  map.add("per_decade", Codec<Index>::write(cadence.count));
  return map;
}

}  // namespace lookahead
