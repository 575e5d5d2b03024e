#include <doctest/doctest.h>
#include <zlib.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "run_binary.hpp"

// predict where two things meet: how the file is written, which columns it has, how it comes, and the model.
namespace lookahead::cli {
namespace {

using Names = std::vector<std::string>;

// How a file is written.
struct FileForm {
  char separator = ',', decimal = '.';
  std::string thousands, unit, comment;
  int skip = 0;
  std::string keys;  // of data, that say so
};

// A number of quarters, as the form has it.
std::string number(const FileForm& form, int quarters) {
  std::string whole = std::to_string(quarters / 4);
  for (int at = static_cast<int>(whole.size()) - 3; at > 0 && !form.thousands.empty(); at -= 3)
    whole.insert(static_cast<std::size_t>(at), form.thousands);
  const Names fractions = {"", "25", "5", "75"};
  const std::string& fraction = fractions[static_cast<std::size_t>(quarters % 4)];
  return whole + (fraction.empty() ? "" : form.decimal + fraction);
}

const Names all = {"key", "amount", "share", "color", "size", "y", "label"};
constexpr int rows = 40;

std::string cell(const FileForm& form, const std::string& column, int i) {
  const Names colors = {"red", "blue", "a b"},
              labels = {"1", "0", "1" + std::string(1, form.decimal) + "0", "+1", "00"};
  if (column == "key") return "id" + std::to_string(i);
  if (column == "amount") return number(form, 4000 + 7919 * i % 99991);
  if (column == "share") return number(form, 13 * i % 101) + form.unit;
  if (column == "color") return colors[static_cast<std::size_t>(i * i % 3)];
  if (column == "size") return std::to_string(1 + i * 5 % 9);
  if (column == "y") return number(form, 3 * (i * 5 % 9) + (7919 * i % 99991) / 1000 + i % 2);
  if (column == "label") return labels[static_cast<std::size_t>(i * 7 % 5)];
  return "z";
}

std::string written(const FileForm& form, const Names& columns) {
  std::string text;
  for (int i = 0; i < form.skip; ++i) text += "about " + std::to_string(i) + "\n";
  const auto line = [&](const auto& cell_of) {
    for (std::size_t j = 0; j < columns.size(); ++j) {
      const std::string one = cell_of(columns[j]);
      const bool quotes = one.find(form.separator) != std::string::npos;
      text += (j > 0 ? std::string(1, form.separator) : "") + (quotes ? "\"" + one + "\"" : one);
    }
    text += "\n";
  };
  line([](const std::string& name) { return name; });
  for (int i = 0; i < rows; ++i) {
    if (i == 7 && !form.comment.empty()) text += form.comment + " a comment\n";
    line([&](const std::string& name) { return cell(form, name, i); });
  }
  return text;
}

Names without(Names columns, const std::string& name) {
  columns.erase(std::remove(columns.begin(), columns.end(), name), columns.end());
  return columns;
}

void write_gzip(const std::string& path, const std::string& text) {
  const gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
}

// The metrics that predict tells, by their names.
std::map<std::string, double> told(const std::string& err) {
  std::map<std::string, double> metrics;
  for (const std::string& line : lines(err)) {
    const auto blank = line.find(' ');
    if (blank == std::string::npos || line.find(' ', blank + 1) != std::string::npos) continue;
    metrics[line.substr(0, blank)] =
        line.substr(blank + 1) == "undefined" ? std::nan("") : std::stod(line.substr(blank + 1));
  }
  return metrics;
}

const std::vector<FileForm>& forms() {
  static const std::vector<FileForm> all_forms = {
      {},
      {';', ',', ".", "", "", 0, "thousands: '.'"},
      {'\t', '.', ",", "%", "", 0, "thousands: ',', units: ['%']"},
      {';', '.', "", "", "#", 2, "comment: '#', skip_lines: 2"},
      {',', ',', "", " EUR", "", 1, "decimal: ',', units: [EUR], skip_lines: 1"}};
  return all_forms;
}

struct Task {
  std::string target, model, keys;
};
const std::vector<Task>& tasks() {
  static const std::vector<Task> all_tasks = {
      {"y", "linear", "drop: [key, label]"},
      {"y", "{type: linear, intercept: false}", "drop: [key, label], standardize_target: true"},
      {"y", "{type: linear, loss: huber}", "drop: [key, label], standardize: all, encoding: drop_first"},
      {"size", "{type: poisson, exposure: share}",
       "drop: [key, label], standardize: false, features: [color]"},
      {"label", "logistic", "drop: [key], event: 0"},
      {"color", "softmax", "drop: [key, label]"}};
  return all_tasks;
}

}  // namespace

TEST_CASE("law: predictions do not depend on how the file is written, ordered and handed over") {
  for (const Task& task : tasks()) {
    for (std::size_t f = 0; f < forms().size(); ++f) {
      FileForm form = forms()[f];
      const std::string precision = f % 2 == 0 ? "double" : "single";
      CAPTURE(task.model);
      CAPTURE(form.keys);
      const Folder folder;
      // An exposure of 0 is none.
      const bool exposed = task.model.find("exposure") != std::string::npos;
      Names columns = all;
      if (exposed) columns = without(columns, "amount");
      std::string text = written(form, columns);
      std::string keys = task.keys;
      if (exposed) keys = "drop: [key, label, y]";
      folder.write("t.csv", text);
      folder.write("p.yaml", "data: {train: t.csv, target: " + task.target + ", " + keys +
                                 (form.keys.empty() ? "" : ", ") + form.keys +
                                 "}\nmodel: " + (exposed ? "{type: poisson}" : task.model) +
                                 "\noptimizer: {name: adam, lr: 0.05}\nbatch: full\nprecision: " + precision +
                                 "\nstop: {epochs: 20}\n");
      const Result solved = run(folder, {"solve", "p.yaml", "-q", "-o", "run"});
      REQUIRE_MESSAGE(solved.code == 0, solved.err);
      const Result whole = run(folder, {"predict", "-m", "run", "t.csv"});
      REQUIRE_MESSAGE(whole.code == 0, whole.err);
      // Every metric of the run, to the last digit: both sum in the same order.
      const auto metrics = told(whole.err);
      for (const auto& [key, value] : folder.json("run/run.json").at("result").items()) {
        if (!key.starts_with("train_")) continue;
        const auto& the_key = key;
        CAPTURE(the_key);
        REQUIRE(metrics.contains(key.substr(6)));
        CHECK(metrics.at(key.substr(6)) == value.get<double>());
      }
      Names turned(columns.rbegin(), columns.rend());
      Names more = columns;
      more.insert(more.begin() + 2, "more");
      for (const Names& other : {turned, more, without(columns, task.target), without(turned, task.target),
                                 without(more, "key")}) {
        const std::string content = written(form, other);
        folder.write("new.csv", content);
        write_gzip(folder.path("new.csv.gz"), content);
        CHECK(run(folder, {"predict", "-m", "run", "new.csv"}).out == whole.out);
        CHECK(run(folder, {"predict", "-m", "run/model.json", "new.csv.gz"}).out == whole.out);
        Surroundings piped;
        piped.input = content;
        CHECK(run(folder, {"predict", "-m", "run", "-"}, piped).out == whole.out);
        // Cells are passed through as they are in the file.
        const Result with = run(folder, {"predict", "-m", "run", "new.csv", "--id", "share", "--id", "size"});
        if (task.target == "size" && without(other, "size") == other) {
          CHECK(with.code == 4);
          continue;
        }
        REQUIRE_MESSAGE(with.code == 0, with.err);
        const Names passed = lines(with.out), predicted = lines(whole.out);
        REQUIRE(passed.size() == predicted.size());
        for (std::size_t i = 0; i < passed.size(); ++i) {
          const auto cell_of = [&](const std::string& name) {
            const std::string one = i == 0 ? name : cell(form, name, static_cast<int>(i) - 1);
            return one.find(',') == std::string::npos ? one : "\"" + one + "\"";
          };
          CHECK(passed[i] == cell_of("share") + "," + cell_of("size") + "," + predicted[i]);
        }
      }
    }
  }
}

TEST_CASE("sparse files for predict: other first indices, more of them, no labels, packed and piped") {
  const Folder folder;
  const auto rows_from = [](int first, bool labels, int more) {
    std::string text;
    for (int i = 0; i < 30; ++i) {
      const Names names = {"007", "+1", "1.0", "7"};
      text += labels ? names[static_cast<std::size_t>(i % 4)] : "";
      for (int j = first; j < first + 4 + more; ++j) {
        if ((i + j) % 3 > 0) text += " " + std::to_string(j) + ":" + std::to_string((i * j) % 7 + 1);
      }
      text += "\n";
    }
    return text;
  };
  folder.write("t.svm", rows_from(1, true, 0));
  for (const std::string& more : Names{"", ", standardize: true"}) {
    for (const std::string& precision : Names{"double", "single"}) {
      folder.write("p.yaml", "data: {train: t.svm" + more + "}\nmodel: logistic\nprecision: " + precision +
                                 "\noptimizer: {name: adam, lr: 0.1}\nstop: {epochs: 10}\n");
      REQUIRE(run(folder, {"solve", "p.yaml", "-q", "-o", "run", "--force"}).code == 0);
      const Result whole = run(folder, {"predict", "-m", "run", "t.svm"});
      REQUIRE(whole.code == 0);
      // 007 is 7, and +1 is 1.
      CHECK(lines(whole.out).front() == "prediction,p_1,p_7");
      const double accuracy = folder.json("run/run.json").at("result").at("train_accuracy").get<double>();
      CHECK(told(whole.err).at("accuracy") == accuracy);
      folder.write("new.svm", rows_from(1, false, 0));
      CHECK(run(folder, {"predict", "-m", "run", "new.svm"}).out == whole.out);
      write_gzip(folder.path("new.svm.gz"), rows_from(1, true, 0));
      CHECK(run(folder, {"predict", "-m", "run", "new.svm.gz"}).out == whole.out);
      Surroundings piped;
      piped.input = rows_from(1, true, 0);
      CHECK(run(folder, {"predict", "-m", "run", "-"}, piped).out == whole.out);
      folder.write("new.svm", rows_from(1, true, 2));
      const Result wider = run(folder, {"predict", "-m", "run", "new.svm"});
      CHECK(wider.out == whole.out);
      CHECK(contains(wider.err, "that no training row has, left out"));
      folder.write("new.svm", rows_from(0, true, 0));
      const Result lower = run(folder, {"predict", "-m", "run", "new.svm"});
      CHECK(lower.code == 4);
      CHECK(contains(lower.err, "the index 0 occurs, but the training file counts from 1"));
      CHECK(run(folder, {"predict", "-m", "run", "t.svm", "--id", "x"}).code == 4);
    }
  }
}

}  // namespace lookahead::cli
