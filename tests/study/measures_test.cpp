#include <doctest/doctest.h>

#include <cmath>

#include "study/compare/comparison.hpp"
#include "study/folder.hpp"
#include "support/mentions.hpp"

// What a study's columns measure, of which runs, and what is said where that is no common measure.
namespace lookahead::test {
namespace {

// A run's folder, as far as a study reads it.
struct RunFiles {
  std::string lookahead = "false", stop = "steps: 10", reason = "steps";
  int seed = 1;
  std::string result = R"("gap": 0.5)";

  void write(const StudyFolderOfTest& folder, const std::string& name) const {
    folder.write(
        name + "/config.yaml",
        "name: r\nobjective: {function: sphere, dim: 3}\noptimizer: {name: sgd, lr: 0.1}\nlookahead: " +
            lookahead + "\nstop: {" + stop + "}\nseed: " + std::to_string(seed) + "\n");
    folder.write(name + "/run.json",
                 R"({"status": "finished", "stop": ")" + reason +
                     R"(", "steps": 10, "grad_evals": 10, "seed": )" + std::to_string(seed) +
                     R"(, "data": null, "result": {"loss_slow": 1, )" + result + R"(}, "time_s": 0.5})");
  }
};

double value(const Study& study, Index run, const std::string& column) {
  const auto found = study.find_column(column);
  REQUIRE(found);
  return study.value_of(run, *found).value_or(std::nan(""));
}

}  // namespace

TEST_CASE("a run that was not to stop at a target has neither reached nor missed it") {
  const StudyFolderOfTest folder;
  RunFiles{.stop = "steps: 10, target: 0.05", .reason = "target"}.write(folder, "reached");
  RunFiles{.stop = "steps: 10, target: 0.05", .seed = 2}.write(folder, "missed");
  RunFiles{.lookahead = "{k: 5, alpha: 0.5}"}.write(folder, "without");
  RunFiles{.lookahead = "{k: 5, alpha: 0.5}", .stop = "target: 0.01", .reason = "target", .seed = 2}.write(
      folder, "other");
  const Study study =
      study_in({folder.path("reached"), folder.path("missed"), folder.path("without"), folder.path("other")});
  CHECK(value(study, 0, "evals_to_0.05") == 10);
  CHECK(std::isinf(value(study, 1, "evals_to_0.05")));
  CHECK(std::isnan(value(study, 2, "evals_to_0.05")));
  CHECK(std::isnan(value(study, 3, "evals_to_0.05")));
  CHECK(mentions(study.notes, "2 runs of 4 had no stop.target of 0.05"));
}

TEST_CASE("that methods differ in more than their labels tell is said") {
  const StudyFolderOfTest folder;
  RunFiles{.stop = "steps: 10"}.write(folder, "a");
  RunFiles{.lookahead = "{k: 5, alpha: 0.5}", .stop = "steps: 20"}.write(folder, "b");
  CHECK(
      mentions(study_in({folder.path("a"), folder.path("b")}).notes, "the methods differ in stop.steps too"));
  RunFiles{.lookahead = "{k: 5, alpha: 0.5}"}.write(folder, "c");
  CHECK_FALSE(mentions(study_in({folder.path("a"), folder.path("c")}).notes, "the methods differ"));
}

TEST_CASE("runs that lack a key which others have are called by that") {
  const StudyFolderOfTest folder;
  RunFiles{.stop = "steps: 10"}.write(folder, "a");
  RunFiles{.stop = "steps: 10, grad_norm: 0.1"}.write(folder, "b");
  const Study study = study_in({folder.path("a"), folder.path("b")});
  CHECK(study.methods == std::vector<std::string>{"without stop.grad_norm", "stop.grad_norm = 0.1"});
}

TEST_CASE("a run that met a target before it diverged has reached it") {
  const StudyFolderOfTest folder;
  folder.sweep("s",
               "index,method,seed,status,stop,grad_evals,loss_slow,evals_to_1\n"
               "1,plain,1,finished,steps,100,1,40\n2,plain,2,diverged,divergence,50,9,20\n"
               "3,plain,3,diverged,divergence,30,9,\n");
  auto made = compare(study_in({folder.path("s")}), {});
  REQUIRE(made);
  const TargetResult& target = made->sections[0].groups[0].targets[0];
  CHECK(target.reached == 2);
  CHECK(target.runs == 3);
  CHECK(target.evaluations == (40 + 20 + 30) / 2.0);
}

