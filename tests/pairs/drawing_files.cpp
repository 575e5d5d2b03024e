#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "drawing.hpp"

namespace lookahead::pairs {
namespace {

// How the cells of a column come about.
struct ColumnPlan {
  std::string name;
  enum class Role { number, text, weight, exposure, dropped, target } role = Role::number;
  double middle = 0, spread = 1;  // of numbers
  int digits = 2;                 // behind the point
  std::vector<std::string> levels;
  std::string mark;        // of missing cells
  int missing_one_in = 0;  // 0: no cell is missing
};

class Sheet {
 public:
  Sheet(Dice& dice, const Wanted& wanted, Problem& p) : dice_(dice), wanted_(wanted), p_(p), d_(p.data) {}

  void draw() {
    choose_format();
    choose_columns();
    choose_encoding();
    const int rows = wanted_.rows > 0 ? wanted_.rows : usual_rows();
    choose_parts(rows);
    more_ = wanted_.rows == 0 && dice_.once_in(8);
    p_.train = file(rows, true);
    if (more_) p_.more = file(dice_.from(3, 20), true);
    // What is mostly numbers is taken for a column of numbers.
    for (std::size_t j = 0; j < columns_.size(); ++j) {
      if (columns_[j].role == ColumnPlan::Role::text && 2 * texts_[j] < numbers_[j] + texts_[j] + 4)
        d_.exact.insert(columns_[j].name);
    }
    const auto judging = [&] { return file(dice_.from(4, 20), false); };
    if (has_validation_) p_.validation = judging();
    if (has_test_) p_.test = judging();
    keys();
  }

 private:
  // Mostly few, at times around the ends of blocks of rows.
  int usual_rows() {
    if (dice_.once_in(12)) return dice_.one_of({63, 64, 65, 127, 128, 129, 255, 256, 257, 300, 511, 513});
    return dice_.from(12, 48);
  }

  void key(const std::string& text) { p_.data_keys.push_back(text); }

  void choose_format() {
    d_.separator = dice_.one_of({',', ',', ';', '\t', '|', ' '});
    d_.header = !dice_.once_in(6);
    if (d_.separator == ';' && dice_.once_in(2)) d_.decimal = ',';
    if (d_.separator == '|' && dice_.once_in(2)) d_.thousands = ',';
    if (dice_.once_in(8)) d_.unit = dice_.one_of({"%", "$"});
    if (dice_.once_in(8)) d_.comment = '#';
    if (dice_.once_in(8)) d_.skip_lines = dice_.from(1, 3);
    crlf_ = dice_.once_in(5);
    mark_ = dice_.once_in(8);
    last_line_ends_ = !dice_.once_in(5);
    quotes_ = dice_.one_of({0, 0, 5, 1});
    d_.policy = dice_.one_of({Policy::error, Policy::error, Policy::drop, Policy::impute, Policy::mean});
    if (dice_.once_in(4)) d_.marks = {"none"}, d_.number_mark = -999;
    // Of many columns one would be missing in every row.
    if (wanted_.columns > 0) d_.policy = Policy::error;
  }

