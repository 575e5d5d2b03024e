#include "faults_of.hpp"

// What looks right and means something else: to YAML, or to the numbers of the run.
using namespace lookahead;
using namespace lookahead::test;

namespace {

void says(const std::string& yaml, const std::string& line) {
  CAPTURE(yaml);
  CHECK_MESSAGE(("\n" + faults_of(yaml)).find("\n" + line) != std::string::npos, faults_of(yaml));
}

const std::string sphere_problem = "objective: sphere\noptimizer: sgd\n";
const std::string without_data = "model: linear\noptimizer: sgd\n";

}  // namespace

TEST_CASE("YAML's own traps are reported with their cure") {
  const auto star = [](const std::string& text) {
    return "(a text that begins with * stands in quotes: '" + text + "')\n";
  };
  says("data:\n  train: *.csv\n  target: y\n" + without_data,
       "p.yaml:2:10: error: not valid YAML: the referenced anchor is not defined " + star("*.csv"));
  says("data: {train: a.csv, target: y, drop: [*]}\n" + without_data,
       "p.yaml:1:41: error: not valid YAML: alias not found after * " + star("*"));
  says("data: {train: a.csv, target: y, drop: [*acid*]}\n" + without_data,
       "p.yaml:1:40: error: not valid YAML: the referenced anchor is not defined " + star("*acid*"));
  says("data: {train: part-?.csv, target: y}\n" + without_data,
       "p.yaml:1:20: error: not valid YAML: unknown token (a text with ? in [ ] or { } stands in quotes: "
       "'part-?.csv')\n");
  says("data: {train: [a.csv, ?.csv], target: y}\n" + without_data,
       "p.yaml:1:23: error: not valid YAML: unknown token (a text with ? in [ ] or { } stands in quotes: "
       "'?.csv')\n");
  for (const char* text : {"@home", "`x`", "%x"}) {
    says(sphere_problem + "name: " + text + "\n",
         std::string("p.yaml:3:7: error: not valid YAML: unknown token (a text that begins with ") + *text +
             " stands in quotes: '" + text + "')\n");
  }
  says(sphere_problem + "name: !x\n",
       "p.yaml:3:7: error: YAML tags are not supported (leave the tag out; a text that begins with ! stands "
       "in "
       "quotes)\n");
  says(sphere_problem + "name: a: b\n",
       "p.yaml:3:8: error: not valid YAML: illegal map value (a text with a colon "
       "and a blank stands in quotes)\n");
  says("objective: sphere\n optimizer: sgd\n",
       "p.yaml:2:11: error: not valid YAML: illegal map value (the indentation of line 2 fits no line "
       "above it: the keys of a block begin in the same column)\n");
  says(sphere_problem + "name: \"a\n",
       "p.yaml:3:9: error: not valid YAML: illegal EOF in scalar (a quote is never "
       "closed)\n");
  says(sphere_problem + "stop: {steps: 3\n",
       "p.yaml:3:1: error: not valid YAML: end of map flow not found (a bracket is never closed, or a comma "
       "is "
       "missing before this place)\n");
  says(
      "objective: sphere\noptimizer: {name: sgd, lr:\xC2\xA0"
      "0.1}\n",
      "p.yaml:2:27: error: a no-break space (use blanks; in a text it stands in quotes)\n");
  // A value of --set is YAML too.
  CHECK(faults_of("data: {train: a.csv, target: y}\n" + without_data, {"data.drop=[*]"}) ==
        "--set data.drop=[*]: error: not valid YAML: alias not found after * " + star("*"));
}

