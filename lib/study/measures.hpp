#pragma once
#include "options/node.hpp"
#include "study/table.hpp"

namespace lookahead {

inline constexpr const char* patience_metric = "stop.patience.metric";

// What the runs of a sweep's plan may judge their progress by.
std::vector<std::string> patience_metrics(const Node& plan);

// Warns of methods of a sweep's plan that change the problem too: what is compared then is not the same.
void add_own_problems(Study& study, const Node& plan);

// Says of the column best_metric whether more of it is better, by what stop.patience.metric is in the runs. A note
// warns where that is not the same in all of them.
void settle_best_metric(Study& study, const std::vector<std::string>& metrics);

}  // namespace lookahead
