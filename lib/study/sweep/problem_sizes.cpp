#include "study/sweep/problem_sizes.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>
#include <set>

#include "spec/codecs.hpp"
#include "study/reading.hpp"

namespace lookahead {
namespace {

// What the varied keys of a problem are set to, null where they are not, and the dimension there.
struct Size {
  std::vector<const Node*> settings;
  Index dimension = 0;
};

std::string text_of(const Node* node) { return node == nullptr ? "" : to_flow_yaml(*node); }

Index dimension_of(Roster& roster, Index point) {
  const std::size_t about = roster.problem_of(point * roster.grid().seeds());
  const Spec& spec = roster.problems().spec(about);
  if (spec.objective) return spec.objective->dimension;
  const auto problem = roster.problems().open(about);
  return problem ? (*problem)->dimension() : 0;
}

// Of every label, each combination of settings that makes another problem of it, once.
std::vector<std::vector<Size>> all_sizes(Roster& roster, const std::vector<std::size_t>& keys) {
  const Grid& grid = roster.grid();
  std::vector<std::vector<Size>> sizes(grid.file().problems.size());
  std::vector<std::set<std::string>> known(sizes.size());
  std::size_t missing = sizes.size();
  for (Index number = 0; number < grid.points() && (missing > 0 || !keys.empty()); ++number) {
    const Grid::Point point = grid.point(number);
    Size size;
    std::string texts;
    for (const std::size_t key : keys) {
      size.settings.push_back(point.settings[key]);
      texts += text_of(size.settings.back()) + '\n';
    }
    if (!known[point.problem].insert(std::move(texts)).second) continue;
    size.dimension = dimension_of(roster, number);
    if (sizes[point.problem].empty()) --missing;
    sizes[point.problem].push_back(std::move(size));
  }
  return sizes;
}

// Whether the dimension is the same wherever these keys are set to the same.
bool decide(const std::vector<Size>& sizes, const std::vector<std::size_t>& places) {
  std::map<std::string, Index> known;
  for (const Size& size : sizes) {
    std::string texts;
    for (const std::size_t place : places) texts += text_of(size.settings[place]) + '\n';
    if (known.try_emplace(std::move(texts), size.dimension).first->second != size.dimension) return false;
  }
  return true;
}

// Keys that decide, none of which can be left out.
std::vector<std::size_t> deciding(const std::vector<Size>& sizes, std::size_t keys) {
  std::vector<std::size_t> places(keys);
  std::iota(places.begin(), places.end(), std::size_t{0});
  for (std::size_t key = 0; key < keys; ++key) {
    std::vector<std::size_t> without;
    std::ranges::copy_if(places, std::back_inserter(without),
                         [&](std::size_t place) { return place != key; });
    if (decide(sizes, without)) places = std::move(without);
  }
  return places;
}

}  // namespace

Node dimensions_of(Roster& roster) {
  const Grid& grid = roster.grid();
  std::vector<std::size_t> keys;
  for (std::size_t i = 0; i < grid.keys().size(); ++i) {
    if (is_key_of_problem(grid.keys()[i])) keys.push_back(i);
  }
  const std::vector<std::vector<Size>> sizes_of_labels = all_sizes(roster, keys);
  Node all = Node::map();
  for (std::size_t label = 0; label < grid.file().problems.size(); ++label) {
    const std::vector<Size>& sizes = sizes_of_labels[label];
    const std::vector<std::size_t> places = deciding(sizes, keys.size());
    Node dimensions = Codec<Index>::write(sizes.empty() ? 0 : sizes.front().dimension);
    if (!places.empty()) {
      dimensions = Node::list({});
      std::set<std::string> written;
      for (const Size& size : sizes) {
        Node where = Node::map();
        for (const std::size_t place : places) {
          if (size.settings[place] != nullptr)
            where.members.push_back({grid.keys()[keys[place]], {}, *size.settings[place]});
        }
        if (!written.insert(to_flow_yaml(where)).second) continue;
        Node item = Node::map();
        item.add("dim", Codec<Index>::write(size.dimension));
        item.add("where", std::move(where));
        dimensions.items.push_back(std::move(item));
      }
    }
    all.members.push_back({grid.file().problems[label].label, {}, std::move(dimensions)});
  }
  return all;
}

}  // namespace lookahead
