#include "objective/functions/facts.hpp"
#include "objective/kernel.hpp"

namespace lookahead::functions {
namespace {

struct Watson {
  Watson(const NoParameters&, Index) {}
  static Facts facts(const NoParameters&, Index d) {
    Facts facts = facts_of(d, {-20, 20}, {0}, {0});
    facts.minimum.reset();
    facts.minimizers.clear();
    facts.lower_bound = 0.0;
    const auto known = [&](double minimum, std::initializer_list<double> minimizer) {
      facts.minimum = minimum;
      facts.minimizers = {minimizer};
    };
    if (d == 6) {
      known(0.0022876700535524362, {-0.015725086401458457, 1.0124348693691099, -0.23299162595673768,
                                    1.2604300877996083, -1.5137289227222797, 0.9929964324311345});
    } else if (d == 9) {
      known(1.3997601380990199e-6, {-1.5307036521394342e-5, 0.9997897039319484, 0.014763963693556959,
                                    0.14634232829936223, 1.0008211030047092, -2.617731140519015,
                                    4.1044031644788565, -3.14361227855642825, 1.052626408010167});
    } else if (d == 12) {
      known(4.722381105891757e-10,
            {-6.638060464520687e-9, 1.0000016441178620, -0.0005639322103423058, 0.3478205405040424,
             -0.15673150409616512, 1.0528151772071778, -3.24727115345966770, 7.288434897938061,
             -10.271848241321724, 9.0741136470753157, -4.541375466692512, 1.0120118885528104});
    }
    return facts;
  }

  template <Scalar T, bool want_gradient>
  double evaluate(const T* x, T* gradient, Index d) const {
    const auto at = [=](Index i) { return static_cast<double>(x[i]); };
    const double offset = at(1) - at(0) * at(0) - 1;
    double sum = at(0) * at(0) + offset * offset;
    double slopes[largest] = {};
    slopes[0] = 2 * at(0) - 4 * offset * at(0);
    slopes[1] = 2 * offset;
    for (int i = 1; i <= 29; ++i) {
      const double t = i / 29.0;
      double polynomial = 0;
      double derivative = 0;
      for (Index j = d; j-- > 0;) {
        derivative = derivative * t + polynomial;
        polynomial = polynomial * t + at(j);
      }
      const double residual = derivative - polynomial * polynomial - 1;
      sum += residual * residual;
      if constexpr (want_gradient) {
        double before = 0;  // t^(j-1)
        double power = 1;
        for (Index j = 0; j < d; ++j) {
          slopes[j] += 2 * residual * (static_cast<double>(j) * before - 2 * polynomial * power);
          before = power;
          power *= t;
        }
      }
    }
    if constexpr (want_gradient) {
      for (Index i = 0; i < d; ++i) gradient[i] = static_cast<T>(slopes[i]);
    }
    return sum;
  }

  static constexpr Index largest = 31;
};

}  // namespace

FunctionEntry watson() {
  return kernel_entry<Watson, NoParameters>(
      {"watson", "a polynomial fitted to a differential equation: the larger n, the nearer to singular",
       "f(x) = x_1^2 + (x_2 - x_1^2 - 1)^2 + sum_{i=1}^{29} (p'(i/29) - p(i/29)^2 - 1)^2 with p(t) = sum_j "
       "x_j t^(j-1)\n"
       "start 0, the convention of More; f* is known for n = 6, 9 and 12; 2 <= n <= 31",
       "Kowalik and Osborne, 1968; problem 20 of More, Garbow, Hillstrom, ACM TOMS 7, 1981"},
      {}, 6, 2, Watson::largest);
}

}  // namespace lookahead::functions
