#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "base/table_text.hpp"
#include "base/text.hpp"
#include "random/stream.hpp"
#include "study/compare/assertion.hpp"
#include "study/compare/comparison.hpp"
#include "study/compare/report.hpp"
#include "study/compare/words.hpp"
#include "study/made_study.hpp"
#include "study/statistics/bootstrap.hpp"
#include "study/statistics/signed_rank.hpp"

namespace lookahead::test {
namespace {

TEST_CASE("methods are contrasted each at its best point, seed by seed, and a sentence says what was found") {
  const Comparison result = compared(study_of({"lookahead", "plain"}, rates, 10, usual_gap));
  REQUIRE(result.sections.size() == 1);
  const ComparedSection& section = result.sections[0];
  REQUIRE(section.groups.size() == 2);
  CHECK(section.groups[0].settings == "optimizer.lr = 0.1");
  CHECK(section.groups[0].edges.empty());
  CHECK(section.groups[1].runs == 10);
  REQUIRE(section.contrasts.size() == 1);
  const Contrast& contrast = section.contrasts[0];
  // The reference is plain, wherever it stands.
  CHECK(result.labels[static_cast<std::size_t>(contrast.reference)] == "plain");
  CHECK(contrast.ratio);
  CHECK(std::exp(contrast.effect) == doctest::Approx(0.7055).epsilon(1e-4));
  REQUIRE(contrast.interval);
  CHECK(contrast.wins == 1);
  CHECK(contrast.p == doctest::Approx(2.0 / 1024));
  CHECK(
      sentence(result, &section, contrast) ==
      "lookahead has 0.71 times the gap of plain (0.7 to 0.71, 10 of 10 seeds, p = 0.002), each at its best rate");
  CHECK(notes_say(result, "the winner's curse"));
}

TEST_CASE("the best point is chosen by its median, ties by the order of the grid, and its edge is told") {
  const auto edge =
      compared(study_of({"plain", "a"}, rates, 6, [](const auto& method, double rate, int seed) {
        return method == "plain" ? rate * seed : 1.0 * seed;
      }));
  const auto& groups = edge.sections[0].groups;
  CHECK(groups[0].settings == "optimizer.lr = 0.01");
  REQUIRE(groups[0].edges.size() == 1);
  CHECK_FALSE(groups[0].edges[0].greatest);
  CHECK(notes_say(
      edge,
      "plain is best at the grid's edge: optimizer.lr = 0.01 is the least value tried; smaller ones may be better: try 0.001 "
      "too"));
  // All equal: the first.
  CHECK(groups[1].settings == "optimizer.lr = 0.01");
}

TEST_CASE("points can be chosen on other seeds than those that are compared") {
  // The first rate is lucky on the first five seeds only.
  const Gap gap = [](const std::string& method, double rate, int seed) {
    return (method == "plain" ? 2.0 : 1.0) * (rate == 0.01 && seed <= 5 ? 0.1 : rate == 0.01 ? 5 : 1);
  };
  CompareOptions options;
  options.select_seeds = "1..5";
  const Comparison result = compared(study_of({"plain", "a"}, rates, 12, gap), options);
  const GroupResult& plain = result.sections[0].groups[0];
  CHECK(plain.settings == "optimizer.lr = 0.01");
  CHECK(plain.runs == 7);
  CHECK(plain.quartiles->median == 10);
  CHECK_FALSE(notes_say(result, "the winner's curse"));
  options.select_seeds = "5..1";
  CHECK(fault_of(study_of({"plain"}, rates, 2, gap), options).find("is not a list of seeds") !=
        std::string::npos);
}

TEST_CASE("with too few seeds there is no interval, and that is said") {
  const Study study = study_of({"plain", "lookahead"}, rates, 5, usual_gap);
  const Comparison result = compared(study);
  CHECK_FALSE(result.sections[0].contrasts[0].interval);
  CHECK(notes_say(result, "5 seeds, the same on both sides: too few for an interval"));
  const auto assertion = read_assertion("lookahead < plain", result);
  REQUIRE(assertion);
  const AssertionResult judged = judge(*assertion, result);
  CHECK_FALSE(judged.met);
  CHECK(judged.why.find("too few pairs: 5 pairs") != std::string::npos);
}

TEST_CASE("runs that do not depend on their seeds are told to be one result") {
  const auto fixed = [](double by_seed) {
    return compared(
        study_of({"plain", "a"}, {0.1}, 8, [by_seed](const std::string& method, double, int seed) {
          return (method == "a" ? 1.0 : 2.0) + by_seed * seed;
        }));
  };
  CHECK(notes_say(fixed(0), "the values of a and plain are the same for all seeds"));
  CHECK_FALSE(notes_say(fixed(0.01), "the same for all seeds"));
}

TEST_CASE("seeds of one side alone are left out and told") {
  const Comparison result =
      compared(study_of({"plain", "a"}, rates, 9, [](const std::string& method, double rate, int seed) {
        const bool absent = method == "plain" ? seed > 7 : seed < 2;
        return absent ? std::nan("") : usual_gap(method, rate, seed);
      }));
  const Contrast& contrast = result.sections[0].contrasts[0];
  CHECK(contrast.pairs == 6);
  CHECK(contrast.only_group == 2);
  CHECK(contrast.only_reference == 1);
  CHECK(notes_say(
      result,
      "a and plain do not have the same seeds: the contrast leaves out 2 seeds of a and 1 seed of plain"));
}

TEST_CASE("where all runs of one side diverged the effect is infinite, of both sides none") {
  const auto diverged = [](bool both) {
    return compared(study_of({"plain", "a"}, {0.1}, 8, [both](const std::string& method, double, int seed) {
      return both || method == "a" ? infinity : 1.0 * seed;
    }));
  };
  const Comparison one = diverged(false);
  const Contrast& contrast = one.sections[0].contrasts[0];
  CHECK(contrast.effect == infinity);
  CHECK(contrast.interval->low == infinity);
  CHECK(contrast.wins == 0);
  CHECK(sentence(one, &one.sections[0], contrast)
            .find("gap of a is infinite (diverged, or missed) at seeds where that of plain is not") == 0);
  CHECK_FALSE(judge(*read_assertion("a < plain", one), one).met);
  CHECK(judge(*read_assertion("plain < a", one), one).met);
  const Comparison both = diverged(true);
  CHECK(both.sections[0].contrasts[0].effect == 0);
  CHECK(both.sections[0].contrasts[0].p == 1);
  CHECK_FALSE(judge(*read_assertion("a < plain", both), both).met);
  CHECK(sentence(both, &both.sections[0], both.sections[0].contrasts[0])
            .find("gap of a and plain is infinite (diverged, or missed) at every seed") == 0);
  // A guard against changes does not hold where nothing is left that works.
  const AssertionResult guard = judge(*read_assertion("ratio(a, plain) < 1.05", both), both);
  CHECK_FALSE(guard.met);
  CHECK(guard.why == "every run of both diverged, or missed");
  for (const Comparison* each : {&one, &both}) {
    CHECK_FALSE(comparison_text(*each).empty());
    CHECK(comparison_csv(*each).find("nan") == std::string::npos);
    CHECK(text_of(comparison_json(*each)).find("nan") == std::string::npos);
  }
}

TEST_CASE("assertions are met where the whole interval lies on their side") {
  const Comparison result = compared(study_of({"plain", "lookahead"}, rates, 10, usual_gap));
  const auto met = [&](const std::string& text) {
    const auto assertion = read_assertion(text, result);
    REQUIRE_MESSAGE(static_cast<bool>(assertion), text);
    return judge(*assertion, result).met;
  };
  CHECK(met("lookahead < plain"));
  CHECK(met("'lookahead'<\"plain\""));
  CHECK(met("plain > lookahead"));
  CHECK_FALSE(met("plain < lookahead"));
  CHECK_FALSE(met("lookahead > plain"));
  CHECK(met("ratio(lookahead, plain) < 0.72"));
  CHECK_FALSE(met("ratio(lookahead, plain) < 0.705"));
  CHECK(met("ratio( plain ,lookahead )>1.3"));
  CHECK_FALSE(met("plain < plain"));
  for (const std::string wrong :
       {"", "<", "lookahead", "lookahead < ", "lookahed < plain", "ratio(lookahead, plain)",
        "ratio(lookahead, plain) < x", "ratio(lookahead) < 1", "ratio(lookahead, plain) < -1",
        "ratio(lookahead, plain < 1", "lookahead = plain"}) {
    const auto assertion = read_assertion(wrong, result);
    REQUIRE_MESSAGE(!assertion, wrong);
    CHECK(assertion.faults().front().kind == FaultKind::usage);
  }
  CHECK(faults_text(read_assertion("lookahed < plain", result).faults()).find("did you mean 'lookahead'?") !=
        std::string::npos);
}

TEST_CASE("labels with the signs of assertions are told apart") {
  const std::vector<std::string> labels = {"plain", "a < b", "ratio(x, y)", "c, d", "[k > 5]"};
  const Comparison result =
      compared(study_of(labels, {0.1}, 8, [](const std::string& method, double, int seed) {
        return (method == "plain" ? 2.0 : 1.0) * seed;
      }));
  for (std::size_t i = 1; i < labels.size(); ++i) {
    const auto assertion = read_assertion(labels[i] + " < plain", result);
    REQUIRE_MESSAGE(static_cast<bool>(assertion), labels[i]);
    CHECK(assertion->a == static_cast<Index>(i));
    CHECK(judge(*assertion, result).met);
    const auto ratio = read_assertion("ratio('" + labels[i] + "', plain) < 0.6", result);
    REQUIRE_MESSAGE(static_cast<bool>(ratio), labels[i]);
    CHECK(judge(*ratio, result).met);
  }
}

// The same method's runs on several problems.
Study on_problems(int problems, int seeds, const Gap& gap) {
  Study study = study_of({"plain", "lookahead"}, {0.1}, seeds, gap);
  const Study one = study;
  study.problems.clear();
  study.runs.clear();
  for (StudyColumn& column : study.columns) column.cells.clear();
  for (int problem = 0; problem < problems; ++problem) {
    study.problems.push_back({"p" + std::to_string(problem), 2, ""});
    for (std::size_t i = 0; i < one.runs.size(); ++i) {
      study.runs.push_back(one.runs[i]);
      study.runs.back().problem = problem;
      for (std::size_t c = 0; c < study.columns.size(); ++c)
        study.columns[c].cells.push_back((1 + problem) * one.columns[c].cells[i]);
    }
  }
  return study;
}

TEST_CASE("several problems are compared one by one and all together") {
  const Comparison result = compared(on_problems(3, 6, usual_gap));
  REQUIRE(result.sections.size() == 3);
  CHECK(result.sections[1].problem == "p1");
  REQUIRE(result.overall.size() == 1);
  CHECK(result.overall[0].pairs == 18);
  CHECK(result.overall[0].problems == 3);
  CHECK(result.overall[0].interval);
  CHECK(judge(*read_assertion("lookahead < plain", result), result).met);
  CHECK(comparison_text(result).find("all problems") != std::string::npos);
  // Four seeds resampled within each problem would make an interval that is much too narrow.
  const Comparison few = compared(on_problems(3, 4, usual_gap));
  CHECK_FALSE(few.overall[0].interval);
  CHECK(notes_say(few, "no interval over all problems"));
  CHECK_FALSE(judge(*read_assertion("lookahead < plain", few), few).met);
  CompareOptions options;
  options.by = "problem";
  const Comparison problems = compared(on_problems(2, 6, usual_gap), options);
  CHECK(problems.labels == std::vector<std::string>{"p0", "p1"});
  CHECK(problems.sections.size() == 1);
  CHECK(notes_say(problems, "no common scale"));
}

TEST_CASE("a problem that has lost its pairs is not among all problems, and meets no assertion") {
  Study study = on_problems(3, 6, usual_gap);
  for (StudyRun& run : study.runs) {
    if (run.problem == 1 && run.method == 1) run.status = StudyStatus::failed;
  }
  const Comparison result = compared(study);
  REQUIRE(result.overall.size() == 1);
  CHECK(result.overall[0].problems == 2);
  CHECK(sentence(result, nullptr, result.overall[0]).find(", over 2 of 3 problems") != std::string::npos);
  const AssertionResult judged = judge(*read_assertion("lookahead < plain", result), result);
  CHECK_FALSE(judged.met);
  CHECK(judged.why == "no seed has a value on both sides on p1");
}

TEST_CASE("pairs that are the same in the middle only are not said to be the same") {
  const Comparison result =
      compared(study_of({"plain", "a"}, {0.1}, 12, [](const std::string& method, double, int seed) {
        const double value = seed;
        return method == "a" && seed > 9 ? 40 * value : value;
      }));
  const std::string text = sentence(result, &result.sections[0], result.sections[0].contrasts[0]);
  CHECK(text.find("gap of a and plain is the same in the middle of the pairs (1 to ") == 0);
  CHECK(text.find("leaves open which of the two is lower") != std::string::npos);
}

TEST_CASE("equal pairs are no wins in the sentence, and half a win each in the share") {
  const Comparison result =
      compared(study_of({"plain", "a"}, {0.1}, 8, [](const std::string& method, double, int seed) {
        return method == "a" && seed == 3 ? 0.5 * seed : 1.0 * seed;
      }));
  const Contrast& contrast = result.sections[0].contrasts[0];
  CHECK(contrast.equal_pairs == 7);
  CHECK(contrast.wins == 4.5 / 8);
  const std::string text = sentence(result, &result.sections[0], contrast);
  CHECK_MESSAGE(text.find(", 1 of 8 seeds, equal at 7, p = ") != std::string::npos, text);
}

TEST_CASE("a group without a value was not chosen among its points") {
  Study study = study_of({"plain", "a"}, rates, 8, usual_gap);
  for (StudyRun& run : study.runs) {
    if (run.method == 1) run.status = StudyStatus::failed;
  }
  const Comparison result = compared(study);
  REQUIRE(result.sections[0].groups.size() == 2);
  CHECK(result.sections[0].groups[1].points == 1);
  CHECK(result.sections[0].groups[1].edges.empty());
}

TEST_CASE("no best of several points is named where some are ratios and others differences") {
  const Gap gap = [](const std::string& method, double rate, int seed) {
    const double value = (method == "plain" ? 1.0 : 0.8) * (1 + 0.01 * seed);
    return rate == 1 ? value - 1.5 : value;
  };
  CompareOptions options;
  options.at = {"point"};
  Study study = study_of({"plain", "a"}, {0.01, 0.1, 1}, 8, gap);
  study.columns.erase(study.columns.begin() + 1);  // a loss may be negative
  const std::string text = comparison_text(compared(study, options));
  CAPTURE(text);
  CHECK(text.find(" of 3 points") != std::string::npos);
  CHECK(text.find("The best ") == std::string::npos);
  study = study_of({"plain", "a"}, {0.01, 0.1}, 8, gap);
  CHECK(comparison_text(compared(study, options)).find("The best ratio is") != std::string::npos);
}

TEST_CASE("a metric of which more is better is compared by differences") {
  Study study = study_of({"plain", "a"}, {0.1, 1}, 8, [](const std::string& method, double rate, int seed) {
    return (method == "a" ? 0.2 : 0.0) + 0.5 * rate + 0.01 * seed - 0.06;
  });
  study.columns[1].name = "val_accuracy";
  study.columns[1].larger_is_better = true;
  CompareOptions options;
  options.value = "val_accuracy";
  const Comparison result = compared(study, options);
  CHECK(result.sections[0].groups[0].settings == "optimizer.lr = 1");
  CHECK(result.sections[0].contrasts[0].wins == 1);
  options.value = "accuracy";
  CHECK(fault_of(study, options).find("--value accuracy: error: there is no column 'accuracy'") !=
        std::string::npos);
}

TEST_CASE("tables fit 80 columns whatever the labels are") {
  const std::vector<std::string> labels = {"plain", std::string(200, 'x'), "two\nlines, \"quoted\"",
                                           "größer als ü"};
  const Comparison result = compared(study_of(labels, rates, 8, usual_gap));
  const std::string text = comparison_text(result);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    CHECK_MESSAGE(shown_width(line) <= 80, line);
    begin = end + 1;
  }
  // So do those of keys with long names.
  Study study = study_of({"default"}, {1, 2}, 8, [](const auto&, double rate, int seed) {
    return 1.2345678e-9 * rate * (1 + 0.001 * seed);
  });
  study.keys[0].name = "lookahead.outer.learning_rate";
  CompareOptions options;
  options.by = study.keys[0].name;
  const std::string narrow = comparison_text(compared(study, options));
  for (std::size_t begin = 0; begin < narrow.size();) {
    const std::size_t end = narrow.find('\n', begin);
    CHECK_MESSAGE(shown_width(narrow.substr(begin, end - begin)) <= 80, narrow);
    begin = end + 1;
  }
  // One line a row, with the same number of cells.
  const std::string table = comparison_markdown(result);
  CHECK(table.find("two\\\\x0alines, \"quoted\"") != std::string::npos);
  CHECK(comparison_csv(result).find("\"two\nlines, \"\"quoted\"\"\"") != std::string::npos);
}

TEST_CASE("an interval over problems with five seeds each raises few false alarms") {
  // Studies in which nothing differs. Fewer draws than usual make the ends of an interval vary a little more.
  constexpr Index studies = 1000, draws = 500;
  int alarms = 0;
  for (Index study = 0; study < studies; ++study) {
    std::vector<std::vector<double>> problems(4, std::vector<double>(5));
    for (std::size_t p = 0; p < problems.size(); ++p)
      Stream(17, Purpose::probe, static_cast<Index>(p))
          .normals(static_cast<std::uint64_t>(study), problems[p]);
    const auto interval = statistics::bootstrap_interval(problems, statistics::walsh_median, 1, draws);
    alarms += interval.high < 0 ? 1 : 0;
  }
  CHECK(alarms <= studies / 20);
}

}  // namespace

