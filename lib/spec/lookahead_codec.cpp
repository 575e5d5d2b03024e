#include <cmath>
#include <set>

#include "base/text.hpp"
#include "options/catalog_form.hpp"
#include "spec/block.hpp"
#include "spec/codecs.hpp"

namespace lookahead {
namespace {

constexpr double most_k = 1e9;
constexpr double most_round_steps = 1e15;  // of a round, all levels together
constexpr double most_workers = 1024;
constexpr std::size_t most_levels = 16;

const Parameters& adaptive_parameters() {
  static const Parameters all = {
      param("low", &AdaptiveAlpha::low, "the least alpha", above(0)),
      param("high", &AdaptiveAlpha::high, "the largest alpha, also where the line does not curve upward",
            above(0))};
  return all;
}

Place key_place(const Node& node, const char* key) {
  const Node* found = node.find(key);
  return found == nullptr ? node.place : found->place;
}

// Whether a rule may move the slow point by the rounds' differences.
bool serves_outside(const OptimizerEntry& entry) {
  return entry.outer_seat && entry.needs == Needs::gradients;
}

// All rules of the slow point, sorted.
std::vector<std::string> outer_names() {
  std::set<std::string> names;
  for (const OptimizerEntry& entry : outer_catalog()) names.insert(entry.card.name);
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    if (serves_outside(entry)) names.insert(entry.card.name);
  }
  return {names.begin(), names.end()};
}

Form whole_number_in(Form form) {
  for (Form& part : form.parts) {
    if (part.kind == Form::Kind::number) part.kind = Form::Kind::integer;
  }
  return form;
}

void check_k(const LevelSpec& level, const Node& node, const Path& path, Report& report) {
  if (const auto k = level.k.constant_value(); k && *k != std::floor(*k)) {
    report.add(key_place(node, "k"), path / "k" + " must be an integer, got " + to_text(*k));
  }
  const auto& k = level.k.schedule;
  if (const double most = k.entry->range(k.values).second; most > most_k) {
    report.add(key_place(node, "k"),
               path / "k" + " must be >= 1 and <= " + to_text(most_k) + ", got " + to_text(most));
  }
}

void check_alpha(const LevelSpec& level, const Node& node, const Path& path, Report& report) {
  const auto& alpha = level.alpha.value.schedule;
  const double largest =
      level.alpha.adaptive ? level.alpha.adaptive->high : alpha.entry->range(alpha.values).second;
  if (largest > 1 && !level.extrapolate) {
    report.add(key_place(node, "alpha"), path / "alpha" + " must be > 0 and <= 1, got " + to_text(largest),
               "extrapolate: true allows more than 1");
  }
  if (!level.alpha.adaptive) return;
  if (level.alpha.adaptive->low > level.alpha.adaptive->high) {
    report.add(key_place(node, "alpha"), path / "alpha" / "adaptive" + " needs low <= high");
  }
  if (!level.outer.entry->plain_slow_step || level.workers > 1) {
    report.add(key_place(node, "alpha"),
               path / "alpha" / "adaptive" + " goes with the plain slow step of one fast agent",
               "leave out outer and workers");
  }
}

// A schedule that follows the loss is not known beforehand.
void check_schedule(const char* key, const Scheduled& value, const Node& node, const Path& path,
                    Report& report) {
  const ScheduleEntry& entry = *value.schedule.entry;
  if (!entry.observes) return;
  report.add(
      key_place(node, key),
      path / key + ": the schedule " + entry.card.name + " follows the loss, which only optimizer.lr can",
      "for example step or linear");
}

std::optional<LevelSpec> read_level(const Node& node, const Path& path, Report& report) {
  if (!node.is_map()) {
    report.add(node.place,
               path + " must be a map such as {k: 5, alpha: 0.5}, or false, got " + kind_name(node),
               !node.is_scalar()                 ? ""
               : meant_truth(node.text) == false ? "write false"
                                                 : separation_cure(node.text));
    return std::nullopt;
  }
  auto level = read_block<LevelSpec>(level_parameters(), node, path, report);
  if (level->alpha.value.schedule.entry == nullptr) {
    level->alpha.value = Scheduled::constant(level->outer.entry->default_rate);
  }
  check_schedule("k", level->k, node, path, report);
  check_schedule("alpha", level->alpha.value, node, path, report);
  check_k(*level, node, path, report);
  check_alpha(*level, node, path, report);
  if (level->shard && level->workers == 1) {
    report.add(key_place(node, "shard"), path / "shard" + " splits the rows among workers",
               "give workers: 2 or more");
  }
  return level;
}

// What only the outermost, or only the innermost level can do.
void check_seat(const LevelSpec& level, bool innermost, bool outermost, const Node& node, const Path& path,
                Report& report) {
  if (level.workers > 1 && !outermost) {
    report.add(key_place(node, "workers"), path / "workers" + " goes with the outermost level",
               "the last of the list");
  }
  if (level.alpha.adaptive && !innermost) {
    report.add(key_place(node, "alpha"), path / "alpha" / "adaptive" + " goes with the innermost level",
               "the first of the list");
  }
}

}  // namespace

