#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "run_binary.hpp"

// The schemas in an editor: what yaml-language-server (npm), as editors run it, makes of them.
namespace lookahead::cli {
namespace {

namespace fs = std::filesystem;

// Opens files of a folder in the server and prints, a line for each question: "FILE LINE COLUMN" asks for the
// completions there, "FILE LINE COLUMN hover" for the text under the pointer, "FILE" for what is marked as wrong.
constexpr const char* client = R"JS(
const {spawn} = require('child_process'), fs = require('fs');
const [folder, ...questions] = process.argv.slice(2);
const server = spawn('yaml-language-server', ['--stdio']);
let bytes = Buffer.alloc(0), last = 0;
const answers = {}, marks = {}, waiting = {};
const send = message => {
  const text = Buffer.from(JSON.stringify({jsonrpc: '2.0', ...message}));
  server.stdin.write(`Content-Length: ${text.length}\r\n\r\n`);
  server.stdin.write(text);
};
const take = message => {
  if (message.method === 'workspace/configuration')
    send({id: message.id, result: message.params.items.map(() => ({}))});
  else if (message.method && message.id !== undefined) send({id: message.id, result: null});
  else if (message.method === 'textDocument/publishDiagnostics') {
    marks[message.params.uri] = message.params.diagnostics;
    if (waiting[message.params.uri]) waiting[message.params.uri]();
  } else if (message.id !== undefined && answers[message.id]) answers[message.id](message.result);
};
server.stdout.on('data', more => {
  bytes = Buffer.concat([bytes, more]);
  for (;;) {
    const head = bytes.indexOf('\r\n\r\n');
    if (head < 0) return;
    const size = Number(/Content-Length: (\d+)/.exec(bytes.subarray(0, head))[1]);
    if (bytes.length < head + 4 + size) return;
    const text = bytes.subarray(head + 4, head + 4 + size);
    bytes = bytes.subarray(head + 4 + size);
    take(JSON.parse(text));
  }
});
const ask = (method, params) => new Promise(done => {
  answers[++last] = done;
  send({id: last, method, params});
});
(async () => {
  await ask('initialize', {processId: null, rootUri: 'file://' + folder,
    capabilities: {textDocument: {hover: {}, completion: {}}, workspace: {configuration: true}}});
  send({method: 'initialized', params: {}});
  send({method: 'workspace/didChangeConfiguration', params: {settings: {yaml:
    {validate: true, hover: true, completion: true, schemaStore: {enable: false}}}}});
  const opened = new Set();
  for (const question of questions) {
    const [file, line, character, kind] = question.split(' ');
    const uri = 'file://' + folder + '/' + file;
    if (!opened.has(file)) {
      opened.add(file);
      const judged = new Promise(done => { waiting[uri] = done; });
      send({method: 'textDocument/didOpen', params: {textDocument:
        {uri, languageId: 'yaml', version: 1, text: fs.readFileSync(folder + '/' + file, 'utf8')}}});
      await judged;
    }
    const at = {textDocument: {uri}, position: {line: Number(line), character: Number(character)}};
    if (line === undefined) console.log(JSON.stringify((marks[uri] || []).map(mark => mark.message)));
    else if (kind === 'hover') console.log(JSON.stringify((await ask('textDocument/hover', at)).contents));
    else console.log(JSON.stringify((await ask('textDocument/completion', at)).items.map(item => item.label)));
  }
  process.exit(0);
})();
)JS";

}  // namespace

TEST_CASE("an editor completes keys and names, shows their sentences, marks what is wrong, and no sample") {
  if (!works("command -v node && command -v yaml-language-server")) {
    MESSAGE("left out: there is no yaml-language-server");
    return;
  }
  const Folder folder;
  folder.write("client.js", client);
  for (const std::string kind : {"problem", "sweep"})
    REQUIRE(run(folder, {"schema", kind, "-o", kind + ".schema.json"}).code == 0);
  const std::string line = "# yaml-language-server: $schema=problem.schema.json\n";
  folder.write("top.yaml", line + "objective: rosenbrock\n\n");
  folder.write("adam.yaml", line + "objective: rosenbrock\noptimizer:\n  name: adam\n  \n");
  folder.write("wrong.yaml",
               line + "objective: rosenbrock\noptimizer: {name: sgd, momentm: 0.9}\nstop: {steps: ten}\n");
  std::vector<std::string> questions = {"top.yaml 2 0", "adam.yaml 4 2", "adam.yaml 3 4 hover", "wrong.yaml"};
  int samples = 0;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(LOOKAHEAD_SOURCE_DIR) / "samples")) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() != ".yaml" || folder.exists(name)) continue;
    std::stringstream content;
    content << std::ifstream(entry.path()).rdbuf();
    const std::string text = "\n" + content.str();
    const bool sweep = contains(text, "\nproblem:") || contains(text, "\nproblems:");
    folder.write(name, (sweep ? "# yaml-language-server: $schema=sweep.schema.json\n" : line) + text);
    questions.push_back(name);
    ++samples;
  }
  REQUIRE(samples > 50);
  std::string command = "node " + folder.path("client.js") + " " + folder.path("");
  for (const std::string& question : questions) command += " '" + question + "'";
  REQUIRE(std::system(("timeout 300 " + command + " >" + folder.path("answers") + " 2>/dev/null").c_str()) ==
          0);
  const std::vector<std::string> answers = lines(folder.read("answers"));
  REQUIRE(answers.size() == questions.size());
  for (const char* key : {"\"optimizer\"", "\"lookahead\"", "\"stop\""}) CHECK(contains(answers[0], key));
  for (const char* key : {"\"beta1\"", "\"lr\"", "\"clip\""}) CHECK(contains(answers[1], key));
  CHECK_MESSAGE(contains(answers[2], "adaptive moments"), answers[2]);
  CHECK_MESSAGE(contains(answers[3], "momentm is not allowed"), answers[3]);
  CHECK_MESSAGE(contains(answers[3], "Expected \\\"integer\\\""), answers[3]);
  for (std::size_t i = 4; i < answers.size(); ++i) {
    CAPTURE(questions[i]);
    CHECK(answers[i] == "[]");
  }
}

}  // namespace lookahead::cli
