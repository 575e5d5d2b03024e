#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "run/json.hpp"
#include "run_binary.hpp"
#include "spec/problem.hpp"
#include "spec/yaml.hpp"
#include "study/sweep/sweep_file.hpp"
#include "support/temporary_folder.hpp"

// The schemas for editors, as a validator of JSON Schema reads them: the package python3-jsonschema.
namespace lookahead::cli {
namespace {

bool has_validator() {
  static const bool there = works("python3 -c 'import jsonschema'");
  if (!there) MESSAGE("left out: there is no python3-jsonschema");
  return there;
}

// Judges every document of a list by the two schemas beside it, under both drafts, and prints a line of 0 and 1.
constexpr const char* judge = R"(
import json, jsonschema, sys, warnings
warnings.simplefilter("ignore")
folder = sys.argv[1]
schemas = {name: json.load(open(f"{folder}/{name}.json")) for name in ("problem", "sweep")}
latest = getattr(jsonschema, "Draft202012Validator", jsonschema.Draft7Validator)
for schema in schemas.values():
    jsonschema.Draft7Validator.check_schema(schema)
    latest.check_schema({**schema, "$schema": latest.META_SCHEMA["$schema"]})
    words = [schema]
    for part in words:
        words.extend(part.values() if isinstance(part, dict) else part if isinstance(part, list) else [])
        if isinstance(part, dict) and isinstance(part.get("enum"), list) and len(set(part["enum"])) < len(part["enum"]):
            sys.exit("a word stands twice in " + json.dumps(part))
verdicts = []
for kind, document in json.load(open(f"{folder}/documents.json")):
    first = jsonschema.Draft7Validator(schemas[kind]).is_valid(document)
    schema = {**schemas[kind], "$schema": latest.META_SCHEMA["$schema"]}
    if latest(schema).is_valid(document) != first:
        sys.exit("the drafts differ on " + json.dumps(document))
    verdicts.append("1" if first else "0")
print("".join(verdicts))
)";

struct Document {
  std::string kind, text;
};

// "1" for every document that has the form, "0" for one that has not.
std::string verdicts(const Folder& folder, const std::vector<Document>& documents) {
  for (const char* kind : {"problem", "sweep"}) {
    const Result schema = run(folder, {"schema", kind});
    REQUIRE(schema.code == 0);
    folder.write(std::string(kind) + ".json", schema.out);
  }
  Json list = Json::array();
  for (const Document& document : documents) {
    const auto node = parse_yaml(document.text, "p.yaml");
    REQUIRE_MESSAGE(static_cast<bool>(node), document.text);
    list.push_back(Json::array({document.kind, json_of(*node)}));
  }
  folder.write("documents.json", list.dump());
  folder.write("judge.py", judge);
  std::string out;
  FILE* pipe = popen(("python3 " + folder.path("judge.py") + " " + folder.path() + " 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) out += static_cast<char>(c);
  REQUIRE_MESSAGE(pclose(pipe) == 0, out);
  return out.substr(0, out.find('\n'));
}

// What stands in a page between ```yaml and ```.
std::vector<std::string> yaml_of(const std::string& page) {
  std::vector<std::string> blocks;
  bool inside = false;
  for (const std::string& line : lines(page)) {
    if (line.starts_with("```")) {
      inside = line == "```yaml";
      if (inside) blocks.emplace_back();
    } else if (inside) {
      blocks.back() += line + "\n";
    }
  }
  return blocks;
}

// Everything that is a problem or a sweep among the samples and in the pages.
std::vector<Document> documents_of_the_tree() {
  std::vector<Document> documents;
  const auto add = [&](const std::string& text, const std::string& folder) {
    const auto node = parse_yaml(text, "p.yaml");
    if (!node || !node->is_map()) return false;
    if (node->find("problem") != nullptr || node->find("problems") != nullptr) {
      documents.push_back({"sweep", text});
      return true;
    }
    if (!read_problem({text, "p.yaml", "p", folder, {}})) return false;
    documents.push_back({"problem", text});
    return true;
  };
  const std::filesystem::path source = LOOKAHEAD_SOURCE_DIR;
  int pages = 0;
  for (const char* part : {"samples", "cmd", "lib", "tests", "README.md"}) {
    std::vector<std::filesystem::path> files = {source / part};
    if (std::filesystem::is_directory(files.front())) {
      files.clear();
      for (const auto& entry : std::filesystem::recursive_directory_iterator(source / part))
        files.push_back(entry.path());
    }
    for (const auto& file : files) {
      if (file.extension() == ".yaml" && std::string(part) == "samples")
        CHECK_MESSAGE(add(test::content_of(file), file.parent_path().string()), file.string());
      if (file.extension() != ".md") continue;
      for (const std::string& block : yaml_of(test::content_of(file)))
        pages += add(block, source.string()) ? 1 : 0;
    }
  }
  CHECK(pages > 3);
  return documents;
}

TEST_CASE("schema prints JSON Schema, and refuses what it has no schema of") {
  const Folder folder;
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"schema"}, {"schema", "problem"}, {"schema", "sweep"}}) {
    const Result result = run(folder, arguments);
    CHECK(result.code == 0);
    CHECK(result.err.empty());
    const auto schema = nlohmann::json::parse(result.out);
    CHECK(schema.at("$schema") == "http://json-schema.org/draft-07/schema#");
    CHECK(schema.at("type") == "object");
    CHECK(schema.at("additionalProperties") == false);
    CHECK(schema.at("title").get<std::string>().starts_with("lookahead "));
  }
  CHECK(run(folder, {"schema"}).out == run(folder, {"schema", "problem"}).out);
  const Result wrong = run(folder, {"schema", "problems"});
  CHECK(wrong.code == 2);
  CHECK(contains(wrong.err, "lookahead schema: error: no schema 'problems' (known: problem, sweep)"));
}

