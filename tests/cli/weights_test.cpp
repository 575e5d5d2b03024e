#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "run_binary.hpp"

// A row of weight n is n rows, whatever is made of the rows.
namespace lookahead::cli {
namespace {

struct Files {
  std::string weighted, repeated;
};

// Rows of weights 0 to 3 with a number, a text, a missing cell here and there, and all kinds of targets. Rows
// of weight 0 have numbers and a text of their own.
Files files(bool zeros) {
  Files files{"a,colour,b,y,count,kind,two,w\n", "a,colour,b,y,count,kind,two\n"};
  const char* const colours[] = {"red", "green", "blue"};
  const char* const kinds[] = {"p", "q", "r"};
  for (int i = 0; i < 36; ++i) {
    const int weight = zeros ? (i * 7) % 4 : 1 + (i * 7) % 3;
    const double a = weight == 0 ? 900 + i : 3 + std::sin(1.7 * i);
    const std::string row = to_text(a) + "," + (weight == 0 ? "grey" : colours[(i / 2) % 3]) + "," +
                            (i % 6 == 5 ? "" : to_text(-20 + 4 * std::cos(0.9 * i))) + "," +
                            to_text(2 * a - i % 5) + "," + std::to_string(i % 4) + "," + kinds[(i * i) % 3] +
                            "," + (i % 3 == 0 ? "no" : "yes");
    files.weighted += row + "," + std::to_string(weight) + "\n";
    for (int copy = 0; copy < weight; ++copy) files.repeated += row + "\n";
  }
  return files;
}

}  // namespace

TEST_CASE("a row of weight three is three rows, and one of weight 0 is none, in every model and setting") {
  struct Case {
    std::string target, model;
  };
  const std::vector<Case> cases = {
      {"y", "{type: linear, l2: 0.1}"},
      {"y", "{type: linear, loss: {name: quantile, tau: 0.3}}"},
      {"y", "{type: mlp, hidden: [3], activation: tanh, l2: 0.01}"},
      {"count", "{type: poisson, l2: 0.1}"},
      {"two", "{type: logistic, l2: 0.1, class_weight: balanced}"},
      {"kind", "{type: softmax, l2: 0.1, class_weight: balanced}"},
      {"kind", "{type: softmax, class_weight: {q: 2}}"},
      {"kind", "{type: mlp, hidden: [3], activation: tanh, class_weight: balanced}"}};
  const std::vector<std::string> settings = {"missing: mean", "missing: mean, standardize: all",
                                             "missing: mean, standardize: all, encoding: drop_first",
                                             "missing: mean, rare: 20, standardize: all",
                                             "missing: mean, standardize: false"};
  const Folder folder;
  for (const bool zeros : {false, true}) {
    const Files text = files(zeros);
    folder.write("weighted.csv", text.weighted);
    folder.write("repeated.csv", text.repeated);
    for (const Case& c : cases) {
      for (const std::string& setting : settings) {
        std::string head = ", target: " + c.target + ", " + setting + ", drop: [";
        std::string others;
        for (const char* other : {"y", "count", "kind", "two"}) {
          if (c.target != other) others += std::string(others.empty() ? "" : ", ") + other;
        }
        const bool number = c.target == "y" || c.target == "count";
        head += others + "], task: " + (number ? "regression" : "classification") +
                (c.target == "y" ? ", standardize_target: true" : "");
        const bool raw = setting.find("false") != std::string::npos;
        const std::string rest =
            "model: " + c.model + "\noptimizer: {name: sgd, lr: " + (raw ? "1e-4" : "0.05") +
            "}\nbatch: full\nstop: {epochs: 25}\nmetrics: " +
            (number ? "[rmse, mae, r2]" : "[accuracy, log_loss, f1, balanced_accuracy]") + "\n";
        folder.write("weighted.yaml", "data: {train: weighted.csv, weights: w" + head + "}\n" + rest);
        folder.write("repeated.yaml", "data: {train: repeated.csv" + head + "}\n" + rest);
        for (const char* name : {"weighted", "repeated"}) {
          const std::string file = std::string(name) + ".yaml";
          const Result result = run(folder, {"solve", file, "-q", "--force", "-o", name});
          REQUIRE_MESSAGE(result.code == 0, (folder.read(file) + result.err));
        }
        const auto one = folder.json("weighted/run.json")["result"],
                   other = folder.json("repeated/run.json")["result"];
        CAPTURE(zeros);
        CAPTURE(c.model);
        CAPTURE(setting);
        for (const auto& [key, value] : other.items()) {
          if (!value.is_number() || key == "best_step") continue;
          // 25 steps that contract; sums of 40 rows in another order.
          const std::string& the_key = key;
          CHECK_MESSAGE(one[key].get<double>() == doctest::Approx(value.get<double>()).epsilon(1e-9),
                        the_key);
        }
        const auto weighted = folder.json("weighted/model.json"),
                   repeated = folder.json("repeated/model.json");
        CHECK(weighted["features"] == repeated["features"]);
      }
    }
  }
}

}  // namespace lookahead::cli
