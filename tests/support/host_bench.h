#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "sim/hardware/host_driver.h"
#include "sim/hardware/host_port.h"
#include "tests/support/stand_in_chip.h"

namespace swimsim::testing {

/// Host, port and a stand-in chip, wired.
struct HostBench {
  StandInChip chip;
  HostPort port;
  HostDriver host;
  sc_core::sc_signal<bool> irq{"irq"};

  HostBench(const HostBus& bus, std::size_t slots, std::vector<StandInChip::TileModel> tiles, HostJob job = {})
      : chip("chip", slots, std::move(tiles)), port("port", bus), host("host", complete(std::move(job), chip)) {
    port.chip(chip);
    host.socket.bind(port.socket);
    port.irq(irq);
    host.irq(irq);
  }

  /// Targets that tell tiles apart: 16 t + i.
  static HostJob complete(HostJob job, const StandInChip& chip) {
    if (!job.targets) {
      job.targets = [&chip](std::size_t tile) {
        std::vector<std::uint8_t> targets(chip.bank_bytes(tile).targets);
        for (std::size_t i = 0; i < targets.size(); ++i) targets[i] = static_cast<std::uint8_t>(16 * tile + i);
        return targets;
      };
    }
    return job;
  }
};

inline std::int64_t now_ps() { return static_cast<std::int64_t>(sc_core::sc_time_stamp().value()); }

}  // namespace swimsim::testing
