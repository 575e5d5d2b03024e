#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "drawing.hpp"

namespace lookahead::pairs {
namespace {

// A parameter of a rule and some of its values; without any it is a flag, or a word.
struct Choice {
  const char* name;
  std::vector<double> values;
  const char* word = "true";   // as it is written
  const char* flag = nullptr;  // as the plain model calls it; null: its name
};
struct RuleChoice {
  const char* name;
  std::vector<double> rates;
  std::vector<Choice> choices;
  bool sums = false;      // more than a gradient a step: not counted by evals, nor with shards
  bool compares = false;  // gradients with each other or with losses: not with clip
};

const std::vector<RuleChoice>& rules() {
  const Choice decay{"weight_decay", {0.01, 0.1}}, beta1{"beta1", {0.5, 0.9}}, beta2{"beta2", {0.9, 0.99}};
  const Choice decoupled{"decoupled", {}};
  static const std::vector<RuleChoice> all = {
      {"sgd", {0.02, 0.1}, {decay, {"momentum", {0.5, 0.9}}}},
      {"sgd", {0.02, 0.1}, {decay, {"momentum", {0.5, 0.9}}, {"dampening", {0.5}}}},
      {"adam", {0.01, 0.1}, {decay, beta1, beta2, {"amsgrad", {}}, {"epsilon", {1e-6, 1e-3}}}},
      {"adamw", {0.01, 0.1}, {decay, beta1, beta2}},
      {"amsgrad", {0.01, 0.1}, {decay, beta2, {"maximum", {}, "corrected", "corrected"}}},
      {"adamax", {0.01, 0.1}, {decay, beta1, beta2}},
      {"nadam", {0.01, 0.1}, {decay, beta1, decoupled, {"momentum_decay", {0.1}}}},
      {"radam", {0.01, 0.1}, {decay, beta1, beta2, decoupled}},
      {"adabelief", {0.01, 0.1}, {decay, beta2, decoupled, {"epsilon", {1e-6}}}},
      {"yogi", {0.01, 0.1}, {decay, beta1, beta2, {"initial", {1e-3}}}},
      {"adabound", {0.01, 0.1}, {decay, beta2, {"final_rate", {0.05}}, {"gamma", {0.1}}}},
      {"lamb", {0.01, 0.1}, {decay, beta1, beta2}},
      {"lars", {0.1, 1.0}, {decay, {"momentum", {0.5}}, {"trust", {0.01}}}},
      {"adan", {0.01, 0.1}, {decay, {"beta3", {0.9}}, {"variant", {}, "paper", "paper"}}},
      {"adagrad", {0.05, 0.2}, {decay, {"initial", {0.1}}, {"lr_decay", {0.1}}, {"epsilon_inside", {}}}},
      {"adadelta", {0.5, 1.0}, {decay, {"rho", {0.5}}, {"epsilon", {1e-3}}}},
      {"rmsprop",
       {0.01, 0.1},
       {decay, {"alpha", {0.9}}, {"momentum", {0.5}}, {"centered", {}}, {"epsilon_inside", {}}}},
      {"rprop", {0.01, 0.1}, {{"eta_plus", {1.5}}, {"eta_minus", {0.3}}}},
      {"asgd", {0.02, 0.1}, {decay, {"lambd", {0.01}}, {"t0", {0, 2}}}},
      {"lion", {0.01, 0.05}, {decay, beta1}},
      {"signum", {0.01, 0.05}, {decay, {"momentum", {0, 0.5}}}},
      {"qhm", {0.05, 0.2}, {decay, {"beta", {0.5}}, {"nu", {0, 1}}}},
      {"dog", {0.5, 1.0}, {decay, {"first_distance", {1e-2}}}},
      {"prodigy", {0.5, 1.0}, {decay, {"d0", {1e-2}}}},
      {"polyak", {0.1, 1.0}, {{"minimum", {0, 0.1}}, {"c", {2}}}, false, true},
      {"schedule_free_sgd", {0.05, 0.2}, {decay, {"beta", {0.5}}, {"warmup", {3}}, {"weight_power", {0}}}},
      {"schedule_free_adamw", {0.01, 0.1}, {decay, {"beta1", {0.5}}, beta2}},
      {"svrg", {0.02, 0.1}, {{"period", {1, 3}}, {"renew_at_sync", {}}}, true},
      {"sarah", {0.02, 0.1}, {{"period", {1, 3}}, {"renew_at_sync", {}, "false", "keep_at_sync"}}, true},
      {"saga", {0.02, 0.1}, {{"fill", {}, "false", "empty"}}, true},
      {"extragradient", {0.02, 0.1}, {{"ratio", {0.5}}}, true},
      {"optimistic", {0.02, 0.1}, {{"beta", {0.5}}}},
      {"extra_adam", {0.01, 0.1}, {decay, beta1, beta2}, true},
      {"optimistic_adam", {0.01, 0.1}, {decay, beta1, {"optimism", {0.5}}}},
      {"lbfgs", {0.1, 0.5}, {{"line_search", {}, "none"}, {"history", {1, 2}}}, true, true},
  };
  return all;
}

class Training {
 public:
  Training(Dice& dice, const Wanted& wanted, Problem& p)
      : dice_(dice), wanted_(wanted), p_(p), t_(p.training) {}

