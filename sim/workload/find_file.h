#pragma once

#include <string>
#include <vector>

namespace swimsim {

/// Where a file was found, or where it was looked for.
struct FoundFile {
  std::string path;  ///< absolute, "" if it was not found
  std::vector<std::string> tried;
};

/// Looks for a file in the folders, in turn; empty folders are left out, an absolute name is looked for as it is.
FoundFile find_file(const std::string& name, const std::vector<std::string>& folders);

/// The same for a folder.
FoundFile find_folder(const std::string& name, const std::vector<std::string>& folders);

}  // namespace swimsim