TEST_CASE("the schema tells sentences, ranges and defaults as describe does") {
  const Folder folder;
  const auto schema = nlohmann::json::parse(run(folder, {"schema"}).out);
  const auto& keys = schema.at("properties");
  CHECK(keys.at("seed").at("minimum") == 0);
  CHECK(keys.at("seed").at("default") == 1);
  CHECK(keys.at("seed").at("description").get<std::string>().starts_with("seed of all random numbers"));
  const auto& level = schema.at("definitions").at("lookahead_level").at("properties");
  CHECK(level.at("alpha").at("description").get<std::string>().starts_with("slow step size"));
  CHECK(level.at("k").at("default") == 5);
  // The rate of every rule is its own.
  int found = 0;
  for (const auto& part : schema.at("definitions").at("optimizer").at("anyOf")) {
    if (!part.contains("properties") || part.at("properties").at("name").at("const") != "adam") continue;
    CHECK(part.at("properties").at("lr").at("default") == 0.001);
    CHECK(part.at("properties").at("beta1").at("exclusiveMaximum") == 1);
    ++found;
  }
  CHECK(found == 1);
}

TEST_CASE("the schemas take every sample and every problem of the pages") {
  if (!has_validator()) return;
  const Folder folder;
  const auto documents = documents_of_the_tree();
  CHECK(documents.size() > 150);
  const std::string all = verdicts(folder, documents);
  REQUIRE(all.size() == documents.size());
  for (std::size_t i = 0; i < all.size(); ++i) CHECK_MESSAGE(all[i] == '1', documents[i].text);
}

