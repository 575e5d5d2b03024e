// The tree keeps its own rules: includes go downward, the library neither prints nor ends the process.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "architecture/source.hpp"

using namespace lookahead::test;

namespace {

constexpr std::ptrdiff_t longest = 400;  // lines of a file

std::vector<Source> product() {
  std::vector<Source> sources = sources_below("lib");
  for (Source& source : sources_below("cmd")) sources.push_back(std::move(source));
  return sources;
}

void none(const std::vector<std::string>& violations) {
  for (const std::string& violation : violations) FAIL_CHECK(violation);
}

std::string way_text(const std::vector<std::string>& way) {
  std::string text;
  for (const std::string& module : way) text += (text.empty() ? "" : " > ") + module;
  return text;
}

}  // namespace

TEST_CASE("the scanner finds the sources") {
  const auto sources = product();
  CHECK(sources.size() > 100);
  CHECK(
      std::any_of(sources.begin(), sources.end(), [](const Source& s) { return s.path == "cmd/main.cpp"; }));
  CHECK(std::any_of(sources.begin(), sources.end(),
                    [](const Source& s) { return s.path == "lib/base/text.cpp"; }));
  // A scan that sees no include would be content with everything.
  std::size_t includes = 0;
  for (const Source& source : sources) includes += includes_of(source.text).size();
  CHECK(includes > 3 * sources.size());
}

TEST_CASE("includes go downward, foreign headers stay at home") {
  for (const Source& source : product()) none(include_violations(source));
}

