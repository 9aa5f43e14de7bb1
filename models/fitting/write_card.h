#pragma once

#include <string>

#include "models/device/card.h"

namespace swimsim {

/// The card as a file that `read_card` takes; numbers with at most five digits. `comment` stands above it, a line for each of its lines.
std::string card_yaml(const Card& card, const std::string& comment);

}  // namespace swimsim
