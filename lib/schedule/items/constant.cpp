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

struct Value {
  double value = 0;
};

}  // namespace

ScheduleEntry constant() {
  ScheduleEntry entry{
      declare<Value>(
          {"constant", "the same value at every step; a plain number is short for it", "value", "none"},
          {param("value", &Value::value, "the value")}),
      false,
      {},
      {}};
  entry.range = [](const void* p) {
    const double value = static_cast<const Value*>(p)->value;
    return std::pair{value, value};
  };
  entry.make = [](const void* p, Index) -> std::unique_ptr<Schedule> {
    return std::make_unique<Constant>(static_cast<const Value*>(p)->value);
  };
  entry.constant = true;
  entry.shortest = "1e-2";
  return entry;
}

}  // namespace lookahead::schedules
