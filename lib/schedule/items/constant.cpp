#include "schedule/schedule.hpp"

namespace lookahead::schedules {
namespace {

class Constant final : public Schedule {
 public:
  explicit Constant(double value) : value_(value) {}
  double at(Index) const override { return value_; }
  bool constant() const override { return true; }

 private:
  double value_;
};

}  // namespace

ScheduleEntry constant() {
  using P = ConstantParameters;
  ScheduleEntry entry{declare<P>({"constant", "the same value at every step; a plain number is short for it",
                                  "value", "none"},
                                 {param("value", &P::value, "the value")}),
                      false,
                      {},
                      {}};
  entry.range = [](const Values& p) {
    const double value = p.as<P>().value;
    return std::pair{value, value};
  };
  entry.make = [](const Values& p, Index) -> std::unique_ptr<Schedule> {
    return std::make_unique<Constant>(p.as<P>().value);
  };
  entry.constant = true;
  entry.shortest = "1e-2";
  return entry;
}

}  // namespace lookahead::schedules
