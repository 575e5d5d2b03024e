#include <algorithm>
#include <map>
#include <utility>

#include "expression/reverse_sweep.hpp"
#include "expression/tape.hpp"
#include "expression/totals.hpp"
#include "parallel/shards.hpp"

namespace lookahead::expression {
namespace {

// Numbers of a loop's registers together, so that they stay in the first cache.
constexpr Index numbers_at_hand = 3840;
constexpr Index longest_block = 256;

class Lowering {
 public:
  explicit Lowering(const Graph& graph) : graph_(graph) {}

  Tape made(int result) {
    tape_.lists = graph_.lists;
    tape_.guarded = graph_.guarded;
    tape_.loops.emplace_back();
    Scope root{0, -1, 0, {}};
    emit(root, {result});
    tape_.result = value_of(root, result);
    add_reverse_sweeps(graph_, tape_, made_, tape_.result);
    arrange(0);
    find_alone();
    return std::move(tape_);
  }

 private:
  // A loop that is being made: its registers by node.
  struct Scope {
    int loop;
    int index;
    std::uint64_t open;  // the indices of this loop and those around it
    std::map<int, int> values;
  };

  Loop& loop(int number) { return tape_.loops[static_cast<std::size_t>(number)]; }

  bool inside(const Scope& scope, int node) const {
    return scope.index < 0 || (graph_[node].ranges >> graph_[scope.index].source & 1) != 0;
  }

  void operands_of(int node, std::vector<int>& out) const {
    const Node& it = graph_[node];
    for (const int operand : {it.a, it.b, it.c}) {
      if (operand >= 0) out.push_back(operand);
    }
  }

  // What a reduction needs from around its loop.
  std::vector<int> needs_of(const Scope& scope, int reduction) const {
    const Node& it = graph_[reduction];
    std::vector<int> needs, stack{it.a};
    std::vector<bool> seen(static_cast<std::size_t>(reduction) + 1);
    if (it.b >= 0) needs = {it.b, it.c};
    std::vector<int> next;
    while (!stack.empty()) {
      const int node = stack.back();
      stack.pop_back();
      if (seen[static_cast<std::size_t>(node)]) continue;
      seen[static_cast<std::size_t>(node)] = true;
      if ((graph_[node].ranges & ~scope.open) == 0) {
        needs.push_back(node);
        continue;
      }
      if (graph_[node].operation == Operation::index) continue;
      next.clear();
      operands_of(node, next);
      stack.insert(stack.end(), next.begin(), next.end());
    }
    return needs;
  }

  // Whether the node is a step of its own: constants and what comes from around the loop are not.
  bool is_step(const Scope& scope, int node) const {
    return graph_[node].operation != Operation::constant && inside(scope, node) && node != scope.index;
  }

  int new_value(Scope& scope, int node) {
    const int value = loop(scope.loop).values++;
    scope.values.emplace(node, value);
    made_[{scope.loop, value}] = node;
    return value;
  }

  // The register of an operand.
  int value_of(Scope& scope, int node) {
    if (const auto found = scope.values.find(node); found != scope.values.end()) return found->second;
    const int value = new_value(scope, node);
    if (graph_[node].operation == Operation::constant) {
      loop(scope.loop).constants.push_back({value, graph_[node].number});
    } else if (node == scope.index) {
      loop(scope.loop).index_value = value;
    } else {
      // It comes from around the loop; the surrounding one has it already.
      loop(scope.loop).imports.push_back({value, value_of(*outer_.at(scope.loop), node)});
    }
    return value;
  }

