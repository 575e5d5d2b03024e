#include "architecture/source.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <regex>
#include <sstream>

namespace lookahead::test {
namespace {

// The layer of each module. A module includes what is on lower layers, and the neighbours named below.
const std::map<std::string, int> layers = {
    {"base", 0},     {"random", 1},   {"options", 1},   {"parallel", 1},   {"simd", 1},
    {"trace", 2},    {"data", 2},     {"linear", 2},    {"loss", 3},       {"metric", 3},
    {"schedule", 3}, {"sampling", 3}, {"optimizer", 3}, {"expression", 3}, {"objective", 3},
    {"engine", 4},   {"theory", 4},   {"spec", 5},      {"run", 6},        {"certify", 7},
    {"predict", 7},  {"init", 7},     {"study", 7},     {"picture", 7},    {"cmd", 8}};
const std::set<std::pair<std::string, std::string>> neighbours = {
    {"trace", "data"},      {"linear", "data"}, {"objective", "loss"}, {"objective", "expression"},
    {"loss", "expression"}, {"random", "simd"}, {"parallel", "simd"},  {"picture", "study"}};

// Foreign headers and the only paths that may include them; one may stand here with several.
const std::vector<std::pair<std::string, std::string>> homes = {{"yaml-cpp/", "lib/spec/yaml.cpp"},
                                                                {"CLI/", "cmd/"},
                                                                {"spdlog/", "cmd/"},
                                                                {"fmt/", "cmd/"},
                                                                {"zlib.h", "lib/data/"},
                                                                {"zlib.h", "lib/base/checksum.cpp"},
                                                                {"Random123/", "lib/random/"},
                                                                {"Eigen/", "lib/linear/"},
                                                                {"nlohmann/", "lib/run/"},
                                                                {"nlohmann/", "lib/predict/"},
                                                                {"nlohmann/", "lib/init/"},
                                                                {"nlohmann/", "lib/study/"},
                                                                {"nlohmann/", "lib/certify/"}};

// What the library leaves alone: the process, the terminal, numbers that depend on a locale or on the
// standard library's taste.
const std::vector<std::pair<std::string, std::string>> words = {
    {R"(\bstd::(cout|cerr|clog|wcout|wcerr)\b)", "prints"},
    {R"(\b(printf|fprintf|vprintf|vfprintf|puts|putchar|perror|fputs|fputc|fwrite)\s*\()", "prints"},
    {R"(#\s*include\s*<(iostream|print|syncstream)>)", "prints"},
    {R"((^|[^\w.>])(exit|_exit|_Exit|abort|quick_exit|terminate)\s*\()", "ends the process"},
    {R"(\b\w+_distribution\b)", "draws from <random>"},
    {R"(\b(mt19937|random_device|default_random_engine|minstd_rand0?|ranlux\w+)\b)", "draws from <random>"},
    {R"(#\s*include\s*<random>)", "draws from <random>"},
    {R"((^|[^\w.>])s?rand(om)?\s*\()", "draws from std::rand"},
    {R"(\b(setlocale|imbue)\s*\(|\bstd::locale\b)", "changes the locale"},
    {R"(\bsto(i|l|ll|ul|ull|f|d|ld)\s*\()", "reads numbers by the locale"},
    {R"(\b(strto(d|f|ld|l|ll|ul|ull)|ato(f|i|l|ll)|s?scanf|fscanf)\s*\()", "reads numbers by the locale"},
    {R"(\b(snprintf|sprintf|vsnprintf|asprintf)\s*\()", "writes numbers by the locale"},
    {R"(\bo?stringstream\b|\bsetprecision\b|#\s*include\s*<iomanip>)", "writes numbers by the locale"},
    {R"(\b(std::|__builtin_)(exp|exp2|expm1|log|log2|log10|log1p|pow|cbrt|hypot|sin|cos|tan|asin|acos|atan|atan2)"
     R"(|sinh|cosh|tanh|asinh|acosh|atanh|erf|erfc|lgamma|tgamma|polar|arg)[fl]?\s*[(<])",
     "has bits of the C library's"}};
// The same without a namespace; in these files it is a function of packs, which takes no number.
const std::regex bare_function(
    R"((^|[^\w.:>])(::)?(exp|exp2|expm1|log|log2|log10|log1p|pow|cbrt|hypot|sin|cos|tan|asin|acos|atan|atan2)"
    R"(|sinh|cosh|tanh|asinh|acosh|atanh|erf|erfc|lgamma|tgamma|sincos)[fl]?\s*\()");
const std::set<std::string> with_packs = {"simd/vector_math.hpp", "loss/pointwise.hpp",
                                          "objective/cumulative_normal.hpp"};
bool has_functions_of_packs(const Source& source) {
  if (module_of(source.path) == "simd") return true;
  const auto includes = includes_of(source.text);
  return std::any_of(includes.begin(), includes.end(),
                     [](const Include& include) { return with_packs.count(include.header) != 0; });
}

bool begins_with(const std::string& text, const std::string& head) { return text.rfind(head, 0) == 0; }

// The only file of the library that ends a process: the one between fork and exec.
const std::string ends_a_child = "lib/objective/outside/process.cpp";

// The only files with pointers that have lost their type: parameters, the pool's task, raw memory, what the
// loader of libraries returns.
const std::set<std::string> without_types = {"lib/options/values.hpp",
                                             "lib/options/values.cpp",
                                             "lib/parallel/pool.hpp",
                                             "lib/parallel/pool.cpp",
                                             "lib/data/read/chunks.hpp",
                                             "lib/data/read/chunks.cpp",
                                             "cmd/reserve.cpp",
                                             "lib/objective/outside/library.cpp",
                                             "lib/parallel/plugin_team.cpp"};
bool may_lose_types(const std::string& path) {
  return begins_with(path, "lib/base/") || without_types.count(path) != 0;
}

}  // namespace

std::vector<Source> sources_below(const std::string& folder) {
  const std::filesystem::path root(LOOKAHEAD_SOURCE_DIR);
  std::vector<Source> sources;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
    const auto extension = entry.path().extension();
    if (!entry.is_regular_file() || (extension != ".cpp" && extension != ".hpp")) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    sources.push_back({entry.path().lexically_relative(root).generic_string(), std::move(text)});
  }
  std::sort(sources.begin(), sources.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return sources;
}

std::string code_of(const std::string& text) {
  std::string code;
  const auto keep_lines = [&](std::size_t from, std::size_t to) {
    code.append(static_cast<std::size_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(from),
                                                    text.begin() + static_cast<std::ptrdiff_t>(to), '\n')),
                '\n');
  };
  const auto end_of = [&](const std::string& mark, std::size_t from) {
    const std::size_t at = text.find(mark, from);
    return at == std::string::npos ? text.size() : at + mark.size();
  };
  bool in_include = false;  // its header stands in quotes and is kept
  std::size_t i = 0;
  while (i < text.size()) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    const bool in_name =
        i > 0 && (std::isalnum(static_cast<unsigned char>(text[i - 1])) != 0 || text[i - 1] == '_');
    if (c == '/' && next == '/') {
      i = std::min(text.find('\n', i), text.size());
    } else if (c == '/' && next == '*') {
      const std::size_t end = end_of("*/", i + 2);
      keep_lines(i, end);
      code += ' ';
      i = end;
    } else if (c == 'R' && next == '"' && !in_name) {
      const std::size_t open = std::min(text.find('(', i), text.size());
      const std::size_t end = end_of(")" + text.substr(i + 2, open - i - 2) + "\"", open);
      code += "\"\"";
      keep_lines(i, end);
      i = end;
    } else if ((c == '"' && !in_include) || (c == '\'' && !in_name)) {
      std::size_t end = i + 1;
      while (end < text.size() && text[end] != c && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
      code += c;
      code += c;
      i = std::min(end + 1, text.size());
    } else {
      if (c == '#') in_include = std::regex_search(text.substr(i, 20), std::regex(R"(^#\s*include\b)"));
      if (c == '\n') in_include = false;
      code += c;
      ++i;
    }
  }
  return code;
}