TEST_CASE("a point that halving dropped takes no part, not even by its seeds that had ended before") {
  const StudyFolderOfTest folder;
  folder.sweep("s",
               "index,method,optimizer.lr,seed,status,stop,loss_slow\n"
               "1,plain,0.1,1,finished,steps,1\n2,plain,0.1,2,finished,steps,1\n"
               "3,plain,0.2,1,diverged,divergence,9\n4,plain,0.2,2,dropped,,2\n"
               "5,plain,0.3,1,finished,target,0.5\n6,plain,0.3,2,dropped,,2\n"
               "7,plain,0.4,1,failed,,\n8,plain,0.4,2,dropped,,2\n",
               "vary: {optimizer.lr: [0.1, 0.2, 0.3, 0.4]}\n");
  const Study study = study_in({folder.path("s")});
  CHECK(study.runs[2].status == StudyStatus::dropped);
  CHECK(study.runs[4].status == StudyStatus::dropped);
  CHECK(study.runs[6].status == StudyStatus::failed);
  CHECK(study.runs[0].status == StudyStatus::finished);
  const auto compared = compare(study, {});
  REQUIRE(compared);
  CHECK(compared->sections[0].groups[0].settings == "optimizer.lr = 0.1");
}

TEST_CASE("best points are chosen by values that are there") {
  const StudyFolderOfTest folder;
  folder.sweep("s",
               "index,method,optimizer.lr,seed,status,stop,loss_slow,epochs\n"
               "1,plain,0.1,1,finished,steps,2,\n2,plain,0.1,2,finished,steps,2,\n"
               "3,plain,0.2,1,finished,steps,1,\n4,plain,0.2,2,finished,steps,1,\n"
               "5,other,0.1,3,finished,steps,1,\n6,other,0.2,3,finished,steps,1,\n",
               "vary: {optimizer.lr: [0.1, 0.2]}\n");
  const Study study = study_in({folder.path("s")});
  const auto made = [&](const std::string& seeds, const std::string& select) {
    CompareOptions options;
    options.select_seeds = seeds;
    options.select = select;
    return compare(study, options);
  };
  CHECK(faults_text(made("20..30", "").faults()).find("no run has one of these seeds") != std::string::npos);
  CHECK(faults_text(made("", "epochs").faults()).find("no run has a value in this column") !=
        std::string::npos);
  const auto one = made("1", "");
  REQUIRE(one);
  REQUIRE(one->sections[0].groups.size() == 1);
  CHECK(one->sections[0].groups[0].settings == "optimizer.lr = 0.2");
  CHECK(mentions(one->notes, "other is left out: no run has a value to choose its best point by"));
}

TEST_CASE("between the values of a key the method of the best point is told") {
  const StudyFolderOfTest folder;
  folder.sweep("s",
               "index,method,batch,seed,status,stop,loss_slow\n1,plain,1,1,finished,steps,2\n"
               "2,la,1,1,finished,steps,1\n3,plain,2,1,finished,steps,1\n4,la,2,1,finished,steps,2\n",
               "methods: {plain: {}, la: {}}\nvary: {batch: [1, 2]}\n");
  CompareOptions options;
  options.by = "batch";
  const auto made = compare(study_in({folder.path("s")}), options);
  REQUIRE(made);
  CHECK(made->sections[0].groups[0].settings == "method = la");
  CHECK(made->sections[0].groups[1].settings == "method = plain");
}

TEST_CASE("whether more of best_metric is better depends on what stop.patience judges") {
  const StudyFolderOfTest folder;
  const auto write = [&](const std::string& name, const std::string& metric) {
    RunFiles{.stop = "epochs: 5, patience: {metric: " + metric + "}", .result = R"("best_metric": 0.5)"}
        .write(folder, name);
    return study_in({folder.path(name)});
  };
  const auto larger = [](const Study& study) {
    return study.columns[static_cast<std::size_t>(*study.find_column("best_metric"))].larger_is_better;
  };
  CHECK(larger(write("a", "val_accuracy")));
  CHECK_FALSE(larger(write("b", "val_loss")));
  CHECK(
      mentions(study_in({folder.path("a"), folder.path("b")}).notes, "best_metric is of different metrics"));

  const std::string rows =
      "index,method,seed,status,stop,loss_slow,best_metric\n1,plain,1,finished,patience,1,0.5\n";
  folder.write("s/runs.csv", rows);
  const auto planned = [&](const std::string& problem, const std::string& more) {
    folder.write("s/sweep.yaml",
                 "version: 1\nname: p\nproblems: {p: " + problem + "}\ndimensions: {p: 2}\n" + more);
    return larger(study_in({folder.path("s")}));
  };
  CHECK(planned("{stop: {patience: {metric: val_accuracy}}}", ""));
  CHECK(planned("{stop: {patience: {metric: val_loss}}}", "") == false);
  CHECK(planned("{objective: sphere}", "methods: {plain: {stop.patience: {metric: val_r2}}}\n"));
  CHECK(planned("{objective: sphere}", "vary: {stop.patience.metric: [val_r2, val_accuracy]}\n"));
  CHECK(planned("{objective: sphere}",
                "vary: {stop.patience: [{metric: val_r2}, {metric: val_r2, epochs: 3}]}\n"));
  CHECK(planned("{objective: sphere}", "together: [{stop.patience.metric: [val_r2], batch: [1]}]\n"));
  // Where no metric is named it is val_loss.
  const std::string two = "methods: {plain: {}, other: {stop.patience.metric: val_r2}}\n";
  CHECK_FALSE(planned("{stop: {patience: {epochs: 3}}}", two));
  CHECK(mentions(study_in({folder.path("s")}).notes,
                 "best_metric is of different metrics, val_loss and val_r2"));
  CHECK_FALSE(planned("{stop: {patience: {metric: val_loss}}}",
                      "vary: {stop.patience.metric: [val_loss, val_rmse]}\n"));
  CHECK(mentions(study_in({folder.path("s")}).notes,
                 "best_metric is of different metrics, val_loss and val_rmse"));
}

