#pragma once
#include <doctest/doctest.h>
#include <zlib.h>

#include <string>

#include "data/prepare.hpp"
#include "support/temporary_folder.hpp"

namespace lookahead {

using Folder = test::TemporaryFolder;

inline std::string gzipped(const std::string& text) {
  std::string out(text.size() + 1000, '\0');
  z_stream deflater{};
  deflateInit2(&deflater, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  deflater.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  deflater.avail_in = static_cast<uInt>(text.size());
  deflater.next_out = reinterpret_cast<Bytef*>(out.data());
  deflater.avail_out = static_cast<uInt>(out.size());
  deflate(&deflater, Z_FINISH);
  out.resize(out.size() - deflater.avail_out);
  deflateEnd(&deflater);
  return out;
}

// Options without standardization, so that features are the numbers of the file.
inline DataOptions raw_options(const std::string& train, const std::string& target) {
  DataOptions options;
  options.train = train;
  options.target = target;
  options.standardize = Standardize::none;
  return options;
}

// All faults in the form of the command line, one a line, without the folder.
template <class T>
std::string faults_of(const Checked<T>& checked) {
  std::string text;
  for (const Fault& fault : checked.faults()) {
    std::string line = to_string(fault);
    const auto slash = line.find("lookahead-test-");
    if (slash != std::string::npos) line = line.substr(line.find('/', slash) + 1);
    text += line + (fault.kind == FaultKind::data ? "\n" : " [not data]\n");
  }
  return text;
}

// What reading the text as a training file finds wrong.
inline std::string faults_in(const std::string& text, DataOptions options = raw_options("", "y")) {
  const Folder folder;
  options.train = folder.write("train.csv", text);
  return faults_of(prepare<double>(options, std::nullopt, 1));
}

inline bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The text as a training file, prepared; a failed test where that cannot be done.
template <Scalar T = double>
Prepared<T> good(const std::string& text, DataOptions options = raw_options("", "y"),
                 std::optional<Task> task = {}) {
  const Folder folder;
  options.train = folder.write("train.csv", text);
  auto prepared = prepare<T>(options, task, 1);
  REQUIRE_MESSAGE(bool(prepared), faults_of(prepared));
  return std::move(*prepared);
}

inline DataOptions with(MissingPolicy policy) {
  DataOptions options = raw_options("", "y");
  options.missing.policy = policy;
  return options;
}

// Whose rows have their weights in a column w.
inline DataOptions weighted(MissingPolicy policy = MissingPolicy::error) {
  DataOptions options = with(policy);
  options.weights = "w";
  return options;
}

inline std::string description(const Faults& faults) {
  std::string text;
  for (const Fault& fault : faults) text += to_string(fault) + "\n";
  return text;
}

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

template <Scalar T>
std::vector<double> numbers(const Dataset<T>& data) {
  return {data.features.begin(), data.features.end()};
}

}  // namespace lookahead
