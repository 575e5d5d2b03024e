#include "spec/yaml.hpp"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <memory>
#include <sstream>

#include "base/text.hpp"
#include "options/yaml_scalar.hpp"
#include "spec/yaml_traps.hpp"

namespace lookahead {
namespace {

// What a file, its anchors and its aliases may unfold to; without these no file has more values than bytes.
constexpr std::size_t most_nodes = 100000;

// Builds the tree from the parser's events. The first fault stops the building.
class Builder final : public YAML::EventHandler {
 public:
  Builder(std::string source, std::shared_ptr<const std::string> file)
      : source_(std::move(source)), file_(std::move(file)) {}

  const Node& root() const { return root_; }
  const std::optional<Fault>& fault() const { return fault_; }

  // Where the document's content stands, or the document itself where its content is at fault.
  Place beginning() const { return root_.place.source.empty() ? document_ : root_.place; }

  void OnDocumentStart(const YAML::Mark& mark) override { document_ = place(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { put(Node{}, place(mark), anchor); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_tag(mark, tag);
    const bool null = tag == "?" && (value == "~" || value == "null" || value == "Null" || value == "NULL");
    Node node = null ? Node{} : Node::scalar(value, tag == "!");
    if (!null) node.origin = {file_, static_cast<std::size_t>(std::max(mark.pos, 0)), place(mark)};
    put(std::move(node), place(mark), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      refuse(place(mark), "an alias cannot stand inside its own anchor", "write the value out");
      return;
    }
    // Counted before it is copied: a few lines of aliases can stand for more than the memory holds.
    if (count(found->second.size - 1, place(mark))) put(found->second.node, place(mark), 0);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    open_.push_back({Node::list({}), place(mark), anchor, nodes_, std::nullopt, {}});
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    open_.push_back({Node::map(), place(mark), anchor, nodes_, std::nullopt, {}});
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    Place place;
    YAML::anchor_t anchor;
    std::size_t nodes_before;
    std::optional<Node> key;           // map: the key that waits for its value
    std::map<std::string, int> lines;  // map: where its keys stand
  };
  struct Anchored {
    Node node;
    std::size_t size;  // nodes in it, itself included
  };

  Place place(const YAML::Mark& mark) const { return {source_, mark.line + 1, mark.column + 1}; }

  void refuse(const Place& at, std::string text, std::string cure) {
    if (!fault_) fault_ = Fault{FaultKind::problem, at, std::move(text), std::move(cure)};
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!")
      refuse(place(mark), "YAML tags are not supported",
             std::string("leave the tag out") +
                 (tag.starts_with('!') ? "; a text that begins with ! stands in quotes" : ""));
  }

  void close() {
    Open closed = std::move(open_.back());
    open_.pop_back();
    put(std::move(closed.node), closed.place, closed.anchor, nodes_ - closed.nodes_before);
  }

  // False once the file is refused.
  bool count(std::size_t nodes, const Place& at) {
    nodes_ += nodes;
    if (nodes_ > std::max(most_nodes, file_->size()))
      refuse(at, "the file unfolds to too many values", "write fewer of them");
    return !fault_;
  }

  // `inside`: the nodes below this one, which are counted already.
  void put(Node node, const Place& at, YAML::anchor_t anchor, std::size_t inside = 0) {
    if (!count(1, at)) return;
    node.place = at;
    if (anchor != 0) {
      if (!count(inside + 1, at)) return;
      anchors_[anchor] = {node, inside + 1};
    }
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& outer = open_.back();
    if (outer.node.is_list()) {
      outer.node.items.push_back(std::move(node));
    } else if (outer.key) {
      add_member(outer, std::move(node));
    } else {
      if (!node.is_scalar()) refuse(at, "a key must be a plain text, got " + kind_name(node), "");
      outer.key = std::move(node);
    }
  }

  void add_member(Open& outer, Node value) {
    const Node key = std::move(*outer.key);
    outer.key.reset();
    if (fault_) return;
    if (key.text == "<<" && !key.quoted) {
      fault_ =
          Fault{FaultKind::problem, key.place, "YAML merges ('<<') are not supported", "write the keys out"};
    } else if (const auto [known, fresh] = outer.lines.emplace(key.text, key.place.line); !fresh) {
      fault_ = Fault{FaultKind::problem, key.place, "duplicate key " + quoted(key.text),
                     "it stands in line " + std::to_string(known->second) + " already"};
    } else {
      // A value that is not written stands, for the parser, at whatever comes next.
      if (value.kind == Node::Kind::empty && value.place.line != key.place.line) value.place = key.place;
      outer.node.members.push_back({key.text, key.place, std::move(value)});
    }
  }

  Place document_;
  std::string source_;
  std::shared_ptr<const std::string> file_;
  Node root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::size_t nodes_ = 0;
  std::optional<Fault> fault_;
};

YamlFault kind_of(const YAML::Exception& error) {
  const std::pair<const char*, YamlFault> kinds[] = {
      {YAML::ErrorMsg::BLOCK_ENTRY, YamlFault::list_entry},
      {YAML::ErrorMsg::MAP_VALUE, YamlFault::map_value},
      {YAML::ErrorMsg::END_OF_MAP, YamlFault::end_of_block},
      {YAML::ErrorMsg::END_OF_SEQ, YamlFault::end_of_block},
      {YAML::ErrorMsg::END_OF_MAP_FLOW, YamlFault::end_of_map},
      {YAML::ErrorMsg::END_OF_SEQ_FLOW, YamlFault::end_of_list},
      {YAML::ErrorMsg::EOF_IN_SCALAR, YamlFault::end_within_text}};
  for (const auto& [text, kind] : kinds) {
    if (error.msg == text) return kind;
  }
  return YamlFault::other;
}

// Whether a line of the text begins or ends a document.
bool has_marker(const std::string& text) {
  for (const char* marker : {"---", "..."}) {
    if (text.starts_with(marker) || text.find(std::string("\n") + marker) != std::string::npos) return true;
  }
  return false;
}

std::string scalar_text(const Node& node) {
  if (node.kind == Node::Kind::empty) return "null";
  // What stood without quotes in a block may not do so in a list or map on one line.
  const bool breaks = node.text.find_first_of(",[]{}:#'\"") != std::string::npos;
  if (!breaks && (!node.quoted || !needs_quotes(node.text))) return node.text;
  return yaml_quoted(node.text);
}

void write_flow(std::string& out, const Node& node) {
  if (node.is_list()) {
    out += '[';
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      if (i > 0) out += ", ";
      write_flow(out, node.items[i]);
    }
    out += ']';
  } else if (node.is_map()) {
    out += '{';
    for (std::size_t i = 0; i < node.members.size(); ++i) {
      if (i > 0) out += ", ";
      out += scalar_text(Node::scalar(node.members[i].key, true)) + ": ";
      write_flow(out, node.members[i].value);
    }
    out += '}';
  } else {
    out += scalar_text(node);
  }
}

void write_block(std::string& out, const Node& map, int indent) {
  for (const Node::Member& member : map.members) {
    out += std::string(static_cast<std::size_t>(indent), ' ') + scalar_text(Node::scalar(member.key, true)) +
           ":";
    // The third level and below are short: one-key maps, lists.
    if (member.value.is_map() && !member.value.members.empty() && indent < 2) {
      out += '\n';
      write_block(out, member.value, indent + 2);
    } else {
      out += ' ';
      write_flow(out, member.value);
      out += '\n';
    }
  }
}

}  // namespace

Checked<Node> parse_yaml(const std::string& text, const std::string& source) {
  if (const auto fault = check_bytes(text, source)) return *fault;
  const auto file = std::make_shared<const std::string>(text);
  Builder builder(source, file);
  try {
    // Without blanks at its end the parser sees that a quote is never closed.
    const auto last = text.find_last_not_of(" \r\n");
    std::istringstream stream(last == std::string::npos ? "" : text.substr(0, last + 1));
    YAML::Parser parser(stream);
    const bool something = parser.HandleNextDocument(builder);
    if (builder.fault()) return *builder.fault();
    if (!something || builder.root().kind == Node::Kind::empty) {
      return Fault{FaultKind::problem,
                   {source, 1, 1},
                   "the problem is empty",
                   "two lines are enough: 'objective: rosenbrock' and 'optimizer: adam'"};
    }
    Builder second(source, file);
    if (parser.HandleNextDocument(second)) {
      const Place place = second.beginning();
      if (!has_marker(text)) {
        return Fault{
            FaultKind::problem, place,
            "the indentation of line " + to_text(place.line) + " is less than that of the lines above it",
            "the keys of a block begin in the same column"};
      }
      return Fault{FaultKind::problem, place, "a second document", "keep one document per file"};
    }
  } catch (const YAML::DeepRecursion&) {
    return Fault{FaultKind::problem,
                 {source, 1, 1},
                 "the brackets are nested too deeply",
                 "no key needs more than a few"};
  } catch (const YAML::Exception& error) {
    const bool known = !error.mark.is_null();
    return Fault{
        FaultKind::problem,
        {source, known ? error.mark.line + 1 : 1, known ? error.mark.column + 1 : 1},
        "not valid YAML: " + error.msg,
        known ? trap_cure(text, kind_of(error), static_cast<std::size_t>(std::max(error.mark.pos, 0))) : ""};
  }
  return builder.root();
}

std::string to_flow_yaml(const Node& node) {
  std::string out;
  write_flow(out, node);
  return out;
}

std::string to_yaml(const Node& node) {
  std::string out;
  if (node.is_map()) {
    write_block(out, node, 0);
  } else {
    write_flow(out, node);
    out += '\n';
  }
  return out;
}

Path first_difference(const Node& one, const Node& other, const Path& path) {
  if (!one.is_map() || !other.is_map()) return path;
  for (const Node::Member& member : one.members) {
    const Node* found = other.find(member.key);
    if (found == nullptr) return path / member.key;
    if (to_yaml(member.value) != to_yaml(*found))
      return first_difference(member.value, *found, path / member.key);
  }
  for (const Node::Member& member : other.members) {
    if (one.find(member.key) == nullptr) return path / member.key;
  }
  return path;
}

}  // namespace lookahead
