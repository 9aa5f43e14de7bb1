#pragma once

namespace swimsim {

/// NeuroSim's label of nonlinearity for a curve with normalised constant A (A of the paper over the number of pulses), A > 0:
/// 10.101 times the largest distance of the normalised curve from a straight line.
double nonlinearity_label(double normalised_a);

/// The inverse, by bisection; the sign of the label is the sign of A. Labels below 0.01 in size count as 0.01, above 9.9 as 9.9.
double normalised_a(double label);

}  // namespace swimsim
