#include "sim/workload/find_file.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace swimsim {

namespace fs = std::filesystem;

namespace {

template <typename IsOne>
FoundFile find(const std::string& name, const std::vector<std::string>& folders, IsOne is_one) {
  FoundFile found;
  const bool absolute = fs::path(name).is_absolute();
  for (const std::string& folder : absolute ? std::vector<std::string>{"/"} : folders) {
    if (folder.empty()) continue;
    std::error_code error;
    const fs::path candidate = fs::absolute(fs::path(folder) / name, error).lexically_normal();
    if (error) continue;
    if (is_one(candidate, error)) {
      found.path = candidate.string();
      return found;
    }
    if (std::find(found.tried.begin(), found.tried.end(), candidate.string()) == found.tried.end())
      found.tried.push_back(candidate.string());
  }
  return found;
}

}  // namespace

FoundFile find_file(const std::string& name, const std::vector<std::string>& folders) {
  return find(name, folders, [](const fs::path& path, std::error_code& error) { return fs::is_regular_file(path, error); });
}

FoundFile find_folder(const std::string& name, const std::vector<std::string>& folders) {
  return find(name, folders, [](const fs::path& path, std::error_code& error) { return fs::is_directory(path, error); });
}

}  // namespace swimsim
