#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace swimsim::testing {

/// What the signals of a VCD do: name (without its scope and bits) to (time, value) at every change, the initial value at time 0.
class VcdReader {
 public:
  using Changes = std::vector<std::pair<std::int64_t, std::int64_t>>;

  explicit VcdReader(const std::string& path) {
    std::ifstream in(path);
    std::map<std::string, std::string> name_of;  // by the file's short codes
    std::int64_t now_ps = 0;
    for (std::string line; std::getline(in, line);) {
      std::istringstream words(line);
      std::string first, code, type, width, name;
      words >> first;
      if (first == "$var") {
        words >> type >> width >> code >> name;
        name_of[code] = name;
      } else if (first.size() > 1 && first[0] == '#') {
        now_ps = std::stoll(first.substr(1));
      } else if (first.size() > 1 && first[0] == 'b') {
        words >> code;
        changes_[name_of[code]].emplace_back(now_ps, static_cast<std::int64_t>(std::stoull(first.substr(1), nullptr, 2)));
      } else if (first.size() > 1 && (first[0] == '0' || first[0] == '1')) {
        changes_[name_of[first.substr(1)]].emplace_back(now_ps, first[0] - '0');
      }
    }
  }

  const Changes& of(const std::string& signal) const { return changes_.at(signal); }

 private:
  std::map<std::string, Changes> changes_;
};

}  // namespace swimsim::testing
