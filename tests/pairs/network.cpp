#include "network.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "losses.hpp"
#include "schedules.hpp"

namespace lookahead::pairs {
namespace {

struct Unit {
  Real value, slope;
};

Unit activated(const std::string& name, Real x) {
  if (name == "tanh") {
    const Real t = std::tanh(x);
    return {t, 1 - t * t};
  }
  if (name == "softplus")
    return {x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)), 1 / (1 + std::exp(-x))};
  if (name == "gelu") {
    const Real below = std::erfc(-x / std::numbers::sqrt2_v<Real>) / 2;
    const Real density = std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi_v<Real>);
    return {x * below, below + x * density};
  }
  const Real flat = name == "leaky_relu" ? 0.01 : 0;
  return x > 0 ? Unit{x, 1} : Unit{flat * x, flat};
}

}  // namespace

Network::Network(const ModelSettings& settings, std::size_t width, std::size_t classes,
                 std::vector<std::size_t> groups)
    : settings_(settings), groups_(std::move(groups)) {
  std::size_t inputs = width;
  const std::size_t outputs =
      settings.kind == Kind::softmax || (settings.kind == Kind::mlp && settings.classes) ? classes : 1;
  for (std::size_t l = 0; l <= settings.hidden.size(); ++l) {
    Layer layer{};
    layer.inputs = inputs;
    layer.units = l < settings.hidden.size() ? settings.hidden[l] : outputs;
    layer.weights = dimension_;
    layer.intercepts = layer.weights + layer.inputs * layer.units;
    layer.l2 = settings.l2.size() == 1 ? settings.l2.front() : settings.l2[l];
    dimension_ = layer.intercepts + (settings.intercept ? layer.units : 0);
    free_.resize(layer.intercepts, false);
    free_.resize(dimension_, true);
    blocks_.push_back({layer.weights, layer.intercepts, false});
    if (settings.intercept) blocks_.push_back({layer.intercepts, dimension_, true});
    layers_.push_back(layer);
    inputs = layer.units;
  }
}

Network::Pass Network::forward(const Vector& point, const Rows& rows, std::size_t row,
                               Rounding& rounding) const {
  Pass pass;
  pass.inputs.push_back(rows.features[row]);
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const Layer& layer = layers_[l];
    const Vector& in = pass.inputs.back();
    const bool last = l + 1 == layers_.size();
    Vector out, slopes;
    for (std::size_t u = 0; u < layer.units; ++u) {
      Real sum = 0, size = 0;
      const auto add = [&](Real term) { sum += term, size += std::abs(term); };
      for (std::size_t j = 0; j < layer.inputs; ++j) {
        if (in[j] != 0) add(point[layer.weights + u * layer.inputs + j] * in[j]);
      }
      if (settings_.intercept) add(point[layer.intercepts + u]);
      if (last && !rows.offsets.empty()) add(rows.offsets[row]);
      sum += rounding.of(size);
      pass.size = last ? std::max(pass.size, size) : pass.size;
      if (last) {
        out.push_back(sum);
        continue;
      }
      const Unit unit = activated(settings_.activation, sum);
      // Slopes of smooth functions are differences of numbers of the size of 1.
      const bool straight = settings_.activation == "relu" || settings_.activation == "leaky_relu";
      out.push_back(rounding.near(unit.value));
      slopes.push_back(unit.slope + (straight ? 0 : rounding.of(1)));
    }
    if (last) {
      pass.scores = out;
    } else {
      pass.inputs.push_back(out);
      pass.slopes.push_back(slopes);
    }
  }
  return pass;
}

Vector Network::scores(const Vector& point, const Rows& rows, std::size_t row, Rounding& rounding,
                       Real* size) const {
  const Pass pass = forward(point, rows, row, rounding);
  if (size != nullptr) *size = pass.size;
  return pass.scores;
}

Real Network::sum(const Vector& point, const Rows& rows, const std::vector<std::size_t>& listed,
                  const Vector& factors, Vector* gradient, Rounding& rounding) const {
  Real total = 0;
  Vector sizes(gradient == nullptr ? 0 : dimension_, 0);
  for (std::size_t n = 0; n < listed.size(); ++n) {
    if (factors[n] == 0) continue;
    const std::size_t row = listed[n];
    const Pass pass = forward(point, rows, row, rounding);
    RowLoss loss = row_loss(settings_, pass.scores, rows.targets[row]);
    total += factors[n] * loss.value;
    if (gradient == nullptr) continue;
    for (Real& slope : loss.slopes) slope = factors[n] * (slope + rounding.of(std::abs(slope) + loss.size));
    Vector slopes = loss.slopes;
    for (std::size_t l = layers_.size(); l-- > 0;) {
      const Layer& layer = layers_[l];
      const Vector& in = pass.inputs[l];
      Vector below(layer.inputs, 0);
      for (std::size_t u = 0; u < layer.units; ++u) {
        const auto add = [&](std::size_t i, Real term) {
          (*gradient)[i] += term;
          sizes[i] += std::abs(term);
        };
        for (std::size_t j = 0; j < layer.inputs; ++j) {
          if (in[j] != 0) add(layer.weights + u * layer.inputs + j, slopes[u] * in[j]);
          if (l > 0)
            below[j] += slopes[u] * point[layer.weights + u * layer.inputs + j] * pass.slopes[l - 1][j];
        }
        if (settings_.intercept) add(layer.intercepts + u, slopes[u]);
      }
      slopes = below;
    }
  }
  for (std::size_t i = 0; i < sizes.size(); ++i) (*gradient)[i] += rounding.of(sizes[i]);
  return total;
}

