#include "data/read/label.hpp"

#include "files.hpp"

using namespace lookahead;

TEST_CASE("a label that is a number is named by its shortest form") {
  for (const auto& [text, name] :
       std::initializer_list<std::pair<const char*, const char*>>{{"1", "1"},
                                                                  {"1.0", "1"},
                                                                  {"+1", "1"},
                                                                  {"01", "1"},
                                                                  {"1e0", "1"},
                                                                  {"-0", "0"},
                                                                  {"0.50", "0.5"},
                                                                  {"100000", "100000"},
                                                                  {"1e5", "100000"},
                                                                  {"-1.0", "-1"},
                                                                  {"a", "a"},
                                                                  {"1a", "1a"},
                                                                  {"", ""},
                                                                  {"inf", "inf"},
                                                                  {"1e300", "1e+300"}}) {
    const auto& the_text = text;
    CAPTURE(the_text);
    CHECK(label_name(text) == name);
  }
  // A double does not tell these apart.
  CHECK(label_name("9007199254740993") == "9007199254740993");
  CHECK(label_name("1,50", ',') == "1.5");
}

TEST_CASE("labels are sorted as numbers, texts behind them") {
  Names names{"b", "10", "9", "-1", "a", "2.5"};
  sort_labels(names);
  CHECK(names == Names{"-1", "2.5", "9", "10", "a", "b"});
}

TEST_CASE("1, 1.0 and +1 are one class, for training, the guess of the task, and other files") {
  const auto p = good("x,y\n1,1\n2,1.0\n3,+1\n4,-1\n5,-1.0\n");
  CHECK(p.encoding.task == Task::classification);
  CHECK(p.encoding.classes == Names{"-1", "1"});
  CHECK(p.train.targets == Numbers{1, 1, 1, 0, 0});
  CHECK(std::count_if(p.notes.begin(), p.notes.end(), [](const auto& note) {
          return holds(note,
                       "target 'y': labels that are the same number are one class: '-1', '-1.0' are -1, "
                       "'+1', '1', '1.0' are 1");
        }) == 1);
  const Folder folder;
  const auto other = encode_file<double>(p.encoding, {folder.write("a.csv", "x,y\n1,+1.00\n2,-1e0\n")},
                                         TargetNeed::required);
  REQUIRE_MESSAGE(bool(other), faults_of(other));
  CHECK(other->data.targets == Numbers{1, 0});
  DataOptions options = raw_options("", "y");
  options.task = TaskChoice::classification;
  CHECK(good("x,y\n1,10\n2,9\n3,2.50\n", options).encoding.classes == Names{"2.5", "9", "10"});
}

TEST_CASE("levels that are numbers are compared as numbers, unless the column is listed as categorical") {
  const std::string text = "c,y\n01,1\nx,2\n1.50,3\ny,4\n1,5\nz,6\n";
  const auto p = good(text);
  CHECK(p.encoding.feature_names() == Names{"c=1", "c=1.5", "c=x", "c=y", "c=z"});
  CHECK(p.train.features[0] == 1);
  CHECK(p.train.features[20] == 1);
  const Folder folder;
  const std::string file = folder.write("a.csv", "c\n1.0\n+1.5\n007\n");
  const auto other = encode_file<double>(p.encoding, {file}, TargetNeed::optional);
  REQUIRE_MESSAGE(bool(other), faults_of(other));
  CHECK(numbers(other->data) == Numbers{1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0});
  DataOptions options = raw_options("", "y");
  options.categorical = {false, {"c"}};
  const auto q = good("c,y\n007,1\n7,2\n7.0,3\n", options);
  CHECK(q.encoding.feature_names() == Names{"c=007", "c=7", "c=7.0"});
  const auto exact = encode_file<double>(q.encoding, {file}, TargetNeed::optional);
  REQUIRE_MESSAGE(bool(exact), faults_of(exact));
  CHECK(numbers(exact->data) == Numbers{0, 0, 0, 0, 0, 0, 1, 0, 0});
}

TEST_CASE("rare and first levels are found by their number too") {
  DataOptions options = raw_options("", "y");
  options.rare = 2;
  options.encoding = LevelFeatures::drop_first;
  const auto p = good("c,y\n1,1\n1.0,2\na,3\na,4\nb,5\n2,6\nb,9\n", options);
  CHECK(p.encoding.columns[0].reference == "1");
  CHECK(p.encoding.columns[0].rare == Names{"2"});
  const Folder folder;
  const auto other =
      encode_file<double>(p.encoding, {folder.write("a.csv", "c\n+1\n2.0\n")}, TargetNeed::optional);
  REQUIRE_MESSAGE(bool(other), faults_of(other));
  CHECK(numbers(other->data) == Numbers{0, 0, 0, 0, 0, 1});
}

