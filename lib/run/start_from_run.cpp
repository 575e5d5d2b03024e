#include "run/start_from_run.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "base/checksum.hpp"
#include "base/counted.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "run/checkpoint.hpp"
#include "run/directory.hpp"
#include "run/feature_match.hpp"
#include "run/model_file.hpp"
#include "spec/codecs.hpp"
#include "spec/run_files.hpp"

namespace lookahead {
namespace {

constexpr std::size_t most_point_bytes = std::size_t{1} << 34;  // of a point's file
constexpr std::size_t most_listed = 10;

Fault no_start(const Spec& spec, const std::string& why, const std::string& cure) {
  return {FaultKind::problem, spec.start_place, "start.run " + quoted(spec.start.run) + ": " + why, cure};
}

// Names, a few of them.
std::string listed(const std::vector<std::string>& names) {
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < std::min(names.size(), most_listed); ++i) shown.push_back(quoted(names[i]));
  const std::string all = joined(shown, ", ");
  return names.size() <= most_listed ? all
                                     : all + " and " + std::to_string(names.size() - most_listed) + " more";
}

// Why weights of one model mean nothing to the other; empty where they do.
std::string other_model(const StoredModel& there, const Chosen<ModelEntry>& here, Task task) {
  const std::string& type = here.entry->card.name;
  if (there.model.entry != here.entry)
    return "its model is " + there.model.entry->card.name + ", the model here " + type;
  if (there.encoding.task != task) return "its task is " + Codec<Task>::word(there.encoding.task);
  const Node of_there = Codec<Chosen<ModelEntry>>::write(there.model);
  const Node of_here = Codec<Chosen<ModelEntry>>::write(here);
  for (const char* key : {"hidden", "activation", "rank", "biases"}) {
    const Node *a = of_there.find(key), *b = of_here.find(key);
    if (a == nullptr || b == nullptr) continue;
    const std::string text = json_of(*a).dump(), own = json_of(*b).dump();
    if (text == own) continue;
    std::string difference = "its model.";
    difference.append(key).append(" is ").append(text).append(", here it is ").append(own);
    return difference;
  }
  return "";
}

// Weights of one run on their way to the start of another.
template <Scalar T>
class Transfer {
 public:
  Transfer(const StoredModel& there, PlanOf<T>& plan)
      : there_(there), plan_(plan), here_(*plan.encoding()), match_(there.encoding, here_) {
    scale_ = there.encoding.target_sd / here_.target_sd;
    shift_ = (there.encoding.target_mean - here_.target_mean) / here_.target_sd;
  }

  // The reason where nothing fits.
  std::string run() {
    if (match_.matched() == 0 && here_.feature_count() > 0) return "none of its features occurs here";
    if (plan_.train.model->layers().empty()) {
      carry_members();
    } else if (std::string why = match_classes(); !why.empty()) {
      return why;
    } else {
      carry_layers();
    }
    tell();
    return "";
  }

 private:
  T& at(Index i) { return plan_.start[static_cast<std::size_t>(i)]; }
  double from(Index i) const { return there_.weights[static_cast<std::size_t>(i)]; }
  void put(Index i, double value) { at(i) = static_cast<T>(value); }

  // For every unit of the scores the unit there, or -1; one score of two classes may have to change its sign.
  std::string match_classes() {
    const std::vector<std::string>&theirs = there_.encoding.classes, &own = here_.classes;
    const bool single = plan_.train.model->layers().back().units == 1;
    if (own.empty()) {
      outputs_ = {0};
      return "";
    }
    std::vector<std::string> only_here, only_there;
    for (const std::string& name : own) {
      const auto found = std::find(theirs.begin(), theirs.end(), name);
      outputs_.push_back(found == theirs.end() ? -1 : found - theirs.begin());
      if (outputs_.back() < 0) only_here.push_back(name);
    }
    for (const std::string& name : theirs) {
      if (std::find(own.begin(), own.end(), name) == own.end()) only_there.push_back(name);
    }
    if (only_here.size() == own.size() || (single && !only_here.empty()))
      return "its classes are " + listed(theirs) + ", here they are " + listed(own);
    if (single) {
      sign_ = outputs_ == std::vector<Index>{0, 1} ? 1 : -1;
      outputs_ = {0};
    }
    if (!only_here.empty()) warn("classes that are new here: " + listed(only_here));
    if (!only_there.empty()) warn("classes that are only there: " + listed(only_there));
    return "";
  }