TEST_CASE("a key without a blank after its colon is reported as that") {
  const std::string apart = "(a blank after the colon: steps: 100)\n";
  says(sphere_problem + "stop: {steps:100}\n", "p.yaml:3:8: error: unknown key 'steps:100' in stop " + apart);
  says(sphere_problem + "stop:\n  steps:100\n",
       "p.yaml:4:3: error: stop must be a map, got 'steps:100' " + apart);
  says(
      "objective:sphere\noptimizer: sgd\n",
      "p.yaml:2:10: error: not valid YAML: illegal map value (a blank after the colon: objective: sphere)\n");
  says("objective: sphere\noptimizer: {name:sgd}\n",
       "p.yaml:2:12: error: optimizer needs the key 'name' (a blank after the colon: name: sgd)\n");
  says("objective: sphere\noptimizer: {adam: {lr: 0.1}}\n",
       "p.yaml:2:12: error: optimizer needs the key 'name' (write optimizer: {name: adam, ...})\n");
  says("data: {train: a.csv, target: y}\nmodel: {softmax: {l2: 0.1}}\noptimizer: sgd\n",
       "p.yaml:2:8: error: model needs the key 'type' (write model: {type: softmax, ...})\n");
  says(sphere_problem + "lookahead:\n  k:5\n",
       "p.yaml:4:3: error: lookahead must be a map such as {k: 5, alpha: 0.5}, "
       "or false, got 'k:5' (a blank after the colon: k: 5)\n");
  says(
      sphere_problem + "stop:\n  steps = 5\n",
      "p.yaml:4:3: error: stop must be a map, got 'steps = 5' (a colon and a blank in the place of =: steps: "
      "5)\n");
}

TEST_CASE("numbers that are written as no number say how to write them") {
  const auto rate = [](const std::string& text) {
    return "objective: sphere\noptimizer: {name: sgd, lr: " + text + "}\n";
  };
  says(rate("\"0.1\""),
       "p.yaml:2:28: error: optimizer.lr must be a number, got '0.1' (without the quotes it is the number "
       "0.1)\n");
  says(rate("0,1"),
       "p.yaml:2:30: error: unknown key '1' in optimizer (decimals stand behind a point: in { } a "
       "comma begins a new key)\n");
  says("objective: sphere\noptimizer:\n  name: sgd\n  lr: 0,1\n",
       "p.yaml:4:7: error: optimizer.lr must be a number, got '0,1' (decimals stand behind a point: 0.1)\n");
  says(sphere_problem + "seed: '3'\n",
       "p.yaml:3:7: error: seed must be an integer, got '3' (without the quotes it is the number 3)\n");
  says(sphere_problem + "seed: 1_000\n",
       "p.yaml:3:7: error: seed must be an integer, got '1_000' (write 1000)\n");
  says(sphere_problem + "seed: 010\n",
       "p.yaml:3:7: error: seed must be an integer, got '010' (without the leading zero, in decimal)\n");
  says(sphere_problem + "stop: {steps: 1e18}\n",
       "p.yaml:3:15: error: stop.steps must be >= 1 and <= 1e+15, got 1e18\n");
  says(
      sphere_problem + "stop: {steps: 1,000}\n",
      "p.yaml:3:17: error: unknown key '000' in stop (in { } a comma begins a new key: write 1000, or 1.000 for a "
      "decimal)\n");
  says(sphere_problem + "stop: {steps: 10k}\n",
       "p.yaml:3:15: error: stop.steps must be an integer, got '10k' (write 10000)\n");
  const std::string dash = "\xE2\x80\x93";
  says("objective: sphere\noptimizer: {name: sgd, lr: " + dash + "0.1}\n",
       "p.yaml:2:28: error: optimizer.lr must be a number, got '" + dash +
           "0.1' (a minus is a hyphen: -0.1)\n");
  says(
      sphere_problem + "lookahead: False\n",
      "p.yaml:3:12: error: lookahead must be a map such as {k: 5, alpha: 0.5}, or false, got 'False' (write false)\n");
  says("objective: sphere\noptimizer: {name: sgd}}\n",
       "p.yaml:2:23: error: not valid YAML: illegal flow end (a bracket is closed that was not opened)\n");
  says(
      "objective: sphere\noptimizer: sgd, lr: 0.1\n",
      "p.yaml:2:19: error: not valid YAML: illegal map value (keys on one line stand in braces: optimizer: {name: sgd, lr: 0.1})\n");
  says(sphere_problem + "stop: {steps: 1000000000000000000}\n",
       "p.yaml:3:15: error: stop.steps must be >= 1 and <= 1e+15, got 1000000000000000000\n");
  says(sphere_problem + "trace: {points: yes}\n",
       "p.yaml:3:17: error: trace.points must be true or false, got 'yes' (write true)\n");
  says(sphere_problem + "trace: {points: 'false'}\n",
       "p.yaml:3:17: error: trace.points must be true or false, got 'false' (write false, without quotes)\n");
}

