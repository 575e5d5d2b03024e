#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/encode/encoding.hpp"
#include "data/encode/identifiers.hpp"
#include "data/encode/row_parts.hpp"
#include "data/read/layout.hpp"
#include "data/read/table.hpp"

namespace lookahead {

// What a training table turned out to be.
struct Fitted {
  Encoding encoding;
  std::vector<std::size_t> sources;  // columns of the table that the encoding's are made of
  RowParts parts;                    // of the rows
  std::string why;                   // it is that task: "it is text"; empty where the task was given
  std::vector<std::string> notes;
};

// Leaves out the columns of `left_out`, decides which others are text and what the task is, holds out the
// fractions for validation and test, and takes levels, means and standard deviations from the other rows.
// Cells of text columns are boxed texts afterwards. Faults are of kind data: stray texts, missing cells that
// the policy does not allow, a task that does not fit the target, and, where the rows become numbers in
// single precision, columns that this does not resolve.
Checked<Fitted> fit(Table& table, const Layout& layout, const DataOptions& options, std::optional<Task> task,
                    const std::vector<LeftOut>& left_out, Index threads, bool single);

}  // namespace lookahead
