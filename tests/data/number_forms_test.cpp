#include "data/read/number_forms.hpp"

#include <cmath>

#include "data/read/number_format.hpp"
#include "files.hpp"

using namespace lookahead;

namespace {

// The value of a text in that format; NaN for one that is no number.
double number_in(const std::string& text, const NumberFormat& format) {
  double value = std::nan("");
  return parse_cell(text, format, value) == CellKind::text ? std::nan("") : value;
}

DataOptions written(char decimal, char thousands, std::vector<std::string> units = {}) {
  DataOptions options = raw_options("", "y");
  options.decimal.value = decimal;
  options.thousands.value = thousands;
  options.units = std::move(units);
  return options;
}

}  // namespace

TEST_CASE("numbers are read with thousands separators and units, and nothing else is") {
  const NumberFormat format('.', ',', {"%", "$", "US$", "kg"});
  for (const auto& [text, value] :
       std::initializer_list<std::pair<const char*, double>>{{"1,234", 1234},
                                                             {"1,661.41", 1661.41},
                                                             {"-12,345,678", -12345678},
                                                             {"1234.5", 1234.5},
                                                             {"5%", 5},
                                                             {"5 %", 5},
                                                             {"$5", 5},
                                                             {"-$1,000.50", -1000.5},
                                                             {"$-3", -3},
                                                             {"US$ 7", 7},
                                                             {"3.5 kg", 3.5},
                                                             {"+2%", 2},
                                                             {"999", 999},
                                                             {"0.5", 0.5}}) {
    const auto& the_text = text;
    CAPTURE(the_text);
    CHECK(number_in(text, format) == value);
  }
  for (const char* text : {"1,23", "1234,567", "0,123", ",123", "1,,234", "1,2345", "%", "$", "$$5", "5%%",
                           "--5", "", "-", "1.234,5", "5 lb", "1 234"}) {
    CAPTURE(text);
    CHECK(std::isnan(number_in(text, format)));
  }
  CHECK(number_in("1.234.567,25", {',', '.', {}}) == 1234567.25);
  CHECK(number_in("1 234,5", {',', ' ', {}}) == 1234.5);
  CHECK(number_in("1\u00A0234\u202F567", {'.', ' ', {}}) == 1234567);
  CHECK(number_in("12,5 \u20AC", {',', '.', {"\u20AC"}}) == 12.5);
}

TEST_CASE("quoted decimal commas in a comma file are a fault that names the key, and are read with it") {
  const std::string text = "a,b,y\n\"1,29\",\"1,45\",11\n\"1,3\",\"2,4\",12\n\"2,1\",7,9\n";
  CHECK(
      faults_in(text) ==
      "train.csv:2:1: error: column 'a': 3 cells are numbers with a decimal comma, the first is '1,29' (set "
      "data.decimal: \",\", or list the column in data.categorical)\n"
      "train.csv:2:2: error: column 'b': 2 cells are numbers with a decimal comma, the first is '1,45' (set "
      "data.decimal: \",\", or list the column in data.categorical)\n");
  CHECK(numbers(good(text, written(',', 0)).train) == Numbers{1.29, 1.45, 1.3, 2.4, 2.1, 7});
  DataOptions options = raw_options("", "y");
  options.categorical = {false, {"a", "b"}};
  CHECK(good(text, options).encoding.columns[0].levels == Names{"1,29", "1,3", "2,1"});
}

TEST_CASE("a target with decimal commas is no classification") {
  const std::string text = "x,y\n1,\"1,29\"\n2,\"1,3\"\n3,\"2,1\"\n";
  CHECK(holds(faults_in(text),
              "train.csv:2:2: error: target 'y': 3 cells are numbers with a decimal comma, the first "
              "is '1,29' (set data.decimal: \",\", or data.task: classification)"));
  CHECK(good(text, written(',', 0)).train.targets == Numbers{1.29, 1.3, 2.1});
  DataOptions options = raw_options("", "y");
  options.task = TaskChoice::classification;
  CHECK(good(text, options).encoding.classes == Names{"1,29", "1,3", "2,1"});
}

