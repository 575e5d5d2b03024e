#include "options/values.hpp"

#include <stdexcept>

namespace lookahead {

void throw_other_struct() { throw std::logic_error("parameters are read as another struct than theirs"); }

void throw_shared_values() { throw std::logic_error("values of parameters change while copies share them"); }

}  // namespace lookahead
