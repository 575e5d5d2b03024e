#include "encoder.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

namespace lookahead::pairs {
namespace {

constexpr Real none = std::numeric_limits<Real>::quiet_NaN();

// Mean of the numbers that are there, each as often as its weight says, and their standard deviation among
// rows of the weight `all`, the others being means.
struct ColumnMoments {
  Real mean = 0, sd = 0, size = 0;  // size: mean of the absolute values
  bool unresolved() const { return sd > 0 && sd < 1024 * 0x1p-23L * std::abs(mean); }
};
ColumnMoments moments_of(const Vector& numbers, const Vector& weights, Real all) {
  ColumnMoments m;
  Real sum = 0;
  for (const Real weight : weights) sum += weight;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    m.mean += weights[i] / sum * numbers[i], m.size += weights[i] / sum * std::abs(numbers[i]);
  if (std::all_of(numbers.begin(), numbers.end(), [&](Real x) { return x == numbers.front(); }))
    return {numbers.front(), 0, std::abs(numbers.front())};
  for (std::size_t i = 0; i < numbers.size(); ++i)
    m.sd += weights[i] / all * (numbers[i] - m.mean) * (numbers[i] - m.mean);
  m.sd = std::sqrt(m.sd);
  return m;
}

// Of a cell that has to be one.
Real needed_number(const std::string& cell, const DataSettings& settings) {
  const auto number = number_of(cell, settings);
  if (!number) throw std::runtime_error("the plain model takes '" + cell + "' for a number");
  return *number;
}

void make_mean_one(Vector& weights) {
  Real sum = 0;
  for (const Real w : weights) sum += w;
  for (Real& w : weights) w *= static_cast<Real>(weights.size()) / sum;
}

}  // namespace

bool Rows::empty_weights() const {
  return !weights.empty() &&
         std::none_of(weights.begin(), weights.end(), [](Real weight) { return weight > 0; });
}

Rows part(const Rows& rows, const std::vector<std::size_t>& listed) {
  Rows out;
  for (const std::size_t row : listed) {
    out.features.push_back(rows.features[row]);
    out.sizes.push_back(rows.sizes[row]);
    out.targets.push_back(rows.targets[row]);
    out.target_sizes.push_back(rows.target_sizes[row]);
    if (!rows.weights.empty()) out.weights.push_back(rows.weights[row]);
    if (!rows.offsets.empty()) out.offsets.push_back(rows.offsets[row]);
  }
  if (!out.weights.empty()) make_mean_one(out.weights);
  return out;
}

Rows rounded(const Rows& rows, Rounding& rounding, bool single, bool classes) {
  Rows out = rows;
  // Encoding itself is done in double precision.
  const Real encoding = single ? 0x1p-53L / rounding.epsilon() : 1;
  std::map<Real, Real> targets;  // equal ones stay equal
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < rows.features[i].size(); ++j) {
      const Real x = rows.features[i][j];
      out.features[i][j] += rounding.of(std::abs(x) + encoding * rows.sizes[i][j]);
    }
    const Real y = rows.targets[i];
    if (!classes && !std::isnan(y)) {
      const Real error = rounding.of(std::abs(y) + encoding * rows.target_sizes[i]);
      out.targets[i] = targets.try_emplace(y, y + error).first->second;
    }
    if (!rows.weights.empty()) out.weights[i] = rounding.near(rows.weights[i]);
    if (!rows.offsets.empty()) out.offsets[i] = rounding.near(rows.offsets[i]);
  }
  return out;
}

std::vector<std::size_t> used_records(const Cells& cells, const DataSettings& s, bool labels) {
  std::vector<std::size_t> used;
  for (std::size_t i = 0; i < cells.rows.size(); ++i) {
    bool fine = true;
    for (std::size_t j = 0; j < cells.names.size(); ++j) {
      if (s.dropped.count(cells.names[j]) > 0 || !is_missing(cells.rows[i][j], s)) continue;
      const bool target = cells.names[j] == s.target;
      if (target ? labels && s.policy != Policy::error : s.policy == Policy::drop) fine = false;
    }
    if (fine) used.push_back(i);
  }
  return used;
}

Encoder::Encoder(const Cells& cells, const std::vector<std::size_t>& every, const DataSettings& settings,
                 bool classes)
    : settings_(settings) {
  // Rows of weight 0 teach nothing, unless all are.
  std::vector<std::size_t> training;
  const std::size_t weights = settings.weights.empty() ? cells.names.size() : cells.field(settings.weights);
  for (const std::size_t i : every) {
    const Real weight = weights < cells.names.size() ? needed_number(cells.rows[i][weights], settings) : 1;
    if (weight > 0) training.push_back(i), counts_.push_back(weight), all_ += weight;
  }
  if (training.empty())
    training = every, counts_.assign(every.size(), 1), all_ = static_cast<Real>(every.size());
  for (const std::string& name : cells.names) {
    if (name == settings.target || name == settings.weights || name == settings.exposure ||
        settings.dropped.count(name) > 0)
      continue;
    Column column;
    column.name = name;
    column.text = settings.texts.count(name) > 0;
    if (column.text)
      add_text(cells, training, column);
    else
      add_number(cells, training, column);
    columns_.push_back(column);
    groups_.push_back(features_.size());
  }
  const std::size_t target = cells.field(settings.target);
  if (classes) {
    std::set<Name> labels;
    for (const std::size_t i : used_records(cells, settings))
      labels.insert(name_of(cells.rows[i][target], settings, false));
    classes_.assign(labels.begin(), labels.end());
    const Name event = name_of(settings.event, settings, false);
    if (!settings.event.empty() && classes_.front() == event) std::swap(classes_[0], classes_[1]);
  } else {
    Vector numbers;
    for (const std::size_t i : training) numbers.push_back(needed_number(cells.rows[i][target], settings));
    const ColumnMoments m = moments_of(numbers, counts_, all_);
    if (!settings.standardize_target)
      unresolved_ = unresolved_ || m.unresolved();
    else if (m.sd > 0)
      target_mean_ = m.mean, target_sd_ = m.sd, target_size_ = m.size;
  }
}