TEST_CASE("the schemas take what init, check --resolved and a sweep write") {
  if (!has_validator()) return;
  const Folder folder;
  std::vector<Document> documents;
  for (const char* kind : {"function", "game", "expression", "classification", "regression", "sweep"}) {
    const Result made = run(folder, {"init", kind});
    REQUIRE(made.code == 0);
    documents.push_back({std::string(kind) == "sweep" ? "sweep" : "problem", made.out});
  }
  folder.write("p.yaml", documents.front().text);
  documents.push_back({"problem", run(folder, {"check", "--resolved", "p.yaml"}).out});
  folder.write("s.yaml",
               "problem: {objective: sphere, optimizer: sgd, stop: {steps: 5}}\nmethods: {plain: {lookahead: "
               "false}, k: {lookahead: {k: 5}, vary: {lookahead.alpha: [0.5, 1]}}}\nvary: {optimizer.lr: "
               "{log: [0.01, 1], points: 3}}\nseeds: 1..3\ntargets: [1e-2]\n");
  REQUIRE(run(folder, {"sweep", "s.yaml", "-q", "-o", "s"}).code == 0);
  documents.push_back({"sweep", folder.read("s/sweep.yaml")});
  CHECK(verdicts(folder, documents) == std::string(documents.size(), '1'));
}

TEST_CASE("the schemas refuse misspelled keys and names, wrong types and what is out of its range") {
  if (!has_validator()) return;
  const Folder folder;
  const std::string sphere = "objective: sphere\noptimizer: sgd\n";
  const std::vector<Document> documents = {
      {"problem", sphere + "sed: 1\n"},
      {"problem", sphere + "lookahead: {alhpa: 0.5}\n"},
      {"problem", sphere + "seed: -1\n"},
      {"problem", sphere + "seed: \"1\"\n"},
      {"problem", "objective: sphere\noptimizer: {name: sgd, lr: 0}\n"},
      {"problem", "objective: sphere\noptimizer: {name: adm}\n"},
      {"problem", sphere + "data: {train: t.csv, target: y}\nmodel: linear\n"},
      {"sweep", "problem: p.yaml\nvarry: {}\n"},
      {"sweep", "problem: p.yaml\nvary: {optimiser.lr: [1]}\n"},
      {"sweep", "problem: p.yaml\nproblems: [q.yaml]\n"},
      {"sweep", "problem: p.yaml\nkeep: all\n"},
      {"sweep", "problem: p.yaml\nhalving: {by: val_loss}\n"},
      {"sweep", "problem: {objective: sphere, optimizer: sdg}\n"},
      {"sweep", "problem: p.yaml\nmethods: {plain: {lookahead: {kk: 1}}}\n"},
      {"sweep", "vary: {optimizer.lr: [1]}\n"}};
  CHECK(verdicts(folder, documents) == std::string(documents.size(), '0'));
}

TEST_CASE("an installed program's init says where the schema is") {
  const Folder folder;
  std::filesystem::create_directories(folder.path("usr/bin"));
  std::filesystem::copy_file(program_file(), folder.path("usr/bin/lookahead"));
  const auto library = std::filesystem::path(program_file()).parent_path() / "lib";
  if (std::filesystem::exists(library / "liblookahead.so"))
    std::filesystem::create_directory_symlink(library, folder.path("usr/bin/lib"));
  Surroundings installed;
  installed.program = folder.path("usr/bin/lookahead");
  const std::string plain = run(folder, {"init", "function"}, installed).out;
  REQUIRE(plain == run(folder, {"init", "function"}).out);
  const std::string forms = run(folder, {"init"}, installed).out;
  folder.write("usr/share/lookahead/problem.schema.json", "{}");
  folder.write("usr/share/lookahead/sweep.schema.json", "{}");
  const std::string line = "# yaml-language-server: $schema=" +
                           std::filesystem::canonical(folder.path("usr/share/lookahead")).string();
  CHECK(run(folder, {"init", "function"}, installed).out == line + "/problem.schema.json\n" + plain);
  // Without a form it prints no file.
  CHECK(run(folder, {"init"}, installed).out == forms);
  CHECK(contains(run(folder, {"init", "sweep"}, installed).out, line + "/sweep.schema.json\n"));
}

}  // namespace
}  // namespace lookahead::cli
