#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "objective/evaluation.hpp"
#include "objective/outside/outside.hpp"
#include "objective/outside/process.hpp"

namespace lookahead::outside {

// The processes of a program that answer for one objective. Any number of threads may evaluate; as many at
// once as there are processes, which are started when they are first needed. A process that met a fault is
// replaced, so that the fault is that of one evaluation, and of the run that made it, alone.
class Children {
 public:
  Children(const ProgramParameters& program, Index dimension) : program_(program), dimension_(dimension) {}
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;
  ~Children();

  void expect(Index runs) { most_ = program_.processes * runs; }
  // f at x, and its gradient where `gradient` is not empty. Where the program says nan or inf of the value, or x
  // is not finite, the value is not finite, and the gradient NaN; a component that is nan or inf is given back as it is.
  template <Scalar T>
  Evaluation evaluate(std::span<const T> x, std::span<T> gradient);

 private:
  // A process, and what an exchange with it works on.
  struct Child {
    std::unique_ptr<Process> process;
    std::string line;
    std::vector<double> point, answer, slopes;
  };

  // A process, or why there is none.
  std::unique_ptr<Child> take(Evaluation& fault);
  void give_back(std::unique_ptr<Child> child);
  void replace(std::unique_ptr<Child> child);
  std::unique_ptr<Child> started(Evaluation& fault);
  template <Scalar T>
  Evaluation answered_by(Child& child, std::span<const T> x, std::span<T> gradient);
  Evaluation ask(Child& child);
  Evaluation read_answer(Child& child, std::string_view text);
  Evaluation fail(const Fault& fault);
  void on_lasting_thread(const std::function<void()>& work);
  void serve();

  ProgramParameters program_;
  Index dimension_;
  Index most_ = 1;    // processes
  std::mutex mutex_;  // of what follows
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Child>> idle_;
  Index running_ = 0;
  std::deque<Fault> faults_;  // which evaluations refer to
  // A process ends with the thread that has started it, and threads of runs come and go: this one stays.
  std::mutex starting_;
  std::condition_variable wake_;
  const std::function<void()>* work_ = nullptr;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace lookahead::outside