  void draw() {
    const int rows = static_cast<int>(std::count(p_.train.begin(), p_.train.end(), '\n'));
    steps_ = wanted_.quick ? 2 : dice_.from(1, std::clamp(600 / rows, 2, 16));
    draw_rule();
    draw_levels();
    if (on_data()) draw_batch();
    draw_stop();
    if (on_data()) draw_metrics();
  }

 private:
  // Shares and batches of rows, epochs and metrics are those of data.
  bool on_data() const { return p_.objective_keys.empty(); }

  // A number or a schedule from `low` to `high`.
  std::string schedule(ScheduleSettings& s, double high, double low, bool whole) {
    const auto set = [&](const char* name, double value) {
      s.numbers[name] = value;
      return std::string(name) + ": " + to_text(value);
    };
    if (wanted_.quick || !dice_.once_in(3)) return s.numbers["from"] = high, to_text(high);
    s.name = dice_.one_of({"cosine", "linear", "polynomial", "exponential", "inverse_time", "inverse_sqrt",
                           "step", "multi_step", "cosine_restarts", "one_cycle"});
    if (whole) s.name = dice_.one_of({"linear", "step"});
    std::string text = "{" + s.name + ": {" + set(s.name == "one_cycle" ? "max" : "from", high);
    const bool ends =
        s.name == "cosine" || s.name == "linear" || s.name == "polynomial" || s.name == "cosine_restarts";
    if (ends) text += ", " + set("to", low);
    if (s.name == "polynomial") text += ", " + set("power", 2);
    if (s.name == "exponential")
      text += ", " + set("decay", dice_.once_in(8) ? (p_.single ? 1e-30 : 1e-200) : 0.8);
    if (s.name.rfind("inverse", 0) == 0) text += ", " + set("decay", 0.3);
    if (s.name == "step") text += ", " + set("every", 3) + ", " + set("factor", 0.5);
    if (s.name == "multi_step") {
      s.milestones = {2, 5};
      text += ", milestones: [2, 5], " + set("factor", 0.5);
    }
    if (s.name == "cosine_restarts") text += ", " + set("period", 3) + ", " + set("multiplier", 2);
    if (!whole && dice_.once_in(3)) text += ", " + set("warmup", dice_.from(1, 3));
    return text + "}}";
  }

  // Whether the first loss of a step is that of the point where it begins.
  bool meets_loss() const {
    const std::set<std::string> others = {"schedule_free_sgd", "schedule_free_adamw", "svrg", "sarah", "saga",
                                          "extragradient",     "extra_adam",          "lbfgs"};
    return others.count(t_.rule.name) == 0;
  }

  // A rate that follows the losses of the steps.
  std::string plateau(ScheduleSettings& s, double rate) {
    s.name = "plateau";
    std::string text;
    const auto set = [&](const char* name, double value) {
      s.numbers[name] = value;
      text += (text.empty() ? "" : ", ") + std::string(name) + ": " + to_text(value);
    };
    set("from", rate), set("every", dice_.from(1, 2)), set("patience", dice_.below(2));
    set("factor", 0.5), set("cooldown", dice_.below(2)), set("threshold", dice_.one_of({0.0, 0.1, 0.5}));
    if (dice_.once_in(3)) set("warmup", 2);
    if (dice_.once_in(3)) set("to", rate / 4);
    return "{plateau: {" + text + "}}";
  }

