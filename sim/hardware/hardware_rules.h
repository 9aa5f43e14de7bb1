#pragma once

#include <cstdint>
#include <string>
#include <systemc>

namespace swimsim {

// What the modules of a tile hold to, always: each looks at what it is told against what it is still busy with. Times are simulated
// picoseconds; a module that is told several things at one wake-up is told when each of them begins.

/// No driver acts on the lines without the word line of its row.
constexpr const char* kNoPulseWithoutRow = "no pulse without a selected row";
constexpr const char* kNoReadWithoutRow = "no read without a selected row";
/// A word line that has just been switched on is given its time to settle.
constexpr const char* kRowSettles = "no driver before the word line has settled";
constexpr const char* kRowStays = "no row switched while the lines are driven";
constexpr const char* kNoReadDuringWrite = "no read during a write";
constexpr const char* kNoTwoDrivers = "no two drivers on a line";
constexpr const char* kBiasSettles = "no sample without a settled read bias";
constexpr const char* kNoStartWhileBusy = "no ADC start while busy";
constexpr const char* kNoRowWhileComputing = "no row selected while the word-line DACs are on";
constexpr const char* kSumsSettle = "no sample before the column sums have settled";
constexpr const char* kHeldUntilConverted = "no sample over sums that are being converted";
constexpr const char* kRowExists = "no row that the decoder does not have";

/// Ends the simulation for a mistake of ours. Throws std::logic_error: "chip.tile_0.adc at 1200 ps: WHAT (rule: RULE)".
[[noreturn]] void break_rule(const sc_core::sc_object& module, std::int64_t at_ps, const char* rule, const std::string& what);

}  // namespace swimsim
