#pragma once

#include <cstdint>
#include <systemc>

namespace swimsim {

/// Now, in simulated picoseconds.
inline std::int64_t simulated_ps() { return static_cast<std::int64_t>(sc_core::sc_time_stamp().value()); }

/// A wait as SystemC wants it.
inline sc_core::sc_time in_ps(std::int64_t wait_ps) { return sc_core::sc_time::from_value(static_cast<std::uint64_t>(wait_ps)); }

}  // namespace swimsim
