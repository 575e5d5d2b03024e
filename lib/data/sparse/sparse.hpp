#pragma once
#include <span>

#include "data/prepare.hpp"
#include "data/read/source.hpp"

namespace lookahead {

// What prepare() and encode_file() do, for files of the format libsvm; `files` are the training files, `source`
// has the bytes of `file`.
template <Scalar T>
Checked<Prepared<T>> prepare_sparse(const DataOptions& options, std::span<InputFile> files,
                                    std::optional<Task> task);
template <Scalar T>
Checked<Encoded<T>> encode_sparse_file(const Encoding& encoding, Checked<ByteSource> source,
                                       const TestFile& file, TargetNeed need, const RowOrder& order);

}  // namespace lookahead