std::vector<Include> includes_of(const std::string& text) {
  static const std::regex line(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  std::vector<Include> includes;
  std::istringstream lines(code_of(text));
  std::smatch match;
  for (std::string each; std::getline(lines, each);) {
    if (std::regex_search(each, match, line)) includes.push_back({match[2], match[1] == "\""});
  }
  return includes;
}

std::string module_of(const std::string& path) {
  const std::string below = begins_with(path, "lib/") ? path.substr(4) : path;
  const std::size_t slash = below.find('/');
  return slash == std::string::npos ? "" : below.substr(0, slash);
}

std::vector<std::string> include_violations(const Source& source) {
  std::vector<std::string> violations;
  const std::string module = module_of(source.path);
  const auto layer = layers.find(module);
  if (layer == layers.end()) return {source.path + " is in a module without a layer: " + module};
  for (const Include& include : includes_of(source.text)) {
    const auto complain = [&](const std::string& what) {
      violations.push_back(source.path + " includes " + include.header + ": " + what);
    };
    std::string only;
    bool at_home = false;
    for (const auto& [header, home] : homes) {
      if (!begins_with(include.header, header)) continue;
      at_home = at_home || begins_with(source.path, home);
      only += (only.empty() ? "" : ", ") + home;
    }
    if (!only.empty() && !at_home) complain("only for " + only);
    if (!include.own) continue;
    const std::string other = module_of(include.header);
    if (other == module) continue;
    if (other.empty()) {
      if (module != "cmd") complain("name the module, too");
    } else if (const auto lower = layers.find(other); lower == layers.end()) {
      complain("no module of this program");
    } else if (lower->second > layer->second) {
      complain("upward");
    } else if (lower->second == layer->second && neighbours.count({module, other}) == 0) {
      complain("sideways");
    }
  }
  return violations;
}

std::vector<std::string> word_violations(const Source& source) {
  std::vector<std::string> violations;
  static const auto patterns = [] {
    std::vector<std::pair<std::regex, std::string>> all;
    for (const auto& [pattern, what] : words)
      all.emplace_back(std::regex(pattern, std::regex::optimize), what);
    return all;
  }();
  const bool packs = has_functions_of_packs(source);
  std::istringstream lines(code_of(source.text));
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (!packs && std::regex_search(line, bare_function))
      violations.push_back(source.path + ":" + std::to_string(number) +
                           " has bits of the C library's: " + line);
    for (const auto& [pattern, what] : patterns) {
      if (what == "ends the process" && source.path == ends_a_child) continue;
      if (std::regex_search(line, pattern))
        violations.push_back(source.path + ":" + std::to_string(number) + " " + what + ": " + line);
    }
  }
  return violations;
}

