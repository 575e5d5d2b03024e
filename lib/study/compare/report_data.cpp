#include <cmath>

#include "base/text.hpp"
#include "simd/scalar_math.hpp"
#include "study/compare/report.hpp"
#include "study/compare/words.hpp"
#include "study/place.hpp"
#include "trace/csv_text.hpp"

namespace lookahead {
namespace {

// Infinite values mean something, and JSON has none.
Json number(double value) {
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return std::isnan(value) ? Json(nullptr) : Json(value);
}
double scaled(const Contrast& contrast, double value) { return contrast.ratio ? math::exp(value) : value; }

Json interval_json(const std::optional<statistics::Interval>& interval) {
  if (!interval) return nullptr;
  return Json::array({number(interval->low), number(interval->high)});
}

Json contrast_json(const Comparison& comparison, const ComparedSection* section, const Contrast& contrast) {
  Json interval = nullptr;
  if (contrast.interval)
    interval = Json::array({number(scaled(contrast, contrast.interval->low)),
                            number(scaled(contrast, contrast.interval->high))});
  return {{"group", comparison.labels[place(contrast.group)]},
          {"reference", comparison.labels[place(contrast.reference)]},
          {"pairs", contrast.pairs},
          {"equal_pairs", contrast.equal_pairs},
          {"problems", contrast.problems},
          {"left_out", {contrast.only_group, contrast.only_reference}},
          {"scale", contrast.ratio ? "ratio" : "difference"},
          {"effect", number(scaled(contrast, contrast.effect))},
          {"interval", interval},
          {"wins", contrast.wins},
          {"wins_interval", interval_json(contrast.wins_interval)},
          {"p", contrast.p},
          {"p_holm", contrast.p_holm},
          {"exact", contrast.exact},
          {"sentence", sentence(comparison, section, contrast)}};
}

Json group_json(const Comparison& comparison, const GroupResult& group) {
  Json edges = Json::array(), values = Json::array(), targets = Json::array(), tuning = Json::array();
  for (const GridEdge& edge : group.edges)
    edges.push_back(
        {{"key", edge.key}, {"value", edge.value}, {"end", edge.greatest ? "greatest" : "least"}});
  for (const auto& value : group.values)
    values.push_back({{"seed", value.seed}, {"value", number(value.value)}});
  for (const TargetResult& target : group.targets)
    targets.push_back({{"target", target.target},
                       {"reached", target.reached},
                       {"runs", target.runs},
                       {"evaluations", number(target.evaluations)}});
  for (const TuningResult& one : group.tuning)
    tuning.push_back({{"tries", one.tries},
                      {"median", number(one.median)},
                      {"mean", one.mean ? number(*one.mean) : Json(nullptr)}});
  Json quartiles = nullptr;
  if (const auto& of = group.quartiles)
    quartiles = {{"least", number(of->least)},
                 {"lower", number(of->lower)},
                 {"median", number(of->median)},
                 {"upper", number(of->upper)},
                 {"most", number(of->most)}};
  return {{"group", comparison.labels[place(group.group)]},
          {"settings", group.settings},
          {"points", group.points},
          {"edges", edges},
          {"runs", group.runs},
          {"diverged", group.diverged},
          {"failed", group.failed},
          {"dropped", group.dropped},
          {"without_value", group.other},
          {"quartiles", quartiles},
          {"median_interval", interval_json(group.interval)},
          {"targets", targets},
          {"tuning", tuning},
          {"values", values}};
}

Json contrasts_json(const Comparison& comparison, const ComparedSection* section,
                    const std::vector<Contrast>& contrasts) {
  Json list = Json::array();
  for (const Contrast& contrast : contrasts) list.push_back(contrast_json(comparison, section, contrast));
  return list;
}

const Contrast* contrast_in(const std::vector<Contrast>& contrasts, Index group) {
  for (const Contrast& contrast : contrasts) {
    if (contrast.group == group) return &contrast;
  }
  return nullptr;
}

class CsvRow {
 public:
  explicit CsvRow(std::string& out) : out_(out) {}
  void text(const std::string& value) { cell(csv_cell(value)); }
  void count(Index value) { cell(to_text(value)); }
  void real(double value) {
    std::string written;
    if (std::isinf(value)) {
      written = value > 0 ? "inf" : "-inf";
    } else {
      append_real(written, value);
    }
    cell(written);
  }
  void none(int cells) {
    for (int i = 0; i < cells; ++i) cell("");
  }
  void interval(const std::optional<statistics::Interval>& value) {
    if (!value) return none(2);
    real(value->low);
    real(value->high);
  }
  void end() {
    out_ += "\n";
    first_ = true;
  }

