#pragma once
#include <algorithm>
#include <vector>

#include "base/aligned.hpp"
#include "parallel/pool.hpp"
#include "parallel/sum_tree.hpp"
#include "parallel/team.hpp"

namespace lookahead {

// The mean of all workers' vectors by their shares, coordinate by coordinate in the order of a SumTree: the same
// bits however they are divided among threads and processes.
//
// Each process adds what it has of the tree, and they exchange these sums. Of few coordinates, or between two
// processes, each gets all sums and makes the mean itself: the time is that of one message. Else each process
// makes the mean of its own stretch of the coordinates and gives it to all, so that no process sends more than
// two vectors where the tree divides as the processes do, those of a power of two; else up to about
// 2 log2(workers of a process).
template <Scalar T>
class WorkersMean {
 public:
  // `own`: the workers of this process, of `count`. shares: one number for every worker; empty: all the same.
  WorkersMean(std::vector<double> shares, Index count, ItemRange own, Pool& pool, Team& team)
      : shares_(std::move(shares)),
        equal_(std::count(shares_.begin(), shares_.end(), shares_.empty() ? 0 : shares_.front()) ==
               std::ssize(shares_)),
        own_(own),
        count_(count),
        tree_(count),
        pool_(pool),
        team_(team),
        stride_(static_cast<std::size_t>(tree_.depth() + 1) * longest),
        space_(static_cast<std::size_t>(pool.threads()) * stride_) {
    if (team_.alone()) return;
    for (Index rank = 0; rank < team_.size(); ++rank) {
      for (const Node node : tree_.nodes_of(items_of_rank(count_, team_.size(), rank)))
        parts_.push_back({node, rank});
    }
  }

  // x := the mean of what vector(w) shows for the w-th worker of this process. What it shows stays until all
  // have been seen, and does not overlap x.
  template <class VectorOf>
  void operator()(std::span<T> x, const VectorOf& vector) const {
    const auto leaf = shown_by(vector);
    if (team_.alone()) {
      in_pieces(x.size(), [&](std::size_t at, std::size_t n, T* space) {
        finish(x.data() + at, sum(tree_.root(), x.data() + at, space, longest, n, leaves(leaf, at)), n);
      });
      return;
    }
    add_parts(x.size(), leaf);
    exchange(x);
  }

  // The same where all vectors cannot be seen at once: fill(w, vector) writes that of the w-th worker. `space` is
  // room for sums, and allocates where it is too small.
  template <class Fill>
  void one_by_one(std::span<T> x, Aligned<T>& space, const Fill& fill) const {
    space.resize(static_cast<std::size_t>(own_depth()) * x.size());
    const auto filled = [&](Node node, T* out) -> Term {
      const ItemRange items = tree_.items(node);
      if (items.count > 1) return {};
      fill(static_cast<std::size_t>(items.first - own_.first), std::span<T>(out, x.size()));
      return {out, share(items.first)};
    };
    const auto whole = [&](Node node, T* out) {
      return sum(node, out, space.data(), x.size(), x.size(), filled);
    };
    if (team_.alone()) {
      const Term all = whole(tree_.root(), x.data());
      in_pieces(x.size(), [&](std::size_t at, std::size_t n, T*) {
        finish(x.data() + at, {all.values + at, all.factor}, n);
      });
      return;
    }
    std::size_t used = 0;
    for (Part& part : parts_) {
      if (part.rank == team_.rank()) part.values = whole(part.node, sum_space(used++, x.size())).values;
    }
    exchange(x);
  }

  // Puts the mean in the place of the vectors themselves.
  template <class VectorOf>
  void replace(const VectorOf& vector) const {
    const std::size_t size = vector(0).size();
    const auto put = [&](const T* mean, std::size_t at, std::size_t n) {
      for (std::size_t w = 0; w < static_cast<std::size_t>(own_.count); ++w)
        std::copy_n(mean, n, vector(w).data() + at);
    };
    if (team_.alone()) {
      const auto leaf = shown_by(vector);
      in_pieces(size, [&](std::size_t at, std::size_t n, T* space) {
        finish(space, sum(tree_.root(), space, space + longest, longest, n, leaves(leaf, at)), n);
        put(space, at, n);
      });
      return;
    }
    mean_.resize(size);
    (*this)(mean_, [&](std::size_t w) { return std::span<const T>(vector(w)); });
    in_pieces(size, [&](std::size_t at, std::size_t n, T*) { put(mean_.data() + at, at, n); });
  }

  // Of numbers, what each of all workers adds to their sum, and what that is divided by.
  double weight(std::size_t worker) const { return equal_ ? 1 : shares_[worker]; }
  double divisor() const { return equal_ ? static_cast<double>(count_) : 1; }

