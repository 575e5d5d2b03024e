#include "drawing.hpp"

#include "base/text.hpp"
#include "formulas.hpp"

namespace lookahead::pairs {
namespace {

std::string number(Real x) { return to_text(static_cast<double>(x)); }

void draw_loss(Dice& dice, Problem& p, std::string& yaml) {
  LossSettings& loss = p.model.loss;
  if (dice.once_in(3)) return;
  if (dice.once_in(2)) {
    const Formula formula = draw_formula(dice, loss, "p", "y", p.data.standardize_target);
    yaml += ", loss: {expression: \"" + formula.text + "\"" + formula.constants + "}";
    p.formula = true;
    return;
  }
  const char* names[] = {"huber",  "pseudo_huber",  "log_cosh", "quantile",
                         "cauchy", "geman_mcclure", "welsch",   "squared"};
  loss.name = names[dice.below(8)];
  const bool sized = loss.name != "log_cosh" && loss.name != "squared";
  if (!sized) {
    yaml += ", loss: " + loss.name;
  } else if (loss.name == "quantile") {
    const double tau = dice.one_of({0.5, 0.1, 0.9});
    loss.size = tau;
    yaml += ", loss: {name: quantile, tau: " + number(tau);
    if (dice.once_in(2)) {
      const double width = dice.one_of({0.1, 1.0});
      loss.smoothing = width;
      yaml += ", smoothing: " + number(width);
    }
    yaml += "}";
  } else {
    const double size = dice.one_of({0.5, 1.0, 1.5, 3.0});
    loss.size = size;
    const bool delta = loss.name == "huber" || loss.name == "pseudo_huber";
    yaml += ", loss: {name: " + loss.name + (delta ? ", delta: " : ", c: ") + number(size) + "}";
  }
}

void draw_loss_of_two(Dice& dice, LossSettings& loss, std::string& yaml) {
  loss.name = dice.one_of({"log_loss", "log_loss", "sigmoid", "smoothed_hinge"});
  if (loss.name == "log_loss") return;
  if (loss.name == "smoothed_hinge") {
    const double gamma = dice.one_of({0.5, 1.0});
    loss.size = gamma;
    yaml += ", loss: {name: smoothed_hinge, gamma: " + number(gamma) + "}";
  } else {
    yaml += ", loss: " + loss.name;
  }
}

void draw_penalty(Dice& dice, ModelSettings& m, std::string& yaml) {
  const double l2 = dice.one_of({0.0, 1e-3, 0.1, 1.0});
  m.l2 = {l2};
  if (l2 > 0) yaml += ", l2: " + number(l2);
  if (dice.once_in(4)) {
    m.penalty = dice.one_of({"nonconvex", "group"});
    const double strength = dice.one_of({1e-3, 0.1});
    m.strength = strength;
    yaml += ", penalty: {name: " + m.penalty + ", strength: " + number(strength) + "}";
  }
  if (dice.once_in(4)) m.intercept = false, yaml += ", intercept: false";
}

void draw_network(Dice& dice, ModelSettings& m, std::string& yaml) {
  const int layers = dice.below(3);
  yaml += ", hidden: [";
  for (int l = 0; l < layers; ++l) {
    m.hidden.push_back(static_cast<std::size_t>(dice.from(1, 5)));
    yaml += (l > 0 ? ", " : "") + std::to_string(m.hidden.back());
  }
  m.activation = dice.one_of({"relu", "leaky_relu", "tanh", "gelu", "softplus"});
  yaml += "], activation: " + m.activation;
  m.l2.clear();
  if (dice.once_in(2)) {
    m.l2.assign(m.hidden.size() + 1, 0);
    yaml += ", l2: [";
    for (std::size_t l = 0; l < m.l2.size(); ++l) {
      const double l2 = dice.one_of({0.0, 0.01, 0.1});
      m.l2[l] = l2;
      yaml += (l > 0 ? ", " : "") + number(l2);
    }
    yaml += "]";
  } else {
    m.l2 = {0};
  }
}

}  // namespace

std::string Problem::yaml(const std::string& folder) const {
  if (!objective_keys.empty()) {
    std::string text = "objective:\n  terms: " + folder + "train.csv\n";
    for (const std::string& key : objective_keys) text += "  " + key + "\n";
    return text + rest;
  }
  std::string text = "data:\n  train: ";
  text += more.empty() ? folder + "train.csv\n" : "[" + folder + "train.csv, " + folder + "more.csv]\n";
  if (!validation.empty()) text += "  validation: " + folder + "validation.csv\n";
  if (!test.empty()) {
    text += data.strip.empty() ? "  test: " + folder + "test.csv\n"
                               : "  test: {file: " + folder + "test.csv, strip: \"" + data.strip + "\"}\n";
  }
  for (const std::string& key : data_keys) text += "  " + key + "\n";
  return text + rest;
}

void draw_model(Dice& dice, Problem& p) {
  ModelSettings& m = p.model;
  std::string yaml;
  switch (m.kind) {
    case Kind::linear:
      yaml = "linear";
      draw_loss(dice, p, yaml);
      draw_penalty(dice, m, yaml);
      break;
    case Kind::poisson:
      yaml = "poisson";
      draw_penalty(dice, m, yaml);
      if (!p.data.exposure.empty()) yaml += ", exposure: " + p.data.exposure;
      break;
    case Kind::logistic:
      yaml = "logistic";
      draw_loss_of_two(dice, m.loss, yaml);
      draw_penalty(dice, m, yaml);
      break;
    case Kind::softmax:
      yaml = "softmax";
      draw_penalty(dice, m, yaml);
      break;
    case Kind::mlp:
      yaml = "mlp";
      draw_network(dice, m, yaml);
      p.data_keys.push_back(m.classes ? "task: classification" : "task: regression");
      break;
  }
  if (m.classes && dice.once_in(3)) {
    m.balanced = true;
    yaml += ", class_weight: balanced";
  } else if (!m.class_weight.empty() && dice.once_in(2)) {
    yaml += ", class_weight: {";
    for (const auto& [label, weight] : m.class_weight)
      yaml += (yaml.back() == '{' ? "\"" : ", \"") + label + "\": " + number(weight);
    yaml += "}";
  } else {
    m.class_weight.clear();
  }
  if (m.balanced) m.class_weight.clear();
  p.rest += "model: {type: " + yaml + "}\n";
}

Problem drawn(std::uint64_t seed, const Wanted& wanted) {
  Dice dice(seed);
  Problem p;
  p.single = dice.once_in(5);
  if (!wanted.quick && dice.once_in(8)) {
    draw_terms(dice, p);
  } else {
    if (wanted.sparse || (wanted.columns == 0 && dice.once_in(8)))
      draw_sparse_files(dice, wanted, p);
    else
      draw_files(dice, wanted, p);
    draw_model(dice, p);
  }
  draw_training(dice, wanted, p);
  if (p.single) p.rest += "precision: single\n";
  p.rest += "threads: " + std::to_string(dice.once_in(20) ? 3 : 1) + "\n";
  if (!wanted.quick) p.rest += "trace: {points: true}\n";
  p.training.seed = static_cast<std::uint64_t>(dice.from(1, 1000));
  p.rest += "seed: " + std::to_string(p.training.seed) + "\n";
  return p;
}

}  // namespace lookahead::pairs
