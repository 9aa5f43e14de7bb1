#pragma once

#include <functional>
#include <memory>
#include <systemc>
#include <vector>

#include "models/programming/chip_job.h"
#include "sim/hardware/tile.h"

namespace swimsim {

/// Works through its list of tiles, one after the other, each time a tile is done with the phase.
class ProgrammingSlot final : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(ProgrammingSlot);
  /// `controllers`: of all tiles.
  ProgrammingSlot(sc_core::sc_module_name name, std::size_t index, ChipProgram& program, std::vector<ProgrammingController*> controllers,
                  std::function<void()> phase_over);
  void start_phase(int phase, std::vector<TileWork> list);

 private:
  void next_tile();

  std::size_t index_;
  ChipProgram* program_;
  std::vector<ProgrammingController*> controllers_;
  std::function<void()> phase_over_;
  sc_core::sc_event go_;
  std::vector<TileWork> list_;
  std::size_t next_ = 0;
  std::int64_t work_left_ = 0;
  int phase_ = 0;
};

/// All tiles of a chip and the slots that program them, each its list of the phase. At the end of a phase the slots meet and the
/// simulation pauses, so that the host can look.
class Chip final : public sc_core::sc_module {
 public:
  Chip(sc_core::sc_module_name name, const ChipJob& job);

  ChipProgram& program() { return *program_; }
  Tile& tile(std::size_t index) { return *tiles_[index]; }

  /// Runs a phase to its end; returns how long the slot with most to do was busy. Throws what a tile threw.
  std::int64_t run_phase(int phase);

 private:
  std::unique_ptr<ChipProgram> program_;
  std::unique_ptr<WriteCurrentArbiter> write_current_;  ///< nullptr: nobody has to share
  std::vector<std::unique_ptr<Tile>> tiles_;
  std::vector<std::unique_ptr<ProgrammingSlot>> slots_;
  std::size_t slots_left_ = 0;
};

}  // namespace swimsim