 private:
  using Node = SumTree::Node;
  // A sum of vectors, or one vector, and what it still has to be multiplied by.
  struct Term {
    const T* values = nullptr;
    T factor{1};
  };
  // What one process adds by itself.
  struct Part {
    Node node;
    Index rank;
    const T* values = nullptr;
  };

  static constexpr std::size_t longest = 2048;  // coordinates that one thread adds at a time

  // What equal shares are is multiplied at the end, once.
  T share(Index worker) const {
    return equal_ ? T{1} : static_cast<T>(shares_[static_cast<std::size_t>(worker)]);
  }

  // Every coordinate is by itself, so that the pieces may be any thread's; each has the thread's space.
  template <class F>
  void in_pieces(std::size_t size, const F& visit) const {
    pool_.run(static_cast<Index>((size + longest - 1) / longest), [&](Index piece, Index thread) {
      const std::size_t at = static_cast<std::size_t>(piece) * longest;
      visit(at, std::min(longest, size - at), space_.data() + static_cast<std::size_t>(thread) * stride_);
    });
  }

  // The levels below what this process adds.
  int own_depth() const {
    if (team_.alone()) return tree_.depth();
    int depth = 0;
    for (const Part& part : parts_) {
      if (part.rank == team_.rank() && tree_.items(part.node).count > 1)
        depth = std::max(depth, tree_.depth() - part.node.level);
    }
    return depth;
  }

  // Where the vector of a worker of this process goes on from a coordinate.
  template <class VectorOf>
  static auto shown_by(const VectorOf& vector) {
    return [&vector](Index w, std::size_t at) { return vector(static_cast<std::size_t>(w)).data() + at; };
  }

  // Of the workers of this process, leaf(w, at) shows the vector from coordinate `at` on.
  template <class Leaf>
  auto leaves(const Leaf& leaf, std::size_t at) const {
    return [this, &leaf, at](Node node, T*) -> Term {
      const ItemRange items = tree_.items(node);
      if (items.count > 1) return {};
      return {leaf(items.first - own_.first, at), share(items.first)};
    };
  }

  // The sum of a node over n coordinates. known(node, out) shows what need not be added, and may write it to
  // `out`; the sum itself stands in `out`, what is to be added to it in the first of the spaces, each `stride`
  // after the one before.
  template <class Known>
  Term sum(Node node, T* out, T* space, std::size_t stride, std::size_t n, const Known& known) const {
    const Term at_hand = known(node, out);
    if (at_hand.values != nullptr) return at_hand;
    const Term a = sum(SumTree::left(node), out, space, stride, n, known);
    const Term b = sum(SumTree::right(node), space, space + stride, stride, n, known);
    if (n <= longest) {
      add(out, a, b, 0, n);
    } else {
      in_pieces(n, [&](std::size_t at, std::size_t size, T*) { add(out + at, a, b, at, size); });
    }
    return {out, T{1}};
  }

  void add(T* out, const Term& a, const Term& b, std::size_t at, std::size_t n) const {
    const T *first = a.values + at, *second = b.values + at;
    if (equal_) {
      first == out ? add(out, second, n) : add(out, first, second, n);
    } else {
      first == out ? add(out, a.factor, second, b.factor, n) : add(out, first, a.factor, second, b.factor, n);
    }
  }

  // x := the mean, of which `all` is the sum.
  void finish(T* x, const Term& all, std::size_t n) const {
    const T factor = equal_ ? static_cast<T>(1.0 / static_cast<double>(count_)) : all.factor;
    for (std::size_t i = 0; i < n; ++i) x[i] = factor * all.values[i];
  }

  // Room for a sum that this process makes.
  T* sum_space(std::size_t number, std::size_t size) const {
    if (sums_.size() <= number) sums_.resize(number + 1);
    sums_[number].resize(size);
    return sums_[number].data();
  }

  template <class Leaf>
  void add_parts(std::size_t size, const Leaf& leaf) const {
    std::size_t used = 0;
    for (Part& part : parts_) {
      if (part.rank != team_.rank()) continue;
      const ItemRange items = tree_.items(part.node);
      if (items.count == 1) {
        part.values = leaf(items.first - own_.first, 0);
        continue;
      }
      T* const out = sum_space(used++, size);
      part.values = out;
      in_pieces(size, [&](std::size_t at, std::size_t n, T* space) {
        sum(part.node, out + at, space, longest, n, leaves(leaf, at));
      });
    }
  }

