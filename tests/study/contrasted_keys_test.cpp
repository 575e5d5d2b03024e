#include "study/compare/assertion.hpp"
#include "study/made_study.hpp"

// Keys that are held, and keys whose values are contrasted in the place of methods.
namespace lookahead::test {
namespace {

TEST_CASE("each point can be compared by itself, or keys be held") {
  const Study study = study_of({"plain", "lookahead"}, rates, 8, usual_gap);
  CompareOptions options;
  options.at = {"point"};
  const Comparison points = compared(study, options);
  REQUIRE(points.sections.size() == 3);
  CHECK(points.sections[2].point == "optimizer.lr = 1");
  CHECK(points.sections[2].contrasts.size() == 1);
  CHECK_FALSE(judge(*read_assertion("lookahead < plain", points), points).met);
  options.at = {"optimizer.lr=1e0"};
  const Comparison held = compared(study, options);
  REQUIRE(held.sections.size() == 1);
  CHECK(held.sections[0].groups[0].settings == "optimizer.lr = 1");
  CHECK(held.sections[0].groups[0].edges.empty());
  CHECK_FALSE(held.selected);
  CHECK(held.held == "optimizer.lr = 1");
  options.at = {"optimizer.lr=5"};
  CHECK(fault_of(study, options).find("tried: 0.01, 0.1, 1") != std::string::npos);
  options.at = {"optimizer.rl=1"};
  CHECK(fault_of(study, options).find("did you mean 'optimizer.lr'?") != std::string::npos);
  options.at = {"lr"};
  CHECK(fault_of(study, options).find("is not KEY=VALUE") != std::string::npos);
}

TEST_CASE("values of a key can be contrasted, of lookahead by default, false being plain") {
  Study study =
      study_of({"default"}, {1, 2}, 8, [](const auto&, double rate, int seed) { return rate * seed; });
  CompareOptions options;
  options.by = "optimizer.lr";
  const Comparison by_rate = compared(study, options);
  CHECK(by_rate.labels == std::vector<std::string>{"1", "2"});
  CHECK(std::exp(by_rate.sections[0].contrasts[0].effect) == doctest::Approx(2));
  study.keys[0].name = "lookahead";
  study.keys[0].values = {"{k: 5, alpha: 0.5}", "false"};
  study.keys[0].numbers.clear();
  const Comparison result = compared(study);
  CHECK(result.by == "lookahead");
  CHECK(result.labels == std::vector<std::string>{"{k: 5, alpha: 0.5}", "plain"});
  CHECK(result.sections[0].contrasts[0].reference == 1);
  // Numbers are the same however they are written.
  Study tiny =
      study_of({"default"}, {1e-4, 1e-5}, 8, [](const auto&, double rate, int seed) { return rate * seed; });
  tiny.columns.push_back({"steps_to_1e-04", false, true, tiny.columns.front().cells});
  options.by = "optimizer.lr";
  options.value = "steps_to_0.0001";
  CHECK(compared(tiny, options).value == "steps_to_1e-04");
  options.value.clear();
  CHECK(read_assertion("1e-5 < 0.0001", compared(tiny, options)));
  CHECK_FALSE(read_assertion("1e-5 < 0.001", compared(tiny, options)));
  options.by = "lookahed";
  CHECK(fault_of(study, options).find("did you mean 'lookahead'?") != std::string::npos);
}

TEST_CASE("names of optimizers are contrasted by default, and a lone method is told what to ask for") {
  Study study =
      study_of({"default"}, {1, 2}, 8, [](const auto&, double rate, int seed) { return rate * seed; });
  const Comparison lone = compared(study);
  CHECK(lone.by == "method");
  CHECK(notes_say(lone, "--by optimizer.lr contrasts the values of optimizer.lr"));
  for (const char* key : {"optimizer", "optimizer.name"}) {
    study.keys[0].name = key;
    study.keys[0].values = {"sgd", "adam"};
    study.keys[0].numbers.clear();
    const Comparison result = compared(study);
    CHECK(result.by == key);
    CHECK(result.labels == std::vector<std::string>{"sgd", "adam"});
    CHECK_FALSE(notes_say(result, "there is one method"));
  }
}

TEST_CASE("the points that lack a key are called by their method, and plain is the reference") {
  Study study = study_of({"plain", "lookahead"}, {1, 2}, 8,
                         [](const auto&, double rate, int seed) { return rate * seed; });
  for (StudyRun& run : study.runs) {
    if (run.method == 0) run.settings[0] = StudyRun::unset;
  }
  study.keys[0].name = "lookahead.k";
  CompareOptions options;
  options.by = "lookahead.k";
  const Comparison result = compared(study, options);
  CHECK(result.labels == std::vector<std::string>{"1", "2", "plain"});
  for (const Contrast& contrast : result.sections[0].contrasts) CHECK(contrast.reference == 2);
  // Of several methods no name is theirs.
  study.methods.push_back("other");
  study.runs.front().method = 2;
  CHECK(compared(study, options).labels.back() == "without lookahead.k");
}

}  // namespace
TEST_CASE("a value that --at holds may be rounded, where only one rounds to it") {
  const Study study = study_of({"a", "plain"}, {0.121617, 0.124, 1.5}, 8, usual_gap);
  const auto held = [&](const std::string& at) {
    CompareOptions options;
    options.at = {at};
    return compared(study, options).held;
  };
  CHECK(held("optimizer.lr=0.122") == "optimizer.lr = 0.121617");
  CHECK(held("optimizer.lr=1.5") == "optimizer.lr = 1.5");
  CompareOptions unclear;
  unclear.at = {"optimizer.lr=0.12"};
  CHECK(fault_of(study, unclear).find("no run has this value of optimizer.lr") != std::string::npos);
}

}  // namespace lookahead::test
