#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/counted.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "data/read/blocks.hpp"
#include "data/read/tokenizer.hpp"
#include "spec/yaml.hpp"
#include "study/measures.hpp"
#include "study/place.hpp"
#include "study/reading.hpp"
#include "study/sweep/grid.hpp"
#include "study/sweep_state.hpp"

namespace lookahead {
namespace {

namespace fs = std::filesystem;

constexpr const char* gather_cure = "lookahead sweep --gather writes it anew from the journals";

// Texts and their numbers, in the order of their first appearance.
class Numbered {
 public:
  Index number_of(std::string_view text) {
    const auto found = numbers_.find(text);
    if (found != numbers_.end()) return found->second;
    const auto number = static_cast<Index>(texts_.size());
    texts_.emplace_back(text);
    numbers_.emplace(texts_.back(), number);
    return number;
  }
  std::vector<std::string>& texts() { return texts_; }

 private:
  std::map<std::string, Index, std::less<>> numbers_;
  std::vector<std::string> texts_;
};

// Makes a study of the rows of runs.csv.
class RunRows final : public Records {
 public:
  explicit RunRows(std::string file) : file_(std::move(file)) {}

  void cell(std::string_view text, int line) override {
    const std::size_t field = field_++;
    if (!started_) {
      header_.emplace_back(text);
    } else if (field < header_.size()) {
      read(field, text, line);
    }
  }

  bool end(int line) override {
    const std::size_t fields = std::exchange(field_, 0);
    if (!started_) {
      started_ = true;
      begin(line);
      return faults_.empty();
    }
    if (fields != header_.size()) {
      add({file_, line, 0},
          "the row has " + to_text(fields) + " cells, the header " + to_text(header_.size()));
      return false;
    }
    if (!study_.runs.empty() && run_.index <= study_.runs.back().index) {
      add({file_, line, 1}, "index " + to_text(run_.index) + " follows " + to_text(study_.runs.back().index) +
                                ": the rows are not in the order of the grid");
    }
    if (faults_.empty()) study_.runs.push_back(run_);
    return faults_.empty();
  }

  const Faults& faults() const { return faults_; }
  Study take() {
    study_.methods = std::move(methods_.texts());
    for (std::size_t i = 0; i < study_.keys.size(); ++i)
      study_.keys[i].values = std::move(values_[i].texts());
    return std::move(study_);
  }
  // The cells of the column `problem`, which says the base of every run's problem; none without the column.
  std::vector<std::string>& problems() { return problems_.texts(); }

 private:
  static constexpr std::size_t before_keys = 2;  // index, method

  void begin(int line) {
    const auto name_is = [&](std::size_t field, const char* name) {
      return field < header_.size() && header_[field] == name;
    };
    const auto seed = std::find(header_.begin(), header_.end(), "seed");
    seed_ = static_cast<std::size_t>(seed - header_.begin());
    if (!name_is(0, "index") || !name_is(1, "method") || !name_is(seed_ + 1, "status") ||
        !name_is(seed_ + 2, "stop")) {
      return add({file_, line, 0},
                 "the header does not begin with index, method, the varied keys, seed, status, stop");
    }
    // A key that varies may be called as a column of results is: stop.
    for (const auto& [from, to] : {std::pair(header_.begin(), seed), std::pair(seed, header_.end())}) {
      std::vector<std::string> sorted(from, to);
      std::sort(sorted.begin(), sorted.end());
      if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
        return add({file_, line, 0}, "column " + quoted(std::string_view(*twice)) + " stands twice");
    }
    has_problem_ = seed_ > before_keys && header_[before_keys] == "problem";
    first_key_ = before_keys + (has_problem_ ? 1 : 0);
    for (std::size_t i = first_key_; i < seed_; ++i)
      study_.keys.push_back({header_[i], {}, {}, is_key_of_problem(header_[i])});
    values_.resize(study_.keys.size());
    run_.settings.resize(study_.keys.size());
    for (std::size_t i = seed_ + 3; i < header_.size(); ++i) study_.columns.push_back(column_of(header_[i]));
  }

  void read(std::size_t field, std::string_view text, int line) {
    if (field > seed_ + 2) {
      study_.columns[field - seed_ - 3].cells.push_back(number_of(text, field, line));
    } else if (field == 0) {
      run_.index = static_cast<Index>(integer_of(text, field, line));
    } else if (field == 1) {
      run_.method = methods_.number_of(text);
    } else if (field < first_key_) {
      run_.problem = problems_.number_of(text);
    } else if (field < seed_) {
      const std::size_t key = field - first_key_;
      run_.settings[key] = text.empty() ? StudyRun::unset : values_[key].number_of(text);
    } else if (field == seed_) {
      run_.seed = integer_of(text, field, line);
    } else if (field == seed_ + 1) {
      run_.status = status_of(text, field, line);
    } else {
      run_.stop = text;
    }
  }

