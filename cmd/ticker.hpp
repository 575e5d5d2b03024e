#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "console.hpp"

namespace lookahead::cmd {

// How progress is shown, by --progress, --quiet and what stderr is.
enum class ProgressStyle { none, lines, bar };
ProgressStyle progress_style(const Console& console);

// Shows on stderr what the program is busy with as long as it lives: redrawn on a terminal, elsewhere as a line
// after 2 s and then one every 10 s. A thread of its own asks for the text, so that long work needs no breaks.
class Ticker {
 public:
  // text(seconds since the ticker began, columns of the line) is called from that thread; empty: nothing to show.
  using Text = std::function<std::string(double seconds, std::size_t columns)>;
  // Warns where there is no thread to be had, and shows nothing.
  Ticker(const Console& console, ProgressStyle style, Text text);
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;
  // Leaves nothing on a terminal.
  ~Ticker();

 private:
  void run();
  void show(const std::string& text, std::size_t columns) const;

  const Console& console_;
  ProgressStyle style_;
  Text text_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
  std::condition_variable turn_;
  bool ended_ = false;
  std::thread thread_;
};

// "reading data.csv, 12 s" while a file is read.
class Reading {
 public:
  Reading(const Console& console, const std::string& file);

 private:
  Ticker ticker_;
};

// "45 s", "12 min 5 s", "3.5 h": for people, at most 99 s in seconds.
std::string time_text(double seconds);
// The same of a guess, in minutes alone.
std::string about_text(double seconds);
// A text of at most `columns` characters, or as many as fit before a "~" that stands for the rest.
std::string cut(const std::string& text, std::size_t columns);

}  // namespace lookahead::cmd
