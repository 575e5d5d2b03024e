#include "base/memory.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <stdexcept>

#include "base/aligned.hpp"
#include "base/control_groups.hpp"
#include "base/sizes.hpp"
#include "base/within_memory.hpp"
#include "support/temporary_folder.hpp"

using namespace lookahead;
namespace fs = std::filesystem;

TEST_CASE("sums and products of sizes end at a number that no memory has") {
  CHECK(product_of_sizes({3, 4, 5}) == 60);
  CHECK(product_of_sizes({most_size, most_size, 0}) == 0);
  CHECK(product_of_sizes({Index{1} << 62, 4}) == most_size);
  CHECK(product_of_sizes({4, Index{1} << 62}) == most_size);
  CHECK(product_of_sizes({Index{1} << 31, Index{1} << 31}) == most_size);
  CHECK(product_of_sizes({Index{1} << 30, Index{1} << 30}) == Index{1} << 60);
  CHECK(sum_of_sizes({1, 2, 3}) == 6);
  CHECK(sum_of_sizes({most_size, 1}) == most_size);
  CHECK(sum_of_sizes({std::numeric_limits<Index>::max(), std::numeric_limits<Index>::max()}) == most_size);
}

TEST_CASE("the memory limit is the least of all control groups above the process") {
  const test::TemporaryFolder folder;
  const fs::path membership = folder.write("self", "9:name=systemd:/\n4:memory:/job/step\n0::/a/b\n");
  folder.write("root/memory/memory.limit_in_bytes", "9223372036854771712\n");
  folder.write("root/memory/job/memory.limit_in_bytes", "3000000000\n");
  folder.write("root/memory.max", "max\n");
  folder.write("root/a/memory.max", "2000000000\n");
  folder.write("root/a/b/memory.max", "max\n");
  const auto groups = control_groups("memory", membership, folder.path("root"));
  CHECK(least_memory_limit(groups) == 2e9);
  folder.write("root/memory/job/step/memory.limit_in_bytes", "1000000000\n");
  CHECK(least_memory_limit(groups) == 1e9);
  CHECK(std::isinf(least_memory_limit(control_groups("memory", folder.path("none"), folder.path()))));
  // Within a container the path of the host is not there, and the root holds the limit.
  const fs::path foreign = folder.write("foreign", "0::/docker/1234\n");
  folder.write("inner/memory.max", "500000000\n");
  CHECK(least_memory_limit(control_groups("memory", foreign, folder.path("inner"))) == 5e8);
}

TEST_CASE("memory is given in units that people read") {
  CHECK(bytes_text(0) == "0 bytes");
  CHECK(bytes_text(999) == "999 bytes");
  CHECK(bytes_text(1500) == "1.5 kB");
  CHECK(bytes_text(25.4e6) == "25 MB");
  CHECK(bytes_text(999.9e6) == "1 GB");
  CHECK(bytes_text(1.07e9) == "1.1 GB");
  CHECK(bytes_text(8e18) == "8000000 TB");
  CHECK(needs_text(1e15).starts_with("needs 1000 TB of memory, there are "));
}

TEST_CASE("a request beyond the memory is a fault that says what was asked for, not a crash") {
  const auto refuse = [](const std::string& needs) -> Checked<Index> {
    return Fault{FaultKind::problem, {}, needs, ""};
  };
  const auto text = [&](auto work) {
    const auto done = within_memory(work, refuse);
    return done ? "" : done.faults().front().text;
  };
  CHECK(text([]() -> Checked<Index> { return 1; }).empty());
  CHECK(text([]() -> Checked<Index> {
          Aligned<double> all(std::size_t{1} << 50);
          return std::ssize(all);
        }).starts_with("needs 9007 TB of memory, there are "));
  CHECK(text([]() -> Checked<Index> {
          std::vector<double> all(static_cast<std::size_t>(most_size));
          return std::ssize(all);
        }).starts_with("needs more memory than the "));
  CHECK(usable_memory() > 1e6);
  CHECK(resident_memory() > 1e5);
  CHECK(peak_memory() >= resident_memory() / 2);
}
