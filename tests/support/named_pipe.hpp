#pragma once
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <string>
#include <thread>

namespace lookahead::test {

// A pipe with a name, which a thread fills, once, in pieces of so many bytes.
class NamedPipe {
 public:
  NamedPipe(std::string path, std::string content, std::size_t piece) : path_(std::move(path)) {
    std::signal(SIGPIPE, SIG_IGN);
    REQUIRE(::mkfifo(path_.c_str(), 0600) == 0);
    writer_ = std::thread([this, content = std::move(content), piece] {
      const int descriptor = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
      for (std::size_t at = 0; at < content.size(); at += piece) {
        if (::write(descriptor, content.data() + at, std::min(piece, content.size() - at)) < 0) break;
      }
      ::close(descriptor);
      done_ = true;
    });
  }
  NamedPipe(const NamedPipe&) = delete;
  NamedPipe& operator=(const NamedPipe&) = delete;
  ~NamedPipe() {
    // Where nobody has opened it, or read all of it, the writer still waits.
    const int descriptor = ::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    std::array<char, 4096> rest;
    while (!done_) {
      if (::read(descriptor, rest.data(), rest.size()) <= 0) std::this_thread::yield();
    }
    ::close(descriptor);
    writer_.join();
  }

 private:
  std::string path_;
  std::atomic<bool> done_ = false;
  std::thread writer_;
};

}  // namespace lookahead::test
