#include <doctest/doctest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "base/text.hpp"
#include "data/split.hpp"
#include "plain_model.hpp"
#include "run/folds.hpp"
#include "support/problem.hpp"

// Random problems over many options at once, each run by the program and by the plain model, figure by
// figure. LOOKAHEAD_PAIRS in the environment is their number.
namespace lookahead {
namespace {

using plain::Kind;
using plain::Real;

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "lookahead-pairs-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string write(const std::string& name, const std::string& content) const {
    const std::string file = (path_ / name).string();
    std::ofstream(file, std::ios::binary) << content;
    return file;
  }

 private:
  std::filesystem::path path_;
};

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  // From 0 to below n.
  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
  int from(int low, int high) { return low + below(high - low + 1); }
  bool once_in(int n) { return below(n) == 0; }
  template <class T>
  T one_of(std::initializer_list<T> values) {
    return *(values.begin() + below(static_cast<int>(values.size())));
  }

 private:
  std::mt19937_64 random_;
};

// A problem as the program reads it, and as the plain model does.
struct Problem {
  plain::Settings settings;
  std::string yaml;  // without the data's paths
  std::string data_keys, train, validation, test;
  double fraction = 0;
  int folds = 0;
  bool single = false;
};

std::string label_of(Kind kind, Dice& dice, int row, Real score) {
  const auto text = [](double x) { return to_text(x); };
  switch (kind) {
    case Kind::linear:
      return text(static_cast<double>(std::round(100 * (2 * score + dice.below(5) - 2)) / 100));
    case Kind::poisson:
      return text(static_cast<double>(dice.below(4)));
    case Kind::logistic:
      return row < 4 ? (row % 2 == 0 ? "no" : "yes") : (score + dice.below(3) - 1 > 0 ? "yes" : "no");
    case Kind::softmax:
      break;
  }
  return row < 6 ? std::string(1, "abc"[row % 3]) : std::string(1, "abc"[dice.below(3)]);
}

std::string file_text(Kind kind, Dice& dice, int rows, int numbers, bool text, int weights) {
  std::string out;
  for (int j = 0; j < numbers; ++j) out += "x" + std::to_string(j) + ",";
  if (text) out += "colour,";
  if (weights > 0) out += "w,";
  out += "y\n";
  for (int i = 0; i < rows; ++i) {
    Real score = 0;
    for (int j = 0; j < numbers; ++j) {
      const double x = (dice.below(400) - 200) / 100.0 + (j == 0 ? 0.5 : 0);
      score += x;
      out += to_text(x) + ",";
    }
    if (text) out += std::string(dice.one_of({"red", "blue", "green"})) + ",";
    if (weights == 1) out += std::to_string(dice.from(1, 3)) + ",";
    if (weights == 2) out += dice.one_of<std::string>({"0", "1", "1", "20"}) + ",";
    out += label_of(kind, dice, i, score) + "\n";
  }
  return out;
}

