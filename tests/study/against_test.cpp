#include <doctest/doctest.h>

#include <cmath>

#include "study/compare/assertion.hpp"
#include "study/compare/report.hpp"
#include "study/made_study.hpp"

// A sweep beside an earlier one.
namespace lookahead::test {
namespace {

TEST_CASE("a sweep is compared with an earlier one, namesake by namesake") {
  const Study study = study_of({"plain", "lookahead", "new"}, rates, 8, usual_gap);
  const Study earlier = study_of(
      {"lookahead", "plain"}, rates, 8,
      [](const auto& method, double rate, int seed) { return 1.25 * usual_gap(method, rate, seed); });
  const Comparison result = compared(study, {}, &earlier);
  CHECK(result.labels ==
        std::vector<std::string>{"plain", "lookahead", "new", "plain before", "lookahead before"});
  REQUIRE(result.sections[0].contrasts.size() == 2);
  CHECK(std::exp(result.sections[0].contrasts[0].effect) == doctest::Approx(0.8));
  CHECK(judge(*read_assertion("ratio(lookahead, lookahead before) < 0.81", result), result).met);
  CHECK(notes_say(result, "the earlier sweep has no new"));
  // The same results are as good as before, and no better.
  const Comparison same = compared(study, {}, &study);
  CHECK(judge(*read_assertion("ratio(plain, plain before) < 1.01", same), same).met);
  CHECK_FALSE(judge(*read_assertion("plain < plain before", same), same).met);
}

TEST_CASE("figures to a target stand under its name, also where the earlier sweep measured fewer targets") {
  Study study = study_of({"plain", "lookahead"}, rates, 8, usual_gap), earlier = study;
  const auto measure = [](Study& of, const std::string& target, double evaluations) {
    const std::vector<double> cells(of.runs.size(), evaluations);
    if (!of.find_column("grad_evals"))
      of.columns.push_back({"grad_evals", false, false, std::vector<double>(of.runs.size(), 900.0)});
    of.columns.push_back({"evals_to_" + target, false, true, cells});
    of.targets.push_back(target);
  };
  measure(study, "1", 100);
  measure(study, "0.01", 200);
  measure(earlier, "0.01", 300);
  const Comparison result = compared(study, {}, &earlier);
  const std::string text = comparison_text(result);
  const auto line_of = [&](const std::string& label) {
    const std::size_t table = text.find("evaluations to"), begin = text.find("\n  " + label + " ", table) + 1;
    return text.substr(begin, text.find('\n', begin) - begin);
  };
  CAPTURE(text);
  const std::string now = line_of("plain"), before = line_of("plain before");
  CHECK(now.find("100 (8/8)") < now.find("200 (8/8)"));
  CHECK(before.find(" - ") < before.find("300 (8/8)"));
  CHECK(comparison_csv(result).find("reached_1,evals_to_1,reached_0.01,evals_to_0.01") != std::string::npos);
}

TEST_CASE("groups that are not contrasted are not said to lack seeds") {
  Study earlier = study_of({"other"}, rates, 8, usual_gap);
  const Comparison result = compared(study_of({"plain", "lookahead"}, rates, 8, usual_gap), {}, &earlier);
  CHECK_FALSE(notes_say(result, "have no seed in common"));
  CHECK(notes_say(result, "the earlier sweep has no plain"));
}

}  // namespace
}  // namespace lookahead::test
