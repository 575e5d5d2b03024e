#pragma once
#include "data/prepare.hpp"

namespace lookahead {

// What prepare() and encode_file() do, for files of the format libsvm; `files` are the training files.
template <Scalar T>
Checked<Prepared<T>> prepare_sparse(const DataOptions& options, const std::vector<std::string>& files,
                                    std::optional<Task> task);
template <Scalar T>
Checked<Encoded<T>> encode_sparse_file(const Encoding& encoding, const TestFile& file, TargetNeed need);

}  // namespace lookahead
