#include "options/catalog.hpp"

#include <doctest/doctest.h>

using namespace lookahead;

namespace {

struct HeavyBall {
  double beta = 0.9;
  bool nesterov = false;
};
struct Nothing {};
struct Common {
  double rate = 0.1;
};

const Catalog<Entry>& items() {
  static const Catalog<Entry> catalog([] {
    std::vector<Entry> entries;
    entries.push_back(declare<Nothing>({"plain", "no parameters", "", ""}, {}));
    entries.push_back(declare<HeavyBall>({"momentum", "two parameters", "", ""},
                                         {param("beta", &HeavyBall::beta, "decay", at_least(0), below(1)),
                                          param("nesterov", &HeavyBall::nesterov, "look ahead")}));
    entries.back().check = [](const Values& p, const Place& place, const Path& path, Report& report) {
      const HeavyBall& momentum = p.as<HeavyBall>();
      if (momentum.nesterov && momentum.beta == 0) report.add(place, path + ": nesterov needs beta > 0");
    };
    return entries;
  }());
  return catalog;
}

Node map_of(std::vector<std::pair<std::string, Node>> members) {
  Node map = Node::map();
  for (auto& [key, value] : members) map.members.push_back({key, {"p.yaml", 2, 5}, std::move(value)});
  return map;
}

struct Read {
  std::optional<Chosen<Entry>> chosen;
  Common common;
  std::vector<std::string> faults;
  std::string name() const { return chosen ? chosen->entry->card.name : ""; }
  const HeavyBall& momentum() const { return chosen->as<HeavyBall>(); }
};

void keep_faults(const Report& report, Read& read) {
  for (const Fault& fault : report.faults()) {
    read.faults.push_back(fault.text + (fault.cure.empty() ? "" : " (" + fault.cure + ")"));
  }
}

Read named(const Node& node) {
  static const Parameters shared{param("lr", &Common::rate, "rate", above(0))};
  Read read;
  Report report;
  read.chosen = read_named(items(), "rule", "name", node, Path("optimizer"),
                           {{&shared, ValuesTarget::of(read.common)}}, {"schedule"}, report);
  keep_faults(report, read);
  return read;
}

Read one_key(const Node& node) {
  Read read;
  Report report;
  read.chosen = read_one_key(items(), "rule", node, Path("outer"), report);
  keep_faults(report, read);
  return read;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a catalog is sorted by name and finds its items") {
  CHECK(items().names() == Texts{"momentum", "plain"});
  REQUIRE(items().find("plain") != nullptr);
  CHECK(items().find("plain")->card.summary == "no parameters");
  CHECK(items().find("plai") == nullptr);
}

TEST_CASE("each choice has parameters of its own, at their defaults") {
  const auto first = Chosen<Entry>::of(*items().find("momentum"));
  const auto second = Chosen<Entry>::of(*items().find("momentum"));
  CHECK(&first.as<HeavyBall>() != &second.as<HeavyBall>());
  CHECK(first.as<HeavyBall>().beta == 0.9);
}

TEST_CASE("a named block may be the plain name") {
  const Read read = named(Node::scalar("momentum"));
  CHECK(read.faults.empty());
  CHECK(read.name() == "momentum");
  CHECK(read.momentum().beta == 0.9);
}

TEST_CASE("a named block may be a map with the parameters beside the name, in any order") {
  const Read read = named(map_of({{"beta", Node::scalar("0.5")},
                                  {"schedule", Node::scalar("for the caller")},
                                  {"name", Node::scalar("momentum")},
                                  {"lr", Node::scalar("0.25")}}));
  CHECK(read.faults.empty());
  CHECK(read.name() == "momentum");
  CHECK(read.momentum().beta == 0.5);
  CHECK(read.common.rate == 0.25);
}

TEST_CASE("faults of a named block say what is wrong and what is known") {
  CHECK(named(Node::scalar("momentun")).faults ==
        Texts{"unknown rule 'momentun' (did you mean 'momentum'?)"});
  CHECK(named(Node::scalar("zzz")).faults == Texts{"unknown rule 'zzz' (known: momentum, plain)"});
  CHECK(named(map_of({{"beta", Node::scalar("1")}})).faults ==
        Texts{"optimizer needs the key 'name' (for example name: momentum)"});
  CHECK(named(Node::list({})).faults == Texts{"optimizer must be the name of a rule, got a list"});
  CHECK(named(Node{}).faults == Texts{"optimizer must be the name of a rule, got nothing"});
  CHECK(named(map_of({{"name", Node::map()}})).faults ==
        Texts{"optimizer must be the name of a rule, got a map"});
  CHECK(named(map_of({{"name", Node::scalar("plain")}, {"bta", Node::scalar("1")}})).faults ==
        Texts{"unknown key 'bta' in optimizer (known: schedule, name, lr)"});
  CHECK(named(map_of({{"name", Node::scalar("momentum")}, {"bta", Node::scalar("1")}})).faults ==
        Texts{"unknown key 'bta' in optimizer (did you mean 'beta'?)"});
  CHECK(
      named(map_of(
                {{"name", Node::scalar("momentum")}, {"beta", Node::scalar("1")}, {"lr", Node::scalar("0")}}))
          .faults == Texts{"optimizer.beta must be >= 0 and < 1, got 1", "optimizer.lr must be > 0, got 0"});
}

TEST_CASE("parameters that do not go together are found in every form") {
  const Node clash = map_of({{"beta", Node::scalar("0")}, {"nesterov", Node::scalar("true")}});
  Node with_name = clash;
  with_name.add("name", Node::scalar("momentum"));
  CHECK(named(with_name).faults == Texts{"optimizer: nesterov needs beta > 0"});
  CHECK(one_key(map_of({{"momentum", clash}})).faults == Texts{"outer.momentum: nesterov needs beta > 0"});
}

TEST_CASE("a one-key block is the plain name, the name with its first parameter, or the name with a map") {
  CHECK(one_key(Node::scalar("momentum")).momentum().beta == 0.9);
  CHECK(one_key(map_of({{"momentum", Node::scalar("0.5")}})).momentum().beta == 0.5);
  const Read full = one_key(
      map_of({{"momentum", map_of({{"nesterov", Node::scalar("true")}, {"beta", Node::scalar("0.25")}})}}));
  CHECK(full.faults.empty());
  CHECK(full.momentum().nesterov);
  CHECK(full.momentum().beta == 0.25);
  CHECK(one_key(Node::scalar("plain")).name() == "plain");
  CHECK(one_key(map_of({{"plain", Node::map()}})).faults.empty());
}

TEST_CASE("faults of a one-key block say what is wrong and what is known") {
  CHECK(one_key(Node::scalar("momentun")).faults ==
        Texts{"unknown rule 'momentun' in outer (did you mean 'momentum'?)"});
  CHECK(one_key(map_of({{"zzz", Node::scalar("1")}})).faults ==
        Texts{"unknown rule 'zzz' in outer (known: momentum, plain)"});
  CHECK(one_key(map_of({})).faults ==
        Texts{"outer must be a map with one key, the name of a rule, got a map (known: momentum, plain)"});
  CHECK(one_key(map_of({{"plain", Node::map()}, {"momentum", Node::map()}})).faults.size() == 1);
  CHECK(one_key(Node::list({})).faults.size() == 1);
  CHECK(one_key(map_of({{"momentum", Node::scalar("2")}})).faults ==
        Texts{"outer.momentum must be >= 0 and < 1, got 2"});
  CHECK(one_key(map_of({{"momentum", map_of({{"beta", Node::scalar("2")}})}})).faults ==
        Texts{"outer.momentum.beta must be >= 0 and < 1, got 2"});
  CHECK(one_key(map_of({{"plain", Node::scalar("2")}})).faults ==
        Texts{"outer.plain must be a map, got '2'"});
}

TEST_CASE("a one-key block that is written reads back to the same choice") {
  const Read read = one_key(map_of({{"momentum", Node::scalar("0.3")}}));
  const Read again = one_key(write_one_key(*read.chosen));
  CHECK(again.faults.empty());
  CHECK(again.name() == "momentum");
  CHECK(again.momentum().beta == 0.3);
  const Read plain = one_key(write_one_key(*one_key(Node::scalar("plain")).chosen));
  CHECK(plain.faults.empty());
  CHECK(plain.name() == "plain");
}