void Encoder::add_text(const Cells& cells, const std::vector<std::size_t>& training, Column& column) {
  const std::size_t field = cells.field(column.name);
  const bool exact = settings_.exact.count(column.name) > 0;
  std::map<Name, Real> counts;
  for (std::size_t i = 0; i < training.size(); ++i)
    counts[name_of(cells.rows[training[i]][field], settings_, exact)] += counts_[i];
  Real rare = 0;
  for (auto level = counts.begin(); level != counts.end();) {
    if (level->second >= settings_.rare * (1 - 1e-9L)) {
      column.known.insert(level->first);
      ++level;
    } else {
      rare += level->second;
      column.others = true;
      level = counts.erase(level);
    }
  }
  Name group{true, 0, "other"};
  for (int i = 2; counts.count(group) > 0; ++i) group.name = "other_" + std::to_string(i);
  if (column.others) counts[group] = rare;
  bool first = true;
  for (const auto& [level, count] : counts) {
    if (!std::exchange(first, false) || !settings_.drop_first) {
      Feature feature;
      feature.column = columns_.size();
      feature.text = true;
      feature.others = column.others && level == group;
      feature.level = level;
      if (settings_.scaling == Scaling::all) {
        feature.mean = count / all_;
        feature.sd = std::sqrt(feature.mean * (1 - feature.mean));
        feature.size = feature.mean;
      }
      features_.push_back(feature);
    }
  }
}

void Encoder::add_number(const Cells& cells, const std::vector<std::size_t>& training, Column& column) {
  const std::size_t field = cells.field(column.name);
  Vector numbers, weights;
  for (std::size_t i = 0; i < training.size(); ++i) {
    const std::string& cell = cells.rows[training[i]][field];
    if (is_missing(cell, settings_)) continue;
    numbers.push_back(needed_number(cell, settings_));
    weights.push_back(counts_[i]);
  }
  if (numbers.empty()) {
    empty_ = true;
    return;
  }
  const ColumnMoments m = moments_of(numbers, weights, all_);
  column.fill = m.mean;
  Feature feature;
  feature.column = columns_.size();
  if (settings_.scaling == Scaling::none && !settings_.libsvm) unresolved_ = unresolved_ || m.unresolved();
  // Sparse rows are scaled only, so that their zeros stay zeros.
  if (settings_.scaling != Scaling::none)
    feature.mean = settings_.libsvm ? 0 : m.mean, feature.sd = m.sd, feature.size = m.size;
  features_.push_back(feature);
}

std::size_t Encoder::class_of(const std::string& label) const {
  const Name name = name_of(label, settings_, false);
  return static_cast<std::size_t>(std::find(classes_.begin(), classes_.end(), name) - classes_.begin());
}

Rows Encoder::encode(const Cells& cells, const std::vector<std::size_t>& records, bool test_file) const {
  Rows rows;
  std::vector<std::size_t> fields;
  for (const Column& column : columns_) fields.push_back(cells.field(column.name));
  const auto field = [&](const std::string& name) {
    return name.empty() ? cells.names.size() : cells.field(name);
  };
  const std::size_t target = field(settings_.target), weights = field(settings_.weights),
                    exposure = field(settings_.exposure);
  for (const std::size_t i : records) {
    const std::vector<std::string>& row = cells.rows[i];
    Vector features, sizes;
    for (const Feature& feature : features_) {
      const Column& column = columns_[feature.column];
      const std::string& cell = row[fields[feature.column]];
      Real x = 0;
      if (!feature.text) {
        x = is_missing(cell, settings_) ? column.fill : needed_number(cell, settings_);
      } else {
        const Name level = name_of(cell, settings_, settings_.exact.count(column.name) > 0);
        const bool known = column.known.count(level) > 0;
        x = (feature.others ? !known : known && level == feature.level) ? 1 : 0;
      }
      features.push_back(feature.sd > 0 ? (x - feature.mean) / feature.sd : 0);
      const bool scaled = feature.mean != 0 || feature.sd != 1;
      sizes.push_back(scaled && feature.sd > 0 ? (std::abs(x) + feature.size) / feature.sd : 0);
    }
    rows.features.push_back(std::move(features));
    rows.sizes.push_back(std::move(sizes));
    Real y = none, size = 0;
    if (target < row.size() && !is_missing(row[target], settings_)) {
      std::string label = row[target];
      while (test_file && !label.empty() && settings_.strip.find(label.back()) != std::string::npos)
        label.pop_back();
      if (classes_.empty()) {
        const Real number = needed_number(label, settings_);
        y = (number - target_mean_) / target_sd_;
        if (target_mean_ != 0 || target_sd_ != 1) size = (std::abs(number) + target_size_) / target_sd_;
      } else if (class_of(label) < classes_.size()) {
        y = static_cast<Real>(class_of(label));
      }
    }
    rows.targets.push_back(y);
    rows.target_sizes.push_back(size);
    if (weights < row.size()) rows.weights.push_back(needed_number(row[weights], settings_));
    if (exposure < row.size()) rows.offsets.push_back(std::log(needed_number(row[exposure], settings_)));
  }
  if (!rows.weights.empty() && !rows.empty_weights()) make_mean_one(rows.weights);
  return rows;
}

}  // namespace lookahead::pairs
