#include "judge.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "losses.hpp"

namespace lookahead::pairs {
namespace {

constexpr Real infinity = std::numeric_limits<Real>::infinity();

// Scores of all classes: of two, 0 stands for the first.
Vector class_scores(const ModelSettings& model, const Vector& scores) {
  return model.kind == Kind::logistic ? Vector{0, scores[0]} : scores;
}

struct Judged {
  std::vector<Vector> scores;
  Vector close;  // differences of a row's scores up to which rounding decides
  std::vector<std::size_t> labels;
  Vector weights;
  Real all = 0;
};

// Whether a is above b: 1 yes, 0 no, -1 rounding decides. Equal numbers are equal only where nothing was
// rounded.
int above(Real a, Real b, Real close, bool ties_win) {
  if (a == b && close == 0) return ties_win ? 1 : 0;
  if (std::abs(a - b) <= close) return -1;
  return a > b ? 1 : 0;
}

// Whether the label is among the k most probable classes, the first of equal ones coming first.
Range among_first(const Judged& judged, std::size_t row, std::size_t k) {
  const Vector& s = judged.scores[row];
  const std::size_t label = judged.labels[row];
  std::size_t surely = 0, perhaps = 0;
  for (std::size_t c = 0; c < s.size(); ++c) {
    if (c == label) continue;
    const int before = above(s[c], s[label], judged.close[row], c < label);
    surely += before == 1 ? 1 : 0;
    perhaps += before != 0 ? 1 : 0;
  }
  return {perhaps < k ? Real{1} : 0, surely < k ? Real{1} : 0};
}

// The predicted class; as many as there are classes: rounding decides.
std::size_t decided(const Judged& judged, std::size_t row) {
  const Vector& s = judged.scores[row];
  for (std::size_t c = 0; c < s.size(); ++c) {
    bool first = true;
    for (std::size_t o = 0; o < s.size(); ++o)
      first = first && (o == c || above(s[c], s[o], judged.close[row], c < o) == 1);
    if (first) return c;
  }
  return s.size();
}

// Of class c against all others: log-odds are ranked.
Range auc_of(const Judged& judged, std::size_t c) {
  struct Ranked {
    Real score, weight, close;
    bool own;
  };
  std::vector<Ranked> rows;
  Real own = 0, others = 0;
  for (std::size_t i = 0; i < judged.labels.size(); ++i) {
    Vector rest = judged.scores[i];
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(c));
    const bool is_own = judged.labels[i] == c;
    rows.push_back({judged.scores[i][c] - log_sum_exp(rest), judged.weights[i], judged.close[i], is_own});
    (is_own ? own : others) += judged.weights[i];
  }
  if (own == 0 || others == 0) return {infinity, infinity};
  Range sum;
  for (const Ranked& a : rows) {
    if (!a.own || a.weight == 0) continue;
    for (const Ranked& b : rows) {
      if (b.own) continue;
      const Real close = a.close + b.close, pair = a.weight * b.weight;
      const Real won = a.score > b.score ? 1 : a.score == b.score ? 0.5L : 0;
      const bool unsure = std::abs(a.score - b.score) <= close && close > 0;
      sum.low += pair * (unsure ? 0 : won);
      sum.high += pair * (unsure ? 1 : won);
    }
  }
  return {sum.low / (own * others), sum.high / (own * others)};
}

void add_class_metrics(const Judged& judged, std::size_t classes, std::size_t k,
                       std::map<std::string, Range>& out) {
  Range right, top;
  std::vector<Real> actual(classes, 0), predicted(classes, 0), correct(classes, 0);
  bool unsure = false;
  Real surprise = 0;
  for (std::size_t i = 0; i < judged.labels.size(); ++i) {
    const Real w = judged.weights[i] / judged.all;
    const Range one = among_first(judged, i, 1), few = among_first(judged, i, k);
    right.low += w * one.low, right.high += w * one.high;
    top.low += w * few.low, top.high += w * few.high;
    const Real missing = log_sum_exp(judged.scores[i]) - judged.scores[i][judged.labels[i]];
    surprise += w * std::min(missing, 52 * std::log(Real{2}));
    const std::size_t c = decided(judged, i);
    unsure = unsure || (c == classes && w > 0);
    actual[judged.labels[i]] += w;
    if (c == classes) continue;
    predicted[c] += w;
    if (c == judged.labels[i]) correct[c] += w;
  }
  out["accuracy"] = right;
  out["top_k"] = top;
  out["log_loss"] = {surprise, surprise};
  Real recall = 0, occurring = 0, f1 = 0, met = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    if (actual[c] > 0) recall += correct[c] / actual[c], ++occurring;
    if (actual[c] + predicted[c] > 0 && (classes > 2 || c == 1))
      f1 += 2 * correct[c] / (actual[c] + predicted[c]), ++met;
  }
  if (!unsure) {
    out["balanced_accuracy"] = {recall / occurring, recall / occurring};
    out["f1"] = met > 0 ? Range{f1 / met, f1 / met} : Range{infinity, infinity};
  }
  constexpr std::size_t most_rows = 1500;  // pairs are counted one by one
  if (judged.labels.size() > most_rows) return;
  Range sum;
  Real defined = 0;
  for (std::size_t c = classes == 2 ? 1 : 0; c < classes; ++c) {
    const Range one = auc_of(judged, c);
    if (one.low == infinity) continue;
    sum.low += one.low, sum.high += one.high, ++defined;
  }
  out["auc"] = defined > 0 ? Range{sum.low / defined, sum.high / defined} : Range{infinity, infinity};
}

