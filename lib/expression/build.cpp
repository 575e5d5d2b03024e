#include "expression/build.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "base/text.hpp"
#include "expression/constant_reduction.hpp"
#include "expression/cures.hpp"
#include "expression/places.hpp"
#include "expression/sum_at_top.hpp"

namespace lookahead::expression {
namespace {

constexpr int most_nodes = 100'000, most_visits = 1'000'000;
constexpr double most_range = 1e8, most_terms = 1e10;  // as the faults say
// A constant of more terms is not computed once and for all.
constexpr double most_folded = 1e6;
// Reductions over so few terms are written out: within another, whose terms are then taken side by side, and outside.
constexpr double most_written_inside = 16, most_written = 4;

class Builder {
 public:
  Builder(const Syntax& syntax, const Names& names) : syntax_(syntax), names_(names) {
    // Lists have the numbers of their constants.
    for (const NamedConstant& constant : names.constants) graph_.lists.push_back(constant.values);
    if (names.columns.empty() && names.score.empty()) return;
    row_ = graph_.row();
    scopes_.push_back({"", row_, 0});
  }

  Built built() {
    for (const Definition& definition : syntax_.definitions) {
      if (fault_) break;
      check_new_name(definition.name, definition.at);
      const int value = node(definition.value);
      definitions_.emplace_back(definition.name, value);
    }
    if (names_.sampled && !fault_) sampled_ = sum_at_top(syntax_, fault_);
    int result = fault_ ? 0 : node(syntax_.result);
    // A term of a sum over rows is that sum, of which the caller makes what it wants.
    if (!fault_ && row_ >= 0)
      result = graph_.reduce(Reduction::sum, row_, weighted(result), term(syntax_.result).all);
    return {std::move(graph_), result, terms_, count_drawn_, std::move(fault_)};
  }

 private:
  struct Scope {
    std::string name;
    int index;  // -1: the index is the number
    double number;
  };

  // The sampled sum stands for its mean over the terms that are drawn, times their number.
  int sampled_sum(const Term& it, int from, int to) {
    if (!graph_.is_constant(from) || !graph_.is_constant(to))
      return fail(it.at, "the bounds of a sampled sum are constants");
    const double count = graph_[to].number - graph_[from].number + 1;
    if (count < 1 || count > most_range)
      return fail(it.at, "a sampled sum has 1 to 1e8 terms, this one " + to_text(count));
    row_ = graph_.drawn(from, to);
    count_drawn_ = static_cast<Index>(count);
    const int value = term_of(it, row_, count);
    terms_ += count;
    return binary(Operation::multiply, graph_.constant(count), value, it.all);
  }

  int weighted(int term) {
    if (names_.weights < 0) return term;
    const TextPart at = this->term(syntax_.result).all;
    return graph_.weighed(term, graph_.column(names_.weights, at), at);
  }

  const Scope* find_scope(const std::string& name) const {
    const auto found = std::ranges::find(scopes_, name, &Scope::name);
    return found == scopes_.end() ? nullptr : &*found;
  }
  const int* find_definition(const std::string& name) const {
    const auto found = std::ranges::find(definitions_, name, &std::pair<std::string, int>::first);
    return found == definitions_.end() ? nullptr : &found->second;
  }

  const Term& term(int number) const { return syntax_.terms[static_cast<std::size_t>(number)]; }

  int fail(std::size_t at, std::string text, std::string cure = {}) {
    if (!fault_) fault_ = TextFault{at, std::move(text), std::move(cure)};
    return graph_.constant(0);
  }

  int node(int number) {
    if (fault_) return 0;
    const Term& it = term(number);
    if (graph_.size() > most_nodes || ++visits_ > most_visits)
      return fail(it.at, "the expression is too large");
    switch (it.kind) {
      case Term::Kind::number:
        return graph_.constant(it.number);
      case Term::Kind::name:
        return named(it);
      case Term::Kind::element:
        return element(it);
      case Term::Kind::call:
        return call(it);
      case Term::Kind::negation:
        return unary(Operation::negate, node(it.parts[0]), it.all);
      case Term::Kind::sum:
        return chain(it, Operation::add, Operation::subtract);
      case Term::Kind::product:
        return chain(it, Operation::multiply, Operation::divide);
      case Term::Kind::power: {
        const int base = node(it.parts[0]), exponent = node(it.parts[1]);
        return fault_ ? 0 : graph_.power(base, exponent, it.all);
      }
      case Term::Kind::comparison:
        return comparison(it);
    }
    return 0;
  }