Problem drawn(std::uint64_t seed) {
  Dice dice(seed);
  Problem p;
  plain::Settings& s = p.settings;
  s.kind = dice.one_of({Kind::linear, Kind::linear, Kind::logistic, Kind::softmax, Kind::poisson});
  const int numbers = dice.from(1, 3), weights = dice.one_of({0, 1, 2});
  const bool text = dice.once_in(2);
  if (weights > 0) s.weights = "w", p.data_keys += ", weights: w";
  if (text) s.texts = {"colour"};
  switch (dice.below(3)) {
    case 0:
      s.standardize = false, p.data_keys += ", standardize: false";
      break;
    case 1:
      s.standardize_levels = true, p.data_keys += ", standardize: all";
      break;
    default:
      break;
  }
  if (s.kind == Kind::linear && dice.once_in(3))
    s.standardize_target = true, p.data_keys += ", standardize_target: true";
  const int rows = dice.from(24, 60);
  p.train = file_text(s.kind, dice, rows, numbers, text, weights);
  switch (dice.below(4)) {
    case 0:
      p.validation = file_text(s.kind, dice, dice.from(6, 20), numbers, text, weights);
      break;
    case 1:
      p.folds = dice.from(2, 4);
      break;
    case 2:
      p.fraction = dice.one_of({0.2, 0.4});
      break;
    default:
      break;
  }
  if (dice.once_in(2)) p.test = file_text(s.kind, dice, dice.from(6, 20), numbers, text, weights);

  const bool classes = s.kind == Kind::logistic || s.kind == Kind::softmax;
  const double l2 = dice.one_of({0.0, 0.1, 1.0});
  s.l2 = l2;
  s.intercept = !dice.once_in(4);
  std::string class_weight;
  if (classes && dice.once_in(3)) s.balanced = true, class_weight = ", class_weight: balanced";
  if (classes && class_weight.empty() && dice.once_in(3)) {
    const std::string label = s.kind == Kind::logistic ? "yes" : "b";
    s.class_weight[label] = 3;
    class_weight = ", class_weight: {" + label + ": 3}";
  }
  const char* names[] = {"linear", "logistic", "softmax", "poisson"};
  p.yaml = std::string("model: {type: ") + names[static_cast<int>(s.kind)] + ", l2: " + to_text(l2) +
           (s.intercept ? "" : ", intercept: false") + class_weight + "}\n";

  const double rate = s.kind == Kind::poisson ? 0.02 : dice.one_of({0.02, 0.1});
  const bool falls = dice.once_in(2);
  const double last = falls ? 0.001 : rate;
  const double momentum = dice.one_of({0.0, 0.5}), decay = dice.one_of({0.0, 0.1});
  s.rate = rate, s.last_rate = last, s.momentum = momentum, s.weight_decay = decay;
  p.yaml += "optimizer: {name: sgd, momentum: " + to_text(momentum) + ", weight_decay: " + to_text(decay) +
            ", lr: " + (falls ? "{cosine: {from: " + to_text(rate) + ", to: 0.001}}" : to_text(rate)) + "}\n";
  s.k = dice.from(1, 4), s.workers = dice.one_of({1, 1, 2, 3});
  const double alpha = dice.one_of({0.5, 0.8, 1.0});
  s.alpha = alpha;
  s.shard = s.workers > 1 && dice.once_in(2);
  p.yaml += "lookahead: {k: " + std::to_string(s.k) + ", alpha: " + to_text(alpha) +
            ", workers: " + std::to_string(s.workers) + (s.shard ? ", shard: true" : "") + "}\n";
  // The least of several stop rules ends the run and is a schedule's length.
  const int epochs = dice.from(1, 14), steps = dice.from(1, 14), rounds = dice.from(1, 6);
  s.steps = epochs;
  p.yaml += "stop: {epochs: " + std::to_string(epochs);
  if (dice.once_in(2)) s.steps = std::min(s.steps, steps), p.yaml += ", steps: " + std::to_string(steps);
  if (dice.once_in(3))
    s.steps = std::min(s.steps, rounds * s.k), p.yaml += ", rounds: " + std::to_string(rounds);
  p.yaml += "}\nbatch: full\nmetrics: ";
  p.yaml += s.kind == Kind::linear     ? "[rmse, mae, r2]\n"
            : s.kind == Kind::poisson  ? "[rmse, mae]\n"
            : s.kind == Kind::logistic ? "[accuracy, log_loss, auc]\n"
                                       : "[accuracy, log_loss]\n";
  p.single = dice.once_in(5);
  if (p.single) p.yaml += "precision: single\n";
  return p;
}

std::string problem_text(const Problem& p, const Folder& folder) {
  std::string text = "data: {train: " + folder.write("train.csv", p.train) + ", target: y" + p.data_keys;
  if (!p.validation.empty()) text += ", validation: " + folder.write("validation.csv", p.validation);
  if (p.fraction > 0) text += ", validation: " + to_text(p.fraction);
  if (p.folds > 0) text += ", validation: {folds: " + std::to_string(p.folds) + "}";
  if (!p.test.empty()) text += ", test: " + folder.write("test.csv", p.test);
  return text + "}\n" + p.yaml;
}

