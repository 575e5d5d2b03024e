#pragma once
#include "objective/model.hpp"
#include "random/stream.hpp"

namespace lookahead::test {

// A model of its own rows, at a point whose coordinates are all away from 0.
template <Scalar T>
struct ModelCase {
  Dataset<T> rows;
  std::unique_ptr<Model<T>> model;
  Aligned<T> x, scratch;

  ModelCase(const Chosen<ModelEntry>& chosen, Dataset<T> data, Index classes, bool penalized = true)
      : rows(std::move(data)) {
    model = chosen.entry->make<T>(chosen.values, ModelSeat<T>{&rows, classes, penalized});
    std::vector<double> draws(static_cast<std::size_t>(model->dimension()));
    Stream(7, Purpose::probe).normals(0, draws);
    for (const double draw : draws) x.push_back(static_cast<T>(static_cast<float>(draw / 2)));
    scratch.resize(static_cast<std::size_t>(model->scratch(rows.rows)));
  }
  double value(Batch batch) { return model->value(x, batch, scratch).value; }
  double value_and_gradient(Batch batch, std::span<T> gradient) {
    return model->value_and_gradient(x, batch, gradient, scratch).value;
  }
  std::vector<T> gradient(Batch batch) {
    std::vector<T> g(x.size());
    value_and_gradient(batch, g);
    return g;
  }
  Batch all() const { return Batch::range(0, rows.rows); }
};

}  // namespace lookahead::test
