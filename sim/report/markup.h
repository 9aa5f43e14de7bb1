#pragma once

#include <string>
#include <string_view>

namespace swimsim {

/// Text for HTML and XML, in element content and in quoted attributes. Control characters that XML forbids and bytes that are not UTF-8
/// become U+FFFD.
std::string escape_markup(std::string_view text);

}  // namespace swimsim
