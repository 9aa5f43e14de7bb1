#include "models/array/tile_array.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/common/checked.h"

namespace swimsim {

namespace {

constexpr double kAttojoulesPerJoule = 1e18;

constexpr std::int64_t EnergyLedger::*kParts[] = {&EnergyLedger::array_aJ, &EnergyLedger::line_aJ,        &EnergyLedger::dac_aJ,
                                                  &EnergyLedger::adc_aJ,   &EnergyLedger::sample_hold_aJ, &EnergyLedger::controller_aJ};

/// Most that one event may cost in one cell: 1 mJ. 4096 columns of it still fit 64 bits.
constexpr double kMostPerEvent_aJ = 1e15;

std::int64_t to_aJ(double energy_J) { return round_checked(energy_J * kAttojoulesPerJoule, kMostPerEvent_aJ, "the energy of one event"); }

/// Adds up whole attojoules of one event in many cells.
class EventEnergy {
 public:
  void add(double energy_aJ) {
    too_large_ |= energy_aJ > kMostPerEvent_aJ;
    sum_aJ_ += static_cast<std::int64_t>((energy_aJ < kMostPerEvent_aJ ? energy_aJ : kMostPerEvent_aJ) + 0.5);
  }
  std::int64_t sum_aJ() const {
    if (too_large_) throw RangeError("one pulse or read costs more than 1 mJ in one cell; volts, widths or conductances are out of range");
    return sum_aJ_;
  }

