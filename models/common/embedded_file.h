#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace swimsim {

/// A text file compiled into the program (cmake/EmbedFiles.cmake).
struct EmbeddedFile {
  std::string_view name;  ///< without folder and last extension: "swim_pulse"
  std::string_view text;
};

/// nullptr if there is none of that name.
inline const EmbeddedFile* find_embedded(const std::vector<EmbeddedFile>& files, std::string_view name) {
  for (const EmbeddedFile& file : files) {
    if (file.name == name) return &file;
  }
  return nullptr;
}

inline std::vector<std::string> embedded_names(const std::vector<EmbeddedFile>& files) {
  std::vector<std::string> names;
  for (const EmbeddedFile& file : files) names.emplace_back(file.name);
  return names;
}

}  // namespace swimsim
