#pragma once
#include <memory>

#include "objective/written/written.hpp"

namespace lookahead {

// Names in an expression and the columns they stand for.
struct ColumnNames {
  std::vector<std::pair<std::string, std::string>> all;
};
template <>
struct Codec<ColumnNames> {
  static std::string type() { return "{name: column}"; }
  static std::optional<ColumnNames> read(const Node& node, const Path& path, Report& report);
  static Node write(const ColumnNames& value);
  static Inside inside(Node& node, const std::string& key);
};

namespace written {

// A mean over the rows of a table, a finite sum.
struct Terms : Known {
  std::string file;
  ExpressionText expression;
  ColumnNames columns;
  // What load() has read: the columns that the expression names, in its order.
  std::shared_ptr<const std::vector<std::vector<double>>> columns_read = {};
};

const FunctionEntry& terms_entry();

bool check_terms(const Values& parameters, Index dimension, const Place& place, const Path& path,
                 Report& report);

}  // namespace written
}  // namespace lookahead
