#include "plain_model.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <set>
#include <sstream>

namespace lookahead::plain {
namespace {

std::size_t field_of(const File& file, const std::string& name) {
  return static_cast<std::size_t>(std::find(file.names.begin(), file.names.end(), name) - file.names.begin());
}

Real number(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

std::vector<Real> mean_one(std::vector<Real> weights) {
  Real sum = 0;
  for (const Real w : weights) sum += w;
  for (Real& w : weights) w *= static_cast<Real>(weights.size()) / sum;
  return weights;
}

struct Moments {
  Real mean = 0, sd = 0;
};
// Each number as often as its weight says.
Moments moments(const std::vector<Real>& numbers, const std::vector<Real>& weights) {
  Moments m;
  Real all = 0;
  std::set<Real> met;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    all += weights[i];
    if (weights[i] > 0) met.insert(numbers[i]);
  }
  for (std::size_t i = 0; i < numbers.size(); ++i) m.mean += numbers[i] * weights[i] / all;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    m.sd += (numbers[i] - m.mean) * (numbers[i] - m.mean) * weights[i] / all;
  m.sd = met.size() > 1 ? std::sqrt(m.sd) : 0;
  return m;
}

std::vector<Real> scores_of(const Settings& s, std::size_t outputs, const std::vector<Real>& features,
                            const Point& point) {
  std::vector<Real> scores(outputs, 0);
  for (std::size_t k = 0; k < outputs; ++k) {
    for (std::size_t j = 0; j < features.size(); ++j)
      scores[k] += point[k * features.size() + j] * features[j];
    if (s.intercept) scores[k] += point[outputs * features.size() + k];
  }
  return scores;
}

Real log_sum_exp(const std::vector<Real>& scores) {
  const Real top = *std::max_element(scores.begin(), scores.end());
  Real sum = 0;
  for (const Real score : scores) sum += std::exp(score - top);
  return top + std::log(sum);
}

// Two scores for two classes.
std::vector<Real> class_scores(const Settings& s, std::vector<Real> scores) {
  if (s.kind == Kind::logistic) return {0, scores.front()};
  return scores;
}

Real loss(const Settings& s, const std::vector<Real>& scores, Real target) {
  switch (s.kind) {
    case Kind::linear:
      return (scores[0] - target) * (scores[0] - target) / 2;
    case Kind::poisson:
      return std::exp(scores[0]) - target * scores[0];
    case Kind::logistic:
    case Kind::softmax:
      break;
  }
  const std::vector<Real> of_classes = class_scores(s, scores);
  return log_sum_exp(of_classes) - of_classes[static_cast<std::size_t>(target)];
}

std::vector<Real> slopes(const Settings& s, const std::vector<Real>& scores, Real target) {
  if (s.kind == Kind::linear) return {scores[0] - target};
  if (s.kind == Kind::poisson) return {std::exp(scores[0]) - target};
  const std::vector<Real> of_classes = class_scores(s, scores);
  const Real all = log_sum_exp(of_classes);
  std::vector<Real> out;
  for (std::size_t k = of_classes.size() - scores.size(); k < of_classes.size(); ++k)
    out.push_back(std::exp(of_classes[k] - all) - (k == static_cast<std::size_t>(target) ? 1 : 0));
  return out;
}

// What every row counts in training.
std::vector<Real> training_weights(const Settings& s, const std::vector<std::string>& classes,
                                   const Rows& rows) {
  std::vector<Real> weights = rows.weights;
  if (weights.empty()) weights.assign(rows.targets.size(), 1);
  if (!s.balanced && s.class_weight.empty()) return weights;
  std::vector<Real> sums(classes.size(), 0), factors(classes.size(), 1);
  Real all = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    sums[static_cast<std::size_t>(rows.targets[i])] += weights[i];
    all += weights[i];
  }
  const auto present =
      static_cast<Real>(std::count_if(sums.begin(), sums.end(), [](Real sum) { return sum > 0; }));
  for (std::size_t c = 0; c < classes.size(); ++c) {
    if (s.balanced) factors[c] = sums[c] > 0 ? all / (present * sums[c]) : 0;
    if (const auto given = s.class_weight.find(classes[c]); given != s.class_weight.end())
      factors[c] = given->second;
  }
  for (std::size_t i = 0; i < weights.size(); ++i)
    weights[i] *= factors[static_cast<std::size_t>(rows.targets[i])];
  return weights;
}

std::size_t coordinates(const Settings& s, std::size_t outputs, std::size_t width) {
  return outputs * (width + (s.intercept ? 1 : 0));
}

// The gradient of sum_i share_i loss_i + penalty, over the listed rows.
Point gradient(const Settings& s, std::size_t outputs, const Rows& rows,
               const std::vector<std::size_t>& listed, const std::vector<Real>& shares, const Point& point) {
  const std::size_t width = rows.features.front().size();
  Point out(point.size(), 0);
  for (std::size_t j = 0; j < outputs * width; ++j) out[j] = s.l2 * point[j];
  for (std::size_t n = 0; n < listed.size(); ++n) {
    const std::vector<Real>& x = rows.features[listed[n]];
    const std::vector<Real> slope = slopes(s, scores_of(s, outputs, x, point), rows.targets[listed[n]]);
    for (std::size_t k = 0; k < outputs; ++k) {
      for (std::size_t j = 0; j < width; ++j) out[k * width + j] += shares[n] * slope[k] * x[j];
      if (s.intercept) out[outputs * width + k] += shares[n] * slope[k];
    }
  }
  return out;
}

}  // namespace

