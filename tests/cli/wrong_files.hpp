#pragma once
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "run_binary.hpp"
#include "spec/codecs.hpp"
#include "spec/yaml.hpp"
#include "support/form_fits.hpp"

// Wrong problem files: refused with place, reason and cure, before anything is written.
namespace lookahead::cli {

struct Wrong {
  std::string text;
  std::string message;  // how the first line of stderr begins, after "p.yaml:"
};

inline const std::string sphere = "objective: sphere\noptimizer: sgd\n";
inline const std::string data = "data: {train: t.csv, target: y}\nmodel: linear\noptimizer: sgd\n";

// Whether an editor can see by the schema what the message tells of: misspelled keys and names, values of the
// wrong type or out of a declared range, keys that are not there. It cannot see how two values go together.
inline bool is_for_editors(const std::string& message) {
  for (const char* about : {"extrapolate: true allows", "optimizer.lr must be finite",
                            "start: ", "start.uniform must", "stop has no", "must be below", "got '010'",
                            "objective.dim of", "trace.file must", "name must be a plain",
                            "data needs the key 'target'", "per_decade must be", "validation needs either",
                            "folds must be >= 2", "and <= 1e+09, got 1e+30", "is empty", "start has"}) {
    if (contains(message, about)) return false;
  }
  return contains(message, "unknown ") || contains(message, " must be ") ||
         contains(message, " must have ") || contains(message, "needs the key");
}

inline void refused(const std::vector<Wrong>& list) {
  static const Form form = problem_form();
  const Folder folder;
  folder.write("t.csv", table());
  for (const Wrong& wrong : list) {
    CAPTURE(wrong.text.substr(0, 200));
    folder.write("p.yaml", wrong.text);
    // The schema is made from the same form.
    if (const auto node = parse_yaml(wrong.text, "p.yaml"); node && is_for_editors(wrong.message))
      CHECK_FALSE(test::fits(form, *node));
    for (const char* command : {"check", "solve"}) {
      const Result result = run(folder, {command, "p.yaml"});
      CHECK(result.code == 3);
      CHECK(result.out.empty());
      CHECK_MESSAGE(result.err.starts_with("p.yaml:" + wrong.message), result.err);
      for (const std::string& line : lines(result.err)) CHECK_MESSAGE(line.starts_with("p.yaml:"), line);
    }
  }
  CHECK(folder.names() == std::vector<std::string>{"p.yaml", "t.csv"});
}

}  // namespace lookahead::cli
