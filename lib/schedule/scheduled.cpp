#include "options/catalog_form.hpp"
#include "schedule/schedule.hpp"

namespace lookahead {

Scheduled Scheduled::constant(double value) {
  return {{schedule_catalog().find("constant"), Values::of(ConstantParameters{value})}};
}

std::pair<double, double> Scheduled::whole_range() const {
  // Longer than any warm-up.
  constexpr Index horizon = Index{1} << 60;
  const auto [low, high] = range();
  const double first = make(horizon)->at(0);
  return {std::min(low, first), std::max(high, first)};
}

std::optional<double> Scheduled::constant_value() const {
  if (schedule.entry == nullptr || !schedule.entry->constant) return std::nullopt;
  return schedule.as<ConstantParameters>().value;
}

std::optional<Scheduled> Codec<Scheduled>::read(const Node& node, const Path& path, Report& report) {
  if (!node.is_map()) {
    const auto value = Codec<double>::read(node, path, report);
    if (!value) return std::nullopt;
    return Scheduled::constant(*value);
  }
  auto chosen = read_one_key(schedule_catalog(), "schedule", node, path, report);
  if (!chosen) return std::nullopt;
  return Scheduled{std::move(*chosen)};
}

Node Codec<Scheduled>::write(const Scheduled& value) {
  if (const auto constant = value.constant_value()) return Codec<double>::write(*constant);
  return write_one_key(value.schedule);
}

Inside Codec<Scheduled>::inside(Node& node, const std::string& key) {
  return inside_one_key(schedule_catalog(), node, key);
}

Form Codec<Scheduled>::form() {
  Form schedule = form_one_key(entries_of(schedule_catalog()));
  schedule.shared = "schedule";
  return Form::either({Form::of(Form::Kind::number), std::move(schedule)});
}

void check_from(const Values& parameters, const Place& place, const Path& path, Report& report) {
  if (parameters.as<WarmUp>().from == 0) report.add(place, path + " needs the key 'from'");
}

}  // namespace lookahead