  double number_of(std::string_view text, std::size_t field, int line) {
    if (text.empty()) return std::numeric_limits<double>::quiet_NaN();
    const auto number = parse_number(text);
    if (!number || std::isnan(*number)) refuse(text, "a number", field, line);
    return number.value_or(0);
  }

  std::int64_t integer_of(std::string_view text, std::size_t field, int line) {
    const auto number = parse_integer(text);
    if (!number || *number < 0) refuse(text, "a count", field, line);
    return number.value_or(0);
  }

  StudyStatus status_of(std::string_view text, std::size_t field, int line) {
    const auto status = Codec<StudyStatus>::meaning(text);
    if (!status) refuse(text, "finished, diverged, failed or dropped", field, line);
    return status.value_or(StudyStatus::failed);
  }

  void refuse(std::string_view text, const char* wanted, std::size_t field, int line) {
    add({file_, line, static_cast<int>(field) + 1},
        "column " + quoted(std::string_view(header_[field])) + ": " + quoted(text) + " is not " + wanted);
  }

  void add(Place place, const std::string& text) {
    if (faults_.empty()) faults_.push_back({FaultKind::data, std::move(place), text, gather_cure});
  }

  std::string file_;
  bool started_ = false, has_problem_ = false;
  std::vector<std::string> header_;
  std::size_t field_ = 0, seed_ = 0, first_key_ = before_keys;
  Numbered methods_, problems_;
  std::vector<Numbered> values_;
  StudyRun run_;  // the one being read
  Study study_;
  Faults faults_;
};

Checked<RunRows> rows_of(const std::string& file) {
  auto csv = CsvFile::open(file);
  if (!csv) return csv.faults();
  if (const auto fault = csv->empty()) return *fault;
  RunRows rows(file);
  Tokenizer tokenizer(file, {}, rows, csv->first_line(), csv->line_end());
  constexpr std::size_t block_size = std::size_t{1} << 18;
  RecordBlocks blocks(*csv, {}, block_size);
  RecordBlock block;
  while (blocks.next(block) && tokenizer.read(block.bytes(), !block.endless())) continue;
  if (!blocks.faults().empty()) return blocks.faults();
  if (!rows.faults().empty()) return rows.faults();
  if (!tokenizer.faults().empty()) return tokenizer.faults();
  return rows;
}

// The map in sweep.yaml; faults are those of a file that a sweep has left.
Checked<Node> plan_of(const std::string& file) {
  const auto text = read_file(file, FaultKind::data, sweep_files::most_plan_bytes);
  if (!text) return text.faults();
  auto root = parse_yaml(*text, file);
  if (!root) return as_data(root.faults());
  const Node* problems = root->is_map() ? root->find("problems") : nullptr;
  if (problems == nullptr || !problems->is_map() || problems->members.empty()) {
    return Fault{FaultKind::data,
                 {file, 1, 0},
                 "has no map of problems, as the sweep.yaml of a sweep directory has",
                 "give a sweep directory, as lookahead sweep writes it"};
  }
  return root;
}

// The order in which the plan has these texts; those it lacks come last, as they are.
std::vector<Index> order_of(const std::vector<std::string>& texts, const std::vector<std::string>& planned) {
  std::map<std::string_view, Index> places;
  for (std::size_t i = 0; i < planned.size(); ++i) places.emplace(trimmed(planned[i]), static_cast<Index>(i));
  std::vector<Index> order(texts.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<Index>(i);
  const auto planned_at = [&](Index i) {
    const auto found = places.find(texts[place(i)]);
    return found == places.end() ? std::ssize(planned) : found->second;
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](Index a, Index b) { return planned_at(a) < planned_at(b); });
  return order;
}

// Puts the texts into this order and returns the new place of each.
std::vector<Index> reorder(std::vector<std::string>& texts, const std::vector<Index>& order) {
  std::vector<std::string> sorted;
  std::vector<Index> places(texts.size());
  for (const Index old : order) {
    places[place(old)] = std::ssize(sorted);
    sorted.push_back(std::move(texts[place(old)]));
  }
  texts = std::move(sorted);
  return places;
}

std::vector<std::string> names_of(const Node* map) {
  std::vector<std::string> names;
  if (map != nullptr && map->is_map()) {
    for (const Node::Member& member : map->members) names.push_back(member.key);
  }
  return names;
}

// Rows that are missing so far must not change the order of methods and values.
void order_by_plan(Study& study, const Node& plan) {
  const auto methods = reorder(study.methods, order_of(study.methods, names_of(plan.find("methods"))));
  for (StudyRun& run : study.runs) run.method = methods[place(run.method)];
  const Node* vary = plan.find("vary");
  for (std::size_t k = 0; k < study.keys.size(); ++k) {
    StudyKey& key = study.keys[k];
    const Node* values = vary != nullptr && vary->is_map() ? vary->find(key.name) : nullptr;
    std::vector<std::string> planned;
    if (values != nullptr && values->is_list()) {
      for (const Node& value : values->items) planned.push_back(setting_text(value));
    }
    const auto places = reorder(key.values, order_of(key.values, planned));
    for (StudyRun& run : study.runs) {
      Index& value = run.settings[k];
      if (value != StudyRun::unset) value = places[place(value)];
    }
    fill_numbers(key);
  }
}

// Of a point that halving dropped the seeds are left that had ended before, which say nothing of its others.
void drop_whole_points(Study& study) {
  for (const StudyPoint& point : study.points()) {
    const auto status = [&](Index run) -> StudyStatus& { return study.runs[place(run)].status; };
    const auto is_dropped = [&](Index run) { return status(run) == StudyStatus::dropped; };
    if (std::none_of(point.runs.begin(), point.runs.end(), is_dropped)) continue;
    for (const Index run : point.runs) {
      if (status(run) == StudyStatus::diverged || status(run) == StudyStatus::finished)
        status(run) = StudyStatus::dropped;
    }
  }
}

// What sweep.yaml says of the coordinates of a problem: a number, or a list of {dim, where}.
void read_dimensions(ProblemBase& base, const Node& node) {
  const auto number = [](const Node* dimension) {
    const auto read =
        dimension != nullptr && dimension->is_scalar() ? parse_integer(dimension->text) : std::nullopt;
    return static_cast<Index>(read.value_or(0));
  };
  base.dimension = number(&node);
  for (const Node& item : node.items) {
    const Node* where = item.is_map() ? item.find("where") : nullptr;
    if (where == nullptr || !where->is_map()) continue;
    ProblemBase::Size size{number(item.find("dim")), {}};
    for (const Node::Member& setting : where->members)
      size.where.emplace_back(setting.key, trimmed(setting_text(setting.value)));
    // Those that ask for more come first.
    const auto place = std::ranges::find_if(
        base.sizes, [&](const ProblemBase::Size& other) { return other.where.size() < size.where.size(); });
    base.sizes.insert(place, std::move(size));
  }
}

std::vector<ProblemBase> bases_of(const Node& plan, std::vector<std::string> labels) {
  const auto known = names_of(plan.find("problems"));
  if (labels.empty()) labels.push_back(known.front());
  const Node *dimensions = plan.find("dimensions"), *problems = plan.find("problems");
  std::vector<ProblemBase> bases;
  for (std::string& label : labels) {
    const Node* dimension = dimensions != nullptr && dimensions->is_map() ? dimensions->find(label) : nullptr;
    const Node* problem = problems->find(label);
    bases.push_back({std::move(label), 0, problem == nullptr ? "" : to_yaml(*problem)});
    if (dimension != nullptr) read_dimensions(bases.back(), *dimension);
  }
  return bases;
}

}  // namespace

Checked<Study> read_sweep(const fs::path& folder) {
  const auto plan = plan_of((folder / sweep_files::plan).string());
  if (!plan) return plan.faults();
  const std::string file = (folder / sweep_files::runs).string();
  std::error_code error;
  const bool there = fs::exists(file, error);
  if (error) return Fault{FaultKind::data, {file, 0, 0}, "cannot be looked at: " + error.message(), ""};
  if (!there) return without_table(folder);
  auto rows = rows_of(file);
  if (!rows) return rows.faults();
  Study study = rows->take();
  if (study.runs.empty()) return without_table(folder);
  if (!study.find_column("loss_slow")) {
    return Fault{FaultKind::data,
                 {file, 1, 0},
                 "there is no column 'loss_slow': none of its runs has a result",
                 sweep_files::failures + std::string(" has the reasons of those that failed")};
  }
  study.folder = folder;
  const Node* name = plan->find("name");
  study.name = name != nullptr && name->is_scalar() ? name->text : folder.filename().string();
  const Node* runs = plan->find("runs");
  const auto planned = runs != nullptr && runs->is_scalar() ? parse_integer(runs->text) : std::nullopt;
  if (planned && *planned > std::ssize(study.runs)) {
    study.missing = static_cast<Index>(*planned) - std::ssize(study.runs);
    study.notes.push_back(warning("the sweep is not complete: " + counted(study.missing, "run") + " of " +
                                  to_text(*planned) + " missing; its lookahead sweep command goes on"));
  }
  drop_whole_points(study);
  order_by_plan(study, *plan);
  settle_problems(study, bases_of(*plan, rows->problems()));
  settle_best_metric(study, patience_metrics(*plan));
  add_own_problems(study, *plan);
  for (const StudyColumn& column : study.columns) {
    constexpr std::string_view beginning = "evals_to_";
    if (column.name.starts_with(beginning)) study.targets.push_back(column.name.substr(beginning.size()));
  }
  if (const auto twice = equal_runs(study)) {
    const auto index = [&](Index run) { return to_text(study.runs[place(run)].index); };
    return Fault{FaultKind::data,
                 {file, 0, 0},
                 "the runs " + index(twice->first) + " and " + index(twice->second) +
                     " are of the same method, settings and seed",
                 gather_cure};
  }
  return study;
}

}  // namespace lookahead