File file_of(const std::string& text) {
  File file;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> cells;
    std::istringstream fields(line);
    for (std::string cell; std::getline(fields, cell, ',');) cells.push_back(cell);
    (file.names.empty() ? file.names : file.rows.emplace_back()) = cells;
  }
  return file;
}

Encoder::Encoder(const File& training, const Settings& settings) : settings_(settings) {
  std::vector<Real> weights(training.rows.size(), 1);
  if (!settings.weights.empty()) {
    const std::size_t field = field_of(training, settings.weights);
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = number(training.rows[i][field]);
  }
  for (std::size_t field = 0; field < training.names.size(); ++field) {
    const std::string& name = training.names[field];
    if (name == settings.target || name == settings.weights) continue;
    const bool text = std::find(settings.texts.begin(), settings.texts.end(), name) != settings.texts.end();
    std::set<std::string> levels = {""};
    if (text) {
      levels.clear();
      for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] > 0) levels.insert(training.rows[i][field]);
      }
    }
    for (const std::string& level : levels) {
      Feature feature{field, level, text};
      std::vector<Real> numbers;
      for (const auto& row : training.rows)
        numbers.push_back(text ? (row[field] == level ? 1 : 0) : number(row[field]));
      if (text ? settings.standardize_levels : settings.standardize) {
        const Moments m = moments(numbers, weights);
        feature.mean = m.mean, feature.sd = m.sd;
      }
      features_.push_back(feature);
    }
  }
  const std::size_t target = field_of(training, settings.target);
  if (settings.kind == Kind::logistic || settings.kind == Kind::softmax) {
    std::set<std::string> labels;
    for (const auto& row : training.rows) labels.insert(row[target]);
    classes_.assign(labels.begin(), labels.end());
  } else if (settings.standardize_target) {
    std::vector<Real> numbers;
    for (const auto& row : training.rows) numbers.push_back(number(row[target]));
    const Moments m = moments(numbers, weights);
    if (m.sd > 0) target_mean_ = m.mean, target_sd_ = m.sd;
  }
}

Rows Encoder::encode(const File& file) const {
  Rows rows;
  const std::size_t target = field_of(file, settings_.target), weights = field_of(file, settings_.weights);
  for (const auto& row : file.rows) {
    std::vector<Real>& features = rows.features.emplace_back();
    for (const Feature& feature : features_) {
      const Real x =
          feature.text ? (row[feature.field] == feature.level ? 1 : 0) : number(row[feature.field]);
      features.push_back(feature.sd > 0 ? (x - feature.mean) / feature.sd : 0);
    }
    if (classes_.empty()) {
      rows.targets.push_back((number(row[target]) - target_mean_) / target_sd_);
    } else {
      rows.targets.push_back(
          static_cast<Real>(std::find(classes_.begin(), classes_.end(), row[target]) - classes_.begin()));
    }
    if (!settings_.weights.empty()) rows.weights.push_back(number(row[weights]));
  }
  if (!rows.weights.empty()) rows.weights = mean_one(rows.weights);
  return rows;
}

Rows part(const Rows& rows, const std::vector<std::size_t>& listed) {
  Rows out;
  for (const std::size_t row : listed) {
    out.features.push_back(rows.features[row]);
    out.targets.push_back(rows.targets[row]);
    if (!rows.weights.empty()) out.weights.push_back(rows.weights[row]);
  }
  if (!out.weights.empty()) out.weights = mean_one(out.weights);
  return out;
}

Real mean_loss(const Settings& s, std::size_t outputs, const Rows& rows, const Point& point) {
  Real sum = 0;
  for (std::size_t i = 0; i < rows.targets.size(); ++i)
    sum += (rows.weights.empty() ? 1 : rows.weights[i]) *
           loss(s, scores_of(s, outputs, rows.features[i], point), rows.targets[i]);
  return sum / static_cast<Real>(rows.targets.size());
}

Real training_loss(const Settings& s, std::size_t outputs, const std::vector<std::string>& classes,
                   const Rows& rows, const Point& point) {
  Rows weighed = rows;
  weighed.weights = training_weights(s, classes, rows);
  Real penalty = 0;
  for (std::size_t j = 0; j < outputs * rows.features.front().size(); ++j)
    penalty += s.l2 / 2 * point[j] * point[j];
  return mean_loss(s, outputs, weighed, point) + penalty;
}

