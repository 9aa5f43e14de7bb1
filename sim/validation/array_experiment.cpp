#include "sim/validation/array_experiment.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "models/array/mapping.h"
#include "models/array/tile_array.h"
#include "models/common/random.h"
#include "models/device/device.h"
#include "models/programming/direct_datapath.h"
#include "models/programming/tile_controller.h"

namespace swimsim {

namespace {

constexpr std::int64_t kOutputs = 64;

/// Cells of 12 bits: a target may be anywhere within 1/4095 of the range.
MappingOptions fine_levels() {
  MappingOptions options;
  options.weight_bits = options.bits_per_device = 12;
  options.code_max = 4095;
  return options;
}

/// The array itself, watched: counts pulses and changes of polarity.
class WatchedDatapath final : public DirectDatapath {
 public:
  explicit WatchedDatapath(TileArray& array) : DirectDatapath(array), last_(static_cast<std::size_t>(array.cols())) {}

  void select_row(int row) override {
    DirectDatapath::select_row(row);
    std::fill(last_.begin(), last_.end(), 0);
  }
  void pulse(int polarity, const RowCells& cells, std::uint32_t event) override {
    for (std::size_t i = 0; i < cells.count; ++i) {
      if (cells.fires[i] != polarity) continue;
      int& last = last_[static_cast<std::size_t>(cells.column[i])];
      reversals += last == -polarity;
      last = polarity;
      volts[polarity > 0 ? 0 : 1] += cells.amplitude_V[i];
      pulses[polarity > 0 ? 0 : 1] += 1;
    }
    DirectDatapath::pulse(polarity, cells, event);
  }

  std::int64_t reversals = 0;
  double volts[2] = {}, pulses[2] = {};  ///< SET, RESET

