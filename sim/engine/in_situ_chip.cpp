#include "sim/engine/in_situ_chip.h"

#include <algorithm>
#include <tuple>

#include "models/array/rebuild.h"
#include "models/common/checked.h"
#include "models/programming/direct_datapath.h"

namespace swimsim {

namespace {

constexpr const char* kTime = "simulated time (ps)";

bool same_row(const CellPlace& a, const CellPlace& b) { return a.tile == b.tile && a.row == b.row; }

/// How long it takes until the slowest slot is done.
std::int64_t longest_slot_ps(const std::vector<std::int64_t>& busy_ps, std::size_t slots) {
  std::int64_t longest_ps = 0;
  for (std::size_t slot = 0; slot < slots; ++slot) {
    std::int64_t slot_ps = 0;
    for (std::size_t tile = slot; tile < busy_ps.size(); tile += slots) add_checked(slot_ps, busy_ps[tile], kTime);
    longest_ps = std::max(longest_ps, slot_ps);
  }
  return longest_ps;
}

}  // namespace

InSituChip::InSituChip(const ChipJob& job, const Preparation& prepared)
    : job_(&job),
      prepared_(&prepared),
      program_(job, [](TileArray& array, std::size_t) { return std::make_unique<DirectDatapath>(array); }),
      codes_(*job.codes) {
  writes_.pulses_of_tile.assign(program_.tiles().size(), 0);
  writes_.busy_ps_of_tile.assign(program_.tiles().size(), 0);
  write_blind();
  for (const ChipProgram::Tile& tile : program_.tiles()) final_S_.push_back(tile.array->final_S());
}

void InSituChip::write_blind() {
  std::vector<std::int64_t> busy_ps;
  for (std::size_t tile = 0; tile < program_.tiles().size(); ++tile) {
    program_.begin_phase(0, tile);
    TileController& controller = *program_.tiles()[tile].controller;
    while (!controller.done()) controller.stride();
    busy_ps.push_back(controller.busy_ps());
    blind_writes_.push_back(program_.tiles()[tile].array->all_writes());
  }
  blind_time_ps_ = longest_slot_ps(busy_ps, program_.slots());
}

std::vector<std::vector<float>> InSituChip::weights() const {
  return rebuilt_weights(*job_->mapping, prepared_->quantized.scale, *job_->device, final_S_);
}

std::int64_t InSituChip::most_writes(std::size_t tile) const {
  const std::vector<std::uint32_t> writes = program_.tiles()[tile].array->all_writes();
  std::int64_t most = 0;
  for (std::size_t cell = 0; cell < writes.size(); ++cell) most = std::max<std::int64_t>(most, writes[cell] - blind_writes_[tile][cell]);
  return most;
}

std::vector<InSituChip::Change> InSituChip::changes(const std::vector<std::vector<std::int32_t>>& wanted) const {
  const Mapping& mapping = *job_->mapping;
  const double low_S = job_->device->g_min_S(), range_S = job_->device->g_max_S() - low_S;
  std::vector<Change> changes;
  for (std::size_t layer = 0; layer < wanted.size(); ++layer) {
    for (std::size_t i = 0; i < wanted[layer].size(); ++i) {
      if (wanted[layer][i] == codes_[layer][i]) continue;
      for (int slice = 0; slice < mapping.slices(layer); ++slice) {
        for (int arm = 0; arm < 2; ++arm) {
          const int digit = mapping.digit(layer, wanted[layer][i], slice, arm);
          if (digit == mapping.digit(layer, codes_[layer][i], slice, arm)) continue;
          const double level = static_cast<double>(digit) / mapping.digit_max(layer, slice);
          changes.push_back({mapping.place({static_cast<std::int64_t>(layer), static_cast<std::int64_t>(i), slice, arm}),
                             static_cast<float>(low_S + level * range_S)});
        }
      }
    }
  }
  std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
    return std::tie(a.place.tile, a.place.row, a.place.col) < std::tie(b.place.tile, b.place.row, b.place.col);
  });
  return changes;
}

void InSituChip::write_row(const Change* first, const Change* last) {
  TileArray& array = *program_.tiles()[static_cast<std::size_t>(first->place.tile)].array;
  std::vector<int> columns;
  for (const Change* change = first; change != last; ++change) {
    array.set_target(change->place.row, change->place.col, change->target_S);
    columns.push_back(change->place.col);
  }
  array.open_row(first->place.row, columns);
  array.blind_write(updates_);
  array.close_row();
}

bool InSituChip::update(const std::vector<std::vector<std::int32_t>>& wanted, std::int64_t budget) {
  ++updates_;
  const std::vector<Change> all = changes(wanted);
  const ProgrammingTiming& timing = job_->controller.timing;
  const std::int64_t row_ps =
      timing.clocked(timing.row_settle_ps) + timing.clocked(timing.dac_settle_ps) + timing.clocked(timing.blind_pulse_ps);
  std::vector<std::int64_t> busy_ps(program_.tiles().size(), 0);
  const Change* const end = all.data() + all.size();
  const Change* first = all.data();
  while (first != end) {
    const Change* const last = std::find_if(first, end, [first](const Change& c) { return !same_row(c.place, first->place); });
    if (writes_.pulses + (last - first) > budget) break;
    const auto tile = static_cast<std::size_t>(first->place.tile);
    write_row(first, last);
    writes_.pulses += last - first;
    writes_.pulses_of_tile[tile] += last - first;
    add_checked(busy_ps[tile], row_ps, kTime);
    first = last;
  }
  for (std::size_t tile = 0; tile < busy_ps.size(); ++tile) {
    if (busy_ps[tile] == 0) continue;
    add_checked(writes_.busy_ps_of_tile[tile], busy_ps[tile], kTime);
    final_S_[tile] = program_.tiles()[tile].array->final_S();
  }
  add_checked(writes_.time_ps, longest_slot_ps(busy_ps, program_.slots()), kTime);
  codes_ = wanted;
  return first == end;
}

}  // namespace swimsim
