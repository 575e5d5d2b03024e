#include "objective/outside/differences.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace lookahead::test {

TEST_CASE("where a value is not finite there is no gradient by differences, whatever stood in its place") {
  std::vector<double> x = {1, 2}, gradient = {7, 7};
  for (const double value : {std::numeric_limits<double>::infinity(), std::nan("")}) {
    gradient = {7, 7};
    const Evaluation made =
        outside::by_differences(x, gradient, [&](std::span<const double>) { return Evaluation(value); });
    CHECK_FALSE(std::isfinite(made.value));
    for (const double slope : gradient) CHECK(std::isnan(slope));
  }
  // A finite value stays, where a neighbour of the point is outside of the domain.
  const Evaluation edge = outside::by_differences(x, gradient, [](std::span<const double> at) {
    return Evaluation(at[0] < 1 ? std::nan("") : 3 * at[1]);
  });
  CHECK(edge.value == 6);
  CHECK(std::isnan(gradient[0]));
  CHECK(gradient[1] == doctest::Approx(3));
}

}  // namespace lookahead::test
