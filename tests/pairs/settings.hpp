#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

// What a problem asks for, as the plain model sees it: numbers and words, nothing of the program's.
namespace lookahead::pairs {

using Real = long double;
using Vector = std::vector<Real>;

enum class Kind { linear, logistic, softmax, poisson, mlp };
enum class Scaling { none, numbers, all };
enum class Policy { error, drop, impute, mean };

struct DataSettings {
  std::string target = "y";
  std::string weights, exposure;  // columns; empty: none
  std::set<std::string> texts;    // columns of categories
  std::set<std::string> exact;    // of them, those listed in data.categorical: 07 and 7 differ
  std::set<std::string> dropped;  // columns left out
  Policy policy = Policy::error;
  std::set<std::string> marks = {"", "na", "nan", "?"};  // of missing cells, in small letters
  std::optional<Real> number_mark;
  bool drop_first = false;
  int rare = 0;
  Scaling scaling = Scaling::numbers;
  bool standardize_target = false;
  std::string event;
  char separator = ',', decimal = '.', thousands = 0, comment = 0;
  std::string unit;
  std::string strip;  // of the test file's targets
  int skip_lines = 0;
  bool header = true, libsvm = false;
};

struct LossSettings {
  std::string name = "squared";
  Real size = 1;                  // delta, c, gamma or tau
  std::optional<Real> smoothing;  // of quantile; none: a tenth of the target's standard deviation
  // Of a loss that is a formula: what cancels in its slope as it is written, and the residual at which it
  // overflows.
  Real cancelled = 0;
  std::optional<Real> reach;
};

struct ModelSettings {
  Kind kind = Kind::linear;
  LossSettings loss;
  bool intercept = true;
  Vector l2 = {0};  // one for each layer, or for all
  Real l1 = 0;
  std::string penalty;  // empty, nonconvex or group
  Real strength = 0, epsilon = 1e-3L;
  bool balanced = false;
  std::map<std::string, Real> class_weight;
  std::vector<std::size_t> hidden;
  std::string activation;
  bool classes = false;  // whether the target is a class
};

struct ScheduleSettings {
  std::string name = "constant";
  std::map<std::string, Real> numbers;  // of `constant`: from
  Vector milestones;
};

struct RuleSettings {
  std::string name = "sgd";
  std::map<std::string, Real> numbers;
  std::set<std::string> flags;
  std::optional<Real> clip_norm, clip_value;
  ScheduleSettings rate;
};

struct LevelSettings {
  ScheduleSettings k, alpha;
  std::string at_sync = "keep";
  std::string outer = "sgd";
  std::map<std::string, Real> numbers;  // of the outer rule
};

struct PatienceSettings {
  std::string metric;
  long epochs = 5;
  Real min_delta = 0;
};

struct TrainingSettings {
  RuleSettings rule;
  std::vector<LevelSettings> levels;  // the innermost first
  int workers = 1;
  bool shard = false;
  std::optional<long> steps, epochs, rounds, evals;
  std::optional<Real> target, grad_norm;
  std::size_t batch = 0;  // rows of a step; 0: all
  bool followed = true;   // whether every step can be made by hand
  std::string sampling = "sequential";
  std::uint64_t seed = 1;
  Real divergence = 1e12L;
  std::optional<PatienceSettings> patience;
};

}  // namespace lookahead::pairs
