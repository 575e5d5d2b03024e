#include "objective/planted_regression.hpp"

#include "objective/functions/facts.hpp"

namespace lookahead {

TargetedRows regression_rows(const RegressionParameters& parameters, Index dimension) {
  constexpr double outlier_deviation = 10;
  const Index samples = parameters.samples;
  TargetedRows made{normal_rows(parameters.seed, samples, dimension),
                    std::vector<double>(static_cast<std::size_t>(samples))};
  const std::vector<double> planted = planted_point(parameters.seed, dimension);
  score_rows(planted.data(), made.features.data(), dimension, Batch::range(0, samples), made.targets.data());
  if (parameters.exact()) return made;
  const Stream stream = data_stream(parameters.seed, DataPart::noise);
  std::array<double, 2> normals{}, uniform{};
  for (Index i = 0; i < samples; ++i) {
    const auto step = static_cast<std::uint64_t>(i);
    stream.normals(2 * step, normals);
    stream.uniforms(2 * step + 1, uniform);
    double& target = made.targets[static_cast<std::size_t>(i)];
    target += parameters.target_noise * normals[0];
    if (uniform[0] < parameters.outliers) target += outlier_deviation * normals[1];
  }
  return made;
}

Facts regression_facts(const RegressionParameters& parameters, Index dimension, double curvature) {
  Facts facts = functions::facts_of(dimension, {-5, 5}, {0}, {0});
  if (parameters.exact()) {
    facts.minimizers = {planted_point(parameters.seed, dimension)};
  } else {
    facts.minimum.reset();
    facts.lower_bound = 0.0;
    facts.minimizers.clear();
  }
  const auto rows = normal_rows(parameters.seed, parameters.samples, dimension);
  facts.smoothness = curvature * largest_eigenvalue_bound(rows, parameters.samples, dimension);
  facts.smoothness_status = Knowledge::certified;
  return facts;
}

}  // namespace lookahead
