#include "base/text.hpp"
#include "data/row_stream.hpp"
#include "data/survey.hpp"
#include "files.hpp"
#include "support/named_pipe.hpp"

using namespace lookahead;
using lookahead::test::NamedPipe;

namespace {

enum class Way { file, link, pipe, bytes, pipe_behind_link };
constexpr Way other_ways[] = {Way::link, Way::pipe, Way::bytes, Way::pipe_behind_link};

// All that came of reading, without the folder's name.
std::string plain(std::string text, const Folder& folder) {
  const std::string name = folder.path("");
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name)) text.erase(at, name.size());
  return text;
}

template <class T>
void append(std::string& text, const char* title, const std::vector<T>& values) {
  text += title;
  for (const auto& value : values) {
    if constexpr (std::is_same_v<T, std::string>) {
      text += " " + value + "\n";
    } else {
      text += " " + to_text(static_cast<double>(value));
    }
  }
}

std::string description(const Dataset<double>& data) {
  std::string text = std::to_string(data.rows) + " x " + std::to_string(data.columns);
  append(text, "\nfeatures", std::vector<double>(data.features.begin(), data.features.end()));
  append(text, "\ntargets", std::vector<double>(data.targets.begin(), data.targets.end()));
  append(text, "\nstarts", std::vector<double>(data.starts.begin(), data.starts.end()));
  append(text, "\nindices", std::vector<double>(data.indices.begin(), data.indices.end()));
  append(text, "\nvalues", std::vector<double>(data.values.begin(), data.values.end()));
  return text;
}

// What reads a file.
struct Reading {
  const char* title;
  std::string (*read)(const std::string& path);
};

std::string trained(const std::string& path, MissingPolicy policy, std::optional<std::string> target) {
  DataOptions options;
  options.train = path;
  options.target = std::move(target);
  options.missing.policy = policy;
  options.standardize = Standardize::none;
  const auto prepared = prepare<double>(options, {}, 2);
  if (!prepared) return description(prepared.faults());
  std::string text = description(prepared->train);
  append(text, "\nnotes", prepared->notes);
  append(text, "\nnames", prepared->encoding.feature_names());
  return text;
}

const std::string small = "x,c,y\n1,\"a, b\",2\n2,\"p\nq\" r,3.5\n4,a# b,5\n";
const std::string sparse_rows = "1 1:0.5 3: 2 # c\n-1 2:1e-1\r\n1 1:-1\t4:8\n";

std::string encoded(const std::string& path, bool pieces) {
  DataOptions options = raw_options("", "y");
  options.task = TaskChoice::regression;
  const Encoding encoding = good(small, options).encoding;
  if (!pieces) {
    const auto rows = encode_file<double>(encoding, {path}, TargetNeed::required, 2);
    return rows ? description(rows->data) : description(rows.faults());
  }
  auto stream = RowStream<double>::open(encoding, {path}, TargetNeed::optional, 2, 40);
  if (!stream) return description(stream.faults());
  std::string text;
  while (true) {
    const auto rows = stream->next();
    if (!rows) return text + description(rows.faults());
    if (rows->records == 0) return text;
    text += description(rows->data);
  }
}

const Reading readings[] = {
    {"train", [](const std::string& path) { return trained(path, MissingPolicy::error, "y"); }},
    {"train, drop", [](const std::string& path) { return trained(path, MissingPolicy::drop, "y"); }},
    {"sparse", [](const std::string& path) { return trained(path, MissingPolicy::error, {}); }},
    {"encode", [](const std::string& path) { return encoded(path, false); }},
    {"stream", [](const std::string& path) { return encoded(path, true); }},
    {"survey",
     [](const std::string& path) {
       DataOptions options;
       options.train = path;
       options.target = "y";
       const auto found = survey(options, {}, 2);
       if (!found) return description(found.faults());
       std::string text = std::to_string(found->rows);
       append(text, "\nnotes", found->notes);
       append(text, "\nnames", found->encoding.feature_names());
       return text;
     }},
};

std::string read(const Reading& reading, Way way, const std::string& name, const std::string& content) {
  const Folder folder;
  const std::string path = folder.path(name);
  if (way == Way::file) {
    folder.write(name, content);
    return plain(reading.read(path), folder);
  }
  const std::string behind = folder.path("behind");
  if (way == Way::link) folder.write("behind", content);
  if (way == Way::link || way == Way::pipe_behind_link) std::filesystem::create_symlink(behind, path);
  if (way == Way::link) return plain(reading.read(path), folder);
  const NamedPipe pipe(way == Way::pipe_behind_link ? behind : path, content,
                       way == Way::bytes ? 1 : std::size_t{1} << 20);
  return plain(reading.read(path), folder);
}

