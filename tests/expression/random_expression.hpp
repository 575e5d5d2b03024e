#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace lookahead {

// Random texts in the language of expressions over x[0] ... x[n-1], the constants a and c[0] ... c[n-1]; every
// one of them compiles.
class RandomExpression {
 public:
  explicit RandomExpression(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15U + 1) {}

  std::string text() {
    indices_.clear();
    std::string lets;
    lets_ = 0;
    if (below(4) == 0) {
      lets = "let q = " + value(2) + ";\n";
      lets_ = 1;
    }
    return lets + value(4);
  }

  int below(int n) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<int>((state_ >> 11) % static_cast<std::uint64_t>(n));
  }

 private:
  std::string place() {
    if (indices_.empty() || below(5) == 0) return std::to_string(below(5));
    const std::string i = indices_[static_cast<std::size_t>(below(static_cast<int>(indices_.size())))];
    // Indices run from 0 to n - 2, or below another index.
    const char* const forms[] = {"", "+1", "", "", ""};
    switch (below(8)) {
      case 0:
        return "n-1-" + i;
      case 1:
        return "mod(" + i + "*3+1, n)";
      case 2:
        return "floor(" + i + "/2)";
      default:
        return i + forms[below(5)];
    }
  }

  std::string leaf() {
    switch (below(7)) {
      case 0:
        return std::to_string(below(9) + 1) + (below(2) == 0 ? ".5" : "");
      case 1:
        return "c[" + place() + "]";
      case 2:
        return lets_ > 0 ? "q" : "a";
      case 3:
        return indices_.empty() ? "pi" : "(" + indices_.back() + "+1)";
      default:
        return "x[" + place() + "]";
    }
  }

  std::string reduction(int depth) {
    const char* const kinds[] = {"sum", "sum", "sum", "prod", "max", "min", "logsumexp"};
    const std::string name(1, static_cast<char>('i' + static_cast<int>(indices_.size())));
    const std::string to = !indices_.empty() && below(3) == 0 ? indices_.back() : below(3) == 0 ? "3" : "n-2";
    std::string made = std::string(kinds[below(7)]) + "(" + name + ", 0, " + to + ", ";
    indices_.push_back(name);
    made += value(depth - 1);
    indices_.pop_back();
    return made + ")";
  }

  std::string value(int depth) {
    if (depth <= 0) return leaf();
    const char* const smooth[] = {
        "exp(-(%)^2)",    "sin(%)",          "cos(%)",         "tanh(%)",          "sigmoid(%)",
        "softplus(%)",    "atan(%)",         "log(1+(%)^2)",   "sqrt(1+(%)^2)",    "log1p((%)^2)",
        "erf(%)",         "expm1(sin(%))",   "cbrt(2+cos(%))", "cosh(tanh(%))",    "lgamma(2+cos(%))",
        "log2(2+sin(%))", "log10(2+sin(%))", "sinh(tanh(%))",  "asin(0.5*sin(%))", "acos(0.5*sin(%))",
        "tan(sin(%))",    "gamma(2+cos(%))", "abs(%)",         "relu(%)"};
    switch (below(12)) {
      case 0:
      case 1:
        return "(" + value(depth - 1) + " + " + value(depth - 1) + ")";
      case 2:
        return "(" + value(depth - 1) + " - " + value(depth - 1) + ")";
      case 3:
      case 4:
        return value(depth - 1) + "*" + value(depth - 1);
      case 5:
        return value(depth - 1) + "/(1+(" + value(depth - 1) + ")^2)";
      case 6:
        return "(" + value(depth - 1) + ")^" + std::to_string(below(4));
      case 7: {
        const char* const two[] = {"min(", "max(", "hypot(1, ", "atan2(2+", "pow(1.5, "};
        const int kind = below(5);
        if (kind > 1)
          return two[kind] + std::string("sin(") + value(depth - 1) + ")" + (kind == 3 ? ", 3)" : ")");
        return two[kind] + value(depth - 1) + ", " + value(depth - 1) + ")";
      }
      case 8:
        return "if(" + value(depth - 2) + " < " + value(depth - 2) + ", " + value(depth - 1) + ", " +
               value(depth - 1) + ")";
      case 9:
      case 10:
        if (indices_.size() < 3) return reduction(depth);
        [[fallthrough]];
      default: {
        std::string form = smooth[below(24)];
        return form.replace(form.find('%'), 1, value(depth - 1));
      }
    }
  }

  std::uint64_t state_;
  std::vector<std::string> indices_;
  int lets_ = 0;
};

}  // namespace lookahead
