#include "data/columns.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "data/read/layout.hpp"
#include "data/read/table.hpp"

namespace lookahead {
namespace {

Faults unfit_cells(const Table& table) {
  Faults faults;
  for (const TableColumn& column : table.columns) {
    if (column.strays > 0) faults.push_back(not_numbers(table, column));
    for (const auto& infinite : column.first_infinite) {
      faults.push_back({FaultKind::data, table.place_of(infinite, column),
                        column.title() + ": " + quoted(infinite.text) + " is not finite", "correct it"});
    }
    if (column.missing == 0) continue;
    faults.push_back(
        {FaultKind::data, table.place_of(*column.first_missing, column),
         column.title() + ": " + std::to_string(column.missing) +
             (column.missing == 1 ? " cell is missing" : " cells are missing, this is the first"),
         "leave the rows out of the file"});
  }
  return faults;
}

// What the keys of `data` can do about cells, a table without these keys has to have done before.
Faults without_options(Faults faults) {
  for (Fault& fault : faults) {
    if (fault.cure.find("data.") != std::string::npos)
      fault.cure = "correct such cells, or take their rows out of the file";
  }
  return faults;
}

}  // namespace

Checked<std::vector<std::vector<double>>> read_columns(const std::string& file,
                                                       const std::vector<std::string>& names, Index threads,
                                                       const std::vector<std::string>& elsewhere) {
  DataOptions options;
  options.train = TrainingFiles(file);
  options.features = names;
  auto opened = CsvFile::open(file);
  if (!opened) return opened.faults();
  const auto layout = find_layout(*opened, options);
  if (!layout) return layout.faults();
  for (const std::string& name : elsewhere) {
    if (std::ranges::find(layout->names, name) == layout->names.end() ||
        std::ranges::find(names, name) != names.end())
      continue;
    std::string cure = "give it a name there, for example columns: {";
    cure.append(name).append("_: ").append(name).append("}");
    return Fault{FaultKind::data,
                 {file, 1, 0},
                 "the column " + quoted(name) + " has a name that means something else in the formula",
                 cure};
  }
  return read_columns(std::move(*opened), *layout, names, threads);
}

Checked<std::vector<std::vector<double>>> read_columns(CsvFile file, const Layout& layout,
                                                       const std::vector<std::string>& names, Index threads) {
  TableReading reading;
  reading.separator = layout.dialect.separator;
  reading.comment = layout.dialect.comment;
  reading.numbers.decimal = layout.decimal;
  reading.header = layout.header;
  reading.threads = threads;
  reading.fields.resize(layout.names.size() + layout.trailing);
  for (const std::string& name : names) {
    const auto found = std::ranges::find(layout.names, name);
    if (found == layout.names.end()) {
      std::string cure = suggestion(name, layout.names);
      if (cure.empty()) cure = "it has " + joined(layout.names, ", ");
      return Fault{FaultKind::data, {file.name(), 0, 0}, "there is no column " + quoted(name), cure};
    }
    FieldReading& field = reading.fields[static_cast<std::size_t>(found - layout.names.begin())];
    field.role = FieldReading::Role::number;
    field.name = name;
  }
  const auto table = read_table(std::move(file), std::move(reading), false);
  if (!table) return without_options(table.faults());
  if (Faults faults = unfit_cells(*table); !faults.empty()) return without_options(std::move(faults));
  std::vector<std::vector<double>> columns(names.size());
  for (std::size_t i = 0; i < table->columns.size(); ++i) {
    for (std::size_t k = 0; k < names.size(); ++k) {
      if (names[k] != table->columns[i].reading.name) continue;
      columns[k].reserve(static_cast<std::size_t>(table->cells.rows()));
      table->cells.for_each(static_cast<Index>(i),
                            [&](std::size_t, double cell) { columns[k].push_back(cell); });
    }
  }
  return columns;
}

}  // namespace lookahead
