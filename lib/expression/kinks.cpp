#include "expression/kinks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace lookahead::expression {
namespace {

constexpr double unbounded = std::numeric_limits<double>::infinity();

// What a node's value lies between, whatever the point and the columns are.
struct Bounds {
  double least = -unbounded, most = unbounded;

  bool positive() const { return least > 0; }
  bool not_zero() const { return least > 0 || most < 0; }
};

class Look {
 public:
  explicit Look(const Graph& graph) {
    bounds_.reserve(static_cast<std::size_t>(graph.size()));
    moves_.reserve(bounds_.capacity());
    for (int node = 0; node < graph.size(); ++node) {
      const Node& it = graph[node];
      bounds_.push_back(bounds(it));
      moves_.push_back(it.operation == Operation::point || moves(it.a) || moves(it.b) || moves(it.c));
    }
  }

  bool is_kink(const Node& it) const {
    if (it.a < 0 || !(moves(it.a) || moves(it.b))) return false;
    const Bounds a = of(it.a), b = it.b < 0 ? a : of(it.b);
    switch (it.operation) {
      case Operation::select:
        return moves(it.a);
      case Operation::reduce:
        return it.reduction == Reduction::smallest || it.reduction == Reduction::largest;
      case Operation::smaller:
      case Operation::larger:
        return a.least <= b.most && b.least <= a.most;
      case Operation::abs:
      case Operation::relu:
      case Operation::sign:
      case Operation::cbrt:
        return !a.not_zero();
      case Operation::sqrt:
      case Operation::log:
      case Operation::log2:
      case Operation::log10:
      case Operation::gamma:
      case Operation::lgamma:
        return !a.positive();
      case Operation::power:
        return moves(it.a) && !a.positive() && !(b.least >= 2 && b.least == b.most);
      case Operation::log1p:
        return !(a.least > -1);
      case Operation::hypot:
        return !a.not_zero() && !b.not_zero();
      case Operation::atan2:
        return !b.positive();
      case Operation::asin:
      case Operation::acos:
        return !(a.least > -1 && a.most < 1);
      case Operation::divide:
        return moves(it.b) && !b.not_zero();
      case Operation::whole_power:
        return it.number < 0 && !a.not_zero();
      case Operation::tan:
      case Operation::modulo:
        return true;
      default:
        return is_flat(it.operation);
    }
  }

 private:
  // Whether it depends on the point, by a jump too; what a row's columns alone decide is a constant of it.
  bool moves(int node) const { return node >= 0 && moves_[static_cast<std::size_t>(node)]; }
  Bounds of(int node) const { return bounds_[static_cast<std::size_t>(node)]; }

  Bounds bounds(const Node& it) const {
    if (!it.varies) return {it.least, it.most};
    const Bounds a = it.a < 0 ? Bounds{} : of(it.a), b = it.b < 0 ? Bounds{} : of(it.b);
    const double size = std::max(std::abs(a.least), std::abs(a.most));
    const bool even = it.operation == Operation::square || std::fmod(it.number, 2) == 0;
    switch (it.operation) {
      case Operation::add:
        return {a.least + b.least, a.most + b.most};
      case Operation::subtract:
        return {a.least - b.most, a.most - b.least};
      case Operation::negate:
        return {-a.most, -a.least};
      case Operation::multiply:
        return product(a, b);
      case Operation::divide:
        return a.least >= 0 && b.positive() ? Bounds{0, unbounded} : Bounds{};
      case Operation::square:
      case Operation::whole_power:
        if (even) return {0, unbounded};
        return {a.least >= 0 ? 0 : -unbounded, unbounded};
      case Operation::exp:
      case Operation::softplus:
      case Operation::hypot:
      case Operation::sqrt:
      case Operation::relu:
      case Operation::power:
        return {0, unbounded};
      case Operation::abs:
        return {a.least > 0 ? a.least : a.most < 0 ? -a.most : 0, size};
      case Operation::cosh:
        return {1, unbounded};
      case Operation::log1p:
      case Operation::expm1:
      case Operation::sinh:
        return {a.least >= 0 ? 0 : -unbounded, unbounded};
      case Operation::sigmoid:
        return {0, 1};
      case Operation::sin:
      case Operation::cos:
      case Operation::tanh:
      case Operation::erf:
        return {-1, 1};
      case Operation::smaller:
        return {std::min(a.least, b.least), std::min(a.most, b.most)};
      case Operation::larger:
        return {std::max(a.least, b.least), std::max(a.most, b.most)};
      case Operation::select: {
        const Bounds c = of(it.c);
        return {std::min(b.least, c.least), std::max(b.most, c.most)};
      }
      case Operation::reduce:
        return of_reduction(it.reduction, a);
      default:
        return {};
    }
  }

  static Bounds product(Bounds a, Bounds b) {
    if (a.least >= 0 && b.least >= 0) return {finite_product(a.least, b.least), unbounded};
    if (!(std::max(-a.least, a.most) < unbounded && std::max(-b.least, b.most) < unbounded)) return {};
    const double corners[] = {a.least * b.least, a.least * b.most, a.most * b.least, a.most * b.most};
    return {*std::min_element(corners, corners + 4), *std::max_element(corners, corners + 4)};
  }
  static double finite_product(double a, double b) { return a == 0 || b == 0 ? 0 : a * b; }

  static Bounds of_reduction(Reduction reduction, Bounds term) {
    switch (reduction) {
      case Reduction::sum:
      case Reduction::product:
        return {term.least >= 0 ? 0 : -unbounded, unbounded};
      case Reduction::smallest:
      case Reduction::largest:
        return term;
      case Reduction::logsumexp:
        break;
    }
    return {};
  }

  std::vector<Bounds> bounds_;
  std::vector<bool> moves_;
};

}  // namespace

std::optional<TextPart> first_kink(const Graph& graph, int result) {
  // What it is made of; a definition that nothing reads is not.
  std::vector<bool> read(static_cast<std::size_t>(result) + 1);
  read.back() = true;
  for (int node = result; node >= 0; --node) {
    if (!read[static_cast<std::size_t>(node)]) continue;
    for (const int operand : {graph[node].a, graph[node].b, graph[node].c})
      if (operand >= 0) read[static_cast<std::size_t>(operand)] = true;
  }
  const Look look(graph);
  for (int node = 0; node <= result; ++node) {
    if (read[static_cast<std::size_t>(node)] && look.is_kink(graph[node])) return graph[node].at;
  }
  return std::nullopt;
}

}  // namespace lookahead::expression