  // Makes the steps for these nodes.
  void emit(Scope& scope, std::vector<int> wanted) {
    std::map<int, std::vector<int>> pending;  // step -> what it needs, as far as these are steps
    while (!wanted.empty()) {
      const int node = wanted.back();
      wanted.pop_back();
      if (!is_step(scope, node) || pending.contains(node)) continue;
      std::vector<int> needs;
      if (graph_[node].operation == Operation::reduce) {
        needs = needs_of(scope, node);
      } else if (!has_known_place(scope, node)) {
        operands_of(node, needs);
      }
      std::erase_if(needs, [&](int need) { return !is_step(scope, need); });
      wanted.insert(wanted.end(), needs.begin(), needs.end());
      pending.emplace(node, std::move(needs));
    }
    while (!pending.empty()) {
      const auto ready = [&](const auto& step) {
        return std::ranges::all_of(step.second, [&](int need) { return scope.values.contains(need); });
      };
      for (auto step = pending.begin(); step != pending.end();) {
        if (graph_[step->first].operation != Operation::reduce && ready(*step)) {
          emit_step(scope, step->first);
          step = pending.erase(step);
        } else {
          ++step;
        }
      }
      if (pending.empty()) return;
      const auto first = std::ranges::find_if(pending, [&](const auto& step) {
        return graph_[step.first].operation == Operation::reduce && ready(step);
      });
      const int index = graph_[first->first].index;
      std::vector<int> together;
      for (const auto& step : pending) {
        if (graph_[step.first].operation == Operation::reduce && graph_[step.first].index == index &&
            ready(step) && together.size() < most_outputs)
          together.push_back(step.first);
      }
      for (const int node : together) pending.erase(node);
      emit_loop(scope, index, together);
    }
  }

  void emit_step(Scope& scope, int node) {
    const Node& it = graph_[node];
    Instruction step;
    step.operation = it.operation;
    step.number = it.number;
    step.source = it.source;
    step.cut = it.cut;
    step.at = it.at;
    if (it.operation == Operation::point || it.operation == Operation::list) {
      step.kind = it.operation == Operation::point ? Instruction::Kind::point : Instruction::Kind::list;
      emit_place(scope, it.a, step);
    } else if (it.operation == Operation::column) {
      step.kind = Instruction::Kind::column;
    } else {
      step.a = value_of(scope, it.a);
      if (it.b >= 0) step.b = value_of(scope, it.b);
      if (it.c >= 0) step.c = value_of(scope, it.c);
    }
    step.out = new_value(scope, node);
    loop(scope.loop).forward.push_back(step);
  }

  void emit_place(Scope& scope, int place, Instruction& step) {
    if (find_place(scope, place, step)) return;
    step.gathered = true;
    step.number = 0;
    // What is added to the multiple of the index is found with the first term.
    const Affine affine = scope.index < 0 || step.cut ? Affine{} : affine_in(graph_, place, scope.index);
    step.stride = affine.is ? affine.stride : 0;
    step.a = value_of(scope, place);
  }

  // Whether a place needs no register: stride and rest are told.
  bool find_place(const Scope& scope, int place, Instruction& step) const {
    if (graph_.is_constant(place)) {
      step.number = graph_[place].number;
      return true;
    }
    const Affine affine = scope.index < 0 ? Affine{} : affine_in(graph_, place, scope.index);
    if (!affine.is || step.cut || !is_sum_with_constant(place, scope.index, affine.stride, step.number))
      return false;
    step.stride = affine.stride;
    return true;
  }
  bool has_known_place(const Scope& scope, int node) const {
    const Node& it = graph_[node];
    if (it.operation != Operation::point && it.operation != Operation::list) return false;
    Instruction unused;
    unused.cut = it.cut;
    return find_place(scope, it.a, unused);
  }

  // Whether the place is stride * index + a constant.
  bool is_sum_with_constant(int place, int index, Index stride, double& constant) const {
    if (stride == 0) return false;
    const std::uint64_t bit = std::uint64_t{1} << graph_[index].source;
    const std::uint64_t around = graph_[index].ranges & ~bit;
    if ((graph_[place].ranges & ~bit & ~around) != 0) return false;
    return constant_of(place, index, constant, 0);
  }
  // The value of the place where the index is 0, if that is a constant.
  bool constant_of(int place, int index, double& constant, int depth) const {
    const Node& it = graph_[place];
    double a = 0, b = 0;
    constexpr int deepest = 64;
    if (depth > deepest) return false;
    if (place == index) {
      constant = 0;
      return true;
    }
    switch (it.operation) {
      case Operation::constant:
        constant = it.number;
        return true;
      case Operation::negate:
        if (!constant_of(it.a, index, a, depth + 1)) return false;
        constant = -a;
        return true;
      case Operation::add:
      case Operation::subtract:
      case Operation::multiply:
        if (!constant_of(it.a, index, a, depth + 1) || !constant_of(it.b, index, b, depth + 1)) return false;
        constant = applied(it.operation, a, b, 0);
        return true;
      default:
        return false;
    }
  }

