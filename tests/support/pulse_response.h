#pragma once

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "models/common/random.h"
#include "models/device/card_reader.h"
#include "models/fitting/measured_pulses.h"

namespace swimsim::testing {

/// Equal pulses in a row.
struct Train {
  int polarity;
  int pulses;
  double volts;
  double width_s;
};

/// A cell of a card under test, read after every pulse.
struct VirtualDevice {
  Card card;
  std::uint32_t number = 0;  ///< which cell: decides every draw
  double read_noise_S = 0;

  /// The cell starts at its initial state, which is the first reading.
  MeasuredRun measure(const std::vector<Train>& trains, const std::string& device = "", const std::string& run = "") const {
    const auto kernel = find_kernel(card.kernel)->make(card, {});
    std::vector<float> variation(static_cast<std::size_t>(kernel->variations())), state(static_cast<std::size_t>(kernel->states()));
    float g_S = 0, volts = 0, noise = 0;
    std::uint8_t active = 1;
    std::int8_t polarity = 0;
    CellRow row;
    row.columns = 1;
    row.g_S = &g_S;
    row.target_S = &g_S;
    row.active = &active;
    for (std::size_t v = 0; v < variation.size(); ++v) {
      variation[v] = own_normal(static_cast<int>(v));
      kernel->shape_variation(static_cast<int>(v), 1, &variation[v]);
      row.variation[v] = &variation[v];
    }
    for (std::size_t s = 0; s < state.size(); ++s) row.state[s] = &state[s];
    kernel->initialize(row);
    MeasuredRun measured{device, run, 0, {}};
    std::uint32_t event = 0;
    measured.pulses.push_back({0, 0, 0, read(g_S, event)});
    for (const Train& train : trains) {
      for (int i = 0; i < train.pulses; ++i) {
        polarity = static_cast<std::int8_t>(train.polarity);
        volts = static_cast<float>(train.volts);
        noise = draw(Purpose::verify_pulse, ++event);
        kernel->apply_pulse(row, {&polarity, &volts, train.width_s, &noise});
        measured.pulses.push_back({polarity, volts, train.width_s, read(g_S, event)});
      }
    }
    return measured;
  }

  /// The standard normal behind one of the device's own spreads.
  float own_normal(int which) const { return draw(Purpose::device_to_device, static_cast<std::uint32_t>(which)); }

 private:
  double read(float g_S, std::uint32_t event) const {
    return std::max(0.0, g_S + read_noise_S * static_cast<double>(draw(Purpose::verify_read, event)));
  }
  float draw(Purpose purpose, std::uint32_t event) const {
    DrawId id;
    id.seed = 11;
    id.purpose = purpose;
    id.weight = number;
    id.event = event;
    return random_normal(id);
  }
};

inline MeasuredPulses together(std::vector<MeasuredRun> runs) {
  MeasuredPulses data;
  data.lowest_S = data.highest_S = runs.front().pulses.front().g_S;
  for (const MeasuredRun& run : runs) {
    for (const MeasuredPulse& pulse : run.pulses) {
      data.lowest_S = std::min(data.lowest_S, pulse.g_S);
      data.highest_S = std::max(data.highest_S, pulse.g_S);
      ++data.readings;
    }
  }
  data.runs = std::move(runs);
  return data;
}

/// A built-in card with every scatter off and the settings over it.
inline Card quiet_card(const std::string& name, const std::vector<std::pair<std::string, double>>& settings = {}) {
  CardOrErrors loaded = load_card(name, "", {});
  if (!loaded.card) throw std::runtime_error(to_string(loaded.mistakes.front()));
  Card card = std::move(*loaded.card);
  for (const ParameterSpec& spec : find_kernel(card.kernel)->parameters) {
    if (spec.name.compare(0, 6, "sigma_") == 0) card.find(spec.name)->value = 0.0;
    if (spec.name == "initial") card.find(spec.name)->value = std::string("hrs");
  }
  for (const auto& [parameter, value] : settings) card.find(parameter)->value = value;
  return card;
}

}  // namespace swimsim::testing