std::vector<std::string> pointer_violations(const Source& source) {
  std::vector<std::string> violations;
  if (may_lose_types(source.path)) return violations;
  static const std::regex pointer(
      R"(\bvoid(\s+(const|volatile))*\s*\*|_ptr<\s*(const\s+)?void\b|\bstd::any\b)");
  std::istringstream lines(code_of(source.text));
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (std::regex_search(line, pointer))
      violations.push_back(source.path + ":" + std::to_string(number) +
                           " has a pointer without a type: " + line);
  }
  return violations;
}

std::vector<std::string> instantiation_violations(const Source& source) {
  static const std::regex definition(R"(template <Scalar T>\s[^;{}()]*?\b(\w+)<T>::(\w+)\()");
  std::vector<std::string> found;
  const std::string code = code_of(source.text);
  for (std::sregex_iterator match(code.begin(), code.end(), definition), end; match != end; ++match) {
    const std::string owner = (*match)[1], member = (*match)[2];
    const std::regex whole("\\ntemplate (class|struct) " + owner + "<");
    const std::regex alone("\\ntemplate [^;]*\\b" + owner + "<float>::" + member + "\\(");
    if (std::regex_search(code, whole) || std::regex_search(code, alone)) continue;
    found.push_back(source.path + " does not instantiate " + owner + "::" + member);
  }
  return found;
}

std::vector<std::string> cycle_among(const std::vector<Source>& sources) {
  std::map<std::string, std::set<std::string>> edges;
  for (const Source& source : sources) {
    const std::string module = module_of(source.path);
    for (const Include& include : includes_of(source.text)) {
      const std::string other = module_of(include.header);
      if (include.own && !other.empty() && other != module) edges[module].insert(other);
    }
  }
  std::vector<std::string> way;
  std::set<std::string> done;
  const std::function<bool(const std::string&)> follow = [&](const std::string& module) {
    if (std::find(way.begin(), way.end(), module) != way.end()) {
      way.push_back(module);
      return true;
    }
    if (done.count(module) != 0) return false;
    way.push_back(module);
    for (const std::string& other : edges[module]) {
      if (follow(other)) return true;
    }
    way.pop_back();
    done.insert(module);
    return false;
  };
  std::vector<std::string> modules;
  for (const auto& edge : edges) modules.push_back(edge.first);
  for (const std::string& module : modules) {
    if (!follow(module)) continue;
    way.erase(way.begin(), std::find(way.begin(), way.end(), way.back()));
    return way;
  }
  return {};
}

std::map<std::string, std::set<std::string>> links_of(const std::string& cmake) {
  static const std::regex call(R"((?:^|\n)module\(([a-z]+)([^)]*)\))");
  static const std::regex link(R"(lookahead_([a-z]+))");
  std::map<std::string, std::set<std::string>> links;
  for (std::sregex_iterator module(cmake.begin(), cmake.end(), call), end; module != end; ++module) {
    std::set<std::string>& mine = links[(*module)[1]];
    mine.insert((*module)[1]);
    const std::string list = (*module)[2];
    for (std::sregex_iterator other(list.begin(), list.end(), link); other != end; ++other) {
      mine.insert((*other)[1]);
      const auto through = links.find((*other)[1]);
      if (through != links.end()) mine.insert(through->second.begin(), through->second.end());
    }
  }
  return links;
}

}  // namespace lookahead::test
