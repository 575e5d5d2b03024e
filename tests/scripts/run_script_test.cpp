#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/temporary_folder.hpp"

// cmd/run.sh and cmd/setup.sh on a small project of their own, whose program says with what arguments it was
// called.
namespace {

namespace fs = std::filesystem;
using lookahead::test::content_of;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct Ended {
  int code = -1;
  std::string out, err;
};

// A checkout with the scripts of this one, in a folder whose name needs quotes; gone with the object.
class Checkout {
 public:
  Checkout() {
    std::string name = (fs::temp_directory_path() / "lookahead scripts-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory: " + name);
    folder_ = fs::canonical(name);
    const fs::path source = LOOKAHEAD_SOURCE_DIR;
    for (const char* kept : {"cmd", "lib", "samples", "home", "tools"}) fs::create_directories(path(kept));
    for (const char* script : {"cmd/run.sh", "cmd/setup.sh", "cmd/large_pages.c"})
      fs::copy(source / script, path(script));
    write("CMakeLists.txt",
          "cmake_minimum_required(VERSION 3.22)\nproject(small LANGUAGES CXX)\n"
          "add_executable(lookahead cmd/main.cpp)\ninstall(TARGETS lookahead RUNTIME DESTINATION bin)\n"
          "install(FILES cmd/setup.sh DESTINATION share/doc/lookahead)\n");
    write("cmd/main.cpp",
          "#include <cstdio>\nint main(int n, char** a) {\n"
          "  for (int i = 1; i < n; ++i) std::printf(\"[%s]\", a[i]);\n  return n > 3 ? 9 : 0;\n}\n");
    // Nothing is missing, whatever is installed here, so that nothing is fetched.
    write("tools/dpkg-query", "#!/bin/sh\nshift 2\nfor p; do echo \"installed $p\"; done\n");
    fs::permissions(path("tools/dpkg-query"), fs::perms::owner_all);
  }
  Checkout(const Checkout&) = delete;
  Checkout& operator=(const Checkout&) = delete;
  ~Checkout() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void write(const std::string& name, const std::string& content) const {
    std::ofstream(path(name)) << content;
  }

  // A line of the shell in the checkout, HOME being its folder home.
  Ended shell(const std::string& line) const {
    write("line",
          "cd '" + folder_.string() + "'; export HOME=$PWD/home PATH=\"$PWD/tools:$PATH\"\n" + line + "\n");
    const std::string command =
        "bash '" + path("line") + "' </dev/null >'" + path("out") + "' 2>'" + path("err") + "'";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128, content_of(path("out")), content_of(path("err"))};
  }

  // Files and folders below a folder, sorted.
  std::vector<std::string> below(const std::string& name) const {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(path(name)))
      found.push_back(fs::relative(entry.path(), path(name)).string());
    std::sort(found.begin(), found.end());
    return found;
  }

 private:
  fs::path folder_;
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE(
    "the first run says how long it takes, where the program is and how to install it, the second is silent") {
  const Checkout checkout;
  const Ended first = checkout.shell("./cmd/run.sh solve 'a b'");
  CHECK(first.code == 0);
  CHECK(first.out == "[solve][a b]");
  CHECK_MESSAGE(
      contains(first.err, "lookahead: building in " + checkout.path("build") + ", which takes about "),
      first.err);
  CHECK(contains(first.err, "lookahead: the program is " + checkout.path("build/lookahead")));
  CHECK(contains(first.err, "./cmd/run.sh --install "));
  // The folder's name has a blank, which no list of libraries can hold.
  CHECK_FALSE(contains(content_of(checkout.path("build/setup.log")), "preload"));
  // Only a terminal can rewrite a line.
  CHECK_FALSE(contains(first.err, "\r"));
  CHECK_FALSE(contains(first.err, " step "));

  const Ended second = checkout.shell("./cmd/run.sh one two three");
  CHECK(second.code == 9);
  CHECK(second.out == "[one][two][three]");
  CHECK(second.err.empty());

  const Ended help = checkout.shell("./cmd/run.sh --help");
  CHECK(help.out.starts_with("cmd/run.sh builds lookahead for this machine and runs it:"));
  CHECK(contains(help.out, "./cmd/run.sh --uninstall [PREFIX]"));
  CHECK(help.out.ends_with("[--help]"));

  const Ended none = checkout.shell("./cmd/run.sh");
  CHECK(none.out == "[solve][" + checkout.path("samples/rosenbrock.yaml") + "]");

  // A change is built; a broken one is told, and nothing runs.
  checkout.write("cmd/main.cpp", "int main() { return 3; }\n");
  const Ended changed = checkout.shell("./cmd/run.sh");
  CHECK(changed.code == 3);
  CHECK_MESSAGE(contains(changed.err, "lookahead: building what has changed\n"), changed.err);
  checkout.write("cmd/main.cpp", "int main() { return nothing; }\n");
  const Ended broken = checkout.shell("./cmd/run.sh");
  CHECK(broken.code == 70);
  CHECK_MESSAGE(contains(broken.err, "nothing"), broken.err);
  CHECK(contains(broken.err, "lookahead: the build failed; the whole log is "));
  CHECK_FALSE(contains(broken.err, "the program is"));
}

