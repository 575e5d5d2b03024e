#include "spec/synonyms.hpp"

#include <algorithm>

#include "base/letters.hpp"
#include "spec/codecs.hpp"

namespace lookahead {
namespace {

// A bare word, and the keys it stands for, with a blank between them.
struct KeySynonym {
  const char* word;
  const char* keys;
};

constexpr KeySynonym key_synonyms[] = {
    // objective and start
    {"dimension", "dim"},
    {"dimensions", "dim"},
    {"ndim", "dim"},
    {"ndims", "dim"},
    {"func", "function"},
    {"formula", "expression"},
    {"x0", "start"},
    {"init", "start"},
    {"initial", "start"},
    {"initialpoint", "start"},
    {"startpoint", "start"},
    // data
    {"dataset", "data"},
    {"csv", "train"},
    {"trainfile", "train"},
    {"label", "target"},
    {"validationsplit", "validation"},
    {"valsplit", "validation"},
    {"testsize", "test"},
    {"testsplit", "test"},
    {"batchsize", "batch"},
    {"minibatchsize", "batch"},
    {"metric", "metrics"},
    {"hiddenlayers", "hidden"},
    {"hiddenlayersizes", "hidden"},
    {"layers", "hidden"},
    {"regularization", "penalty"},
    {"regularizer", "penalty"},
    {"classweights", "class_weight"},
    {"normalize", "standardize"},
    {"normalise", "standardize"},
    {"scaling", "standardize"},
    // optimizer
    {"optim", "optimizer"},
    {"optimiser", "optimizer"},
    {"method", "optimizer"},
    {"algorithm", "optimizer"},
    {"solver", "optimizer"},
    {"learningrate", "lr"},
    {"stepsize", "lr"},
    {"rate", "lr"},
    {"eta", "lr"},
    {"eps", "epsilon"},
    {"betas", "beta1 beta2"},
    {"decay", "weight_decay"},
    {"wd", "weight_decay"},
    {"gradclip", "clip"},
    {"clipping", "clip"},
    {"gradientclipping", "clip"},
    {"clipnorm", "norm"},
    {"maxnorm", "norm"},
    {"scheduler", "lr"},
    {"schedule", "lr"},
    // lookahead
    {"la", "lookahead"},
    {"lak", "k"},
    {"lasteps", "k"},
    {"syncperiod", "k"},
    {"syncevery", "k"},
    {"innersteps", "k"},
    {"laalpha", "alpha"},
    {"slowstepsize", "alpha"},
    {"slowlr", "alpha"},
    {"pullback", "at_sync"},
    {"replicas", "workers"},
    // stop
    {"stopping", "stop"},
    {"step", "steps"},
    {"iterations", "steps"},
    {"iters", "steps"},
    {"niter", "steps"},
    {"maxiter", "steps"},
    {"maxiters", "steps"},
    {"maxiterations", "steps"},
    {"maxsteps", "steps"},
    {"nsteps", "steps"},
    {"epoch", "epochs"},
    {"nepochs", "epochs"},
    {"numepochs", "epochs"},
    {"maxepochs", "epochs"},
    {"maxevals", "evals"},
    {"budget", "evals"},
    {"tol", "grad_norm"},
    {"tolerance", "grad_norm"},
    {"gtol", "grad_norm"},
    {"timeout", "time"},
    {"maxtime", "time"},
    {"timelimit", "time"},
    {"earlystopping", "patience"},
    // the rest
    {"randomstate", "seed"},
    {"randomseed", "seed"},
    {"rngseed", "seed"},
    {"njobs", "threads"},
    {"numthreads", "threads"},
    {"numworkers", "threads"},
    {"dtype", "precision"},
    {"title", "name"},
    {"log", "trace"},
    {"logging", "trace"},
    {"logevery", "every"},
    {"loginterval", "every"},
};

struct BlockSynonym {
  const char* block;
  const char* word;
  const char* cure;
};

constexpr const char* penalties = "the penalty of ridge regression is l2: 0.1, that of lasso l1: 0.1";

constexpr BlockSynonym block_synonyms[] = {
    // at the top: what a sweep has and a single run has not
    {"", "seeds", "one run has one 'seed'; several: lookahead sweep FILE --seeds 1..10"},
    {"", "vary", "one run has one value; several: lookahead sweep FILE --vary KEY=VALUES"},
    {"", "grid", "one run has one value; several: lookahead sweep FILE --vary KEY=VALUES"},
    {"", "methods", "one run has one method; several: lookahead sweep FILE --method LABEL=SETTINGS"},
    {"", "repeats", "a run with several seeds: lookahead sweep FILE --seeds 1..10"},
    {"", "repetitions", "a run with several seeds: lookahead sweep FILE --seeds 1..10"},
    {"model", "alpha", penalties},
    {"model", "lambda", penalties},
    {"model", "c", penalties},
    {"model", "reg", penalties},
    {"model", "regularization", penalties},
    {"model", "regularizer", penalties},
    {"model", "ridge", penalties},
    {"model", "lasso", penalties},
    {"model", "elasticnet", penalties},
    {"lookahead", "steps", "the number of steps between two syncs is k"},
};

struct ItemSynonym {
  const char* kind;
  const char* word;
  const char* cure;
};

constexpr ItemSynonym item_synonyms[] = {
    {"optimizer", "lookahead",
     "lookahead: {k: 5, alpha: 0.5} is a key beside it, which wraps the optimizer, for example adam"},
    {"optimizer", "momentum", "write {name: sgd, momentum: 0.9}"},
    {"optimizer", "heavyball", "write {name: sgd, momentum: 0.9}"},
    {"optimizer", "sgdm", "write {name: sgd, momentum: 0.9}"},
    {"optimizer", "nag", "write {name: sgd, momentum: 0.9, nesterov: true}"},
    {"optimizer", "nesterov", "write {name: sgd, momentum: 0.9, nesterov: true}"},
    {"optimizer", "gd", "did you mean 'sgd'?"},
    {"optimizer", "gradientdescent", "did you mean 'sgd'?"},
    {"optimizer", "bfgs", "did you mean 'lbfgs'?"},
    {"optimizer", "signsgd", "write {name: signum, momentum: 0}"},
    {"optimizer", "schedulefree", "did you mean 'schedule_free_sgd' or 'schedule_free_adamw'?"},
    {"noise", "normal", "did you mean 'gaussian'?"},
    {"noise", "gauss", "did you mean 'gaussian'?"},
    {"noise", "additive", "did you mean 'gaussian'?"},
    {"noise", "white", "did you mean 'gaussian'?"},
    {"noise", "batch", "did you mean 'minibatch'?"},
    {"noise", "multiplicative", "did you mean 'relative'?"},
    {"noise", "heavytailed", "did you mean 'student'?"},
    {"noise", "studentt", "did you mean 'student'?"},
    {"model", "linearregression", "did you mean 'linear'?"},
    {"model", "regression", "did you mean 'linear'?"},
    {"model", "logisticregression", "did you mean 'logistic'?"},
    {"model", "classification", "did you mean 'logistic', or of more than two classes 'softmax'?"},
    {"model", "ridge", "write {type: linear, l2: 0.1}"},
    {"model", "lasso", "write {type: linear, l1: 0.1}"},
    {"model", "elasticnet", "write {type: linear, l1: 0.1, l2: 0.1}"},
    {"model", "svm", "write {type: logistic, loss: smoothed_hinge, l2: 0.1}"},
    {"model", "multinomial", "did you mean 'softmax'?"},
    {"model", "neuralnetwork", "did you mean 'mlp'?"},
    {"model", "nn", "did you mean 'mlp'?"},
    {"model", "dense", "did you mean 'mlp'?"},
    {"loss", "mse", "did you mean 'squared'?"},
    {"loss", "l2", "did you mean 'squared'?"},
    {"loss", "crossentropy", "did you mean 'log_loss'?"},
    {"loss", "logistic", "did you mean 'log_loss'?"},
    {"loss", "bce", "did you mean 'log_loss'?"},
    {"loss", "hinge", "did you mean 'smoothed_hinge'?"},
    {"loss", "pinball", "did you mean 'quantile'?"},
    {"metric", "acc", "did you mean 'accuracy'?"},
    {"metric", "mse", "did you mean 'rmse', its root?"},
    {"metric", "crossentropy", "did you mean 'log_loss'?"},
    {"metric", "rocauc", "did you mean 'auc'?"},
    {"schedule", "exp", "did you mean 'exponential'?"},
    {"schedule", "warmup", "schedules have a key of this name: {cosine: {from: 0.1, warmup: 100}}"},
};

}  // namespace

std::string bare_word(std::string_view word) {
  std::string bare;
  for (const char c : word) {
    if (c == '-' || c == '_' || c == ' ') continue;
    bare += lower(c);
  }
  return bare;
}

std::vector<std::string> keys_for(std::string_view word) {
  const std::string bare = bare_word(word);
  const auto found =
      std::ranges::find_if(key_synonyms, [&](const KeySynonym& synonym) { return bare == synonym.word; });
  std::vector<std::string> keys;
  if (found == std::end(key_synonyms)) return keys;
  std::string_view rest = found->keys;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    keys.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return keys;
}

std::string key_cure(std::string_view block, std::string_view word) {
  const std::string bare = bare_word(word);
  for (const BlockSynonym& synonym : block_synonyms) {
    if (block == synonym.block && bare == synonym.word) return synonym.cure;
  }
  return "";
}

std::string item_cure(std::string_view kind, std::string_view word) {
  const std::string bare = bare_word(word);
  for (const ItemSynonym& synonym : item_synonyms) {
    if (kind == synonym.kind && bare == synonym.word) return synonym.cure;
  }
  return "";
}

std::string key_named(const std::string& word) {
  static const std::vector<SettableKey> keys = settable_keys(problem_form());
  const std::vector<std::string> ours = keys_for(word);
  const std::string name = ours.size() == 1 ? ours.front() : word;
  std::string found;
  for (const SettableKey& key : keys) {
    if (key.path == name || key.path == Path("optimizer") / name) return key.path.text();
    const std::string& path = key.path.text();
    const bool nearer = found.empty() || std::ranges::count(path, '.') < std::ranges::count(found, '.');
    if (nearer && path.ends_with("." + name)) found = path;
  }
  return found;
}

}  // namespace lookahead
