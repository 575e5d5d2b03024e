#pragma once
#include "options/codec.hpp"

namespace lookahead {

// Which steps of a run are recorded.
struct Cadence {
  enum class Kind { automatic, every, sync, per_decade };
  Kind kind = Kind::automatic;
  Index count = 0;  // every: steps between rows; per_decade: rows per decade

  // The first step after `step` that is due, a pure function. automatic is all steps to 100, then about 200
  // rows a decade. For `sync` it is never due: the caller asks at syncs.
  Index next(Index step) const;
  bool due(Index step) const { return step == 0 || next(step - 1) == step; }
};

template <>
struct Codec<Cadence> {
  static std::string type() { return "auto | N | sync | {per_decade: N}"; }
  static std::optional<Cadence> read(const Node& node, const Path& path, Report& report);
  static Node write(const Cadence& cadence);
};

}  // namespace lookahead
