#pragma once
#include <doctest/doctest.h>

#include <string>

#include "spec/codecs.hpp"
#include "spec/yaml.hpp"

namespace lookahead::test {

// A model as a problem file writes it.
inline Chosen<ModelEntry> model_from(const std::string& yaml) {
  Report report;
  const auto node = parse_yaml(yaml, "model.yaml");
  REQUIRE(static_cast<bool>(node));
  auto chosen = Codec<Chosen<ModelEntry>>::read(*node, Path("model"), report);
  REQUIRE_MESSAGE((chosen && report.empty()), yaml);
  return *chosen;
}

}  // namespace lookahead::test
