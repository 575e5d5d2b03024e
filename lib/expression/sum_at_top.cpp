#include "expression/sum_at_top.hpp"

namespace lookahead::expression {

const Term* sum_at_top(const Syntax& syntax, std::optional<TextFault>& fault) {
  std::vector<int> stack{syntax.result};
  while (!stack.empty()) {
    const Term& it = syntax.terms[static_cast<std::size_t>(stack.back())];
    stack.pop_back();
    if (it.kind == Term::Kind::call && it.name == "sum" && it.parts.size() == 4) return &it;
    const bool adds = it.kind == Term::Kind::negation || it.kind == Term::Kind::sum;
    const bool multiplies = it.kind == Term::Kind::product;
    for (std::size_t i = it.parts.size(); i-- > 0;) {
      if (adds || (multiplies && !it.inverse[i])) stack.push_back(it.parts[i]);
    }
  }
  fault = TextFault{syntax.terms[static_cast<std::size_t>(syntax.result)].at,
                    "there is no sum(i, a, b, e) whose terms can be sampled",
                    "it stands by itself, times or plus something else"};
  return nullptr;
}

}  // namespace lookahead::expression