TEST_CASE("thousands separators, percents and currencies are told from each other") {
  const auto fault = [](const std::string& a, const std::string& b) {
    return faults_in("x,y\n\"" + a + "\",1\n\"" + b + "\",2\n\"" + a + "\",3\n");
  };
  CHECK(holds(fault("1,234.50", "12"),
              "2 cells are numbers with thousands separators, the first is '1,234.50' (set "
              "data.thousands: \",\", or list"));
  CHECK(holds(fault("1,234", "5,678"),
              "thousands separators, the first is '1,234' (set data.thousands: \",\", or "
              "data.decimal: \",\" if these are fractions, or list"));
  CHECK(holds(fault("5%", "7.5%"), "numbers with '%', the first is '5%' (set data.units: [\"%\"], or list"));
  CHECK(holds(fault("$1,234.5", "$5"), "(set data.thousands: \",\" and data.units: [\"$\"], or list"));
  CHECK(holds(fault("1.234,5", "7.000,25"), "(set data.decimal: \",\" and data.thousands: \".\", or list"));
  CHECK(holds(fault("1 234", "5 678"), "(set data.thousands: blank, or list"));
  CHECK(holds(fault("12 EUR", "5 EUR"), "(set data.units: [\"EUR\"], or list"));
  const auto p = good("x,z,y\n\"$1,234.5\",50%,1\n$7,25%,2\n", written('.', ',', {"$", "%"}));
  CHECK(numbers(p.train) == Numbers{1234.5, 50, 7, 25});
}

TEST_CASE("blanks that do not break and the minus sign of typesetters are read around numbers") {
  const auto p = good("x,z,y\n\u22121.5,\u00A02\u00A0,1\n2.5,\u2009-3\u202F,2\n\u22124e1,7,5\n");
  CHECK(p.encoding.feature_names() == Names{"x", "z"});
  CHECK(numbers(p.train) == Numbers{-1.5, 2, 2.5, -3, -40, 7});
  // With units and thousands too.
  const auto q =
      good("x,y\n\"\u22121,234\u00A0\u20AC\",1\n\"2\u00A0\u20AC\",2\n3,5\n", written('.', ',', {"\u20AC"}));
  CHECK(numbers(q.train) == Numbers{-1234, 2, 3});
  CHECK(good("x,y\n\u2212a,1\n\u22125b,2\n\u2212a,3\n").train.columns == 2);
}

TEST_CASE("numbers in a form that none is read in become levels with a note") {
  const auto noted = [](const std::vector<std::string>& cells, const std::string& note) {
    std::string text = "x,y\n";
    for (std::size_t i = 0; i < 3 * cells.size(); ++i)
      text += "\"" + cells[i % cells.size()] + "\"," + std::to_string(i % 5) + "\n";
    const auto p = good(text);
    const auto has = [&](const std::string& part) {
      return std::ranges::any_of(p.notes, [&](const std::string& one) { return holds(one, part); });
    };
    CHECK_MESSAGE(has(note.empty() ? "make levels" : note) == !note.empty(), cells.front());
  };
  noted({"1'200", "2'300", "900", "4'100", "5'000", "6'000"}, "make levels: 'x' ('1'200')");
  noted({"1,00,000", "2,00,000", "3,50,000", "4,00,000", "5,00,000"}, "make levels: 'x' ('1,00,000')");
  noted({"10k", "20k", "35k", "4M", "5M"}, "make levels: 'x' ('10k')");
  noted({"0x0a", "0x0b", "0x1c", "0x2d", "0xff"}, "make levels: 'x' ('0x0a')");
  noted({"10 kg", "1 g", "20 kg", "3 g", "7 kg"}, "make levels: 'x' ('10 kg')");
  noted({"(1.5)", "2.5", "(3)", "4", "5", "(6)"}, "make levels: 'x' ('(1.5)')");
  noted({"1.5-", "2-", "3-", "4-", "5-"}, "make levels: 'x' ('1.5-')");
  noted({"18-24", "25-34", "35-44", "45-54", "55+"}, "");
  noted({"1a", "2b", "x", "yz", "3c"}, "");
}