 private:
  std::vector<int> last_;
};

std::vector<std::int32_t> draw_codes(const ArrayExperiment& experiment, const Device& device, std::int64_t count, int code_max) {
  const double low_S = device.g_min_S(), range_S = device.g_max_S() - low_S;
  const auto code_of = [&](double target_S) {
    const double share = (target_S - low_S) / range_S;
    if (share < -1e-9 || share > 1 + 1e-9) throw std::logic_error("array experiment: the card has no such target");
    return share * code_max;
  };
  const bool whole = experiment.target_high_S == 0;
  const double from = whole ? 0 : code_of(experiment.target_low_S), to = whole ? code_max : code_of(experiment.target_high_S);
  std::vector<std::int32_t> codes(static_cast<std::size_t>(count));
  DrawId id;
  id.seed = experiment.seed;
  id.purpose = Purpose::weight_init;
  for (std::int32_t& code : codes) {
    code = static_cast<std::int32_t>(std::nearbyint(from + random_uniform(id) * (to - from)));
    ++id.weight;
  }
  return codes;
}

/// The plus arms: a cell for each weight.
std::vector<std::int16_t> plus_arms(const Mapping& mapping, std::int64_t tile, const TileArray& array) {
  std::vector<std::int16_t> group;
  for (int row = 0; row < array.rows(); ++row) {
    for (int col = 0; col < array.cols(); ++col)
      group.push_back(static_cast<std::int16_t>(mapping.address({tile, row, col}).arm == 0 ? 0 : -1));
  }
  return group;
}

void collect(const TileArray& array, const std::vector<std::int16_t>& group, std::vector<ProgrammedCell>& cells) {
  const std::vector<float> final_S = array.final_S();
  for (int row = 0; row < array.rows(); ++row) {
    for (int col = 0; col < array.cols(); ++col) {
      const std::size_t i = static_cast<std::size_t>(row) * static_cast<std::size_t>(array.cols()) + static_cast<std::size_t>(col);
      if (group[i] < 0) continue;
      cells.push_back({array.target_S(row, col), array.g_S(row, col), final_S[i], array.pulses(row, col), array.failed(row, col)});
    }
  }
}

}  // namespace

ArrayFigures program_cells(const ArrayExperiment& experiment) {
  const DeviceKernel& kernel = *find_kernel(experiment.card.kernel);
  const std::int64_t inputs = (experiment.cells + kOutputs - 1) / kOutputs;
  const Mapping mapping({{"cells", kOutputs, inputs}}, fine_levels());
  const auto device = kernel.make(experiment.card, {mapping.swim_sigma_per_cell(0)});
  const std::vector<std::vector<std::int32_t>> codes{draw_codes(experiment, *device, kOutputs * inputs, mapping.options().code_max)};
  const auto scheme = find_scheme(experiment.scheme)->make(experiment.options);
  ArrayParameters parameters;
  parameters.adc = experiment.adc;
  parameters.read_ps = 5'000'000;
  parameters.seed = experiment.seed;
  parameters.trial = experiment.trial;
  parameters.effects = experiment.effects;
  TileController::Options options;
  options.max_attempts = experiment.max_attempts;

  ArrayFigures figures;
  double volts[2] = {}, pulses[2] = {};
  for (std::size_t t = 0; t < mapping.tiles().size(); ++t) {
    const auto tile = static_cast<std::int64_t>(t);
    TileArray array(mapping, tile, codes, *device, parameters);
    WatchedDatapath datapath(array);
    const std::vector<std::int16_t> group = plus_arms(mapping, tile, array);
    TileController controller(array, datapath, *scheme, group, options);
    for (const bool blind : {true, false}) {
      if (!(blind ? experiment.blind : experiment.verify)) continue;
      if (blind) controller.begin_blind();
      if (!blind) controller.begin_verify(0);
      while (!controller.done()) controller.stride();
    }
    figures.pulses += static_cast<double>(controller.counts().pulses);
    figures.reads += static_cast<double>(controller.counts().verify_reads);
    figures.failed += static_cast<double>(controller.counts().failed_cells);
    figures.reversals += static_cast<double>(datapath.reversals);
    figures.array_J += static_cast<double>(array.energy().array_aJ) * 1e-18;
    for (int i = 0; i < 2; ++i) volts[i] += datapath.volts[i];
    for (int i = 0; i < 2; ++i) pulses[i] += datapath.pulses[i];
    collect(array, group, figures.cells);
  }
  const auto n = static_cast<double>(figures.cells.size());
  figures.set_V = volts[0] / pulses[0];
  figures.reset_V = volts[1] / pulses[1];
  figures.set_pulses = pulses[0] / n;
  figures.reset_pulses = pulses[1] / n;
  for (double* sum : {&figures.pulses, &figures.reads, &figures.failed, &figures.reversals, &figures.array_J}) *sum /= n;
  return figures;
}

double ArrayFigures::quantile_of_pulses(double share) const {
  std::vector<std::uint32_t> sorted;
  for (const ProgrammedCell& cell : cells) sorted.push_back(cell.pulses);
  const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(sorted.size()));
  std::nth_element(sorted.begin(), at, sorted.end());
  return *at;
}

double ArrayFigures::mean_of_largest(std::size_t group) const {
  double sum = 0;
  const std::size_t groups = cells.size() / group;
  for (std::size_t first = 0; first < groups * group; first += group) {
    std::uint32_t largest = 0;
    for (std::size_t i = first; i < first + group; ++i) largest = std::max(largest, cells[i].pulses);
    sum += largest;
  }
  return sum / static_cast<double>(groups);
}

double ArrayFigures::bias_S() const {
  double sum = 0, n = 0;
  for (const ProgrammedCell& cell : cells) {
    if (cell.failed) continue;
    sum += static_cast<double>(cell.landed_S) - cell.target_S;
    n += 1;
  }
  return sum / n;
}

double ArrayFigures::rms_S() const {
  double squares = 0, n = 0;
  for (const ProgrammedCell& cell : cells) {
    if (cell.failed) continue;
    squares += std::pow(static_cast<double>(cell.landed_S) - cell.target_S, 2);
    n += 1;
  }
  return std::sqrt(squares / n);
}

}  // namespace swimsim
