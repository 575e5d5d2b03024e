#include "options/form.hpp"

#include <doctest/doctest.h>

#include "options/catalog_form.hpp"
#include "support/form_fits.hpp"

using namespace lookahead;
using test::fits;

namespace {

Node plain(const char* text) { return Node::scalar(text); }

Node map_of(const char* key, Node value) {
  Node map = Node::map();
  map.members.push_back({key, {}, std::move(value)});
  return map;
}

TEST_CASE("the name of a type says what values look like") {
  struct Case {
    const char* type;
    std::vector<const char*> taken, refused;
  };
  const std::vector<Case> cases = {
      {"number", {"1", "-2.5", "1e6"}, {"auto", "true"}},
      {"integer", {"1", "1e6"}, {"1.5", "x"}},
      {"true | false", {"true", "false"}, {"yes", "1"}},
      {"text", {"a", "1", "true"}, {}},
      {"duration", {"60s", "0.5h", "1e3ms"}, {"60", "s", "-5s", "5 minutes"}},
      {"keep | reset | pullback", {"keep", "reset"}, {"kep", "1"}},
      {"auto | false | true | all", {"auto", "false", "true", "all"}, {"some"}},
      {"auto | comma | one character", {"auto", "comma", ";"}, {"semi"}},
      {"auto | . | ,", {"auto", ".", ","}, {";"}},
      {"auto | N | sync | {per_decade: N}", {"auto", "5", "sync"}, {"0", "often"}},
      {"none | fraction | path", {"none", "0.2", "test.csv"}, {"2", "0"}},
      {"what nobody has a form for", {"1", "x"}, {}}};
  for (const Case& one : cases) {
    CAPTURE(one.type);
    const Form form = form_of_type(one.type);
    for (const char* text : one.taken) CHECK_MESSAGE(fits(form, plain(text)), std::string(text));
    for (const char* text : one.refused) CHECK_MESSAGE(!fits(form, plain(text)), std::string(text));
  }
}

TEST_CASE("the name of a type says which keys a map has") {
  const Form cadence = form_of_type("auto | N | sync | {per_decade: N}");
  CHECK(fits(cadence, map_of("per_decade", plain("5"))));
  CHECK_FALSE(fits(cadence, map_of("per_decade", plain("0"))));
  CHECK_FALSE(fits(cadence, map_of("per_decad", plain("5"))));
  const Form rows = form_of_type("none | {fraction | folds, stratify}");
  CHECK(fits(rows, map_of("folds", plain("5"))));
  CHECK(fits(rows, map_of("fraction", plain("0.5"))));
  CHECK_FALSE(fits(rows, map_of("fraction", plain("5"))));
  CHECK_FALSE(fits(rows, map_of("fold", plain("5"))));
  const Form weights = form_of_type("none | {label: weight}");
  CHECK(fits(weights, map_of("anything at all", plain("5"))));
  CHECK_FALSE(fits(weights, map_of("label", plain("-1"))));
  const Form marks = form_of_type("map of column to list of text");
  CHECK(fits(marks, map_of("age", Node::list({plain("-1"), plain("999")}))));
  CHECK(fits(marks, map_of("age", plain("-1"))));
  CHECK_FALSE(fits(marks, Node::list({plain("-1")})));
}

TEST_CASE("limits hold for a number, for a choice and for a list of them, not for what is deeper") {
  const std::vector<Limit> limits{above(0), at_most(1)};
  for (const char* type : {"number", "auto | number", "list of number"}) {
    CAPTURE(type);
    const Form form = limited(form_of_type(type), limits);
    CHECK(fits(form, plain("0.5")));
    CHECK_FALSE(fits(form, plain("0")));
    CHECK_FALSE(fits(form, plain("2")));
  }
  const Form list = limited(form_of_type("list of number"), limits);
  CHECK_FALSE(fits(list, Node::list({plain("0.5"), plain("2")})));
  CHECK(fits(list, Node::list({plain("0.5"), plain("1")})));
  const Form map = limited(form_of_type("number | {power: number}"), limits);
  CHECK(fits(map, map_of("power", plain("2"))));
}

struct FormSettings {
  double rate = 0.5;
  Index count = 0;
  std::string name;
};

const Parameters& form_parameters() {
  static const Parameters all{param("rate", &FormSettings::rate, "a rate", above(0)),
                              param("count", &FormSettings::count, "a count", at_least(1)),
                              param("name", &FormSettings::name, "a name")};
  return all;
}

TEST_CASE("a block has the keys of its parameters, with their sentences, ranges and defaults") {
  const Form block = form_of_block(form_parameters(), Values::of(FormSettings{}));
  REQUIRE(block.members.size() == 3);
  CHECK(block.members[0].key == "rate");
  CHECK(block.members[0].sentence == "a rate");
  CHECK(block.members[0].type == "number, > 0");
  CHECK(block.members[0].standard.text == "0.5");
  // A count of 0 is none that it takes, and an empty name is none.
  CHECK(block.members[1].required);
  CHECK(block.members[1].standard.kind == Node::Kind::empty);
  CHECK_FALSE(block.members[2].required);
  CHECK(block.members[2].standard.kind == Node::Kind::empty);
  Node map = map_of("rate", plain("2"));
  CHECK_FALSE(fits(block, map));
  map.add("count", plain("1"));
  CHECK(fits(block, map));
  map.members[0].value = plain("0");
  CHECK_FALSE(fits(block, map));
  map.members[0] = {"rates", {}, plain("2")};
  CHECK_FALSE(fits(block, map));
}

TEST_CASE("an item of a catalog is its name, or its name with the parameters beside it") {
  const Entry entry = declare<FormSettings>({"adam", "a rule", "", ""}, form_parameters());
  const Entry other = declare<NoParameters>({"plain", "another", "", ""}, {});
  const Form named = form_named({&entry, &other}, "name");
  CHECK(fits(named, plain("adam")));
  CHECK(fits(named, plain("plain")));
  CHECK_FALSE(fits(named, plain("adm")));
  Node map = map_of("name", plain("adam"));
  map.add("count", plain("2"));
  CHECK(fits(named, map));
  CHECK_FALSE(fits(named, map_of("count", plain("2"))));
  map.members[0].value = plain("plain");
  CHECK_FALSE(fits(named, map));
  const Form one_key = form_one_key({&entry, &other});
  CHECK(fits(one_key, map_of("adam", plain("2"))));
  CHECK(fits(one_key, map_of("adam", map_of("count", plain("2")))));
  CHECK_FALSE(fits(one_key, map_of("adam", plain("-2"))));
  CHECK_FALSE(fits(one_key, map_of("adm", plain("2"))));
  CHECK_FALSE(fits(one_key, Node::map()));
}

TEST_CASE("the keys that can be set go down into maps, each once, with the words they take") {
  const Entry entry = declare<FormSettings>({"adam", "a rule", "", ""}, form_parameters());
  const Entry other = declare<FormSettings>({"sgd", "another", "", ""}, form_parameters());
  Form map = Form::map();
  map.members.push_back({"optimizer", form_named({&entry, &other}, "name"), "the rule"});
  map.members.push_back({"lookahead", form_of_type("true | false"), "whether"});
  std::vector<std::string> paths;
  const auto keys = settable_keys(map);
  for (const SettableKey& key : keys) paths.push_back(key.path.text());
  // The parameter that is called name stands where the name of the item does.
  CHECK(paths == std::vector<std::string>{"lookahead", "optimizer", "optimizer.count", "optimizer.name",
                                          "optimizer.rate"});
  CHECK(keys[0].words == std::vector<std::string>{"true", "false"});
  CHECK(keys[1].words == std::vector<std::string>{"adam", "sgd"});
  CHECK(keys[1].sentence == "the rule");
  CHECK(keys[2].words.empty());
}

}  // namespace
