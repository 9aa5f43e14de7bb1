#pragma once

#include <string>

namespace swimsim {

/// Refuses a folder that holds something else than a swimsim result. Throws InputError.
void check_result_folder(const std::string& folder, bool force);

/// Makes the folder, takes an old manifest and trace out and puts the resolved workload in, so that an unfinished run is known as one.
/// Throws ResourceError.
void open_result_folder(const std::string& folder, const std::string& resolved_workload);

/// Takes back what open_result_folder made, after input that was found wrong only then; leaves what was there before.
void discard_result_folder(const std::string& folder);

}  // namespace swimsim
