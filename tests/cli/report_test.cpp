#include <doctest/doctest.h>

#include "run_binary.hpp"
#include "sweep_files.hpp"

// `report`: one page that holds everything and asks for nothing.
namespace lookahead::cli {
namespace {

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST_CASE("a sweep's report has verdict, pictures, table, plan and commands, without gnuplot too") {
  const Folder folder;
  SweepFiles().write(folder, "s");
  Surroundings bare;
  bare.environment["PATH"] = folder.path("nothing");
  const Result result = run(folder, {"report", "s", "-o", "r.html"}, bare);
  REQUIRE_MESSAGE(result.code == 0, result.err);
  const std::string page = folder.read("r.html");
  CHECK(contains(page, "Sweep bowls: methods plain, lookahead; optimizer.lr of 3 values (0.001 to 0.1)"));
  CHECK(contains(page, "lookahead has 0.5 times the gap of plain"));
  for (const char* id : {"f1", "f2", "f3", "f4"})
    CHECK(contains(page, std::string("<figure id=\"") + id + "\""));
  CHECK(count_of(page, "<tr class=\"best\">") == 2);
  CHECK(count_of(page, "<tr>") + count_of(page, "<tr class=") == 13);  // the head, 2 x 3 x 2 settings
  CHECK(contains(page, "<pre>version: 1\n"));
  CHECK(contains(page, "lookahead plot s --kind sensitivity -o sensitivity.svg"));
  CHECK(contains(page, "12 runs diverged"));
  for (const char* part : {"http:", "https:", "src=", "@import"}) CHECK_FALSE(contains(page, part));
  CHECK(page.size() < 200'000);
  CHECK(page.ends_with("</html>\n"));
  // The same bytes each time.
  CHECK(run(folder, {"report", "s", "-o", "-", "-q"}).out == page);
}

TEST_CASE("a run's report has its problem, its numbers and how to run it again") {
  const Folder folder;
  folder.write("valley.yaml",
               "objective: rosenbrock\noptimizer: {name: sgd, lr: 1e-3}\nstop: {steps: 100}\n");
  REQUIRE(run(folder, {"solve", "valley.yaml", "-q", "-o", "a valley's"}).code == 0);
  const Result result = run(folder, {"report", "a valley's", "-o", "r.html", "-q"});
  REQUIRE_MESSAGE(result.code == 0, result.err);
  const std::string page = folder.read("r.html");
  CHECK(contains(page, "the path of a run in the plane"));
  CHECK(contains(page, "gap: f(slow) - f* over inner steps"));
  CHECK(contains(page, "function: rosenbrock"));
  // A shell's quotes within a page's.
  CHECK(contains(page, "lookahead solve &#39;a valley&#39;\\&#39;&#39;s/config.yaml&#39;"));
  CHECK(contains(page, "Made by lookahead "));
}

TEST_CASE("names in a sweep become no elements of its report") {
  const Folder folder;
  SweepFiles sweep;
  sweep.name = "<b>x</b>&amp;\"'";
  sweep.methods = {"</pre><script>alert(1)</script>", "<img src=x onerror=alert(2)>"};
  sweep.write(folder, "s");
  const Result result = run(folder, {"report", "s", "-o", "r.html", "-q"});
  REQUIRE_MESSAGE(result.code == 0, result.err);
  const std::string page = folder.read("r.html");
  CHECK(count_of(page, "<script>") == 1);
  CHECK_FALSE(contains(page, "<img"));
  CHECK_FALSE(contains(page, "<b>"));
  CHECK(count_of(page, "<pre>") == count_of(page, "</pre>"));
  CHECK(contains(page, "&lt;script&gt;alert(1)"));
}

TEST_CASE("seeds are whole in a report, however long") {
  const Folder folder;
  folder.write("p.yaml", "objective: sphere\noptimizer: adam\nstop: {steps: 5}\n");
  REQUIRE(run(folder, {"solve", "p.yaml", "-q", "--seed", "9007199254740993", "-o", "r"}).code == 0);
  REQUIRE(run(folder, {"report", "r", "-o", "r.HTML", "-q"}).code == 0);
  CHECK(contains(folder.read("r.HTML"), "data-v=\"9007199254740993\">9007199254740993</td>"));
}

TEST_CASE("report chooses points and holds keys as compare does") {
  const Folder folder;
  SweepFiles().write(folder, "s");
  const Result held = run(folder, {"report", "s", "-o", "r.html", "-q", "--at", "optimizer.lr=0.01"});
  REQUIRE_MESSAGE(held.code == 0, held.err);
  CHECK(contains(folder.read("r.html"), "at optimizer.lr = 0.01"));
  CHECK(contains(folder.read("r.html"), "lookahead compare s --at optimizer.lr=0.01"));
  REQUIRE(run(folder, {"report", "s", "-o", "r.html", "-q", "--select-seeds", "1"}).code == 0);
  CHECK(contains(folder.read("r.html"), "lookahead compare s --select-seeds 1"));
  const Result wrong = run(folder, {"report", "s", "-o", "other.html", "--at", "x=1"});
  CHECK(wrong.code == 2);
  CHECK(contains(wrong.err, "no key 'x' is varied"));
  CHECK_FALSE(folder.exists("other.html"));
}

TEST_CASE("report refuses what is no study, no column and no place to write to") {
  const Folder folder;
  SweepFiles().write(folder, "s");
  CHECK(run(folder, {"report", "nothing", "-o", "r.html"}).code == 4);
  CHECK(run(folder, {"report", "s"}).code == 2);
  const Result column = run(folder, {"report", "s", "-o", "r.html", "--value", "gapp"});
  CHECK(column.code == 2);
  CHECK(contains(column.err, "did you mean 'gap'"));
  CHECK(run(folder, {"report", "s", "-o", "no/such/r.html"}).code == 5);
  for (const char* file : {"r.pdf", "r"}) {
    const Result other = run(folder, {"report", "s", "-o", file});
    CHECK(other.code == 2);
    CHECK(contains(other.err, "end its name with .html"));
    CHECK_FALSE(folder.exists(file));
  }
  CHECK_FALSE(folder.exists("r.html"));
}

}  // namespace
}  // namespace lookahead::cli
