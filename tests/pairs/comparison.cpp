#include "comparison.hpp"

#include "run/solve.hpp"
#include "support/plan.hpp"

namespace lookahead::pairs {

template <Scalar T>
std::string Comparison<T>::run() {
  ++tally_.problems;
  const bool on_data = p_.objective_keys.empty();
  tally_.formulas += p_.formula ? 1 : 0;
  folder_.write("train.csv", p_.train);
  folder_.write("more.csv", p_.more);
  folder_.write("validation.csv", p_.validation);
  folder_.write("test.csv", p_.test);
  const std::string text = p_.yaml(folder_.path());
  folder_.write("problem.yaml", text);
  const auto spec = read_problem({text, "problem.yaml", "problem", ".", {}});
  if (!p_.refused.empty()) {
    ++tally_.refused;
    return spec ? "the problem is accepted with " + p_.refused + "\n" : "";
  }
  if (!spec) return "the problem is refused: " + all_of(spec.faults());
  setting_.emplace(p_, on_data ? static_cast<std::uint64_t>(spec->data->split_seed) : 0);
  pool_ = std::make_unique<Pool>(useful_threads(*spec));
  const auto made = lookahead::test::plan_in<T>(*spec, *pool_);
  if (!made || !setting_->refused.empty()) {
    ++tally_.refused;
    if (made) return "the problem is accepted with " + setting_->refused + "\n";
    return setting_->refused.empty() ? "the data are refused: " + all_of(made.faults()) : "";
  }
  const PlanOf<T>& plan = **made;
  Session<T> session(plan, *pool_);
  MemorySink sink;
  Watcher watcher;
  Outcome outcome = session.run(&sink, watcher);
  for (const T x : session.slow()) slow_.push_back(x);
  for (const T x : session.fast()) fast_.push_back(x);
  for (const T x : plan.start) start_.push_back(x);
  if (slow_.size() != setting_->network->dimension())
    return "the model has " + std::to_string(slow_.size()) + " parameters, right are " +
           std::to_string(setting_->network->dimension()) + "\n";
  if (outcome.status == Status::diverged) ++tally_.diverged;
  std::string wrong = figures(plan, outcome);
  if (p_.training.followed && outcome.status == Status::finished) wrong += path(outcome, sink);
  if (p_.training.followed && outcome.status == Status::diverged) wrong += divergence(outcome);
  if (p_.folds > 0 && outcome.status == Status::finished) wrong += folds(plan, outcome, watcher);
  if (!on_data) return wrong;
  if (outcome.status == Status::finished) wrong += predictions(plan, session);
  if (tally_.problems % 50 == 0 && outcome.status == Status::finished) wrong += files(plan, session, outcome);
  return wrong;
}

template <Scalar T>
void Comparison<T>::add_metrics(std::map<std::string, Range>& into, const std::string& prefix,
                                const Rows& rows, const Vector& point, Rounding& rounding) const {
  if (rows.size() == 0) return;
  for (const auto& [name, range] :
       metrics_of(*setting_->network, *setting_->encoder, rows, point, setting_->top_k, rounding))
    into[prefix + name] = range;
}

template <Scalar T>
std::string Comparison<T>::figures(const PlanOf<T>& plan, const Outcome& outcome) {
  const Network& network = *setting_->network;
  Figures figures;
  std::vector<std::map<std::string, Range>> told(versions);
  for (int v = 0; v < versions; ++v) {
    Rounding errors = rounding(v);
    const Rows train = version_of(setting_->train, errors);
    const Vector weights = weights_of(train);
    const auto whole = [&](const Vector& point) {
      return mean_loss(network, train, weights, point, errors) + network.penalty(point, nullptr, errors) +
             network.absolute_penalty(point);
    };
    const auto one = [&](const char* name, Real value) {
      told[static_cast<std::size_t>(v)][name] = {value, value};
    };
    one("loss_slow", whole(slow_));
    one("loss_fast", whole(fast_));
    const Vector slopes = mean_gradient(network, train, weights, slow_, errors);
    one("grad_norm", gradient_norm(network, slow_, slopes, p_.training.rule.rate));
    auto& into = told[static_cast<std::size_t>(v)];
    add_metrics(into, "train_", train, slow_, errors);
    const Rows validation = version_of(setting_->validation, errors);
    if (validation.size() > 0) {
      one("val_loss", mean_loss(network, validation, own_weights(validation), slow_, errors));
      add_metrics(into, "val_", validation, slow_, errors);
    }
    add_metrics(into, "test_", version_of(setting_->test, errors), slow_, errors);
  }
  figures.add(told, floor_of(setting_->train.size()));
  RunFacts facts;
  if (plan.encoding() != nullptr) facts.classes = plan.encoding()->classes;
  const Json json = run_json(plan.spec, outcome, facts);
  for (const auto& [name, value] : json["result"].items()) {
    if (value.is_number() || value.is_null())
      figures.compare(name, value.is_null() ? std::nan("") : value.template get<double>());
  }
  count_in(figures);
  if (json["result"].contains("confusion")) figures.wrong += confusion(json["result"]["confusion"]);
  if (p_.objective_keys.empty() && plan.rows() != static_cast<Index>(setting_->train.size()))
    figures.wrong += "rows: " + std::to_string(plan.rows()) + "\n";
  return figures.wrong;
}

// Of the test rows, or else of those for validation, or of training: where no decision is close.
template <Scalar T>
std::string Comparison<T>::confusion(const Json& told) const {
  const Setting& s = *setting_;
  const Rows& rows = s.test.size() > 0 ? s.test : s.validation.size() > 0 ? s.validation : s.train;
  Rounding errors = rounding(1);
  const auto right = confusion_of(*s.network, *s.encoder, rows, slow_, errors);
  if (!right) return "";
  std::string wrong;
  for (std::size_t a = 0; a < right->size(); ++a) {
    for (std::size_t b = 0; b < right->size(); ++b) {
      const auto count = told["matrix"][a][b].template get<std::size_t>();
      if (count != (*right)[a][b])
        wrong += "confusion of class " + std::to_string(a) + " with " + std::to_string(b) + ": " +
                 std::to_string(count) + ", right is " + std::to_string((*right)[a][b]) + "\n";
    }
  }
  return wrong;
}

template <Scalar T>
std::string Comparison<T>::files(const PlanOf<T>& plan, const Session<T>& session,
                                 const Outcome& outcome) const {
  Watcher watcher;
  const std::string directory = folder_.path() + "run";
  const auto solved = solve({plan.spec, directory, true, true}, watcher);
  if (!solved) return "solve: " + all_of(solved.faults());
  const auto content = [&](const char* name) {
    std::ifstream file(directory + "/" + name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  std::string wrong;
  Outcome own = outcome;
  RunFacts facts;
  facts.classes = plan.encoding()->classes;
  if (p_.folds > 0) {
    const auto validation = cross_validate(plan, *pool_, watcher);
    if (!validation) return all_of(validation.faults());
    add_folds(own, *validation, plan.spec);
    if (content("folds.csv") != folds_csv(*validation, plan.spec)) wrong += "folds.csv differs\n";
  }
  const Json json = Json::parse(content("run.json")), here = run_json(plan.spec, own, facts);
  for (const char* key :
       {"result", "status", "stop", "steps", "rounds", "epochs", "grad_evals", "lookahead", "optimizer"})
    if (json[key] != here[key]) wrong += std::string("run.json differs in ") + key + "\n";
  if (content("model.json") != session.result().text) wrong += "model.json differs\n";
  return wrong;
}

template std::string Comparison<float>::run();
template std::string Comparison<double>::run();
template void Comparison<float>::add_metrics(std::map<std::string, Range>&, const std::string&, const Rows&,
                                             const Vector&, Rounding&) const;
template void Comparison<double>::add_metrics(std::map<std::string, Range>&, const std::string&, const Rows&,
                                              const Vector&, Rounding&) const;

}  // namespace lookahead::pairs