TEST_CASE(
    "a comparison at every point ends with a tally, and says that p values of many points are small by chance") {
  // At the least rate a is better, at the middle one worse, at the largest there is no telling.
  CompareOptions at_points;
  at_points.at = {"point"};
  const Comparison result =
      compared(study_of({"a", "plain"}, rates, 10,
                        [](const auto& method, double rate, int seed) {
                          if (method == "plain") return 1.0 + 0.01 * seed;
                          if (rate < rates[1]) return 0.5 + 0.004 * seed;
                          return rate > rates[1] ? 1.0 + 0.01 * (seed % 2 == 0 ? seed - 1 : seed + 1)
                                                 : 2.0 + 0.03 * seed;
                        }),
               at_points);
  CHECK(result.sections.size() == rates.size());
  const std::string text = tally(result, 0, 1);
  CHECK_MESSAGE(
      text.starts_with("a is better in gap than plain at 1 of 3 points and worse at 1; the intervals leave 1 "
                       "open. The best ratio is 0.4"),
      text);
  CHECK(text.find("at optimizer.lr = 0.01") != std::string::npos);
  CHECK(notes_say(result, "of 3 contrasts about one in 20 looks decided by chance"));
  CHECK(tally(compared(study_of({"a", "plain"}, rates, 10, usual_gap)), 0, 1).empty());
}

TEST_CASE("verdicts of a sweep under way begin with how much is missing") {
  Study study = study_of({"lookahead", "plain"}, rates, 10, usual_gap);
  study.missing = 7;
  const Comparison result = compared(study);
  CHECK(sentence(result, &result.sections[0], result.sections[0].contrasts[0])
            .starts_with("so far, with 7 runs missing, lookahead has 0.71 times"));
}

}  // namespace lookahead::test