  void find_alone() {
    const Loop& root = tape_.loops.front();
    if (root.forward.size() != 1 || root.inner.size() != 1) return;
    const Loop& it = loop(root.inner.front());
    const bool constant = it.from_value < 0 && it.to_value < 0;
    if (constant && it.imports.empty() && it.known_seed && it.active && it.outputs.size() == 1 &&
        it.outputs.front().outer_value == tape_.result)
      tape_.alone = root.inner.front();
  }

  void emit_loop(Scope& scope, int index, const std::vector<int>& reductions) {
    const auto number = static_cast<int>(tape_.loops.size());
    tape_.loops.emplace_back();
    Scope inner{number, index, scope.open | std::uint64_t{1} << graph_[index].source, {}};
    outer_[number] = &scope;
    const Node& range = graph_[index];
    Loop made;
    made.rows = range.b < 0 || range.drawn;
    made.drawn = range.drawn;
    if (made.drawn) made.from = graph_[range.b].number;
    if (!made.rows) {
      set_bound(scope, range.b, made.from_value, made.from);
      set_bound(scope, range.c, made.to_value, made.to);
      made.perhaps_empty = graph_[range.c].least < graph_[range.b].most;
    }
    loop(number) = std::move(made);
    std::vector<int> terms;
    terms.reserve(reductions.size());
    for (const int reduction : reductions) terms.push_back(graph_[reduction].a);
    emit(inner, terms);
    for (const int reduction : reductions) {
      const int term = value_of(inner, graph_[reduction].a);
      const int value = new_value(scope, reduction);
      loop(number).outputs.push_back({graph_[reduction].reduction, term, value});
    }
    outer_.erase(number);
    loop(scope.loop).inner.push_back(number);
    Instruction step;
    step.kind = Instruction::Kind::loop;
    step.source = number;
    loop(scope.loop).forward.push_back(step);
  }

  void set_bound(Scope& scope, int node, int& value, double& number) {
    if (graph_.is_constant(node)) {
      number = graph_[node].number;
    } else {
      value = value_of(scope, node);
    }
  }

  // Lengths of blocks and places in the working space. Inner loops take one term of the outer one at a time.
  void arrange(int number) {
    Loop& it = loop(number);
    const Index registers = std::max(1, it.values + it.adjoints);
    it.block = 8;
    if (number != 0 && it.inner.empty())
      it.block = std::clamp(numbers_at_hand / registers / 8 * 8, Index{8}, longest_block);
    // A load waits for a store whose address differs by a multiple of 4096 bytes.
    it.stride = it.block > 32 ? it.block + 8 : it.block;
    it.space = static_cast<std::size_t>(registers * it.stride + (registers + 7) / 8 * 8) +
               it.outputs.size() * Totals::numbers;
    for (const int inner : it.inner) {
      arrange(inner);
      Loop& of = loop(inner);
      of.shared = number == 0 && !of.rows && of.inner.empty() && of.from_value < 0 && of.to_value < 0 &&
                  of.to - of.from + 1 >= static_cast<double>(Shards::least) && of.space <= shard_space;
      if (of.shared) {
        const std::size_t each = of.outputs.size() * Totals::numbers + of.imports.size();
        const std::size_t ranges = Shards::count(static_cast<std::size_t>(of.to - of.from) + 1);
        tape_.space_of_shards = std::max(tape_.space_of_shards, (each * ranges + 7) / 8 * 8);
      }

      loop(inner).begin = it.space;
      it.space += loop(inner).space;
    }
  }

  const Graph& graph_;
  Tape tape_;
  std::map<int, Scope*> outer_;
  NodesOfValues made_;
};

}  // namespace

Tape make_tape(const Graph& graph, int result) { return Lowering(graph).made(result); }

}  // namespace lookahead::expression
