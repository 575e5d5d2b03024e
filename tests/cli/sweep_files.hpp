#pragma once
#include <cmath>
#include <string>
#include <vector>

#include "run_binary.hpp"

namespace lookahead::cli {

// A problem to sweep over.
inline const std::string hundred_steps =
    "objective: rosenbrock\noptimizer: {name: adam, lr: 0.01}\nstop: {steps: 100}\n";

// What a sweep of rates and batches leaves, written by hand; values are 1 at rate 0.01 and larger beside it.
struct SweepFiles {
  std::string name = "bowls";
  std::vector<std::string> methods = {"plain", "lookahead"};
  int seeds = 6;

  void write(const Folder& folder, const std::string& place) const {
    std::string plan = "version: 1\nname: " + quoted(name) + "\nproblems:\n  " + quoted(name) +
                       ": {objective: sphere, optimizer: sgd}\ndimensions:\n  " + quoted(name) +
                       ": 2\nmethods:\n";
    for (const std::string& method : methods) plan += "  " + quoted(method) + ": {lookahead: false}\n";
    plan +=
        "vary:\n  optimizer.lr: [0.001, 0.01, 0.1]\n  batch: [8, 16]\nseeds: [1]\ntargets: [2.0]\nkeep: table\n";
    folder.write(place + "/sweep.yaml", plan);
    std::string rows =
        "index,method,optimizer.lr,batch,seed,status,stop,steps,rounds,epochs,grad_evals,loss_slow,gap,"
        "steps_to_2.0,evals_to_2.0,time_to_2.0,time_s\n";
    int index = 0;
    for (std::size_t m = 0; m < methods.size(); ++m) {
      for (const std::string lr : {"0.001", "0.01", "0.1"}) {
        for (const std::string batch : {"8", "16"}) {
          for (int seed = 1; seed <= seeds; ++seed) {
            const double gap = (lr == "0.01" ? 1 : 10) * (batch == "8" ? 1 : 1.5) * (1 + 0.01 * seed) /
                               static_cast<double>(m + 1);
            const bool meets = gap <= 2, diverges = m == 0 && lr == "0.1";
            std::string cell = "\"";
            for (const char c : methods[m]) cell += c == '"' ? std::string("\"\"") : std::string(1, c);
            rows += std::to_string(++index) + "," + cell + "\"," + lr + "," + batch + "," +
                    std::to_string(seed) + (diverges ? ",diverged,divergence" : ",finished,steps") +
                    ",100,20,,100," + std::to_string(gap) + "," + std::to_string(gap) +
                    (meets && !diverges ? ",50,50,0.1" : ",,,") + ",0.2\n";
          }
        }
      }
    }
    folder.write(place + "/runs.csv", rows);
  }

 private:
  static std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) out += (c == '"' || c == '\\' ? std::string("\\") : std::string()) + c;
    return out + "\"";
  }
};

}  // namespace lookahead::cli