// What is compared: a figure's name and the two values.
class Figures {
 public:
  explicit Figures(bool single) : tolerance_(single ? 2e-3 : 1e-8) {}
  void expect(const std::string& name, Real value, bool undecided = false) {
    if (!undecided) expected_[name] = value;
  }
  void compare(const std::string& name, double value) {
    const auto found = expected_.find(name);
    if (found == expected_.end()) return;
    const Real difference = std::abs(static_cast<Real>(value) - found->second);
    // Sums of some 60 rows over some 14 steps, of numbers up to 10, in the run's precision.
    if (!(difference <= tolerance_ * (1 + std::abs(found->second))))
      wrong_ +=
          name + ": " + to_text(value) + ", right is " + to_text(static_cast<double>(found->second)) + "\n";
    ++compared;
  }
  const std::string& wrong() const { return wrong_; }
  int compared = 0;

 private:
  Real tolerance_;
  std::map<std::string, Real> expected_;
  std::string wrong_;
};

// The figures of one set of rows. Close decisions between classes are left out: rounding may turn them.
void expect_part(Figures& figures, const std::string& prefix, const Problem& p, const plain::Encoder& encoder,
                 const plain::Rows& rows, const plain::Point& point) {
  Real margin = std::numeric_limits<Real>::infinity();
  const auto values = plain::metrics(p.settings, encoder, rows, point, margin);
  const bool close = margin < (p.single ? 1e-2L : 1e-7L);
  for (const auto& [name, value] : values)
    figures.expect(prefix + name, value, close && (name == "accuracy" || name == "auc"));
}

std::vector<std::size_t> where(const std::vector<bool>& flags, bool wanted) {
  std::vector<std::size_t> listed;
  for (std::size_t i = 0; i < flags.size(); ++i)
    if (flags[i] == wanted) listed.push_back(i);
  return listed;
}

plain::File listed_of(const plain::File& file, const std::vector<std::size_t>& listed) {
  plain::File out{file.names, {}};
  for (const std::size_t row : listed) out.rows.push_back(file.rows[row]);
  return out;
}

std::vector<std::uint32_t> class_of_rows(const plain::Encoder& encoder, const plain::Rows& rows) {
  std::vector<std::uint32_t> classes(rows.targets.size(), 0);
  for (std::size_t i = 0; i < classes.size() && !encoder.classes().empty(); ++i)
    classes[i] = static_cast<std::uint32_t>(rows.targets[i]);
  return classes;
}

struct Tally {
  int problems = 0, refused = 0, figures = 0;
  std::string wrong;
};

// Whether all row weights of a set are 0, which the program refuses.
bool counts_nothing(const plain::Rows& rows) {
  return std::any_of(rows.weights.begin(), rows.weights.end(), [](Real w) { return std::isnan(w); });
}

