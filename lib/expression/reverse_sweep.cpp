#include "expression/reverse_sweep.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace lookahead::expression {
namespace {

class WayBack {
 public:
  WayBack(const Graph& graph, Tape& tape, const NodesOfValues& nodes, int number)
      : graph_(graph),
        tape_(tape),
        nodes_(nodes),
        number_(number),
        loop_(tape.loops[static_cast<std::size_t>(number)]),
        adjoints_(static_cast<std::size_t>(loop_.values), -1),
        uses_(adjoints_.size()),
        import_(adjoints_.size()),
        direct_(adjoints_.size()),
        steady_(adjoints_.size()) {
    for (const Loop::Import& import : loop_.imports) import_[index(import.value)] = true;
    if (number == 0 || loop_.drawn || !loop_.inner.empty()) return;
    for (const Instruction& step : loop_.forward)
      direct_[index(step.out)] = step.kind == Instruction::Kind::point && step.stride == 1;
    for (const Loop::Output& output : loop_.outputs) direct_[index(output.term)] = false;
  }

  void add(int result) {
    if (number_ == 0) {
      if (!active(result)) return;
      uses_[index(result)] = 1;
    }
    for (const Loop::Output& output : loop_.outputs) ++uses_[index(output.term)];
    count_uses();
    find_known_seeds(result);
    for (Loop::Import& import : loop_.imports) {
      if (active(import.value)) import.adjoint = adjoint(import.value);
    }
    for (const Instruction& step : loop_.forward) {
      if (step.kind == Instruction::Kind::loop && inner(step).known_seed) meet_imports(inner(step));
    }
    if (number_ == 0) contribute(ReverseStep::Kind::seed, -1, 0, -1, result);
    for (std::size_t k = 0; k < loop_.outputs.size(); ++k) {
      if (!active(loop_.outputs[k].term)) continue;
      loop_.active = true;
      const int term = loop_.outputs[k].term;
      contribute(ReverseStep::Kind::seed, static_cast<int>(k), 0, -1, term);
      // Nothing else is added to it.
      const bool steady = loop_.outputs[k].reduction == Reduction::sum && loop_.reverse.back().first &&
                          uses_[index(term)] == 1 && !import_[index(term)];
      if (!steady) continue;
      loop_.outputs[k].steady = adjoints_[index(term)];
      steady_[index(adjoints_[index(term)])] = true;
    }
    for (auto step = loop_.forward.rbegin(); step != loop_.forward.rend(); ++step) {
      reverse(*step, static_cast<int>(loop_.forward.rend() - step) - 1);
    }
    loop_.adjoints = count_;
    find_apart();
    find_steady();
    find_added_up();
    find_first_only();
    find_guarded();
  }

 private:
  static std::size_t index(int value) { return static_cast<std::size_t>(value); }
  Loop& inner(const Instruction& step) { return tape_.loops[index(step.source)]; }
  const Node& node(int value) const { return graph_[nodes_.at({number_, value})]; }
  bool active(int value) const { return node(value).active; }

  template <class Visit>
  static void each_operand(const Instruction& step, Visit visit) {
    int number = 0;
    for (const int operand : {step.a, step.b, step.c}) {
      // The condition has no part in the derivative.
      if (operand >= 0 && !(step.operation == Operation::select && number == 0)) visit(operand, number);
      ++number;
    }
  }

  void count_uses() {
    for (const Instruction& step : loop_.forward) {
      if (step.kind == Instruction::Kind::apply && active(step.out)) {
        each_operand(step, [&](int operand, int) { ++uses_[index(operand)]; });
      } else if (step.kind == Instruction::Kind::loop) {
        for (const Loop::Import& import : inner(step).imports) uses_[index(import.outer_value)] += 2;
      }
    }
  }

  // The adjoint of a value, which is made.
  int adjoint(int value) {
    int& known = adjoints_[index(value)];
    if (known < 0) known = count_++;
    return known;
  }

  // Adds the step that gives `value` its part, if it is active.
  void contribute(ReverseStep::Kind kind, int source, int operand, int from, int value) {
    if (!active(value)) return;
    const bool direct = direct_[index(value)], first = !direct && adjoints_[index(value)] < 0;
    loop_.reverse.push_back(
        {kind, source, operand, from, adjoint(value), first, direct, from >= 0 && steady_[index(from)]});
  }

  // The inner loop adds to these adjoints.
  void meet_imports(Loop& of) {
    for (Loop::Import& import : of.imports) {
      if (!active(import.outer_value)) continue;
      if (adjoints_[index(import.outer_value)] < 0) loop_.cleared.push_back(adjoint(import.outer_value));
      import.outer_adjoint = adjoints_[index(import.outer_value)];
    }
  }

