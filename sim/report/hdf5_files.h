#pragma once

#include <string>
#include <string_view>

#include "sim/engine/results.h"

namespace swimsim {

/// A name as one link of an HDF5 path: "%" becomes "%25", "/" "%2F", NUL "%00", and the name "." "%2E"; an empty name becomes "%".
/// Percent-decoding gives the name back ("%" alone stands for nothing).
std::string hdf5_name(std::string_view name);

/// The bytes of schedule.h5: /layers/NAME/{sensitivity, score/SELECTOR, rank/SELECTOR}, each in the shape of the weight; what is empty
/// in `results` is left out. The same results give the same bytes. Throws ResourceError naming `path`, where the bytes are going to lie.
std::string schedule_h5(const RunResults& results, const std::string& path);

/// The bytes of cells.h5: /SELECTOR/FRACTION/TRIAL/TILE/{target_uS, final_uS, read_back_uS, pulses, failed, verified}, each rows x columns
/// with an attribute "unit"; FRACTION is written as in the CSV files. The root's attribute "everything_verified" names the
/// /SELECTOR/FRACTION/TRIAL that modules.csv is of. Otherwise as schedule_h5.
std::string cells_h5(const RunResults& results, const std::string& path);

}  // namespace swimsim
