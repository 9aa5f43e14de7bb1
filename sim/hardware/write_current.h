#pragma once

#include <cstdint>
#include <memory>
#include <systemc>
#include <vector>

#include "models/programming/scheduler.h"

namespace swimsim {

/// The chip's supply for write pulses, as a slot sees it.
class WriteCurrentIf : public virtual sc_core::sc_interface {
 public:
  /// Asks for the current of one pulse; `granted` is notified when it may begin, at the same time at the earliest.
  virtual void request(const PulseRequest& pulse) = 0;
  virtual const sc_core::sc_event& granted(std::size_t slot) const = 0;
  /// Gives back what was granted last.
  virtual void release(std::size_t slot) = 0;
};

/// Shares the budget out. Requests and releases of one moment are collected; who is served is decided one delta cycle later, by the
/// scheduler, so that the order in which processes run cannot matter.
class WriteCurrentArbiter final : public sc_core::sc_module, public WriteCurrentIf {
 public:
  SC_HAS_PROCESS(WriteCurrentArbiter);
  WriteCurrentArbiter(sc_core::sc_module_name name, const Scheduler& scheduler, std::int64_t budget_nA, std::size_t slots);

  void request(const PulseRequest& pulse) override;
  const sc_core::sc_event& granted(std::size_t slot) const override { return *granted_[slot]; }
  void release(std::size_t slot) override;

  /// What is drawn now. Never more than the budget.
  std::int64_t drawn_nA() const { return budget_nA_ - free_nA_; }

 private:
  void arbitrate();

  const Scheduler* scheduler_;
  std::int64_t budget_nA_, free_nA_;
  std::vector<PulseRequest> waiting_;  ///< by slot
  std::vector<std::int64_t> held_nA_;  ///< of each slot
  std::vector<std::unique_ptr<sc_core::sc_event>> granted_;
  std::size_t last_ = Scheduler::kNobody;
  sc_core::sc_event changed_;
};

}  // namespace swimsim
