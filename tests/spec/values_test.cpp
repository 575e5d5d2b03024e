#include <doctest/doctest.h>

#include "loss/loss.hpp"
#include "objective/game.hpp"
#include "objective/penalty.hpp"
#include "spec/codecs.hpp"
#include "spec/problem.hpp"

using namespace lookahead;

namespace {

// A member of another struct than the values' would throw.
void write_all(const std::string& owner, const Parameters& parameters, const Values& values) {
  CAPTURE(owner);
  Node map = Node::map();
  CHECK_NOTHROW(write_members(map, parameters, values));
}

template <class E>
void write_all(const Catalog<E>& catalog) {
  for (const E& entry : catalog) write_all(entry.card.name, entry.parameters, entry.defaults());
}

}  // namespace

TEST_CASE("every parameter is a member of the struct that its entry makes items from") {
  write_all(function_catalog());
  write_all(game_catalog());
  write_all(model_catalog());
  write_all(loss_catalog());
  write_all(penalty_catalog());
  write_all(optimizer_catalog());
  write_all(outer_catalog());
  write_all(schedule_catalog());
  write_all(metric_catalog());
  write_all(noise_catalog());
  for (const Section& section : sections()) {
    if (!section.defaults.empty()) write_all(section.name, *section.parameters, section.defaults);
  }
}
