#include "setting.hpp"

#include <algorithm>
#include <cmath>

#include "data/encode/split.hpp"

namespace lookahead::pairs {
namespace {

// The classes of the used records, numbered by the first record of the file that has a text of theirs which
// is used.
std::vector<std::uint32_t> numbered(const Cells& cells, const std::vector<std::size_t>& used,
                                    const DataSettings& settings) {
  const std::size_t target = cells.field(settings.target);
  std::set<std::string> texts;
  for (const std::size_t i : used) texts.insert(cells.rows[i][target]);
  std::map<Name, std::uint32_t> numbers;
  for (const auto& row : cells.rows) {
    if (texts.count(row[target]) > 0)
      numbers.try_emplace(name_of(row[target], settings, false), static_cast<std::uint32_t>(numbers.size()));
  }
  std::vector<std::uint32_t> out;
  for (const std::size_t i : used) out.push_back(numbers.at(name_of(cells.rows[i][target], settings, false)));
  return out;
}

}  // namespace

Setting::Setting(const Problem& problem, std::uint64_t split_seed) {
  read(problem);
  split(problem, split_seed);
  if (!refused.empty()) return;
  // Half of the classes, from 1 to 5.
  top_k = problem.top_k.value_or(std::clamp<std::size_t>(encoder->classes().size() / 2, 1, 5));
  if (problem.top_k && encoder->classes().size() <= *problem.top_k) refused = "a k of as many as all classes";
  network.emplace(problem.model, encoder->width(), encoder->classes().size(), encoder->groups());
  if (problem.model.loss.name == "quantile" && !problem.model.loss.smoothing)
    network->set_smoothing(usual_smoothing(train));
  if (!problem.model.class_weight.empty()) {
    class_factors.assign(encoder->classes().size(), 1);
    for (const auto& [label, weight] : problem.model.class_weight) {
      const std::size_t place = encoder->class_of(label);
      if (place == class_factors.size()) {
        refused = "class_weight of a class that does not occur";
        return;
      }
      class_factors[place] = weight;
    }
  }
}

void Setting::read(const Problem& problem) {
  const DataSettings& d = problem.data;
  if (!d.libsvm) {
    cells = cells_of(problem.train, d);
    if (!problem.more.empty()) {
      const Cells behind = cells_of(problem.more, d);
      cells.rows.insert(cells.rows.end(), behind.rows.begin(), behind.rows.end());
    }
    if (!problem.validation.empty()) judged = cells_of(problem.validation, d);
    if (!problem.test.empty()) tested = cells_of(problem.test, d);
    return;
  }
  const IndexRange range = indices_of(problem.train);
  const std::size_t first = range.least == 0 ? 0 : 1, features = range.greatest + 1 - first;
  cells = sparse_cells_of(problem.train, first, features);
  judged = sparse_cells_of(problem.validation, first, features);
  tested = sparse_cells_of(problem.test, first, features);
  for (const std::string* text : {&problem.validation, &problem.test}) {
    if (text->empty()) continue;
    const IndexRange own = indices_of(*text);
    if (own.least == 0 && first == 1) refused = "indices that start elsewhere";
    if (own.least > 0 && first == 0 && own.greatest == features) refused = "indices that start elsewhere";
  }
}

void Setting::split(const Problem& problem, std::uint64_t split_seed) {
  const DataSettings& d = problem.data;
  const std::vector<std::size_t> used = used_records(cells, d);
  const bool classes = problem.model.classes;
  std::vector<std::size_t> records[part_count];
  // The draw is random: the program's own.
  DataOptions options;
  options.split_seed = static_cast<Index>(split_seed);
  options.validation.fraction = problem.validation_fraction;
  options.validation.stratify = problem.stratify;
  if (problem.test_fraction > 0) {
    options.test.emplace();
    options.test->fraction = problem.test_fraction;
    options.test->stratify = problem.stratify;
  }
  const std::vector<std::uint32_t> alike(used.size(), 0);
  const RowParts parts =
      has_fractions(options) ? split_rows(classes ? numbered(cells, used, d) : alike, options) : RowParts{};
  if (parts.empty() && has_fractions(options)) {
    refused = "too few rows";
    return;
  }
  for (std::size_t i = 0; i < used.size(); ++i)
    records[static_cast<std::size_t>(part_of(parts, static_cast<Index>(i)))].push_back(used[i]);
  if (used.empty()) {
    refused = "no row is left";
    return;
  }
  encoder.emplace(cells, records[0], d, classes);
  if (encoder->empty()) refused = "a column without numbers";
  if (problem.single && encoder->unresolved()) refused = "numbers that single precision can not tell apart";
  if (classes && encoder->classes().size() < 2) refused = "one class";
  if (problem.model.kind == Kind::logistic && encoder->classes().size() != 2) refused = "not two classes";
  if (!refused.empty()) return;
  train = encoder->encode(cells, records[0]);
  if (problem.validation_fraction > 0) validation = encoder->encode(cells, records[1]);
  if (problem.test_fraction > 0) test = encoder->encode(cells, records[2]);
  const auto of_file = [&](const Cells& file, Rows& rows, bool is_test) {
    if (file.names.empty() || file.rows.empty()) return;
    rows = encoder->encode(file, used_records(file, d), is_test);
    if (rows.size() == 0) refused = "no row is left";
    for (const Real y : rows.targets)
      if (std::isnan(y)) refused = "an unknown class";
  };
  of_file(judged, validation, false);
  of_file(tested, test, true);
  if (problem.folds > 0) {
    std::vector<std::uint32_t> class_of(train.size(), 0);
    for (std::size_t i = 0; i < train.size() && classes && problem.stratify; ++i)
      class_of[i] = static_cast<std::uint32_t>(train.targets[i]);
    const auto fold_of = fold_of_rows(class_of, problem.folds, split_seed);
    inside.resize(static_cast<std::size_t>(problem.folds));
    outside.resize(inside.size());
    for (std::size_t f = 0; f < inside.size(); ++f) {
      for (std::size_t i = 0; i < fold_of.size(); ++i) (fold_of[i] == f ? inside : outside)[f].push_back(i);
      if (inside[f].empty())
        refused = "more folds than rows";
      else if (part(train, inside[f]).empty_weights())
        refused = "a fold that counts nothing";
    }
  }
  for (const Rows* rows : {&train, &validation, &test})
    if (rows->empty_weights()) refused = "rows that count nothing";
}

}  // namespace lookahead::pairs
