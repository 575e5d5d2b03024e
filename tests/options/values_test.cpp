#include "options/values.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace lookahead;

namespace {

struct Momentum {
  double beta = 0.9;
};
struct Plain {
  double beta = 0.9;
};
struct Shared {
  using DeclaredIn = Shared;
  double from = 1;
};
// The part whose parameters are declared with others does not begin where the whole does.
struct Front {
  std::string name = "front";
};
struct Whole : Front, Shared {
  double to = 2;
};

}  // namespace

TEST_CASE("values are read as the struct that they are") {
  const Values values = Values::of(Momentum{0.5});
  CHECK(values.as<Momentum>().beta == 0.5);
  CHECK(ValuesView(values).as<Momentum>().beta == 0.5);
  CHECK_FALSE(values.empty());
}

TEST_CASE("values that are read as another struct throw, whatever its members") {
  const Values values = Values::of(Momentum{});
  CHECK_THROWS_AS(values.as<Plain>(), std::logic_error);
  CHECK_THROWS_AS(values.as<double>(), std::logic_error);
  Momentum momentum;
  CHECK_THROWS_AS(ValuesView::of(momentum).as<Plain>(), std::logic_error);
  CHECK_THROWS_AS(ValuesTarget::of(momentum).as<Plain>(), std::logic_error);
}

TEST_CASE("no values are of no struct") {
  Values none;
  CHECK(none.empty());
  CHECK_THROWS_AS(none.as<Momentum>(), std::logic_error);
  CHECK_THROWS_AS(none.target().as<Momentum>(), std::logic_error);
}

TEST_CASE("values are read as the base that declares some of them, wherever it lies in the struct") {
  Values values = Values::of(Whole{{}, {3}, 4});
  CHECK(values.as<Shared>().from == 3);
  values.target().as<Shared>().from = 5;
  CHECK(values.as<Whole>().from == 5);
  CHECK(values.as<Whole>().name == "front");
  CHECK_THROWS_AS(values.as<Front>(), std::logic_error);
}

TEST_CASE("values change until they are shared") {
  Values values = Values::of(Momentum{});
  values.target().as<Momentum>().beta = 0.25;
  {
    const Values copy = values;
    CHECK(copy.as<Momentum>().beta == 0.25);
    CHECK(&copy.as<Momentum>() == &values.as<Momentum>());
    CHECK_THROWS_AS(values.target(), std::logic_error);
  }
  values.target().as<Momentum>().beta = 0.5;
  CHECK(values.as<Momentum>().beta == 0.5);
}
