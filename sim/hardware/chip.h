#pragma once

#include <functional>
#include <memory>
#include <systemc>
#include <vector>

#include "models/programming/chip_job.h"
#include "sim/hardware/tile.h"

namespace swimsim {

/// Works through its static list of tiles, one after the other, each time a tile is done with the phase.
class ProgrammingSlot final : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(ProgrammingSlot);
  struct Work {
    std::size_t tile = 0;
    ProgrammingController* controller = nullptr;
  };
  ProgrammingSlot(sc_core::sc_module_name name, ChipProgram& program, std::vector<Work> work, std::function<void()> phase_over);
  void start_phase(int phase);

 private:
  void next_tile();

  ChipProgram* program_;
  std::vector<Work> work_;
  std::function<void()> phase_over_;
  std::size_t next_ = 0;
  int phase_ = 0;
};

/// All tiles of a chip and the slots that program them: slot s has tiles s, s + slots, ... At the end of a phase the slots meet and the
/// simulation pauses, so that the host can look.
class Chip final : public sc_core::sc_module {
 public:
  Chip(sc_core::sc_module_name name, const ChipJob& job);

  ChipProgram& program() { return *program_; }
  Tile& tile(std::size_t index) { return *tiles_[index]; }

  /// Runs a phase to its end. Throws what a tile threw.
  void run_phase(int phase);

 private:
  std::unique_ptr<ChipProgram> program_;
  std::vector<std::unique_ptr<Tile>> tiles_;
  std::vector<std::unique_ptr<ProgrammingSlot>> slots_;
  std::size_t slots_left_ = 0;
};

}  // namespace swimsim