  void choose_columns() {
    ModelSettings& m = p_.model;
    m.kind =
        dice_.one_of({Kind::linear, Kind::linear, Kind::logistic, Kind::softmax, Kind::poisson, Kind::mlp});
    m.classes =
        m.kind == Kind::logistic || m.kind == Kind::softmax || (m.kind == Kind::mlp && dice_.once_in(2));
    const int numbers = wanted_.columns > 0 ? wanted_.columns : dice_.from(1, 4);
    for (int j = 0; j < numbers; ++j) {
      ColumnPlan column;
      column.name = "x" + std::to_string(j);
      if (dice_.once_in(8)) column.middle = dice_.one_of({10.0, 1000.0, 123456.0}), column.spread = 2;
      if (dice_.once_in(8)) column.spread = dice_.one_of({0.01, 5.0});
      if (dice_.once_in(12)) column.spread = dice_.one_of({0.0, 200.0});
      if (dice_.once_in(6)) column.digits = dice_.one_of({0, 4});
      miss(column);
      columns_.push_back(column);
    }
    const int texts = wanted_.columns > 0 ? 0 : dice_.one_of({0, 0, 1, 2});
    for (int j = 0; j < texts; ++j) {
      ColumnPlan column;
      column.role = ColumnPlan::Role::text;
      column.name = "t" + std::to_string(j);
      column.levels =
          dice_.one_of(std::vector<std::vector<std::string>>{{"red", "blue", "green"},
                                                             {"A", "b", "\xC3\x84", "B"},
                                                             {"a,b", "say \"x\"", "plain", "two words"},
                                                             {"other", "red", "blue", "other_2"},
                                                             {"1", "2", "10"},
                                                             {"7", "007", "07", "x"},
                                                             {"x", "z", "y", "10", "2", "02"},
                                                             {"yes", "no"}});
      exact_.push_back(column.levels[0] == "1" || column.levels[0] == "7");
      if (d_.policy != Policy::mean) miss(column);
      columns_.push_back(column);
    }
    exact_.insert(exact_.begin(), static_cast<std::size_t>(numbers), false);
    const auto add = [&](const char* name, ColumnPlan::Role role) {
      columns_.push_back({});
      columns_.back().name = name;
      columns_.back().role = role;
      exact_.push_back(false);
    };
    if (dice_.once_in(2)) add("w", ColumnPlan::Role::weight);
    if (m.kind == Kind::poisson && dice_.once_in(2)) add("time", ColumnPlan::Role::exposure);
    if (dice_.once_in(6)) add("junk", ColumnPlan::Role::dropped);
    add("y", ColumnPlan::Role::target);
    weight_kind_ = dice_.below(3);
    // The target stands anywhere.
    const auto place = static_cast<std::size_t>(dice_.below(static_cast<int>(columns_.size())));
    std::swap(columns_[place], columns_.back());
    const bool flag = exact_[place];
    exact_[place] = exact_.back();
    exact_.back() = flag;
    for (std::size_t j = 0; j < columns_.size(); ++j) {
      ColumnPlan& column = columns_[j];
      if (!d_.header) column.name = std::to_string(j + 1);
      switch (column.role) {
        case ColumnPlan::Role::text:
          d_.texts.insert(column.name);
          if (exact_[j]) d_.exact.insert(column.name);
          break;
        case ColumnPlan::Role::weight:
          d_.weights = column.name;
          break;
        case ColumnPlan::Role::exposure:
          d_.exposure = column.name;
          break;
        case ColumnPlan::Role::dropped:
          d_.dropped.insert(column.name);
          break;
        case ColumnPlan::Role::target:
          d_.target = column.name;
          choose_labels(column);
          break;
        case ColumnPlan::Role::number:
          break;
      }
    }
  }

  void miss(ColumnPlan& column) {
    if (d_.policy == Policy::error || dice_.once_in(2)) return;
    column.missing_one_in = dice_.one_of({5, 15});
    column.mark = d_.separator == ' ' ? "NA" : dice_.one_of({"", "NA", "?", "nan"});
    if (d_.number_mark) column.mark = column.role == ColumnPlan::Role::text ? "None" : "-999";
  }

  void choose_labels(ColumnPlan& target) {
    ModelSettings& m = p_.model;
    if (!m.classes) {
      target.middle = m.kind == Kind::linear ? dice_.one_of({0.0, 1.0, 100.0}) : 0;
      if (m.kind == Kind::linear && p_.single && dice_.once_in(3)) target.middle = 1.7e9;
      if (m.kind != Kind::poisson && dice_.once_in(20)) target.middle = 0.1, target.spread = 0;
      if (m.kind != Kind::poisson && dice_.once_in(3)) d_.standardize_target = true;
      return;
    }
    const int classes = m.kind == Kind::logistic ? 2 : dice_.from(2, 4);
    // Of a class, the ways in which it is written.
    using Labels = std::vector<std::vector<std::string>>;
    labels_ = dice_.one_of(std::vector<Labels>{{{"no"}, {"yes"}, {"maybe"}, {"Yes"}},
                                               {{"1", "+1"}, {"-1"}, {"2"}, {"10"}},
                                               {{"0", "00"}, {"1", "01"}, {"x"}, {"-3"}},
                                               {{"b"}, {"a"}, {"B"}, {"A 1"}}});
    labels_.resize(static_cast<std::size_t>(classes));
    m.class_weight[labels_[0][0]] = 3;
    if (dice_.once_in(2)) m.class_weight[labels_[1][0]] = 0.5L;
    if (classes == 2 && dice_.once_in(4)) {
      d_.event = labels_[static_cast<std::size_t>(dice_.below(2))][0];
      key("event: \"" + d_.event + "\"");
    }
    p_.classes = classes;
  }

  void choose_encoding() {
    d_.scaling = dice_.one_of({Scaling::numbers, Scaling::numbers, Scaling::none, Scaling::all});
    d_.drop_first = dice_.once_in(4);
    if (dice_.once_in(4)) d_.rare = dice_.one_of({2, 5, 10});
  }