 private:
  std::int64_t sum_aJ_ = 0;
  bool too_large_ = false;
};

}  // namespace

EnergyLedger& EnergyLedger::operator+=(const EnergyLedger& other) {
  for (std::int64_t EnergyLedger::*part : kParts) add_checked(this->*part, other.*part, "energy (aJ)");
  return *this;
}

std::int64_t EnergyLedger::total_aJ() const {
  std::int64_t total = 0;
  for (std::int64_t EnergyLedger::*part : kParts) add_checked(total, this->*part, "energy (aJ)");
  return total;
}

TileArray::TileArray(const Mapping& mapping, std::int64_t tile, const std::vector<std::vector<std::int32_t>>& codes, const Device& device,
                     const ArrayParameters& parameters)
    : rows_(mapping.tiles()[tile].used_rows),
      cols_(mapping.tiles()[tile].used_cols),
      device_(&device),
      parameters_(&parameters),
      adc_aJ_(to_aJ(parameters.adc_energy_J)),
      sample_hold_aJ_(to_aJ(parameters.sample_hold_energy_J)),
      dac_aJ_(to_aJ(parameters.dac_energy_J)) {
  const std::size_t cells = static_cast<std::size_t>(rows_) * cols_;
  g_S_.resize(cells);
  target_S_.resize(cells);
  pulses_.assign(cells, 0);
  failed_.assign(cells, 0);
  weight_id_.resize(cells);
  cell_id_.resize(cells);
  if (device.counts_cycles()) needed_.assign(cells, 0);
  work_.variation.resize(static_cast<std::size_t>(device.variations()));

  const double range_S = device.g_max_S() - device.g_min_S();
  for (int row = 0; row < rows_; ++row) {
    for (int col = 0; col < cols_; ++col) {
      const CellAddress cell = mapping.address({tile, row, col});
      const double level =
          static_cast<double>(mapping.digit(codes[cell.layer][cell.weight], cell.slice, cell.arm)) / mapping.digit_max(cell.slice);
      target_S_[index(row, col)] = static_cast<float>(device.g_min_S() + level * range_S);
      weight_id_[index(row, col)] = static_cast<std::uint32_t>(cell.weight);
      cell_id_[index(row, col)] =
          pack_cell(static_cast<std::uint32_t>(cell.layer), static_cast<std::uint32_t>(cell.slice), static_cast<std::uint32_t>(cell.arm));
    }
  }
  for (int which = 0; which < device.variations(); ++which) {
    variation_.emplace_back(cells);
    fill_normals({parameters.seed, parameters.trial, Purpose::device_to_device, static_cast<std::uint32_t>(which)}, cells,
                 weight_id_.data(), cell_id_.data(), variation_.back().data());
    device.shape_variation(which, cells, variation_.back().data());
  }
  for (int row = 0; row < rows_; ++row) device.initialize(whole_row(row));
}

CellRow TileArray::whole_row(int row) {
  CellRow cells{static_cast<std::size_t>(cols_), &g_S_[index(row, 0)], &target_S_[index(row, 0)], nullptr, {}};
  for (std::size_t which = 0; which < variation_.size(); ++which) cells.variation[which] = &variation_[which][index(row, 0)];
  return cells;
}

CellRow TileArray::Gathered::view() {
  CellRow cells{count, g_S.data(), target_S.data(), on.data(), {}};
  for (std::size_t which = 0; which < variation.size(); ++which) cells.variation[which] = variation[which].data();
  return cells;
}

/// Takes the cells of `polarity` out of the row (0: all of them).
void TileArray::gather(int row, const ActiveCells& cells, int polarity) {
  Gathered& w = work_;
  if (w.cell.size() < cells.count) {
    for (auto* values : {&w.g_S, &w.before_S, &w.target_S, &w.noise, &w.amplitude_V}) values->resize(cells.count);
    for (auto& values : w.variation) values.resize(cells.count);
    for (auto* values : {&w.weight_id, &w.cell_id, &w.pulses, &w.needed}) values->resize(cells.count);
    w.cell.resize(cells.count);
    w.polarity.resize(cells.count);
    w.on.assign(cells.count, 1);
  }
  const std::size_t first = index(row, 0);
  std::size_t n = 0;
  for (std::size_t i = 0; i < cells.count; ++i) {
    w.cell[n] = first + static_cast<std::size_t>(cells.column[i]);
    w.amplitude_V[n] = cells.amplitude_V != nullptr ? cells.amplitude_V[i] : 0.0f;
    w.polarity[n] = static_cast<std::int8_t>(polarity);
    n += polarity == 0 || cells.polarity[i] == polarity;
  }
  w.count = n;
  for (std::size_t i = 0; i < n; ++i) w.before_S[i] = w.g_S[i] = g_S_[w.cell[i]];
  for (std::size_t i = 0; i < n; ++i) w.weight_id[i] = weight_id_[w.cell[i]];
  for (std::size_t i = 0; i < n; ++i) w.cell_id[i] = cell_id_[w.cell[i]];
}

void TileArray::scatter() {
  for (std::size_t i = 0; i < work_.count; ++i) g_S_[work_.cell[i]] = work_.g_S[i];
}

void TileArray::draw(Purpose purpose, std::uint32_t event) {
  fill_normals({parameters_->seed, parameters_->trial, purpose, event}, work_.count, work_.weight_id.data(), work_.cell_id.data(),
               work_.noise.data());
}

void TileArray::charge_write(const float* amplitude_V, double width_s) {
  const double half_width_aJ = 0.5 * width_s * kAttojoulesPerJoule;
  const double line_aJ = parameters_->line_capacitance_F * kAttojoulesPerJoule;
  EventEnergy array, line;
  for (std::size_t i = 0; i < work_.count; ++i) {
    const double volts = amplitude_V[i];
    const double conductance = static_cast<double>(work_.before_S[i]) + work_.g_S[i];
    array.add(volts * volts * (conductance > 0 ? conductance : 0) * half_width_aJ);
    line.add(volts * volts * line_aJ);
  }
  add_checked(energy_.array_aJ, array.sum_aJ(), "energy (aJ)");
  add_checked(energy_.line_aJ, line.sum_aJ(), "energy (aJ)");
  add_checked(energy_.dac_aJ, static_cast<std::int64_t>(work_.count) * dac_aJ_, "energy (aJ)");
}

void TileArray::blind_write(int row) {
  std::vector<int> columns(static_cast<std::size_t>(cols_));
  std::iota(columns.begin(), columns.end(), 0);
  gather(row, {columns.size(), columns.data(), nullptr, nullptr}, 0);
  for (std::size_t i = 0; i < work_.count; ++i) work_.target_S[i] = target_S_[work_.cell[i]];
  for (std::size_t which = 0; which < variation_.size(); ++which) {
    for (std::size_t i = 0; i < work_.count; ++i) work_.variation[which][i] = variation_[which][work_.cell[i]];
  }
  draw(Purpose::blind_write, 0);
  device_->blind_write(work_.view(), work_.noise.data());
  std::fill_n(work_.amplitude_V.begin(), work_.count, static_cast<float>(device_->blind_amplitude_V()));
  charge_write(work_.amplitude_V.data(), device_->blind_width_s());
  scatter();
}

void TileArray::pulse(int row, int polarity, const ActiveCells& cells, std::uint32_t event) {
  gather(row, cells, polarity);
  for (std::size_t which = 0; which < variation_.size(); ++which) {
    for (std::size_t i = 0; i < work_.count; ++i) work_.variation[which][i] = variation_[which][work_.cell[i]];
  }
  draw(Purpose::verify_pulse, event);
  device_->apply_pulse(work_.view(), {work_.polarity.data(), work_.amplitude_V.data(), device_->pulse_width_s(), work_.noise.data()});
  charge_write(work_.amplitude_V.data(), device_->pulse_width_s());
  scatter();
  for (std::size_t i = 0; i < work_.count; ++i) ++pulses_[work_.cell[i]];
}

void TileArray::counted_cycle(int row, const ActiveCells& cells) {
  gather(row, cells, 0);
  for (std::size_t i = 0; i < work_.count; ++i) {
    work_.target_S[i] = target_S_[work_.cell[i]];
    work_.pulses[i] = ++pulses_[work_.cell[i]];
    work_.needed[i] = needed_[work_.cell[i]];
  }
  draw(Purpose::verified_state, 0);
  device_->counted_cycle(work_.view(), {work_.needed.data(), work_.pulses.data(), work_.noise.data()});
  charge_write(work_.amplitude_V.data(), device_->pulse_width_s());
  scatter();
}

void TileArray::draw_cycles(int row, const ActiveCells& cells) {
  for (std::size_t i = 0; i < cells.count; ++i) {
    const std::size_t at = index(row, cells.column[i]);
    const std::uint32_t cell = cell_id_[at];
    const DrawId id{parameters_->seed, parameters_->trial, Purpose::cycle_count, cell >> 16,
                    weight_id_[at],    cell >> 8 & 0xff,   cell & 0xff,          0};
    needed_[at] = device_->cycles_needed(random_uniform(id));
  }
}

void TileArray::read(int row, const ActiveCells& cells, std::uint32_t event, float* seen_S) {
  const double bias_aJ =
      parameters_->v_read_V * parameters_->v_read_V * (static_cast<double>(parameters_->read_ps) * 1e-12) * kAttojoulesPerJoule;
  gather(row, cells, 0);
  draw(Purpose::verify_read, event);
  device_->read_sigmas_S(work_.count, work_.g_S.data(), seen_S);
  EventEnergy array;
  for (std::size_t i = 0; i < work_.count; ++i) {
    const float g = work_.g_S[i];
    seen_S[i] = g + seen_S[i] * work_.noise[i];
    array.add(bias_aJ * (g > 0 ? g : 0));
  }
  add_checked(energy_.array_aJ, array.sum_aJ(), "energy (aJ)");
}

void TileArray::convert(std::size_t count, const float* seen_S, std::uint16_t* codes) {
  for (std::size_t i = 0; i < count; ++i) codes[i] = parameters_->adc.code(seen_S[i]);
  add_checked(energy_.sample_hold_aJ, static_cast<std::int64_t>(count) * sample_hold_aJ_, "energy (aJ)");
  add_checked(energy_.adc_aJ, static_cast<std::int64_t>(count) * adc_aJ_, "energy (aJ)");
}

std::vector<float> TileArray::final_S() const {
  std::vector<float> final(g_S_.size());
  fill_normals({parameters_->seed, parameters_->trial, Purpose::relaxation, 0}, final.size(), weight_id_.data(), cell_id_.data(),
               final.data());
  for (std::size_t i = 0; i < final.size(); ++i) final[i] = device_->relaxed_S(g_S_[i], final[i]);
  return final;
}

std::vector<float> TileArray::read_back_S(const std::vector<float>& final) const {
  std::vector<float> read(final.size());
  fill_normals({parameters_->seed, parameters_->trial, Purpose::read_back, 0}, read.size(), weight_id_.data(), cell_id_.data(),
               read.data());
  const Adc& adc = parameters_->adc;
  std::vector<float> sigma_S(final.size());
  device_->read_sigmas_S(final.size(), final.data(), sigma_S.data());
  for (std::size_t i = 0; i < read.size(); ++i) read[i] = adc.conductance_S(adc.code(final[i] + sigma_S[i] * read[i]));
  return read;
}

}  // namespace swimsim
