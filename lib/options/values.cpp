#include "options/values.hpp"

#include <stdexcept>

namespace lookahead {

bool same_struct(const std::type_info& a, const std::type_info& b) { return a == b; }

const void* ValuesView::found(const std::type_info& wanted) const {
  const void* const found = find_ == nullptr ? nullptr : find_(whole_, wanted);
  if (found == nullptr) throw std::logic_error("parameters are read as another struct than theirs");
  return found;
}

Values::Values(void* whole, void (*destroy)(void*), FindStruct find) : whole_(whole, destroy), find_(find) {}

ValuesTarget Values::target() {
  if (whole_.use_count() > 1) throw std::logic_error("values of parameters change while copies share them");
  return ValuesTarget(*this);
}

}  // namespace lookahead