TEST_CASE("modules include only what the build links them with") {
  std::ifstream file(std::string(LOOKAHEAD_SOURCE_DIR) + "/lib/CMakeLists.txt");
  const std::string cmake((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto links = links_of(cmake);
  CHECK(links.size() > 12);
  for (const Source& source : sources_below("lib")) {
    const std::string module = module_of(source.path);
    const auto mine = links.find(module);
    if (mine == links.end()) {
      FAIL_CHECK(source.path << ": lib/CMakeLists.txt has no module(" << module << ")");
      continue;
    }
    for (const Include& include : includes_of(source.text)) {
      const std::string other = module_of(include.header);
      if (include.own && !other.empty() && mine->second.count(other) == 0) {
        FAIL_CHECK(source.path << " includes " << include.header << ", but module(" << module
                               << ") is not linked with " << other);
      }
    }
  }
}

TEST_CASE("no cycle among modules") {
  const auto way = cycle_among(product());
  CHECK_MESSAGE(way.empty(), way_text(way));
}

TEST_CASE("the library leaves terminal, process, locale and <random> alone") {
  for (const Source& source : sources_below("lib")) none(word_violations(source));
}

TEST_CASE("pointers keep their types but in the files that are there to forget them") {
  for (const Source& source : product()) none(pointer_violations(source));
}

TEST_CASE("a member that is defined apart from its class's instantiation has its own") {
  for (const Source& source : product()) none(instantiation_violations(source));
}

TEST_CASE("no file is longer than can be read in one go") {
  for (const Source& source : product()) {
    const auto lines = std::count(source.text.begin(), source.text.end(), '\n');
    CHECK_MESSAGE(lines <= longest, source.path, " has ", lines, " lines");
  }
}

TEST_CASE("the scanner sees code, not comments and texts") {
  CHECK(code_of("a // b\nc /* d\ne */ f") == "a \nc \n  f");
  CHECK(code_of("s = \"exit(1) \\\" // no\"; t") == "s = \"\"; t");
  CHECK(code_of("c = '\"'; d = 1'000;") == "c = ''; d = 1'000;");
  CHECK(code_of("r = R\"x(\nexit(1)\")x\"; s") == "r = \"\"\n; s");
  CHECK(code_of("#include \"a/b.hpp\"  // why\n\"c\"") == "#include \"a/b.hpp\"  \n\"\"");
  const auto includes = includes_of("#include <vector>\n  # include \"a/b.hpp\"\n// #include \"c/d.hpp\"\n");
  REQUIRE(includes.size() == 2);
  CHECK(includes[0].header == "vector");
  CHECK_FALSE(includes[0].own);
  CHECK(includes[1].header == "a/b.hpp");
  CHECK(includes[1].own);
  CHECK(module_of("lib/base/text.cpp") == "base");
  CHECK(module_of("objective/functions/facts.hpp") == "objective");
  CHECK(module_of("console.hpp").empty());
}

TEST_CASE("the scanner finds forbidden includes") {
  const auto count = [](const std::string& path, const std::string& header) {
    return include_violations({path, "#include " + header + "\n"}).size();
  };
  CHECK(count("lib/base/a.cpp", "\"options/node.hpp\"") == 1);     // upward
  CHECK(count("lib/engine/a.cpp", "\"run/plan.hpp\"") == 1);       // upward
  CHECK(count("lib/optimizer/a.cpp", "\"loss/loss.hpp\"") == 1);   // sideways
  CHECK(count("lib/loss/a.cpp", "\"objective/model.hpp\"") == 1);  // only the other way round
  CHECK(count("lib/random/a.cpp", "\"options/node.hpp\"") == 1);   // sideways
  CHECK(count("lib/base/a.cpp", "\"text.hpp\"") == 1);             // without its module
  CHECK(count("lib/attic/a.cpp", "\"base/text.hpp\"") == 1);       // no such module
  CHECK(count("lib/base/a.cpp", "\"attic/text.hpp\"") == 1);
  CHECK(count("lib/spec/problem.cpp", "<yaml-cpp/yaml.h>") == 1);
  CHECK(count("lib/run/a.cpp", "<spdlog/spdlog.h>") == 1);
  CHECK(count("lib/run/a.hpp", "<CLI/CLI.hpp>") == 1);
  CHECK(count("cmd/a.cpp", "<yaml-cpp/yaml.h>") == 1);
  CHECK(count("lib/engine/a.cpp", "<Eigen/Core>") == 1);
  CHECK(count("lib/theory/a.cpp", "<Eigen/Core>") == 1);
  CHECK(count("lib/linear/a.cpp", "<Eigen/Core>") == 0);

  CHECK(count("lib/base/a.cpp", "\"base/text.hpp\"") == 0);
  CHECK(count("lib/objective/models/a.cpp", "\"loss/loss.hpp\"") == 0);
  CHECK(count("lib/objective/models/a.cpp", "\"data/dataset.hpp\"") == 0);
  CHECK(count("lib/data/a.cpp", "\"options/node.hpp\"") == 0);
  CHECK(count("lib/spec/yaml.cpp", "<yaml-cpp/yaml.h>") == 0);
  CHECK(count("cmd/main.cpp", "<CLI/CLI.hpp>") == 0);
  CHECK(count("cmd/main.cpp", "\"console.hpp\"") == 0);
  CHECK(count("cmd/main.cpp", "\"run/solve.hpp\"") == 0);
}

TEST_CASE("the scanner finds forbidden words") {
  const std::vector<std::string> forbidden = {"std::cout << x;",
                                              "std::cerr << x;",
                                              "printf(\"x\");",
                                              "std::fputs(text, stderr);",
                                              "#include <iostream>",
                                              "  exit(1);",
                                              "std::exit(1);",
                                              "std::abort();",
                                              "std::quick_exit(0);",
                                              "std::normal_distribution<double> d;",
                                              "std::mt19937 g;",
                                              "int i = std::rand();",
                                              "i = rand() % 2;",
                                              "std::setlocale(LC_ALL, \"\");",
                                              "double x = std::stod(text);",
                                              "x = strtod(text, nullptr);",
                                              "x = std::stoi(text);",
                                              "x = atof(text);",
                                              "std::snprintf(b, 9, \"%g\", x);",
                                              "std::ostringstream out;",
                                              "x = std::exp(y);",
                                              "x = std::pow(y, 2);",
                                              "x = __builtin_sin(y);",
                                              "x = log1p(y);",
                                              "x = -::cosf(y);"};
  for (const std::string& line : forbidden) {
    CHECK_MESSAGE(word_violations({"lib/base/a.cpp", line + "\n"}).size() == 1, line);
  }
  const std::vector<std::string> allowed = {"// std::cout << x; exit(1)",
                                            "text = \"exit(1), rand()\";",
                                            "on_exit(x);",
                                            "operand(2);",
                                            "std::from_chars(a, b, x);",
                                            "const bool aborted = false;",
                                            "file.exit(1);",
                                            "std::istringstream words(text);",
                                            "x = math::exp(y);",
                                            "x = std::sqrt(std::abs(y));",
                                            "x = report.log(y);"};
  for (const std::string& line : allowed) {
    CHECK_MESSAGE(word_violations({"lib/base/a.cpp", line + "\n"}).empty(), line);
  }
  CHECK(word_violations({"lib/loss/a.cpp", "#include \"loss/pointwise.hpp\"\nv = exp(pack);\n"}).empty());
}

TEST_CASE("the scanner finds pointers without types") {
  const auto count = [](const std::string& path, const std::string& line) {
    return pointer_violations({path, line + "\n"}).size();
  };
  for (const char* line : {"void f(const void* p);", "void *p;", "void const * p;",
                           "std::shared_ptr<void> p;", "std::unique_ptr<const void> p;", "std::any value;"}) {
    CHECK_MESSAGE(count("lib/spec/a.cpp", line) == 1, line);
    CHECK_MESSAGE(count("cmd/a.cpp", line) == 1, line);
    CHECK_MESSAGE(count("lib/options/values.hpp", line) == 0, line);
  }
  for (const char* line :
       {"void f(const P* p);", "// void* p", "static_cast<void>(f());", "std::any_of(a, b, c)"})
    CHECK_MESSAGE(count("lib/spec/a.cpp", line) == 0, line);
}

TEST_CASE("the scanner finds members that are not instantiated") {
  const std::string members =
      "template <Scalar T>\nvoid Agent<T>::step(int) {\n}\n\ntemplate <Scalar T>\ntypename Agent<T>::Kind "
      "Agent<T>::kind() const {\n}\n";
  const auto count = [&members](const std::string& instantiations) {
    return instantiation_violations({"lib/run/a.cpp", members + instantiations}).size();
  };
  CHECK(count("") == 2);
  CHECK(count("template void Agent<float>::step(int);\n") == 1);
  CHECK(
      count(
          "template void Agent<float>::step(int);\ntemplate Agent<float>::Kind Agent<float>::kind() const;\n") ==
      0);
  CHECK(count("template class Agent<float>;\n") == 0);
  CHECK(count("extern template class Agent<float>;\n") == 2);
}

TEST_CASE("the scanner finds cycles") {
  const auto source = [](const std::string& path, const std::string& header) {
    return Source{path, "#include \"" + header + "\"\n"};
  };
  CHECK(cycle_among({source("lib/a/x.cpp", "b/x.hpp"), source("lib/b/x.hpp", "c/x.hpp"),
                     source("lib/a/x.cpp", "c/x.hpp")})
            .empty());
  const auto way = cycle_among({source("lib/z/x.cpp", "a/x.hpp"), source("lib/a/x.cpp", "b/x.hpp"),
                                source("lib/b/x.hpp", "c/x.hpp"), source("lib/c/x.hpp", "a/x.hpp")});
  CHECK_MESSAGE(way.size() == 4, way_text(way));
}

TEST_CASE("the scanner reads the build's links") {
  const auto links = links_of(
      "module(base)\nmodule(options LINKS lookahead_base)\nmodule(data LINKS lookahead_options\n X::X)\n");
  REQUIRE(links.size() == 3);
  CHECK(links.at("data") == std::set<std::string>{"base", "options", "data"});
  CHECK(links.at("base") == std::set<std::string>{"base"});
}
