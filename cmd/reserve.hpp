#pragma once

namespace lookahead::cmd {

// Keeps some memory back, and gives it where there is none left: a first part so that a small request
// succeeds after all, and a second one to tell of the failure and to give back what was built. Destructors of
// others ask for memory too, and what fails there ends the program: then by a message and an exit code.
void keep_reserve();

}  // namespace lookahead::cmd
