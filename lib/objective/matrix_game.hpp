#pragma once
#include <algorithm>
#include <array>

#include "base/scalar.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead {

// A zero-sum game p'M q of two players with `count` pure strategies each, in mixed strategies p (who pays)
// and q (who gets). A player's coordinates are the logits of all strategies but the last, whose logit is 0,
// so that every mixed strategy has one point: p = softmax(x, 0), q = softmax(y, 0). Each player also pays
// - entropy H(own strategy) + l2/2 |own logits|^2.
template <std::size_t count>
class MatrixGame {
 public:
  using Vector = std::array<double, count>;
  using Matrix = std::array<Vector, count>;
  static constexpr Index width = count - 1;  // coordinates of a player

  MatrixGame(const Matrix& payments, double entropy, double l2)
      : payments_(payments), entropy_(entropy), l2_(l2) {}

  // Puts V: each block is J(p) (what every strategy costs + entropy logit) + l2 logit, J(p) = diag(p) - p p'.
  template <class T, class Writer>
  void field(const T* z, Writer& writer) const {
    const Vector x = logits(z), y = logits(z + width);
    const Vector p = softmax(x), q = softmax(y);
    Vector costs{}, gains{};
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = 0; j < count; ++j) {
        costs[i] += payments_[i][j] * q[j];
        gains[i] += payments_[j][i] * p[j];
      }
    }
    for (double& gain : gains) gain = -gain;
    put_block(writer, 0, x, p, costs);
    put_block(writer, width, y, q, gains);
  }

  template <class T>
  double cost(Index player, const T* z) const {
    const Vector x = logits(z), y = logits(z + width);
    const Vector p = softmax(x), q = softmax(y);
    double payment = 0;
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = 0; j < count; ++j) payment += p[i] * payments_[i][j] * q[j];
    }
    const Vector& own = player == 0 ? x : y;
    const Vector& strategy = player == 0 ? p : q;
    double entropy = 0, square = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (strategy[i] > 0) entropy -= strategy[i] * math::log(strategy[i]);
      square += own[i] * own[i];
    }
    return (player == 0 ? payment : -payment) - entropy_ * entropy + 0.5 * l2_ * square;
  }

 private:
  template <class T>
  static Vector logits(const T* from) {
    Vector all{};
    for (std::size_t i = 0; i + 1 < count; ++i) all[i] = static_cast<double>(from[i]);
    return all;
  }

  static Vector softmax(const Vector& logits) {
    const double most = *std::max_element(logits.begin(), logits.end());
    Vector p{};
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += p[i] = math::exp(logits[i] - most);
    for (double& share : p) share /= sum;
    return p;
  }

  template <class Writer>
  void put_block(Writer& writer, Index first, const Vector& logits, const Vector& p,
                 const Vector& costs) const {
    double mean = 0;
    for (std::size_t i = 0; i < count; ++i) mean += p[i] * (costs[i] + entropy_ * logits[i]);
    for (std::size_t i = 0; i + 1 < count; ++i) {
      writer.put(first + static_cast<Index>(i),
                 p[i] * (costs[i] + entropy_ * logits[i] - mean) + l2_ * logits[i]);
    }
  }

  Matrix payments_;
  double entropy_, l2_;
};

}  // namespace lookahead
