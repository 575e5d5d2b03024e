#pragma once
#include <functional>
#include <string>

#include "console.hpp"
#include "parallel/launch.hpp"
#include "run/muster.hpp"

// Commands that several processes carry out together, where a launcher has started them.
namespace lookahead::cmd {

// Joins the processes and does the work on each, whose part in it has begun where it has called
// muster.answer(). Returns the exit code of this process: that of the work on the first rank, 0 on the others.
// A rank whose work fails by itself after that ends all of them with exit code 5; `goes_on` says how the command
// is continued then.
int on_ranks(const Launch& launch, const Console& console, const std::string& goes_on,
             const std::function<int(Muster& muster)>& work);

}  // namespace lookahead::cmd
