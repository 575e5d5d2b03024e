#include "options/parameter.hpp"

#include <doctest/doctest.h>

#include <array>
#include <limits>

using namespace lookahead;

namespace {

enum class Memory { keep, reset };

struct Settings {
  double rate = 0.5;
  Index count = 3;
  bool warm = false;
  std::string name = "none";
  std::vector<double> rates{1, 2};
  std::optional<double> target;
  std::optional<Index> rounds = 4;
  Memory memory = Memory::keep;
  Duration limit{1.5};
};

}  // namespace

template <>
struct lookahead::Words<Memory> {
  static constexpr std::array<std::pair<std::string_view, Memory>, 2> table{
      {{"keep", Memory::keep}, {"reset", Memory::reset}}};
};

namespace {

const Parameters& declared() {
  static const Parameters parameters{
      param("rate", &Settings::rate, "a rate", above(0), at_most(1)),
      param("count", &Settings::count, "a count", at_least(1)),
      param("warm", &Settings::warm, "a switch"),
      param("name", &Settings::name, "a text"),
      param("rates", &Settings::rates, "a list", at_least(0), below(10)),
      param("target", &Settings::target, "may be absent", at_least(0)),
      param("rounds", &Settings::rounds, "may be absent", at_least(1)),
      param("memory", &Settings::memory, "a word"),
      param("limit", &Settings::limit, "a duration"),
  };
  return parameters;
}

// Reads {key: value} with path "block"; the texts of the faults, one to a line.
std::string faults_of(const std::string& key, Node value, Settings& settings) {
  Node map = Node::map();
  map.members.push_back({key, {"p.yaml", 3, 1}, std::move(value)});
  map.members.back().value.place = {"p.yaml", 3, 7};
  Report report;
  const Bound bound{&declared(), ValuesTarget::of(settings)};
  read_members(map, Path("block"), {&bound, 1}, {}, report);
  std::string texts;
  for (const Fault& fault : report.faults()) {
    texts += (texts.empty() ? "" : "\n") + fault.text + (fault.cure.empty() ? "" : " (" + fault.cure + ")");
  }
  return texts;
}

std::string faults_of(const std::string& key, const std::string& text) {
  Settings settings;
  return faults_of(key, Node::scalar(text), settings);
}

}  // namespace

TEST_CASE("every type of parameter is read from its text") {
  Settings settings;
  CHECK(faults_of("rate", Node::scalar("1e-3"), settings).empty());
  CHECK(faults_of("count", Node::scalar("1e6"), settings).empty());
  CHECK(faults_of("warm", Node::scalar("true"), settings).empty());
  CHECK(faults_of("name", Node::scalar("010"), settings).empty());
  CHECK(faults_of("rates", Node::list({Node::scalar("3"), Node::scalar("0.5")}), settings).empty());
  CHECK(faults_of("target", Node::scalar("0"), settings).empty());
  CHECK(faults_of("memory", Node::scalar("reset"), settings).empty());
  CHECK(faults_of("limit", Node::scalar("5m"), settings).empty());
  CHECK(settings.rate == 1e-3);
  CHECK(settings.count == 1000000);
  CHECK(settings.warm);
  CHECK(settings.name == "010");
  CHECK(settings.rates == std::vector<double>{3, 0.5});
  CHECK(settings.target == 0.0);
  CHECK(settings.memory == Memory::reset);
  CHECK(settings.limit.seconds == 300);
}

TEST_CASE("limits include or exclude their end as declared, and a refused value changes nothing") {
  Settings settings;
  CHECK(faults_of("rate", Node::scalar("1"), settings).empty());
  CHECK(faults_of("rate", Node::scalar("0"), settings) == "block.rate must be > 0 and <= 1, got 0");
  CHECK(faults_of("rate", Node::scalar("1.0001"), settings) == "block.rate must be > 0 and <= 1, got 1.0001");
  CHECK(faults_of("rate", Node::scalar("-0.1"), settings) == "block.rate must be > 0 and <= 1, got -0.1");
  CHECK(settings.rate == 1);
  CHECK(faults_of("count", "1").empty());
  CHECK(faults_of("count", "0") == "block.count must be >= 1, got 0");
  CHECK(faults_of("target", "-1") == "block.target must be >= 0, got -1");
  CHECK(faults_of("rounds", "0") == "block.rounds must be >= 1, got 0");
}

TEST_CASE("the limits of a list hold for each of its numbers") {
  Settings settings;
  CHECK(faults_of("rates", Node::list({Node::scalar("3"), Node::scalar("-1")}), settings) ==
        "block.rates must be >= 0 and < 10, got -1");
  CHECK(faults_of("rates", Node::scalar("10"), settings) == "block.rates must be >= 0 and < 10, got 10");
  CHECK(settings.rates == std::vector<double>{1, 2});
  CHECK(faults_of("rates", Node::list({}), settings).empty());
  CHECK(settings.rates.empty());
}

TEST_CASE("a single number stands for a list of one") {
  Settings settings;
  CHECK(faults_of("rates", Node::scalar("7"), settings).empty());
  CHECK(settings.rates == std::vector<double>{7});
}

