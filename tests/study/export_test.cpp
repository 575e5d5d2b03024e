#include <doctest/doctest.h>

#include <sstream>

#include "study/export/exports.hpp"
#include "study/export/progress.hpp"
#include "study/folder.hpp"
#include "support/temporary_folder.hpp"

namespace lookahead::test {
namespace {

const std::string rows =
    "index,method,seed,status,stop,grad_evals,loss_slow,gap,evals_to_1,evals_to_0.01\n"
    "1,plain,1,finished,steps,100,3.5,0.5,40,\n"
    "2,plain,2,finished,steps,100,3.001,0.001,30,60\n"
    "3,\"a, 'b'\",1,diverged,divergence,20,9,6.0,5,\n"
    "4,\"a, 'b'\",2,failed,,,,,,\n";

Comparison compared(const Study& study, const std::string& by = "") {
  CompareOptions options;
  options.by = by;
  auto made = compare(study, options);
  REQUIRE_MESSAGE(static_cast<bool>(made), faults_text(made.faults()));
  return std::move(*made);
}

TEST_CASE("a run's progress is its trace where it was kept, else its targets and its end") {
  const StudyFolderOfTest folder;
  folder.sweep("s", rows);
  const Study study = study_in({folder.path("s")});
  const auto steps = progress_of(study, 0);
  REQUIRE(steps);
  REQUIRE(steps->size() == 2);
  CHECK((*steps)[0].evaluations == 40);
  CHECK((*steps)[0].gap == 1);
  CHECK((*steps)[1].gap == 0.5);
  folder.write("s/runs/000001/run.json", "{\"status\": \"finished\", \"trace\": \"steps.csv\"}");
  folder.write("s/runs/000001/steps.csv",
               "grad_evals,gap,event\n0,4.0,start\n1,3.0,\n10,,\n20,2.0,\n30,2.5,\n90,0.5,\n");
  const auto traced = progress_of(study, 0);
  REQUIRE(traced);
  REQUIRE(traced->size() == 5);
  // The start counts as an evaluation, and only what is better than before is told.
  CHECK((*traced)[0].evaluations == 1);
  CHECK((*traced)[0].gap == 3);
  // A target of the table is met between rows of the trace.
  CHECK((*traced)[2].evaluations == 40);
  CHECK((*traced)[2].gap == 1);
  CHECK((*traced)[3].evaluations == 90);
  CHECK((*traced)[4].evaluations == 100);
  CHECK((*traced)[4].gap == 0.5);
  CHECK(progress_of(study, 3)->empty());
  folder.write("s/runs/000001/steps.csv", "grad_evals,gap,event\n0,x,\n");
  CHECK_FALSE(progress_of(study, 0));
}

TEST_CASE("targets of runs without a known minimum are losses, and no progress of the gap") {
  const StudyFolderOfTest folder;
  folder.sweep(
      "s",
      "index,method,seed,status,stop,grad_evals,loss_slow,evals_to_1\n1,plain,1,finished,steps,100,0.5,40\n");
  const auto steps = progress_of(study_in({folder.path("s")}), 0);
  REQUIRE_FALSE(steps);
  CHECK(faults_text(steps.faults()).find("the run has no gap") != std::string::npos);
}

TEST_CASE("an experiment for cocopp has information and data of every run, seeds being instances") {
  const StudyFolderOfTest folder;
  folder.sweep("s", rows);
  const Study study = study_in({folder.path("s")});
  const auto written = write_coco(study, compared(study), folder.path("coco"));
  REQUIRE_MESSAGE(static_cast<bool>(written), faults_text(written.faults()));
  const std::string info = content_of(folder.path("coco/plain/lookahead_f1_DIM2.info"));
  CHECK(
      info ==
      "suite = 'lookahead', funcId = 1, DIM = 2, Precision = 1.000e-08, algId = 'plain', coco_version = '', "
      "logger = 'lookahead', data_format = 'bbob-new2'\n% p plain\n"
      "data_f1/lookahead_f1_DIM2.dat, 1:100|0.5, 2:100|0.001\n");
  const std::string data = content_of(folder.path("coco/plain/data_f1/lookahead_f1_DIM2.dat"));
  CHECK(data == content_of(folder.path("coco/plain/data_f1/lookahead_f1_DIM2.tdat")));
  std::istringstream lines(data);
  int headers = 0;
  double gap = 0, before = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("%")) {
      CHECK(line.find("Fopt (3)") != std::string::npos);
      ++headers;
      before = 1e300;
      continue;
    }
    std::istringstream cells(line);
    double evaluations = 0, constraints = -1, measured = 0, best = 0;
    cells >> evaluations >> constraints >> gap >> measured >> best;
    CHECK(constraints == 0);
    CHECK(gap <= before);
    CHECK(measured == doctest::Approx(gap + 3));
    before = gap;
  }
  CHECK(headers == 2);
  CHECK(content_of(folder.path("coco/a___b_/data_f1/lookahead_f1_DIM2.dat")).find("\n5 0 1 ") !=
        std::string::npos);
  // Nothing is mixed with what lies there.
  const auto again = write_coco(study, compared(study), folder.path("coco"));
  REQUIRE_FALSE(again);
  CHECK(again.faults().front().kind == FaultKind::output);
  CHECK(write_coco(study, compared(study, "problem"), folder.path("other")).faults().front().kind ==
        FaultKind::usage);
}

TEST_CASE("the table for IOHanalyzer has a row for every step of every run") {
  const StudyFolderOfTest folder;
  folder.sweep("s", rows);
  const Study study = study_in({folder.path("s")});
  const auto csv = ioh_csv(study, compared(study));
  REQUIRE(csv);
  CHECK(*csv ==
        "evaluations,value,function,algorithm,dimension,run\n"
        "40,1.0,p,plain,2,1\n100,0.5,p,plain,2,1\n"
        "30,1.0,p,plain,2,2\n60,0.01,p,plain,2,2\n100,0.001,p,plain,2,2\n"
        "5,1.0,p,\"a, 'b'\",2,1\n20,1.0,p,\"a, 'b'\",2,1\n");
}

TEST_CASE("runs without a known minimum are not exported") {
  const StudyFolderOfTest folder;
  folder.sweep("s", "index,method,seed,status,stop,grad_evals,loss_slow,gap\n1,m,1,finished,steps,5,1,\n");
  const Study study = study_in({folder.path("s")});
  const auto written = write_coco(study, compared(study), folder.path("coco"));
  REQUIRE_FALSE(written);
  CHECK(written.faults().front().kind == FaultKind::data);
  CHECK_FALSE(std::filesystem::exists(folder.path("coco")));
}

}  // namespace
}  // namespace lookahead::test