TEST_CASE("what compares gradients with losses or each other is not clipped") {
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    for (const char* clip : {"{norm: 1}", "{value: 0.1}"}) {
      const std::string faults =
          faults_of("objective: sphere\noptimizer: {name: " + entry.card.name + ", clip: " + clip + "}\n");
      CAPTURE(faults);
      CHECK((faults.find("optimizer " + entry.card.name + " compares gradients") != std::string::npos) ==
            entry.compares);
    }
  }
  CHECK(optimizer_catalog().find("polyak")->compares);
  CHECK(optimizer_catalog().find("lbfgs")->compares);
  CHECK(!optimizer_catalog().find("svrg")->compares);
  says("objective: sphere\noptimizer: {name: lbfgs, clip: {norm: 1}}\n",
       "p.yaml:2:32: error: optimizer lbfgs compares gradients with losses or with each other, and clip "
       "changes "
       "some of them (leave out clip; optimizer.lr limits the step)\n");
  says("objective: sphere\noptimizer: {name: sgd, clip: {norm: 1}}\nlookahead: {alpha: adaptive}\n",
       "p.yaml:2:30: error: lookahead.alpha: adaptive compares the gradients at both ends of a round, and "
       "clip "
       "changes some of them (leave out clip, or give alpha a number)\n");
}

TEST_CASE("a factorization, whose rows and columns all have weights of their own, has no level dropped") {
  says(
      "data: {train: a.csv, target: y, encoding: drop_first}\nmodel: matrix_factorization\noptimizer: adam\n",
      "p.yaml:1:43: error: model matrix_factorization gives every row and column its own weights, the first too "
      "(leave out data.encoding)\n");
}

TEST_CASE("l1 goes with steps along a direction alone, and with gradients that are told as they are") {
  const std::string data = "data: {train: a.csv, target: y}\nmodel: {type: linear, l1: 0.1}\n";
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    const std::string& name = entry.card.name;
    const bool fits = name == "sgd" || name == "svrg" || name == "saga" || name == "sarah";
    CAPTURE(name);
    const std::string faults = faults_of(data + "optimizer: " + name + "\n");
    CHECK((faults.find("model.l1 needs an optimizer whose step is x - lr * direction, and " + name +
                       " is none") != std::string::npos) == !fits);
    if (fits) CHECK(faults == "");
    CHECK(
        faults_of("data: {train: a.csv, target: y}\nmodel: {type: linear, l1: 0}\noptimizer: " + name + "\n")
            .find("l1") == std::string::npos);
  }
  says(
      data + "optimizer: adam\n",
      "p.yaml:3:12: error: model.l1 needs an optimizer whose step is x - lr * direction, and adam is none (use "
      "saga or sarah or sgd or svrg, or model.l2)\n");
  says(
      data + "optimizer: {name: sgd, momentum: 0.9}\n",
      "p.yaml:3:12: error: model.l1 needs an optimizer whose step is x - lr * direction, and sgd with momentum is "
      "none (leave out momentum, or use saga or sarah or sgd or svrg, or model.l2)\n");
  says(
      data + "optimizer: {name: sgd, lr: auto}\n",
      "p.yaml:3:28: error: optimizer.lr: auto is the step of a theorem about smooth functions, and model.l1 is not "
      "smooth (give a number)\n");
  says(
      data + "optimizer: {name: sgd, clip: {norm: 1}}\n",
      "p.yaml:3:30: error: where weights come to rest under model.l1 their gradients are not zero, and clip changes "
      "them (leave out clip; optimizer.lr limits the step)\n");
  says(
      data + "optimizer: {name: sgd, weight_decay: 0.1}\n",
      "p.yaml:3:38: error: weight_decay is none of the penalties that decide which weights model.l1 makes zero "
      "(use model.l2, which adds the same to the gradient)\n");
  says(
      data + "optimizer: sgd\nlookahead: {alpha: adaptive}\n",
      "p.yaml:4:20: error: lookahead.alpha: adaptive compares gradients, which leave out model.l1 (give alpha a "
      "number)\n");
}

