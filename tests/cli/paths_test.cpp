#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>

#include "run_binary.hpp"

// Paths that lead nowhere, or to what the program may not touch: the message has the path as it was given, and the
// folder in which that was looked for.
namespace lookahead::cli {
namespace {

namespace fs = std::filesystem;

const std::string five_steps = "objective: sphere\noptimizer: sgd\nstop: {steps: 5}\n";

void fails(const Folder& folder, const std::vector<std::string>& arguments, int code,
           const std::string& message, const Surroundings& surroundings = {}) {
  const Result result = run(folder, arguments, surroundings);
  CAPTURE(arguments);
  CHECK(result.code == code);
  CHECK_MESSAGE(contains(result.err, message), result.err);
}

// As messages name it.
std::string place(const Folder& folder, const std::string& name = "") {
  return fs::canonical(folder.path()).string() + (name.empty() ? "" : "/" + name);
}

TEST_CASE("of a missing file the message has the path and the folder it was looked for in") {
  const Folder folder;
  folder.write("sub/p.yaml", five_steps);
  const std::string here = " (check the path; it was looked for in '" + place(folder) + "')";
  const std::string unread = ": error: cannot read the file: No such file or directory";
  fails(folder, {"solve", "none.yaml"}, 3, "none.yaml" + unread + here);
  fails(folder, {"solve", "./none.yaml"}, 3, "./none.yaml" + unread + here);
  fails(folder, {"sweep", "none.yaml"}, 3, "none.yaml" + unread + here);
  fails(folder, {"predict", "-m", "none", "t.csv"}, 4, "none" + unread + here);
  fails(folder, {"init", "--data", "none.csv"}, 4, "none.csv" + unread + here);
  fails(folder, {"solve", "sub/none.yaml"}, 3,
        "sub/none.yaml" + unread + " (check the path; it was looked for in '" + place(folder, "sub") + "')");
  fails(folder, {"solve", "no/sub/none.yaml"}, 3,
        "no/sub/none.yaml" + unread + " (check the path; there is no folder '" + place(folder, "no") + "')");
  const std::string full = place(folder, "none.yaml");
  fails(folder, {"solve", full}, 3, full + unread + " (check the path)");
}

TEST_CASE("of missing data of a problem the message says where a path in it starts") {
  const Folder folder;
  folder.write("sub/p.yaml", "data: {train: none.csv, target: y}\nmodel: linear\noptimizer: sgd\n");
  fails(
      folder, {"check", "sub/p.yaml"}, 4,
      place(folder, "sub/none.csv") +
          ": error: cannot read the file: No such file or directory (check the path; in a problem, a path starts "
          "at the folder of the problem file)");
}

TEST_CASE("of a missing run or sweep the message has the folder it was looked for in") {
  const Folder folder;
  const std::string message =
      "none: error: there is no such folder (check the path; it was looked for in '" + place(folder) + "')";
  for (const char* command : {"compare", "show", "plot"}) fails(folder, {command, "none"}, 4, message);
  fails(folder, {"report", "none", "-o", "r.html"}, 4, message);
  fails(folder, {"solve", "--resume", "none"}, 5, message);
}

TEST_CASE("where a folder is missing that a file is written to, the message names it") {
  const Folder folder;
  folder.write("p.yaml", five_steps);
  REQUIRE(run(folder, {"solve", "p.yaml", "-q", "-o", "run"}).code == 0);
  fails(folder, {"plot", "run", "-o", "no/such/p.txt"}, 5,
        "no/such/p.txt: error: cannot write: No such file or directory (make the folder '" +
            place(folder, "no") + "' first)");
}

TEST_CASE("where permissions are missing, the message says whose folder it is and who runs the program") {
  const Folder folder;
  folder.write("p.yaml", five_steps);
  folder.write("secret.yaml", five_steps);
  folder.write("locked/p.yaml", five_steps);
  Surroundings nobody;
  nobody.as_nobody = true;
  REQUIRE(run(folder, {"solve", "p.yaml", "-q", "-o", "run"}).code == 0);
  fs::permissions(folder.path("run"), fs::perms(0555));
  fs::permissions(folder.path("locked"), fs::perms(0555));
  fs::permissions(folder.path("secret.yaml"), fs::perms(0200));
  const bool by_root = ::geteuid() == 0;
  const bool in_container = fs::exists("/.dockerenv") || fs::exists("/run/.containerenv");
  const auto denied = [&](const std::string& name) {
    const std::string path = "'" + place(folder, name) + "'";
    if (!by_root) return "Permission denied (the permissions of " + path + " deny it";
    return "Permission denied (" + path + " belongs to user 0, the program runs as user 65534" +
           (in_container ? "; start the container with --user 0" : "");
  };
  fails(folder, {"solve", "secret.yaml"}, 3,
        "secret.yaml: error: cannot read the file: " + denied("secret.yaml") + ")", nobody);
  fails(
      folder, {"solve", "p.yaml", "-o", "locked/a/b"}, 5,
      "locked/a/b: error: cannot make the folder: " + denied("locked") + "; or choose another place with -o)",
      nobody);
  fails(folder, {"sweep", "p.yaml", "--seeds", "1..2", "-o", "locked/s"}, 5,
        "locked/s: error: cannot make the folder: " + denied("locked") + "; or choose another place with -o)",
        nobody);
  fails(folder, {"plot", "run", "-o", "locked/p.txt"}, 5,
        "locked/p.txt: error: cannot write: " + denied("locked") + ")", nobody);
  // The file is there and may be written; the folder keeps it from being replaced.
  folder.write("run/p.txt", "");
  fs::permissions(folder.path("run/p.txt"), fs::perms(0666));
  fails(folder, {"plot", "run", "-o", "run/p.txt"}, 5,
        "run/p.txt: error: cannot write: " + denied("run") + ")", nobody);
  fs::permissions(folder.path("locked"), fs::perms(0755));
  fs::permissions(folder.path("run"), fs::perms(0755));
}

TEST_CASE("the program loads no library from the folder it is called in") {
  const Folder folder;
  for (const char* library : {"liblookahead.so", "libyaml-cpp.so.0.7", "libz.so.1", "libstdc++.so.6"})
    folder.write(library, "no library");
  const Result result = run(folder, {"version"});
  CHECK_MESSAGE(result.code == 0, result.err);
}

}  // namespace
}  // namespace lookahead::cli
