#include "run/data_shelf.hpp"

#include "base/text.hpp"
#include "run/identity.hpp"
#include "spec/codecs.hpp"
#include "spec/yaml.hpp"

namespace lookahead {
namespace {

std::string key_of(const DataOptions& options, std::optional<Task> imposed) {
  std::string key = to_yaml(Codec<DataOptions>::write(options));
  key += "parts " + to_text(options.order.parts) + '\n';
  key += options.categories ? "categories\n" : "";
  if (options.exposure) key += "exposure " + *options.exposure + '\n';
  if (imposed) key += Codec<Task>::word(*imposed);
  return key;
}

}  // namespace

template <Scalar T>
Checked<std::shared_ptr<ReadData<T>>> read_data(const DataOptions& options, std::optional<Task> imposed,
                                                Index threads) {
  auto prepared = prepare<T>(options, imposed, threads);
  if (!prepared) return prepared.faults();
  auto data = std::make_shared<ReadData<T>>();
  data->prepared = std::move(*prepared);
  data->content = hash_of_data(data->prepared, threads);
  return data;
}

template <Scalar T>
Checked<std::shared_ptr<const ReadData<T>>> DataShelf::find(const DataOptions& options,
                                                            std::optional<Task> imposed, Index threads) {
  std::shared_ptr<Slot<T>> slot;
  {
    const std::lock_guard lock(mutex_);
    Slots<T>* slots = nullptr;
    if constexpr (std::same_as<T, float>) {
      slots = &single_;
    } else {
      slots = &double_;
    }
    std::shared_ptr<Slot<T>>& found = (*slots)[key_of(options, imposed)];
    if (!found) found = std::make_shared<Slot<T>>();
    slot = found;
  }
  const std::lock_guard lock(slot->mutex);
  if (!slot->data) {
    auto read = read_data<T>(options, imposed, threads);
    if (read) {
      slot->data.emplace(std::shared_ptr<const ReadData<T>>(std::move(*read)));
    } else {
      slot->data.emplace(read.faults());
    }
  }
  return *slot->data;
}

template Checked<std::shared_ptr<ReadData<float>>> read_data(const DataOptions&, std::optional<Task>, Index);
template Checked<std::shared_ptr<ReadData<double>>> read_data(const DataOptions&, std::optional<Task>, Index);
template Checked<std::shared_ptr<const ReadData<float>>> DataShelf::find(const DataOptions&,
                                                                         std::optional<Task>, Index);
template Checked<std::shared_ptr<const ReadData<double>>> DataShelf::find(const DataOptions&,
                                                                          std::optional<Task>, Index);

}  // namespace lookahead
