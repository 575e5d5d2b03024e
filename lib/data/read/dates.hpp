#pragma once
#include <string_view>

namespace lookahead {

// Whether a text is a date, or begins with one and holds nothing else but a time. Dates: 2024-02-29 and
// 2024/2/29; 2/29/2024, 29/02/24, 29.2.2024 and 29-02-2024; 29 Feb 2024, 29-Feb-24, Feb 29, 2024, February
// 2024, also behind a day of the week. Times: 12:30, 12:30:05.25, 9:05 pm, also with a zone, Z, +01:00, UTC,
// (CET).
bool is_date(std::string_view text);

}  // namespace lookahead