  void reverse(Instruction& step, int source) {
    if (step.kind == Instruction::Kind::loop) {
      Loop& of = inner(step);
      bool wanted = false;
      for (Loop::Output& output : of.outputs) {
        output.outer_adjoint = adjoints_[index(output.outer_value)];
        wanted |= output.outer_adjoint >= 0 && active(output.outer_value);
      }
      if (!wanted || of.known_seed) return;
      meet_imports(of);
      loop_.reverse.push_back({ReverseStep::Kind::loop, step.source, 0, -1, -1, false});
      return;
    }
    const int from = adjoints_[index(step.out)];
    if (from < 0 || !active(step.out)) return;
    if (direct_[index(step.out)]) {
      step.adjoint = from;
    } else if (step.kind == Instruction::Kind::point) {
      loop_.reverse.push_back({ReverseStep::Kind::point, source, 0, from, -1, false});
    } else if (step.kind == Instruction::Kind::apply) {
      each_operand(step, [&](int operand, int number) { give(step, source, operand, number, from); });
    }
  }

  void give(const Instruction& step, int source, int operand, int number, int from) {
    // A summand's adjoint is the sum's, if it has no other.
    const bool same =
        step.operation == Operation::add ||
        (number == 0 &&
         (step.operation == Operation::subtract || step.operation == Operation::add_square ||
          step.operation == Operation::subtract_square || step.operation == Operation::add_product ||
          step.operation == Operation::subtract_product));
    if (same && active(operand) && uses_[index(operand)] == 1 && adjoints_[index(operand)] < 0 &&
        !import_[index(operand)]) {
      adjoints_[index(operand)] = from;
      direct_[index(operand)] = false;
      return;
    }
    contribute(ReverseStep::Kind::apply, source, number, from, operand);
  }

  // Inner loops whose results are summed up, times constants, to the only result of this loop.
  void find_known_seeds(int result) {
    int term = result;
    if (number_ != 0) {
      const auto is_active = [&](const Loop::Output& output) { return active(output.term); };
      if (std::ranges::count_if(loop_.outputs, is_active) != 1) return;
      const auto output = std::ranges::find_if(loop_.outputs, is_active);
      if (output->reduction != Reduction::sum) return;
      term = output->term;
      loop_.only_active = static_cast<int>(output - loop_.outputs.begin());
    }
    std::vector<double> factors(uses_.size());
    factors[index(term)] = 1;
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    for (auto step = loop_.forward.rbegin(); step != loop_.forward.rend(); ++step) {
      if (step->kind != Instruction::Kind::apply) {
        if (step->kind == Instruction::Kind::loop) settle(inner(*step), factors);
        continue;
      }
      const double factor = factors[index(step->out)];
      if (factor == 0) continue;
      each_operand(*step, [&](int operand, int number) {
        if (active(operand)) factors[index(operand)] += factor_of(*step, number, factor, unknown);
      });
    }
  }

  double factor_of(const Instruction& step, int number, double factor, double unknown) const {
    const auto constant = [&](int value) {
      return node(value).operation == Operation::constant ? node(value).number : unknown;
    };
    switch (step.operation) {
      case Operation::add:
        return factor;
      case Operation::add_square:
      case Operation::subtract_square:
      case Operation::add_product:
      case Operation::subtract_product:
        return factor_in_joined(step, number, factor, constant, unknown);
      case Operation::subtract:
        return number == 0 ? factor : -factor;
      case Operation::negate:
        return -factor;
      case Operation::multiply:
        return factor * constant(number == 0 ? step.b : step.a);
      case Operation::divide:
        return number == 0 ? factor / constant(step.b) : unknown;
      default:
        return unknown;
    }
  }

  template <class Constant>
  static double factor_in_joined(const Instruction& step, int number, double factor, Constant constant,
                                 double unknown) {
    if (number == 0) return factor;
    if (step.operation == Operation::add_product) return factor * constant(number == 1 ? step.c : step.b);
    if (step.operation == Operation::subtract_product)
      return -factor * constant(number == 1 ? step.c : step.b);
    return unknown;
  }

  void settle(Loop& of, std::vector<double>& factors) {
    bool known = true;
    for (Loop::Output& output : of.outputs) {
      output.factor = factors[index(output.outer_value)];
      if (!active(output.outer_value)) output.factor = 0;
      // Others than sums know the adjoints of their terms only when they are done.
      const bool sum = output.reduction == Reduction::sum || !active(output.outer_value);
      known &= std::isfinite(output.factor) && sum;
    }
    of.known_seed = known;
    // What the loop takes in gets adjoints from it that are no constants.
    for (const Loop::Import& import : of.imports)
      factors[index(import.outer_value)] = std::numeric_limits<double>::quiet_NaN();
  }

  void find_apart() {
    constexpr double widest = 4096;
    loop_.apart = loop_.inner.empty();
    const Instruction* first = nullptr;
    double least = 0, most = 0;
    std::vector<bool> given(loop_.forward.size());
    for (const ReverseStep& back : loop_.reverse) {
      if (back.kind == ReverseStep::Kind::point) given[index(back.source)] = true;
    }
    for (const Instruction& step : loop_.forward) {
      if (step.adjoint < 0 && !given[index(static_cast<int>(&step - loop_.forward.data()))]) continue;
      if (first == nullptr) {
        first = &step;
        least = most = step.number;
      }
      least = std::min(least, step.number);
      most = std::max(most, step.number);
      if (step.gathered || step.stride < 1 || step.stride != first->stride) loop_.apart = false;
    }
    if (first != nullptr && most - least > widest * static_cast<double>(std::max<Index>(1, first->stride)))
      loop_.apart = false;
  }

