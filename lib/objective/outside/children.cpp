#include "objective/outside/children.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <system_error>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "objective/outside/differences.hpp"
#include "objective/outside/policy.hpp"

namespace lookahead::outside {
namespace {

// Of an answer, for every number: more than any way to write one takes.
constexpr std::size_t bytes_of_number = 512;

// The next word of the text, and what follows it.
std::string_view next_word(std::string_view& text) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t first = std::min(text.find_first_not_of(blanks), text.size());
  const std::size_t size = std::min(text.find_first_of(blanks, first), text.size()) - first;
  const std::string_view word = text.substr(first, size);
  text.remove_prefix(first + size);
  return word;
}

}  // namespace

Children::~Children() {
  // All of them at once have the time to end by themselves.
  for (const auto& child : idle_) child->process->close_input();
  const auto all_ended_by = [&](Process::Clock::time_point end) {
    return std::all_of(idle_.begin(), idle_.end(),
                       [&](const auto& child) { return child->process->ended_by(end); });
  };
  const auto time = faults_.empty() ? Process::after_input : Process::after_input * 0;
  if (!all_ended_by(Process::Clock::now() + time)) {
    for (const auto& child : idle_) child->process->send_term();
    all_ended_by(Process::Clock::now() + Process::after_term);
  }
  idle_.clear();
  {
    const std::lock_guard lock(starting_);
    closing_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Children::serve() {
  std::unique_lock lock(starting_);
  for (;;) {
    wake_.wait(lock, [&] { return work_ != nullptr || closing_; });
    if (work_ == nullptr) return;
    (*work_)();
    work_ = nullptr;
    wake_.notify_all();
  }
}

// Throws what `work` does, and std::system_error where there is no thread to be had.
void Children::on_lasting_thread(const std::function<void()>& work) {
  std::exception_ptr thrown;
  const std::function<void()> caught = [&] {
    try {
      work();
    } catch (...) {
      thrown = std::current_exception();
    }
  };
  std::unique_lock lock(starting_);
  if (!thread_.joinable()) thread_ = std::thread([this] { serve(); });
  wake_.wait(lock, [&] { return work_ == nullptr; });
  work_ = &caught;
  wake_.notify_all();
  wake_.wait(lock, [&] { return work_ != &caught; });
  if (thrown) std::rethrow_exception(thrown);
}

Evaluation Children::fail(const Fault& fault) {
  const std::lock_guard lock(mutex_);
  faults_.push_back(fault);
  return Evaluation(faults_.back());
}

std::unique_ptr<Children::Child> Children::started(Evaluation& fault) {
  auto child = std::make_unique<Child>();
  Checked<std::unique_ptr<Process>> process = Faults{};
  const auto work = [&] {
    process = Process::start(program_.command, program_.folder, policy().shows_errors);
  };
  try {
    tell(line_of(program_));
    on_lasting_thread(work);
  } catch (const std::system_error& error) {
    fault = fail({FaultKind::data,
                  {joined(program_.command, " "), 0, 0},
                  std::string("cannot be started: no thread: ") + error.what(),
                  ""});
    return nullptr;
  }
  if (!process) {
    fault = fail(process.faults().front());
    return nullptr;
  }
  child->process = std::move(*process);
  const std::string greeting =
      "lookahead 1 " + to_text(dimension_) + " " + Codec<Gives>::word(program_.gives) + "\n";
  const auto answer = child->process->exchange(greeting, program_.timeout.seconds, bytes_of_number);
  if (answer && trimmed(*answer) == "ok") return child;
  fault = fail(answer ? child->process->fault("expected the answer 'ok' to " + quoted(trimmed(greeting)) +
                                                  ", got " + quoted(*answer),
                                              "the protocol is on the page samples/outside/README.md")
                      : answer.faults().front());
  return nullptr;
}

std::unique_ptr<Children::Child> Children::take(Evaluation& fault) {
  {
    std::unique_lock lock(mutex_);
    freed_.wait(lock, [&] { return !idle_.empty() || running_ < most_; });
    if (!idle_.empty()) {
      auto child = std::move(idle_.back());
      idle_.pop_back();
      return child;
    }
    idle_.reserve(static_cast<std::size_t>(running_ + 1));  // so that all can be given back
    ++running_;
  }
  try {
    auto child = started(fault);
    if (child == nullptr) replace(nullptr);
    return child;
  } catch (...) {
    replace(nullptr);
    throw;
  }
}

void Children::give_back(std::unique_ptr<Child> child) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(child));
  freed_.notify_one();
}

