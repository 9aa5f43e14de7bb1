#include "sim/engine/pulse_train.h"

#include <cmath>
#include <cstdlib>

#include "models/programming/direct_datapath.h"

namespace swimsim {

namespace {

constexpr double kMicrosiemensPerSiemens = 1e6;

/// A tile's datapath that notes what one cell of it sees.
class CellRecorder final : public DirectDatapath {
 public:
  CellRecorder(TileArray& array, TileCell cell, PulseTrain& train) : DirectDatapath(array), array_(&array), cell_(cell), train_(&train) {}

  void begin_verify() { verifies_ = true; }

  void select_row(int row) override {
    row_ = row;
    DirectDatapath::select_row(row);
  }
  void erase(std::uint32_t event) override {
    DirectDatapath::erase(event);
    const Device& device = array_->device();
    if (row_ == cell_.row) note(PulseTrain::Kind::erase, -device.erase_amplitude_V(), device.erase_width_s());
  }
  void blind_write(std::uint32_t event) override {
    DirectDatapath::blind_write(event);
    const Device& device = array_->device();
    if (row_ == cell_.row && !verifies_) note(PulseTrain::Kind::blind, device.blind_amplitude_V(), device.blind_width_s());
  }
  void pulse(int polarity, const RowCells& cells, std::uint32_t event) override {
    DirectDatapath::pulse(polarity, cells, event);
    const std::optional<std::size_t> i = find(cells, 0, cells.count);
    if (!i || cells.fires[*i] != polarity) return;
    note(verifies_ ? PulseTrain::Kind::pulse : PulseTrain::Kind::coarse_pulse, polarity * static_cast<double>(cells.amplitude_V[*i]),
         static_cast<double>(cells.relative_width(*i)) * array_->device().pulse_width_s());
  }
  bool convert(const RowCells& cells, std::size_t first, std::size_t count) override {
    const bool second = DirectDatapath::convert(cells, first, count);
    const std::optional<std::size_t> i = find(cells, first, count);
    if (!i) return second;
    note(PulseTrain::Kind::read, 0, 0);
    if (train_->converted) train_->events.back().read_uS = array_->parameters().adc.conductance_S(codes()[*i]) * kMicrosiemensPerSiemens;
    return second;
  }

 private:
  std::optional<std::size_t> find(const RowCells& cells, std::size_t first, std::size_t count) const {
    if (row_ != cell_.row) return std::nullopt;
    for (std::size_t i = first; i < first + count; ++i) {
      if (cells.active[i] && cells.column[i] == cell_.col) return i;
    }
    return std::nullopt;
  }
  void note(PulseTrain::Kind kind, double volts_V, double width_s) {
    const double g_uS = static_cast<double>(array_->g_S(cell_.row, cell_.col)) * kMicrosiemensPerSiemens;
    train_->events.push_back({kind, volts_V, width_s, g_uS, 0});
  }

  TileArray* array_;
  TileCell cell_;
  PulseTrain* train_;
  int row_ = -1;
  bool verifies_ = false;
};

std::vector<std::int16_t> all_cells(const TileArray& array) {
  return std::vector<std::int16_t>(static_cast<std::size_t>(array.rows()) * static_cast<std::size_t>(array.cols()), std::int16_t{0});
}

void run(TileController& controller) {
  while (!controller.done()) controller.stride();
}

/// Blind write, if the job has one, then the verify of every cell; `between` is called before that.
template <class Between>
void program(const ChipJob& job, TileArray& array, TileDatapath& datapath, const Between& between) {
  TileController controller(array, datapath, *job.scheme, all_cells(array), job.controller);
  if (job.blind) {
    controller.begin_blind();
    run(controller);
  }
  between();
  controller.begin_verify(0);
  run(controller);
}

}  // namespace

std::optional<TileCell> typical_cell(const ChipJob& job, int tile) {
  TileArray array(*job.mapping, tile, *job.codes, job.device_of_tile(static_cast<std::size_t>(tile)), job.array);
  DirectDatapath datapath(array);
  program(job, array, datapath, [] {});

  const float level_0_S = static_cast<float>(job.device->g_min_S());
  const auto counts = [&](std::size_t cell) { return !array.all_failed()[cell] && array.targets()[cell] > level_0_S; };
  const std::vector<std::uint32_t>& pulses = array.all_pulses();
  double sum = 0, cells = 0;
  for (std::size_t cell = 0; cell < pulses.size(); ++cell) {
    if (!counts(cell)) continue;
    sum += pulses[cell];
    ++cells;
  }
  if (cells == 0) return std::nullopt;
  const auto distance = [&](std::size_t cell) { return std::llabs(static_cast<long long>(pulses[cell]) - std::llround(sum / cells)); };
  std::optional<std::size_t> nearest;
  for (std::size_t cell = 0; cell < pulses.size(); ++cell) {
    if (counts(cell) && (!nearest || distance(cell) < distance(*nearest))) nearest = cell;
  }
  const int at = static_cast<int>(*nearest);
  return TileCell{at / array.cols(), at % array.cols()};
}

PulseTrain record_cell(const ChipJob& job, int tile, TileCell cell) {
  PulseTrain train;
  train.trial = job.array.trial;
  train.tile = tile;
  train.row = cell.row;
  train.col = cell.col;
  train.converted = job.array.compare_tolerance_S == 0;
  TileArray array(*job.mapping, tile, *job.codes, job.device_of_tile(static_cast<std::size_t>(tile)), job.array);
  CellRecorder datapath(array, cell, train);
  program(job, array, datapath, [&datapath] { datapath.begin_verify(); });
  train.target_uS = static_cast<double>(array.target_S(cell.row, cell.col)) * kMicrosiemensPerSiemens;
  train.pulses = array.pulses(cell.row, cell.col);
  return train;
}

PulseTrain pulse_train_of(const Workload& workload, const Preparation& prepared) {
  if (prepared.device->counts_cycles()) return {};
  const ChipJob job = make_chip_job(workload, prepared, 0);
  const std::optional<TileCell> cell = typical_cell(job, 0);
  if (!cell) return {};
  PulseTrain train = record_cell(job, 0, *cell);
  const double range_S = prepared.device->g_max_S() - prepared.device->g_min_S();
  train.tolerance_uS = workload.programming.tolerance_fraction * range_S * kMicrosiemensPerSiemens;
  train.scheme = workload.programming.scheme;
  return train;
}

}  // namespace swimsim
