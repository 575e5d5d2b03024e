#include "engine/whole_evaluator.hpp"

#include <algorithm>

namespace lookahead {
namespace {

std::vector<double> shares_of(Index terms, const Division& division) {
  std::vector<double> shares;
  shares.reserve(static_cast<std::size_t>(division.parts));
  for (Index part = 0; part < division.parts; ++part)
    shares.push_back(static_cast<double>(division.size(terms, part)) / static_cast<double>(terms));
  return shares;
}

}  // namespace

template <Scalar T>
WholeEvaluator<T>::WholeEvaluator(const Objective<T>& objective, Pool& pool, const Batch& terms,
                                  const Division& division, Team& team, Evaluates what)
    : team_(team),
      pool_(pool),
      division_(division),
      own_(divided() ? items_of_rank(division.parts, team) : ItemRange{0, 1}),
      evaluator_(objective, pool, division.size(terms.size(), 0), what),
      mean_(divided() ? shares_of(terms.size(), division) : std::vector<double>(), division.parts, own_, pool,
            team),
      values_(static_cast<std::size_t>(division.parts)) {
  if (!divided()) {
    own_parts_.push_back(terms);
    return;
  }
  own_parts_.reserve(static_cast<std::size_t>(own_.count));
  Index listed = 0;
  for (Index part = own_.first; part < own_.first + own_.count; ++part)
    listed += division.size(terms.size(), part);
  // Lists are views of it, so that it must not move.
  rows_.reserve(static_cast<std::size_t>(division.sorted ? 0 : listed));
  for (Index part = own_.first; part < own_.first + own_.count; ++part) {
    const Index first = division.first(terms.size(), part), count = division.size(terms.size(), part);
    if (division.sorted) {
      own_parts_.push_back(terms.part(first, count));
      continue;
    }
    const std::size_t begin = rows_.size();
    for (Index i = 0; i < count; ++i)
      rows_.push_back(static_cast<std::uint32_t>(terms[first + i * division.stride()]));
    own_parts_.push_back(Batch::rows(std::span<const std::uint32_t>(rows_).subspan(begin)));
  }
}

template <Scalar T>
double WholeEvaluator<T>::bytes(const Objective<T>& objective, Pool& pool, const Batch& terms,
                                const Division& division, Evaluates what) {
  const double of_part = Evaluator<T>::bytes(objective, pool, division.size(terms.size(), 0), what);
  if (division.parts == 1) return of_part;
  const double lists = division.sorted ? 0 : sizeof(std::uint32_t) * static_cast<double>(terms.size());
  if (what == Evaluates::values) return of_part + lists;
  return of_part + lists +
         sizeof(T) * static_cast<double>(objective.dimension()) * static_cast<double>(division.parts);
}

template <Scalar T>
Evaluation WholeEvaluator<T>::value(std::span<const T> x) {
  return value_by_parts([&](std::size_t, const Batch& part) { return evaluator_.value(x, part); });
}

template <Scalar T>
Evaluation WholeEvaluator<T>::value_and_gradient(std::span<const T> x, std::span<T> gradient) {
  if (!divided()) return evaluator_.value_and_gradient(x, own_parts_.front(), gradient);
  if (gave_up_) return given_up;
  own_gradients_.resize(own_parts_.size());
  for (Aligned<T>& own : own_gradients_) own.resize(x.size());
  const Evaluation value = value_by_parts([&](std::size_t p, const Batch& part) {
    return evaluator_.value_and_gradient(x, part, own_gradients_[p]);
  });
  if (gave_up_) return given_up;
  mean_(gradient, [&](std::size_t p) { return std::span<const T>(own_gradients_[p]); });
  return value;
}

template <Scalar T>
Evaluation WholeEvaluator<T>::mean_value() {
  share(team_, std::span<double>(values_));
  if (agree_on_giving_up(deadline().passed())) return given_up;
  double sum = 0;
  for (std::size_t p = 0; p < values_.size(); ++p) sum += mean_.weight(p) * values_[p];
  return sum / mean_.divisor();
}

template <Scalar T>
bool WholeEvaluator<T>::agree_on_giving_up(bool late) {
  if (!divided()) return late;
  if (gave_up_) return true;
  gave_up_ = late;
  merge_all(team_, gave_up_, [](bool& all, bool next) { all = all || next; });
  return gave_up_;
}

template class WholeEvaluator<float>;
template class WholeEvaluator<double>;

}  // namespace lookahead