  void carry_layers() {
    Dataset<double> rows;
    rows.columns = there_.encoding.feature_count();
    rows.groups = there_.encoding.groups();
    if (there_.encoding.sparse || there_.encoding.format == RowFormat::libsvm) rows.starts = {0};
    const Index classes = std::ssize(there_.encoding.classes);
    const auto model = there_.model.entry->template make<double>(there_.model.values,
                                                                 ModelSeat<double>{&rows, classes, false});
    const std::vector<UnitLayer> theirs = model->layers(), own = plan_.train.model->layers();
    for (std::size_t l = 0; l < own.size(); ++l) {
      const bool last = l + 1 == own.size();
      for (Index u = 0; u < own[l].units; ++u) {
        const Index unit = last ? outputs_[static_cast<std::size_t>(u)] : u;
        // What is new here keeps its start.
        if (unit >= 0) carry_unit(theirs[l], unit, own[l], u, l == 0, last);
      }
    }
  }

  void carry_unit(const UnitLayer& theirs, Index unit, const UnitLayer& own, Index u, bool first, bool last) {
    const auto begin = there_.weights.begin() + theirs.weights + unit * theirs.inputs;
    std::vector<double> weights(begin, begin + theirs.inputs);
    double constant = theirs.biases < 0 ? 0 : from(theirs.biases + unit);
    if (first) {
      std::vector<double> out(static_cast<std::size_t>(own.inputs));
      constant = match_.carry(weights, constant, out);
      weights = std::move(out);
    }
    if (last) {
      const bool number = here_.classes.empty();
      const double factor = number ? scale_ : sign_;
      for (double& weight : weights) weight *= factor;
      constant = constant * factor + (number ? shift_ : 0);
    }
    for (Index i = 0; i < own.inputs; ++i)
      put(own.weights + u * own.inputs + i, weights[static_cast<std::size_t>(i)]);
    if (own.biases >= 0) {
      put(own.biases + u, constant);
    } else if (std::abs(constant) > 1e-12) {
      warn("model.intercept: false has no place for the constant " + to_text(constant));
    }
  }

  // Of a factorization: mu, the members' biases where it has them, their factors. A number times the product
  // of two factors is shared between them.
  void carry_members() {
    const std::vector<Index> features = match_.features();
    const Index theirs = there_.encoding.feature_count(), own = here_.feature_count();
    const Node model = Codec<Chosen<ModelEntry>>::write(there_.model);
    const bool biased = model.find("biases")->text == "true";
    const Index width = parse_integer(model.find("rank")->text).value_or(0);
    const Index first_there = 1 + (biased ? theirs : 0), first_here = 1 + (biased ? own : 0);
    put(0, from(0) * scale_ + shift_);
    const double root = std::sqrt(scale_);
    for (Index member = 0; member < own; ++member) {
      const Index other = features[static_cast<std::size_t>(member)];
      if (other < 0) continue;
      if (biased) put(1 + member, from(1 + other) * scale_);
      for (Index j = 0; j < width; ++j)
        put(first_here + member * width + j, from(first_there + other * width + j) * root);
    }
  }

  void tell() {
    plan_.notes.push_back("start: weights of " + plan_.spec.start.run + ", " +
                          std::to_string(match_.matched()) + " of " +
                          counted(here_.feature_count(), "feature"));
    if (!match_.only_here().empty()) warn("new here: " + listed(match_.only_here()));
    if (!match_.only_there().empty()) warn("only there: " + listed(match_.only_there()));
    if (there_.encoding.exposure != here_.exposure) warn("the columns of exposure are not the same");
    if (plan_.spec.data->validation.folds > 0)
      warn("every fold begins with these weights too, which may have seen the rows that judge it");
  }
  void warn(const std::string& text) {
    const Note note = warning("start: " + text);
    auto& notes = plan_.notes;
    if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
  }

  const StoredModel& there_;
  PlanOf<T>& plan_;
  const Encoding& here_;
  FeatureMatch match_;
  double scale_ = 1, shift_ = 0, sign_ = 1;
  std::vector<Index> outputs_;
};

}  // namespace

namespace {

// The point of the last checkpoint of a run that has not ended; nothing where there is none.
Checked<std::vector<double>> point_of_checkpoint(const std::filesystem::path& file) {
  const auto checkpoint = read_checkpoint(file);
  std::optional<std::vector<double>> point;
  if (checkpoint) point = numbers_of(*checkpoint, checkpoint->head.result_item);
  if (point) return *point;
  return Fault{FaultKind::data,
               {file.string(), 0, 0},
               checkpoint ? "holds no point" : checkpoint.faults().front().text,
               "give the run directory of a function or game"};
}

}  // namespace

