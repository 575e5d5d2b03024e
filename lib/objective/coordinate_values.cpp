#include "objective/coordinate_values.hpp"

#include <algorithm>
#include <cmath>

#include "options/catalog_form.hpp"
#include "simd/scalar_math.hpp"

namespace lookahead {
namespace {

// i^-p stays far from what a double can not hold for every number of coordinates.
constexpr double steepest = 30;

Parameters power_law(const std::vector<Limit>& limits) {
  return {param("power", &CoordinateValues::power, "p of scale i^-p", at_least(-steepest), at_most(steepest)),
          declare_member("scale", &CoordinateValues::scale, "of the first coordinate", limits)};
}

}  // namespace

double CoordinateValues::operator[](Index index) const {
  if (numbers.size() == 1) return numbers.front();
  if (!numbers.empty()) return numbers[static_cast<std::size_t>(index)];
  // Of power 1 and -1 they are rounded once.
  const auto i = static_cast<double>(index + 1);
  const double size = std::abs(power), rise = size == 1 ? i : math::pow(i, size);
  return power < 0 ? scale * rise : scale / rise;
}

Aligned<double> CoordinateValues::values(Index dimension) const {
  Aligned<double> all(static_cast<std::size_t>(dimension));
  for (Index i = 0; i < dimension; ++i) all[static_cast<std::size_t>(i)] = (*this)[i];
  return all;
}

double CoordinateValues::largest(Index dimension) const {
  if (!numbers.empty()) return *std::max_element(numbers.begin(), numbers.end());
  return std::max((*this)[0], (*this)[dimension - 1]);
}

std::optional<CoordinateValues> read_coordinate_values(const Node& node, const Path& path,
                                                       const std::vector<Limit>& limits,
                                                       const std::string& reason, Report& report) {
  CoordinateValues values;
  if (node.is_map()) {
    const std::size_t before = report.faults().size();
    const Parameters law = power_law(limits);
    const Bound bound{&law, ValuesTarget::of(values)};
    read_members(node, path, {&bound, 1}, {}, report);
    if (node.find("power") == nullptr)
      report.add(node.place, path + " needs the key 'power'", "{power: 1} is 1, 1/2, 1/3, ...");
    if (report.faults().size() > before) return std::nullopt;
    values.numbers.clear();
    return values;
  }
  auto numbers = Codec<std::vector<double>>::read(node, path, report);
  if (!numbers) return std::nullopt;
  if (numbers->empty()) {
    report.add(node.place, path + " is an empty list", "one number per coordinate, or one for all");
    return std::nullopt;
  }
  for (std::size_t i = 0; i < numbers->size(); ++i) {
    const Node& item = node.is_list() ? node.items[i] : node;
    const bool allowed = std::all_of(limits.begin(), limits.end(),
                                     [&](const Limit& limit) { return limit.allows((*numbers)[i]); });
    if (allowed) continue;
    report.add(item.place, path + " must be " + range_text(limits) + ", got " + item.text, reason);
    return std::nullopt;
  }
  values.numbers = std::move(*numbers);
  return values;
}

std::optional<CoordinateValues> Codec<CoordinateValues>::read(const Node& node, const Path& path,
                                                              Report& report) {
  return read_coordinate_values(node, path, {}, {}, report);
}

Form Codec<CoordinateValues>::form() { return with_sentences(form_of_type(type()), power_law({})); }

Node Codec<CoordinateValues>::write(const CoordinateValues& values) {
  if (values.numbers.size() == 1) return Codec<double>::write(values.numbers.front());
  if (!values.numbers.empty()) return Codec<std::vector<double>>::write(values.numbers);
  Node map = Node::map();
  write_members(map, power_law({}), ValuesView::of(values));
  return map;
}

Inside Codec<CoordinateValues>::inside(Node& node, const std::string& key) {
  if (node.is_map() || !is_item_number(key)) {
    spread(node, "scale");
    return inside_of<double>();
  }
  return Codec<std::vector<double>>::inside(node, key);
}

}  // namespace lookahead
