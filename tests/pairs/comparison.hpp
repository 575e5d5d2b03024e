#pragma once
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <numeric>

#include "base/text.hpp"
#include "drawing.hpp"
#include "figures.hpp"
#include "predict/predict.hpp"
#include "run/folds.hpp"
#include "run/json.hpp"
#include "run/model_file.hpp"
#include "run/session.hpp"
#include "setting.hpp"
#include "spec/problem.hpp"

namespace lookahead::pairs {

// Errors of several roundings at once; Figures adds a safety.
inline constexpr Real many_roundings = 16;
inline constexpr Real along_paths = 100;  // times the effect of errors, where they grow from step to step
inline constexpr int versions = 4;        // of the plain model: one exact, the others with errors

// A folder of the test's own.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "lookahead-pairs-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    if (!kept) std::filesystem::remove_all(path_);
  }
  std::string write(const std::string& name, const std::string& content) const {
    const std::string file = path_ + "/" + name;
    std::ofstream(file, std::ios::binary) << content;
    return file;
  }
  std::string path() const { return path_ + "/"; }
  bool kept = false;

 private:
  std::string path_;
};

// What was compared.
struct Tally {
  int problems = 0, refused = 0, figures = 0, loose = 0, diverged = 0, paths = 0, failed = 0, formulas = 0;
};

// A problem, run by the program in precision T and by the plain model.
template <Scalar T>
class Comparison {
 public:
  Comparison(const Problem& problem, const Folder& folder, Tally& tally)
      : p_(problem), folder_(folder), tally_(tally) {}

  // What differs; empty: nothing.
  std::string run();

 private:
  static std::string all_of(const Faults& faults) {
    std::string text;
    for (const Fault& fault : faults) text += to_string(fault) + "\n";
    return text;
  }

  void count_in(const Figures& figures) {
    tally_.figures += figures.compared;
    tally_.loose += figures.loose;
  }

  Real precision() const { return p_.single ? 0x1p-24L : 0x1p-53L; }
  Rounding rounding(int version) const {
    return version == 0 ? Rounding{}
                        : Rounding(many_roundings * precision(), static_cast<std::uint64_t>(version));
  }
  // Of sums of so many rows.
  Real floor_of(std::size_t rows) const { return precision() * (200 + static_cast<Real>(rows)); }
  Rows version_of(const Rows& rows, Rounding& rounding) const {
    return rounding.epsilon() == 0 ? rows : rounded(rows, rounding, p_.single, p_.model.classes);
  }
  Vector weights_of(const Rows& rows) const {
    return loss_weights(p_.model, setting_->class_factors, rows, setting_->encoder->classes().size());
  }
  static Vector own_weights(const Rows& rows) {
    Vector weights;
    for (std::size_t i = 0; i < rows.size(); ++i) weights.push_back(rows.weight(i));
    return weights;
  }

  void add_metrics(std::map<std::string, Range>& into, const std::string& prefix, const Rows& rows,
                   const Vector& point, Rounding& rounding) const;
  // Everything that is told of the slow point, at the program's own.
  std::string figures(const PlanOf<T>& plan, const Outcome& outcome);
  std::string confusion(const Json& told) const;
  // Several versions of a run on some of the training rows.
  std::vector<Run> runs(const Rows& rows, bool recorded) const;
  // Where the versions of a point are so far apart that nothing can be told.
  static bool unsure(const std::vector<Run>& runs);
  // Counts, rates and points of the run itself, and the rows of its trace.
  std::string path(const Outcome& outcome, const MemorySink& sink);
  // Of a run that diverged: whether it had to, and the best weights that it ends with.
  std::string divergence(const Outcome& outcome);
  std::string trace(const std::vector<Run>& runs, const MemorySink& sink);
  std::string folds(const PlanOf<T>& plan, const Outcome& outcome, Watcher& watcher);
  std::string means(const PlanOf<T>& plan, const Outcome& outcome, const CrossValidation& validation);
  // Of the first training file.
  Cells cells_of_training() const { return p_.data.libsvm ? setting_->cells : cells_of(p_.train, p_.data); }
  std::string predictions(const PlanOf<T>& plan, const Session<T>& session);
  // The files of a run have what this one has told.
  std::string files(const PlanOf<T>& plan, const Session<T>& session, const Outcome& outcome) const;

  std::unique_ptr<Pool> pool_;
  const Problem& p_;
  const Folder& folder_;
  Tally& tally_;
  std::optional<Setting> setting_;
  Vector slow_, fast_, start_;
};

}  // namespace lookahead::pairs