  void draw_rule() {
    if (!wanted_.quick && dice_.once_in(50)) {
      // Where every step goes is beyond the plain model; what is told at the end is not.
      t_.followed = false;
      sums_ = true;
      p_.rest += "optimizer: lbfgs\n";
      return;
    }
    const RuleChoice* rule = &dice_.one_of(rules());
    while (wanted_.quick && rule->sums) rule = &dice_.one_of(rules());
    sums_ = rule->sums;
    RuleSettings& r = t_.rule;
    r.name = rule->name;
    std::string text = "{name: " + r.name;
    for (const Choice& choice : rule->choices) {
      const bool needed = std::string(choice.name) == "minimum" || std::string(choice.name) == "line_search";
      if (!needed && !dice_.once_in(2)) continue;
      if (choice.values.empty()) {
        r.flags.insert(choice.flag != nullptr ? choice.flag : choice.name);
        text += std::string(", ") + choice.name + ": " + choice.word;
      } else {
        const double value = dice_.one_of(choice.values);
        r.numbers[choice.name] = value;
        text += std::string(", ") + choice.name + ": " + to_text(value);
      }
    }
    if (r.name == "sgd" && r.numbers.count("momentum") > 0 && r.numbers.count("dampening") == 0 &&
        dice_.once_in(2)) {
      r.flags.insert("nesterov");
      text += ", nesterov: true";
    }
    // Steps that are far too long, so that the best weights are those of an epoch long before the end.
    leaps_ = !wanted_.quick && meets_loss() && dice_.once_in(10);
    const double rate = dice_.one_of(rule->rates) * (leaps_ ? 100 : 1);
    text += ", lr: " + (meets_loss() && !wanted_.quick && dice_.once_in(10)
                            ? plateau(r.rate, rate)
                            : schedule(r.rate, rate, dice_.once_in(4) ? 0 : rate / 10, false));
    if (p_.single && rule->name == std::string("adam") && r.numbers.count("epsilon") == 0 &&
        dice_.once_in(3)) {
      text += ", epsilon: 1e-50";
      p_.refused = "an epsilon that single precision does not have";
    }
    if (rule->compares ? dice_.once_in(8) : dice_.once_in(4)) {
      if (rule->compares) p_.refused = "clipped gradients beside losses";
      const double most = dice_.one_of({0.1, 1.0});
      const bool norm = dice_.once_in(2);
      (norm ? r.clip_norm : r.clip_value) = most;
      text += std::string(", clip: {") + (norm ? "norm: " : "value: ") + to_text(most) + "}";
    }
    p_.rest += "optimizer: " + text + "}\n";
    if (on_data() && dice_.once_in(3)) draw_l1();
  }

  // Steps along a direction may be followed by proximal ones; others refuse l1, as clip and decay do.
  void draw_l1() {
    const std::set<std::string> fit = {"sgd", "svrg", "sarah", "saga"};
    const RuleSettings& r = t_.rule;
    const bool fits = fit.count(r.name) > 0 && r.numbers.count("momentum") == 0 &&
                      r.numbers.count("weight_decay") == 0 && !r.clip_norm && !r.clip_value;
    if (!fits && !dice_.once_in(10)) return;
    if (!fits && p_.refused.empty()) p_.refused = "l1 under steps that no proximal step may follow";
    const double l1 = dice_.one_of({1e-3, 0.03, 0.3});
    p_.model.l1 = l1;
    const std::string key = "model: {type: ";
    const std::size_t at = p_.rest.find_first_of(",}", p_.rest.find(key) + key.size());
    p_.rest.insert(at, ", l1: " + to_text(l1));
  }

  std::string level(LevelSettings& l, bool outermost) {
    std::string text = "{k: ";
    if (outermost && dice_.once_in(6)) {
      text += schedule(l.k, dice_.from(2, 4), 1, true);
    } else {
      const int k = dice_.from(1, 4);
      l.k.numbers["from"] = k;
      text += std::to_string(k);
    }
    l.outer = dice_.one_of({"sgd", "sgd", "sgd", "slowmo", "nesterov", "adam", "adagrad", "yogi"});
    const double alpha = l.outer == "sgd" ? dice_.one_of({0.5, 0.8, 1.0}) : dice_.one_of({0.1, 0.5});
    text += ", alpha: " + schedule(l.alpha, alpha, alpha / 5, false);
    l.at_sync = dice_.one_of({"keep", "keep", "reset", "pullback", "average"});
    text += ", at_sync: " + l.at_sync;
    if (l.outer == "sgd") return text;
    text += ", outer: {name: " + l.outer;
    const auto perhaps = [&](const char* name, double value) {
      if (!dice_.once_in(2)) return;
      l.numbers[name] = value;
      text += std::string(", ") + name + ": " + to_text(value);
    };
    if (l.outer == "slowmo") perhaps("beta", 0.5);
    if (l.outer == "nesterov") perhaps("momentum", 0.5);
    if (l.outer == "adam" || l.outer == "yogi") perhaps("beta2", 0.9);
    if (l.outer == "adam" || l.outer == "adagrad" || l.outer == "yogi")
      perhaps("beta1", 0.5), perhaps("tau", 0.01);
    return text + "}";
  }

