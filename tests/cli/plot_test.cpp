#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "drawn.hpp"
#include "run_binary.hpp"
#include "sweep_files.hpp"

// `plot`: what it draws by itself, by gnuplot, and what becomes of a gnuplot that does not do its part.
namespace lookahead::cli {
namespace {

const std::string valley_run =
    "objective: rosenbrock\noptimizer: {name: sgd, lr: 1e-3}\nstop: {steps: 15}\ntrace: {time: false}\n";

bool has_gnuplot() {
  if (std::system("gnuplot -d -e 'set terminal pngcairo' >/dev/null 2>&1") == 0) return true;
  MESSAGE("left out: there is no gnuplot (package gnuplot-nox)");
  return false;
}

// A gnuplot of our own before all others.
Surroundings with_gnuplot(const Folder& folder, const std::string& script) {
  folder.write("bin/gnuplot", "#!/bin/sh\n" + script);
  ::chmod(folder.path("bin/gnuplot").c_str(), 0755);
  Surroundings surroundings;
  surroundings.environment["PATH"] = folder.path("bin") + ":/usr/bin:/bin";
  return surroundings;
}

TEST_CASE("plot draws a run of two coordinates as its path, without being told and without gnuplot") {
  const Folder folder;
  solve(folder, valley_run, "valley");
  Surroundings bare;
  bare.environment["PATH"] = folder.path("nothing");
  const Result text = run(folder, {"plot", "valley"}, bare);
  CHECK_MESSAGE(text.code == 0, text.err);
  CHECK(contains(text.out, "valley: the path of a run in the plane"));
  CHECK(contains(text.out, "step back at a sync"));
  CHECK(contains(unwrapped(text.out), "rosenbrock, dim 2; sgd, lr 0.001; lookahead k 5, alpha 0.5; seed 1"));
  for (const std::string& line : lines(text.out)) CHECK(line.size() <= 80);
}

TEST_CASE("a path has a step back for every sync, and rests where the run does") {
  const Folder folder;
  solve(folder, valley_run, "valley");
  const Result script = run(folder, {"plot", "valley", "--script", "-q"});
  REQUIRE(script.code == 0);
  // Contours, fast, back, slow, start, minimum.
  const auto back = block(script.out, "p0s2"), fast = block(script.out, "p0s1"),
             slow = block(script.out, "p0s3");
  CHECK(slow.size() == 4);  // the start and three rounds
  REQUIRE(back.size() == 9);
  CHECK(back[2].empty());
  CHECK(back[1] == slow[1]);
  CHECK(back[8].empty());
  CHECK(back[7] == slow[3]);
  CHECK(back[0] == fast[5]);  // the fifth step from the start
  const auto rows = parse_csv(folder.read("valley/solution.csv")).rows;
  REQUIRE(rows.size() == 2);
  CHECK(slow.back() == rows[0][1] + " " + rows[1][1]);
  const Result two = run(folder, {"plot", "valley", "--script", "--steps", "10"});
  CHECK(block(two.out, "p0s3").size() == 3);
}

TEST_CASE("the path of a run whose problem has changed since is not drawn") {
  const Folder folder;
  const std::string optimizer = "optimizer: {name: sgd, lr: 0.1}\nstop: {steps: 5}\n";
  folder.write("a.yaml", "objective: {function: sphere, dim: 2}\nstart: random\n" + optimizer);
  REQUIRE(run(folder, {"solve", "a.yaml", "-o", "a"}).code == 0);
  solve(folder, "objective: {function: sphere, dim: 2}\nstart: {run: a}\n" + optimizer, "b");
  CHECK(run(folder, {"plot", "b", "--kind", "path"}).code == 0);
  REQUIRE(run(folder, {"solve", "a.yaml", "-o", "a", "--force", "--seed", "2"}).code == 0);
  const Result changed = run(folder, {"plot", "b", "--kind", "path"});
  CHECK(changed.code == 4);
  CHECK(contains(changed.err, "b: error: the problem has changed since the run"));
}

TEST_CASE("how far a path may go and be seen is its coordinate's domain's to say") {
  const Folder folder;
  solve(folder,
        "objective: {expression: \"(x[0]^2 + (x[1] - 500)^2)/2\", dim: 2, domain: [[-1, 1], [-1000, 1000]]}\n"
        "start: [1, 0]\noptimizer: {name: sgd, lr: 0.5}\nstop: {steps: 60}\ntrace: {time: false}\n",
        "far");
  const Result script = run(folder, {"plot", "far", "--script", "-q"});
  REQUIRE(script.code == 0);
  CHECK_FALSE(contains(script.out, "outside the picture"));
  const auto numbers = [&](const std::string& key) {
    const std::size_t at = script.out.find("set " + key + " [");
    REQUIRE(at != std::string::npos);
    const std::size_t colon = script.out.find(':', at);
    return std::pair{std::stod(script.out.substr(script.out.find('[', at) + 1)),
                     std::stod(script.out.substr(colon + 1))};
  };
  const auto [low, high] = numbers("yrange");
  CHECK(low < 0);
  CHECK(high > 500);
}

TEST_CASE("the ending of the file says what gnuplot draws") {
  if (!has_gnuplot()) return;
  const Folder folder;
  solve(folder, valley_run, "valley");
  const auto before = folder.names().size();
  for (const std::string name : {"p.svg", "p.pdf", "p.png"}) {
    for (const std::string kind : {"path", "curve"}) {
      const Result result = run(folder, {"plot", "valley", "-o", name, "--kind", kind, "--size", "400x300"});
      CHECK_MESSAGE(result.code == 0, result.err);
      CHECK(result.out.empty());
      const std::string picture = folder.read(name);
      CHECK(picture.substr(0, 5) == (name == "p.svg" ? "<?xml" : name == "p.pdf" ? "%PDF-" : "\x89PNG\r"));
    }
  }
  CHECK(folder.names().size() == before + 3);
}

TEST_CASE("pages and programs need no gnuplot; pictures are refused with its package") {
  const Folder folder;
  solve(folder, valley_run, "valley");
  Surroundings bare;
  bare.environment["PATH"] = folder.path("nothing");
  CHECK(run(folder, {"plot", "valley", "-o", "p.html"}, bare).code == 0);
  CHECK(contains(folder.read("p.html"), "</html>"));
  CHECK(run(folder, {"plot", "valley", "-o", "p.gp"}, bare).code == 0);
  CHECK(contains(folder.read("p.gp"), "set terminal svg"));
  CHECK(run(folder, {"plot", "valley", "-o", "p.txt"}, bare).code == 0);
  const Result printed = run(folder, {"plot", "valley", "--script"}, bare);
  CHECK(contains(printed.out, "set terminal svg"));
  const Result pdf = run(folder, {"plot", "valley", "-o", "p.pdf.gp", "--script"}, bare);
  CHECK(pdf.code == 0);
  CHECK(pdf.out.empty());
  CHECK(contains(folder.read("p.pdf.gp"), "set terminal pdfcairo"));
  const Result svg = run(folder, {"plot", "valley", "-o", "p.svg"}, bare);
  CHECK(svg.code == 5);
  CHECK(contains(svg.err, "gnuplot-nox"));
  CHECK_FALSE(folder.exists("p.svg"));
}

TEST_CASE("a gnuplot that fails, gives something else or stops halfway leaves the earlier picture") {
  const Folder folder;
  solve(folder, valley_run, "valley");
  folder.write("p.svg", "earlier");
  const auto names = folder.names().size();
  const std::pair<std::string, std::string> scripts[] = {
      {"cat >/dev/null; echo 'line 3: no such terminal' >&2; exit 3",
       "failed with exit code 3: 'line 3: no such terminal'"},
      {"exit 0", "gave no whole picture"},
      {"cat >/dev/null; echo '<?xml version=1.0'", "gave no whole picture"},
      {"cat >/dev/null; kill -9 $$", "was ended by signal 9"},
      {"exec cat", "gave no whole picture"},
      {"cat >/dev/null; head -c 300000000 /dev/zero", "more than a picture can have"}};
  for (const auto& [script, said] : scripts) {
    const auto& the_script = script;
    CAPTURE(the_script);
    const Result result = run(folder, {"plot", "valley", "-o", "p.svg"}, with_gnuplot(folder, script));
    CHECK(result.code == 5);
    CHECK_MESSAGE(contains(result.err, said), result.err);
    CHECK(folder.read("p.svg") == "earlier");
  }
  CHECK(folder.names().size() == names + 2);  // bin and its gnuplot
}

TEST_CASE("a gnuplot that does not end is ended with all that it began, at its time and at a signal") {
  const Folder folder;
  solve(folder, valley_run, "valley");
  const std::string hang = "sleep 1000 & echo $! >child; echo $$ >parent; wait";
  const auto hanging = with_gnuplot(folder, hang);
  const auto gone = [&](const std::string& name) {
    const int pid = std::atoi(folder.read(name).c_str());
    return eventually(20, [&] {
      std::ifstream file("/proc/" + std::to_string(pid) + "/status");
      const std::string status((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
      // A process that nobody has waited for yet is no process any more.
      return status.empty() || contains(status, "State:\tZ");
    });
  };
  const Result late = run(folder, {"plot", "valley", "-o", "p.svg", "--timeout", "3s"}, hanging);
  CHECK(late.code == 5);
  CHECK_MESSAGE(contains(late.err, "was not done after 3s"), late.err);
  CHECK(gone("parent"));
  CHECK(gone("child"));
  // One that says no more and does not go.
  const Result mute = run(folder, {"plot", "valley", "-o", "p.svg", "--timeout", "3s"},
                          with_gnuplot(folder, "echo $$ >parent; exec >&- 2>&- sleep 1000"));
  CHECK_MESSAGE(contains(mute.err, "was not done after 3s"), mute.err);
  CHECK(gone("parent"));
  std::filesystem::remove(folder.path("child"));
  std::filesystem::remove(folder.path("parent"));
  with_gnuplot(folder, hang);
  Process process(folder, {"plot", "valley", "-o", "p.svg"}, hanging);
  REQUIRE(eventually(60, [&] { return folder.exists("parent") && folder.read("parent").ends_with('\n'); }));
  process.signal(SIGTERM);
  CHECK(process.wait().code == 143);
  CHECK(gone("parent"));
  CHECK(gone("child"));
  CHECK_FALSE(folder.exists("p.svg"));
}

TEST_CASE("the user's own settings of gnuplot do not change a picture") {
  if (!has_gnuplot()) return;
  const Folder folder;
  solve(folder, valley_run, "valley");
  Surroundings settings;
  settings.environment = {{"GNUTERM", "nonsense"}, {"HOME", folder.path()}, {"LC_ALL", "de_DE.UTF-8"}};
  if (!works("locale -a | grep -qi '^de_DE.utf'"))
    MESSAGE("this system has no German locale, whose decimal is a comma");
  folder.write(".gnuplot", "set title 'mine'\nset samples\nexit status 9\n");
  CHECK(run(folder, {"plot", "valley", "-o", "a.svg"}).code == 0);
  const Result result = run(folder, {"plot", "valley", "-o", "b.svg"}, settings);
  CHECK_MESSAGE(result.code == 0, result.err);
  CHECK(folder.read("a.svg") == folder.read("b.svg"));
}

TEST_CASE("names in a sweep neither run nor break a picture, whoever draws it") {
  const Folder folder;
  SweepFiles sweep;
  sweep.name = "ho'st`touch pwned`\\ile";
  sweep.methods = {"plain'; system('touch pwned') #", "<script>alert(1)</script>", "\\\"%s {/Bold x} $x @y"};
  sweep.write(folder, "s");
  for (const std::string kind : {"sensitivity", "heatmap", "ecdf", "tuning"}) {
    for (const std::string file : {"p.svg", "p.pdf", "p.png", "p.html", "p.txt"}) {
      if (file < "p.t" && file != "p.html" && !has_gnuplot()) continue;
      const Result result = run(folder, {"plot", "s", "--kind", kind, "-o", file});
      CHECK_MESSAGE(result.code == 0, kind, file, result.err);
    }
    CHECK_FALSE(contains(folder.read("p.html"), "<script>alert"));
  }
  CHECK_FALSE(folder.exists("pwned"));
}

TEST_CASE("a spectrum tells the moduli that theory has for the bilinear game") {
  const Folder folder;
  solve(folder, "objective: {game: bilinear, dim: 2}\noptimizer: {name: gda, lr: 0.2}\nstop: {steps: 10}\n",
        "game");
  const Result result = run(folder, {"plot", "game", "--kind", "spectrum", "--ascii"});
  REQUIRE_MESSAGE(result.code == 0, result.err);
  // |1 + 0.2 i| = sqrt(1.04); (1 + (1 + 0.2 i)^5) / 2 = (1.608 + 0.92032 i) / 2, of modulus 0.926371.
  const std::string said = unwrapped(result.out);
  CHECK_MESSAGE(contains(said, "Largest modulus of a step 1.0198 (diverges)"), said);
  CHECK_MESSAGE(contains(said, "of a round of 5 steps 0.926371 (converges)"), said);
  solve(
      folder,
      "objective: {function: quadratic, condition: 4}\noptimizer: {name: sgd, lr: 0.5}\nstop: {steps: 10}\n",
      "bowl");
  const Result bowl = run(folder, {"plot", "bowl", "--kind", "spectrum", "--ascii"});
  // Curvatures 1/4 and 1: 1 - 0.5/4 = 0.875; (1 + 0.875^5) / 2 = 0.756454.
  CHECK_MESSAGE(contains(unwrapped(bowl.out), "Largest modulus of a step 0.875 (converges)"), bowl.out);
  CHECK_MESSAGE(contains(bowl.out, "0.756454"), bowl.out);
  const Result adam = run(folder, {"solve", "bowl.yaml", "-q", "--set", "optimizer=adam", "-o", "adam"});
  REQUIRE(adam.code == 0);
  CHECK(contains(run(folder, {"plot", "adam", "--kind", "spectrum"}).err, "not of this adam"));
  REQUIRE(run(folder, {"solve", "bowl.yaml", "-q", "--set", "optimizer.clip.norm=1", "-o", "clipped"}).code ==
          0);
  CHECK(contains(run(folder, {"plot", "clipped", "--kind", "spectrum"}).err, "leave out optimizer.clip"));
}

TEST_CASE("a bound is drawn from what certify wrote, and names certify where it has not") {
  const Folder folder;
  solve(folder,
        "objective: {function: rational, dim: 2, noise: {gaussian: 0.3}}\noptimizer: {name: sgd, lr: 0.05}\n"
        "stop: {steps: 50}\ntrace: {exact: true}\n",
        "r");
  const Result missing = run(folder, {"plot", "r", "--kind", "bound"});
  CHECK(missing.code == 4);
  CHECK(contains(missing.err, "lookahead certify 'r'"));
  REQUIRE(run(folder, {"certify", "r", "-q"}).code == 0);
  const Result drawn = run(folder, {"plot", "r", "--kind", "bound"});
  CHECK_MESSAGE(drawn.code == 0, drawn.err);
  CHECK(contains(drawn.out, "bound (B1)"));
  folder.write("r/certificate.csv", "step,measured,bound\n1,x,2\n");
  const Result damaged = run(folder, {"plot", "r", "--kind", "bound"});
  CHECK(damaged.code == 4);
  CHECK(contains(damaged.err, "r/certificate.csv:2:2: error: column 'measured': 'x' is not a number"));
}

TEST_CASE("a line goes on over steps that have no value of its own") {
  const Folder folder;
  solve(folder,
        "objective: {function: rational, dim: 2, noise: {gaussian: 0.3}}\noptimizer: {name: sgd, lr: auto}\n"
        "lookahead: {k: 5, alpha: 0.5}\nstop: {steps: 50}\ntrace: {exact: true, every: 1}\n",
        "r");
  REQUIRE(run(folder, {"certify", "r", "-q"}).code == 0);
  REQUIRE(run(folder, {"plot", "r", "--kind", "bound", "-o", "b.html"}).code == 0);
  const std::string page = folder.read("b.html");
  // The a posteriori bound, which only syncs have, is the dashed line: ten points joined by nine pieces.
  const std::size_t begin = page.find("d=\"M", page.find("stroke-dasharray=")) + 3;
  const std::string path = page.substr(begin, page.find('"', begin) - begin);
  CHECK_MESSAGE(std::count(path.begin(), path.end(), 'M') == 1, path);
  CHECK_MESSAGE(std::count(path.begin(), path.end(), 'L') == 9, path);
}

TEST_CASE("a sweep that kept no runs has no curves, and the message names the key") {
  const Folder folder;
  SweepFiles().write(folder, "s");
  for (const std::string kind : {"curve", "path", "bound"}) {
    const Result result = run(folder, {"plot", "s", "--kind", kind});
    CHECK(result.code == 4);
    CHECK_MESSAGE(contains(result.err, "keep: traces"), result.err);
  }
}

TEST_CASE("what plot does not know is refused with what it does") {
  const Folder folder;
  solve(folder, valley_run, "valley");
  const std::pair<std::vector<std::string>, std::string> wrong[] = {
      {{"plot", "valley", "--kind", "curv"}, "did you mean 'curve'"},
      {{"plot", "valley", "-o", "p.bmp"}, ".svg, .pdf, .png, .html"},
      {{"plot", "valley", "--size", "big"}, "--size big"},
      {{"plot", "valley", "--size", "10x10"}, "from 200 to 10000"},
      {{"plot", "valley", "--log", "z"}, "x, y, xy or none"},
      {{"plot", "valley", "--steps", "0"}, "--steps 0"},
      {{"plot", "valley", "--timeout", "5"}, "60s or 5m"},
      {{"plot", "valley", "--ascii", "--script"}, "--ascii"},
      {{"plot", "valley", "--script", "-o", "p.pdf"},
       "-o p.pdf: error: its ending is not that of the gnuplot script, which --script asks for (p.pdf.gp holds the "
       "script for it; without -o it is printed)\n"},
      {{"plot", "valley", "--ascii", "-o", "p.svg"},
       "-o p.svg: error: its ending is not that of text, which --ascii asks for (end it with .txt, or leave out "
       "--ascii)\n"},
      {{"plot", "valley", "--kind", "heatmap"}, "needs two varied keys"},
      {{"plot", "valley", "--kind", "path", "--y", "loss_slow"}, "is not for --kind path"},
      {{"plot", "valley", "--kind", "curve", "--steps", "5"}, "--steps 5: error: is not for --kind curve"},
      {{"plot", "valley", "--kind", "path", "--value", "gap"}, "--value gap: error: is not for --kind path"},
      {{"plot"}, "required"}};
  for (const auto& [arguments, said] : wrong) {
    const Result result = run(folder, arguments);
    const auto& the_said = said;
    CAPTURE(the_said);
    CHECK(result.code == 2);
    CHECK_MESSAGE(contains(result.err, said), result.err);
    CHECK(result.out.empty());
  }
  CHECK(run(folder, {"plot", "nowhere"}).code == 4);
  const Result column = run(folder, {"plot", "valley", "--y", "los_slow"});
  CHECK(column.code == 4);
  CHECK(contains(column.err, "did you mean 'loss_slow'?"));
  // Axes ask for a curve, where a run of two coordinates would be drawn as its path.
  CHECK(run(folder, {"plot", "valley", "--y", "disagreement"}).out ==
        run(folder, {"plot", "valley", "--y", "disagreement", "--kind", "curve"}).out);
  CHECK(contains(run(folder, {"plot", "valley.yaml"}).err, "says where these are"));
  CHECK(contains(run(folder, {"solve", "valley"}).err, "did you mean 'valley.yaml'?"));
  CHECK(run(folder, {"plot", "valley", "-o", "no/such/p.txt"}).code == 5);
  const Result log = run(folder, {"plot", "valley", "--kind", "path", "--log", "xy"});
  CHECK(log.code != 0);
  CHECK(contains(log.err, "is not for --kind path"));
}

}  // namespace

TEST_CASE("a heatmap has the keys that --x and --y name, wherever they stand in the grid") {
  const Folder folder;
  folder.write(
      "s.yaml",
      "problem: {objective: {function: sphere, dim: 3}, optimizer: {name: sgd, lr: 0.1}, stop: {steps: 20}}\n"
      "vary: {optimizer.lr: [0.1, 0.2], lookahead.k: [2, 3], lookahead.alpha: [0.3, 0.6]}\n");
  REQUIRE(run(folder, {"sweep", "s.yaml", "-q", "-o", "s"}).code == 0);
  const std::vector<std::string> keys = {"optimizer.lr", "lookahead.k", "lookahead.alpha"};
  for (const std::string& x : keys) {
    for (const std::string& y : keys) {
      CAPTURE(x);
      CAPTURE(y);
      const Result both = run(folder, {"plot", "s", "--kind", "heatmap", "--x", x, "--y", y});
      CHECK(both.code == (x == y ? 2 : 0));
      if (x != y) CHECK(contains(both.out, " over " + x + " and " + y + "\n"));
    }
    CHECK(contains(run(folder, {"plot", "s", "--y", x}).out, " and " + x + "\n"));
    CHECK(run(folder, {"plot", "s", "--kind", "sensitivity", "--y", x}).code == 2);
  }
  CHECK(run(folder, {"plot", "s", "--kind", "heatmap", "--y", keys[0], "--y", keys[1]}).code == 2);
}

}  // namespace lookahead::cli