// Makes room for another process in the place of one that met a fault.
void Children::replace(std::unique_ptr<Child> child) {
  child.reset();
  const std::lock_guard lock(mutex_);
  --running_;
  freed_.notify_one();
}

// The answer's numbers, or why they are none.
Evaluation Children::read_answer(Child& child, std::string_view text) {
  const std::size_t wanted = program_.gives == Gives::gradient ? 1 + static_cast<std::size_t>(dimension_) : 1;
  const auto misfit = [&](const std::string& got) {
    const std::string what = wanted == 1 ? "the value"
                                         : counted(static_cast<Index>(wanted), "number") +
                                               ", the value and the components of the gradient";
    return fail(child.process->fault(
        "line " + to_text(child.process->lines()) + " of its output: expected " + what + ", got " + got,
        "the protocol is on the page samples/outside/README.md"));
  };
  child.answer.clear();
  std::string_view rest = text;
  for (std::string_view word = next_word(rest); !word.empty(); word = next_word(rest)) {
    const auto number = parse_number(word);
    if (!number) return misfit(quoted(text));
    child.answer.push_back(*number);
    if (child.answer.size() > wanted) return misfit("more: " + quoted(text));
  }
  // Where f is not defined there is no gradient to be given.
  const bool undefined = child.answer.size() == 1 && !std::isfinite(child.answer.front());
  if (child.answer.size() < wanted && !undefined)
    return misfit(child.answer.empty() ? "an empty line"
                                       : to_text(child.answer.size()) + ": " + quoted(text));
  const double value = child.answer.front();
  if (!std::isfinite(value)) {
    child.answer.assign(wanted, std::numeric_limits<double>::quiet_NaN());
    child.answer.front() = value;
  }
  return value;
}

// Sends the child's point.
Evaluation Children::ask(Child& child) {
  child.line.clear();
  for (const double x : child.point) {
    if (!child.line.empty()) child.line += ' ';
    append_text(child.line, x);
  }
  child.line += '\n';
  const std::size_t most = bytes_of_number * (1 + static_cast<std::size_t>(dimension_));
  const auto answer = child.process->exchange(child.line, program_.timeout.seconds, most);
  if (!answer) return fail(answer.faults().front());
  return read_answer(child, *answer);
}

template <Scalar T>
Evaluation Children::evaluate(std::span<const T> x, std::span<T> gradient) {
  constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
  if (!std::all_of(x.begin(), x.end(), [](T number) { return std::isfinite(number); })) {
    std::fill(gradient.begin(), gradient.end(), static_cast<T>(undefined));
    return undefined;
  }
  Evaluation value = undefined;
  std::unique_ptr<Child> child = take(value);
  if (child == nullptr) return value;
  try {
    value = answered_by(*child, x, gradient);
  } catch (...) {
    replace(std::move(child));
    throw;
  }
  value.fault == nullptr ? give_back(std::move(child)) : replace(std::move(child));
  return value;
}

template <Scalar T>
Evaluation Children::answered_by(Child& child, std::span<const T> x, std::span<T> gradient) {
  const auto number = [](double g) { return static_cast<T>(g); };
  child.point.assign(x.begin(), x.end());
  if (gradient.empty()) return ask(child);
  if (program_.gives == Gives::gradient) {
    const Evaluation value = ask(child);
    if (value.fault == nullptr)
      std::transform(child.answer.begin() + 1, child.answer.end(), gradient.begin(), number);
    return value;
  }
  child.slopes.assign(x.size(), std::numeric_limits<double>::quiet_NaN());
  const Evaluation value =
      by_differences(child.point, child.slopes, [&](std::span<const double>) { return ask(child); });
  std::transform(child.slopes.begin(), child.slopes.end(), gradient.begin(), number);
  return value;
}

template Evaluation Children::evaluate(std::span<const float>, std::span<float>);
template Evaluation Children::evaluate(std::span<const double>, std::span<double>);

}  // namespace lookahead::outside