Real Network::penalty(const Vector& point, Vector* gradient, Rounding& rounding) const {
  Real total = 0;
  const auto add = [&](std::size_t i, Real slope) {
    if (gradient != nullptr) (*gradient)[i] += rounding.near(slope);
  };
  for (const Layer& layer : layers_) {
    for (std::size_t i = layer.weights; i < layer.intercepts; ++i) {
      total += layer.l2 / 2 * point[i] * point[i];
      add(i, layer.l2 * point[i]);
    }
  }
  const Layer& layer = layers_.front();
  if (settings_.penalty == "nonconvex") {
    for (std::size_t i = layer.weights; i < layer.intercepts; ++i) {
      const Real share = 1 / (1 + point[i] * point[i]);
      total += settings_.strength * point[i] * point[i] * share;
      add(i, 2 * settings_.strength * point[i] * share * share);
    }
  }
  if (settings_.penalty == "group") {
    std::size_t from = 0;
    for (const std::size_t to : groups_) {
      std::vector<std::size_t> members;
      for (std::size_t u = 0; u < layer.units; ++u)
        for (std::size_t j = from; j < to; ++j) members.push_back(u * layer.inputs + j);
      Real square = settings_.epsilon * settings_.epsilon;
      for (const std::size_t i : members) square += point[i] * point[i];
      const Real root = std::sqrt(square);
      total += settings_.strength * (root - settings_.epsilon);
      for (const std::size_t i : members) add(i, settings_.strength * point[i] / root);
      from = to;
    }
  }
  return total;
}

Real Network::absolute_penalty(const Vector& point) const {
  Real total = 0;
  for (std::size_t i = 0; i < point.size(); ++i) total += free_[i] ? 0 : settings_.l1 * std::abs(point[i]);
  return total;
}

void Network::shrink(Vector& point, Real rate) const {
  const Real most = rate * settings_.l1;
  for (std::size_t i = 0; i < point.size(); ++i) {
    if (!free_[i]) point[i] -= std::clamp(point[i], -most, most);
  }
}

Vector Network::proximal_step(Vector point, const Vector& slopes, Real rate) const {
  for (std::size_t i = 0; i < point.size(); ++i) point[i] -= rate * slopes[i];
  shrink(point, rate);
  return point;
}

Vector loss_weights(const ModelSettings& model, const Vector& given, const Rows& rows, std::size_t classes) {
  Vector weights(rows.size(), 1);
  for (std::size_t i = 0; i < rows.size(); ++i) weights[i] = rows.weight(i);
  Vector factors = given;
  if (model.balanced) {
    Vector sums(classes, 0);
    for (std::size_t i = 0; i < rows.size(); ++i)
      sums[static_cast<std::size_t>(rows.targets[i])] += weights[i];
    const Real all = std::accumulate(sums.begin(), sums.end(), Real{0});
    Real present = 0;
    for (const Real sum : sums) present += sum > 0 ? 1 : 0;
    factors.assign(classes, 0);
    for (std::size_t c = 0; c < classes; ++c) factors[c] = sums[c] > 0 ? all / (present * sums[c]) : 0;
  }
  for (std::size_t i = 0; i < rows.size() && !factors.empty(); ++i)
    weights[i] *= factors[static_cast<std::size_t>(rows.targets[i])];
  return weights;
}

Real mean_loss(const Network& network, const Rows& rows, const Vector& weights, const Vector& point,
               Rounding& rounding) {
  std::vector<std::size_t> all(rows.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  Vector factors = weights;
  for (Real& factor : factors) factor /= static_cast<Real>(rows.size());
  return network.sum(point, rows, all, factors, nullptr, rounding);
}

Vector mean_gradient(const Network& network, const Rows& rows, const Vector& weights, const Vector& point,
                     Rounding& rounding) {
  Vector out(point.size(), 0), factors = weights;
  std::vector<std::size_t> all(rows.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  for (Real& factor : factors) factor /= static_cast<Real>(rows.size());
  network.sum(point, rows, all, factors, &out, rounding);
  network.penalty(point, &out, rounding);
  return out;
}

Real gradient_norm(const Network& network, const Vector& point, const Vector& slopes,
                   const ScheduleSettings& rate) {
  Real square = 0;
  if (network.settings().l1 == 0) {
    for (const Real slope : slopes) square += slope * slope;
    return std::sqrt(square);
  }
  const Real most = largest(rate);
  const Vector there = network.proximal_step(point, slopes, most);
  for (std::size_t i = 0; i < point.size(); ++i) square += (point[i] - there[i]) * (point[i] - there[i]);
  return std::sqrt(square) / most;
}

Real usual_smoothing(const Rows& rows) {
  Real all = 0, mean = 0, square = 0;
  bool constant = true;
  Real first = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows.weight(i) == 0) continue;
    if (all == 0) first = rows.targets[i];
    constant = constant && rows.targets[i] == first;
    all += rows.weight(i);
    mean += rows.weight(i) * rows.targets[i];
  }
  mean /= all;
  for (std::size_t i = 0; i < rows.size(); ++i)
    square += rows.weight(i) / all * (rows.targets[i] - mean) * (rows.targets[i] - mean);
  return constant ? 0.1L : std::sqrt(square) / 10;
}

}  // namespace lookahead::pairs