  // Rank number `step` before or after this one, in a ring.
  Index neighbour(Index step) const { return (team_.rank() + step + team_.size()) % team_.size(); }

  struct Stretch {
    std::size_t from, size;
  };
  Stretch stretch_of(Index rank, std::size_t size) const {
    constexpr std::size_t grain = 64;  // whole cache lines
    const auto end = [&](Index before) {
      return std::min(
          size,
          (size * static_cast<std::size_t>(before) / static_cast<std::size_t>(team_.size()) + grain - 1) /
              grain * grain);
    };
    const std::size_t from = end(rank);
    return {from, (rank == team_.size() - 1 ? size : end(rank + 1)) - from};
  }

  void exchange(std::span<T> x) const {
    // As measured: tests/bench/README.md.
    const std::size_t few = team_.size() == 2 ? std::size_t{1} << 17 : std::size_t{1} << 9;
    if (x.size() <= few) {
      meet(x, [&](Index) { return Stretch{0, x.size()}; });
    } else {
      const auto stretch = [&](Index rank) { return stretch_of(rank, x.size()); };
      meet(x, stretch);
      give_own(x, stretch);
    }
  }

  static std::span<const char> chars(const T* values, std::size_t size) {
    return {reinterpret_cast<const char*>(values), size * sizeof(T)};
  }

  // Sends every other rank its stretch of the sums made here, and makes the mean of the own stretch.
  template <class StretchOf>
  void meet(std::span<T> x, const StretchOf& stretch_of_rank) const {
    const Stretch own = stretch_of_rank(team_.rank());
    received_.resize(parts_.size() * own.size);
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      if (parts_[p].rank != team_.rank())
        team_.expect(parts_[p].rank, bytes_of(std::span<T>(received_).subspan(p * own.size, own.size)));
    }
    for (Index step = 1; step < team_.size(); ++step) {
      const Index to = neighbour(step);
      const Stretch theirs = stretch_of_rank(to);
      for (const Part& part : parts_) {
        if (part.rank == team_.rank()) team_.post(to, chars(part.values + theirs.from, theirs.size));
      }
    }
    team_.settle();
    in_pieces(own.size, [&](std::size_t at, std::size_t n, T* space) {
      std::size_t next = 0;
      const auto part = [&](Node node, T*) -> Term {
        if (!(parts_[next].node == node)) return {};
        const std::size_t p = next++;
        const T* values =
            parts_[p].rank == team_.rank() ? parts_[p].values + own.from : received_.data() + p * own.size;
        const ItemRange items = tree_.items(node);
        return {values + at, items.count == 1 ? share(items.first) : T{1}};
      };
      T* const out = x.data() + own.from + at;
      finish(out, sum(tree_.root(), out, space, longest, n, part), n);
    });
  }

  // Sends every other rank the own stretch of the mean, and receives theirs.
  template <class StretchOf>
  void give_own(std::span<T> x, const StretchOf& stretch_of_rank) const {
    const Stretch own = stretch_of_rank(team_.rank());
    for (Index step = 1; step < team_.size(); ++step) {
      const Stretch other = stretch_of_rank(neighbour(-step));
      team_.expect(neighbour(-step), bytes_of(x.subspan(other.from, other.size)));
    }
    for (Index step = 1; step < team_.size(); ++step)
      team_.post(neighbour(step), chars(x.data() + own.from, own.size));
    team_.settle();
  }

  [[gnu::noinline]] static void add(T* __restrict sum, const T* __restrict b, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) sum[i] += b[i];
  }
  [[gnu::noinline]] static void add(T* __restrict sum, const T* __restrict a, const T* __restrict b,
                                    std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) sum[i] = a[i] + b[i];
  }
  [[gnu::noinline]] static void add(T* __restrict sum, T factor, const T* __restrict b, T other,
                                    std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) sum[i] = factor * sum[i] + other * b[i];
  }
  [[gnu::noinline]] static void add(T* __restrict sum, const T* __restrict a, T factor, const T* __restrict b,
                                    T other, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) sum[i] = factor * a[i] + other * b[i];
  }

  std::vector<double> shares_;
  bool equal_;
  ItemRange own_;
  Index count_;
  SumTree tree_;
  Pool& pool_;
  Team& team_;
  std::size_t stride_;
  mutable std::vector<Part> parts_;  // of all ranks, in the order of their items; none where it is alone
  // Working space: of each thread; of a mean that replaces vectors; of sums made here; of sums made elsewhere.
  mutable Aligned<T> space_, mean_;
  mutable std::vector<Aligned<T>> sums_;
  mutable Aligned<T> received_;
};

}  // namespace lookahead
