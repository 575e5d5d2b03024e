#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "drawing.hpp"

namespace lookahead::pairs {

// Rows of LIBSVM: label index:value ..., most of them not written.
void draw_sparse_files(Dice& dice, const Wanted& wanted, Problem& p) {
  DataSettings& d = p.data;
  ModelSettings& m = p.model;
  d.libsvm = true;
  d.target = "label";
  m.kind = dice.one_of({Kind::linear, Kind::logistic, Kind::softmax, Kind::poisson, Kind::mlp});
  if (wanted.kind) m.kind = *wanted.kind;
  m.classes = m.kind == Kind::logistic || m.kind == Kind::softmax || (m.kind == Kind::mlp && dice.once_in(2));
  const int columns = wanted.columns > 0 ? wanted.columns : dice.from(1, 12), first = dice.below(2);
  const int classes = m.kind == Kind::softmax ? dice.from(2, 4) : 2;
  const char* labels[] = {"+1", "-1", "2", "3"};
  const auto file = [&](int rows, bool training) {
    std::string text;
    for (int i = 0; i < rows; ++i) {
      text += m.classes
                  ? labels[i < 2 * classes ? i % classes : dice.below(classes)]
                  : to_text(m.kind == Kind::poisson ? dice.below(4) : std::round(200 * dice.unit()) / 100);
      // Enough of them that every index has a feature of its own, and in training both ends of the range.
      const int gap = std::max(1, columns / 4000);
      for (int j = first; j < columns + first; ++j) {
        const bool end = training && i == 0 && (j == first || j + 1 == columns + first);
        if (!end && (dice.below(2) == 0 || dice.below(gap) != 0)) continue;
        text += " " + std::to_string(j) + ":" + to_text(std::round(200 * dice.unit()) / 100 + 2.01);
      }
      text += "\n";
    }
    return text;
  };
  const int rows = wanted.rows > 0 ? wanted.rows : dice.from(12, 60);
  p.train = file(rows, true);
  if (dice.once_in(2)) p.test = file(dice.from(4, 20), false);
  const auto key = [&](const std::string& text) { p.data_keys.push_back(text); };
  key("format: libsvm");
  d.scaling = dice.once_in(2) ? Scaling::numbers : Scaling::none;
  if (d.scaling == Scaling::numbers) key("standardize: true");
  if (!m.classes && m.kind != Kind::poisson && dice.once_in(3))
    d.standardize_target = true, key("standardize_target: true");
  switch (dice.below(4)) {
    case 0:
      p.validation = file(dice.from(4, 20), false);
      break;
    case 1:
      p.folds = dice.from(2, 4);
      key("validation: {folds: " + std::to_string(p.folds) + "}");
      break;
    case 2:
      if (rows < 20) break;
      p.validation_fraction = 0.25;
      key("validation: 0.25");
      break;
    default:
      break;
  }
  if (m.classes) m.class_weight = {{"+1", 3}};
  p.classes = classes;
}

}  // namespace lookahead::pairs