TEST_CASE("on a terminal one line counts the steps of the build and then is gone") {
  const Checkout checkout;
  if (checkout.shell("script --version").code != 0) {
    MESSAGE("skipped: no script(1) to have a terminal from");
    return;
  }
  const Ended ended = checkout.shell("script -qec './cmd/run.sh solve x' /dev/null");
  CHECK(ended.code == 0);
  CHECK_MESSAGE(contains(ended.out, "\rlookahead: building, "), ended.out);
  // What remains of a line is what is written after its last return.
  std::istringstream lines(ended.out);
  std::string shown;
  for (std::string line; std::getline(lines, line); shown += line + "\n") {
    if (line.ends_with('\r')) line.pop_back();
    line.erase(0, line.find_last_of('\r') + 1);
  }
  CHECK_FALSE(contains(shown, "building, "));
  CHECK_MESSAGE(contains(shown, "lookahead: built in "), shown);
  CHECK(contains(shown, "[solve][x]"));
}

TEST_CASE("--install puts the program below a folder, --uninstall takes away that and nothing else") {
  const Checkout checkout;
  checkout.write("home/kept", "mine");
  const Ended home = checkout.shell("./cmd/run.sh --install");
  CHECK_MESSAGE(home.code == 0, home.err);
  CHECK(home.out.empty());
  const std::string program = checkout.path("home/.local/bin/lookahead");
  CHECK_MESSAGE(contains(home.err, "lookahead: installed " + program + "\n"), home.err);
  CHECK(contains(home.err, "export PATH=\"" + checkout.path("home/.local/bin") + ":$PATH\""));
  CHECK(checkout.shell("home/.local/bin/lookahead x").out == "[x]");
  // Again, over what is there; its folder being on the PATH there is no advice, but for another program
  // before it.
  const std::string on_path = "PATH=\"$HOME/.local/bin:$PATH\" ./cmd/run.sh --install";
  CHECK(contains(checkout.shell(on_path).err, "installed"));
  CHECK_FALSE(contains(checkout.shell(on_path).err, "PATH"));
  checkout.write("tools/lookahead", "#!/bin/sh\n");
  fs::permissions(checkout.path("tools/lookahead"), fs::perms::owner_all);
  const Ended hidden = checkout.shell("PATH=\"$PATH:$HOME/.local/bin\" ./cmd/run.sh --install");
  CHECK_MESSAGE(contains(hidden.err, "the PATH leads to " + checkout.path("tools/lookahead")), hidden.err);

  const Ended gone = checkout.shell("./cmd/run.sh --uninstall");
  CHECK(gone.code == 0);
  CHECK(gone.err == "lookahead: removed from " + checkout.path("home/.local") + "\n");
  CHECK(checkout.below("home") == Names{".local", "kept"});
  const Ended again = checkout.shell("./cmd/run.sh --uninstall");
  CHECK(again.code == 66);
  CHECK(contains(again.err, "has installed nothing in " + checkout.path("home/.local")));

  // Another folder, by a path from here; beside what was there before.
  fs::create_directories(checkout.path("a b/bin"));
  checkout.write("a b/bin/other", "mine");
  CHECK(checkout.shell("./cmd/run.sh --install './a b/'").code == 0);
  CHECK(checkout.shell("'./a b/bin/lookahead' y").out == "[y]");
  CHECK(checkout.shell("./cmd/run.sh --uninstall \"$PWD/a b\"").code == 0);
  CHECK(checkout.below("a b") == Names{"bin", "bin/other"});

  // Nothing outside of the folder is removed.
  fs::create_directories(checkout.path("p/share/lookahead"));
  checkout.write("p/share/lookahead/installed", "../home/kept\n" + checkout.path("home/kept") + "\n\n");
  CHECK(checkout.shell("./cmd/run.sh --uninstall p").code == 0);
  CHECK(content_of(checkout.path("home/kept")) == "mine");
}

TEST_CASE("folders that --install cannot use are refused before anything is built") {
  const Checkout checkout;
  const auto refused = [&](const std::string& line, int code, const std::string& message) {
    const Ended ended = checkout.shell(line);
    CAPTURE(line);
    CHECK(ended.code == code);
    CHECK_MESSAGE(contains(ended.err, message), ended.err);
    CHECK_FALSE(fs::exists(checkout.path("build/lookahead")));
  };
  refused("./cmd/run.sh --install a b", 2, "takes one folder, got 2");
  refused("./cmd/run.sh --install ''", 2, "the empty text");
  refused("./cmd/run.sh --install --force", 2, "takes a folder, got --force");
  refused("./cmd/run.sh --uninstall -x", 2, "takes a folder, got -x");
  refused("unset HOME; ./cmd/run.sh --install", 2, "HOME is not set");
  refused("./cmd/run.sh --install CMakeLists.txt", 73, "cannot write to " + checkout.path("CMakeLists.txt"));
  refused("./cmd/run.sh --install /proc/no", 73, "cannot write to /proc/no");
}
