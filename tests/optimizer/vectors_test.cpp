#include "support/problem.hpp"

using namespace lookahead;
using namespace lookahead::test;

namespace {

// Iterates on Rosenbrock from (-1.2, 1) as PyTorch 1.13.1 and optax compute them in double precision.
struct Vector {
  const char* optimizer;
  Index steps;
  double x, y;
};

const std::vector<Vector> plain = {
    {"{name: nadam, lr: 2e-3}", 10, -1.1842058498007866, 1.0158213676038934},
    {"{name: radam, lr: 1e-5}", 10, -1.1893950287525337, 1.0043365410980267},
    {"{name: adamax, lr: 2e-3}", 10, -1.1807582666522023, 1.019303802737997},
    {"{name: adabelief, lr: 1e-2}", 10, -1.0786986901684195, 1.1219330560985208},
    {"{name: yogi, lr: 1e-2}", 10, -1.1050814489995961, 1.095208528573999},
    {"{name: adagrad, lr: 1e-2}", 10, -1.1541881373088774, 1.0460927522519499},
    {"{name: adadelta, lr: 1}", 10, -1.1691131971014705, 1.0310816323412628},
    {"{name: lion, lr: 1e-4, weight_decay: 0}", 10, -1.199, 1.001},
    {"{name: rprop, lr: 1e-2}", 10, -1.0529250559999999, 1.147074944},
    {"{name: adan, lr: 1e-3}", 10, -1.1900040585757803, 1.0099963360739592},
    {"{name: radam, lr: 1e-3}", 60, -0.9603863834870313, 1.0595112402194915},
    {"{name: amsgrad, lr: 1e-2, beta2: 0.9}", 60, -1.060897717036006, 1.1176394793825442},
    {"{name: amsgrad, lr: 1e-2, beta2: 0.9, maximum: corrected}", 60, -1.0579631926197426,
     1.1359454616981264},
    {"{name: sgd, lr: 1e-3}", 10, -1.0214113342697504, 1.0512622673760386},
    {"{name: sgd, lr: 1e-3, momentum: 0.9}", 10, -0.8139232312953054, 0.7548677722225033},
    {"{name: sgd, lr: 1e-3, momentum: 0.9, dampening: 0.5}", 10, -0.855321752127956, 0.7734938449275325},
    {"{name: sgd, lr: 1e-3, momentum: 0.9, nesterov: true}", 10, -0.8799183284394608, 0.7819461813465748},
    {"{name: adam, lr: 1e-2}", 10, -1.1049555420644475, 1.0953346172030314},
    {"{name: adamw, lr: 1e-2, weight_decay: 1e-2}", 10, -1.1038433470975522, 1.0942521281724633},
    {"{name: adam, lr: 1e-2, amsgrad: true}", 10, -1.1049555420644475, 1.0953346172030314},
    {"{name: adam, lr: 1e-2, amsgrad: true, maximum: corrected}", 10, -1.118992115280721, 1.0819606000741135},
    {"{name: rmsprop, lr: 1e-2}", 10, -1.0586165350733276, 1.1269467398858146},
    {"{name: rmsprop, lr: 1e-3, centered: true, momentum: 0.9}", 10, -1.020067869398999, 1.180259071649121},
    {"{name: adam, lr: 1e-2, beta2: 0.9}", 60, -1.0389686566541572, 1.098674630491088},
    {"{name: adam, lr: 1e-2, beta2: 0.9, amsgrad: true}", 60, -1.060897717036006, 1.1176394793825442},
    {"{name: adam, lr: 1e-2, beta2: 0.9, amsgrad: true, maximum: corrected}", 60, -1.0579631926197426,
     1.1359454616981264}};

// Lookahead(k = 5, alpha = 0.5) after 23 steps: in the middle of the fifth round.
struct LookaheadVector {
  const char* optimizer;
  const char* at_sync;
  double fast_x, fast_y, slow_x, slow_y;
};

const std::vector<LookaheadVector> with_lookahead = {
    {"{name: sgd, lr: 1e-3}", "keep", -1.0212821457354875, 1.051000080561102, -1.0339175896339212,
     1.0508075080619625},
    {"{name: sgd, lr: 1e-3}", "reset", -1.0212821457354875, 1.051000080561102, -1.0339175896339212,
     1.0508075080619625},
    {"{name: sgd, lr: 1e-3, momentum: 0.9}", "keep", -0.7645066640282391, 0.5759899488413517,
     -0.8035524477171898, 0.6850332342492211},
    {"{name: sgd, lr: 1e-3, momentum: 0.9}", "reset", -0.8358013145867921, 0.9136374562278066,
     -1.0285461012427553, 0.8379675299163282},
    {"{name: adam, lr: 1e-2}", "keep", -1.0875832391108053, 1.112990231290374, -1.1089192367713607,
     1.0914857179875779},
    {"{name: adam, lr: 1e-2}", "reset", -1.0729099729137161, 1.1270121791022438, -1.102129279071475,
     1.0978917984536793}};

// 1e-12 relative is what is asked of us: torch's own operations differ from ours by a few roundings per step.
bool agrees(double ours, double theirs) { return std::abs(ours - theirs) <= 1e-12 * std::abs(theirs); }

}  // namespace

TEST_CASE("every optimizer gives the reference iterates on Rosenbrock") {
  for (const Vector& vector : plain) {
    CAPTURE(vector.optimizer);
    Trial<double> trial(
        "objective: rosenbrock\nlookahead: false\noptimizer: " + std::string(vector.optimizer) +
        "\nstop: {steps: " + std::to_string(vector.steps) + "}\n");
    trial.run();
    CHECK(agrees(trial.slow()[0], vector.x));
    CHECK(agrees(trial.slow()[1], vector.y));
  }
}

TEST_CASE("Lookahead gives the reference iterates with the inner state kept and reset") {
  for (const LookaheadVector& vector : with_lookahead) {
    CAPTURE(vector.optimizer);
    CAPTURE(vector.at_sync);
    Trial<double> trial("objective: rosenbrock\noptimizer: " + std::string(vector.optimizer) +
                        "\nlookahead: {k: 5, alpha: 0.5, at_sync: " + vector.at_sync +
                        "}\nstop: {steps: 23}\n");
    trial.run();
    CHECK(agrees(trial.fast()[0], vector.fast_x));
    CHECK(agrees(trial.fast()[1], vector.fast_y));
    CHECK(agrees(trial.slow()[0], vector.slow_x));
    CHECK(agrees(trial.slow()[1], vector.slow_y));
  }
}

TEST_CASE("single precision follows the reference iterates to single precision") {
  for (const Vector& vector : plain) {
    CAPTURE(vector.optimizer);
    Trial<float> trial("objective: rosenbrock\nlookahead: false\nprecision: single\noptimizer: " +
                       std::string(vector.optimizer) + "\nstop: {steps: " + std::to_string(vector.steps) +
                       "}\n");
    trial.run();
    // 60 steps, each with an error of a few units of 6e-8 that the curvature of 1000 may enlarge
    CHECK(std::abs(static_cast<double>(trial.slow()[0]) - vector.x) < 2e-4);
    CHECK(std::abs(static_cast<double>(trial.slow()[1]) - vector.y) < 2e-4);
  }
}
