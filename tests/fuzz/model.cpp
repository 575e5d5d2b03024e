#include "base/file.hpp"
#include "input.hpp"
#include "predict/predict.hpp"
#include "run/session.hpp"
#include "run/solve.hpp"
#include "seeds.hpp"
#include "spec/problem.hpp"
#include "target.hpp"

// model.json as predict reads it. What follows a line of three dashes is the file to predict; without it, a
// small one.
namespace lookahead::fuzz {
namespace {

const std::string rows = "a,b,c,y\n1,red,3,0\n2,blue,4,1\n3,green,5,0\n,red,1,1\n";
const std::string table = "a,b,c,y\n1,red,3,0\n2,blue,4,1\n3,red,9,0\n5,blue,1,1\n2,red,2,2\n";
const std::string sparse = "1 1:0.5 3:1\n-1 2:0.1\n1 1:2 2:2 3:2\n-1 3:4\n";

// The model.json of a short run on `data`.
std::string model_of(const std::string& data, const std::string& options, const std::string& rest) {
  const auto spec = read_problem({"data: {train: " + scratch("train.csv", data) + ", " + options + "}\n" +
                                      rest + "optimizer: adam\nstop: {epochs: 1}\n",
                                  "seed.yaml",
                                  "seed",
                                  ".",
                                  {}});
  if (!spec) broken("a seed is refused: " + to_string(spec.faults().front()));
  SolveRequest request;
  request.spec = *spec;
  request.directory = scratch_folder() + "/run";
  request.force = true;
  request.write_trace = false;
  Watcher watcher;
  const auto solved = solve(request, watcher);
  if (!solved) broken("a seed can not be solved: " + to_string(solved.faults().front()));
  const auto text = read_file(scratch_folder() + "/run/model.json", FaultKind::data, std::size_t{1} << 20);
  if (!text) broken("a run without a model");
  return *text;
}

}  // namespace

bool run_model(std::string_view input) {
  const auto [model, data] = split(input, mark);
  const std::string path = scratch("model.json", model);
  const std::string file = scratch("rows.csv", data.empty() ? std::string_view(rows) : data);
  const auto write = [](std::string_view) -> Checked<Done> { return Done{}; };
  const auto predicted = predict(path, {file, PredictColumns::all, {}}, 1, write);
  return predicted ? true : refused(predicted.faults());
}

std::vector<std::string> model_seeds() {
  std::vector<std::string> seeds;
  const std::string plain = "target: y, missing: impute";
  for (const char* rest :
       {"model: {type: linear, l2: 1e-3}\n", "model: {type: softmax}\n",
        "model: {type: linear, loss: huber}\nprecision: single\n", "model: {type: mlp, hidden: [2]}\n",
        "model: {type: poisson, exposure: a}\n",
        "model: {type: mlp, hidden: [2, 3], activation: gelu, dropout: 0.1, l2: [1e-3, 0, 1e-3]}\n"})
    seeds.push_back(model_of(table, plain, rest));
  seeds.push_back(seeds.front() + std::string(mark) + "y,c,b,a\n0,1,red,2\n1,2,,3\n");
  seeds.push_back(model_of(table, "target: b, missing: drop, features: [a, c]", "model: logistic\n"));
  seeds.push_back(model_of(table, "target: a, features: [b, c], categorical: [b, c]",
                           "model: {type: matrix_factorization, rank: 2}\n"));
  seeds.push_back(model_of(table,
                           "target: y, weights: c, standardize_target: true, encoding: drop_first, rare: 2, "
                           "thousands: ',', units: ['%'], missing: {policy: mean, columns: {a: [-1]}}",
                           "model: linear\nmetrics: [mae]\n"));
  seeds.push_back(model_of(sparse, "format: libsvm, standardize: false", "model: logistic\n") +
                  std::string(mark) + sparse);
  return seeds;
}

std::vector<std::string> model_tested() {
  std::vector<std::string> inputs;
  for (const std::string& text : literals({"cli/believed_files_test.cpp", "cli/predict_test.cpp"}, "{}[]\","))
    inputs.push_back(text);
  return inputs;
}

}  // namespace lookahead::fuzz
