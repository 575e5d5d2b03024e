#include "spec/optimizer_check.hpp"

#include <new>
#include <stdexcept>

#include "base/memory.hpp"
#include "base/text.hpp"
#include "objective/game.hpp"
#include "spec/cross_check.hpp"
#include "spec/problem.hpp"

namespace lookahead {

KnownMinimum known_minimum(const ObjectiveSpec& objective) {
  constexpr double vectors = 4;  // of facts, for bounds, start and minimizer
  if (vectors * sizeof(double) * static_cast<double>(objective.dimension) > usable_memory())
    return {true, {}};
  try {
    const auto minimum =
        objective.function.entry->facts(objective.function.values, objective.dimension).minimum;
    return {minimum.has_value(), minimum};
  } catch (const std::bad_alloc&) {
    return {true, {}};  // no room for it: a fault when the objective itself is made
  } catch (const std::length_error&) {
    return {true, {}};
  }
}

namespace {

class OptimizerCheck {
 public:
  OptimizerCheck(const Node& root, const Spec& spec, Report& report)
      : root_(root), spec_(spec), report_(report) {}

  void run() {
    players();
    automatic_rate();
    needs_of_optimizer();
    clipping();
    proximal_steps();
  }

 private:
  void players() {
    const OptimizerEntry* rule = spec_.optimizer.rule.entry;
    if (rule != nullptr && !rule->on_fields && is_game(spec_)) {
      report_.add(place_of(root_, "optimizer.name"),
                  "optimizer " + rule->card.name + " descends on a loss, and a game has none",
                  "for example optimizer: extragradient");
    }
    if (rule == nullptr || rule->needs != Needs::game || is_game(spec_)) return;
    report_.add(
        place_of(root_, "optimizer.name"),
        "optimizer " + rule->card.name + " needs a game, with players to move",
        "for example objective: " + game_catalog().names().front() + "; on functions and data sgd descends");
  }

  // The theorem behind lr: auto is about SGD on a function.
  void automatic_rate() {
    const OptimizerEntry* rule = spec_.optimizer.rule.entry;
    if (!spec_.optimizer.rate.automatic || rule == nullptr) return;
    if (is_game(spec_)) {
      report_.add(
          place_of(root_, "optimizer.lr"),
          "optimizer.lr: auto is the step of a theorem about functions, and a game has none to descend on",
          "give a number");
    } else if (rule->plain_descent == nullptr) {
      report_.add(place_of(root_, "optimizer.lr"),
                  "optimizer.lr: auto is the step of a theorem about sgd, not " + rule->card.name,
                  "give a number, or use optimizer: {name: sgd, lr: auto}");
    }
  }

  // What the update rule can not do without.
  void needs_of_optimizer() {
    const Chosen<OptimizerEntry>& rule = spec_.optimizer.rule;
    if (rule.entry == nullptr) return;
    const std::string& name = rule.entry->card.name;
    if (rule.entry->needs == Needs::finite_sum && spec_.lookahead.outermost().shard) {
      report_.add(
          place_of(root_, "lookahead.shard"),
          "optimizer " + name + " goes through all rows, and lookahead.shard gives every worker a part",
          "leave out shard");
    }
    const auto* function = spec_.objective ? &spec_.objective->function : nullptr;
    if (rule.entry->needs == Needs::finite_sum && function != nullptr && !function->entry->finite_sum) {
      report_.add(place_of(root_, "optimizer"),
                  "optimizer " + name + " needs an objective that is a sum of terms, and " +
                      function->entry->card.name + " is none",
                  "use it with data and model, or another optimizer");
    }
    if (rule.entry->needs == Needs::minimum && report_.empty() && !gives_minimum(rule) &&
        (function == nullptr || !known_minimum(*spec_.objective).known)) {
      report_.add(place_of(root_, "optimizer"),
                  "optimizer " + name + " needs a known minimum, and that of " +
                      (function == nullptr ? "a data problem" : function->entry->card.name) +
                      " is not known here",
                  "optimizer.minimum gives it");
    }
  }

  // What compares values or gradients with each other can not have some of them clipped.
  void clipping() {
    const OptimizerEntry* rule = spec_.optimizer.rule.entry;
    if (rule == nullptr || (!spec_.optimizer.clip.norm && !spec_.optimizer.clip.value)) return;
    if (rule->compares) {
      report_.add(place_of(root_, "optimizer.clip"),
                  "optimizer " + rule->card.name +
                      " compares gradients with losses or with each other, and clip changes some of them",
                  "leave out clip; optimizer.lr limits the step");
    }
    for (const LevelSpec& level : spec_.lookahead.levels) {
      if (!level.alpha.adaptive) continue;
      report_.add(
          place_of(root_, "optimizer.clip"),
          "lookahead.alpha: adaptive compares the gradients at both ends of a round, and clip changes "
          "some of them",
          "leave out clip, or give alpha a number");
    }
  }

  // What goes with steps that a proximal step of model.l1 follows.
  void proximal_steps() {
    const Chosen<OptimizerEntry>& rule = spec_.optimizer.rule;
    if (rule.entry == nullptr || !(strength_of_l1(spec_.model) > 0)) return;
    if (rule.entry->steps_along == nullptr || !rule.entry->steps_along(rule.values)) {
      std::vector<std::string> fit;
      for (const OptimizerEntry& entry : optimizer_catalog()) {
        if (entry.steps_along != nullptr) fit.push_back(entry.card.name);
      }
      const bool may = rule.entry->steps_along != nullptr;
      report_.add(place_of(root_, may ? "optimizer" : "optimizer.name"),
                  "model.l1 needs an optimizer whose step is x - lr * direction, and " +
                      rule.entry->card.name + (may ? " with momentum is none" : " is none"),
                  (may ? "leave out momentum, or use " : "use ") + joined(fit, " or ") + ", or model.l2");
    }
    if (weight_decay_of(rule) != 0) {
      report_.add(place_of(root_, "optimizer.weight_decay"),
                  "weight_decay is none of the penalties that decide which weights model.l1 makes zero",
                  "use model.l2, which adds the same to the gradient");
    }
    if (spec_.optimizer.rate.automatic) {
      report_.add(
          place_of(root_, "optimizer.lr"),
          "optimizer.lr: auto is the step of a theorem about smooth functions, and model.l1 is not smooth",
          "give a number");
    }
    if (spec_.optimizer.clip.norm || spec_.optimizer.clip.value) {
      report_.add(
          place_of(root_, "optimizer.clip"),
          "where weights come to rest under model.l1 their gradients are not zero, and clip changes them",
          "leave out clip; optimizer.lr limits the step");
    }
    for (const LevelSpec& level : spec_.lookahead.levels) {
      if (!level.alpha.adaptive) continue;
      report_.add(place_of(root_, "lookahead.alpha"),
                  "lookahead.alpha: adaptive compares gradients, which leave out model.l1",
                  "give alpha a number");
    }
  }

  // A rule that needs the minimum takes it from its parameter of this name too.
  static bool gives_minimum(const Chosen<OptimizerEntry>& rule) {
    for (const Parameter& parameter : rule.entry->parameters) {
      if (parameter.name == "minimum") return parameter.write(rule.values).kind != Node::Kind::empty;
    }
    return false;
  }

  const Node& root_;
  const Spec& spec_;
  Report& report_;
};

}  // namespace

void cross_check_optimizer(const Node& root, const Spec& spec, Report& report) {
  OptimizerCheck(root, spec, report).run();
}

}  // namespace lookahead
