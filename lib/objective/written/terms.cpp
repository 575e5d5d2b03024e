#include "objective/written/terms.hpp"

#include <algorithm>

#include "base/checksum.hpp"
#include "base/text.hpp"
#include "data/columns.hpp"
#include "expression/free_names.hpp"
#include "objective/written/written_sum.hpp"

namespace lookahead {

std::optional<ColumnNames> Codec<ColumnNames>::read(const Node& node, const Path& path, Report& report) {
  if (!node.is_map()) {
    report.add(node.place, path + " must be a map of names and columns, got " + kind_name(node),
               "for example {u: 'fixed acidity'}");
    return std::nullopt;
  }
  ColumnNames names;
  for (const Node::Member& member : node.members) {
    if (!expression::may_name(member, path, report)) continue;
    auto column = Codec<std::string>::read(member.value, path / member.key, report);
    if (column) names.all.emplace_back(member.key, std::move(*column));
  }
  return names;
}

Node Codec<ColumnNames>::write(const ColumnNames& value) {
  if (value.all.empty()) return {};
  Node map = Node::map();
  for (const auto& [name, column] : value.all) map.add(name, Codec<std::string>::write(column));
  return map;
}

Inside Codec<ColumnNames>::inside(Node&, const std::string&) { return inside_of<std::string>(); }

namespace written {
namespace {

expression::Names term_names(const Terms& terms, Index dimension) {
  expression::Names names;
  names.dimension = dimension;
  names.parts = {{"w", 0, dimension}};
  names.constants = terms.constants.all;
  names.columns = expression::free_names(terms.expression.text, names);
  return names;
}

// The names that a term's evaluation needs: without a column it is still one of a sum.
expression::Names evaluated_names(const Terms& terms, Index dimension) {
  expression::Names names = term_names(terms, dimension);
  if (names.columns.empty()) names.columns = {""};
  return names;
}

template <Scalar T>
std::unique_ptr<Objective<T>> made_terms(const Values& values, Index dimension) {
  const auto& terms = values.as<Terms>();
  return std::make_unique<WrittenSum<T>>(terms.expression, evaluated_names(terms, dimension),
                                         terms.columns_read);
}

// The parameters with the columns that their expression names.
Checked<Values> with_columns(const Values& values, Index dimension, Index threads) {
  Terms terms = values.as<Terms>();
  const expression::Names names = term_names(terms, dimension);
  std::vector<std::string> columns;
  for (const std::string& name : names.columns) {
    const auto renamed =
        std::ranges::find(terms.columns.all, name, &std::pair<std::string, std::string>::first);
    columns.push_back(renamed == terms.columns.all.end() ? name : renamed->second);
  }
  auto read =
      read_columns(terms.file, columns, threads, expression::number_names(terms.expression.text, names));
  if (!read) {
    Faults faults = read.faults();
    // A name like x1 is taken for a column's.
    for (const std::string& name : names.columns) {
      expression::Names numbered = names;
      numbered.parts.push_back({"x", 0, dimension});
      if (expression::coordinate_cure(numbered, name).empty()) continue;
      for (Fault& fault : faults) {
        if (fault.text.ends_with("no column " + quoted(name)))
          fault.cure = "a coordinate is written w[0], the first of them";
      }
    }
    return faults;
  }
  terms.columns_read = std::make_shared<const std::vector<std::vector<double>>>(std::move(*read));
  return Values::of(std::move(terms));
}

}  // namespace

bool check_terms(const Values& parameters, Index dimension, const Place& place, const Path& path,
                 Report& report) {
  const auto& terms = parameters.as<Terms>();
  const expression::Names names = term_names(terms, dimension);
  expression::Expression made;
  if (!expression::compile(terms.expression, names, path / "expression", report, made)) return false;
  for (const auto& [name, column] : terms.columns.all) {
    if (std::ranges::find(names.columns, name) != names.columns.end()) continue;
    report.add(place, path / "columns" + ": the expression has no " + quoted(name));
    return false;
  }
  if (!names.columns.empty()) return true;
  report.add(terms.expression.origin.place, path / "expression" + " names no column of the table",
             "a column called n, pi, e or w needs another name, as in columns: {u: n}; without 'terms' the "
             "expression is a function of x");
  return false;
}

const FunctionEntry& terms_entry() {
  static const FunctionEntry entry = [] {
    FunctionEntry made;
    static_cast<Entry&>(made) =
        declare<Terms>({"terms", "a mean of your own over the rows of a table, as a formula of one of them",
                        "f(w) = mean over the rows of the expression", "the problem file"},
                       together({{param("terms", &Terms::file, "the table, a CSV file with numbers"),
                                  param("expression", &Terms::expression,
                                        "the formula of w[0] to w[n-1] and of the columns, by their names"),
                                  param("columns", &Terms::columns,
                                        "names for columns whose own are no names: {u: 'fixed acidity'}")},
                                 known_parameters<Terms>()}));
    made.natural_dimension = 1;
    made.finite_sum = true;
    made.load = with_columns;
    made.content = [](const Values& p) {
      std::uint64_t hash = fnv_offset;
      for (const auto& column : *p.as<Terms>().columns_read) {
        const auto* bytes = reinterpret_cast<const char*>(column.data());
        hash = hash_of({bytes, column.size() * sizeof(double)}, hash);
      }
      return hash;
    };
    made.facts = [](const Values& p, Index d) {
      const auto& terms = p.as<Terms>();
      Facts facts = declared_facts(terms, d);
      add_kinks(facts, terms.expression, expression::compiled(terms.expression, term_names(terms, d)));
      return facts;
    };
    made.make_double = made_terms<double>;
    made.make_float = made_terms<float>;
    return made;
  }();
  return entry;
}

}  // namespace written
}  // namespace lookahead
