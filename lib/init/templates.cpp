#include "init/templates.hpp"

namespace lookahead {
namespace {

constexpr const char* function_template = R"(# A built-in function: lookahead list functions names them all.
objective:
  function: rosenbrock_chained
  dim: 10
  # noise: {gaussian: 0.1}  # in every component of the gradient, or a list
start: default              # default | random | {uniform: [-2, 2]} | a list
optimizer:
  name: adam                # lookahead list optimizers
  lr: 1e-2                  # or a schedule, {cosine: {from: 1e-1, to: 1e-4}}
lookahead:                  # false: the optimizer alone
  k: 5                      # fast steps per slow step
  alpha: 0.5                # the slow step
stop:
  steps: 20000
  target: 1e-8              # f(slow) - f*
seed: 1
)";

constexpr const char* expression_template =
    R"(# A function of your own: lookahead describe expression shows the language and
# its functions.
objective:
  expression: |
    # Rosenbrock's valley, chained
    sum(i, 0, n-2, a*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2)
  dim: 3
  constants: {a: 100}       # numbers or lists
  domain: [-2, 2]           # the start is its middle
  minimum: 0                # where it is known: for gaps and stop.target
start: {uniform: [-2, 2]}   # default | random | {uniform: [low, high]} | a list
optimizer:
  name: adam                # lookahead list optimizers
  lr: 1e-2                  # a number or a schedule
lookahead:
  k: 5                      # fast steps per slow step
  alpha: 0.5                # the slow step
stop:
  steps: 20000
  target: 1e-8              # f(slow) - minimum
seed: 1
)";

constexpr const char* game_template =
    R"(# A game of two players, each of whom minimizes a function of both: lookahead
# list games names them all.
objective:
  game: bilinear            # or stochastic_bilinear, whose terms are drawn by
                            # noise: {minibatch: 1}
optimizer:
  name: extragradient       # plain gradient steps go round in circles here,
                            # unless they look ahead
  lr: 0.1
lookahead:
  k: 5                      # fast steps per slow step
  alpha: 0.5                # the slow step
stop:
  steps: 5000
seed: 1
)";

constexpr const char* classification_template = R"(# A classifier of the rows of a CSV file.
# lookahead init --data train.csv --target label makes this file for your data.
data:
  train: train.csv
  target: label             # the column to learn; its number from 1 where the
                            # file has no header
  validation: 0.2           # a fraction of the rows, or a file
  # test: test.csv          # evaluated at the end; also a fraction
  # missing: impute         # error | drop | impute | mean, of missing cells
  # drop: [id]              # columns to leave out; features: [a, b] to use
  # weights: count          # a numeric column that says how much a row counts
model: {type: softmax, l2: 1e-4}   # logistic for two classes
optimizer: {name: adam, lr: 1e-3}
lookahead: {k: 5, alpha: 0.5}
batch: 32
metrics: [accuracy]
stop: {epochs: 50}
seed: 1
)";

constexpr const char* regression_template = R"(# A regression on the rows of a CSV file.
# lookahead init --data train.csv --target price makes this file for your data.
data:
  train: train.csv
  target: price             # the column to learn; its number from 1 where the
                            # file has no header
  standardize_target: true  # rates then do not depend on its unit
  validation: 0.2           # a fraction of the rows, or a file
  # test: test.csv          # evaluated at the end; also a fraction
  # missing: impute         # error | drop | impute | mean, of missing cells
  # drop: [id]              # columns to leave out; features: [a, b] to use
  # weights: count          # a numeric column that says how much a row counts
model: {type: linear, l2: 1e-4}
optimizer: {name: adam, lr: 1e-3}
lookahead: {k: 5, alpha: 0.5}
batch: 32
metrics: [rmse, r2]
stop: {epochs: 50}
seed: 1
)";

constexpr const char* sweep_template =
    R"(# Contrasts methods over settings and seeds: lookahead sweep FILE, then
# lookahead compare sweeps/NAME --value tail_gap.
problem:                    # a file, or the problem itself
  objective:
    {function: quadratic_diag, dim: 20, condition: 100, noise: {gaussian: 0.03}}
  optimizer: {name: sgd, lr: 0.1, momentum: 0.9}
  stop: {steps: 400}
methods:                    # settings of the problem, each under a label
  plain: {lookahead: false}
  lookahead: {lookahead: {k: 10, alpha: 0.2}}
vary:                       # a grid over these: lists of values, or ranges
  optimizer.lr: {log: [1e-3, 1], points: 13}
seeds: 1..10
# targets: [1e-2, 1e-4]     # steps, evaluations and time to these gaps
# keep: traces              # a folder of every run, for plots of curves
)";

constexpr Template templates[] = {
    {"function", "a built-in function", function_template},
    {"game", "a game of two players", game_template},
    {"expression", "a formula of your own", expression_template},
    {"classification", "a CSV file with classes to learn", classification_template},
    {"regression", "a CSV file with a number to learn", regression_template},
    {"sweep", "methods and settings to compare", sweep_template}};

}  // namespace

std::span<const Template> problem_templates() { return templates; }

}  // namespace lookahead
