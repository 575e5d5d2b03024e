#pragma once
#include <string>
#include <vector>

#include "loss/loss.hpp"

namespace lookahead {

// The parameter `loss` of a model: one of the catalog's losses of that use.
template <LossUse use>
struct LossChoice {
  Chosen<LossEntry> chosen;

  LossChoice(const char* name) : chosen(Chosen<LossEntry>::of(*loss_catalog().find(name))) {}
};

// The names of the losses of that use.
std::vector<std::string> loss_names(LossUse use);

// What read_loss() takes.
Form loss_form(LossUse use);

// Reads a loss by name or map; one that is not for `use` is a fault that names those which are.
std::optional<Chosen<LossEntry>> read_loss(const Node& node, LossUse use, const Path& path, Report& report);

template <LossUse use>
struct Codec<LossChoice<use>> {
  static std::string type() { return "loss's name or map"; }
  static std::optional<LossChoice<use>> read(const Node& node, const Path& path, Report& report) {
    auto chosen = read_loss(node, use, path, report);
    if (!chosen) return std::nullopt;
    LossChoice<use> choice(chosen->entry->card.name.c_str());
    choice.chosen = std::move(*chosen);
    return choice;
  }
  static Node write(const LossChoice<use>& choice) { return write_named(choice.chosen, "name"); }
  static Inside inside(Node& node, const std::string& key) {
    return inside_named(loss_catalog(), "name", {}, node, key);
  }
  static Form form() { return loss_form(use); }
};

}  // namespace lookahead