std::uint64_t content_of_run(const std::string& folder) {
  std::uint64_t content = fnv_offset;
  bool any = false;
  for (const char* name : {run_files::model, run_files::solution, run_files::checkpoint}) {
    const auto text =
        read_file((std::filesystem::path(folder) / name).string(), FaultKind::data, most_point_bytes);
    if (!text) continue;
    content = hash_of(*text, content);
    any = true;
  }
  return any ? content : 0;
}

template <Scalar T>
Checked<std::vector<double>> point_of_run(const Spec& spec, Index dimension, std::vector<Note>& notes) {
  const std::filesystem::path state = std::filesystem::path(spec.start.run) / run_files::checkpoint;
  const auto right_size = [&](std::vector<double> point) -> Checked<std::vector<double>> {
    if (std::ssize(point) == dimension) return point;
    return no_start(spec,
                    "it has " + counted(std::ssize(point), "coordinate") + ", the objective has " +
                        std::to_string(dimension),
                    "objective.dim sets the number of coordinates");
  };
  std::error_code missing;
  const auto running = running_state(spec.start.run);
  if (!running) return running.faults();
  if (*running && !std::filesystem::exists(state, missing)) {
    return Fault{FaultKind::data,
                 {spec.start.run, 0, 0},
                 "the run " + text_of(**running, spec.start.run),
                 "give a run that has a result"};
  }
  if (*running) {
    notes.push_back(state.string() + ": the point of the checkpoint; the run " +
                    text_of(**running, spec.start.run));
    auto point = point_of_checkpoint(state);
    if (!point) return point;
    const auto finite = [](double x) { return std::isfinite(static_cast<T>(x)); };
    if (!std::all_of(point->begin(), point->end(), finite))
      return no_start(spec, "its checkpoint holds a coordinate that is not finite", "choose another run");
    return right_size(std::move(*point));
  }
  const std::string file = (std::filesystem::path(spec.start.run) / run_files::solution).string();
  const auto content = read_file(file, FaultKind::data, most_point_bytes);
  if (!content) {
    Faults faults = content.faults();
    std::error_code unknown;
    if (std::filesystem::exists(std::filesystem::path(spec.start.run) / run_files::model, unknown))
      faults.front().cure = "the run is one of a data problem; give that of a function";
    return faults;
  }
  const auto refuse = [&](int line, const std::string& why) {
    return Fault{FaultKind::data, {file, line, 0}, why, "give the run directory of a function or game"};
  };
  std::string_view rest = *content;
  const auto next_line = [&] {
    const auto end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return line;
  };
  if (next_line() != "i,slow,fast") return refuse(1, "is not the solution of a run");
  std::vector<double> point;
  for (int line = 2; !rest.empty(); ++line) {
    const std::string_view text = next_line();
    const auto comma = text.find(','), second = text.find(',', comma + 1);
    if (comma == std::string_view::npos || second == std::string_view::npos)
      return refuse(line, "has no three fields");
    const auto number = parse_number(text.substr(comma + 1, second - comma - 1));
    if (parse_integer(text.substr(0, comma)) != std::ssize(point) || !number)
      return refuse(line, "does not hold the next coordinate");
    if (!std::isfinite(static_cast<T>(*number))) return refuse(line, "holds a coordinate that is not finite");
    point.push_back(*number);
  }
  return right_size(std::move(point));
}

template <Scalar T>
Checked<Done> start_from_run(PlanOf<T>& plan) {
  const Spec& spec = plan.spec;
  const std::filesystem::path folder = spec.start.run;
  const auto stored = read_model(folder.string());
  if (!stored) {
    Faults faults = stored.faults();
    std::error_code unknown;
    if (std::filesystem::exists(folder / run_files::solution, unknown))
      faults.front().cure = "the run is one of a function; give that of a data problem";
    return faults;
  }
  if (!stored->note.empty()) plan.notes.push_back(stored->note);
  std::string why = other_model(*stored, *spec.model, plan.encoding()->task);
  if (why.empty()) why = Transfer<T>(*stored, plan).run();
  if (!why.empty()) return no_start(spec, why, "leave start out, or choose another run");
  const auto finite = [](T weight) { return std::isfinite(weight); };
  if (!std::all_of(plan.start.begin(), plan.start.end(), finite))
    return no_start(spec, "a weight is not finite here", "leave start out");
  return Done{};
}

template Checked<std::vector<double>> point_of_run<float>(const Spec&, Index, std::vector<Note>&);
template Checked<std::vector<double>> point_of_run<double>(const Spec&, Index, std::vector<Note>&);
template Checked<Done> start_from_run(PlanOf<float>&);
template Checked<Done> start_from_run(PlanOf<double>&);

}  // namespace lookahead
