#include <doctest/doctest.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "run_binary.hpp"

// Files that the program wrote and reads again: whatever became of them meanwhile, they are not believed.
namespace lookahead::cli {
namespace {

using Json = nlohmann::json;

// Trains on table() and keeps the model's JSON.
Json trained(const Folder& folder, const std::string& data, const std::string& model) {
  folder.write("t.csv", table());
  folder.write("p.yaml", "data: {train: t.csv, " + data + "}\nmodel: " + model +
                             "\noptimizer: {name: sgd, lr: 1e-3}\nstop: {epochs: 1}\n");
  const Result result = run(folder, {"solve", "p.yaml", "-q", "-o", "run", "--force"});
  REQUIRE_MESSAGE(result.code == 0, result.err);
  return folder.json("run/model.json");
}

struct Edit {
  const char* what;
  std::function<void(Json&)> make;
};

void refuses_all(const Folder& folder, const Json& good, const std::vector<Edit>& edits) {
  folder.write("good.json", good.dump());
  REQUIRE(run(folder, {"predict", "-m", "good.json", "t.csv"}).code == 0);
  for (const Edit& edit : edits) {
    CAPTURE(edit.what);
    Json json = good;
    edit.make(json);
    folder.write("bad.json", json.dump());
    const Result result = run(folder, {"predict", "-m", "bad.json", "t.csv"});
    CHECK_MESSAGE(result.code == 4, result.err);
    CHECK(result.out.empty());
    CHECK_MESSAGE(contains(result.err, "bad.json: error: is not a model of this program: "), result.err);
  }
}

constexpr std::int64_t huge = std::int64_t{1} << 62;

TEST_CASE("a model of numbers is refused where one key no longer fits the others") {
  const Folder folder;
  const Json good = trained(folder, "target: y, drop: [two, three]", "linear");
  refuses_all(folder, good,
              {{"classes in a regression", [](Json& j) { j["encoding"]["classes"] = {"x"}; }},
               {"two classes in a regression",
                [](Json& j) {
                  j["encoding"]["classes"] = {"x", "y"};
                }},
               {"sparse numeric columns", [](Json& j) { j["encoding"]["sparse"] = true; }},
               {"another task",
                [](Json& j) {
                  j["encoding"]["task"] = "classification", j["encoding"]["classes"] = {"a", "b"};
                }},
               {"the target's field is a feature's",
                [](Json& j) { j["encoding"]["target_field"] = j["encoding"]["columns"][0]["field"]; }},
               {"no target field", [](Json& j) { j["encoding"].erase("target_field"); }},
               {"no number of fields", [](Json& j) { j["encoding"].erase("fields"); }},
               {"two columns of one field",
                [](Json& j) { j["encoding"]["columns"][1]["field"] = j["encoding"]["columns"][0]["field"]; }},
               {"two columns of one name",
                [](Json& j) { j["encoding"]["columns"][1]["name"] = j["encoding"]["columns"][0]["name"]; }},
               {"a column named as the target", [](Json& j) { j["encoding"]["columns"][0]["name"] = "y"; }},
               {"a field of 2^62", [](Json& j) { j["encoding"]["columns"][0]["field"] = huge; }},
               {"2^62 fields", [](Json& j) { j["encoding"]["fields"] = huge; }},
               {"2^63 fields", [](Json& j) { j["encoding"]["fields"] = 9223372036854775808ULL; }},
               {"levels out of order",
                [](Json& j) {
                  j["encoding"]["columns"][2]["levels"] = {"red", "blue"};
                }},
               {"a level twice",
                [](Json& j) {
                  j["encoding"]["columns"][2]["levels"] = {"red", "red"};
                }},
               {"another model",
                [](Json& j) {
                  j["model"] = {{"type", "softmax"}};
                }},
               {"a model of pairs",
                [](Json& j) {
                  j["model"] = {{"type", "matrix_factorization"}};
                }},
               {"a weight too few", [](Json& j) { j["weights"].erase(0); }},
               {"a weight that is no number", [](Json& j) { j["weights"][0] = nullptr; }},
               {"a weight beyond single precision",
                [](Json& j) { j["precision"] = "single", j["weights"][0] = 1e300; }},
               {"2^62 sparse features",
                [](Json& j) { j["encoding"]["format"] = "libsvm", j["encoding"]["sparse_features"] = huge; }},
               {"2^31 sparse features", [](Json& j) {
                  j["encoding"]["format"] = "libsvm", j["encoding"]["columns"] = Json::array();
                  j["encoding"]["sparse_features"] = 1LL << 31;
                }}});
}

TEST_CASE("a model of classes is refused where one key no longer fits the others") {
  const Folder folder;
  const Json good = trained(folder, "target: three, drop: [two, y]", "{type: mlp, hidden: [2]}");
  refuses_all(folder, good,
              {{"a class twice",
                [](Json& j) {
                  j["encoding"]["classes"] = {"low", "low", "middle"};
                }},
               {"no classes", [](Json& j) { j["encoding"]["classes"] = Json::array(); }},
               {"classes with a scale", [](Json& j) { j["encoding"]["target_sd"] = 11; }},
               {"classes with a mean", [](Json& j) { j["encoding"]["target_mean"] = 1; }},
               {"a class too many",
                [](Json& j) {
                  j["encoding"]["classes"] = {"a", "b", "c", "d"};
                }},
               {"a model of two classes",
                [](Json& j) {
                  j["model"] = {{"type", "logistic"}};
                }},
               {"a layer of 2^62",
                [](Json& j) {
                  j["model"]["hidden"] = {huge, huge, huge, huge};
                }},
               {"a layer of 10^6", [](Json& j) { j["model"]["hidden"] = {1000000}; }},
               {"a million layers", [](Json& j) { j["model"]["hidden"] = std::vector<int>(1000000, 1); }}});
}

TEST_CASE("a model of pairs is refused where one key no longer fits the others") {
  const Folder folder;
  const Json good = trained(folder, "target: y, features: [colour, three]", "matrix_factorization");
  refuses_all(folder, good,
              {{"dense rows", [](Json& j) { j["encoding"]["sparse"] = false; }},
               {"another model",
                [](Json& j) {
                  j["model"] = {{"type", "linear"}};
                }},
               {"one column", [](Json& j) { j["encoding"]["columns"].erase(0); }},
               {"a rank of 2^62", [](Json& j) { j["model"]["rank"] = huge; }},
               {"a rank of 10^6", [](Json& j) { j["model"]["rank"] = 1000000; }}});
}

TEST_CASE("very many keys are refused as quickly as they are read") {
  const Folder folder;
  trained(folder, "target: y, drop: [two, three]", "linear");
  const std::string good = folder.read("run/model.json");
  std::string keys;
  for (int i = 0; i < 300000; ++i) keys += "\"key" + std::to_string(i) + "\": 1, ";
  for (const char* place : {"{", "\"encoding\": {", "\"model\": {"}) {
    std::string many = good;
    many.insert(many.find(place) + std::string(place).size(), keys);
    folder.write("bad.json", many);
    Surroundings brief;
    brief.seconds = 30;  // where every key is looked for among all it takes minutes
    const Result result = run(folder, {"predict", "-m", "bad.json", "t.csv"}, brief);
    CHECK(result.signal == 0);
    CHECK(result.code == (place == std::string("{") ? 0 : 4));
  }
}

// A certified run, whose bound holds.
void certified(const Folder& folder) {
  folder.write("p.yaml",
               "objective: {function: rational, dim: 5, noise: {gaussian: 0.3}}\n"
               "optimizer: {name: sgd, lr: auto}\nstop: {steps: 200}\ntrace: {exact: true}\n");
  const Result solved = run(folder, {"solve", "p.yaml", "-q", "-o", "run"});
  REQUIRE_MESSAGE(solved.code == 0, solved.err);
  const Result result = run(folder, {"certify", "run", "--assert"});
  REQUIRE_MESSAGE(result.code == 0, result.err);
  REQUIRE(contains(result.out, "the bound holds"));
}

TEST_CASE("a run whose summary is damaged or gone is wrong data, not proof") {
  const Folder folder;
  certified(folder);
  const Json good = folder.json("run/run.json");
  const std::string deep(200000, '[');
  for (const std::string& text :
       {std::string("5"), std::string("[]"), std::string(), good.dump().substr(0, 60),
        "{\"status\": \"finished\", \"a\": " + deep + std::string(200000, ']') + "}",
        "{\"status\": \"finished\", \"a\": " + deep}) {
    folder.write("run/run.json", text);
    const Result result = run(folder, {"certify", "run", "--assert"});
    CHECK(result.code == 4);
    CHECK_MESSAGE(contains(result.err, "run/run.json: error: is not the summary of a run: "), result.err);
  }
  for (const auto& [key, value] : std::vector<std::pair<std::string, Json>>{{"status", 5},
                                                                            {"status", "done"},
                                                                            {"status", nullptr},
                                                                            {"data", {1}},
                                                                            {"data", {{"rows", "x"}}}}) {
    Json bad = good;
    bad[key] = value;
    folder.write("run/run.json", bad.dump());
    const Result result = run(folder, {"certify", "run", "--assert"});
    CHECK(result.code == 4);
    CHECK_MESSAGE(contains(result.err, "run/run.json: error: " + key), result.err);
  }
  std::filesystem::remove(folder.path("run/run.json"));
  const Result gone = run(folder, {"certify", "run", "--assert"});
  CHECK(gone.code == 4);
  CHECK(contains(gone.err, "run/run.json: error: cannot read the file: No such file or directory"));
}

TEST_CASE("a run that has not ended, or failed, is undecided") {
  const Folder folder;
  certified(folder);
  for (const char* status : {"running", "failed", "diverged"}) {
    Json json = folder.json("run/run.json");
    json["status"] = status;
    folder.write("run/run.json", json.dump());
    const Result result = run(folder, {"certify", "run", "--assert"});
    CHECK(result.code == 7);
    CHECK_MESSAGE(contains(result.out, "undecided"), result.out);
  }
}

TEST_CASE("a trace whose steps are no steps is wrong data") {
  const Folder folder;
  certified(folder);
  const std::string good = folder.read("run/trace.csv");
  const auto row = good.find('\n', good.find('\n') + 1) + 1;
  const auto field = good.find(",1,", row);  // run, then the seed, which is 1, then the step
  REQUIRE(field != std::string::npos);
  for (const char* step : {"nan", "inf", "1e300", "-1", "1.5", ""}) {
    std::string bad = good;
    const auto at = field + 3;
    bad.replace(at, bad.find(',', at) - at, step);
    folder.write("run/trace.csv", bad);
    const Result result = run(folder, {"certify", "run"});
    CHECK(result.code == 4);
    CHECK_MESSAGE(contains(result.err, "run/trace.csv: error: column 'step': "), result.err);
  }
}

}  // namespace
}  // namespace lookahead::cli
