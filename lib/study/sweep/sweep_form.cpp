#include "study/sweep/sweep_form.hpp"

#include "base/text.hpp"
#include "options/codec.hpp"
#include "spec/codecs.hpp"
#include "spec/problem.hpp"
#include "study/sweep/sweep_file.hpp"

namespace lookahead {
namespace {

Form count() { return limited(Form::of(Form::Kind::integer), {at_least(1)}); }

// {log: [low, high], points: n} or the same with linear.
Form range_form() {
  const Form ends = Form::list(Form::of(Form::Kind::number), 2, 2);
  Form range = Form::map();
  range.members = {{"log", ends, "a range whose values have equal ratios: [low, high], both > 0"},
                   {"linear", ends, "a range whose values have equal distances: [low, high]"},
                   {"points", limited(count(), {at_least(2)}), "how many values, the ends included"}};
  range.groups = {{"log"}, {"linear"}};
  return range;
}

// The values of a key that varies.
Form axis_form() { return Form::either({Form::list({}), Form::of(Form::Kind::text), range_form()}); }

// Keys that are of the problem, whatever stands behind a point.
std::string keys_of_problem() {
  std::vector<std::string> keys;
  for (const Parameter& parameter : problem_parameters()) keys.push_back(parameter.name);
  return "^(" + joined(keys, "|") + ")(\\..+)?$";
}

// A map from keys of the problem to their values in the sweep.
Form axes_form(const std::vector<SettableKey>& keys) {
  Form values = axis_form();
  values.shared = "values";
  Form axes = Form::map_to(values);
  axes.text = keys_of_problem();
  for (const SettableKey& key : keys) axes.members.push_back({key.path.text(), values, key.sentence});
  axes.shared = "vary";
  return axes;
}

Form method_form(const Form& problem, const Form& axes) {
  Form method = Form::map_to({});
  method.text = keys_of_problem();
  method.members = problem.members;
  for (Form::Member& member : method.members) member.required = false;
  method.members.push_back({"vary", axes, "keys that this method alone varies"});
  return method;
}

Form whole_numbers() {
  return Form::either({Form::of(Form::Kind::text), Form::list(Form::of(Form::Kind::text))});
}

Form rung_form() {
  Form rung = Form::map();
  rung.least = rung.most = 1;
  for (const char* key : {"epochs", "steps", "rounds"}) rung.members.push_back({key, count()});
  return rung;
}

Form halving_form() {
  Form halving = Form::map();
  halving.members = {
      {"by", Form::of(Form::Kind::text), "the column of the results that judges; default: the usual value"},
      {"from", rung_form(), "after how many epochs, steps or rounds the worst points are dropped first"},
      {"keep", limited(Form::of(Form::Kind::number), {above(0), below(1)}),
       "share of the points that go on, each time"}};
  halving.members[1].required = true;
  return halving;
}

Form points_form() {
  return Form::either({Form::word("grid", "all combinations of the values"), Form::one_key("halton", count()),
                       Form::one_key("random", count())});
}

Form problem_or_file(Form problem) {
  problem.shared = "problem";
  return Form::either({form_of_type("path"), std::move(problem)});
}

Form form_of_key(const std::string& key, const Form& problem, const Form& axes) {
  if (key == "version") return limited(count(), {at_most(1)});
  if (key == "name") return Form::of(Form::Kind::text);
  if (key == "problem") return problem_or_file(problem);
  if (key == "problems") {
    const Form one = problem_or_file(problem);
    return Form::either({Form::list(one, 1), Form::map_to(one)});
  }
  if (key == "methods") return Form::map_to(method_form(problem, axes));
  if (key == "vary") return axes;
  if (key == "together") return Form::either({axes, Form::list(axes)});
  if (key == "points") return points_form();
  if (key == "seeds") return whole_numbers();
  if (key == "targets") return Form::either({form_of_type("list of number"), range_form()});
  if (key == "halving") return halving_form();
  if (key == "keep") return form_of<Keep>();
  return {};
}

}  // namespace

const std::vector<SweepKey>& sweep_keys() {
  static const std::vector<SweepKey> all = {
      {"version", "version of this format"},
      {"name", "the sweep's name; default: the file's stem"},
      {"problem", "what is run: a problem file, relative to this one, or the problem itself"},
      {"problems", "several of them: a list, or a map from labels to problems"},
      {"methods",
       "what is contrasted: a map from labels to settings of the problem, {plain: {lookahead: false}, la: {lookahead: "
       "{k: 5}}} for example; vary in one of them is of this method alone"},
      {"vary",
       "a grid over all of these keys, each with its values: [1, 2, 5], 1..5, {log: [1e-3, 1], points: 7} or {linear: "
       "[0, 1], points: 5}; a value that is a block stands in a list, [false, {k: 5}]"},
      {"together",
       "keys that vary in step, each with as many values: {optimizer.lr: [0.1, 1], batch: [32, 320]}"},
      {"points",
       "which points are run: grid, or n points spread evenly or drawn over the ranges of vary: {halton: n} or "
       "{random: n}"},
      {"seeds", "the seeds of every point: 1..20 or a list"},
      {"targets",
       "gaps or losses for which steps, evaluations and time are recorded: a list, or a range such as {log: [1e-8, 1], "
       "points: 9}"},
      {"halving",
       "drops points early: {from: {epochs: 2}, keep: 0.5} keeps the better half of every method's points after 2 epochs, "
       "half of these after 4, and so on; by: val_loss names the column that judges"},
      {"keep", "what is left of every run beside its row: table, traces or everything"},
      {"runs", "how many there are, as a sweep directory says"},
      {"dimensions", "of the problems, as a sweep directory says"},
      {"folders", "what relative paths of the problems refer to, as a sweep directory says"}};
  return all;
}

Form sweep_form() {
  const Form problem = problem_form();
  const Form axes = axes_form(settable_keys(problem));
  Form map = Form::map();
  for (const SweepKey& key : sweep_keys())
    map.members.push_back({key.name, form_of_key(key.name, problem, axes), key.sentence});
  map.groups = {{"problem"}, {"problems"}};
  return map;
}

}  // namespace lookahead
