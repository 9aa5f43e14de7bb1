#pragma once

#include "models/device/device.h"
#include "sim/engine/results.h"

namespace swimsim {

/// Pulses the median device of a card from its lowest state: SETs, then RESETs, each polarity at the start of its ramp (its middle for
/// devices that are erased). Cards of kernel `neurosim` come with the points of NeuroSim's closed form (TCAD 2018, equations 8 to 10) for
/// the card's labels.
CardCurve card_curve(const Card& card, const Device& device);

}  // namespace swimsim