  int unary(Operation operation, int a, TextPart at) { return fault_ ? 0 : graph_.unary(operation, a, at); }
  int binary(Operation operation, int a, int b, TextPart at) {
    return fault_ ? 0 : graph_.binary(operation, a, b, at);
  }

  int chain(const Term& it, Operation plain, Operation inverse) {
    int all = node(it.parts[0]);
    const std::size_t begin = term(it.parts[0]).all.begin;
    for (std::size_t i = 1; i < it.parts.size(); ++i) {
      const int part = node(it.parts[i]);
      all = binary(it.inverse[i] ? inverse : plain, all, part, {begin, term(it.parts[i]).all.end});
    }
    return all;
  }

  int comparison(const Term& it) {
    const int a = node(it.parts[0]), b = node(it.parts[1]);
    const bool turned = it.name.starts_with('>');
    return binary(comparison_of(it.name), turned ? b : a, turned ? a : b, it.all);
  }

  std::string cure_of_name(const std::string& name, bool element) const {
    std::vector<std::string> others;
    for (const Scope& scope : scopes_) others.push_back(scope.name);
    for (const auto& [defined, value] : definitions_) others.push_back(defined);
    return unknown_name_cure(names_, name, std::move(others), element);
  }

  int named(const Term& it) {
    if (const Scope* scope = find_scope(it.name))
      return scope->index < 0 ? graph_.constant(scope->number) : scope->index;
    if (const int* definition = find_definition(it.name)) return *definition;
    if (const NamedConstant* constant = find_constant(names_, it.name)) {
      if (!constant->list) return graph_.constant(constant->values.front());
      return fail(it.at, quoted(it.name) + " is a list", "an element is written " + it.name + "[0]");
    }
    for (std::size_t i = 0; i < names_.columns.size(); ++i) {
      if (names_.columns[i] == it.name) return graph_.column(static_cast<int>(i), it.all);
    }
    if (!names_.score.empty() && it.name == names_.score) return graph_.point(row_, false, it.all);
    if (it.name == "n" && names_.dimension > 0) return graph_.constant(static_cast<double>(names_.dimension));
    if (it.name == "pi") return graph_.constant(std::numbers::pi);
    if (it.name == "e") return graph_.constant(std::numbers::e);
    if (find_part(names_, it.name) != nullptr) {
      return fail(
          it.at, quoted(it.name) + " is a vector",
          "a coordinate is written " + it.name + "[0]; all of them: sum(i, 0, n-1, " + it.name + "[i])");
    }
    if (find_function(it.name) != nullptr)
      return fail(it.at, quoted(it.name) + " is a function", "its arguments stand in ( )");
    return fail(it.at, "unknown name " + quoted(it.name), cure_of_name(it.name, false));
  }

  int element(const Term& it) {
    const int place = node(it.parts[0]);
    if (fault_) return 0;
    const NamedPart* part = find_part(names_, it.name);
    const NamedConstant* list = part == nullptr ? find_constant(names_, it.name) : nullptr;
    if (part == nullptr && list == nullptr) {
      const bool known =
          find_function(it.name) != nullptr || it.name == "n" || it.name == "pi" || it.name == "e";
      return fail(it.at, known ? quoted(it.name) + " has no elements" : "unknown name " + quoted(it.name),
                  known ? "" : cure_of_name(it.name, true));
    }
    if (list != nullptr && !list->list) return fail(it.at, quoted(it.name) + " is a number, not a list");
    return element_at(it.name, it.all, place, term(it.parts[0]));
  }

  // The element at a place of a vector or list; where it stands, and what says its place.
  int element_at(const std::string& name, TextPart at, int place, const Term& place_term) {
    if (graph_[place].varies)
      return fail(place_term.at, "a place may not depend on the point or on a column");
    std::vector<int> indices;
    for (const Scope& scope : scopes_) {
      if (scope.index >= 0) indices.push_back(scope.index);
    }
    const Index size = elements_of(names_, name);
    const PlacesFound found = check_places(graph_, place, size, indices, conditions_, effort_);
    if (found.places != Places::inside) {
      fault_ = fault_of(found, name, size, place_term.at);
      return 0;
    }
    const bool cut = !conditions_.empty() && !graph_.is_constant(place);
    const NamedPart* part = find_part(names_, name);
    if (part == nullptr) {
      const auto list = static_cast<int>(find_constant(names_, name) - names_.constants.data());
      return graph_.list(list, place, cut, at);
    }
    // The branch that is not taken may read beyond this part, but not beyond the point.
    place = graph_.binary(Operation::add, place, graph_.constant(static_cast<double>(part->offset)),
                          place_term.all);
    return graph_.point(place, cut, at);
  }

