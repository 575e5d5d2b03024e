#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/checked.hpp"

namespace lookahead {

// What came of a prediction.
struct Predictions {
  std::vector<std::string> notes;
  std::vector<std::pair<std::string, double>> metrics;  // where the file has the target column
};

// Predicts every row of CSV file `data` with the model of run directory (or model.json) `model`. `write`
// receives the result as CSV, piece by piece, the header first: `prediction`, and for classes `p_<class>` per
// class; rows left out for missing cells have empty fields, so that the lines match the file's records.
Checked<Predictions> predict(const std::string& model, const std::string& data,
                             const std::function<Checked<Done>(std::string_view)>& write);

}  // namespace lookahead
