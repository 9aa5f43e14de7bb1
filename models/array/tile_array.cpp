#include "models/array/tile_array.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "models/common/checked.h"

namespace swimsim {

namespace {

constexpr double kAttojoulesPerJoule = 1e18;
constexpr const char* kEnergy = "energy (aJ)";

}  // namespace

TileArray::TileArray(const Mapping& mapping, std::int64_t tile, const std::vector<std::vector<std::int32_t>>& codes, const Device& device,
                     const ArrayParameters& parameters)
    : rows_(mapping.tiles()[tile].used_rows),
      cols_(mapping.tiles()[tile].used_cols),
      device_(&device),
      parameters_(&parameters),
      adc_aJ_(event_energy_aJ(parameters.adc_energy_J)),
      compare_aJ_(event_energy_aJ(parameters.compare_energy_J)),
      sample_hold_aJ_(event_energy_aJ(parameters.sample_hold_energy_J)),
      mux_aJ_(event_energy_aJ(parameters.mux_energy_J)),
      dac_aJ_(event_energy_aJ(parameters.dac_energy_J)),
      driver_aJ_(event_energy_aJ(parameters.driver_energy_J)) {
  const std::size_t cells = static_cast<std::size_t>(rows_) * cols_;
  cells_.variation.resize(static_cast<std::size_t>(device.variations()));
  cells_.state.resize(static_cast<std::size_t>(device.states()));
  cells_.resize(cells);
  failed_.assign(cells, 0);
  unverified_writes_.assign(cells, 0);
  if (device.counts_cycles()) needed_.assign(cells, 0);
  identify(mapping, tile, codes);
  for (int which = 0; which < device.variations(); ++which) {
    std::vector<float>& variation = cells_.variation[static_cast<std::size_t>(which)];
    fill_normals({parameters.seed, parameters.trial, Purpose::device_to_device, static_cast<std::uint32_t>(which)}, cells,
                 cells_.weight_id.data(), cells_.cell_id.data(), variation.data());
    device.shape_variation(which, cells, variation.data());
  }
  device.initialize(cells_.row(0, cells, nullptr));
  const std::int64_t on_chip = parameters.places > 0 ? tile % parameters.places : tile;
  const EffectTile place{&device, parameters.seed, parameters.trial, on_chip, rows_, cols_};
  if (parameters.effects.any()) effects_ = std::make_unique<CellEffects>(parameters.effects, place, cells_);
  make_room();
}

void TileArray::make_room() {
  const std::size_t lanes = this->lanes();
  open_.reserve(lanes, cells_);
  on_.resize(lanes);
  energy_J_.resize(lanes);
  for (auto* scratch : {&before_S_, &noise_, &amplitude_V_, &volts_V_}) scratch->resize(lanes);
  if (device_->counts_cycles()) open_needed_.resize(lanes);
}

void TileArray::identify(const Mapping& mapping, std::int64_t tile, const std::vector<std::vector<std::int32_t>>& codes) {
  const std::vector<std::int64_t> inputs = mapping.inputs_of_tile(static_cast<std::size_t>(tile));
  for (int col = 0; col < cols_; ++col) {
    const CellAddress top = mapping.address({tile, 0, col});
    const std::int64_t first = top.weight - inputs.front();  // of the weights of the column's output
    digit_max_.push_back(mapping.digit_max(top.layer, top.slice));
    const std::uint32_t cell_id =
        pack_cell(static_cast<std::uint32_t>(top.layer), static_cast<std::uint32_t>(top.slice), static_cast<std::uint32_t>(top.arm));
    for (int row = 0; row < rows_; ++row) {
      const std::size_t at = index(row, col);
      const std::int64_t weight = first + inputs[static_cast<std::size_t>(row)];
      cells_.target_S[at] = target_of_S(mapping.digit(top.layer, codes[top.layer][weight], top.slice, top.arm), col);
      cells_.weight_id[at] = static_cast<std::uint32_t>(weight);
      cells_.cell_id[at] = cell_id;
    }
  }
}

float TileArray::target_of_S(int digit, int col) const {
  const double g_min_S = device_->g_min_S(), range_S = device_->g_max_S() - g_min_S;
  const double level = static_cast<double>(digit) / static_cast<double>(digit_max_[static_cast<std::size_t>(col)]);
  return static_cast<float>(g_min_S + level * range_S);
}

void TileArray::load_digits(const std::uint8_t* digits, std::size_t bytes_per_digit) {
  for (int row = 0; row < rows_; ++row) {
    for (int col = 0; col < cols_; ++col) {
      int digit = 0;
      for (std::size_t byte = 0; byte < bytes_per_digit; ++byte) digit |= *digits++ << 8 * byte;
      if (digit > digit_max_[static_cast<std::size_t>(col)]) throw std::logic_error("tile: a digit is loaded that its slice does not have");
      cells_.target_S[index(row, col)] = target_of_S(digit, col);
    }
  }
}

void TileArray::open_row(int row, const std::vector<int>& columns, Work work) {
  std::vector<std::uint32_t> cells;
  for (const int col : columns) cells.push_back(static_cast<std::uint32_t>(index(row, col)));
  open_cells(cells, work);
}

void TileArray::open_cells(const std::vector<std::uint32_t>& cells, Work work) {
  work_ = work;
  if (effects_) effects_->before_open(cells_, static_cast<int>(cells.front()) / cols_);
  open_.open(cells_, cells, work == Work::coarse);
}

int TileArray::take_together(int rows) {
  rows_together_ = effects_ || device_->erases() ? 1 : std::min(rows, rows_);  // both go by rows
  make_room();
  return rows_together_;
}

const float* TileArray::draw(Purpose purpose, std::uint32_t event) {
  fill_normals({parameters_->seed, parameters_->trial, purpose, event}, open_.lanes(), open_.cells().weight_id.data(),
               open_.cells().cell_id.data(), noise_.data());
  return noise_.data();
}

void TileArray::remember_conductances() { std::copy_n(open_.cells().g_S.data(), open_.lanes(), before_S_.data()); }

void TileArray::finish_write(const RowWrite& write) {
  if (effects_) effects_->after_write(open_, write);
  charge_write(write);
}

void TileArray::charge_write(const RowWrite& write) {
  const std::uint8_t* on = write.on;
  const float* amplitude_V = write.amplitude_V;
  const double width_s = write.width_s;
  const std::size_t n = open_.lanes();
  const float *before_S = before_S_.data(), *after_S = open_.cells().g_S.data();
  float* volts_V = volts_V_.data();
  const double line_aJ = parameters_->line_capacitance_F * kAttojoulesPerJoule;
  for (std::size_t i = 0; i < n; ++i) volts_V[i] = on[i] ? amplitude_V[i] : 0.0f;
  const auto line = [&](std::size_t i) { return static_cast<double>(volts_V[i]) * static_cast<double>(volts_V[i]) * line_aJ; };
  add_checked(energy_.line_aJ, sum_event_aJ(n, line), kEnergy);

  if (device_->is_resistor() && write.relative_width == nullptr) {
    const double half_width_aJ = 0.5 * width_s * kAttojoulesPerJoule;
    const auto cell = [&](std::size_t i) { return resistor_energy(volts_V[i], before_S[i], after_S[i], half_width_aJ); };
    add_checked(energy_.array_aJ, sum_event_aJ(n, cell), kEnergy);
  } else {
    add_checked(energy_.array_aJ, cell_energy_aJ(write), kEnergy);
  }

  std::int64_t cells = 0;
  for (std::size_t i = 0; i < n; ++i) cells += on[i];
  add_checked(energy_.dac_aJ, cells * dac_aJ_, kEnergy);
  add_checked(energy_.driver_aJ, cells * driver_aJ_, kEnergy);
}

/// Of pulses of many widths, or in cells that are no resistors.
std::int64_t TileArray::cell_energy_aJ(const RowWrite& write) {
  const std::size_t n = open_.lanes();
  double* energy_J = energy_J_.data();
  device_->pulse_energy_J(open_.view(write.on), before_S_.data(), volts_V_.data(), write.width_s, energy_J);
  if (write.relative_width != nullptr && device_->is_resistor()) {
    for (std::size_t i = 0; i < n; ++i) energy_J[i] *= static_cast<double>(write.relative_width[i]);
  }
  return sum_event_aJ(n, [&](std::size_t i) { return write.on[i] ? energy_J[i] * kAttojoulesPerJoule : 0.0; });
}

/// Pulses that are not of the verify phase, on the cells of `on_`.
void TileArray::count_unverified() {
  for (std::size_t i = 0; i < open_.count(); ++i) unverified_writes_[open_.cell(i)] += on_[i];
}

/// All cells of the open row, at these volts.
void TileArray::drive_all(double amplitude_V) {
  std::fill(on_.begin(), on_.end(), std::uint8_t{0});
  std::fill_n(on_.begin(), open_.count(), std::uint8_t{1});
  std::fill_n(amplitude_V_.begin(), open_.lanes(), static_cast<float>(amplitude_V));
  remember_conductances();
}

void TileArray::erase(std::uint32_t event) {
  drive_all(device_->erase_amplitude_V());
  device_->erase(open_.view(on_.data()), draw(Purpose::erase, event));
  finish_write({0, on_.data(), amplitude_V_.data(), device_->erase_width_s()});
  count_unverified();
}

void TileArray::blind_write(std::uint32_t event) {
  drive_all(device_->blind_amplitude_V());
  device_->blind_write(open_.view(on_.data()), draw(Purpose::blind_write, event));
  finish_write({+1, on_.data(), amplitude_V_.data(), device_->blind_width_s()});
  count_unverified();
}

void TileArray::pulse(int polarity, const RowCells& cells, std::uint32_t event) {
  const std::size_t n = open_.lanes();
  const std::int8_t* fires = cells.fires;
  std::uint8_t* on = on_.data();
  for (std::size_t i = 0; i < n; ++i) on[i] = fires[i] == polarity;
  const float* noise = open_.pulse_noise().at(event, parameters_->seed, parameters_->trial, n, open_.cells());
  remember_conductances();
  device_->apply_pulse(open_.view(on), {fires, cells.amplitude_V, device_->pulse_width_s(), noise, cells.width});
  finish_write({polarity, on, cells.amplitude_V, device_->pulse_width_s(), cells.width});
  if (work_ == Work::coarse) return count_unverified();
  std::uint32_t* pulses = open_.cells().pulses.data();
  for (std::size_t i = 0; i < n; ++i) pulses[i] += on[i];
}

void TileArray::counted_cycle(const RowCells& cells) {
  std::fill(open_needed_.begin(), open_needed_.end(), 0u);
  for (std::size_t i = 0; i < open_.count(); ++i) {
    open_needed_[i] = needed_[open_.cell(i)];
    open_.cells().pulses[i] += cells.active[i];
  }
  remember_conductances();
  device_->counted_cycle(open_.view(cells.active), {open_needed_.data(), open_.cells().pulses.data(), draw(Purpose::verified_state, 0)});
  finish_write({+1, cells.active, cells.amplitude_V, device_->pulse_width_s()});
}

void TileArray::draw_cycles() {
  for (std::size_t i = 0; i < open_.count(); ++i) {
    const std::uint32_t cell = open_.cells().cell_id[i];
    const DrawId id{parameters_->seed,          parameters_->trial, Purpose::cycle_count, cell >> 16,
                    open_.cells().weight_id[i], cell >> 8 & 0xff,   cell & 0xff,          0};
    needed_[open_.cell(i)] = device_->cycles_needed(random_uniform(id));
  }
}

void TileArray::read(const RowCells& cells, std::uint32_t event, double since_pulse_s, float* seen_S) {
  const std::size_t n = open_.lanes();
  const double bias_aJ =
      parameters_->v_read_V * parameters_->v_read_V * (static_cast<double>(parameters_->read_ps) * 1e-12) * kAttojoulesPerJoule;
  const float* noise = open_.read_noise().at(event, parameters_->seed, parameters_->trial, n, open_.cells());
  device_->apparent_S(open_.view(cells.active), since_pulse_s, seen_S);
  if (effects_) effects_->alter_reading(open_, cells.active, busy_ps_, seen_S);
  float* sigma_S = noise_.data();
  device_->read_sigmas_S(n, seen_S, sigma_S);
  if (effects_) effects_->widen_read_noise(n, seen_S, sigma_S);
  const std::uint8_t* active = cells.active;
  const auto bias = [&](std::size_t i) { return bias_aJ * static_cast<double>(active[i] && seen_S[i] > 0 ? seen_S[i] : 0.0f); };
  add_checked(energy_.array_aJ, sum_event_aJ(n, bias), kEnergy);
  for (std::size_t i = 0; i < n; ++i) seen_S[i] += sigma_S[i] * noise[i];
}

bool TileArray::convert(const RowCells& cells, std::size_t first, std::size_t count, const float* seen_S, std::uint16_t* codes) {
  const std::int64_t active = std::count(cells.active + first, cells.active + first + count, std::uint8_t{1});
  bool second = false;
  if (parameters_->compare_tolerance_S > 0) {
    compare(cells, first, count, seen_S, codes, second);
  } else {
    const Adc adc = parameters_->adc;
    for (std::size_t i = first; i < first + count; ++i) codes[i] = adc.code(seen_S[i]);
    conversions_ += active;
    add_checked(energy_.adc_aJ, active * adc_aJ_, kEnergy);
  }
  add_checked(energy_.sample_hold_aJ, active * sample_hold_aJ_, kEnergy);
  add_checked(energy_.mux_aJ, active * mux_aJ_, kEnergy);
  return second;
}

/// The first comparison is against the edge of the window that the cell has to pass on its way; a cell that has passed it is compared
/// with the other edge.
void TileArray::compare(const RowCells& cells, std::size_t first, std::size_t count, const float* seen_S, std::uint16_t* codes,
                        bool& second) {
  const float tolerance_S = static_cast<float>(parameters_->compare_tolerance_S);
  std::int64_t comparisons = 0;
  for (std::size_t i = first; i < first + count; ++i) {
    if (!cells.active[i]) continue;
    const float target_S = open_.cells().target_S[i];
    const bool below = seen_S[i] < target_S - tolerance_S;
    const bool above = seen_S[i] > target_S + tolerance_S;
    const bool passed = cells.polarity[i] < 0 ? !above : !below;
    codes[i] = below ? compared_below : above ? compared_above : compared_inside;
    comparisons += passed ? 2 : 1;
    second |= passed;
  }
  conversions_ += comparisons;
  add_checked(energy_.adc_aJ, comparisons * compare_aJ_, kEnergy);
}

float TileArray::g_S(int row, int col) const {
  for (std::size_t i = 0; i < open_.count(); ++i) {
    if (open_.cell(i) == index(row, col)) return open_.cells().g_S[i];
  }
  return cells_.g_S[index(row, col)];
}

std::vector<float> TileArray::final_S() const {
  std::vector<float> final(cells_.g_S.size());
  fill_normals({parameters_->seed, parameters_->trial, Purpose::relaxation, 0}, final.size(), cells_.weight_id.data(),
               cells_.cell_id.data(), final.data());
  const std::vector<float> settled_S = effects_ ? effects_->settled_S(cells_) : std::vector<float>();
  const std::vector<float>& g_S = effects_ ? settled_S : cells_.g_S;
  for (std::size_t i = 0; i < final.size(); ++i) final[i] = device_->relaxed_S(g_S[i], final[i]);
  if (effects_) effects_->age(cells_, final);
  return final;
}

std::vector<std::uint32_t> TileArray::all_writes() const {
  std::vector<std::uint32_t> writes = unverified_writes_;
  for (std::size_t i = 0; i < writes.size(); ++i) writes[i] += cells_.pulses[i];
  return writes;
}

std::vector<std::uint16_t> TileArray::read_back_codes(const std::vector<float>& final) const {
  std::vector<float> read(final.size());
  fill_normals({parameters_->seed, parameters_->trial, Purpose::read_back, 0}, read.size(), cells_.weight_id.data(), cells_.cell_id.data(),
               read.data());
  const Adc& adc = parameters_->adc;
  std::vector<float> sigma_S(final.size());
  device_->read_sigmas_S(final.size(), final.data(), sigma_S.data());
  if (effects_) effects_->widen_read_noise(final.size(), final.data(), sigma_S.data());
  std::vector<std::uint16_t> codes(final.size());
  for (std::size_t i = 0; i < read.size(); ++i) codes[i] = adc.code(final[i] + sigma_S[i] * read[i]);
  return codes;
}

std::vector<float> TileArray::read_back_S(const std::vector<float>& final) const {
  std::vector<float> read(final.size());
  const std::vector<std::uint16_t> codes = read_back_codes(final);
  for (std::size_t i = 0; i < read.size(); ++i) read[i] = parameters_->adc.conductance_S(codes[i]);
  return read;
}

}  // namespace swimsim
