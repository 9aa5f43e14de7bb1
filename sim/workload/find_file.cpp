#include "sim/workload/find_file.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace swimsim {

FoundFile find_file(const std::string& name, const std::vector<std::string>& folders) {
  namespace fs = std::filesystem;
  FoundFile found;
  const bool absolute = fs::path(name).is_absolute();
  for (const std::string& folder : absolute ? std::vector<std::string>{"/"} : folders) {
    if (folder.empty()) continue;
    std::error_code error;
    const fs::path candidate = fs::absolute(fs::path(folder) / name, error).lexically_normal();
    if (error) continue;
    if (fs::is_regular_file(candidate, error)) {
      found.path = candidate.string();
      return found;
    }
    if (std::find(found.tried.begin(), found.tried.end(), candidate.string()) == found.tried.end())
      found.tried.push_back(candidate.string());
  }
  return found;
}

}  // namespace swimsim
