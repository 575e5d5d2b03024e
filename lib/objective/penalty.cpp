#include "objective/penalty.hpp"

#include <algorithm>

#include "options/catalog_form.hpp"
#include "simd/lanes.hpp"
#include "simd/packs.hpp"

namespace lookahead {

std::optional<PenaltyChoice> Codec<PenaltyChoice>::read(const Node& node, const Path& path, Report& report) {
  if (node.is_scalar() && node.text == "none") return PenaltyChoice{};
  auto chosen = read_named(penalty_catalog(), "penalty", "name", node, path, {}, {}, report);
  if (!chosen) return std::nullopt;
  return PenaltyChoice{std::move(chosen)};
}

Node Codec<PenaltyChoice>::write(const PenaltyChoice& choice) {
  return choice.chosen ? write_named(*choice.chosen, "name") : Node::scalar("none");
}

Inside Codec<PenaltyChoice>::inside(Node& node, const std::string& key) {
  if (node.is_scalar() && node.text == "none") node = Node{};
  return inside_named(penalty_catalog(), "name", {}, node, key);
}

Form Codec<PenaltyChoice>::form() {
  return Form::either({Form::word("none"), form_named(entries_of(penalty_catalog()), "name")});
}

template <Scalar T>
double add_l2(double value, double strength, std::span<const T> weights, std::span<T> gradient) {
  if (strength == 0) return value;
  const T factor = static_cast<T>(strength);
  if (!gradient.empty()) {
    for (std::size_t i = 0; i < weights.size(); ++i) gradient[i] += factor * weights[i];
  }
  return value + strength / 2 * squared_norm(weights);
}

// y := factor x; |x|^2 as squared_norm sums it.
template <Scalar T>
double scale(const T* __restrict x, T factor, T* __restrict y, std::size_t n) {
  Lanes sum{};
  double rest = 0;
  packs::for_each<T>(n, [&](auto width, std::size_t i) {
    packs::store<T, width()>(y + i, factor * packs::load<T, width()>(x + i));
    if constexpr (width() >= lane_count) {
      for (std::size_t end = i + width(); i < end; i += lane_count) sum += widen(x + i) * widen(x + i);
    } else {
      for (std::size_t end = i + width(); i < end; ++i) {
        const auto number = static_cast<double>(x[i]);
        rest += number * number;
      }
    }
  });
  return total(sum) + rest;
}

template <Scalar T>
Penalty<T>::Penalty(const PenaltyParameters& parameters, const Dataset<T>& rows, bool penalized)
    : rows_(&rows) {
  if (!penalized) return;
  l2_ = parameters.l2;
  if (const auto& chosen = parameters.penalty.chosen) {
    term_ = chosen->entry->template make<T>(chosen->values);
  }
}

template <Scalar T>
double Penalty<T>::start(std::span<const T> weights, std::span<T> gradient) const {
  double value = 0;
  if (l2_ == 0) {
    std::fill(gradient.begin(), gradient.end(), T{0});
  } else {
    value = l2_ / 2 *
            (gradient.empty() ? squared_norm(weights)
                              : scale(weights.data(), static_cast<T>(l2_), gradient.data(), weights.size()));
  }
  return term_ == nullptr ? value : value + term_->add(weights, gradient, {rows_->columns, rows_->groups});
}

template <Scalar T>
Curvatures Penalty<T>::curvatures() const {
  Curvatures sum = term_ == nullptr ? Curvatures{} : term_->curvatures();
  sum.least += l2_;
  sum.most += l2_;
  return sum;
}

template double add_l2(double, double, std::span<const float>, std::span<float>);
template double add_l2(double, double, std::span<const double>, std::span<double>);
template class Penalty<float>;
template class Penalty<double>;

}  // namespace lookahead
