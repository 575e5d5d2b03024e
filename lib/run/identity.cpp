#include "run/identity.hpp"

#include <algorithm>
#include <atomic>
#include <vector>

#include "base/checksum.hpp"
#include "parallel/parallel.hpp"
#include "spec/problem.hpp"
#include "spec/yaml.hpp"

namespace lookahead {
namespace {

// Checksums of pieces of a size that does not depend on the threads.
class RowsHash {
 public:
  explicit RowsHash(Index threads) : threads_(threads) {}

  template <Scalar T>
  void add(const Dataset<T>& rows) {
    note(static_cast<std::uint64_t>(rows.rows));
    note(static_cast<std::uint64_t>(rows.columns));
    add_numbers(rows.features);
    add_numbers(rows.targets);
    add_numbers(rows.weights);
    add_numbers(rows.offsets);
    add_numbers(rows.starts);
    add_numbers(rows.indices);
    add_numbers(rows.values);
  }
  std::uint64_t value() const { return value_; }

 private:
  template <class Numbers>
  void add_numbers(const Numbers& numbers) {
    bool on_disk = false;
    if constexpr (requires { numbers.get_allocator().on_disk; }) on_disk = numbers.get_allocator().on_disk;
    constexpr std::size_t piece = std::size_t{1} << 22;
    const std::span<const char> bytes(reinterpret_cast<const char*>(numbers.data()),
                                      numbers.size() * sizeof(*numbers.data()));
    std::vector<std::uint32_t> checksums((bytes.size() + piece - 1) / piece);
    std::atomic<std::size_t> next{0};
    on_threads(std::min(threads_, std::max<Index>(1, std::ssize(checksums))), [&](Index) {
      for (std::size_t i = next++; i < checksums.size(); i = next++) {
        const auto own = bytes.subspan(i * piece, std::min(piece, bytes.size() - i * piece));
        checksums[i] = checksum_of(own);
        if (on_disk) let_go(own.data(), own.size());
      }
    });
    note(bytes.size());
    for (const std::uint32_t checksum : checksums) note(checksum);
  }
  void note(std::uint64_t number) {
    value_ = hash_of({reinterpret_cast<const char*>(&number), sizeof number}, value_);
  }

  Index threads_;
  std::uint64_t value_ = fnv_offset;
};

void drop(Node& map, const std::string& key) {
  std::erase_if(map.members, [&](const Node::Member& member) { return member.key == key; });
}

// Of an objective from outside the content counts too, not where it lies or how long an answer may take.
void drop_circumstances(Node& objective) {
  for (const char* key : {"folder", "timeout", "processes", "threadsafe"}) drop(objective, key);
  for (Node::Member& member : objective.members) {
    if (member.key == "library") member.value = Node::scalar("file");
  }
}

}  // namespace

template <Scalar T>
std::uint64_t hash_of_data(const Prepared<T>& data, Index threads) {
  RowsHash hash(threads);
  hash.add(data.train);
  if (data.validation) hash.add(*data.validation);
  if (data.test) hash.add(*data.test);
  return hash_of(to_yaml(to_node(data.encoding)), hash.value());
}

std::string id_text(const Identity& identity) {
  std::uint64_t hash = fnv_offset;
  for (const std::uint64_t part : {identity.problem, identity.data, identity.start})
    hash = hash_of({reinterpret_cast<const char*>(&part), sizeof part}, hash);
  std::string text;
  append_hex(text, hash, 16);
  return text;
}

std::uint64_t hash_of_fixed(const Spec& spec) {
  // Of data, and of a run that it starts from, the content counts, not where they lie.
  Spec placed = spec;
  if (!placed.start.run.empty()) placed.start.run = "run";
  if (placed.data) {
    placed.data->train.paths = {"rows"};
    if (!placed.data->validation.file.empty()) placed.data->validation.file = "rows";
    if (placed.data->test && !placed.data->test->file.empty()) placed.data->test->file = "rows";
  }
  Node node = echo(placed);
  for (Node::Member& member : node.members) {
    if (member.key == "objective") drop_circumstances(member.value);
  }
  drop(node, "stop");
  drop(node, "threads");
  for (Node::Member& member : node.members) {
    if (member.key == "trace") drop(member.value, "every");
  }
  return hash_of(to_yaml(node));
}

template std::uint64_t hash_of_data(const Prepared<float>&, Index);
template std::uint64_t hash_of_data(const Prepared<double>&, Index);

}  // namespace lookahead