void add_row(Judged& judged, const Network& network, const Rows& rows, std::size_t i, const Vector& point,
             Rounding& rounding) {
  Real size = 0;
  judged.scores.push_back(class_scores(network.settings(), network.scores(point, rows, i, rounding, &size)));
  // Some roundings of the scores, and those of the probabilities made of them.
  constexpr Real many = 64;
  judged.close.push_back(size == 0 ? 0 : many * (rounding.epsilon() * size + 0x1p-52L));
  judged.labels.push_back(static_cast<std::size_t>(rows.targets[i]));
}

}  // namespace

std::optional<std::vector<std::vector<std::size_t>>> confusion_of(const Network& network,
                                                                  const Encoder& encoder, const Rows& rows,
                                                                  const Vector& point, Rounding& rounding) {
  const std::size_t classes = encoder.classes().size();
  std::vector<std::vector<std::size_t>> counts(classes, std::vector<std::size_t>(classes, 0));
  Judged judged;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    add_row(judged, network, rows, i, point, rounding);
    if (rows.weight(i) == 0) continue;
    const std::size_t c = decided(judged, i);
    if (c == classes) return std::nullopt;
    ++counts[judged.labels[i]][c];
  }
  return counts;
}

Vector prediction(const Network& network, const Encoder& encoder, const Rows& rows, std::size_t row,
                  const Vector& point, Rounding& rounding) {
  const Vector scores = network.scores(point, rows, row, rounding);
  const ModelSettings& model = network.settings();
  if (!model.classes) {
    return {model.kind == Kind::poisson ? std::exp(scores[0])
                                        : scores[0] * encoder.target_sd() + encoder.target_mean()};
  }
  Vector out = class_scores(model, scores);
  const Real all = log_sum_exp(out);
  for (Real& p : out) p = std::exp(p - all);
  return out;
}

std::map<std::string, Range> metrics_of(const Network& network, const Encoder& encoder, const Rows& rows,
                                        const Vector& point, std::size_t k, Rounding& rounding) {
  std::map<std::string, Range> out;
  const ModelSettings& model = network.settings();
  Judged judged;
  Real squares = 0, sizes = 0, deviance = 0, mean = 0, spread = 0;
  std::vector<std::size_t> known;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!std::isnan(rows.targets[i])) known.push_back(i), judged.all += rows.weight(i);
  }
  // In the target's own units, in double precision.
  const auto in_double = [&](Real y) {
    return rounding.epsilon() == 0 ? y : y + rounding.of(std::abs(y) * (16 * 0x1p-53L / rounding.epsilon()));
  };
  const auto told = [&](Real y) { return in_double(y * encoder.target_sd() + encoder.target_mean()); };
  for (const std::size_t i : known) mean += rows.weight(i) / judged.all * told(rows.targets[i]);
  bool constant = true, vanishes = false;
  std::optional<Real> first;
  for (const std::size_t i : known) {
    const Real w = rows.weight(i) / judged.all;
    if (model.classes) {
      add_row(judged, network, rows, i, point, rounding);
      judged.weights.push_back(rows.weight(i));
      continue;
    }
    const Real y = told(rows.targets[i]),
               p = in_double(prediction(network, encoder, rows, i, point, rounding)[0]);
    if (w > 0) {
      constant = constant && rows.targets[i] == first.value_or(rows.targets[i]);
      first = rows.targets[i];
    }
    // A mean that is 0 in double precision has no logarithm.
    vanishes = vanishes || (model.kind == Kind::poisson && p < 1e-290L);
    squares += w * (p - y) * (p - y);
    sizes += w * std::abs(p - y);
    spread += w * (y - mean) * (y - mean);
    deviance += w * (model.kind == Kind::poisson ? 2 * ((y > 0 ? y * std::log(y / p) : 0) - y + p)
                                                 : (p - y) * (p - y));
  }
  if (model.classes) {
    add_class_metrics(judged, encoder.classes().size(), k, out);
    return out;
  }
  out["rmse"] = {std::sqrt(squares), std::sqrt(squares)};
  out["mae"] = {sizes, sizes};
  if (!vanishes) out["deviance"] = {deviance, deviance};
  const Real r2 = constant ? infinity : 1 - squares / spread;
  out["r2"] = {r2, r2};
  return out;
}

}  // namespace lookahead::pairs
