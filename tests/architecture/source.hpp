#pragma once
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

// The rules of the source tree, checked on its text.
namespace lookahead::test {

// A source file: its path below the project, for example "lib/base/text.cpp", and its text.
struct Source {
  std::string path;
  std::string text;
};

// All .cpp and .hpp files below `folder` of the project.
std::vector<Source> sources_below(const std::string& folder);

// The text without comments and without the content of string and character literals; lines stay where they
// are.
std::string code_of(const std::string& text);

// The headers a file includes, in the text's order; `own`: in quotes.
struct Include {
  std::string header;
  bool own;
};
std::vector<Include> includes_of(const std::string& text);

// "base" of "lib/base/text.cpp" and of "base/text.hpp", "cmd" of "cmd/main.cpp"; empty where there is no
// folder.
std::string module_of(const std::string& path);

// What is wrong with a file, one sentence each, beginning with its path.
std::vector<std::string> include_violations(const Source& source);
std::vector<std::string> word_violations(const Source& source);

// Pointers that have lost their type in a file where no such pointers belong.
std::vector<std::string> pointer_violations(const Source& source);

// Members of a class template that are defined apart from its instantiation and not instantiated by name. Some
// compilers emit those that others of the file call, some do not.
std::vector<std::string> instantiation_violations(const Source& source);

// Modules that include each other, directly or around: a way that ends where it began, or empty.
std::vector<std::string> cycle_among(const std::vector<Source>& sources);

// From the text of lib/CMakeLists.txt: the modules each module is linked with, directly or through others, itself
// included.
std::map<std::string, std::set<std::string>> links_of(const std::string& cmake);

}  // namespace lookahead::test