TEST_CASE("ranges hold in the precision of the run") {
  const auto adam = [](const std::string& setting) {
    return "objective: sphere\noptimizer: {name: adam, " + setting + "}\n";
  };
  const std::string single = "precision: single\n";
  const auto only_double = [&](const std::string& problem, const std::string& message) {
    CAPTURE(problem);
    CHECK(faults_of(problem) == "");
    const std::string faults = faults_of(problem + single);
    CHECK_MESSAGE(faults.find(message) != std::string::npos, faults);
    CHECK(faults_of(problem, {"precision=single"}) == faults);
  };
  const std::string cure = " (set precision: double, or choose another number)\n";
  only_double(adam("epsilon: 1e-50"),
              "p.yaml:2:34: error: optimizer.epsilon: 1e-50 is 0 in single precision" + cure);
  only_double(adam("lr: 1e-50"), "optimizer.lr: 1e-50 is 0 in single precision" + cure);
  only_double(adam("lr: {cosine: {from: 1e40}}"),
              "optimizer.lr.cosine.from: 1e40 is infinite in single precision" + cure);
  only_double(adam("weight_decay: 1e-46"), "optimizer.weight_decay: 1e-46 is 0 in single precision" + cure);
  only_double(adam("beta2: 0.99999999999"),
              "optimizer.beta2 must be >= 0 and < 1, and 0.99999999999 is 1 in single precision" + cure);
  only_double("objective: sphere\nstart: [1, 1e300]\noptimizer: sgd\n", "start: 1e300 is infinite");
  only_double("objective: {function: sphere, noise: {gaussian: 1e-60}}\noptimizer: sgd\n",
              "objective.noise.gaussian: 1e-60 is 0");
  only_double("data: {train: a.csv, target: y}\nmodel: {type: linear, l2: 1e-50}\noptimizer: sgd\n",
              "model.l2: 1e-50 is 0 in single precision" + cure);
  // What single precision holds, and what is only compared.
  CHECK(faults_of(adam("epsilon: 1e-38, weight_decay: 0, beta2: 0.999") + single) == "");
  CHECK(faults_of(sphere_problem + "stop: {target: 1e-60, divergence: 1e200, steps: 10}\n" + single) == "");
}

TEST_CASE("a run's name is a name for a folder") {
  for (const char* name :
       {"\"\"", "\" \"", "\"a \"", "a/b", ".hidden", "\"a\\x01\"", "\"a\\x85\"", "\"\\x7f\""})
    says(sphere_problem + "name: " + name + "\n", "p.yaml:3:7: error: name must be a plain file name");
  says(sphere_problem + "name: a\xFF\n", "p.yaml:3:7: error: ");
  says(sphere_problem + "name: " + std::string(101, 'a') + "\n",
       "p.yaml:3:7: error: name must be a plain file name");
  CHECK(faults_of(sphere_problem + "name: Größe 7\n") == "");
  // The file's stem is none.
  const auto spec = read_problem({sphere_problem, "\xFF.yaml", "\xFF", "/folder", {}});
  REQUIRE(!spec);
  CHECK(spec.faults().front().cure == "it comes from the file's name: set the key 'name'");
}
