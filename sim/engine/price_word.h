#pragma once

#include <string_view>

namespace swimsim {

/// What `price` of a point is (see SelectionPoint): "price" or "looseness".
std::string_view price_word(std::string_view selector);

}  // namespace swimsim
