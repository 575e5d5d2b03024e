#include <algorithm>
#include <stdexcept>

#include "objective/game.hpp"
#include "objective/outside/outside.hpp"
#include "objective/written/terms.hpp"
#include "options/catalog_form.hpp"
#include "spec/codecs.hpp"
#include "spec/problem.hpp"

namespace lookahead {
namespace {

const Section& section_of(const std::string& name) {
  const auto found = std::find_if(sections().begin(), sections().end(),
                                  [&](const Section& section) { return section.name == name; });
  if (found == sections().end()) throw std::logic_error("there is no section " + name);
  return *found;
}

Form form_of_section(const std::string& name) {
  const Section& section = section_of(name);
  return form_of_block(*section.parameters, section.defaults);
}

void require(Form& map, const std::string& key) {
  for (Form::Member& member : map.members) {
    if (member.key == key) member.required = true;
  }
}

// An objective of the catalogs by its map.
Form form_of_function(const FunctionEntry& entry) {
  Form map = form_of_entry(entry, entry.game ? "game" : "function");
  add_members(map, objective_parameters(), {});
  return map;
}

// One of the user's own, which these keys make it.
Form form_of_own(const FunctionEntry& entry, const std::vector<std::string>& keys) {
  Form map = form_of_block(entry.parameters, entry.defaults());
  add_members(map, objective_parameters(), {});
  for (const std::string& key : keys) require(map, key);
  return map;
}

}  // namespace

Form Codec<ObjectiveSpec>::form() {
  std::vector<Form> parts = name_forms(entries_of(function_catalog()));
  for (Form& name : name_forms(entries_of(game_catalog()))) parts.push_back(std::move(name));
  for (const FunctionEntry& entry : function_catalog()) parts.push_back(form_of_function(entry));
  for (const FunctionEntry& entry : game_catalog()) parts.push_back(form_of_function(entry));
  parts.push_back(form_of_own(written::function_entry(), {"expression", "dim"}));
  parts.push_back(form_of_own(written::terms_entry(), {"terms", "expression", "dim"}));
  parts.push_back(form_of_own(written::game_entry(), {"players", "costs"}));
  parts.push_back(form_of_own(outside::program_entry(), {"program", "dim"}));
  parts.push_back(form_of_own(outside::library_entry(), {"library", "dim"}));
  return Form::either(std::move(parts));
}

Form Codec<Chosen<ModelEntry>>::form() { return form_named(entries_of(model_catalog()), "type"); }

Form Codec<Chosen<MetricEntry>>::form() { return form_named(entries_of(metric_catalog()), "name"); }

Form Codec<DataOptions>::form() {
  Form map = form_of_section("data");
  require(map, "train");
  return map;
}

Form Codec<StartSpec>::form() {
  const Form number = Form::of(Form::Kind::number);
  return Form::either(
      {Form::word("default", "the function's own start"),
       Form::word("random", "anywhere in the function's domain"),
       Form::one_key("uniform", Form::list(number, 2, 2),
                     "[low, high]: every coordinate is drawn between these"),
       Form::one_key("run", form_of_type("path"), "a run directory, at whose result this run begins"),
       Form::list(number)});
}

Form Codec<OptimizerSpec>::form() {
  std::vector<Form> parts = name_forms(entries_of(optimizer_catalog()));
  for (const OptimizerEntry& entry : optimizer_catalog()) {
    Form map = form_of_entry(entry, "name");
    add_members(map, *section_of("optimizer").parameters, {});
    for (Form::Member& member : map.members) {
      if (member.key == "lr") member.standard = Codec<double>::write(entry.default_rate);
    }
    parts.push_back(std::move(map));
  }
  return Form::either(std::move(parts));
}

Form Codec<RateSpec>::form() {
  return Form::either(
      {Form::word("auto", "the step that the convergence theorem gives"), Codec<Scheduled>::form()});
}

Form Codec<Clip>::form() {
  Form map = form_of_section("optimizer.clip");
  map.least = map.most = 1;
  map.shared = "clip";
  return Form::either({std::move(map), Form::word("none")});
}

Form Codec<Chosen<NoiseEntry>>::form() {
  std::vector<Form> parts = name_forms(entries_of(noise_catalog()));
  parts.push_back(Form::word("none"));
  parts.push_back(form_one_key(entries_of(noise_catalog())));
  Form noise = Form::either(std::move(parts));
  noise.shared = "noise";
  return noise;
}

Form Codec<PatienceSpec>::form() { return form_of_section("stop.patience"); }

Form Codec<StopSpec>::form() { return form_of_section("stop"); }

Form Codec<BatchSpec>::form() {
  return Form::either({Form::word("full", "all rows"),
                       limited(Form::of(Form::Kind::integer), {at_least(1), at_most(BatchSpec::most)})});
}

Form Codec<ThreadsSpec>::form() {
  return Form::either({Form::word("auto", "as many as the process may use"),
                       limited(Form::of(Form::Kind::integer), {at_least(1), at_most(ThreadsSpec::most)})});
}

Form Codec<TraceSpec>::form() { return form_of_section("trace"); }

Form problem_form() {
  Form map = Form::map();
  // Of blocks a default is that of their keys, where there is one.
  add_members(map, problem_parameters(), {});
  const Spec defaults;
  for (Form::Member& member : map.members) {
    for (const Parameter& parameter : problem_parameters()) {
      const bool plain = member.key == "seed" || member.key == "batch" || member.key == "sampling" ||
                         member.key == "threads" || member.key == "precision" || member.key == "start" ||
                         member.key == "version";
      if (plain && parameter.name == member.key) member.standard = parameter.write(ValuesView::of(defaults));
    }
  }
  for (Form::Member& member : map.members) {
    // Sweeps have them again in their methods.
    const bool large = member.form.kind == Form::Kind::either || member.form.kind == Form::Kind::map;
    if (large && member.form.shared.empty()) member.form.shared = member.key;
  }
  require(map, "optimizer");
  map.groups = {{"objective"}, {"data", "model"}};
  return map;
}

}  // namespace lookahead