template <Scalar T>
void compare(const Problem& p, const Folder& folder, std::uint64_t seed, Tally& tally) {
  const plain::Settings& s = p.settings;
  const std::string text = problem_text(p, folder);
  ++tally.problems;
  const auto spec = read_problem({text, "problem.yaml", "problem", ".", {}});
  REQUIRE_MESSAGE(static_cast<bool>(spec), text);

  const plain::File whole = plain::file_of(p.train);
  plain::File training = whole;
  plain::Rows held_out;
  std::vector<std::size_t> aside;
  if (p.fraction > 0) {
    const plain::Encoder all(whole, s);
    const auto held = held_out_rows(class_of_rows(all, all.encode(whole)), p.fraction,
                                    static_cast<std::uint64_t>(spec->data->split_seed));
    aside = where(held, true);
    training = listed_of(whole, where(held, false));
  }
  const plain::Encoder encoder(training, s);
  const plain::Rows rows = encoder.encode(training);
  const std::size_t outputs = s.kind == Kind::softmax ? encoder.classes().size() : 1;
  bool refused = counts_nothing(rows);
  const auto judging = [&](const plain::File& file) {
    const plain::Rows encoded = encoder.encode(file);
    refused = refused || counts_nothing(encoded);
    return encoded;
  };
  if (p.fraction > 0) held_out = judging(listed_of(whole, aside));
  if (!p.validation.empty()) held_out = judging(plain::file_of(p.validation));
  plain::Rows test;
  if (!p.test.empty()) test = judging(plain::file_of(p.test));
  std::vector<std::vector<std::size_t>> inside(static_cast<std::size_t>(p.folds)), outside = inside;
  if (p.folds > 0) {
    const auto fold_of = fold_of_rows(class_of_rows(encoder, rows), p.folds,
                                      static_cast<std::uint64_t>(spec->data->split_seed));
    for (std::size_t f = 0; f < inside.size(); ++f) {
      for (std::size_t i = 0; i < fold_of.size(); ++i) (fold_of[i] == f ? inside : outside)[f].push_back(i);
      refused = refused || counts_nothing(plain::part(rows, inside[f]));
    }
  }

  auto plan = make_plan<T>(*spec);
  const auto say = [&](const std::string& what) {
    if (tally.wrong.size() < 4000) tally.wrong += "problem " + std::to_string(seed) + "\n" + text + what;
  };
  if (!plan || refused) {
    ++tally.refused;
    if (plan && refused) say("rows that count nothing are accepted\n");
    if (!plan && !refused) say(to_string(plan.faults().front()) + "\n");
    return;
  }
  Session<T> session(*plan);
  Watcher watcher;
  Outcome outcome = session.run(nullptr, watcher);

  Figures figures(p.single);
  const plain::Point point = plain::trained(s, outputs, encoder.classes(), rows);
  figures.expect("loss", plain::training_loss(s, outputs, encoder.classes(), rows, point));
  expect_part(figures, "train_", p, encoder, rows, point);
  if (!held_out.targets.empty()) {
    figures.expect("val_loss", plain::mean_loss(s, outputs, held_out, point));
    expect_part(figures, "val_", p, encoder, held_out, point);
  }
  if (!test.targets.empty()) expect_part(figures, "test_", p, encoder, test, point);
  figures.compare("loss", outcome.loss_slow);
  for (const auto& [name, value] : outcome.metrics) figures.compare(name, value);
  if (!figures.wrong().empty()) say(figures.wrong());
  tally.figures += figures.compared;
  if (p.folds == 0) return;

  const auto validation = cross_validate(*plan, watcher);
  REQUIRE(static_cast<bool>(validation));
  const auto columns = fold_columns(*spec);
  for (std::size_t f = 0; f < inside.size(); ++f) {
    Figures of_fold(p.single);
    const plain::Rows judged = plain::part(rows, inside[f]), learned = plain::part(rows, outside[f]);
    const plain::Point there = plain::trained(s, outputs, encoder.classes(), learned);
    of_fold.expect("val_loss", plain::mean_loss(s, outputs, judged, there));
    expect_part(of_fold, "val_", p, encoder, judged, there);
    for (std::size_t c = 0; c < columns.size(); ++c)
      of_fold.compare(columns[c], validation->folds[f].values[c]);
    if (!of_fold.wrong().empty()) say("fold " + std::to_string(f + 1) + " " + of_fold.wrong());
    tally.figures += of_fold.compared;
  }
}

std::uint64_t wanted() {
  const char* text = std::getenv("LOOKAHEAD_PAIRS");
  return text == nullptr ? 2000 : std::strtoull(text, nullptr, 10);
}

TEST_CASE("random problems have the figures of the plain model") {
  const Folder folder;
  Tally tally;
  for (std::uint64_t seed = 1; seed <= wanted(); ++seed) {
    const Problem problem = drawn(seed);
    problem.single ? compare<float>(problem, folder, seed, tally)
                   : compare<double>(problem, folder, seed, tally);
  }
  MESSAGE(tally.problems << " problems, " << tally.refused << " refused, " << tally.figures << " figures");
  CHECK_MESSAGE(tally.wrong.empty(), tally.wrong);
  CHECK(tally.refused * 10 < tally.problems);
  CHECK(tally.figures > 5 * tally.problems);
}

}  // namespace
}  // namespace lookahead