LookaheadSpec::LookaheadSpec() { levels.front().alpha.value = Scheduled::constant(0.5); }

std::optional<Index> LookaheadSpec::steps_per_round() const {
  double steps = 1;
  for (const LevelSpec& level : levels) {
    const auto k = level.k.constant_value();
    if (!k) return std::nullopt;
    steps *= *k;
  }
  constexpr double most = 1e15;
  return static_cast<Index>(std::min(steps, most));
}

const Parameters& level_parameters() {
  static const Parameters all = {
      param(
          "k", &LevelSpec::k,
          "fast steps per sync, a number or a schedule, whose value at a round's first step counts, to the nearest whole "
          "one, at least 1; of an outer level: rounds of the level inside it",
          at_least(1), at_most(most_k)),
      param("alpha", &LevelSpec::alpha,
            "slow step size: a number, a schedule, whose value at a round's first step counts, or {adaptive: "
            "{low, high}}; above 1 with extrapolate; default 0.5, or the outer optimizer's own",
            above(0)),
      param(
          "at_sync", &LevelSpec::at_sync,
          "what becomes of the inner optimizer's memory m at a sync: it stays (keep), begins anew (reset), or its "
          "moments become alpha m + (1 - alpha) times those of the last sync (pullback) or the mean over the "
          "workers (average), and so does the last gradient or move of optimistic rules; counts, maxima and other stored "
          "gradients stay in both; the last sync is that of this level or of one outside it"),
      param("extrapolate", &LevelSpec::extrapolate, "allow alpha above 1"),
      param("outer", &LevelSpec::outer, "the slow point's rule; alpha is its learning rate"),
      param("workers", &LevelSpec::workers,
            "fast agents that run k steps each from the slow point and are then averaged", at_least(1),
            at_most(most_workers)),
      param(
          "shard", &LevelSpec::shard,
          "every worker has its own part of the rows (data): with m workers row i is that of worker i mod m")};
  return all;
}

std::optional<AlphaSpec> Codec<AlphaSpec>::read(const Node& node, const Path& path, Report& report) {
  const Node* adaptive = node.is_map() && node.members.size() == 1 ? node.find("adaptive") : nullptr;
  if (adaptive == nullptr && !(node.is_scalar() && node.text == "adaptive")) {
    auto value = Codec<Scheduled>::read(node, path, report);
    if (!value) return std::nullopt;
    return AlphaSpec{std::move(*value), std::nullopt};
  }
  AlphaSpec spec{Scheduled::constant(1), AdaptiveAlpha{}};
  if (adaptive != nullptr) {
    spec.adaptive = read_block<AdaptiveAlpha>(adaptive_parameters(), *adaptive, path / "adaptive", report);
  }
  return spec;
}

Node Codec<AlphaSpec>::write(const AlphaSpec& spec) {
  if (!spec.adaptive) return Codec<Scheduled>::write(spec.value);
  Node map = Node::map();
  map.add("adaptive", write_block(adaptive_parameters(), *spec.adaptive));
  return map;
}

Inside Codec<AlphaSpec>::inside(Node& node, const std::string& key) {
  if (key != "adaptive") return Codec<Scheduled>::inside(node, key);
  if (node.is_scalar()) node = Node{};
  return {[](Node& inner, const std::string& end) {
    if (inner.is_scalar()) inner = Node{};
    return inside_member({&adaptive_parameters()}, end);
  }};
}

Form Codec<AlphaSpec>::form() {
  constexpr const char* sentence =
      "at every sync alpha = <g(z), d> / <g(z) - g(x), d>, d = z - x, within low and high, z the slow and x the fast "
      "point: the least value along the line between them, on a quadratic; two more evaluations a round (Zhang et "
      "al. 2019, section 3.1)";
  Form map = Form::one_key("adaptive", form_of_block(adaptive_parameters(), Values::of(AdaptiveAlpha{})));
  map.members.front().sentence = sentence;
  return Form::either({Codec<Scheduled>::form(), Form::word("adaptive", sentence), std::move(map)});
}