TEST_CASE("texts that only look a little like numbers stay levels") {
  CHECK(good("x,y\n1-2,1\n3-4,2\n1-2,3\n").train.columns == 2);
  CHECK(good("x,y\n10+ years,1\n3 years,2\n< 1 year,3\n").train.columns == 3);
  CHECK(good("x,y\n\"1,29\",1\na,2\nb,3\n").train.columns == 3);
  CHECK(good("x,y\nA1,1\nA2,2\nQ3,3\n").train.columns == 3);
}

TEST_CASE("the greatest numbers among plain ones are numbers with thousands separators too") {
  CHECK(faults_in("x,y\n900,1\n950,2\n\"1,661.41\",3\n12,4\n\"1,002\",5\n") ==
        "train.csv:4:1: error: column 'x': 2 cells are numbers with thousands separators, the first is "
        "'1,661.41' "
        "(set data.thousands: \",\", or list the column in data.categorical)\n");
}

TEST_CASE("numbers that could not be read are no identifiers") {
  std::string text = "x,y\n";
  for (int i = 0; i < 30; ++i) text += "\"" + std::to_string(i) + ",5\"," + std::to_string(i % 7) + "\n";
  CHECK(holds(faults_in(text), "column 'x': 30 cells are numbers with a decimal comma"));
}

TEST_CASE("how numbers are written is kept for other files") {
  const auto p = good("x,y\n\"1,234 $\",1\n7,2\n\"2,000 $\",4\n", written('.', ',', {"$"}));
  const auto back = encoding_from(to_node(p.encoding));
  REQUIRE_MESSAGE(bool(back), faults_of(back));
  CHECK(*back == p.encoding);
  const Folder folder;
  const auto other =
      encode_file<double>(*back, {folder.write("a.csv", "x\n\"9,999 $\"\n5\n")}, TargetNeed::optional);
  REQUIRE_MESSAGE(bool(other), faults_of(other));
  CHECK(numbers(other->data) == Numbers{9999, 5});
}

TEST_CASE("a text column that becomes many features is named") {
  std::string text = "c,d,y\n";
  for (int i = 0; i < 120; ++i)
    text += "n" + std::to_string(i % 51) + ",m" + std::to_string(i % 50) + "," + std::to_string(i % 7) + "\n";
  const auto p = good(text);
  CHECK(p.train.columns == 101);
  CHECK(std::count_if(p.notes.begin(), p.notes.end(), [](const auto& note) {
          return holds(note, "a feature for every text of 'c' 51 (data.drop leaves a column out");
        }) == 1);
}

TEST_CASE("a sign stands once, and before a digit or a unit") {
  double value = 0;
  const auto reads = [&](const char* text, const NumberFormat& format) {
    return parse_cell(text, format, value) != CellKind::text;
  };
  const NumberFormat plain('.', 0, {}), money('.', ',', {"$", "%"});
  for (const char* text :
       {"+-7", "-+7", "--7", "- 7", "+ 7", "-", "$", "-$", "$-", "- 7 %", "-$-7", "$+-7"}) {
    CAPTURE(text);
    CHECK(!reads(text, plain));
    CHECK(!reads(text, money));
  }
  CHECK(reads("\u00A07 %", money));
  for (const char* text : {"-7", "-$7", "- $7", "$-7", "$ -7", "-7 %", "-7,000"}) {
    CAPTURE(text);
    CHECK(reads(text, money));
    CHECK(value == (std::string(text) == "-7,000" ? -7000 : -7));
  }
  // What no form reads is told as it is, without a key that would not help.
  const std::string faults = faults_in("x,y\n1,3\n2,5\n- 7,9\n4,9\n3,4\n");
  CHECK(holds(faults, "'- 7'"));
  CHECK(!holds(faults, "set ,"));
  CHECK(!holds(faults, "numbers with ,"));
}

TEST_CASE("a cure never names a character that cannot be written") {
  const std::string faults = faults_in("g,y\n\"1,00\",3\n\"2,345\",4\n\"3,10\",4\n", written('.', ','));
  CHECK(holds(faults, "(set data.decimal: \",\" and data.thousands: none"));
}
