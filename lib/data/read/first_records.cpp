#include "data/read/first_records.hpp"

namespace lookahead {

TextRows first_records(std::string_view text, const Dialect& dialect, std::size_t most) {
  Collector collector(most);
  Tokenizer("", dialect, collector).read(text);
  return std::move(collector.rows);
}

}  // namespace lookahead