  void find_steady() {
    std::vector<bool> same = import_;
    for (const Loop::Constant& constant : loop_.constants) same[index(constant.value)] = true;
    for (Instruction& step : loop_.forward) {
      int number = 0;
      for (const int operand : {step.a, step.b, step.c}) {
        if (operand >= 0 && same[index(operand)]) step.steady |= static_cast<std::uint8_t>(1U << number);
        ++number;
      }
    }
    for (Loop::Constant& constant : loop_.constants) constant.filled = !is_read_once(constant.value);
  }

  // Whether all that read it take a steady operand as one number.
  bool is_read_once(int value) const {
    for (const Loop::Output& output : loop_.outputs) {
      if (output.term == value) return false;
    }
    return std::ranges::all_of(loop_.forward, [&](const Instruction& step) {
      if (step.a != value && step.b != value && step.c != value) return true;
      switch (step.operation) {
        case Operation::add:
        case Operation::subtract:
        case Operation::multiply:
        case Operation::add_product:
        case Operation::subtract_product:
          return std::has_single_bit(step.steady);
        case Operation::add_square:
        case Operation::subtract_square:
        case Operation::scaled_square:
          return step.steady == 1;
        default:
          return false;
      }
    });
  }

  // What is read only for the first place of elements in a row.
  void find_first_only() {
    std::vector<bool> read(static_cast<std::size_t>(loop_.values));
    for (const Loop::Output& output : loop_.outputs) read[index(output.term)] = true;
    for (auto step = loop_.forward.rbegin(); step != loop_.forward.rend(); ++step) {
      if (step->kind == Instruction::Kind::loop) return;
      step->first_only = step->kind == Instruction::Kind::apply && !read[index(step->out)];
      if (step->first_only || (step->gathered && step->stride != 0)) continue;
      for (const int operand : {step->a, step->b, step->c}) {
        if (operand >= 0) read[index(operand)] = true;
      }
    }
    loop_.first_index_only = loop_.index_value >= 0 && !read[index(loop_.index_value)];
  }

  // Terms that nothing reads but their sum.
  void find_added_up() {
    std::vector<int> reads(static_cast<std::size_t>(loop_.values));
    const auto read = [&](int value) {
      if (value >= 0) ++reads[index(value)];
    };
    for (const Instruction& step : loop_.forward) {
      for (const int operand : {step.a, step.b, step.c}) read(operand);
      if (step.kind != Instruction::Kind::loop) continue;
      for (const Loop::Import& import : inner(step).imports) read(import.outer_value);
      read(inner(step).from_value);
      read(inner(step).to_value);
    }
    for (const Loop::Output& output : loop_.outputs) read(output.term);
    for (std::size_t k = 0; k < loop_.outputs.size(); ++k) {
      Loop::Output& output = loop_.outputs[k];
      if (output.reduction != Reduction::sum || reads[index(output.term)] != 1) continue;
      for (Instruction& step : loop_.forward) {
        // The reverse sweep of a quotient reads it.
        if (step.out != output.term || !is_arithmetic(step.operation) || step.operation == Operation::divide)
          continue;
        step.output = static_cast<int>(k);
        output.added_up = true;
      }
    }
  }

  // Where adjoints may be 0 beside derivatives that are infinite. Terms of a logsumexp have no weight where
  // they are -inf; what a loop takes in has no part in the result where no term reads it.
  void find_guarded() {
    const bool weighs = std::ranges::any_of(loop_.outputs, [&](const Loop::Output& output) {
      return output.reduction == Reduction::logsumexp && active(output.term);
    });
    loop_.guarded |= weighs;
    for (const int number : loop_.inner) tape_.loops[index(number)].guarded |= loop_.guarded;
    if (!weighs && !loop_.perhaps_empty) return;
    // Elements of the point have a derivative of 1. Anything else that is taken in may come from any loop.
    tape_.guarded |= std::ranges::any_of(loop_.imports, [&](const Loop::Import& import) {
      return active(import.value) && node(import.value).operation != Operation::point;
    });
  }

  const Graph& graph_;
  Tape& tape_;
  const NodesOfValues& nodes_;
  int number_;
  Loop& loop_;
  std::vector<int> adjoints_;  // by value; -1: none
  std::vector<int> uses_;
  std::vector<bool> import_;
  std::vector<bool> direct_;  // elements of the point whose adjoints are pieces of the gradient
  std::vector<bool> steady_;  // by adjoint
  int count_ = 0;
};

}  // namespace

void add_reverse_sweeps(const Graph& graph, Tape& tape, const NodesOfValues& nodes, int result) {
  // Outer loops first: they decide whether the adjoints of inner ones are known.
  for (std::size_t number = 0; number < tape.loops.size(); ++number)
    WayBack(graph, tape, nodes, static_cast<int>(number)).add(number == 0 ? result : -1);
}

}  // namespace lookahead::expression
