#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/checked.hpp"
#include "options/codec.hpp"

namespace lookahead {

// Which columns a prediction has.
enum class PredictColumns {
  automatic,      // prediction; for classes also p_<class> per class
  labels,         // prediction
  probabilities,  // p_<class>; classification
  residuals,      // prediction, residual = target - prediction; regression of files with the target column
  all             // all there are: prediction, p_<class>, target, residual
};
template <>
struct Words<PredictColumns> {
  static constexpr std::pair<const char*, PredictColumns> table[] = {
      {"auto", PredictColumns::automatic},
      {"labels", PredictColumns::labels},
      {"probabilities", PredictColumns::probabilities},
      {"residuals", PredictColumns::residuals},
      {"all", PredictColumns::all}};
};

// What to predict, and what to write of it.
struct PredictRequest {
  std::string data;  // the file of rows
  PredictColumns columns = PredictColumns::automatic;
  std::vector<std::string> ids;  // columns of the file that stand before the others, as they are
};

// What came of a prediction.
struct Predictions {
  std::vector<std::string> notes;
  std::vector<std::pair<std::string, double>> metrics;  // where the file has the target column
  std::string event;  // of two classes the one that precision, recall and f1 are of
};

// Predicts every row of the CSV file with the model of run directory (or model.json) `model`. `write`
// receives the result as CSV, piece by piece, the header first; rows left out for missing cells have empty
// fields, so that the lines match the file's records. The lines that the run's test file begins with are left
// out of this one too where it does not fit from its first line on; what is stripped off that file's targets
// is stripped here. The file is read in pieces: the memory in use does not depend on its length, as the metric auc
// keeps a million scores, and counts more of them in bins. Faults of a later piece follow after the rows before it were written. threads >=
// 1; the result is the same for any number of them.
Checked<Predictions> predict(const std::string& model, const PredictRequest& request, Index threads,
                             const std::function<Checked<Done>(std::string_view)>& write);

}  // namespace lookahead
