#pragma once

#include <cstdint>
#include <functional>
#include <systemc>
#include <vector>

#include "models/inference/chip_inference.h"
#include "sim/hardware/inference_interfaces.h"

namespace swimsim {

/// The input codes of the rows that are applied plane by plane.
class InputRegister final : public sc_core::sc_module, public InputRegisterIf {
 public:
  InputRegister(sc_core::sc_module_name name, int rows) : sc_module(name), codes_(static_cast<std::size_t>(rows)) {}
  void load(const std::int32_t* codes, int rows) override { codes_.assign(codes, codes + rows); }
  const std::int32_t* codes() const override { return codes_.data(); }

 private:
  std::vector<std::int32_t> codes_;
};

/// A DAC for each word line.
class WordLineDacs final : public sc_core::sc_module, public WordLineDacsIf {
 public:
  WordLineDacs(sc_core::sc_module_name name, int rows) : sc_module(name), digits_(static_cast<std::size_t>(rows)) {}
  sc_core::sc_port<InputRegisterIf> input{"input"};
  sc_core::sc_port<ComputeIf> crossbar{"crossbar"};
  void apply(const Plane& plane, const PlaneRead& read, std::int64_t begin_ps, std::int64_t length_ps) override;
  const std::vector<std::int32_t>& digits() const { return digits_; }

 private:
  std::vector<std::int32_t> digits_;
};

/// Adds the codes of the planes, each at its weight, into the output register.
class ShiftAdd final : public sc_core::sc_module, public ShiftAddIf {
 public:
  ShiftAdd(sc_core::sc_module_name name, int cols) : sc_module(name), sums_(static_cast<std::size_t>(cols)) {}
  void clear() override { sums_.assign(sums_.size(), 0); }
  void add(const Plane& plane, const TileRead& columns, const std::int32_t* codes) override;
  const std::int64_t* sums() const override { return sums_.data(); }

 private:
  std::vector<std::int64_t> sums_;
};

/// When a plane goes through the tile.
struct PlaneTimes {
  std::size_t plane = 0;
  std::uint32_t event = 0;  ///< which read of the layer, as for its noise
  std::int64_t applied_ps = 0, sampled_ps = 0, converted_ps = 0;
  const std::int32_t* codes = nullptr;  ///< by column of the tile
};

/// The inference controller: takes the inputs of a position plane by plane through DACs, crossbar, sample-and-hold, converters and
/// shift-and-add. While the converters work on a plane the crossbar already has the next one; it is sampled when both are done.
///   load the input register: a clock; per plane: the read, in whole clocks; then all columns of the busiest converter one after the other,
///   together in whole clocks; at the end a clock to shift and add and a clock for the output register.
class InferenceController final : public sc_core::sc_module {
 public:
  InferenceController(sc_core::sc_module_name name, const ArrayLayer& layer, const InferenceCosts& costs, int column_mux)
      : sc_module(name), layer_(&layer), costs_(&costs), column_mux_(column_mux) {}
  sc_core::sc_port<InputRegisterIf> input{"input"};
  sc_core::sc_port<WordLineDacsIf> dacs{"dacs"};
  sc_core::sc_port<HoldSumsIf> sample{"sample"};
  sc_core::sc_port<ConvertSumsIf> adc{"adc"};
  sc_core::sc_port<ShiftAddIf> shift_add{"shift_add"};

  struct Done {
    std::int64_t array_free_ps = 0;  ///< the next inputs may come
    std::int64_t sums_ready_ps = 0;  ///< in the output register
  };
  using OnPlane = std::function<void(const PlaneTimes&)>;
  /// The reads of a position, from a time on that is not before now; the output register has its sums when the call is back.
  Done run(const TileRead& columns, const std::int32_t* row_codes, std::uint32_t event, std::int64_t begin_ps, const OnPlane& on_plane);
  /// What all columns of a read take.
  std::int64_t conversion_ps(const TileRead& columns) const;

  /// Someone who watches; called for each plane at the beginning of its position. Must not change anything.
  std::function<void(std::int64_t begin_ps, const TileRead& columns, const PlaneTimes&)> on_plane_seen;

 private:
  const ArrayLayer* layer_;
  const InferenceCosts* costs_;
  int column_mux_;
};

}  // namespace swimsim