TEST_CASE("wrong types are refused with what was found") {
  CHECK(faults_of("rate", "fast") == "block.rate must be a number, got 'fast'");
  CHECK(faults_of("rate", "inf") == "block.rate must be finite, got inf");
  CHECK(faults_of("rate", "nan") == "block.rate must be finite, got nan");
  CHECK(faults_of("count", "2.5") == "block.count must be an integer, got '2.5'");
  CHECK(faults_of("warm", "yes") == "block.warm must be true or false, got 'yes' (write true)");
  CHECK(faults_of("warm", "True") == "block.warm must be true or false, got 'True' (write true)");
  CHECK(faults_of("limit", "60") ==
        "block.limit must be a duration > 0, got '60' (write it with its unit: 500ms, 60s, 5m or 2h)");
  CHECK(faults_of("memory", "rest") ==
        "block.memory must be one of keep, reset, got 'rest' (did you mean 'reset'?)");
  CHECK(faults_of("memory", "pullback") == "block.memory must be one of keep, reset, got 'pullback'");
  Settings settings;
  CHECK(faults_of("rate", Node::map(), settings) == "block.rate must be a number, got a map");
  CHECK(faults_of("count", Node::list({}), settings) == "block.count must be an integer, got a list");
  CHECK(faults_of("name", Node{}, settings) == "block.name must be a text, got nothing");
  CHECK(faults_of("rates", Node::list({Node::scalar("x")}), settings) ==
        "block.rates must be a number, got 'x'");
}

TEST_CASE("text in quotes is no number and no truth value") {
  Settings settings;
  CHECK_FALSE(faults_of("rate", Node::scalar("0.5", true), settings).empty());
  CHECK_FALSE(faults_of("count", Node::scalar("5", true), settings).empty());
  CHECK_FALSE(faults_of("warm", Node::scalar("true", true), settings).empty());
  CHECK(faults_of("name", Node::scalar("5", true), settings).empty());
}

TEST_CASE("leading zeros are refused, because some read them as octal") {
  for (const char* text : {"010", "-010", "+01", "00"}) {
    CAPTURE(text);
    CHECK_FALSE(faults_of("count", text).empty());
    CHECK_FALSE(faults_of("rate", text).empty());
  }
  CHECK(faults_of("rate", "0.5").empty());
  CHECK(faults_of("target", "0").empty());
}

TEST_CASE("an unknown key is a fault at its place, with the nearest name or all of them") {
  CHECK(faults_of("raet", "1") == "unknown key 'raet' in block (did you mean 'rate'?)");
  CHECK(
      faults_of("zzzzzz", "1") ==
      "unknown key 'zzzzzz' in block (known: rate, count, warm, name, rates, target, rounds, memory, limit)");
  Node map = Node::map();
  map.add("alhpa", Node::scalar("1"));
  map.members.back().place = {"p.yaml", 7, 3};
  const std::vector<std::string> also{"alpha"};
  Report report;
  read_members(map, Path(), {}, also, report);
  REQUIRE(report.faults().size() == 1);
  CHECK(to_string(report.faults().front()) ==
        "p.yaml:7:3: error: unknown key 'alhpa' (did you mean 'alpha'?)");
}

TEST_CASE("keys that the caller reads itself are left alone, and all faults of a block are reported") {
  Settings settings;
  Node map = Node::map();
  map.add("name_of_it", Node::scalar("x"));
  map.add("rate", Node::scalar("2"));
  map.add("count", Node::scalar("x"));
  map.add("warm", Node::scalar("true"));
  const std::vector<std::string> also{"name_of_it"};
  const Bound bound{&declared(), ValuesTarget::of(settings)};
  Report report;
  read_members(map, Path("block"), {&bound, 1}, also, report);
  CHECK(report.faults().size() == 2);
  CHECK(settings.warm);
}

TEST_CASE("a block that is no map is refused") {
  Report report;
  read_members(Node::scalar("5"), Path("block"), {}, {}, report);
  read_members(Node::list({}), Path(), {}, {}, report);
  REQUIRE(report.faults().size() == 2);
  CHECK(report.faults()[0].text == "block must be a map, got '5'");
  CHECK(report.faults()[1].text == "the problem must be a map, got a list");
}

TEST_CASE("what is written reads back to the same values") {
  Settings settings;
  settings.rate = 0.1 + 0.2;
  settings.count = std::numeric_limits<Index>::max();
  settings.warm = true;
  settings.name = "true";
  settings.rates = {1e-300, 9.999};
  settings.target = 1.0 / 3;
  settings.rounds.reset();
  settings.memory = Memory::reset;
  settings.limit.seconds = 1.0 / 3000;
  Node map = Node::map();
  write_members(map, declared(), ValuesView::of(settings));
  CHECK(map.find("rounds") == nullptr);  // absent stays absent
  Settings back;
  back.rounds.reset();
  const Bound bound{&declared(), ValuesTarget::of(back)};
  Report report;
  read_members(map, Path("block"), {&bound, 1}, {}, report);
  CHECK(report.empty());
  CHECK(back.rate == settings.rate);
  CHECK(back.count == settings.count);
  CHECK(back.warm);
  CHECK(back.name == "true");
  CHECK(back.rates == settings.rates);
  CHECK(back.target == settings.target);
  CHECK_FALSE(back.rounds);
  CHECK(back.memory == Memory::reset);
  CHECK(back.limit.seconds == settings.limit.seconds);
}

TEST_CASE("a declaration says its type and range") {
  const auto type = [](std::size_t i) { return declared()[i].type; };
  CHECK(type(0) == "number");
  CHECK(type(1) == "integer");
  CHECK(type(2) == "true | false");
  CHECK(type(3) == "text");
  CHECK(type(4) == "list of number");
  CHECK(type(5) == "number");
  CHECK(type(7) == "keep | reset");
  CHECK(type(8) == "duration");
  CHECK(range_text(declared()[0].limits) == "> 0 and <= 1");
  CHECK(range_text({}).empty());
}

TEST_CASE("declarations can be put together in order") {
  const Parameters all = together({{declared()[0]}, {}, {declared()[2], declared()[1]}});
  REQUIRE(all.size() == 3);
  CHECK(all[0].name == "rate");
  CHECK(all[1].name == "warm");
  CHECK(all[2].name == "count");
}
