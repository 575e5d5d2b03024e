#pragma once
#include "study/compare/comparison.hpp"

namespace lookahead {

// Adds to the notes of a finished comparison what its reader should be wary of: few seeds, best points at the
// grid's edge or chosen on the seeds that are compared, seeds that one side lacks, runs that take no part or
// ended at their target.
void add_cautions(Comparison& comparison, const Study& study, const CompareOptions& options,
                  const Study* against);

// Whether the runs of a group have all come to the same value, as those that do not depend on their seeds do.
bool repeats_one_value(const ComparedSection& section, Index group);

// A label, a key or a value in a message: as it is where it is one plain word, otherwise in quotes.
std::string named(const std::string& text);

}  // namespace lookahead