TEST_CASE("an encoding in byte order, as of models of before, is read and found in all the same") {
  const auto p = good("c,y\na,-1\nb,1\nc,1\n");
  Encoding old = p.encoding;
  old.classes = {"1", "10", "2"};
  old.columns[0].levels = {"10", "9", "a"};
  old.columns[0].by_number = false;
  const auto back = encoding_from(to_node(old));
  REQUIRE_MESSAGE(bool(back), faults_of(back));
  const Folder folder;
  const auto other =
      encode_file<double>(*back, {folder.write("a.csv", "c,y\n9,10\na,2\n9.0,1\n")}, TargetNeed::optional);
  REQUIRE_MESSAGE(bool(other), faults_of(other));
  CHECK(other->data.targets == Numbers{1, 2, 0});
  CHECK(numbers(other->data) == Numbers{0, 1, 0, 0, 0, 1, 0, 0, 0});
}

TEST_CASE("classes and levels that may be meant to be one are named") {
  const auto p = good("c,y\nMale,true\nmale,TRUE\nfemale,False\nx y,False\n");
  CHECK(p.encoding.classes.size() == 3);
  const auto noted = [&](const std::string& text) {
    return std::any_of(p.notes.begin(), p.notes.end(), [&](const auto& note) { return holds(note, text); });
  };
  CHECK(noted("target 'y': classes that may be meant to be one: 'TRUE', 'true'"));
  CHECK(noted("levels that may be meant to be one: 'c' ('Male', 'male')"));
  CHECK(similar_labels({"-1", "1", "+", "-"}, 3).empty());
}

TEST_CASE("signs tell names apart, what separates words does not") {
  for (const Names& apart : std::initializer_list<Names>{{"<=50K", ">50K"},
                                                         {"<5", "<=5", "=5a", "5a", ">=5a"},
                                                         {"C", "C++", "C#"},
                                                         {"A+", "A", "A-"},
                                                         {"-a", "a", "+a"},
                                                         {"1-2", "12a", "1 2a"},
                                                         {"18-24 y", "182-4 y"},
                                                         {"v1.2", "v12"},
                                                         {"5% a", "5 a"},
                                                         {"~a", "a"}}) {
    CAPTURE(apart.front());
    CHECK(similar_labels(apart, 3).empty());
  }
  for (const Names& alike : std::initializer_list<Names>{{"New York", "new-york", "New_York."},
                                                         {"(a)", "a", "\"A\""},
                                                         {"2024-01 b", "2024/01 B"},
                                                         {"a - b", "a-b", "a b"},
                                                         {"<= 50K", "<=50k"}}) {
    CAPTURE(alike.front());
    CHECK(similar_labels(alike, 3) == std::vector<Names>{alike});
  }
  const auto p = good("x,y\n1,<=50K\n2,>50K\n3,<=50K\n");
  for (const std::string& note : p.notes) CHECK_MESSAGE(!holds(note, "meant to be one"), note);
}

TEST_CASE("data.event is the class that comes last of two") {
  DataOptions options = raw_options("", "y");
  options.event = "no";
  const auto p = good("x,y\n1,no\n2,yes\n3,no\n", options);
  CHECK(p.encoding.classes == Names{"yes", "no"});
  CHECK(p.train.targets == Numbers{1, 0, 1});
  options.event = "+0";
  CHECK(good("x,y\n1,0\n2,1\n", options).encoding.classes == Names{"1", "0"});
  options.event = "No";
  CHECK(faults_in("x,y\n1,no\n2,yes\n", options) ==
        "error: data.event names 'No', which is no class of the target (did you mean 'no'?) [not data]\n");
  options.event = "a";
  CHECK(holds(faults_in("x,y\n1,a\n2,b\n3,c\n", options),
              "data.event goes with two classes, the target has 3"));
  CHECK(holds(faults_in("x,y\n1,1.5\n2,2\n3,7\n", options), "data.event goes with classes"));
}

TEST_CASE("a number is one label however many of its digits are written") {
  CHECK(label_name("1.000000000000000000e+00") == "1");
  CHECK(label_name("1.0000000000000000") == "1");
  CHECK(label_name("1.000000000000000056e-01") == "0.1");
  CHECK(label_name("100000000000000000000") == label_name("1e20"));
  CHECK(label_name("0000000000000000000007") == "7");
  // Digits that are not those of a double are told apart.
  CHECK(label_name("12345678901234567") != label_name("12345678901234568"));
  CHECK(label_name("12345678901234567") == "12345678901234567");
  CHECK(good("x,y\n1,1\n2,1.0000000000000000\n3,0\n").encoding.classes == Names{"0", "1"});
  CHECK(similar_labels({"12345678901234567", "12345678901234568"}, 3).size() == 1);
}

TEST_CASE("texts that are to stay apart are not named for being the same number") {
  DataOptions options = raw_options("", "y");
  options.categorical.columns = {"c"};
  const auto p = good("c,y\n07,1\n7,2\n8,3\n", options);
  CHECK(p.encoding.columns[0].levels == Names{"07", "7", "8"});
  for (const std::string& note : p.notes) CHECK(!holds(note, "meant to be one"));
}
