#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

#include "program.hpp"

// The objectives from outside of samples/outside, in every language that is there.
namespace lookahead::test {
namespace {

const std::filesystem::path& outside() {
  static const std::filesystem::path folder = std::filesystem::path(LOOKAHEAD_SOURCE_DIR) / "samples/outside";
  return folder;
}

// Whether a command succeeds; its words are those of the samples.
bool succeeds(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

// A copy of the samples, with all that is compiled beside them.
void copy_samples(const Folder& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(outside()))
    std::filesystem::copy(entry.path(), folder.path(entry.path().filename().string()));
}

struct Sample {
  const char *name, *needs, *made_by;
};

// The commands that make them stand in their own files, and on the page.
const Sample made_samples[] = {
    {"python", "python3 --version", ""},
    {"awk", "command -v awk", ""},
    {"c", "cc --version", "cc -O2 -ffp-contract=off -o rosenbrock rosenbrock.c"},
    {"c-library", "cc --version",
     "cc -O2 -ffp-contract=off -shared -fPIC -o rosenbrock_c.so rosenbrock_library.c"},
    {"fortran-library", "gfortran --version",
     "gfortran -O2 -ffp-contract=off -shared -fPIC -o rosenbrock_fortran.so rosenbrock.f90"},
};

// The problem's trace without times, solved from another folder; with what was set.
std::string trace_of(const Folder& folder, const std::string& name, std::vector<std::string> set) {
  std::vector<std::string> arguments = {
      "solve", folder.path(name + ".yaml"), "-o", folder.path("run-" + name), "--force", "-q"};
  set.insert(set.end(), {"trace.time=false", "name=rosenbrock"});
  for (const std::string& assignment : set) {
    arguments.push_back("--set");
    arguments.push_back(assignment);
  }
  const Ended ended = run_program(folder, arguments);
  CHECK_MESSAGE(ended.code == 0, ended.err);
  return content_of(folder.path("run-" + name + "/trace.csv"));
}

}  // namespace

TEST_CASE(
    "Rosenbrock's function in every language, and as an expression, has the trace of the catalog's, bit for bit") {
  const Folder folder;
  copy_samples(folder);
  const std::string expected = trace_of(folder, "catalog", {});
  const std::string steps = "stop.steps=60";
  const std::vector<std::string> workers = {"lookahead={workers: 3}", "precision=single", steps,
                                            "stop.target=1e-9", "objective.noise={gaussian: 0.1}"};
  const std::string of_workers = trace_of(folder, "catalog", workers);
  CHECK(expected.size() > 10000);
  CHECK(trace_of(folder, "expression", {}) == expected);
  for (const Sample& sample : made_samples) {
    CAPTURE(sample.name);
    if (!succeeds(sample.needs)) {
      MESSAGE("left out: there is no " << sample.needs);
      continue;
    }
    const std::string made_by = sample.made_by;
    if (!made_by.empty()) {
      REQUIRE(succeeds("cd '" + folder.path() + "' && " + made_by));
      CHECK(content_of(outside() / "README.md").find(made_by) != std::string::npos);
    }
    CHECK(trace_of(folder, sample.name, {}) == expected);
    CHECK(trace_of(folder, sample.name, workers) == of_workers);
    std::vector<std::string> at_once = workers;
    const bool library = std::string(sample.name).ends_with("library");
    at_once.push_back(library ? "objective.threadsafe=false" : "objective.processes=3");
    CHECK(trace_of(folder, sample.name, at_once) == of_workers);
  }
}

TEST_CASE("every sample from outside is tried, and its page names it") {
  const std::string page = content_of(outside() / "README.md");
  for (const auto& entry : std::filesystem::directory_iterator(outside())) {
    const std::string name = entry.path().stem().string();
    if (entry.path().extension() != ".yaml" || name == "catalog" || name == "expression") continue;
    CHECK(page.find("[" + name + ".yaml](" + name + ".yaml)") != std::string::npos);
    const bool tried = std::any_of(std::begin(made_samples), std::end(made_samples),
                                   [&](const Sample& sample) { return sample.name == name; });
    CHECK_MESSAGE(tried, name);
  }
}

TEST_CASE("a library that is loaded and has no such symbol is told, as is one whose gradient is wrong") {
  if (!succeeds("cc --version")) {
    MESSAGE("left out, as there is no cc");
    return;
  }
  const Folder folder;
  copy_samples(folder);
  REQUIRE(succeeds("cd '" + folder.path() + "' && " + made_samples[3].made_by));
  Ended ended = run_program(
      folder, {"solve", folder.path("c-library.yaml"), "-o", folder.path("run"), "-s", "objective.symbol=g"});
  CHECK(ended.code == 4);
  CHECK(ended.err.find("has no symbol 'g'") != std::string::npos);
  CHECK(run_program(folder, {"gradcheck", folder.path("c-library.yaml")}).code == 0);
  std::filesystem::path wrong = folder.path("wrong.c");
  std::ofstream(wrong) << "double f(unsigned n, const double* x, double* g, void* d) {\n"
                          "  (void)n, (void)d;\n  if (g) g[0] = x[0], g[1] = x[1];\n"
                          "  return x[0] * x[0] + x[1] * x[1];\n}\n";
  REQUIRE(succeeds("cd '" + folder.path() + "' && cc -shared -fPIC -o wrong.so wrong.c"));
  const std::string other = "objective.library=" + folder.path("wrong.so");
  CHECK(run_program(folder, {"gradcheck", folder.path("c-library.yaml"), "-s", other}).code == 7);
  // Its values alone are right.
  CHECK(run_program(folder,
                    {"gradcheck", folder.path("c-library.yaml"), "-s", other, "-s", "objective.gives=value"})
            .code == 0);
}

TEST_CASE(
    "a library that is not threadsafe is called by one thread at a time, of workers and of a sweep's runs") {
  if (!succeeds("cc --version")) {
    MESSAGE("left out, as there is no cc");
    return;
  }
  const Folder folder;
  // Two calls at once are no number.
  std::ofstream(folder.path("alone.c"))
      << "static int inside;\n"
         "double f(unsigned n, const double* x, double* g, void* d) {\n"
         "  const int others = __atomic_fetch_add(&inside, 1, __ATOMIC_SEQ_CST);\n"
         "  double sum = 0;\n  (void)d;\n"
         "  for (unsigned i = 0; i < n; ++i) sum += x[i] * x[i];\n"
         "  for (unsigned i = 0; g && i < n; ++i) g[i] = 2 * x[i];\n"
         "  for (volatile int i = 0; i < 300; ++i) {}\n"
         "  __atomic_fetch_sub(&inside, 1, __ATOMIC_SEQ_CST);\n"
         "  return others == 0 ? sum : __builtin_nan(\"\");\n}\n";
  REQUIRE(succeeds("cd '" + folder.path() + "' && cc -O1 -shared -fPIC -o alone.so alone.c"));
  std::ofstream(folder.path("alone.yaml"))
      << "objective: {library: ./alone.so, dim: 3}\nstart: [1, 2, 3]\noptimizer: {name: sgd, lr: 1e-4}\n"
         "lookahead: {workers: 4}\nthreads: 4\nstop: {steps: 3000}\n";
  std::ofstream(folder.path("sweep.yaml")) << "problem: alone.yaml\nvary: {lookahead.workers: [1, 2]}\n"
                                              "seeds: 1..4\n";
  CHECK(run_program(folder, {"solve", folder.path("alone.yaml"), "-o", folder.path("run")}).code == 0);
  const Ended sweep =
      run_program(folder, {"sweep", folder.path("sweep.yaml"), "-o", folder.path("sweep"), "--threads", "4"});
  CHECK(sweep.code == 0);
  CHECK(content_of(folder.path("sweep/runs.csv")).find("diverged") == std::string::npos);
}

TEST_CASE("the constants of an objective from outside are estimated, and lr: auto runs by them") {
  if (!succeeds("command -v awk")) {
    MESSAGE("left out, as there is no awk");
    return;
  }
  const Folder folder;
  copy_samples(folder);
  const Ended ended = run_program(folder, {"solve", folder.path("awk.yaml"), "-o", folder.path("run"), "-s",
                                           "optimizer={name: sgd, lr: auto}", "-s", "stop={steps: 50}"});
  CHECK(ended.code == 0);
  CHECK(ended.err.find("estimated: curvature at the start") != std::string::npos);
  CHECK(run_program(folder, {"certify", folder.path("run")}).code == 0);
  CHECK(run_program(folder, {"plot", folder.path("run"), "--kind", "path", "--ascii"}).code == 0);
}

}  // namespace lookahead::test