  int call(const Term& it) {
    const Function* function = find_function(it.name);
    if (function == nullptr) {
      const bool known = find_part(names_, it.name) != nullptr;
      return fail(it.at, "unknown function " + quoted(it.name),
                  known ? "an element is written with [ ]" : unknown_function_cure(it.name));
    }
    if (it.name == "if") return condition(it);
    if (it.name == "dot" || it.name == "norm2") return over_elements(it);
    const bool range = it.parts.size() == 4;
    if (it.name == "sum") return reduction(it, Reduction::sum);
    if (it.name == "prod") return reduction(it, Reduction::product);
    if (it.name == "logsumexp") return reduction(it, Reduction::logsumexp);
    if (it.name == "max" && range) return reduction(it, Reduction::largest);
    if (it.name == "min" && range) return reduction(it, Reduction::smallest);
    if (static_cast<int>(it.parts.size()) != function->count) return wrong_count(it, *function);
    const int a = node(it.parts[0]);
    if (function->count == 1) return unary(function->operation, a, it.all);
    const int b = node(it.parts[1]);
    return binary(function->operation, a, b, it.all);
  }

  int wrong_count(const Term& it, const Function& function) {
    return fail(it.at,
                it.name + " does not take " + std::to_string(it.parts.size()) +
                    (it.parts.size() == 1 ? " argument" : " arguments"),
                it.name + "(" + std::string(function.arguments) + ")");
  }

  int condition(const Term& it) {
    if (it.parts.size() != 3) return wrong_count(it, *find_function("if"));
    const int holds = node(it.parts[0]);
    if (fault_) return 0;
    if (graph_.is_constant(holds)) return node(it.parts[graph_[holds].number != 0 ? 1 : 2]);
    const bool known = !graph_[holds].varies;
    if (known) conditions_.emplace_back(holds, true);
    const int a = node(it.parts[1]);
    if (known) conditions_.back().second = false;
    const int b = node(it.parts[2]);
    if (known) conditions_.pop_back();
    return fault_ ? 0 : graph_.select(holds, a, b, it.all);
  }

  // dot(c, x) and norm2(x).
  int over_elements(const Term& it) {
    const std::size_t count = it.name == "dot" ? 2 : 1;
    if (it.parts.size() != count) return wrong_count(it, *find_function(it.name));
    for (const int part : it.parts) {
      const Term& argument = term(part);
      const NamedConstant* list = find_constant(names_, argument.name);
      const bool vector = find_part(names_, argument.name) != nullptr || (list != nullptr && list->list);
      if (argument.kind != Term::Kind::name || !vector)
        return fail(argument.at, it.name + " takes the name of a vector or list");
    }
    const Index size = elements_of(names_, term(it.parts.front()).name),
                other = elements_of(names_, term(it.parts.back()).name);
    if (size != other)
      return fail(it.at, "the arguments of dot have " + std::to_string(size) + " and " +
                             std::to_string(other) + " elements");
    const int last = graph_.constant(static_cast<double>(size - 1));
    const int index = index_between(graph_.constant(0), last, it.at);
    if (fault_) return 0;
    scopes_.push_back({"", index, 0});
    const auto factor = [&](int part) {
      return element_at(term(part).name, term(part).all, index, term(part));
    };
    int product = factor(it.parts.front());
    product = count == 1 ? unary(Operation::square, product, it.all)
                         : binary(Operation::multiply, product, factor(it.parts.back()), it.all);
    scopes_.pop_back();
    return fault_ ? 0 : reduced(Reduction::sum, index, product, it.all);
  }

  int index_between(int from, int to, std::size_t at) {
    const int index = graph_.index(from, to, static_cast<int>(scopes_.size()));
    if (index >= 0) return index;
    return fail(at, "more than " + std::to_string(Graph::most_ranges) + " different ranges");
  }

  int reduced(Reduction reduction, int index, int value, TextPart at) {
    const int made = graph_.reduce(reduction, index, value, at);
    const double terms = (graph_[index].most - graph_[index].least + 1) * terms_around_;
    terms_ += terms;
    if (graph_[made].ranges != 0 || graph_[made].varies || terms > most_folded) return made;
    return graph_.constant(constant_reduction(graph_, made));
  }