TEST_CASE("final gaps of runs that ended at their target are no measure, and that is said") {
  const StudyFolderOfTest folder;
  RunFiles{.stop = "target: 0.05", .reason = "target"}.write(folder, "a");
  RunFiles{.lookahead = "{k: 5, alpha: 0.5}", .stop = "target: 0.05", .reason = "target"}.write(folder, "b");
  const Study study = study_in({folder.path("a"), folder.path("b")});
  const auto of = [&](const std::string& column) {
    CompareOptions options;
    options.value = column;
    auto made = compare(study, options);
    REQUIRE_MESSAGE(static_cast<bool>(made), faults_text(made.faults()));
    return made->notes;
  };
  CHECK(mentions(of("gap"),
                 "2 of 2 runs ended at stop.target, where gap tells no method from another: --value "
                 "evals_to_0.05 compares"));
  CHECK_FALSE(mentions(of("evals_to_0.05"), "ended at stop.target"));
}

TEST_CASE("runs of an earlier sweep that ended at their target are counted as its own") {
  const StudyFolderOfTest folder;
  std::string many = "index,method,seed,status,stop,loss_slow,gap\n";
  for (int seed = 1; seed <= 40; ++seed)
    many.append(std::to_string(seed))
        .append(",plain,")
        .append(std::to_string(seed))
        .append(",finished,target,1,1\n");
  folder.sweep("before", many);
  folder.sweep("now", "index,method,seed,status,stop,loss_slow,gap\n1,plain,1,finished,steps,1,1\n");
  const Study now = study_in({folder.path("now")}), before = study_in({folder.path("before")});
  const auto made = compare(now, {}, &before);
  REQUIRE(made);
  CHECK(mentions(made->notes, "40 of 41 runs ended at stop.target"));
}

TEST_CASE("methods that change the problem too are warned of") {
  const StudyFolderOfTest folder;
  folder.sweep(
      "s", "index,method,seed,status,stop,loss_slow\n1,plain,1,finished,steps,1\n2,hard,1,finished,steps,1\n",
      "methods: {plain: {lookahead: false}, hard: {objective.condition: 1000, vary: {objective.dim: [4, 8], "
      "optimizer.lr: [1, 2]}}}\n");
  const Study study = study_in({folder.path("s")});
  CHECK(mentions(study.notes,
                 "the method 'hard' changes the problem itself, by objective.condition, objective.dim:"));
  CHECK_FALSE(mentions(study.notes, "'plain'"));
}

TEST_CASE("losses that are not the same function are no common measure, and that is said") {
  const StudyFolderOfTest folder;
  folder.write("s/sweep.yaml",
               "version: 1\nname: p\nproblems: {p: {data: {train: d.csv}}}\ndimensions: {p: 2}\n"
               "vary: {model.loss: [squared, huber], model.l2: [0, 1]}\n");
  folder.write("s/runs.csv",
               "index,method,model.loss,model.l2,seed,status,stop,loss_slow,val_loss,val_rmse\n"
               "1,plain,squared,0,1,finished,steps,1,1,1\n2,plain,huber,0,1,finished,steps,1,1,1\n"
               "3,plain,squared,1,1,finished,steps,1,1,1\n4,plain,huber,1,1,finished,steps,1,1,1\n");
  const Study study = study_in({folder.path("s")});
  const auto of = [&](const std::string& column, const std::vector<std::string>& at) {
    CompareOptions options;
    options.value = column;
    options.at = at;
    auto made = compare(study, options);
    REQUIRE_MESSAGE(static_cast<bool>(made), faults_text(made.faults()));
    return made->notes;
  };
  CHECK(mentions(of("val_loss", {}), "model.loss changes what val_loss measures"));
  CHECK(mentions(of("loss_slow", {}), "model.loss and model.l2 change what loss_slow measures"));
  CHECK_FALSE(mentions(of("val_rmse", {}), "measures"));
  CHECK_FALSE(mentions(of("val_loss", {"model.loss=huber"}), "measures"));
}

}  // namespace lookahead::test