Point trained(const Settings& s, std::size_t outputs, const std::vector<std::string>& classes,
              const Rows& rows) {
  const std::size_t n = rows.targets.size(), width = rows.features.front().size();
  const std::vector<Real> weights = training_weights(s, classes, rows);
  Real all = 0;
  for (const Real w : weights) all += w;
  struct Worker {
    std::vector<std::size_t> listed;
    std::vector<Real> shares;  // of the listed rows in this worker's objective
    Real part = 0;             // in the average
    Point x, momentum;
  };
  std::vector<Worker> workers(static_cast<std::size_t>(s.workers));
  Point slow(coordinates(s, outputs, width), 0);
  for (std::size_t w = 0; w < workers.size(); ++w) {
    Worker& worker = workers[w];
    Real sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (s.shard && i % workers.size() != w) continue;
      worker.listed.push_back(i);
      sum += weights[i];
    }
    // The mean of all is the mean of the workers' by their parts.
    worker.part = s.shard ? sum / all : 1 / static_cast<Real>(workers.size());
    for (const std::size_t i : worker.listed)
      worker.shares.push_back(sum > 0 ? weights[i] / sum * (s.shard ? all : sum) / static_cast<Real>(n) : 0);
    worker.x = slow;
  }
  for (int step = 0; step < s.steps; ++step) {
    const Real turn =
        std::cos(std::numbers::pi_v<Real> * static_cast<Real>(step) / static_cast<Real>(s.steps));
    const Real rate = s.last_rate + (s.rate - s.last_rate) * (1 + turn) / 2;
    for (Worker& worker : workers) {
      Point g = gradient(s, outputs, rows, worker.listed, worker.shares, worker.x);
      for (std::size_t j = 0; j < outputs * width; ++j) g[j] += s.weight_decay * worker.x[j];
      if (worker.momentum.empty()) {
        worker.momentum = g;
      } else {
        for (std::size_t j = 0; j < g.size(); ++j)
          worker.momentum[j] = s.momentum * worker.momentum[j] + g[j];
      }
      for (std::size_t j = 0; j < g.size(); ++j) worker.x[j] -= rate * worker.momentum[j];
    }
    if ((step + 1) % s.k != 0) continue;
    for (std::size_t j = 0; j < slow.size(); ++j) {
      Real mean = 0;
      for (const Worker& worker : workers) mean += worker.part * worker.x[j];
      slow[j] = s.alpha * mean + (1 - s.alpha) * slow[j];
    }
    for (Worker& worker : workers) worker.x = slow;
  }
  return slow;
}

std::map<std::string, Real> metrics(const Settings& s, const Encoder& encoder, const Rows& rows,
                                    const Point& point, Real& margin) {
  const std::size_t outputs = s.kind == Kind::softmax ? encoder.classes().size() : 1, n = rows.targets.size();
  const auto weight = [&](std::size_t i) { return rows.weights.empty() ? Real{1} : rows.weights[i]; };
  Real all = 0;
  for (std::size_t i = 0; i < n; ++i) all += weight(i);
  std::map<std::string, Real> out;
  if (encoder.classes().empty()) {
    Real squares = 0, absolutes = 0, mean = 0, spread = 0;
    const auto target = [&](std::size_t i) {
      return rows.targets[i] * encoder.target_sd() + encoder.target_mean();
    };
    for (std::size_t i = 0; i < n; ++i) mean += weight(i) / all * target(i);
    for (std::size_t i = 0; i < n; ++i) {
      const Real score = scores_of(s, outputs, rows.features[i], point)[0];
      const Real told =
          s.kind == Kind::poisson ? std::exp(score) : score * encoder.target_sd() + encoder.target_mean();
      const Real r = told - target(i);
      squares += weight(i) * r * r;
      absolutes += weight(i) * std::abs(r);
      spread += weight(i) * (target(i) - mean) * (target(i) - mean);
    }
    out["rmse"] = std::sqrt(squares / all);
    out["mae"] = absolutes / all;
    if (spread > 1e-12L * all) out["r2"] = 1 - squares / spread;
    return out;
  }
  Real right = 0, cross_entropy = 0, pairs = 0, ordered = 0;
  std::vector<Real> ranks;
  for (std::size_t i = 0; i < n; ++i) {
    const std::vector<Real> scores = class_scores(s, scores_of(s, outputs, rows.features[i], point));
    const Real sum = log_sum_exp(scores);
    const auto label = static_cast<std::size_t>(rows.targets[i]);
    Real rival = -std::numeric_limits<Real>::infinity();
    for (std::size_t k = 0; k < scores.size(); ++k)
      if (k != label) rival = std::max(rival, scores[k]);
    margin = std::min(margin, std::abs(scores[label] - rival));
    right += scores[label] > rival ? weight(i) : 0;
    cross_entropy += weight(i) * (sum - scores[label]);
    ranks.push_back(scores[1] - scores[0]);
  }
  out["accuracy"] = right / all;
  out["log_loss"] = cross_entropy / all;
  if (encoder.classes().size() != 2) return out;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      if (rows.targets[i] != 1 || rows.targets[j] != 0) continue;
      margin = std::min(margin, std::abs(ranks[i] - ranks[j]));
      pairs += weight(i) * weight(j);
      ordered += weight(i) * weight(j) * (ranks[i] > ranks[j] ? 1 : 0);
    }
  }
  if (pairs > 0) out["auc"] = ordered / pairs;
  return out;
}

}  // namespace lookahead::plain
