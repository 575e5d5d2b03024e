#include "objective/noise.hpp"

namespace lookahead::noises {
namespace {

struct Minibatch {
  Index size = 1;
  bool replacement = true;
};

}  // namespace

NoiseEntry minibatch() {
  NoiseEntry entry{
      declare<Minibatch>(
          {"minibatch", "the gradient of some terms of a finite sum instead of all, drawn anew in every step",
           "mean of grad f_i over `size` terms i drawn independently, with replacement\n"
           "unbiased, of variance sigma_1^2 / size, sigma_1^2 = mean of |grad f_i - grad f|^2; finite sums "
           "only\n"
           "without replacement: epochs through all N terms in a new random order, `size` of them after "
           "another;\n"
           "of variance sigma_1^2 (N - size) / (size (N - 1)) where an epoch has no shorter last step,\n"
           "and biased given the draws before",
           "Robbins and Monro, 1951; Bottou, Curtis, Nocedal, SIAM Review 60, 2018"},
          {param("size", &Minibatch::size, "terms per step", at_least(1), at_most(1e6)),
           param("replacement", &Minibatch::replacement,
                 "whether terms are drawn independently; false: every one once in an epoch")}),
      {},
      {},
      [](const Values& p) {
        return TermDraws{p.as<Minibatch>().size, p.as<Minibatch>().replacement};
      }};
  entry.make_double = [](const Values&, Index) { return std::unique_ptr<Noise<double>>(); };
  entry.make_float = [](const Values&, Index) { return std::unique_ptr<Noise<float>>(); };
  return entry;
}

}  // namespace lookahead::noises
