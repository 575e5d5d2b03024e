#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace lookahead::expression {

// What is done with up to three numbers, and where numbers come from.
enum class Operation : std::uint8_t {
  // Leaves
  constant,
  index,   // of a reduction
  point,   // an element of the point
  list,    // an element of a list
  column,  // of a table, in the row of the term
  // Two operands
  add,
  subtract,
  multiply,
  divide,
  power,
  hypot,
  atan2,
  smaller,
  larger,
  modulo,
  less,
  less_equal,
  equal,
  not_equal,
  // One operand
  negate,
  square,
  whole_power,  // to a constant whole power
  exp,
  expm1,
  log,
  log1p,
  log2,
  log10,
  sqrt,
  cbrt,
  abs,
  sign,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  tanh,
  sigmoid,
  softplus,
  relu,
  erf,
  gamma,
  lgamma,
  floor,
  ceil,
  // Several of the above in one, made by fuse()
  add_square,        // a + b^2
  subtract_square,   // a - b^2
  scaled_square,     // a b^2
  add_product,       // a + b c
  subtract_product,  // a - b c
  // Three operands
  select,  // the second where the first is not 0, else the third
  // The value of a reduction
  reduce,
};

// What a reduction makes of its terms.
enum class Reduction : std::uint8_t { sum, product, smallest, largest, logsumexp };

// What it makes of no terms.
double empty_reduction(Reduction reduction);

// The result for one number or two; `number` is the exponent of whole_power. Leaves, select and reduce are none
// of its operations.
double applied(Operation operation, double a, double b, double number);

// x to a whole power, by multiplication.
double whole_power(double x, double exponent);
// Powers beyond this are taken by logarithms.
inline constexpr double largest_whole_power = 1024;

// "<" or ">": less, and so on; > and >= ask it of their operands in turn.
Operation comparison_of(std::string_view symbol);

// How many operands it has.
int operands(Operation operation);
// Whether its derivative is 0 wherever it has one.
bool is_flat(Operation operation);
// Whether it is made of sums, products and quotients alone.
bool is_arithmetic(Operation operation);
// Whether it takes as long as many additions.
bool is_costly(Operation operation);

// A function that expressions can call.
struct Function {
  std::string_view name;
  std::string_view arguments;  // "a, b"
  std::string_view meaning;
  int count;  // of its arguments; 0: a reduction, or if, read in its own way
  Operation operation;
};
std::span<const Function> functions();
// Null: there is none of that name.
const Function* find_function(std::string_view name);

}  // namespace lookahead::expression
