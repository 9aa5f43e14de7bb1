#pragma once

#include <systemc>
#include <vector>

#include "sim/hardware/chip.h"
#include "sim/hardware/host_driver.h"
#include "sim/hardware/host_port.h"

namespace swimsim {

/// A chip, its host port and the host that drives it: what a programming is run on.
class Board final : public sc_core::sc_module {
 public:
  Board(sc_core::sc_module_name name, const ChipJob& job);

  Chip& chip() { return chip_; }
  HostDriver& host() { return host_; }

  struct Phase {
    std::int64_t end_ps = 0;    ///< of simulated time, when its last tile was done
    std::int64_t slots_ps = 0;  ///< how long the slot with most to do was busy
  };
  /// Loads and runs a phase. Throws what a tile threw.
  Phase run_phase(int phase);
  std::int64_t host_bus_busy_ps() const { return port_.bus_busy_ps(); }

 private:
  HostJob host_job();

  Chip chip_;
  HostPort port_;
  HostDriver host_;
  sc_core::sc_signal<bool> irq_{"irq"};
  std::vector<std::vector<TileWork>> lists_;  ///< of the phase, by slot
  std::vector<std::size_t> next_;             ///< in each list
};

}  // namespace swimsim
