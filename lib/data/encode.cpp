#include "data/encode.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <stdexcept>

#include "base/text.hpp"
#include "data/cell.hpp"

namespace lookahead {
namespace {

// The position among sorted `names` of every text of a dictionary, -1 where it is none of them; one more -1
// for the number that stands for texts outside a closed dictionary.
std::vector<Index> class_numbers(const Dictionary& texts, const std::vector<std::string>& names) {
  std::vector<Index> result(std::max(texts.size(), names.size()) + 1, -1);
  for (std::uint32_t id = 0; id < texts.size(); ++id) {
    const auto found = std::lower_bound(names.begin(), names.end(), *texts[id].text);
    if (found != names.end() && *found == *texts[id].text) result[id] = found - names.begin();
  }
  return result;
}

// The same for the features of a column of text, as in Column::feature_of.
std::vector<Index> level_numbers(const Dictionary& texts, const Column& column) {
  std::vector<Index> result(std::max(texts.size(), column.known().size()) + 1, Column::unknown);
  for (std::uint32_t id = 0; id < texts.size(); ++id) {
    result[id] = column.feature_of(*texts[id].text);
    if (result[id] == Column::unknown && texts[id].missing && column.missing_level)
      result[id] = column.feature_of(*column.missing_level);
  }
  return result;
}

// What a feature column needs while rows are encoded.
template <Scalar T>
struct Step {
  std::size_t source;
  const Dictionary* texts;
  const Column* column;
  // Columns of text: the feature of every text, that of unknown ones, and the features' two values.
  std::vector<Index> level = {};
  Index level_of_unknown = 0;
  std::vector<T> off = {}, on = {};
  Index unseen = 0;
};

template <Scalar T>
std::vector<Step<T>> steps_of(const Table& table, const Encoding& encoding, const Sources& sources) {
  std::vector<Step<T>> steps;
  for (std::size_t k = 0; k < encoding.columns.size(); ++k) {
    const Column& column = encoding.columns[k];
    const Dictionary& texts = table.columns[sources.features[k]].texts;
    Step<T> step{sources.features[k], &texts, &column};
    if (column.kind == ColumnKind::text) {
      step.level = level_numbers(texts, column);
      step.level_of_unknown = column.feature_of_unknown();
      for (std::size_t i = 0; i < column.levels.size(); ++i) {
        step.off.push_back(static_cast<T>(column.off(i)));
        step.on.push_back(static_cast<T>(column.on(i)));
      }
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

Fault too_large(const std::string& file, const Encoding& encoding, double bytes) {
  const auto widest =
      std::max_element(encoding.columns.begin(), encoding.columns.end(),
                       [](const Column& a, const Column& b) { return a.width() < b.width(); });
  std::string cure = "drop columns, or read fewer rows";
  if (widest != encoding.columns.end() && widest->width() > 1) {
    cure = "column " + quoted(widest->name) + " alone has " + std::to_string(widest->width()) +
           " levels: list it in data.drop";
  }
  return {FaultKind::data,
          {file, 0, 0},
          "the encoded rows need " + to_text(std::round(bytes / 1e8) / 10) + " GB, more than the memory",
          cure};
}

template <Scalar T>
Checked<Done> reserve(Dataset<T>& data, Index rows, const Encoding& encoding, const std::string& file) {
  data.columns = encoding.feature_count();
  data.groups = encoding.groups();
  const double bytes = static_cast<double>(rows) * static_cast<double>(data.columns) * sizeof(T);
  const double memory =
      static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  if (bytes > memory) return too_large(file, encoding, bytes);
  try {
    data.features.reserve(static_cast<std::size_t>(rows * data.columns));
    data.targets.reserve(static_cast<std::size_t>(rows));
  } catch (const std::bad_alloc&) {
    return too_large(file, encoding, bytes);
  }
  return Done{};
}

}  // namespace

template <Scalar T>
Checked<Done> encode_rows(Table& table, const Encoding& encoding, const Sources& sources,
                          const std::vector<bool>& is_held_out, Dataset<T>& kept, Dataset<T>& held_out,
                          std::vector<std::string>& notes) {
  const Index held_out_count = std::count(is_held_out.begin(), is_held_out.end(), true);
  if (auto done = reserve(kept, table.cells.rows() - held_out_count, encoding, table.file); !done)
    return done;
  if (auto done = reserve(held_out, held_out_count, encoding, table.file); !done) return done;
  std::vector<Step<T>> steps = steps_of<T>(table, encoding, sources);
  std::vector<Index> class_of;
  if (sources.target >= 0) {
    class_of = class_numbers(table.columns[static_cast<std::size_t>(sources.target)].texts, encoding.classes);
  }
  const auto target_of = [&](double cell) {
    if (encoding.task == Task::classification) {
      const Index number = class_of[unbox(cell)];
      return number < 0 ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(number);
    }
    if (is_boxed(cell))
      cell = table.columns[static_cast<std::size_t>(sources.target)].texts[unbox(cell)].value;
    return (cell - encoding.target_mean) / encoding.target_sd;
  };
  const auto fits = [](double value) { return !(std::abs(value) > std::numeric_limits<T>::max()); };
  const auto overflow = [&](const std::string& name) {
    return Fault{FaultKind::data,
                 {table.file, 0, 0},
                 "column " + quoted(name) + " holds numbers beyond the range of single precision",
                 "set precision: double, or scale the column"};
  };

  const auto width = static_cast<std::size_t>(table.cells.width());
  std::vector<T> features(static_cast<std::size_t>(kept.columns));
  std::size_t row = 0;
  for (Index piece = 0; piece < table.cells.pieces(); ++piece) {
    const auto cells = table.cells.piece(piece);
    for (std::size_t start = 0; start < cells.size(); start += width, ++row) {
      T* out = features.data();
      for (Step<T>& step : steps) {
        double x = cells[start + step.source];
        const Column& column = *step.column;
        if (column.kind == ColumnKind::text) {
          Index level = step.level[unbox(x)];
          if (level == Column::unknown) {
            ++step.unseen;
            level = step.level_of_unknown;
          }
          std::copy(step.off.begin(), step.off.end(), out);
          if (level >= 0) out[level] = step.on[static_cast<std::size_t>(level)];
          out += step.off.size();
          continue;
        }
        if (is_boxed(x)) {
          x = (*step.texts)[unbox(x)].value;
          if (std::isnan(x)) x = column.fill;
        }
        const double scaled = column.sd > 0 ? (x - column.mean) / column.sd : 0.0;
        if (!fits(scaled)) return overflow(column.name);
        *out++ = static_cast<T>(scaled);
      }
      Dataset<T>& data = !is_held_out.empty() && is_held_out[row] ? held_out : kept;
      data.features.insert(data.features.end(), features.begin(), features.end());
      ++data.rows;
      if (sources.target < 0) continue;
      const double target = target_of(cells[start + static_cast<std::size_t>(sources.target)]);
      if (!fits(target)) return overflow(encoding.target);
      data.targets.push_back(static_cast<T>(target));
    }
    table.cells.release(piece);
  }
  for (const Step<T>& step : steps) {
    if (step.unseen == 0) continue;
    const auto& group = step.column->group;
    notes.push_back(table.file + ": " + std::to_string(step.unseen) +
                    (step.unseen == 1 ? " cell of " : " cells of ") + quoted(step.column->name) +
                    (step.unseen == 1 ? " holds a level" : " hold levels") +
                    " not seen in training, taken as " + (group ? quoted(*group) : "zeros"));
  }
  return Done{};
}

template Checked<Done> encode_rows(Table&, const Encoding&, const Sources&, const std::vector<bool>&,
                                   Dataset<float>&, Dataset<float>&, std::vector<std::string>&);
template Checked<Done> encode_rows(Table&, const Encoding&, const Sources&, const std::vector<bool>&,
                                   Dataset<double>&, Dataset<double>&, std::vector<std::string>&);

}  // namespace lookahead