  // A name that the text gives a meaning.
  void check_new_name(const std::string& name, std::size_t at) {
    std::string taken = reserved_name(name);
    if (taken.empty() &&
        (is_taken(names_, name) || find_scope(name) != nullptr || find_definition(name) != nullptr))
      taken = quoted(name) + " has a meaning already";
    if (!taken.empty()) fail(at, std::move(taken), "choose another name");
  }

  int reduction(const Term& it, Reduction reduction) {
    if (it.parts.size() != 4) return wrong_count(it, *find_function(it.name));
    const Term& name = term(it.parts[0]);
    if (name.kind != Term::Kind::name)
      return fail(name.at, "the first argument of " + it.name + " is the name of its index",
                  it.name + "(i, 0, n-1, ...)");
    check_new_name(name.name, name.at);
    const int from = bound(it.parts[1]), to = bound(it.parts[2]);
    if (fault_) return 0;
    if (&it == sampled_) return sampled_sum(it, from, to);
    if (graph_.is_constant(from) && graph_.is_constant(to)) {
      const double count = graph_[to].number - graph_[from].number + 1;
      if (count > most_range) return fail(it.at, it.name + " has more than 1e8 terms");
      if (count <= 0) return graph_.constant(empty_reduction(reduction));
      if (count <= (scopes_.empty() ? most_written : most_written_inside) &&
          reduction != Reduction::logsumexp)
        return written_out(it, reduction, graph_[from].number, graph_[to].number);
    }
    const int index = index_between(from, to, it.at);
    if (fault_) return 0;
    // An empty range has no term that could be checked.
    if (graph_[index].most < graph_[index].least) return graph_.constant(empty_reduction(reduction));
    if (!(graph_[index].most - graph_[index].least < most_range))
      return fail(it.at, it.name + " may have more than 1e8 terms");
    const double count = std::max(1.0, graph_[index].most - graph_[index].least + 1);
    if (terms_around_ * count > most_terms)
      return fail(it.at, it.name + " within others has more than 1e10 terms");
    const int value = term_of(it, index, count);
    return fault_ ? 0 : reduced(reduction, index, value, it.all);
  }

  // The term of a reduction with this index, which takes so many numbers.
  int term_of(const Term& it, int index, double count) {
    terms_around_ *= count;
    scopes_.push_back({term(it.parts[0]).name, index, 0});
    const int value = node(it.parts[3]);
    scopes_.pop_back();
    terms_around_ /= count;
    return value;
  }

  int bound(int number) {
    const int made = node(number);
    if (fault_) return 0;
    if (graph_[made].varies)
      return fail(term(number).at, "the bounds of a range may not depend on the point or on a column");
    if (!graph_[made].whole)
      return fail(term(number).at, "the bounds of a range are whole numbers",
                  graph_.is_constant(made) ? "got " + to_text(graph_[made].number) : "floor() makes one");
    return made;
  }

  int written_out(const Term& it, Reduction reduction, double from, double to) {
    const Operation operation = reduction == Reduction::sum        ? Operation::add
                                : reduction == Reduction::product  ? Operation::multiply
                                : reduction == Reduction::smallest ? Operation::smaller
                                                                   : Operation::larger;
    int all = -1;
    for (double i = from; i <= to && !fault_; ++i) {
      scopes_.push_back({term(it.parts[0]).name, -1, i});
      const int value = node(it.parts[3]);
      scopes_.pop_back();
      all = all < 0 ? value : binary(operation, all, value, it.all);
    }
    return all;
  }

  const Syntax& syntax_;
  const Names& names_;
  Graph graph_;
  int row_ = -1;  // the index of the rows; -1: there are none
  std::vector<Scope> scopes_;
  std::vector<std::pair<std::string, int>> definitions_;
  std::vector<Condition> conditions_;
  std::optional<TextFault> fault_;
  const Term* sampled_ = nullptr;  // the sum whose terms are drawn
  Index count_drawn_ = 0;
  int visits_ = 0;
  double effort_ = 2e7;      // nodes that may still be evaluated to tell where places are
  double terms_around_ = 1;  // of the ranges that are open, at most
  double terms_ = 0;         // of all reductions
};

}  // namespace

Built build(const Syntax& syntax, const Names& names) { return Builder(syntax, names).built(); }

}  // namespace lookahead::expression
