#include "expression/cures.hpp"

#include <algorithm>

#include "base/letters.hpp"
#include "base/text.hpp"
#include "expression/operation.hpp"

namespace lookahead::expression {
namespace {

struct Elsewhere {
  std::string_view name;  // in small letters
  std::string_view cure;
};

constexpr std::string_view choice = "a choice is written if(condition, a, b)";

constexpr Elsewhere functions_elsewhere[] = {
    {"square", "a square is written a^2"},
    {"sqr", "a square is written a^2"},
    {"sq", "a square is written a^2"},
    {"cube", "a cube is written a^3"},
    {"exp2", "it is written 2^a"},
    {"ln", "the natural logarithm is log(a)"},
    {"loge", "the natural logarithm is log(a)"},
    {"lg", "write log10(a) or log2(a)"},
    {"fabs", "write abs(a)"},
    {"absolute", "write abs(a)"},
    {"mean", "write the sum divided by its number of terms: sum(i, 0, n-1, x[i])/n"},
    {"average", "write the sum divided by its number of terms: sum(i, 0, n-1, x[i])/n"},
    {"avg", "write the sum divided by its number of terms: sum(i, 0, n-1, x[i])/n"},
    {"var", "write the sum divided by its number of terms: sum(i, 0, n-1, x[i]^2)/n"},
    {"norm", "write sqrt(norm2(x))"},
    {"inner", "write dot(c, x)"},
    {"matmul", "write sums: sum(i, 0, n-1, sum(j, 0, n-1, a[n*i + j]*x[i]*x[j]))"},
    {"len", "the number of coordinates is n"},
    {"length", "the number of coordinates is n"},
    {"size", "the number of coordinates is n"},
    {"where", choice},
    {"iif", choice},
    {"ifelse", choice},
    {"cond", choice},
    {"select", choice},
    {"piecewise", choice},
    {"heaviside", "a step is written (a > 0), which is 1 or 0"},
    {"step", "a step is written (a > 0), which is 1 or 0"},
    {"round", "write floor(a + 0.5)"},
    {"trunc", "write sign(a)*floor(abs(a))"},
    {"clip", "write min(max(a, low), high)"},
    {"clamp", "write min(max(a, low), high)"},
    {"power", "write a^b"},
    {"maximum", "write max(a, b)"},
    {"minimum", "write min(a, b)"},
    {"product", "write prod(i, from, to, e)"},
    {"fmod", "write mod(a, b)"},
    {"sgn", "write sign(a)"},
    {"arcsin", "write asin(a)"},
    {"arccos", "write acos(a)"},
    {"arctan", "write atan(a)"},
    {"arctan2", "write atan2(a, b)"},
    {"asinh", "write log(a + sqrt(a^2 + 1))"},
    {"acosh", "write log(a + sqrt(a^2 - 1))"},
    {"atanh", "write log((1 + a)/(1 - a))/2"},
    {"sec", "write 1/cos(a)"},
    {"csc", "write 1/sin(a)"},
    {"cot", "write 1/tan(a)"},
    {"erfc", "write 1 - erf(a)"},
    {"logistic", "write sigmoid(a)"},
    {"expit", "write sigmoid(a)"},
    {"logcosh", "write log(cosh(a))"},
    {"lse", "write logsumexp(i, from, to, e)"},
    {"normal", "a formula has no random numbers: objective.noise adds noise to its gradient"},
    {"rand", "a formula has no random numbers: objective.noise adds noise to its gradient"},
    {"random", "a formula has no random numbers: objective.noise adds noise to its gradient"},
};

constexpr Elsewhere names_elsewhere[] = {
    {"inf", "write a number"},
    {"nan", "write a number"},
    {"true", "write 1"},
    {"false", "write 0"},
    {"dim", "the number of coordinates is n"},
};

constexpr std::string_view both_hold = "both of two conditions: (x[0] > 0)*(x[1] > 0)";
constexpr std::string_view one_holds = "one of two conditions: max(x[0] > 0, x[1] > 0)";
constexpr std::string_view power_sign = "a power is written ^: x[0]^2";

constexpr Elsewhere signs_elsewhere[] = {
    {"**", "a power is written ^"},
    {"|", "an absolute value is written abs(a)"},
    {"?", choice},
    {"if", choice},
    {"else", choice},
    {"&", both_hold},
    {"and", both_hold},
    {"or", one_holds},
    {"!", "a condition that does not hold is written (a == 0)"},
    {"not", "a condition that does not hold is written (a == 0)"},
    {"@", "a product of vectors is written dot(c, x)"},
    {"%", "a remainder is written mod(a, b)"},
    {"for", "a sum is written sum(i, from, to, e)"},
    {"{", "brackets are ( )"},
    {"}", "brackets are ( )"},
    {"[", "brackets are ( ); [ ] stands behind the name of a vector or list"},
    {":", "[ ] has one place; a sum over places is written sum(i, from, to, x[i])"},
    {"\\", "functions are written by their names alone: exp(x[0])"},
    {"\xC2\xB2", power_sign},                                       // superscript 2
    {"\xC2\xB3", power_sign},                                       // superscript 3
    {"\xE2\x88\x9A", "a root is written sqrt(a)"},                  // radical sign
    {"\xCF\x80", "write pi"},                                       // small pi
    {"\xE2\x88\x91", "a sum is written sum(i, from, to, e)"},       // n-ary sum
    {"\xCE\xA3", "a sum is written sum(i, from, to, e)"},           // capital sigma
    {"\xE2\x88\x8F", "a product is written prod(i, from, to, e)"},  // n-ary product
    {"\xC2\xB7", "a product is written with *"},                    // middle dot
    {"\xE2\x8B\x85", "a product is written with *"},                // dot operator
    {"\xC3\x97", "a product is written with *"},                    // multiplication sign
    {"\xC3\xB7", "a quotient is written with /"},                   // division sign
    {"\xE2\x88\x92", "minus is written - as on the keyboard"},      // minus sign
    {"\xE2\x80\x93", "minus is written - as on the keyboard"},      // en dash
    {"\xE2\x89\xA4", "it is written <="},                           // less or equal
    {"\xE2\x89\xA5", "it is written >="},                           // greater or equal
    {"\xE2\x89\xA0", "it is written !="},                           // not equal
    {"\xE2\x80\x9C", "quotes are straight: \""},                    // left curly quote
    {"\xE2\x80\x9D", "quotes are straight: \""},                    // right curly quote
    {"\xC2\xA0", "this is a no-break space: write a blank"},        // no-break space
};

template <std::size_t N>
std::string cure_in(const Elsewhere (&table)[N], std::string_view name) {
  const auto found = std::ranges::find(table, name, &Elsewhere::name);
  return found == std::end(table) ? "" : std::string(found->cure);
}

// The name of which this one differs by capital letters alone.
std::string but_for_capitals(const std::string& name, const std::vector<std::string>& known) {
  for (const std::string& other : known) {
    if (lower(other) == lower(name)) return "did you mean '" + other + "'?";
  }
  return "";
}

std::vector<std::string> function_names() {
  std::vector<std::string> known;
  for (const Function& function : functions()) known.emplace_back(function.name);
  return known;
}

}  // namespace

std::string unknown_function_cure(const std::string& name) {
  if (std::string cure = cure_in(functions_elsewhere, lower(name)); !cure.empty()) return cure;
  const std::string cure = suggestion(name, function_names());
  return cure.empty() ? "lookahead describe expression lists them" : cure;
}

std::string unknown_name_cure(const Names& names, const std::string& name, std::vector<std::string> others,
                              bool element) {
  if (std::string cure = coordinate_cure(names, name); !cure.empty()) return cure;
  const bool one_point = names.parts.size() == 1;
  const std::string point = one_point ? names.parts.front().name : "";
  if (one_point && (name == "x" || name == "w" || name == "X" || name == "W") && name != point)
    return "the point is " + point + " here: " + point + "[0]";
  // A table's columns are known by their names alone.
  if (element && point == "w")
    return "of a column a formula with 'terms' reads the cell in its row: write " + name +
           "; the mean over the rows is taken of the whole formula";
  for (const std::string& other : all_names(names)) others.push_back(other);
  for (const char* known : {"n", "pi", "e"}) others.emplace_back(known);
  if (std::string cure = but_for_capitals(name, others); !cure.empty()) return cure;
  if (std::string cure = cure_in(names_elsewhere, lower(name)); !cure.empty()) return cure;
  if (name == "i" || name == "j" || name == "k")
    return "an index is that of a sum: sum(" + name + ", 0, n-1, ...); a number belongs in 'constants:'";
  constexpr std::size_t shortest = 3;  // which a slip still leaves recognizable
  std::string cure;
  if (name.size() >= shortest) {
    for (std::string& function : function_names()) others.push_back(std::move(function));
    cure = suggestion(name, others);
  }
  return cure.empty() ? "a number of this name belongs in 'constants:'" : cure;
}

std::string unexpected_cure(std::string_view text) { return cure_in(signs_elsewhere, text); }

}  // namespace lookahead::expression