 private:
  void cell(const std::string& value) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += value;
  }
  std::string& out_;
  bool first_ = true;
};

void add_contrast(CsvRow& row, const Comparison& comparison, const Contrast* contrast) {
  constexpr int cells = 11;
  if (contrast == nullptr) return row.none(cells);
  row.text(comparison.labels[place(contrast->reference)]);
  row.count(contrast->pairs);
  row.text(contrast->ratio ? "ratio" : "difference");
  row.real(scaled(*contrast, contrast->effect));
  auto interval = contrast->interval;
  if (interval) interval = {scaled(*contrast, interval->low), scaled(*contrast, interval->high)};
  row.interval(interval);
  row.real(contrast->wins);
  row.interval(contrast->wins_interval);
  row.real(contrast->p);
  row.real(contrast->p_holm);
}

}  // namespace

Json comparison_json(const Comparison& comparison) {
  Json sections = Json::array();
  for (const ComparedSection& section : comparison.sections) {
    Json groups = Json::array();
    for (const GroupResult& group : section.groups) groups.push_back(group_json(comparison, group));
    sections.push_back({{"problem", section.problem},
                        {"point", section.point},
                        {"groups", groups},
                        {"contrasts", contrasts_json(comparison, &section, section.contrasts)}});
  }
  return {{"name", comparison.name},
          {"value", comparison.value},
          {"select", comparison.select},
          {"by", comparison.by},
          {"at", comparison.held},
          {"larger_is_better", comparison.larger_is_better},
          {"groups", comparison.labels},
          {"sections", sections},
          {"overall", contrasts_json(comparison, nullptr, comparison.overall)},
          {"draws", comparison.draws},
          {"seed", comparison.seed},
          {"notes", json_of(comparison.notes)}};
}

std::string comparison_csv(const Comparison& comparison) {
  std::string out =
      "problem,point,group,settings,points,runs,diverged,failed,dropped,median,median_low,median_high,"
      "lower_quartile,upper_quartile,reference,pairs,scale,effect,effect_low,effect_high,wins,wins_low,"
      "wins_high,p,p_holm";
  for (const std::string& target : comparison.targets)
    out += "," + csv_cell("reached_" + target) + "," + csv_cell("evals_to_" + target);
  out += "\n";
  CsvRow row(out);
  for (const ComparedSection& section : comparison.sections) {
    for (const GroupResult& group : section.groups) {
      row.text(section.problem);
      row.text(section.point);
      row.text(comparison.labels[place(group.group)]);
      row.text(group.settings);
      for (const Index count : {group.points, group.runs, group.diverged, group.failed, group.dropped})
        row.count(count);
      if (group.quartiles) {
        row.real(group.quartiles->median);
        row.interval(group.interval);
        row.real(group.quartiles->lower);
        row.real(group.quartiles->upper);
      } else {
        row.none(5);
      }
      add_contrast(row, comparison, contrast_in(section.contrasts, group.group));
      for (const std::string& target : comparison.targets) {
        const TargetResult* found = target_in(group, target);
        if (found == nullptr) {
          row.none(2);
          continue;
        }
        row.count(found->reached);
        row.real(found->evaluations);
      }
      row.end();
    }
  }
  for (const Contrast& contrast : comparison.overall) {
    constexpr int figures = 11;
    row.text("all problems");
    row.none(1);
    row.text(comparison.labels[place(contrast.group)]);
    row.none(figures);
    add_contrast(row, comparison, &contrast);
    row.none(static_cast<int>(2 * comparison.targets.size()));
    row.end();
  }
  return out;
}

}  // namespace lookahead
