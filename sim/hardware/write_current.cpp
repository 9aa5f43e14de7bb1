#include "sim/hardware/write_current.h"

#include <algorithm>
#include <stdexcept>

namespace swimsim {

WriteCurrentArbiter::WriteCurrentArbiter(sc_core::sc_module_name name, const Scheduler& scheduler, std::int64_t budget_nA,
                                         std::size_t slots)
    : sc_module(name), scheduler_(&scheduler), budget_nA_(budget_nA), free_nA_(budget_nA), held_nA_(slots, 0) {
  for (std::size_t slot = 0; slot < slots; ++slot) granted_.push_back(std::make_unique<sc_core::sc_event>());
  SC_METHOD(arbitrate);
  sensitive << changed_;
  dont_initialize();
}

void WriteCurrentArbiter::request(const PulseRequest& pulse) {
  if (pulse.current_nA > budget_nA_) throw std::logic_error("write current: a pulse asks for more than the chip has");
  if (held_nA_[pulse.slot] != 0) throw std::logic_error("write current: a slot asks while it pulses");
  const auto place =
      std::lower_bound(waiting_.begin(), waiting_.end(), pulse, [](const auto& a, const auto& b) { return a.slot < b.slot; });
  if (place != waiting_.end() && place->slot == pulse.slot) throw std::logic_error("write current: a slot asks twice");
  waiting_.insert(place, pulse);
  changed_.notify(sc_core::SC_ZERO_TIME);
}

void WriteCurrentArbiter::release(std::size_t slot) {
  if (held_nA_[slot] == 0) throw std::logic_error("write current: a slot gives back what it does not have");
  free_nA_ += held_nA_[slot];
  held_nA_[slot] = 0;
  changed_.notify(sc_core::SC_ZERO_TIME);
}

void WriteCurrentArbiter::arbitrate() {
  while (!waiting_.empty()) {
    const std::size_t chosen = scheduler_->choose(waiting_, free_nA_, last_);
    if (chosen == Scheduler::kNobody) break;
    const PulseRequest& pulse = waiting_[chosen];
    if (pulse.current_nA > free_nA_) throw std::logic_error("write current: the scheduler gives more than there is");
    last_ = pulse.slot;
    held_nA_[last_] = pulse.current_nA;
    free_nA_ -= pulse.current_nA;
    granted_[last_]->notify(sc_core::SC_ZERO_TIME);
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(chosen));
  }
}

}  // namespace swimsim
