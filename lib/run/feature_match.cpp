#include "run/feature_match.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace lookahead {
namespace {

constexpr Index nowhere = -1;

// What a level's indicator is multiplied by in its feature: 1 / sd, 0 where the level is constant.
double slope_of(const Column& column, std::size_t level) { return column.on(level) - column.off(level); }

double mean_of(const Column& column, std::size_t level) {
  return column.level_sds.empty() ? 0 : column.level_means[level];
}

double sd_of(const Column& column, std::size_t level) {
  return column.level_sds.empty() ? 1 : column.level_sds[level];
}

double scale_of(const Encoding& encoding, Index feature) {
  return encoding.scales.empty() ? 1 : encoding.scales[static_cast<std::size_t>(feature)];
}

}  // namespace

FeatureMatch::FeatureMatch(const Encoding& from, const Encoding& to) : from_(from), to_(to) {
  if (from.format != to.format) {
    only_here_ = to.feature_names();
    only_there_ = from.feature_names();
  } else if (to.format == RowFormat::libsvm) {
    match_indices();
  } else {
    match_columns();
  }
}

void FeatureMatch::match_indices() {
  const auto index_of = [](const Encoding& encoding, Index feature) {
    return encoding.indices.empty() ? encoding.first_index + feature
                                    : encoding.indices[static_cast<std::size_t>(feature)];
  };
  const auto find = [&](const Encoding& encoding, Index index) {
    const Index feature = encoding.feature_of(static_cast<std::uint32_t>(index));
    return feature < encoding.sparse_features ? feature : nowhere;
  };
  for (Index i = 0; i < to_.sparse_features; ++i) {
    indices_.push_back(find(from_, index_of(to_, i)));
    if (indices_.back() == nowhere) {
      only_here_.push_back(std::to_string(index_of(to_, i)));
    } else {
      ++matched_;
    }
  }
  for (Index i = 0; i < from_.sparse_features; ++i) {
    if (find(to_, index_of(from_, i)) == nowhere) only_there_.push_back(std::to_string(index_of(from_, i)));
  }
}

void FeatureMatch::match_columns() {
  struct Found {
    const Column* column;
    Index first;
  };
  std::unordered_map<std::string, Found> by_name;
  Index first = 0;
  for (const Column& column : from_.columns) {
    by_name.emplace(column.name, Found{&column, first});
    first += column.width();
  }
  first = 0;
  for (const Column& column : to_.columns) {
    Pair pair{&column, nullptr, first, 0, {}};
    first += column.width();
    const auto found = by_name.find(column.name);
    if (found != by_name.end() && found->second.column->kind == column.kind) {
      pair.from = found->second.column;
      pair.from_first = found->second.first;
      by_name.erase(found);
      if (column.kind == ColumnKind::text) match_levels(pair);
      if (column.kind == ColumnKind::numeric) ++matched_;
    } else {
      only_here_.push_back(column.name);
    }
    pairs_.push_back(std::move(pair));
  }
  for (const Column& column : from_.columns) {
    if (by_name.contains(column.name)) only_there_.push_back(column.name);
  }
}

void FeatureMatch::match_levels(Pair& pair) {
  std::unordered_map<std::string, Index> known;
  for (const std::string& level : pair.from->levels) known.emplace(level, std::ssize(known));
  if (pair.from->reference) known.emplace(*pair.from->reference, nowhere);
  const Index other = std::max(nowhere, pair.from->feature_of_unknown());
  for (const std::string& rare : pair.from->rare) known.emplace(rare, other);
  const auto on = [&](const std::string& text) {
    const auto found = known.find(text);
    return found == known.end() ? other : found->second;
  };
  for (const std::string& level : pair.to->levels) {
    pair.on.push_back(on(level));
    if (known.contains(level)) {
      ++matched_;
    } else {
      only_here_.push_back(pair.to->name + "=" + level);
    }
  }
  pair.on.push_back(pair.to->reference ? on(*pair.to->reference) : other);
  const std::vector<std::string> known_here = pair.to->known();
  const std::unordered_set<std::string> here(known_here.begin(), known_here.end());
  const std::unordered_set<std::string> rare_here(pair.to->rare.begin(), pair.to->rare.end());
  const std::unordered_set<std::string> rare_there(pair.from->rare.begin(), pair.from->rare.end());
  for (const std::string& level : pair.from->known()) {
    // What was told apart there and is one of the rare ones here has lost what it had.
    const bool joins = rare_here.contains(level) && !rare_there.contains(level);
    if (joins || !here.contains(level)) only_there_.push_back(pair.from->name + "=" + level);
  }
}

// w (x - mean) / sd of the one in terms of (x - mean) / sd of the other; a constant column is its mean.
double FeatureMatch::carry_number(const Pair& pair, std::span<const double> weights,
                                  std::span<double> out) const {
  if (pair.from->sd == 0) return 0;
  const double raw = weights[static_cast<std::size_t>(pair.from_first)] / pair.from->sd;
  out[static_cast<std::size_t>(pair.to_first)] = raw * pair.to->sd;
  return raw * (pair.to->mean - pair.from->mean);
}

// What a column of text adds to the sum depends on its text alone; the features of `to` tell the texts apart
// from the one for which they are all 0.
double FeatureMatch::carry_levels(const Pair& pair, std::span<const double> weights,
                                  std::span<double> out) const {
  const auto first = static_cast<std::size_t>(pair.from_first);
  double constant = 0;
  for (std::size_t l = 0; l < pair.from->levels.size(); ++l)
    constant += weights[first + l] * pair.from->off(l);
  const auto added = [&](Index feature) {
    const auto l = static_cast<std::size_t>(feature);
    return feature == nowhere ? 0 : weights[first + l] * slope_of(*pair.from, l);
  };
  const double base = added(pair.on.back());
  constant += base;
  for (std::size_t l = 0; l < pair.to->levels.size(); ++l) {
    const double own = added(pair.on[l]) - base;
    out[static_cast<std::size_t>(pair.to_first) + l] = own * sd_of(*pair.to, l);
    constant += own * mean_of(*pair.to, l);
  }
  return constant;
}

double FeatureMatch::carry(std::span<const double> weights, double constant, std::span<double> out) const {
  std::fill(out.begin(), out.end(), 0.0);
  for (const Pair& pair : pairs_) {
    if (pair.from == nullptr) continue;
    constant += pair.to->kind == ColumnKind::numeric ? carry_number(pair, weights, out)
                                                     : carry_levels(pair, weights, out);
  }
  for (std::size_t i = 0; i < indices_.size(); ++i) {
    if (indices_[i] == nowhere) continue;
    const double scale = scale_of(from_, indices_[i]);
    if (scale > 0)
      out[i] = weights[static_cast<std::size_t>(indices_[i])] / scale * scale_of(to_, static_cast<Index>(i));
  }
  return constant;
}

std::vector<Index> FeatureMatch::features() const {
  std::vector<Index> all;
  for (const Pair& pair : pairs_) {
    for (std::size_t l = 0; l < pair.to->levels.size(); ++l) {
      const bool known = pair.from != nullptr && pair.on[l] != nowhere;
      all.push_back(known ? pair.from_first + pair.on[l] : nowhere);
    }
  }
  return all;
}

}  // namespace lookahead
