#include "study/sweep_state.hpp"

#include <algorithm>

#include "base/counted.hpp"
#include "base/file.hpp"
#include "base/folder.hpp"
#include "base/text.hpp"
#include "spec/sweep_files.hpp"
#include "spec/yaml.hpp"
#include "study/sweep/journal.hpp"

namespace lookahead {

namespace fs = std::filesystem;

namespace {

Fault unlisted(const fs::path& folder, const std::error_code& error) {
  return {FaultKind::data, {folder.string(), 0, 0}, "cannot read the folder: " + error.message(), ""};
}

}  // namespace

std::string SweepState::text() const {
  const std::string runs =
      planned > ended ? to_text(ended) + " of " + counted(planned, "run") : counted(ended, "run");
  return runs + (alive ? ", still running" : in_parts ? ", parts not joined" : "");
}

Checked<SweepState> state_of_sweep(const fs::path& folder, Index in_table) {
  const std::string file = (folder / sweep_files::plan).string();
  const auto text = read_file(file, FaultKind::data, sweep_files::most_plan_bytes);
  if (!text) return text.faults();
  const auto plan = parse_yaml(*text, file);
  if (!plan) return as_data(plan.faults());
  const auto word = [&](const char* key) {
    const Node* node = plan->is_map() ? plan->find(key) : nullptr;
    return node != nullptr && node->is_scalar() ? node->text : std::string();
  };
  SweepState state;
  state.name = word("name");
  state.planned = static_cast<Index>(parse_integer(word("runs")).value_or(0));
  state.alive = other_writer(folder, "").has_value();
  const auto runs = FinishedRuns::read(folder);
  if (!runs) return as_data(runs.faults());
  state.ended = std::max(runs->size(), in_table);
  std::error_code error;
  const auto names = names_in(folder, error);
  if (error) return unlisted(folder, error);
  const bool parts = std::ranges::any_of(
      names, [](const std::string& name) { return is_journal(name) && name != sweep_files::journal; });
  const fs::path whole = folder / sweep_files::journal;
  const bool of_whole = fs::exists(whole, error) && fs::file_size(whole, error) > 0;
  if (error)
    return Fault{FaultKind::data, {whole.string(), 0, 0}, "cannot be looked at: " + error.message(), ""};
  state.in_parts = parts && !of_whole && (in_table == 0 || runs->size() > in_table);
  return state;
}

Checked<bool> has_table(const fs::path& folder) {
  const fs::path path = folder / sweep_files::runs;
  std::error_code error;
  const bool there = fs::exists(path, error);
  if (error)
    return Fault{FaultKind::data, {path.string(), 0, 0}, "cannot be looked at: " + error.message(), ""};
  if (!there) return false;
  // More than a header has.
  constexpr std::size_t beginning = std::size_t{1} << 20;
  const auto text = read_beginning(path.string(), FaultKind::data, beginning);
  if (!text) return text.faults();
  const auto end = text->find('\n');
  return end != std::string::npos && end + 1 < text->size();
}

Checked<bool> has_begun(const fs::path& folder) {
  std::error_code error;
  const auto names = names_in(folder, error);
  if (error) return unlisted(folder, error);
  return std::ranges::any_of(
      names, [](const std::string& name) { return is_journal(name) || name == sweep_files::runs; });
}

Fault without_table(const fs::path& folder) {
  const auto state = state_of_sweep(folder);
  if (!state) return state.faults().front();
  const std::string command =
      "lookahead sweep " + (folder / sweep_files::plan).string() + " -o " + folder.string();
  const Place place{folder.string(), 0, 0};
  if (state->alive) {
    return {FaultKind::data, place,
            std::string("the sweep is still running, and ") + sweep_files::runs + " is written when it ends",
            "wait for its end"};
  }
  if (state->in_parts) {
    return {FaultKind::data, place, "the parts of the sweep are not joined yet",
            "when all of them have ended: " + command + " --gather"};
  }
  if (state->ended == 0)
    return {FaultKind::data, place,
            std::string("there is no row in ") + sweep_files::runs + ": none of the sweep's runs has ended",
            "this continues it: " + command};
  return {FaultKind::data, place,
          "the sweep was killed after " + state->text() + ", before they were in " + sweep_files::runs,
          "this continues it: " + command + "; with --gather it writes the rows of those that ended"};
}

}  // namespace lookahead
