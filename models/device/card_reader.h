#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/common/embedded_file.h"
#include "models/common/errors.h"
#include "models/device/card.h"
#include "models/device/device.h"

namespace swimsim {

/// A card, or every mistake that was found in it.
struct CardOrErrors {
  std::optional<Card> card;
  std::vector<Diagnostic> mistakes;
};

/// Reads a device card and checks it against what its kernel wants: unknown and missing parameters, units, ranges, words. The card's
/// parameters come in the kernel's order. `file` is the name used in places.
CardOrErrors read_card(std::string_view text, const std::string& file, const std::vector<DeviceKernel>& kernels = device_kernels());

/// Sets one parameter of a card as a workload's `device.set` does; returns what is wrong with it, if anything. A parameter that gets
/// another value loses its source: the figure is the user's now.
std::optional<Diagnostic> apply_setting(Card& card, std::string_view name, std::string_view text, const SourcePlace& place,
                                        const std::vector<DeviceKernel>& kernels = device_kernels());

/// The value of a parameter as a card or a workload writes it: "0.0078", "20 uS", "poisson".
std::string format_parameter(const CardParameter& parameter, const ParameterSpec& spec);
/// "0.01 V to 20 V", or the words.
std::string describe_range(const ParameterSpec& spec);

/// The cards that are part of the program, in alphabetical order.
const std::vector<EmbeddedFile>& builtin_cards();

/// A built-in card by name, or a card file (a name that ends in .yaml or .yml or holds a slash), relative to `base_folder`. `place` is
/// where the name stands in the user's input.
CardOrErrors load_card(const std::string& name_or_path, const std::string& base_folder, const SourcePlace& place);

/// Whether `load_card` takes this for a file, not for a name.
bool is_card_path(const std::string& name_or_path);

}  // namespace swimsim
