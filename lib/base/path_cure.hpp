#pragma once
#include <filesystem>
#include <string>

namespace lookahead {

// What to do where a file or folder cannot be read: for a missing one, check the path, with the folder that a
// relative one was looked for in, or the first folder above it that is missing; where permissions are missing,
// whose file it is. Empty for other errors; `error` is an errno.
std::string cure_of_reading(const std::filesystem::path& path, int error);

// The same where a file or folder cannot be made or written.
std::string cure_of_writing(const std::filesystem::path& path, int error);

// Both, or the one that is not empty.
std::string both_cures(const std::string& first, const std::string& second);

}  // namespace lookahead
