#pragma once
#include <algorithm>
#include <vector>

#include "base/aligned.hpp"
#include "parallel/pool.hpp"
#include "parallel/team.hpp"

namespace lookahead {

// The mean of all workers' vectors by their shares, coordinate by coordinate in the order of the workers: the
// same bits however they are divided among threads and processes.
template <Scalar T>
class WorkersMean {
 public:
  // `own`: the workers of this process, of `count`. shares: one number for every worker; empty: all the same.
  WorkersMean(std::vector<double> shares, Index count, Block own, Pool& pool, Team& team)
      : shares_(std::move(shares)),
        equal_(std::count(shares_.begin(), shares_.end(), shares_.empty() ? 0 : shares_.front()) ==
               std::ssize(shares_)),
        own_(own),
        count_(count),
        pool_(pool),
        team_(team) {}

  // x := the mean of what vector(w) shows for the w-th worker of this process. What it shows stays until all
  // have been seen.
  template <class VectorOf>
  void operator()(std::span<T> x, const VectorOf& vector) const {
    chain_ranges(team_, x, [&](std::size_t from, std::size_t size) {
      in_pieces(from, size, [&](std::size_t at, std::size_t n) {
        for (std::size_t w = 0; w < own_count(); ++w) put(w, x.data() + at, vector(w).data() + at, n);
        if (team_.last()) scale(x.data() + at, n);
      });
    });
  }

  // The same where all vectors cannot be seen at once: fill(w, space) writes that of the w-th worker.
  template <class Fill>
  void one_by_one(std::span<T> x, std::span<T> space, const Fill& fill) const {
    if (!team_.first()) team_.receive(team_.rank() - 1, bytes_of(x));
    for (std::size_t w = 0; w < own_count(); ++w) {
      fill(w, space);
      in_pieces(0, x.size(),
                [&](std::size_t at, std::size_t n) { put(w, x.data() + at, space.data() + at, n); });
    }
    if (team_.last()) in_pieces(0, x.size(), [&](std::size_t at, std::size_t n) { scale(x.data() + at, n); });
    if (team_.alone()) return;
    if (!team_.last()) team_.post(team_.rank() + 1, bytes_of(x));
    team_.settle();
    team_.broadcast(team_.size() - 1, bytes_of(x));
  }

  // Puts the mean in the place of the vectors themselves.
  template <class VectorOf>
  void replace(const VectorOf& vector) const {
    const std::span<T> mean = vector(0);
    const T last = equal_ ? equal_share() : T{1};
    // Equal shares are multiplied at the end, once.
    const auto share_of = [&](std::size_t w) {
      return equal_ ? T{1} : static_cast<T>(shares_[static_cast<std::size_t>(own_.first) + w]);
    };
    own_first_.resize(team_.first() ? 0 : mean.size());
    if (!team_.first()) std::copy(mean.begin(), mean.end(), own_first_.begin());
    chain_ranges(team_, mean, [&](std::size_t from, std::size_t size) {
      in_pieces(from, size, [&](std::size_t at, std::size_t n) {
        T* sum = mean.data() + at;
        if (team_.first()) {
          for (std::size_t i = 0; i < n; ++i) sum[i] *= share_of(0);
        } else {
          add(sum, own_first_.data() + at, n, share_of(0));
        }
        for (std::size_t w = 1; w < own_count(); ++w) add(sum, vector(w).data() + at, n, share_of(w));
        if (team_.last()) {
          for (std::size_t i = 0; i < n; ++i) sum[i] *= last;
        }
      });
    });
    for (std::size_t w = 1; w < own_count(); ++w) {
      const std::span<T> other = vector(w);
      in_pieces(0, mean.size(),
                [&](std::size_t at, std::size_t n) { std::copy_n(mean.data() + at, n, other.data() + at); });
    }
  }

  // Of numbers, what a worker of this process adds to their sum over all, and what that is divided by.
  double weight(std::size_t w) const {
    return equal_ ? 1 : shares_[static_cast<std::size_t>(own_.first) + w];
  }
  double divisor() const { return equal_ ? static_cast<double>(count_) : 1; }

 private:
  std::size_t own_count() const { return static_cast<std::size_t>(own_.count); }
  T equal_share() const { return static_cast<T>(1.0 / static_cast<double>(count_)); }

  // Every coordinate is by itself, so that the pieces may be any thread's.
  template <class F>
  void in_pieces(std::size_t from, std::size_t size, const F& visit) const {
    constexpr std::size_t longest = 4096;
    pool_.run(static_cast<Index>((size + longest - 1) / longest), [&](Index piece, Index) {
      const std::size_t at = static_cast<std::size_t>(piece) * longest;
      visit(from + at, std::min(longest, size - at));
    });
  }

  // Adds the vector of a worker to those before it, by its share where they differ; what equal shares are is
  // multiplied at the end.
  void put(std::size_t w, T* sum, const T* vector, std::size_t n) const {
    const bool begins = own_.first == 0 && w == 0;
    if (equal_) {
      begins ? copy(sum, vector, n) : add(sum, vector, n);
    } else {
      if (begins) std::fill_n(sum, n, T{0});
      add(sum, vector, n, static_cast<T>(shares_[static_cast<std::size_t>(own_.first) + w]));
    }
  }
  void scale(T* sum, std::size_t n) const {
    const T share = equal_ ? equal_share() : T{1};
    for (std::size_t i = 0; i < n; ++i) sum[i] *= share;
  }

  static void copy(T* sum, const T* vector, std::size_t n) { std::copy_n(vector, n, sum); }
  [[gnu::noinline]] static void add(T* __restrict sum, const T* __restrict vector, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) sum[i] += vector[i];
  }
  [[gnu::noinline]] static void add(T* __restrict sum, const T* __restrict vector, std::size_t n, T share) {
    for (std::size_t i = 0; i < n; ++i) sum[i] += share * vector[i];
  }

  std::vector<double> shares_;
  bool equal_;
  Block own_;
  Index count_;
  Pool& pool_;
  Team& team_;
  mutable Aligned<T> own_first_;  // working space
};

}  // namespace lookahead
