#pragma once
#include <random>
#include <string>
#include <vector>

namespace lookahead::test {

// Damages texts at random, always in the same way: bits, pieces cut, doubled and put in, among them what
// YAML, CSV, JSON and numbers stumble over.
class Damage {
 public:
  std::string operator()(std::string text) {
    for (std::size_t times = 1 + below(3) / 2; times > 0; --times) {
      if (text.empty()) text = "x";
      const std::size_t at = below(text.size());
      switch (below(6)) {
        case 0:
          text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
          break;
        case 1:
          text.resize(at);
          break;
        case 2:
          text.insert(at, pieces()[below(pieces().size())]);
          break;
        case 3:
          text.erase(at, 1 + below(20));
          break;
        case 4:
          text.insert(at, text.substr(at, 1 + below(60)));
          break;
        default:
          text.replace(at, 1 + below(8), pieces()[below(pieces().size())]);
      }
    }
    return text;
  }

  // What is put in.
  static const std::vector<std::string>& pieces() {
    static const std::vector<std::string> all = {"{",
                                                 "}",
                                                 "[",
                                                 "]",
                                                 ":",
                                                 ": ",
                                                 "- ",
                                                 "&a ",
                                                 "*a",
                                                 "!!str ",
                                                 "'",
                                                 "\"",
                                                 "|\n",
                                                 ">\n",
                                                 "#",
                                                 "\t",
                                                 "\n",
                                                 "\r",
                                                 "\xff\xfe",
                                                 "\xc3",
                                                 "~",
                                                 "null",
                                                 "1e999",
                                                 "-1",
                                                 "0",
                                                 "nan",
                                                 "1e308",
                                                 "---\n",
                                                 "...\n",
                                                 "? ",
                                                 "<<: ",
                                                 "1e15",
                                                 "-0",
                                                 "99999999999999999999",
                                                 ",",
                                                 ";",
                                                 ",,",
                                                 "\"\"",
                                                 "inf",
                                                 "\\",
                                                 "@",
                                                 "\x1f\x8b",
                                                 "\xef\xbb\xbf",
                                                 std::string(1, '\0')};
    return all;
  }

 private:
  // The distributions of the standard library differ from one to another, the generator does not.
  std::size_t below(std::size_t n) { return random_() % n; }
  std::mt19937 random_{20240607};
};

}  // namespace lookahead::test