// A table longer than what a guess of the format reads, with an identifier whose missing cells drop no row
// once it is left out, and a mark found among numbers.
std::string long_table() {
  std::string text = "id,x,c,y\n";
  for (int i = 0; i < 30000; ++i) {
    text += (i % 100 == 7 ? std::string("NA") : "name" + std::to_string(i)) + ",";
    text += (i % 1000 == 3 ? std::string("NA") : std::to_string(i * 7919 % 1000)) + ",";
    text += (i % 3 == 0 ? "\"a, b\"," : "c,") + std::to_string(i % 5) + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("whatever is read is read alike from a file, a link, a pipe, and byte by byte") {
  std::string rows;
  for (int i = 0; i < 30000; ++i)
    rows += std::to_string(i % 2) + " " + std::to_string(1 + i % 9) + ":" + std::to_string(i % 50) + "\n";
  const std::tuple<const char*, std::string> contents[] = {
      {"small.csv", small},
      {"small.txt", small},
      {"small.txt.gz", gzipped(small)},
      {"plain.csv", gzipped(small + small.substr(6))},
      {"sparse.txt", sparse_rows},
      {"sparse.svm.gz", gzipped(sparse_rows)},
      {"empty.txt", ""},
      {"open.csv", "x,c,y\n1,a,2\n2,\"b,3\n4,c,5\n"},
      {"long.txt", long_table()},
      {"long.gz", gzipped(long_table())},
      {"rows.txt", rows},
  };
  for (const auto& [name, content] : contents) {
    for (const Reading& reading : readings) {
      const std::string expected = read(reading, Way::file, name, content);
      for (const Way way : other_ways) {
        // Byte by byte takes the longer the more there are.
        if (way == Way::bytes && content.size() > 100000 && &reading != &readings[1]) continue;
        const auto& the_name = name;
        CAPTURE(the_name);
        CAPTURE(reading.title);
        CAPTURE(static_cast<int>(way));
        CHECK(read(reading, way, name, content) == expected);
      }
    }
  }
  CHECK(holds(read(readings[1], Way::pipe, "long.txt", long_table()), "29970 x 3"));
}

TEST_CASE("a file cut short anywhere is read as far as it goes or refused, and a pipe alike") {
  const std::string zipped = gzipped(small), packed = gzipped(sparse_rows);
  const std::tuple<const char*, std::string, const Reading&> contents[] = {
      {"a.csv", small, readings[0]},
      {"a.txt", small, readings[4]},
      {"a.csv.gz", zipped, readings[0]},
      {"b.svm", sparse_rows, readings[2]},
      {"b.svm.gz", packed, readings[2]}};
  for (const auto& [name, content, reading] : contents) {
    for (std::size_t size = 0; size <= content.size(); ++size) {
      const std::string text = content.substr(0, size);
      const std::string expected = read(reading, Way::file, name, text);
      const auto& the_name = name;
      CAPTURE(the_name);
      CAPTURE(size);
      CHECK(read(reading, Way::pipe, name, text) == expected);
      CHECK(read(reading, Way::bytes, name, text) == expected);
      const bool gzip = std::string(name).ends_with(".gz");
      if (gzip && size < content.size()) CHECK(holds(expected, "error: "));
      // Within the second text in quotes.
      if (!gzip && &reading == &readings[0] && size > text.find("\"p") && size <= text.find("q"))
        CHECK(holds(expected, ":3:2: error: the quote that opens here is not closed"));
    }
  }
}

TEST_CASE("what can be read only once is not asked for twice") {
  const Folder folder;
  const NamedPipe pipe(folder.path("pipe"), small, 100);
  std::filesystem::create_symlink(folder.path("pipe"), folder.path("link"));
  DataOptions options = raw_options(folder.path("pipe"), "y");
  options.test = TestFile{folder.path("link")};
  CHECK(holds(
      faults_of(prepare<double>(options, {}, 1)),
      "link: error: is no regular file, so that it can be read only once, but the data names it twice"));
  options.test.reset();
  options.train.paths = {folder.path("pipe"), folder.path("pipe")};
  CHECK(holds(faults_of(prepare<double>(options, {}, 1)), "pipe: error: is no regular file"));
  // A file may be named as often as one likes.
  const std::string file = folder.write("a.csv", small);
  options.train.paths = {file, file};
  options.test = TestFile{file};
  CHECK(prepare<double>(options, {}, 1)->train.rows == 6);
}
