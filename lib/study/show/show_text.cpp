#include <algorithm>
#include <cmath>

#include "base/table_text.hpp"
#include "base/text.hpp"
#include "run/directory.hpp"
#include "run/run_summary.hpp"
#include "study/compare/words.hpp"
#include "study/show/listing.hpp"
#include "trace/csv_text.hpp"

namespace lookahead {
namespace {

namespace fs = std::filesystem;

std::string kind_text(const ListedStudy& listed) { return listed.kind == StudyFolder::run ? "run" : "sweep"; }

std::string best_text(const ListedStudy& listed) {
  return listed.best ? visible(listed.value) + " " + figure_text(*listed.best) : "-";
}

TextTable table_of(const StudyListing& listing) {
  TextTable table{{"folder", "what", "ended", "best"}, {}, {}, 3};
  for (const ListedStudy& listed : listing.found) {
    std::string what = kind_text(listed) + ": " + visible(listed.what);
    table.rows.push_back({visible(listed.folder.string()), what, visible(listed.ended), best_text(listed)});
    table.notes.push_back(listed.best_at.empty() ? "" : "best: " + visible(listed.best_at));
  }
  return table;
}

Json real_or_word(double value) {
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return number_or_null(value);
}

// A value of run.json on one line.
std::string value_text(const JsonRead& value) {
  if (value.is_string()) return visible(value.get<std::string>());
  if (value.is_null()) return "-";
  if (value.is_number_float()) return short_text(value.get<double>(), 6);
  if (!value.is_object()) return visible(value.dump(-1, ' ', false, JsonRead::error_handler_t::replace));
  std::vector<std::string> parts;
  for (const auto& [key, inner] : value.items()) parts.push_back(visible(key) + ": " + value_text(inner));
  return "{" + joined(parts, ", ") + "}";
}

}  // namespace

std::string listing_text(const StudyListing& listing) {
  return listing.found.empty() ? "" : plain_text(table_of(listing), 0);
}

std::string listing_markdown(const StudyListing& listing) { return markdown(table_of(listing)); }

std::string listing_csv(const StudyListing& listing) {
  std::string out = "folder,kind,name,what,ended,seed,steps,value,best,best_at\n";
  for (const ListedStudy& listed : listing.found) {
    const auto count = [](const auto& number) { return number ? to_text(*number) : std::string(); };
    std::string best;
    if (listed.best && std::isinf(*listed.best)) {
      best = figure_text(*listed.best);
    } else if (listed.best) {
      append_real(best, *listed.best);
    }
    out += csv_cell(listed.folder.string()) + "," + kind_text(listed) + "," + csv_cell(listed.name) + "," +
           csv_cell(listed.what) + "," + csv_cell(listed.ended) + "," + count(listed.seed) + "," +
           count(listed.steps) + "," + csv_cell(listed.value) + "," + best + "," + csv_cell(listed.best_at) +
           "\n";
  }
  return out;
}

Json listing_json(const StudyListing& listing) {
  Json list = Json::array();
  for (const ListedStudy& listed : listing.found) {
    list.push_back({{"folder", listed.folder.string()},
                    {"kind", kind_text(listed)},
                    {"name", listed.name},
                    {"what", listed.what},
                    {"ended", listed.ended},
                    {"seed", listed.seed ? Json(*listed.seed) : Json(nullptr)},
                    {"steps", listed.steps ? Json(*listed.steps) : Json(nullptr)},
                    {"value", listed.value.empty() ? Json(nullptr) : Json(listed.value)},
                    {"best", listed.best ? real_or_word(*listed.best) : Json(nullptr)},
                    {"best_at", listed.best_at.empty() ? Json(nullptr) : Json(listed.best_at)}});
  }
  return list;
}

Checked<std::string> run_text(const fs::path& folder) {
  const auto summary = read_summary(folder);
  if (!summary) return summary.faults();
  const auto ended = ending_of(folder);
  if (!ended) return ended.faults();
  const auto running = running_state(folder);
  if (!running) return running.faults();
  const auto found = summary->json.find("name");
  std::string text = (found == summary->json.end() ? visible(folder.string()) : value_text(*found)) + ": " +
                     visible(*ended) + "\n";
  std::vector<std::pair<std::string, std::string>> lines;
  const auto add = [&](const JsonRead& from, const std::vector<const char*>& keys) {
    for (const char* key : keys) {
      const auto value = from.find(key);
      if (value != from.end() && !value->is_null()) lines.emplace_back(key, value_text(*value));
    }
  };
  lines.emplace_back("folder", visible(folder.string()));
  add(summary->json, {"started", "seed"});
  // Until it ends, run.json has no counts of it.
  if (!*running) {
    add(summary->json, {"steps", "rounds", "epochs", "grad_evals"});
  } else if (const auto checkpoint = (*running)->checkpoint) {
    lines.emplace_back("steps", to_text(*checkpoint) + " at its last checkpoint");
  }
  add(summary->json, {"precision", "optimizer"});
  const auto slow = summary->json.find("lookahead");
  const bool plain = slow != summary->json.end() && slow->is_boolean();
  if (plain) lines.emplace_back("lookahead", "none: the inner optimizer alone");
  if (!plain) add(summary->json, {"lookahead"});
  add(summary->json, {"data"});
  const auto result = summary->json.find("result");
  if (result != summary->json.end() && result->is_object()) {
    // In the order in which run.json has them, which a map of what was read does not keep.
    const std::vector<std::string> first = {"loss_slow", "loss_fast", "best_loss",
                                            "best_step", "grad_norm", "gap"};
    for (const std::string& key : first) add(*result, {key.c_str()});
    for (const auto& [key, value] : result->items()) {
      const bool shown = std::find(first.begin(), first.end(), key) != first.end();
      if (!shown && !value.is_null() && !value.is_structured())
        lines.emplace_back(visible(key), value_text(value));
    }
  }
  if (!*running) add(summary->json, {"time_s", "elapsed_s"});
  add(summary->json, {"threads", "machine", "version"});
  const auto warnings = summary->json.find("warnings");
  if (warnings != summary->json.end() && warnings->is_array()) {
    for (const JsonRead& note : *warnings) lines.emplace_back("note", value_text(note));
  }
  std::size_t width = 0;
  for (const auto& [title, _] : lines) width = std::max(width, shown_width(title));
  for (const auto& [title, value] : lines) {
    std::string line = title;
    line.append(width + 2 - shown_width(title), ' ').append(value);
    text += wrapped(line, 2, width + 4);
  }
  // Not broken into lines: it has a command to be copied.
  if (*running) text += "the run " + visible(text_of(**running, folder)) + "\n";
  return text;
}

Checked<Json> run_object(const fs::path& folder) {
  const auto summary = read_summary(folder);
  if (!summary) return summary.faults();
  const auto ended = ending_of(folder);
  if (!ended) return ended.faults();
  Json object = {{"folder", folder.string()}, {"kind", "run"}, {"ended", *ended}};
  for (const auto& [key, value] : summary->json.items())
    object[key] = Json::parse(value.dump(-1, ' ', false, JsonRead::error_handler_t::replace));
  return object;
}

}  // namespace lookahead
