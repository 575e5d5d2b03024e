#include <zlib.h>

#include "input.hpp"
#include "seeds.hpp"
#include "target.hpp"

// A compressed file. With a first byte of 0 the rest of the input is the file as it stands, so that the
// format itself is damaged; otherwise the rest is compressed, and the byte says how many of the last bytes
// are cut off.
namespace lookahead::fuzz {
namespace {

std::string compressed(std::string_view text) {
  std::string out(text.size() + 1000, '\0');
  z_stream deflater{};
  deflateInit2(&deflater, 1, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  deflater.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  deflater.avail_in = static_cast<uInt>(text.size());
  deflater.next_out = reinterpret_cast<Bytef*>(out.data());
  deflater.avail_out = static_cast<uInt>(out.size());
  deflate(&deflater, Z_FINISH);
  out.resize(out.size() - deflater.avail_out);
  deflateEnd(&deflater);
  return out;
}

}  // namespace

bool run_gzip(std::string_view input) {
  if (input.empty()) return false;
  const auto first = static_cast<unsigned char>(input.front());
  std::string file(input.substr(1));
  if (first != 0) {
    file = compressed(file);
    const std::size_t cut = first - std::size_t{1};
    if (cut < file.size()) file.resize(file.size() - cut);
  }
  static const Spec problem = data_problem("target: y", scratch_folder() + "/t.csv.gz", "target: 1");
  scratch("t.csv.gz", file);
  return plan(problem);
}

std::vector<std::string> gzip_seeds() {
  const std::string rows = "x,y\n1,2\n2,3.5\n-1e-3,0\n";
  const std::string raw(1, '\0');
  return {"\x01" + rows,
          "\x05" + rows,
          raw + compressed(rows),
          raw + compressed(rows) + compressed("5,6\n"),
          raw + compressed(rows) + "more",
          raw + rows};
}

std::vector<std::string> gzip_tested() {
  std::vector<std::string> inputs;
  for (const std::string& file : source_files("samples", {".csv"}))
    inputs.push_back(std::string(1, '\0') + compressed(file));
  for (const std::string& text : literals({"data/reader_test.cpp"}, ",;\t")) inputs.push_back("\x01" + text);
  return inputs;
}

}  // namespace lookahead::fuzz
