#pragma once

#include <vector>

namespace swimsim {

/// One read of 128 columns by one 8-bit ADC with ISAAC's figures (Shafiee et al., ISCA 2016) on a tile of the SystemC chip: {time in ns,
/// energy of the conversions in pJ}. Means over the 16 planes of a vector of inputs. In a child process: it is a simulation of its own.
std::vector<double> isaac_read();

}  // namespace swimsim
