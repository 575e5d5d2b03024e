#pragma once
#include "base/checked.hpp"
#include "data/read/table.hpp"

namespace lookahead {

// Appends the rows of `from`, read as the same columns, and gives back its memory on the way. From then on
// `table.file` names all files, and strays name theirs. Faults, of kind data: not enough memory, too many
// different texts in a column.
Checked<Done> append_table(Table& table, Table from);

}  // namespace lookahead
