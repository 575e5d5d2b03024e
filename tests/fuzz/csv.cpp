#include "base/text.hpp"
#include "input.hpp"
#include "seeds.hpp"
#include "target.hpp"

// A data file. The first line of the input holds options of `data`, the rest is the file.
namespace lookahead::fuzz {
namespace {

// The options that a file with a header needs: its last column is the target.
std::string with_target(const std::string& file) {
  const std::string header = file.substr(0, file.find_first_of("\r\n"));
  const std::size_t before = header.find_last_of(",;\t");
  std::string name = before == std::string::npos ? header : header.substr(before + 1);
  std::erase(name, '"');
  return "target: '" + name + "', missing: impute\n" + file;
}

}  // namespace

bool run_csv(std::string_view input) {
  const auto [options, content] = split(input, "\n");
  return plan(data_problem(options, scratch("t.csv", content), "target: 1, missing: impute"));
}

std::vector<std::string> csv_seeds() {
  std::vector<std::string> seeds = {
      "target: y\nx,y\n1,2\n2,3.5\n-1e-3,0\n",
      "target: y, missing: drop\na,b,y\n1,red,0\n2,blue,1\n,red,1\n4,NA,0\n",
      "target: 1, header: false, separator: ';', decimal: ','\n1,5;2,5\n3,25;4\n",
      "target: y, weights: w, validation: 0.5\nx,w,y\n1,1,1\n2,0,2\n3,2,3\n4,1,4\n",
      "target: y, encoding: drop_first\n\"a \"\"quoted\"\" cell\",y\n\"one, two\",1\r\n\"three\n "
      "four\",2\r\n",
      "target: y, standardize: all, drop: [id]\nid\tcolour\ty\n1\tred\t0.5\n2\tgreen\t1.5\n3\tred\t2.5\n",
      "target: day, keep: [date]\ndate,day\n2020-01-01,1\n2020-01-02,2\n",
      "target: y, task: regression, missing: {policy: mean, marks: [\"?\"], columns: {x: [-1]}}\nx y\n1 2\n? "
      "3\n-1 4\n",
      "target: 2\n\xef\xbb\xbfx,y\r1,2\r3,4\r"};
  for (const char* folder : {"tests", "samples"}) {
    for (const std::string& file : source_files(folder, {".csv", ".csv.gz"}))
      seeds.push_back(with_target(file));
  }
  return seeds;
}

std::vector<std::string> csv_tested() {
  std::vector<std::string> inputs;
  for (const std::string& text : literals({"data", "cli"}, ",;\t"))
    if (text.find('\n') != std::string::npos) inputs.push_back("target: y\n" + text);
  return inputs;
}

}  // namespace lookahead::fuzz
