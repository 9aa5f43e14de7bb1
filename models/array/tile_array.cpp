#include "models/array/tile_array.h"

#include <algorithm>
#include <cmath>

namespace swimsim {

namespace {

constexpr double kAttojoulesPerJoule = 1e18;

std::int64_t to_aJ(double energy_J) { return std::llround(energy_J * kAttojoulesPerJoule); }

}  // namespace

EnergyLedger& EnergyLedger::operator+=(const EnergyLedger& other) {
  array_aJ += other.array_aJ;
  line_aJ += other.line_aJ;
  dac_aJ += other.dac_aJ;
  adc_aJ += other.adc_aJ;
  sample_hold_aJ += other.sample_hold_aJ;
  controller_aJ += other.controller_aJ;
  return *this;
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
  noise_.resize(cols_);
  before_.resize(cols_);
  amplitude_.resize(cols_);
  enabled_.resize(cols_);

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
  for (int row = 0; row < rows_; ++row) device.initialize(cell_row(row, nullptr));
}

CellRow TileArray::cell_row(int row, const std::uint8_t* active) {
  CellRow cells{static_cast<std::size_t>(cols_), &g_S_[index(row, 0)], &target_S_[index(row, 0)], active, {}};
  for (std::size_t which = 0; which < variation_.size(); ++which) cells.variation[which] = &variation_[which][index(row, 0)];
  return cells;
}

void TileArray::draw(int row, Purpose purpose, std::uint32_t event, std::vector<float>& out) const {
  fill_normals({parameters_->seed, parameters_->trial, purpose, event}, static_cast<std::size_t>(cols_), &weight_id_[index(row, 0)],
               &cell_id_[index(row, 0)], out.data());
}

void TileArray::charge_write(int row, const std::uint8_t* active, const float* amplitude_V, double width_s,
                             const std::vector<float>& before) {
  const float* after = &g_S_[index(row, 0)];
  const double half_width_aJ = 0.5 * width_s * kAttojoulesPerJoule;
  const double line_aJ = parameters_->line_capacitance_F * kAttojoulesPerJoule;
  std::int64_t array_sum = 0, line_sum = 0, columns = 0;
  for (int col = 0; col < cols_; ++col) {
    const double volts = amplitude_V[col];
    const double conductance = static_cast<double>(before[col]) + after[col];
    const double on = active[col] ? 1.0 : 0.0;
    array_sum += static_cast<std::int64_t>(on * volts * volts * (conductance > 0 ? conductance : 0) * half_width_aJ + 0.5);
    line_sum += static_cast<std::int64_t>(on * volts * volts * line_aJ + 0.5);
    columns += active[col];
  }
  energy_.array_aJ += array_sum;
  energy_.line_aJ += line_sum;
  energy_.dac_aJ += columns * dac_aJ_;
}

void TileArray::blind_write(int row) {
  std::fill(enabled_.begin(), enabled_.end(), std::uint8_t{1});
  std::copy_n(&g_S_[index(row, 0)], cols_, before_.begin());
  draw(row, Purpose::blind_write, 0, noise_);
  device_->blind_write(cell_row(row, enabled_.data()), noise_.data());
  std::fill(amplitude_.begin(), amplitude_.end(), static_cast<float>(device_->blind_amplitude_V()));
  charge_write(row, enabled_.data(), amplitude_.data(), device_->blind_width_s(), before_);
}

void TileArray::pulse(int row, int polarity, const std::uint8_t* active, const std::int8_t* wanted, const float* amplitude_V,
                      std::uint32_t event) {
  for (int col = 0; col < cols_; ++col) enabled_[col] = active[col] & static_cast<std::uint8_t>(wanted[col] == polarity);
  std::copy_n(&g_S_[index(row, 0)], cols_, before_.begin());
  draw(row, Purpose::verify_pulse, event, noise_);
  device_->apply_pulse(cell_row(row, enabled_.data()), {wanted, amplitude_V, device_->pulse_width_s(), noise_.data()});
  std::uint32_t* count = &pulses_[index(row, 0)];
  for (int col = 0; col < cols_; ++col) count[col] += enabled_[col];
  charge_write(row, enabled_.data(), amplitude_V, device_->pulse_width_s(), before_);
}

void TileArray::counted_cycle(int row, const std::uint8_t* active) {
  std::uint32_t* count = &pulses_[index(row, 0)];
  for (int col = 0; col < cols_; ++col) count[col] += active[col];
  std::copy_n(&g_S_[index(row, 0)], cols_, before_.begin());
  draw(row, Purpose::verified_state, 0, noise_);
  device_->counted_cycle(cell_row(row, active), {&needed_[index(row, 0)], count, noise_.data()});
  std::fill(amplitude_.begin(), amplitude_.end(), static_cast<float>(device_->ramp(+1).start_V));
  charge_write(row, active, amplitude_.data(), device_->pulse_width_s(), before_);
}

void TileArray::draw_cycles(int row, const std::uint8_t* active) {
  for (int col = 0; col < cols_; ++col) {
    if (!active[col]) continue;
    const std::uint32_t cell = cell_id_[index(row, col)];
    const DrawId id{parameters_->seed,           parameters_->trial, Purpose::cycle_count, cell >> 16,
                    weight_id_[index(row, col)], cell >> 8 & 0xff,   cell & 0xff,          0};
    needed_[index(row, col)] = device_->cycles_needed(random_uniform(id));
  }
}

void TileArray::sense(int row, int group, const std::uint8_t* active, std::uint32_t event, SensedGroup& sensed) {
  const ArrayParameters& p = *parameters_;
  const double bias_aJ = p.v_read_V * p.v_read_V * (static_cast<double>(p.read_ps) * 1e-12) * kAttojoulesPerJoule;
  sensed.columns.clear();
  sensed_weight_id_.clear();
  sensed_cell_id_.clear();
  for (int col = group; col < cols_; col += p.column_mux) {
    if (!active[col]) continue;
    sensed.columns.push_back(col);
    sensed_weight_id_.push_back(weight_id_[index(row, col)]);
    sensed_cell_id_.push_back(cell_id_[index(row, col)]);
  }
  const std::size_t n = sensed.columns.size();
  sensed.g_S.resize(n);
  fill_normals({p.seed, p.trial, Purpose::verify_read, event}, n, sensed_weight_id_.data(), sensed_cell_id_.data(), sensed.g_S.data());
  for (std::size_t i = 0; i < n; ++i) {
    const float g = g_S_[index(row, sensed.columns[i])];
    sensed.g_S[i] = g + device_->read_sigma_S(g) * sensed.g_S[i];
    energy_.array_aJ += static_cast<std::int64_t>(bias_aJ * (g > 0 ? g : 0) + 0.5);
  }
  energy_.sample_hold_aJ += static_cast<std::int64_t>(n) * sample_hold_aJ_;
}

void TileArray::convert(const SensedGroup& sensed, std::uint16_t* codes) {
  for (std::size_t i = 0; i < sensed.columns.size(); ++i) codes[sensed.columns[i]] = parameters_->adc.code(sensed.g_S[i]);
  energy_.adc_aJ += static_cast<std::int64_t>(sensed.columns.size()) * adc_aJ_;
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
  for (std::size_t i = 0; i < read.size(); ++i) {
    read[i] = adc.conductance_S(adc.code(final[i] + device_->read_sigma_S(final[i]) * read[i]));
  }
  return read;
}

}  // namespace swimsim
