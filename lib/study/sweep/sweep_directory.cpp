#include "study/sweep/sweep_directory.hpp"

#include <algorithm>
#include <functional>
#include <unordered_map>

#include "base/file.hpp"
#include "base/folder.hpp"
#include "base/path_cure.hpp"
#include "base/text.hpp"
#include "spec/run_files.hpp"
#include "spec/yaml.hpp"

namespace lookahead {
namespace {

namespace fs = std::filesystem;

constexpr const char* mark = "sweep.id";
constexpr const char* moving = "moving-";

Fault folder_fault(const fs::path& path, const std::string& text, const std::string& cure) {
  return {FaultKind::output, {path.string(), 0, 0}, text, cure};
}

Fault folder_failure(const fs::path& path, const std::string& what, const std::error_code& error) {
  return folder_fault(path, what + ": " + error.message(),
                      both_cures(cure_of_writing(path, error.value()), "choose another place with -o"));
}

bool belongs_to_sweep(const std::string& name) {
  return name == sweep_files::plan || name == sweep_files::runs || name == sweep_files::points ||
         name == sweep_files::failures || name == sweep_files::kept || is_journal(name) || is_temporary(name);
}

// Whether a folder is one of a run that is kept, or was on its way to another number.
bool is_run_number(std::string_view name) {
  if (name.starts_with(moving)) name.remove_prefix(std::string_view(moving).size());
  return name.size() >= 6 && name.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string key_text(const RunKey& key) { return journal_line(key, {}); }

// Compares what an earlier sweep was with what this one is.
class SweepComparison {
 public:
  SweepComparison(const fs::path& file, const Node& before, const Node& now)
      : file_(file), before_(before), now_(now) {}

  std::optional<Fault> difference() {
    const bool halving = now_.find("halving") != nullptr || before_.find("halving") != nullptr;
    for (const char* key : {"together", "points", "targets", "halving", "keep"}) {
      if (!same(before_.find(key), now_.find(key))) return differs(key);
    }
    if (auto fault = grown("problems", false)) return fault;
    if (auto fault = methods_grown(!halving)) return fault;
    if (auto fault = lists_grown(Path("vary"), before_.find("vary"), now_.find("vary"), !halving))
      return fault;
    return list_grown(Path("seeds"), before_.find("seeds"), now_.find("seeds"), !halving);
  }

 private:
  static std::string text_of(const Node* node) { return node == nullptr ? "" : to_yaml(*node); }
  static bool same(const Node* a, const Node* b) { return text_of(a) == text_of(b); }

  // Of problems the key in the problem's file is told, with its label where there are several.
  Fault problem_differs(const Node& all, const Node::Member& before, const Node* now) const {
    if (now == nullptr) {
      return folder_fault(file_.parent_path(),
                          "holds another sweep: " + file_.string() + " has the problem " +
                              quoted(std::string_view(before.key)) + ", and this sweep has none of that name",
                          "choose another folder with -o, or --force to replace it");
    }
    const Path path = first_difference(before.value, *now);
    if (path.top()) return differs("the problem " + quoted(std::string_view(before.key)));
    std::string key = path.text();
    if (all.members.size() > 1) key.append(" of the problem ").append(quoted(std::string_view(before.key)));
    return differs(key);
  }

  Fault differs(const std::string& key) const {
    return folder_fault(file_.parent_path(),
                        "holds another sweep: " + key + " differs from " + file_.string(),
                        "choose another folder with -o, or --force to replace it");
  }
  Fault differs(const Path& path) const { return differs(path.text()); }

  // Members may be added, none may change or go.
  std::optional<Fault> grown(const std::string& key, bool may_grow) const {
    const Node *before = before_.find(key), *now = now_.find(key);
    if (before == nullptr || now == nullptr)
      return same(before, now) ? std::nullopt : std::optional(differs(key));
    for (const Node::Member& member : before->members) {
      const Node* other = now->find(member.key);
      if (!same(&member.value, other)) return problem_differs(*before, member, other);
    }
    if (!may_grow && before->members.size() != now->members.size()) return differs(key);
    return std::nullopt;
  }

  // Methods may be added, and values to the keys that one of them varies alone.
  std::optional<Fault> methods_grown(bool may_grow) const {
    const Node *before = before_.find("methods"), *now = now_.find("methods");
    if (before == nullptr || now == nullptr)
      return same(before, now) ? std::nullopt : std::optional(differs("methods"));
    for (const Node::Member& method : before->members) {
      const Node* own = now->find(method.key);
      const Path path = Path("methods") / method.key;
      if (own == nullptr || !own->is_map() || !method.value.is_map()) {
        if (!same(&method.value, own)) return differs(path);
        continue;
      }
      for (const Node* all : {&method.value, own}) {
        for (const Node::Member& setting : all->members) {
          if (setting.key == "vary" || same(method.value.find(setting.key), own->find(setting.key))) continue;
          return differs(path / setting.key);
        }
      }
      if (auto fault = lists_grown(path / "vary", method.value.find("vary"), own->find("vary"), may_grow))
        return fault;
    }
    if (!may_grow && before->members.size() != now->members.size()) return differs("methods");
    return std::nullopt;
  }

  std::optional<Fault> lists_grown(const Path& path, const Node* before, const Node* now,
                                   bool may_grow) const {
    if (before == nullptr || now == nullptr)
      return same(before, now) ? std::nullopt : std::optional(differs(path));
    for (const Node::Member& member : now->members) {
      if (before->find(member.key) == nullptr) return differs(path / member.key);
    }
    for (const Node::Member& member : before->members) {
      if (auto fault = list_grown(path / member.key, &member.value, now->find(member.key), may_grow))
        return fault;
    }
    return std::nullopt;
  }

  std::optional<Fault> list_grown(const Path& path, const Node* before, const Node* now,
                                  bool may_grow) const {
    if (same(before, now)) return std::nullopt;
    if (!may_grow || before == nullptr || now == nullptr || !before->is_list() || !now->is_list())
      return differs(path);
    for (const Node& item : before->items) {
      const bool kept = std::any_of(now->items.begin(), now->items.end(),
                                    [&](const Node& other) { return same(&item, &other); });
      if (kept) continue;
      return folder_fault(file_.parent_path(),
                          "holds another sweep: " + path + " has " + to_flow_yaml(item) + " in " +
                              file_.string() + " and not here",
                          "values may be added, not taken away: choose another folder with -o, or --force");
    }
    return std::nullopt;
  }

  const fs::path& file_;
  const Node &before_, &now_;
};

// Journals stay, empty: one of them is open and locked.
Checked<Done> remove_sweep(const fs::path& folder) {
  std::error_code error;
  const auto names = names_in(folder, error);
  if (error && error != std::errc::no_such_file_or_directory)
    return folder_failure(folder, "cannot read the folder", error);
  for (const std::string& name : names) {
    error.clear();
    if (is_journal(name)) {
      fs::resize_file(folder / name, 0, error);
    } else if (name != sweep_files::kept && belongs_to_sweep(name)) {
      fs::remove(folder / name, error);
    }
    if (error) return folder_failure(folder / name, "cannot be removed", error);
    if (name != sweep_files::kept) continue;
    const auto runs = names_in(folder / name, error);
    if (error) return folder_failure(folder / name, "cannot read the folder", error);
    for (const std::string& run : runs) {
      if (is_run_number(run)) fs::remove_all(folder / name / run, error);
      if (error) return folder_failure(folder / name / run, "cannot be removed", error);
    }
  }
  return Done{};
}

// What stands in sweep.yaml.
Node plan_of(const Grid& grid, const Node& dimensions) {
  Node plan = to_node(grid.file());
  plan.add("dimensions", dimensions);
  plan.add("runs", Codec<Index>::write(grid.runs()));
  return plan;
}

// The fault where the folder is that of another sweep than this one, or of a part of it that has grown.
std::optional<Fault> other_sweep(const fs::path& folder, const Grid& grid, const Node& now, bool in_part) {
  const fs::path file = folder / sweep_files::plan;
  std::error_code error;
  if (!fs::exists(file, error)) return std::nullopt;
  const auto text = read_file(file.string(), FaultKind::output, sweep_files::most_plan_bytes);
  if (!text) return text.faults().front();
  const auto before = parse_yaml(*text, file.string());
  if (!before || !before->is_map()) {
    return folder_fault(file, "is not what a sweep has written",
                        "choose another folder with -o, or --force to replace it");
  }
  // Numbers and quotes are as the file's reader sees them.
  const auto reread = parse_yaml(to_yaml(now), file.string());
  if (!reread) return reread.faults().front();
  if (auto fault = SweepComparison(file, *before, *reread).difference()) return fault;
  if (in_part && grid.file().keep != Keep::table && to_yaml(*before) != to_yaml(*reread)) {
    return folder_fault(folder, "the sweep has grown, and the folders of its runs have other numbers then",
                        "lookahead sweep FILE --gather, once, gives them these");
  }
  return std::nullopt;
}

// Whether a sweep has written to the folder with these names in it, or nobody has: a problem may be called sweep.yaml
// too.
bool has_sweep(const fs::path& folder, const std::vector<std::string>& names) {
  std::error_code error;
  const fs::path file = folder / sweep_files::plan;
  if (!fs::exists(file, error)) return std::ranges::all_of(names, belongs_to_sweep);
  const auto text = read_file(file.string(), FaultKind::output, sweep_files::most_plan_bytes);
  const auto plan = text ? parse_yaml(*text, file.string()) : Checked<Node>(Faults{});
  if (plan && plan->is_map() && plan->find("dimensions") != nullptr) return true;
  // One that was damaged since has journals beside it.
  if (!std::ranges::all_of(names, belongs_to_sweep)) return false;
  const auto runs = FinishedRuns::read(folder);
  return runs && runs->size() > 0;
}

}  // namespace

std::optional<Fault> holds_other_sweep(const fs::path& folder, const Grid& grid, const Node& dimensions,
                                       bool in_part) {
  return other_sweep(folder, grid, plan_of(grid, dimensions), in_part);
}

std::optional<Fault> sweep_directory_in_use(const fs::path& folder) {
  std::error_code error;
  const fs::file_status there = fs::status(folder, error);
  if (there.type() == fs::file_type::not_found) return std::nullopt;
  if (error) return folder_failure(folder, "cannot read the folder", error);
  if (!fs::is_directory(there))
    return folder_fault(folder, "is not a folder", "choose another place with -o");
  const auto names = names_in(folder, error);
  if (error) return folder_failure(folder, "cannot read the folder", error);
  if (std::ranges::find(names, run_files::summary) != names.end())
    return folder_fault(folder, "the folder holds a run", "choose another place with -o");
  if (has_sweep(folder, names)) return std::nullopt;
  const auto other = std::ranges::find_if_not(names, belongs_to_sweep);
  return folder_fault(folder,
                      other != names.end() ? "the folder holds no sweep, but " + *other
                                           : "the folder holds " + std::string(sweep_files::plan) +
                                                 ", which no sweep has written",
                      "choose another place with -o");
}

Checked<Done> take_sweep_directory(const fs::path& folder, const Grid& grid, const Node& dimensions,
                                   bool replace, bool in_part) {
  const Node now = plan_of(grid, dimensions);
  if (replace) {
    if (auto removed = remove_sweep(folder); !removed) return removed;
  }
  if (auto fault = other_sweep(folder, grid, now, in_part)) return *fault;
  return write_atomically(folder / sweep_files::plan, to_yaml(now));
}

std::optional<Fault> is_of_sweep(const fs::path& folder) {
  std::error_code unknown;
  const fs::path whole = fs::weakly_canonical(folder, unknown), kept = whole.parent_path();
  if (!is_run_number(whole.filename().string()) || kept.filename() != sweep_files::kept ||
      !fs::exists(kept.parent_path() / sweep_files::plan, unknown))
    return std::nullopt;
  return folder_fault(
      folder, "is what the sweep " + quoted(kept.parent_path().filename().string()) + " keeps of a run",
      "copy it elsewhere and go on there, or choose another place with -o");
}

fs::path kept_folder(const fs::path& folder, Index number) {
  return folder / sweep_files::kept / sweep_files::kept_name(number + 1);
}

Checked<Done> mark_kept(const fs::path& kept, const RunKey& key) {
  return write_atomically(kept / mark, key_text(key));
}

bool is_kept(const fs::path& kept, const RunKey& key) {
  const auto text = read_file((kept / mark).string(), FaultKind::output, 1000);
  return text && *text == key_text(key);
}

Checked<Done> arrange_kept(const fs::path& folder, const Roster& roster) {
  const fs::path all = folder / sweep_files::kept;
  std::error_code error;
  if (!fs::exists(all, error)) return Done{};
  std::unordered_map<std::string, Index> numbers;
  for (Index run = 0; run < roster.grid().runs(); ++run) numbers.emplace(key_text(roster.key_of(run)), run);
  const auto names = names_in(all, error);
  if (error) return folder_failure(all, "cannot read the folder", error);
  std::vector<std::pair<fs::path, fs::path>> moves;
  std::vector<fs::path> gone;
  for (const std::string& name : names) {
    if (!is_run_number(name)) continue;
    const auto text = read_file((all / name / mark).string(), FaultKind::output, 1000);
    const auto found = text ? numbers.find(*text) : numbers.end();
    if (found == numbers.end()) {
      gone.push_back(all / name);
    } else if (sweep_files::kept_name(found->second + 1) != name) {
      moves.emplace_back(all / name, all / sweep_files::kept_name(found->second + 1));
    }
  }
  if (!moves.empty()) fs::remove(folder / sweep_files::runs, error);
  if (error) return folder_failure(folder / sweep_files::runs, "cannot be removed", error);
  for (const fs::path& path : gone) {
    fs::remove_all(path, error);
    if (error) return folder_failure(path, "cannot be removed", error);
  }
  const auto aside = [&](const fs::path& to) { return all / (moving + to.filename().string()); };
  for (const auto& [from, to] : moves) {
    if (from != aside(to)) fs::rename(from, aside(to), error);
    if (error) return folder_failure(from, "cannot be moved", error);
  }
  for (const auto& [from, to] : moves) {
    fs::rename(aside(to), to, error);
    if (error) return folder_failure(aside(to), "cannot be moved", error);
  }
  return Done{};
}

}  // namespace lookahead