  void draw_levels() {
    if (dice_.once_in(10)) {
      t_.levels.resize(1);
      t_.levels[0].k.numbers["from"] = t_.levels[0].alpha.numbers["from"] = 1;
      p_.rest += "lookahead: false\n";
      return;
    }
    const int levels = dice_.once_in(5) ? 2 : 1;
    std::vector<std::string> texts;
    for (int l = 0; l < levels; ++l) {
      t_.levels.emplace_back();
      texts.push_back(level(t_.levels.back(), l + 1 == levels));
    }
    t_.workers = dice_.one_of({1, 1, 2, 3});
    if (t_.workers > 1) {
      texts.back() += ", workers: " + std::to_string(t_.workers);
      t_.shard = on_data() && !sums_ && dice_.once_in(2);
      if (t_.shard) texts.back() += ", shard: true";
    }
    p_.rest += levels == 1 ? "lookahead: " + texts[0] + "}\n"
                           : "lookahead: [" + texts[0] + "}, " + texts[1] + "}]\n";
  }

  void draw_batch() {
    if (dice_.once_in(2)) {
      p_.rest += "batch: full\n";
      return;
    }
    t_.batch = static_cast<std::size_t>(dice_.one_of({1, 5, 8, 16, 32, 64, 1000}));
    if (wanted_.quick) t_.batch = static_cast<std::size_t>(dice_.one_of({8, 16, 64}));
    t_.sampling = dice_.one_of({"sequential", "sequential", "shuffle", "replacement", "blocks"});
    p_.rest += "batch: " + std::to_string(t_.batch) + "\nsampling: " + t_.sampling + "\n";
  }

  // The least of several stop rules ends the run and is a schedule's length.
  void draw_stop() {
    const bool counted = !sums_;
    std::string text;
    const auto rule = [&](std::optional<long>& value, const char* name, long most) {
      value = most;
      text += (text.empty() ? "" : ", ") + std::string(name) + ": " + std::to_string(most);
    };
    if (wanted_.quick || !on_data() || dice_.once_in(2)) rule(t_.steps, "steps", steps_);
    const bool short_epochs = t_.batch == 0 || t_.batch > 100;
    if (text.empty() || (on_data() && (leaps_ || dice_.once_in(2))))
      rule(t_.epochs, "epochs", short_epochs ? steps_ : dice_.from(1, 3));
    if (dice_.once_in(4)) rule(t_.rounds, "rounds", dice_.from(1, 6));
    if (counted && dice_.once_in(5)) rule(t_.evals, "evals", dice_.from(1, 2000));
    if (leaps_ || (!wanted_.quick && dice_.once_in(4))) {
      const int factor = dice_.one_of({10, 1000});
      t_.divergence = factor;
      text += ", divergence: " + std::to_string(factor);
    }
    const bool judged = !p_.validation.empty() || p_.validation_fraction > 0 || p_.folds > 0;
    if (t_.epochs && (leaps_ || dice_.once_in(5))) {
      PatienceSettings patience;
      patience.metric = judged && p_.folds == 0 ? "val_loss"
                        : p_.model.classes      ? "train_log_loss"
                                                : "train_mae";
      patience.epochs = dice_.from(1, 4);
      const double delta = dice_.one_of({0.0, 0.0, 0.01});
      patience.min_delta = delta;
      t_.patience = patience;
      text += ", patience: {metric: " + patience.metric + ", epochs: " + std::to_string(patience.epochs) +
              ", min_delta: " + to_text(delta) + "}";
    }
    const auto small = [&](std::optional<Real>& value, const char* name, double most) {
      value = most;
      text += std::string(", ") + name + ": " + to_text(most);
    };
    if (on_data() && dice_.once_in(8)) small(t_.target, "target", dice_.one_of({0.3, 0.6, 1.0}));
    if (dice_.once_in(8)) small(t_.grad_norm, "grad_norm", dice_.one_of({0.1, 0.5}));
    p_.rest += "stop: {" + text + "}\n";
  }

  void draw_metrics() {
    p_.rest += "metrics: ";
    if (!p_.model.classes) {
      p_.rest += "[rmse, mae, r2, deviance]\n";
    } else {
      p_.rest += "[accuracy, auc, balanced_accuracy, f1, log_loss";
      if (p_.classes > 2 && dice_.once_in(2)) {
        p_.top_k = static_cast<std::size_t>(dice_.from(1, p_.classes - 1));
        p_.rest += ", {name: top_k, k: " + std::to_string(*p_.top_k) + "}]\n";
      } else {
        p_.rest += dice_.once_in(2) ? ", top_k]\n" : "]\n";
      }
    }
  }

  Dice& dice_;
  const Wanted& wanted_;
  Problem& p_;
  TrainingSettings& t_;
  int steps_ = 1;
  bool sums_ = false, leaps_ = false;
};

}  // namespace

void draw_training(Dice& dice, const Wanted& wanted, Problem& problem) {
  Training(dice, wanted, problem).draw();
}

}  // namespace lookahead::pairs
