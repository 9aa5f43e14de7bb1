#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "models/common/random.h"
#include "models/device/card_reader.h"
#include "models/programming/scheme.h"

namespace swimsim::testing {

/// Most RESETs a cell gets in the RADAR measurements: no cell has more, and every cell that failed has them all.
constexpr int kMaxResets = 200;

/// What it took to program one cell to one window.
struct Programming {
  int cell = 0, level = 0;
  double reads = 0, sets = 0, resets = 0;
  bool succeeded = false;
};

/// A window of conductance; the outermost are open to one side.
struct Window {
  double low_S, high_S;
};

/// Cells under the measured procedure: a RESET and a read, then what the scheme decides.
class ResetAndSweep {
 public:
  ResetAndSweep(const Device& device, int cells, std::uint32_t trial)
      : device_(device),
        n_(static_cast<std::size_t>(cells)),
        trial_(trial),
        g_S_(n_),
        target_S_(n_),
        seen_S_(n_),
        noise_(n_),
        volts_(n_),
        sigma_S_(n_),
        width_(n_),
        identity_(n_),
        place_(n_),
        active_(n_),
        failed_(n_),
        complete_(n_),
        alive_(n_),
        pulsed_(n_, 1),
        polarity_(n_),
        step_(n_),
        reversals_(n_) {
    std::iota(identity_.begin(), identity_.end(), 0u);
    cells_.columns = n_;
    cells_.g_S = g_S_.data();
    cells_.target_S = target_S_.data();
    cells_.active = active_.data();
    for (int which = 0; which < device.variations(); ++which) {
      variation_.emplace_back(n_);
      draw(Purpose::device_to_device, static_cast<std::uint32_t>(which), variation_.back());
      device.shape_variation(which, n_, variation_.back().data());
    }
    for (int which = 0; which < device.states(); ++which) state_.emplace_back(n_);
    for (std::size_t i = 0; i < variation_.size(); ++i) cells_.variation[i] = variation_[i].data();
    for (std::size_t i = 0; i < state_.size(); ++i) cells_.state[i] = state_[i].data();
    device.initialize(cells_);
  }

  std::vector<Programming> program(const Window& window, int level) {
    SchemeOptions options;
    options.tolerance_S = (window.high_S - window.low_S) / 2;
    options.max_reversals = kMaxResets - 1;
    const auto scheme = find_scheme("reset_on_overshoot")->make(options);
    begin(window, level);
    RowUnderVerify row = view();
    pulse_and_read();
    scheme->begin(device_, row);
    for (int pulses = 0; retire() && pulses < 20'000; ++pulses) {
      pulse_and_read();
      scheme->decide(device_, row);
    }
    return result_;
  }

 private:
  void begin(const Window& window, int level) {
    result_.assign(n_, {});
    for (std::size_t i = 0; i < n_; ++i) {
      result_[i].cell = static_cast<int>(i);
      result_[i].level = level;
    }
    level_ = level;
    event_ = 0;
    std::fill(target_S_.begin(), target_S_.end(), static_cast<float>((window.low_S + window.high_S) / 2));
    std::fill(polarity_.begin(), polarity_.end(), std::int8_t{-1});
    std::fill(volts_.begin(), volts_.end(), static_cast<float>(device_.ramp(-1).stop_V));
    std::fill(active_.begin(), active_.end(), std::uint8_t{1});
    std::fill(alive_.begin(), alive_.end(), std::uint8_t{1});
    for (auto* numbers : {&step_, &reversals_}) std::fill(numbers->begin(), numbers->end(), std::uint16_t{0});
  }

  /// What the scheme has ended: accepted, given up, or a ramp at its end, after which the measurement RESETs and starts over.
  bool retire() {
    bool any = false;
    for (std::size_t i = 0; i < n_; ++i) {
      if (alive_[i] == 0) continue;
      if (active_[i] == 0) result_[i].succeeded = true;
      if (failed_[i] != 0 && reversals_[i] < kMaxResets - 1) {
        failed_[i] = 0;
        polarity_[i] = -1;
        step_[i] = 0;
        ++reversals_[i];
        volts_[i] = static_cast<float>(device_.ramp(-1).stop_V);
      }
      alive_[i] = active_[i] != 0 && failed_[i] == 0;
      active_[i] = alive_[i];
      failed_[i] = 0;
      any = any || alive_[i] != 0;
    }
    return any;
  }

  void pulse_and_read() {
    ++event_;
    draw(Purpose::verify_pulse, event_, noise_);
    Pulse pulse;
    pulse.polarity = polarity_.data();
    pulse.amplitude_V = volts_.data();
    pulse.width_s = device_.pulse_width_s();
    pulse.noise = noise_.data();
    device_.apply_pulse(cells_, pulse);
    device_.apparent_S(cells_, 1, seen_S_.data());
    device_.read_sigmas_S(n_, g_S_.data(), sigma_S_.data());
    draw(Purpose::verify_read, event_, noise_);
    for (std::size_t i = 0; i < n_; ++i) {
      seen_S_[i] += sigma_S_[i] * noise_[i];
      if (active_[i] == 0) continue;
      result_[i].reads += 1;
      (polarity_[i] > 0 ? result_[i].sets : result_[i].resets) += 1;
    }
  }

  void draw(Purpose purpose, std::uint32_t event, std::vector<float>& normals) {
    RowDraw id;
    id.seed = 2021;
    id.trial = trial_;
    id.purpose = purpose;
    id.event = event;
    std::fill(place_.begin(), place_.end(), pack_cell(purpose == Purpose::device_to_device ? 0 : static_cast<std::uint32_t>(level_), 0, 0));
    fill_normals(id, n_, identity_.data(), place_.data(), normals.data());
  }

  RowUnderVerify view() {
    RowUnderVerify row;
    row.columns = static_cast<int>(n_);
    row.target_S = target_S_.data();
    row.believed_S = seen_S_.data();
    row.complete = complete_.data();
    row.pulsed = pulsed_.data();
    row.active = active_.data();
    row.polarity = polarity_.data();
    row.amplitude_V = volts_.data();
    row.width = width_.data();
    row.failed = failed_.data();
    row.step = step_.data();
    row.reversals = reversals_.data();
    return row;
  }

  const Device& device_;
  std::size_t n_;
  std::uint32_t trial_, event_ = 0;
  int level_ = 0;
  std::vector<float> g_S_, target_S_, seen_S_, noise_, volts_, sigma_S_, width_;
  std::vector<std::uint32_t> identity_, place_;
  std::vector<std::uint8_t> active_, failed_, complete_, alive_, pulsed_;
  std::vector<std::int8_t> polarity_;
  std::vector<std::uint16_t> step_, reversals_;
  std::vector<std::vector<float>> variation_, state_;
  CellRow cells_;
  std::vector<Programming> result_;
};

}  // namespace swimsim::testing
