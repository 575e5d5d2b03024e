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
std::vector<Index> positions(const Dictionary& texts, const std::vector<std::string>& names,
                             const std::optional<std::string>& missing_name) {
  const auto find = [&](const std::string& text) -> Index {
    const auto found = std::lower_bound(names.begin(), names.end(), text);
    return found != names.end() && *found == text ? found - names.begin() : -1;
  };
  std::vector<Index> result(std::max(texts.size(), names.size()) + 1, -1);
  for (std::uint32_t id = 0; id < texts.size(); ++id) {
    result[id] = find(*texts[id].text);
    if (result[id] < 0 && texts[id].missing && missing_name) result[id] = find(*missing_name);
  }
  return result;
}

// What a feature column needs while rows are encoded.
struct Step {
  std::size_t source;
  const Dictionary* texts;
  const Column* column;
  std::vector<Index> level;  // text columns
  Index unseen = 0;
};

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
  std::vector<Step> steps;
  for (std::size_t k = 0; k < encoding.columns.size(); ++k) {
    const Column& column = encoding.columns[k];
    const Dictionary& texts = table.columns[sources.features[k]].texts;
    steps.push_back({sources.features[k], &texts, &column, {}});
    if (column.kind == ColumnKind::text)
      steps.back().level = positions(texts, column.levels, column.missing_level);
  }
  std::vector<Index> class_of;
  if (sources.target >= 0) {
    class_of = positions(table.columns[static_cast<std::size_t>(sources.target)].texts, encoding.classes,
                         std::nullopt);
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
      for (Step& step : steps) {
        double x = cells[start + step.source];
        const Column& column = *step.column;
        if (column.kind == ColumnKind::text) {
          std::fill_n(out, column.levels.size(), T{0});
          const Index level = step.level[unbox(x)];
          if (level >= 0) out[level] = T{1};
          if (level < 0) ++step.unseen;
          out += column.levels.size();
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
  for (const Step& step : steps) {
    if (step.unseen == 0) continue;
    notes.push_back(table.file + ": column " + quoted(step.column->name) + ": " +
                    std::to_string(step.unseen) +
                    (step.unseen == 1 ? " cell holds a text" : " cells hold texts") +
                    " that the training rows do not have, encoded as zeros");
  }
  return Done{};
}

template Checked<Done> encode_rows(Table&, const Encoding&, const Sources&, const std::vector<bool>&,
                                   Dataset<float>&, Dataset<float>&, std::vector<std::string>&);
template Checked<Done> encode_rows(Table&, const Encoding&, const Sources&, const std::vector<bool>&,
                                   Dataset<double>&, Dataset<double>&, std::vector<std::string>&);

}  // namespace lookahead