std::optional<Chosen<OptimizerEntry>> Codec<Chosen<OptimizerEntry>>::read(const Node& node, const Path& path,
                                                                          Report& report) {
  const Node* name = node.is_map() ? node.find("name") : &node;
  if (name != nullptr && name->is_scalar() && outer_catalog().find(name->text) == nullptr) {
    const OptimizerEntry* inner = optimizer_catalog().find(name->text);
    if (inner != nullptr && serves_outside(*inner)) {
      return read_named(optimizer_catalog(), "optimizer", "name", node, path, {}, {}, report);
    }
    const std::vector<std::string> known = outer_names();
    std::string cure = inner == nullptr ? suggestion(name->text, known) : "";
    if (cure.empty()) cure = "known: " + joined(known, ", ");
    report.add(name->place,
               inner == nullptr
                   ? "unknown outer optimizer " + quoted(name->text)
                   : "optimizer " + name->text + " makes no sense on the slow point's differences",
               cure);
    return std::nullopt;
  }
  return read_named(outer_catalog(), "outer optimizer", "name", node, path, {}, {}, report);
}

Node Codec<Chosen<OptimizerEntry>>::write(const Chosen<OptimizerEntry>& outer) {
  Node map = Node::map();
  map.add("name", Node::scalar(outer.entry->card.name));
  write_members(map, outer.entry->parameters, outer.values);
  return map;
}

Inside Codec<Chosen<OptimizerEntry>>::inside(Node& node, const std::string& key) {
  spread(node, "name");
  const Node* name = node.find("name");
  const bool slow = name == nullptr || outer_catalog().find(name->text) != nullptr;
  return inside_named(slow ? outer_catalog() : optimizer_catalog(), "name", {}, node, key);
}

Form Codec<Chosen<OptimizerEntry>>::form() {
  Entries entries = entries_of(outer_catalog());
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    if (outer_catalog().find(entry.card.name) == nullptr && serves_outside(entry)) entries.push_back(&entry);
  }
  return form_named(entries, "name");
}

std::optional<LookaheadSpec> Codec<LookaheadSpec>::read(const Node& node, const Path& path, Report& report) {
  LookaheadSpec spec;
  if (node.is_scalar() && node.text == "true") return spec;
  if (node.is_scalar() && node.text == "false") {
    spec.enabled = false;
    spec.levels.front().k = Scheduled::constant(1);
    spec.levels.front().alpha.value = Scheduled::constant(1);
    return spec;
  }
  if (!node.is_list()) {
    auto level = read_level(node, path, report);
    if (!level) return std::nullopt;
    spec.levels = {std::move(*level)};
    return spec;
  }
  if (node.items.empty() || node.items.size() > most_levels) {
    report.add(node.place, path + " must have from 1 to " + std::to_string(most_levels) + " levels, got " +
                               std::to_string(node.items.size()));
    return std::nullopt;
  }
  spec.levels.clear();
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Path inner = path[static_cast<Index>(i)];
    auto level = read_level(node.items[i], inner, report);
    if (!level) return std::nullopt;
    check_seat(*level, i == 0, i + 1 == node.items.size(), node.items[i], inner, report);
    spec.levels.push_back(std::move(*level));
  }
  double steps = 1;
  for (const LevelSpec& level : spec.levels) steps *= level.k.range().second;
  if (steps > most_round_steps) {
    report.add(node.place,
               path + " has rounds of " + to_text(steps) + " steps, at most " + to_text(most_round_steps) +
                   " can be counted",
               "choose smaller k");
  }
  return spec;
}

Form Codec<LookaheadSpec>::form() {
  Form level = form_of_block(level_parameters(), Values::of(LookaheadSpec().outermost()));
  for (Form::Member& member : level.members) {
    // A plain number of steps is whole.
    if (member.key == "k") member.form = whole_number_in(std::move(member.form));
  }
  level.shared = "lookahead_level";
  return Form::either({Form::of(Form::Kind::boolean), level, Form::list(level, 1, most_levels)});
}

Inside Codec<LookaheadSpec>::inside(Node& node, const std::string& key) {
  const auto level = [](Node& map, const std::string& inner) {
    // true and false stand for a level of defaults.
    if (map.is_scalar()) map = Node{};
    return inside_member({&level_parameters()}, inner);
  };
  if (!node.is_list() && !is_item_number(key)) return level(node, key);
  if (!node.is_list()) {
    Node list = Node::list({});
    list.place = node.place;
    list.items.push_back(std::move(node));
    node = std::move(list);
  }
  return {level};
}

Node Codec<LookaheadSpec>::write(const LookaheadSpec& spec) {
  if (!spec.enabled) return Node::scalar("false");
  std::vector<Node> levels;
  for (const LevelSpec& level : spec.levels) levels.push_back(write_block(level_parameters(), level));
  return levels.size() == 1 ? levels.front() : Node::list(std::move(levels));
}

}  // namespace lookahead
