#include "sim/hardware/board.h"

#include <algorithm>

namespace swimsim {

Board::Board(sc_core::sc_module_name name, const ChipJob& job)
    : sc_module(name), chip_("chip", job), port_("host_port", HostBus{job.host_bus_bits, job.host_clock_ps}), host_("host", host_job()) {
  port_.chip(chip_);
  port_.irq(irq_);
  host_.irq(irq_);
  host_.socket.bind(port_.socket);
}

HostJob Board::host_job() {
  HostJob job;
  job.targets = [this](std::size_t tile) {
    const ChipJob& chip_job = chip_.program().job();
    return digits_of_tile(*chip_job.mapping, tile, *chip_job.codes);
  };
  job.schedule = [this](std::size_t phase, std::size_t tile) -> std::vector<std::uint8_t> {
    const ChipProgram& program = chip_.program();
    if (program.is_blind(static_cast<int>(phase))) return {};
    const auto group = static_cast<std::int16_t>(program.group_of(static_cast<int>(phase)));
    return pack_group(program.tiles()[tile].controller->groups(), group, static_cast<std::size_t>(chip_.tile(tile).array().cols()));
  };
  job.next_tile = [this](std::size_t, std::size_t slot) -> std::optional<std::size_t> {
    if (next_[slot] == lists_[slot].size()) return std::nullopt;
    return lists_[slot][next_[slot]++].tile;
  };
  return job;
}

Board::Phase Board::run_phase(int phase) {
  ChipProgram& program = chip_.program();
  lists_ = program.deal(phase);
  next_.assign(lists_.size(), 0);
  chip_.expect(lists_);
  const std::vector<std::int64_t> before_ps = program.busy_ps();
  Phase done;
  try {
    done.end_ps = host_.run_phase(static_cast<std::size_t>(phase));
  } catch (const std::runtime_error&) {
    chip_.rethrow_error();
    throw;
  }
  for (const std::vector<TileWork>& list : lists_) {
    std::int64_t busy_ps = 0;
    for (const TileWork& work : list) busy_ps += program.tiles()[work.tile].controller->busy_ps() - before_ps[work.tile];
    done.slots_ps = std::max(done.slots_ps, busy_ps);
  }
  return done;
}

}  // namespace swimsim
