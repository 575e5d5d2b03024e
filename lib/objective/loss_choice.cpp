#include "objective/loss_choice.hpp"

#include "base/text.hpp"
#include "options/catalog_form.hpp"

namespace lookahead {
namespace {

std::string use_text(LossUse use) {
  switch (use) {
    case LossUse::numbers:
      return "regression";
    case LossUse::two_classes:
      return "two classes";
    case LossUse::counts:
      return "counts, which model: poisson takes";
  }
  return {};
}

}  // namespace

std::vector<std::string> loss_names(LossUse use) {
  std::vector<std::string> names;
  for (const LossEntry& entry : loss_catalog()) {
    if (entry.use == use) names.push_back(entry.card.name);
  }
  return names;
}

Form loss_form(LossUse use) {
  Entries entries;
  for (const LossEntry& entry : loss_catalog()) {
    if (entry.use == use) entries.push_back(&entry);
  }
  Form form = form_named(entries, "name");
  for (Form& part : form.parts) {
    const bool formula = part.kind == Form::Kind::map && part.members.front().form.text == "expression";
    if (!formula) continue;
    // A formula needs no name.
    part.members.front().required = false;
    for (Form::Member& member : part.members) {
      if (member.key == "expression") member.required = true;
    }
  }
  return form;
}

std::optional<Chosen<LossEntry>> read_loss(const Node& node, LossUse use, const Path& path, Report& report) {
  // A formula needs no name.
  if (node.is_map() && node.find("name") == nullptr && node.find("expression") != nullptr) {
    Node named = node;
    named.members.insert(named.members.begin(), {"name", node.place, Node::scalar("expression")});
    named.members.front().value.place = node.place;
    return read_loss(named, use, path, report);
  }
  auto chosen = read_named(loss_catalog(), "loss", "name", node, path, {}, {}, report);
  if (!chosen || chosen->entry->use == use) return chosen;
  const Node* name = node.is_map() ? node.find("name") : &node;
  report.add(name->place,
             path + ": " + chosen->entry->card.name + " is a loss of " + use_text(chosen->entry->use),
             "here go " + joined(loss_names(use), ", "));
  return std::nullopt;
}

}  // namespace lookahead