  void choose_parts(int rows) {
    has_test_ = dice_.once_in(2);
    if (!has_test_ && rows >= 20 && dice_.once_in(3)) p_.test_fraction = dice_.one_of({0.1, 0.25});
    switch (dice_.below(4)) {
      case 0:
        has_validation_ = true;
        break;
      case 1:
        p_.folds = dice_.from(2, 4);
        break;
      case 2:
        if (rows >= 20) p_.validation_fraction = dice_.one_of({0.2, 0.4, 0.5});
        break;
      default:
        break;
    }
    p_.stratify = !dice_.once_in(5);
    if (!p_.test.empty() || !has_test_) return;
    if (p_.model.classes && labels_[0][0] == "no" && dice_.once_in(4)) d_.strip = ".";
  }

  std::string number_text(double x, int digits) {
    const double scale = std::pow(10.0, digits);
    std::string text = to_text(std::round(x * scale) / scale);
    if (dice_.once_in(40) && text[0] != '-') text = "+" + text;
    if (d_.thousands != 0 && text.find_first_of("eE") == std::string::npos) {
      const std::size_t point = std::min(text.find('.'), text.size());
      const std::size_t first = text.find_first_of("0123456789");
      for (std::size_t i = point; i > first + 3; i -= 3) text.insert(i - 3, 1, ',');
    }
    if (d_.decimal == ',') std::replace(text.begin(), text.end(), '.', ',');
    if (!d_.unit.empty() && dice_.once_in(2)) text += d_.unit;
    return text;
  }

  // The cell, and what it adds to the row's score.
  std::string cell(const ColumnPlan& column, double& score, bool training) {
    switch (column.role) {
      case ColumnPlan::Role::number: {
        if (column.missing_one_in > 0 && dice_.once_in(column.missing_one_in)) return column.mark;
        const double unit = dice_.unit();
        score += unit;
        return number_text(column.middle + column.spread * unit, column.digits);
      }
      case ColumnPlan::Role::text: {
        if (column.missing_one_in > 0 && dice_.once_in(column.missing_one_in)) return column.mark;
        if (!training && dice_.once_in(12)) return "never seen";
        const int which = std::min(dice_.below(static_cast<int>(column.levels.size())),
                                   dice_.below(static_cast<int>(column.levels.size())));
        score += which * 0.3;
        return column.levels[static_cast<std::size_t>(which)];
      }
      case ColumnPlan::Role::weight:
        if (weight_kind_ == 0) return std::to_string(dice_.from(1, 3));
        if (weight_kind_ == 1) return dice_.one_of({"0", "1", "1", "20"});
        return number_text(1.01 + dice_.unit(), 2);
      case ColumnPlan::Role::exposure:
        return number_text(1.5 + dice_.unit(), 2);
      case ColumnPlan::Role::dropped:
        return dice_.one_of({"NA", "1", "what", "none"}) + std::string(d_.separator == ' ' ? "x" : "");
      case ColumnPlan::Role::target:
        break;
    }
    return {};
  }

  std::string target_cell(const ColumnPlan& column, double score, int row, bool training) {
    if (training && column.missing_one_in > 0 && row > 8 && dice_.once_in(column.missing_one_in))
      return column.mark;
    if (p_.model.kind == Kind::poisson) return std::to_string(dice_.below(4) + (score > 0.5 ? 1 : 0));
    if (!p_.model.classes)
      return number_text(column.middle + column.spread * (2 * score + 0.5 * dice_.unit()), 2);
    auto which = static_cast<std::size_t>(score + dice_.unit() > 0 ? 1 : 0);
    if (labels_.size() > 2) which = static_cast<std::size_t>(dice_.below(static_cast<int>(labels_.size())));
    // Every class occurs.
    if (training && row < 3 * static_cast<int>(labels_.size()))
      which = static_cast<std::size_t>(row) % labels_.size();
    return dice_.one_of(labels_[which]) + (training ? "" : d_.strip);
  }

  std::string written(const std::string& cell) {
    const bool needs = cell.find_first_of(std::string("\"\n#") + d_.separator) != std::string::npos ||
                       cell.find(' ') != std::string::npos || (cell.empty() && quotes_ == 1);
    if (!needs && (quotes_ == 0 || !dice_.once_in(quotes_))) return cell;
    std::string out = "\"";
    for (const char c : cell) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
  }

