#include <doctest/doctest.h>

#include <algorithm>

#include "certify/evidence.hpp"
#include "run/session.hpp"
#include "run/solve.hpp"
#include "spec/problem.hpp"
#include "support/temporary_folder.hpp"

// The files of a run as a crash or a copy that broke off leaves them.
using namespace lookahead;

namespace {

class RunFolder {
 public:
  RunFolder() {
    const auto spec =
        read_problem({"objective: {function: rational, dim: 3, noise: {gaussian: 0.3}}\n"
                      "optimizer: {name: sgd, lr: 0.0125}\nlookahead: {k: 12, alpha: 0.75, workers: 2}\n"
                      "stop: {steps: 24}\nseed: 42\nprecision: single\ntrace: {exact: true}\n",
                      "p.yaml",
                      "p",
                      ".",
                      {}});
    REQUIRE(bool(spec));
    SolveRequest request;
    request.spec = *spec;
    request.directory = folder_.path();
    request.force = true;
    Watcher watcher;
    REQUIRE(bool(solve(request, watcher)));
  }

  std::string read(const std::string& name) const { return folder_.read(name); }
  void write(const std::string& name, const std::string& text) const { folder_.write(name, text); }
  Checked<Evidence> evidence() const { return evidence_of(folder_.path(), 1); }

 private:
  test::TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("a file of a run cut short anywhere is wrong data, or the run is judged by what it did") {
  const RunFolder run;
  const auto whole = run.evidence();
  REQUIRE(bool(whole));
  REQUIRE(whole->verdict() == RunVerdict::holds);
  for (const std::string name : {"run.json", "config.yaml", "trace.csv"}) {
    const std::string content = run.read(name);
    REQUIRE(content.ends_with('\n'));
    for (std::size_t size = 0; size < content.size(); ++size) {
      CAPTURE(name);
      CAPTURE(size);
      run.write(name, content.substr(0, size));
      const auto cut = run.evidence();
      if (size + 1 == content.size()) {
        // Only the end of the last line is gone.
        REQUIRE(bool(cut));
        CHECK(certificate_csv(*cut) == certificate_csv(*whole));
        CHECK(cut->problem == whole->problem);
      }
      if (name == "run.json" && size + 1 < content.size()) CHECK_FALSE(cut);
      if (!cut) {
        const FaultKind kind = cut.faults().front().kind;
        CHECK((kind == FaultKind::data || kind == FaultKind::problem));
        CHECK(!cut.faults().front().place.source.empty());
        continue;
      }
      CHECK(cut->certificate.k == whole->certificate.k);
      CHECK(cut->certificate.alpha == whole->certificate.alpha);
      CHECK(cut->certificate.gamma == whole->certificate.gamma);
      CHECK(cut->seed == whole->seed);
      CHECK(cut->rows.size() <= whole->rows.size());
      const auto same = [](const EvidenceRow& a, const EvidenceRow& b) { return a.measured == b.measured; };
      CHECK((!cut->exact || std::equal(cut->rows.begin(), cut->rows.end(), whole->rows.begin(), same)));
    }
    run.write(name, content);
  }
}

TEST_CASE("a run whose problem is another than its summary says is wrong data") {
  const RunFolder run;
  const std::string content = run.read("config.yaml");
  for (const auto& [was, is, key] : {std::tuple{"lr: 0.0125", "lr: 0.012", "optimizer"},
                                     {"k: 12", "k: 1", "lookahead"},
                                     {"alpha: 0.75", "alpha: 0.7", "lookahead"},
                                     {"seed: 42", "seed: 4", "seed"},
                                     {"precision: single", "precision: double", "precision"}}) {
    std::string other = content;
    REQUIRE(other.find(was) != std::string::npos);
    other.replace(other.find(was), std::string(was).size(), is);
    run.write("config.yaml", other);
    const auto evidence = run.evidence();
    REQUIRE_FALSE(evidence);
    const std::string told = to_string(evidence.faults().front());
    const std::string ending = std::string("config.yaml: error: ") + key +
                               " is another than in run.json: one of the files was changed since the run "
                               "(run the problem again)";
    CHECK_MESSAGE(told.ends_with(ending), told);
  }
}
