#pragma once
#include <filesystem>
#include <string>

namespace lookahead::test {

// The bytes of a file; the test fails where it cannot be opened.
std::string content_of(const std::filesystem::path& path);

// A new folder, removed with everything in it when the object goes.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  // Of a file in it; without a name, of the folder, without a slash at the end.
  std::string path(const std::string& name = "") const;
  // Writes a file, making the folders above it, and returns its path.
  std::string write(const std::string& name, const std::string& content) const;
  std::string read(const std::string& name) const;
  bool exists(const std::string& name) const;

 private:
  std::filesystem::path path_;
};

}  // namespace lookahead::test