  std::string file(int rows, bool training) {
    const std::string end = crlf_ ? "\r\n" : "\n";
    std::vector<std::size_t> order(columns_.size());
    for (std::size_t j = 0; j < order.size(); ++j) order[j] = j;
    // By their names columns are found wherever they stand.
    if (!training && d_.header && dice_.once_in(3)) std::reverse(order.begin(), order.end());
    numbers_.resize(columns_.size());
    texts_.resize(columns_.size());
    std::string out = mark_ ? "\xEF\xBB\xBF" : "";
    for (int line = 0; line < d_.skip_lines; ++line)
      out += "made by, \"nobody; " + std::to_string(line) + end;
    const auto line = [&](const std::vector<std::string>& cells) {
      for (std::size_t j = 0; j < order.size(); ++j) {
        if (j > 0) out += d_.separator;
        if (d_.separator != ' ' && dice_.once_in(30)) out += ' ';
        out += written(cells[order[j]]);
      }
    };
    if (d_.header) {
      std::vector<std::string> names;
      for (const ColumnPlan& column : columns_) names.push_back(column.name);
      line(names);
      out += end;
    }
    for (int i = 0; i < rows; ++i) {
      if (d_.comment != 0 && dice_.once_in(10)) out += "# a comment, \"open" + end;
      if (dice_.once_in(40)) out += end;
      double score = 0;
      std::vector<std::string> cells;
      for (const ColumnPlan& column : columns_) cells.push_back(cell(column, score, training));
      for (std::size_t j = 0; j < columns_.size(); ++j) {
        if (columns_[j].role == ColumnPlan::Role::target)
          cells[j] = target_cell(columns_[j], score, i, training);
      }
      for (std::size_t j = 0; j < cells.size() && training; ++j) {
        const bool number = cells[j].find_first_not_of("0123456789") == std::string::npos;
        ++(number ? numbers_ : texts_)[j];
      }
      line(cells);
      if (d_.comment != 0 && dice_.once_in(10)) out += " # the row's end";
      if (i + 1 < rows || last_line_ends_) out += end;
    }
    return out;
  }

  std::string list(const std::set<std::string>& names) {
    std::string out = "[";
    for (const std::string& name : names) out += (out.size() > 1 ? ", \"" : "\"") + name + "\"";
    return out + "]";
  }

  void keys() {
    key("target: " + d_.target);
    key(std::string("separator: ") + (d_.separator == ','    ? "comma"
                                      : d_.separator == ';'  ? "semicolon"
                                      : d_.separator == '\t' ? "tab"
                                      : d_.separator == '|'  ? "pipe"
                                                             : "blank"));
    key(std::string("header: ") + (d_.header ? "true" : "false"));
    if (d_.decimal == ',') key("decimal: \",\"");
    if (d_.decimal == '.') key("decimal: \".\"");
    if (d_.thousands != 0) key("thousands: \",\"");
    if (!d_.unit.empty()) key("units: [\"" + d_.unit + "\"]");
    if (d_.comment != 0) key("comment: \"#\"");
    if (d_.skip_lines > 0) key("skip_lines: " + std::to_string(d_.skip_lines));
    if (!d_.weights.empty()) key("weights: " + d_.weights);
    if (!d_.exact.empty()) key("categorical: " + list(d_.exact));
    if (!d_.dropped.empty()) key("drop: " + list(d_.dropped));
    const char* policies[] = {"error", "drop", "impute", "mean"};
    const std::string policy = policies[static_cast<int>(d_.policy)];
    if (d_.number_mark)
      key("missing: {policy: " + policy + ", marks: [none, -999]}");
    else if (d_.policy != Policy::error)
      key("missing: " + policy);
    if (d_.scaling != Scaling::numbers)
      key(std::string("standardize: ") + (d_.scaling == Scaling::all ? "all" : "false"));
    if (d_.standardize_target) key("standardize_target: true");
    if (d_.drop_first) key("encoding: drop_first");
    if (d_.rare > 0) key("rare: " + std::to_string(d_.rare));
    const std::string stratify = p_.stratify ? "" : ", stratify: false";
    const auto fraction = [&](const char* name, double share) {
      if (share > 0) key(std::string(name) + ": {fraction: " + to_text(share) + stratify + "}");
    };
    fraction("validation", p_.validation_fraction);
    fraction("test", p_.test_fraction);
    if (p_.folds > 0) key("validation: {folds: " + std::to_string(p_.folds) + stratify + "}");
    if (dice_.once_in(2)) key("split_seed: " + std::to_string(dice_.from(0, 99)));
  }

  Dice& dice_;
  const Wanted& wanted_;
  Problem& p_;
  DataSettings& d_;
  std::vector<ColumnPlan> columns_;
  std::vector<bool> exact_;
  std::vector<std::vector<std::string>> labels_;
  bool more_ = false, crlf_ = false, mark_ = false, last_line_ends_ = true, has_validation_ = false,
       has_test_ = false;
  int quotes_ = 0, weight_kind_ = 0;
  std::vector<int> numbers_,
      texts_;  // cells of every column of the training file that are numbers, and others
};

}  // namespace

void draw_files(Dice& dice, const Wanted& wanted, Problem& problem) { Sheet(dice, wanted, problem).draw(); }

}  // namespace lookahead::pairs
